"""Measure bundled classifiers on what they have not seen, and put it into their card.

    python -m paintreel.learn.release.classifier_measures --art ../shared/data/art \
        --styles ../shared/data/styles --photos examples/photos \
        --sheet docs/images/classify-failures.jpg

- Maps: deletion and insertion curves on held-out panels and drawings, beside random maps of the
  same grain; how alike the maps of two classes of a picture are.
- Painted: which medium the photographs have before and after each style has painted them.
- A sheet of the failures that the models were surest of. It shows panels and drawings alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.learn.data.classified import PAINTED_PANEL, series_of
from paintreel.learn.data.folders import scan
from paintreel.learn.data.mood_labels import read_moods
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.splits import read_splits
from paintreel.learn.explain.faithfulness import curves, random_map
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.card import CARD_NAME
from paintreel.runtime.catalog import ModelFile, find_model, list_models
from paintreel.runtime.classifiers import Classifier
from paintreel.runtime.emotions import MOODS
from paintreel.stylize.style import Style

KEY = "measured"
"""Of the card's training table."""

_SPLITS = Path("recipes/splits.toml")
_STEPS = 10
_RANDOM_MAPS = 3
_FAILURES = 12
_CELL_PX = 240


@dataclass(frozen=True)
class Sample:
    """A held-out picture with what is known of it: {model: (label, how it was said)}."""

    name: str
    pixels: Array
    truth: Mapping[str, tuple[str, str]]


def held_out(art: Path, styles: Path, media: Sequence[str], splits: Path = _SPLITS) -> list[Sample]:
    """Held-out panels and drawings of the media that the models know."""
    parts = read_splits(splits)
    moods, scenes = read_moods(art), read_labels(art)
    samples = []
    panels = scan(art, what="--art").only(parts.panels.held_out)
    for path in panels.paths:
        votes = np.array(moods.get(path.as_posix(), (0.0,) * len(MOODS)))
        truth = {"medium": (PAINTED_PANEL, PAINTED_PANEL)}
        if votes.max() > 0.5:
            mood = MOODS[int(votes.argmax())]
            truth["mood"] = (mood, f"{mood}, {votes.max():.0%} of the raters")
        if path.as_posix() in scenes:
            truth["scene"] = (scenes[path.as_posix()],) * 2
        samples.append(Sample(path.stem, _pixels(art / path), truth))
    drawings = scan(styles, what="--styles").only(parts.media.held_out)
    for path in drawings.paths:
        if path.parts[0] in media:
            truth = {"medium": (path.parts[0],) * 2}
            samples.append(Sample(series_of(path), _pixels(styles / path), truth))
    return samples


def faithfulness(
    model: Path, samples: Sequence[Sample], rng: np.random.Generator, *, most: int
) -> dict[str, dict[str, float]]:
    """{model: areas under its curves, beside those of random maps}, over at most `most` samples."""
    found = {}
    for head in find_model(model).card.contract.heads:
        classifier = Classifier(model, head=head)
        known = [sample for sample in samples if head in sample.truth]
        chosen = rng.permutation(len(known))[:most]
        rows = [_areas(classifier, known[i].pixels, rng) for i in chosen]
        if not rows:
            continue
        names = ("deletion", "insertion", "deletion_random", "insertion_random", "alike_other")
        means = np.mean(rows, axis=0)
        found[head] = {"pictures": len(rows)} | {
            name: round(float(x), 4) for name, x in zip(names, means, strict=True)
        }
    return found


def _areas(classifier: Classifier, pixels: Array, rng: np.random.Generator) -> list[float]:
    """Areas of the true map and of random ones; correlation with the map of another class."""
    own = classifier.classify(pixels)
    assert own.map is not None, "maps were kept"

    def probability(changed: Array) -> float:
        return classifier.classify(changed, keep_map=False).probabilities[own.label]

    def areas(importance: Array) -> tuple[float, float]:
        found = curves(probability, pixels, importance, steps=_STEPS)
        return found.deletion_area, found.insertion_area

    chance = [areas(random_map(pixels.shape[:2], rng)) for _ in range(_RANDOM_MAPS)]
    others = [label for label in classifier.labels if label != own.label]
    heat, other = own.map(), own.map(str(rng.choice(others)))
    alike = np.corrcoef(heat.ravel(), other.ravel())[0, 1] if other.any() and heat.any() else 0.0
    return [*areas(heat), *np.mean(chance, axis=0), float(alike)]


