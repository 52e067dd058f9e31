"""Measure the bundled features of `score`: what they tell apart, and how small a fault they see.

    python -m paintreel.learn.release.feature_measures --art ../shared/data/art \
        --photos ../shared/data/photo --styles ../shared/data/styles

- Media: logistic regression on the features of the training pictures, asked of the held-out ones.
- Ladder: the panels to learn from in two halves, the second degraded in three steps of six ways.
  The Frechet distance between the halves, above that of two random halves as they are, in standard
  deviations of the latter: below 3, nobody can tell it from chance.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.classified import Examples, gather
from paintreel.learn.data.labelled import find_labelled
from paintreel.learn.trainers.classifier_heads import (
    fit_heads,
    macro_recall,
    scores_of,
)
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
from paintreel.metrics.extractors import FeatureExtractor, picture_vector
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.catalog import EXTRACTORS, find_extractor, find_model
from paintreel.runtime.extractor import OnnxExtractor

__all__ = ["WAYS", "degraded", "ladder", "main", "telling_media"]

Rng = np.random.Generator

STEPS = 3
_PENALTIES = (1e-4, 1e-3, 1e-2)
_HALVINGS = 20


def _blurred(x: Array, step: int, _: Rng) -> Array:
    blurred: Array = cv2.GaussianBlur(x, (0, 0), (0.7, 1.4, 2.8)[step])
    return blurred


def _noisy(x: Array, step: int, rng: Rng) -> Array:
    return x + rng.normal(0, (6, 12, 24)[step], x.shape)


def _through_jpeg(x: Array, step: int, _: Rng) -> Array:
    packed = io.BytesIO()
    Image.fromarray(x.astype(np.uint8)).save(packed, "JPEG", quality=(40, 20, 8)[step])
    return np.asarray(Image.open(packed).convert("RGB"), np.float32)


def _greyed(x: Array, step: int, _: Rng) -> Array:
    grey = x.mean(axis=2, keepdims=True)
    mixed: Array = x + (grey - x) * (0.3, 0.6, 0.9)[step]
    return mixed


def _coarse(x: Array, step: int, _: Rng) -> Array:
    height, width = x.shape[:2]
    pixel = (2, 3, 5)[step]
    small = cv2.resize(
        x, (max(1, width // pixel), max(1, height // pixel)), interpolation=cv2.INTER_AREA
    )
    large: Array = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    return large


def _few_tones(x: Array, step: int, _: Rng) -> Array:
    tones = (12, 7, 4)[step] - 1
    return np.round(x / 255 * tones) / tones * 255


WAYS: Mapping[str, Callable[[Array, int, Rng], Array]] = {
    "blur": _blurred,
    "noise": _noisy,
    "JPEG": _through_jpeg,
    "less colour": _greyed,
    "coarse pixels": _coarse,
    "fewer tones": _few_tones,
}
"""How a picture, (H, W, 3) float32 of 0 to 255, is degraded, in `STEPS` steps from 0 on."""


def degraded(pixels: Array, way: str, step: int, rng: Rng) -> Array:
    """(H, W, 3) uint8 of the same size."""
    return np.rint(WAYS[way](pixels.astype(np.float32), step, rng)).clip(0, 255).astype(np.uint8)


def telling_media(
    vectors: Array, media: Array, unseen: Array, unseen_media: Array
) -> tuple[float, float]:
    """(accuracy, macro recall) of logistic regression on vectors (N, D), asked of others.

    media: (N,) numbers. The best of three penalties, which favours no network.
    """
    heads = fit_heads(
        vectors,
        np.eye(int(media.max()) + 1)[media],
        penalties=_PENALTIES,
        balance=1.0,
        parts=[slice(0, vectors.shape[1])],
    )
    found = [scores_of(head, unseen) for head in heads]
    best = max(found, key=lambda scores: macro_recall(scores, unseen_media))
    return float((best.argmax(axis=1) == unseen_media).mean()), macro_recall(best, unseen_media)


def ladder(
    look: Callable[[Array], Array], panels: Sequence[Array], rng: Rng
) -> dict[str, list[float]]:
    """{way: of each step, how far it lies above chance, in standard deviations}.

    look: a picture's vector (D,). panels: twice as many as it has dimensions, or more.
    """
    whole = np.array([look(panel) for panel in panels])
    reference, clean = whole[::2], panels[1::2]
    orders = [rng.permutation(len(whole)) for _ in range(_HALVINGS)]
    half = len(clean)
    chance = [_distance(whole[order[half:]], whole[order[:half]]) for order in orders]
    middle, spread = float(np.mean(chance)), float(np.std(chance))
    found: dict[str, list[float]] = {}
    for way in WAYS:
        for step in range(STEPS):
            seen = np.array([look(degraded(panel, way, step, rng)) for panel in clean])
            found.setdefault(way, []).append((_distance(reference, seen) - middle) / spread)
    return found


def _distance(first: Array, second: Array) -> float:
    sides = []
    for vectors in (first, second):
        sides.append(FeatureStatistics(vectors.shape[1], name="measured"))
        sides[-1].update(vectors)
    return frechet_distance(*sides)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--art", type=Path, required=True, metavar="DIR")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument("--styles", type=Path, required=True, metavar="DIR")
    args = parser.parse_args(argv)
    # What the classifiers were kept from, the other network was too: both have the same splits.
    settings = find_model("medium").card.training["settings"]
    train, aside = find_labelled(
        args.art,
        args.photos,
        args.styles,
        licences=settings["licences"],
        held_out=settings["held_out"],
    )
    known, unseen = gather(train, args.art), gather(aside, args.art)
    for name in EXTRACTORS:
        network = OnnxExtractor(find_extractor(name), threads=1)

        def vector(pixels: Array, network: FeatureExtractor = network) -> Array:
            return picture_vector(network, pixels)

        accuracy, recall = telling_media(
            _vectors(vector, known), known.medium, _vectors(vector, unseen), unseen.medium
        )
        print(f"{name}: media of unseen sources: accuracy {accuracy:.3f}, recall {recall:.3f}")
        panels = [f for f, is_panel in zip(known.files, known.is_panel, strict=True) if is_panel]
        rungs = ladder(vector, [_pixels(path) for path in panels], np.random.default_rng(0))
        for way, steps in rungs.items():
            print(f"{name}: {way}: {', '.join(f'{step:.1f}' for step in steps)}")
    return 0


def _vectors(vector: Callable[[Array], Array], examples: Examples) -> Array:
    return np.array([vector(_pixels(path)) for path in examples.files], np.float64)


def _pixels(path: Path) -> Array:
    return rgb8_on_white(read_picture(path).pixels)


if __name__ == "__main__":
    sys.exit(main())
