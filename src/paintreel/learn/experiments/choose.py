"""Choose the snapshot of a run that is to be shipped, by held-out measures.

    python -m paintreel.learn.experiments.choose --run runs/hereva --judge runs/judge.safetensors \\
        --art DIR --photos DIR --out src/paintreel/weights/hereva/model.onnx

Every snapshot paints the held-out photographs of the run's recipe. Among those abstract enough
(Gini coefficient, texture residual) and true enough to the photograph (edges), the one whose
judge features lie nearest to held-out panels is exported. `--step` overrides the choice, for the
last word is the eye's. The last snapshot is not always the best.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from paintreel.errors import InputError
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.experiments.judge import (
    CROP_PX,
    feature_statistics,
    judge_pictures,
    judged,
    load_judge,
)
from paintreel.learn.models.fsgan import PRESETS, Generator
from paintreel.learn.trainers.run_fsgan import export_style
from paintreel.metrics.abstraction import edge_correlation, gini_gradient, texture_residual
from paintreel.runtime.card import Card

Array = np.ndarray
LIMITS = {"gini": 0.71, "residual": 1.75, "edges": 0.65}
"""Least Gini, most residual, least edge correlation of a snapshot that may be shipped."""


def load_snapshot(path: Path, preset: str = "light") -> Generator:
    """The generator of a snapshot file, in evaluation mode."""
    generator = Generator(PRESETS[preset])
    generator.load_state_dict(load_file(path))
    return generator.eval()


@torch.no_grad()
def paint_picture(generator: Generator, picture: Array) -> Array:
    """(H, W, 3) uint8 painted, cropped to the generator's size multiple."""
    m = generator.multiple
    height, width = (side // m * m for side in picture.shape[:2])
    x = picture[:height, :width].transpose(2, 0, 1)[None].astype(np.float32) / 255
    y = generator(torch.from_numpy(x))[0].permute(1, 2, 0).numpy()
    return (y * 255 + 0.5).astype(np.uint8)


def abstraction(painted: Sequence[Array], photos: Sequence[Array]) -> dict[str, float]:
    """Medians of the abstraction measures; `photos` are cropped to the painted size."""
    rows = [
        (gini_gradient(y), texture_residual(y), edge_correlation(y, x[: y.shape[0], : y.shape[1]]))
        for y, x in zip(painted, photos, strict=True)
    ]
    return dict(zip(("gini", "residual", "edges"), np.median(rows, axis=0).tolist(), strict=True))


def is_fit(measures: dict[str, float]) -> bool:
    """Whether a snapshot keeps all LIMITS."""
    return (
        measures["gini"] >= LIMITS["gini"]
        and measures["residual"] <= LIMITS["residual"]
        and measures["edges"] >= LIMITS["edges"]
    )


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--run", "--judge", "--art", "--photos", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--step", type=int, help="export this snapshot whatever the measures say")
    parser.add_argument("--note", help="what the card should say of the choice")
    parser.add_argument("--limit", type=int, default=80, help="most photographs to paint")
    args = parser.parse_args(argv)
    card = Card.load(args.run / "card.toml")
    settings = card.training["settings"]
    _, held_art = scan(args.art, what="--art").split(settings["held_out_art"])
    _, held_photos = scan(args.photos, what="--photos").split(settings["held_out_photos"])
    load = {"max_side_px": settings["max_side_px"]}
    photos = load_pictures(held_photos, what="--photos", **load)
    photos = [p for p in photos if min(p.shape[:2]) >= CROP_PX]
    photos = photos[:: max(1, len(photos) // args.limit)]
    judge = load_judge(args.judge)
    probability, features = judge_pictures(judge, load_pictures(held_art, what="--art", **load))
    panels = feature_statistics(features)
    table = {"photographs": judged(judge, photos, panels) | abstraction(photos, photos)}
    print("photographs", _line(table["photographs"]), flush=True)
    snapshots = {int(p.stem): p for p in sorted((args.run / "snapshots").glob("*.safetensors"))}
    for step, path in snapshots.items():
        generator = load_snapshot(path, settings["preset"])
        painted = [paint_picture(generator, photo) for photo in photos]
        table[step] = judged(judge, painted, panels) | abstraction(painted, photos)
        print(step, _line(table[step]), flush=True)
    chosen = args.step if args.step is not None else _best({s: table[s] for s in snapshots})
    if chosen not in snapshots:
        raise InputError(f"no snapshot of step {chosen}; there are {sorted(snapshots)}")
    measures = {k: round(v, 4) for k, v in table[chosen].items()}
    plain = {k: round(v, 4) for k, v in table["photographs"].items()}
    training = card.training | {
        "chosen_step": chosen,
        "measures": measures,
        "measures_of_photographs": plain,
        "judge_on_panels": round(float((probability > 0.5).mean()), 4),
    }
    if args.note:
        training["notes"] = args.note
    export_style(
        load_snapshot(snapshots[chosen], settings["preset"]),
        args.out,
        card.contract,
        description=card.description,
        training=training,
    )
    (args.run / "snapshots.json").write_text(json.dumps(table, indent=1) + "\n")
    print(f"exported step {chosen} to {args.out}")


def _best(table: dict[int, dict[str, float]]) -> int:
    fit = {step: m for step, m in table.items() if is_fit(m)} or table
    return min(fit, key=lambda step: fit[step]["frechet"])


def _line(measures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in measures.items())


if __name__ == "__main__":
    main()