def painted(model: Path, photographs: Sequence[Array]) -> dict[str, dict[str, int]]:
    """{style, or "photographs": {medium: how many}} of photographs as each style paints them."""
    medium = Classifier(model, head="medium")

    def count(paint: Callable[[Array], Array]) -> dict[str, int]:
        labels = [medium.classify(paint(p), keep_map=False).label for p in photographs]
        return dict(Counter(labels).most_common())

    found = {"photographs": count(lambda pixels: pixels)}
    for style in list_models("stylize"):
        found[style.name] = count(Style(style.path, fine_faces=False).paint)
    return found


def failures(model: Path, samples: Sequence[Sample], most: int = _FAILURES) -> list[Cell]:
    """Cells of the failures that the models were surest of, in turn of the models."""
    wrong: dict[str, list[tuple[float, Cell]]] = {}
    heads = find_model(model).card.contract.heads
    classifier = Classifier(model, head=next(iter(heads)))
    for sample in samples:
        said = classifier.classify_all(sample.pixels, keep_maps=False)
        for head, (label, words) in sample.truth.items():
            found = said[head]
            if found.label != label:
                share = found.probabilities[found.label]
                cell = Cell.shrunk(sample.pixels, f"{found.label} {share:.0%} ({words})", _CELL_PX)
                wrong.setdefault(head, []).append((share, cell))
    lists = [sorted(rows, key=lambda row: -row[0]) for rows in wrong.values()]
    cells: list[Cell] = []
    for turn in range(max(map(len, lists), default=0)):
        cells += [rows[turn][1] for rows in lists if turn < len(rows)]
    return cells[:most]


def write_measures(model: ModelFile, measures: Mapping[str, Any]) -> None:
    """Put the measures into the card beside a model, for the file that is there."""
    model.card.verify(model.path)
    training = {**model.card.training, KEY: dict(measures)}
    dataclasses.replace(model.card, training=training).save(model.path.with_name(CARD_NAME))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and write where it is asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="classifiers", metavar="NAME")
    parser.add_argument("--art", type=Path, required=True, metavar="DIR")
    parser.add_argument("--styles", type=Path, required=True, metavar="DIR")
    parser.add_argument("--photos", type=Path, default=Path("examples/photos"), metavar="DIR")
    parser.add_argument("--most", type=int, default=40, help="pictures of each model for the maps")
    parser.add_argument("--sheet", type=Path, metavar="FILE.jpg", help="picture of the failures")
    parser.add_argument("--write", action="store_true", help="put the measures into the card")
    args = parser.parse_args(argv)
    model = find_model(args.model)
    media = model.card.contract.heads.get("medium")
    if media is None:
        raise InputError(f"{model.path} has no head 'medium'; this measures the bundled three")
    samples = held_out(args.art, args.styles, media)
    photographs = [_pixels(args.photos / p) for p in scan(args.photos, what="--photos").paths]
    measures: dict[str, Mapping[str, object]] = {
        "maps": faithfulness(model.path, samples, np.random.default_rng(0), most=args.most),
        "painted": painted(model.path, photographs),
    }
    for name, table in measures.items():
        for row, values in table.items():
            print(f"{name} {row}: {values}")
    if args.sheet:
        cells = failures(model.path, samples)
        sheet = contact_sheet(cells, columns=4, cell_px=_CELL_PX)
        write_picture(args.sheet, Picture(sheet), quality=85, overwrite=True)
    if args.write:
        write_measures(model, measures)
    return 0


def _pixels(path: Path) -> Array:
    return rgb8_on_white(read_picture(path).pixels)


if __name__ == "__main__":
    sys.exit(main())
