"""Measure every bundled model on the test part of the data, all on the same pictures.

    python -m paintreel.learn.release.measure --art DIR --photos DIR

writes `recipes/results/models.json`, which `docs/make_models.py` turns into the tables of
docs/models.md. Styles paint the test photographs: of each measure the median of a source's pictures
is taken, and of the sources the mean, so that a source weighs the same however many of its pictures
there are (the Frechet distance is over all crops). Scene networks finish the roughs of one crop of
every test panel that has a label. No choice may be made by these figures: that is what the
development part is for.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.scene_crops import Crop, cut_crops
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.splits import Part, read_splits, source_of
from paintreel.learn.release.judge import CROP_PX, PictureJudge, feature_statistics
from paintreel.learn.trainers.provenance import read_source
from paintreel.learn.trainers.style_measures import style_measures
from paintreel.metrics.distribution import frechet_distance
from paintreel.metrics.fidelity import psnr, ssim
from paintreel.roughs.rough import LEVELS
from paintreel.runtime.card import sha256_of
from paintreel.runtime.catalog import list_models
from paintreel.runtime.system import describe_machine
from paintreel.scenes.methods import open_method
from paintreel.stylize.style import Style
from paintreel.worlds.categories import find_category

MODULE = "paintreel.learn.release.measure"
RESULTS = Path("recipes/results/models.json")
SPLITS = Path("recipes/splits.toml")
MAX_SIDE_PX = 640
CROP_SIDE_PX = 256
CROPS_SEED = 7
_PEOPLE = ("people", "portrait")
PLAIN = "photographs"
"""Name of the row of the photographs themselves."""
ROUGH = "rough"
"""Name of the row of the block-ins themselves."""


def by_source(values: Mapping[str, Sequence[float]]) -> float:
    """Mean over sources of the median over a source's pictures.

    >>> by_source({"a": [1.0, 2.0, 9.0], "b": [4.0]})
    3.0
    """
    return float(np.mean([np.median(each) for each in values.values()]))


def measure_style(
    paint: Any,
    photographs: Mapping[Path, Array],
    judge: PictureJudge,
    panels: Array,
    *,
    people: Collection[str] = (),
) -> dict[str, float]:
    """Measures of the pictures that `paint` makes of the photographs, (H, W, 3) uint8 each.

    panels  features of the judge (K, C) of the test panels
    people  sources that show people: skin is measured on those alone
    """
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    features = []
    for path, photograph in photographs.items():
        painted = paint(photograph)
        probability, crops = judge.crops([painted])
        features.append(crops)
        found = style_measures(painted, photograph)
        if source_of(path) not in people:
            del found["skin"]  # wood and sand have its colours
        for name, value in (found | {"judge": float((probability > 0.5).mean())}).items():
            if not np.isnan(value):
                values[name][source_of(path)].append(value)
    # A share of a picture's few crops has no useful median.
    shares = {source: [float(np.mean(each))] for source, each in values["judge"].items()}
    table = {name: by_source(each) for name, each in (values | {"judge": shares}).items()}
    statistics = [feature_statistics(each) for each in (np.concatenate(features), panels)]
    return table | {"frechet": float(frechet_distance(*statistics, allow_biased=True))}


def measure_scene(finish: Any, crops: Sequence[Crop]) -> dict[str, float]:
    """{measure_level: mean} of PSNR (dB) and SSIM of what `finish` makes of the crops' roughs."""
    means: dict[str, float] = {}
    for level in LEVELS:
        rows = [
            [measure(np.ascontiguousarray(finish(crop, level)), crop.truth) for crop in crops]
            for measure in (psnr, ssim)
        ]
        for name, row in zip(("psnr", "ssim"), rows, strict=True):
            means[f"{name}_{level}"] = float(np.mean(row))
    return means


