"""Choose the snapshot of a run that is to be shipped, by held-out measures.

    python -m paintreel.learn.release.snapshots --run runs/hereva --art DIR --photos DIR \\
        --out src/paintreel/weights/hereva/model.onnx

Every snapshot paints the development photographs of `--splits`. Among those abstract enough (Gini
coefficient, texture residual), true enough to the photograph (edges) and without a tint (drift of
greys, skin and hues), the one whose judge features lie nearest to the development panels is
exported. `--judge` names the judge: a bundled one or an ONNX file. `--step` overrides the choice,
for the last word is the eye's. The last snapshot is not always the best.

Without `--splits` all pictures that the run's recipe held out are painted and compared with. A run
whose recipe names no held-out photographs set some aside by its seed: these are painted, provided
that the folder is the same. Where it names no held-out art, all of it is compared with.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import load_file

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.splits import read_splits
from paintreel.learn.export.onnx_export import export_style
from paintreel.learn.models.fsgan import PRESETS, Generator
from paintreel.learn.release.judge import (
    CROP_PX,
    PictureJudge,
    feature_statistics,
    few_crops_note,
)
from paintreel.learn.trainers.style_measures import is_fit, medians, style_measures
from paintreel.learn.trainers.stylizer import paint_picture
from paintreel.runtime.card import Card


def load_snapshot(path: Path, settings: Mapping[str, Any]) -> Generator:
    """The generator of a snapshot file, in evaluation mode; `settings` are those of its run."""
    teacher = settings.get("teacher", {})
    generator = Generator(
        PRESETS[settings["preset"]],
        boldness=settings.get("boldness", 1.0),
        bands=teacher.get("bands", 0),
        band_share=teacher.get("band_share", 0.0),
    )
    generator.load_state_dict(load_file(path))
    return generator.eval()


def measured(painted: Sequence[Array], photos: Sequence[Array]) -> dict[str, float]:
    """Medians of the measures of a style; `photos` are cropped to the painted size."""
    return medians(style_measures(y, x) for y, x in zip(painted, photos, strict=True))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure every snapshot of a run, choose one, export it with its card."""
    args = _parser().parse_args(argv)
    if args.limit < 1:
        raise InputError(f"--limit is {args.limit}, expected 1 or more")
    card = Card.load(args.run / "card.toml")
    snapshots = _snapshots(args.run, args.step)
    settings = dict(card.training["settings"])
    if args.boldness is not None:
        settings["boldness"] = args.boldness
    make = partial(load_snapshot, settings=settings)
    training = card.training | {"settings": dict(settings)}
    if args.splits:
        splits = read_splits(args.splits)
        settings = settings | {
            "held_out_photos": splits.photographs.development,
            "held_out_art": splits.panels.development if not settings.get("only_art") else (),
        }
    art, photos = _held_out(args.art, args.photos, settings, seed=card.training["seed"])
    table, on_panels = _measure(
        snapshots, make, PictureJudge(args.judge), art, _spread(photos, args.limit)
    )
    chosen = args.step if args.step is not None else _best({s: table[s] for s in snapshots})
    measures = {k: round(v, 4) for k, v in table[chosen].items()}
    plain = {k: round(v, 4) for k, v in table["photographs"].items()}
    training |= {
        "chosen_step": chosen,
        "measures": measures,
        "measures_of_photographs": plain,
        "judge_on_panels": round(on_panels, 4),
    }
    if args.note:
        training["notes"] = args.note
    generator = make(snapshots[chosen])
    export_style(
        generator,
        args.out,
        replace(card.contract, halo_px=generator.halo_px),  # boldness and bands are chosen here
        description=card.description,
        training=training,
    )
    (args.run / "snapshots.json").write_text(json.dumps(table, indent=1) + "\n")
    print(f"exported step {chosen} to {args.out}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("--run", "--art", "--photos", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--judge", default="judge", metavar="NAME|FILE.onnx", help="default: judge")
    parser.add_argument("--step", type=int, help="export this snapshot whatever the measures say")
    parser.add_argument("--boldness", type=float, help="in the place of the run's own setting")
    parser.add_argument("--note", help="what the card should say of the choice")
    parser.add_argument(
        "--splits", type=Path, metavar="TOML", help="choose on its development part"
    )
    parser.add_argument("--limit", type=int, default=80, help="most photographs to paint")
    return parser


def _snapshots(run: Path, step: int | None) -> dict[int, Path]:
    """{step: file}, checked to hold `step` before any time is spent."""
    files = {int(p.stem): p for p in sorted((run / "snapshots").glob("*.safetensors"))}
    if not files:
        raise InputError(f"{run} holds no snapshots; give the --out folder of a training run")
    if step is not None and step not in files:
        raise InputError(f"no snapshot of step {step}; there are {sorted(files)}")
    return files


def _held_out(
    art: Path, photos: Path, settings: dict[str, Any], *, seed: int
) -> tuple[list[Array], list[Array]]:
    """(panels, photographs) that the run did not train on; see the module for runs without."""
    art_folder = scan(art, what="--art")
    art_folder = art_folder.only(settings.get("only_art", ()))
    _, panels = art_folder.split(settings["held_out_art"])
    others, pictures = scan(photos, what="--photos").split(settings["held_out_photos"])
    if not pictures.paths:
        _, pictures = others.set_aside(np.random.default_rng(seed))

    def load(folder: PictureFolder, what: str) -> list[Array]:
        loaded = load_pictures(folder, max_side_px=settings["max_side_px"], what=what)
        large = [p for p in loaded if min(p.shape[:2]) >= CROP_PX]
        if not large:
            raise DataError(f"{what} {folder.root}: no held-out picture has {CROP_PX} px a side")
        return large

    return load(panels if panels.paths else art_folder, "--art"), load(pictures, "--photos")


def _spread(photos: list[Array], limit: int) -> list[Array]:
    """At most `limit` of them, evenly."""
    return photos[:: -(-len(photos) // limit)]


def _measure(
    snapshots: dict[int, Path],
    make: Callable[[Path], Generator],
    judge: PictureJudge,
    art: list[Array],
    photos: list[Array],
) -> tuple[dict[int | str, dict[str, float]], float]:
    """({"photographs" or step: measures}, share of panels that the judge takes for art)."""
    probability, features = judge.crops(art)
    panels = feature_statistics(features)
    if note := few_crops_note(panels, photos):
        print(note, file=sys.stderr)
    table: dict[int | str, dict[str, float]] = {
        "photographs": judge.measures(photos, panels) | measured(photos, photos)
    }
    print("photographs", _line(table["photographs"]), flush=True)
    for step, path in snapshots.items():
        generator = make(path)
        painted = [paint_picture(generator, photo) for photo in photos]
        table[step] = judge.measures(painted, panels) | measured(painted, photos)
        print(step, _line(table[step]), flush=True)
    return table, float((probability > 0.5).mean())


def _best(table: dict[int, dict[str, float]]) -> int:
    fit = {step: m for step, m in table.items() if is_fit(m)} or table
    return min(fit, key=lambda step: fit[step]["frechet"])


def _line(measures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in measures.items())


if __name__ == "__main__":
    main()