def load_photographs(root: Path, part: Part, splits: Path) -> dict[Path, Array]:
    """{path below the folder: picture} of a part, those with a side of CROP_PX at least."""
    _, chosen = scan(root, what="--photos").split(read_splits(splits).photographs.part(part))
    pictures = load_pictures(chosen, max_side_px=MAX_SIDE_PX, what="--photos")
    return {
        path: picture
        for path, picture in zip(chosen.paths, pictures, strict=True)
        if min(picture.shape[:2]) >= CROP_PX
    }


def sources_with_people(root: Path) -> set[str]:
    """Sources whose pictures the folder's manifest calls people or portraits; none without one."""
    manifest = root / "manifest.tsv"
    if not manifest.is_file():
        return set()
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {source_of(Path(row["file"])) for row in rows if row["kind"] in _PEOPLE}


def load_panels(root: Path, part: Part, splits: Path) -> tuple[list[Array], list[Crop]]:
    """(panels for the judge, crops with roughs for the scene networks) of a part."""
    _, chosen = scan(root, what="--art").split(read_splits(splits).panels.part(part))
    pictures = load_pictures(chosen, max_side_px=1280, what="--art")
    labels = read_labels(root)
    crops = cut_crops(
        pictures,
        [path.as_posix() for path in chosen.paths],
        [labels.get(path.as_posix()) for path in chosen.paths],
        count=len(pictures),
        side_px=CROP_SIDE_PX,
        seed=CROPS_SEED,
    )
    shown = load_pictures(chosen, max_side_px=MAX_SIDE_PX, what="--art")
    return [p for p in shown if min(p.shape[:2]) >= CROP_PX], crops


def measure_all(art: Path, photos: Path, splits: Path, part: Part) -> dict[str, Any]:
    """Every style and every scene network on one part, with what they were measured on."""
    judge = PictureJudge()
    photographs = load_photographs(photos, part, splits)
    panels, crops = load_panels(art, part, splits)
    probability, features = judge.crops(panels)
    people = sources_with_people(photos)
    styles = {PLAIN: measure_style(lambda x: x, photographs, judge, features, people=people)}
    for model in list_models():
        style = Style(
            model.path, backend="onnxruntime", device="cpu", precision="f32", fine_faces=False
        )
        styles[model.name] = measure_style(style.paint, photographs, judge, features, people=people)
        print(model.name, styles[model.name], flush=True)
    scenes = {ROUGH: measure_scene(lambda crop, level: crop.roughs[level].blocks, crops)}
    for model in list_models(task="scene"):
        method = open_method(model.path, backend="onnxruntime", device="cpu")
        scenes[model.name] = measure_scene(
            lambda crop, level, method=method: method.finish(
                crop.roughs[level], find_category(crop.label) if crop.label else None
            ),
            crops,
        )
        print(model.name, scenes[model.name], flush=True)
    return {
        "part": part,
        "photographs": len(photographs),
        "sources": len({source_of(path) for path in photographs}),
        "panels": len(panels),
        "crops": len(crops),
        "judge": {"sha256": sha256_of(judge.path), "panels": float((probability > 0.5).mean())},
        "styles": styles,
        "scenes": scenes,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--art", type=Path, required=True, metavar="DIR")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument("--splits", type=Path, default=SPLITS, metavar="TOML")
    parser.add_argument("--part", choices=("development", "test"), default="test")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="JSON")
    parser.add_argument("--allow-dirty", action="store_true", help="changes that no commit holds")
    args = parser.parse_args(argv)
    source = read_source(allow_dirty=args.allow_dirty)
    results = measure_all(args.art, args.photos, args.splits, args.part)
    words = sys.argv[1:] if argv is None else argv
    results |= {
        "command": " ".join(["python", "-m", MODULE, *words]),
        **source.facts(),
        "machine": describe_machine(),
    }
    with atomic_path(args.out, overwrite=True) as partial:
        partial.write_text(json.dumps(_short(results), indent=1) + "\n", "utf-8")
    print(args.out)
    return 0


def _short(value: Any) -> Any:
    """Floats with six digits, in nested dicts."""
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
