"""Fréchet distance of painted crops to the panels: how near they are as a set, truth or no truth.

Features of EfficientNet-Lite0 of tiles, on the axes along which the training panels differ most:
with some hundred pictures the covariance of all features could not be known. Called
`fd_efficientnet_64`; it compares with no other network's distance, nor with other sizes of tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.array_files import read_arrays
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.scene_crops import view_of
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
from paintreel.metrics.extractors import FeatureExtractor, feature_vectors

AXES = 64
TILES_A_SIDE = 4
"""Of a crop; they overlap."""
REFERENCE_TILES = 1500
AXES_TILES = 1000
_SEED = 79
_FIELDS = ("mean", "axes", "reference")


@dataclass(frozen=True)
class Nearness:
    """Distance of a set of pictures to the panels that are tested on.

    mean (D,), axes (D, AXES): of features of training panels.
    reference: statistics of tiles of the panels, on the axes.
    """

    extractor: FeatureExtractor
    mean: Array
    axes: Array
    reference: FeatureStatistics

    def __call__(self, pictures: Sequence[Array]) -> float:
        """Fréchet distance of the tiles of squares, (S, S, 3) uint8 each; lower is nearer."""
        tiles = [tile for picture in pictures for tile in tiles_of_square(picture)]
        painted = self._statistics(_features(self.extractor, tiles))
        return frechet_distance(painted, self.reference, allow_biased=True)

    def _statistics(self, features: Array) -> FeatureStatistics:
        return _on_axes(features, self.mean, self.axes, self.extractor.name)


def tiles_of_square(picture: Array) -> list[Array]:
    """Squares of half its side, TILES_A_SIDE a side."""
    side = picture.shape[0] // 2
    starts = [round(i * side / (TILES_A_SIDE - 1)) for i in range(TILES_A_SIDE)]
    return [picture[y : y + side, x : x + side] for y in starts for x in starts]


def read_nearness(
    cache: Path,
    extractor: FeatureExtractor,
    *,
    train: Sequence[Array],
    test: Sequence[Array],
    crop_px: int,
) -> Nearness:
    """The distance to the panels `test`, by axes of the panels `train`, kept in the file `cache`.

    train, test: pictures (H, W, 3) uint8, shown at the size that crops of `crop_px` are cut at.
    """
    if cache.is_file():
        stored = read_arrays(cache, _FIELDS)
    else:
        rng = np.random.default_rng(_SEED)
        learnt = _features(extractor, _draw(train, AXES_TILES, crop_px, rng))
        mean = learnt.mean(axis=0)
        _values, vectors = np.linalg.eigh(np.cov(learnt, rowvar=False))
        axes = vectors[:, ::-1][:, : min(AXES, vectors.shape[1])]
        reference = _features(extractor, _draw(test, REFERENCE_TILES, crop_px, rng))
        stored = {"mean": mean, "axes": axes, "reference": (reference - mean) @ axes}
        with atomic_path(cache, overwrite=True) as beside, beside.open("wb") as file:
            np.savez(file, **stored)
    axes = stored["axes"]
    statistics = FeatureStatistics(axes.shape[1], name=_name(extractor.name, axes))
    statistics.update(stored["reference"])
    return Nearness(extractor, stored["mean"], axes, statistics)


def _name(extractor: str, axes: Array) -> str:
    return f"{extractor}_{axes.shape[1]}"


def _on_axes(features: Array, mean: Array, axes: Array, extractor: str) -> FeatureStatistics:
    statistics = FeatureStatistics(axes.shape[1], name=_name(extractor, axes))
    statistics.update((features - mean) @ axes)
    return statistics


def _features(extractor: FeatureExtractor, pictures: Sequence[Array]) -> Array:
    """(N, D) float64."""
    batches = feature_vectors(extractor, pictures)
    features: Array = np.concatenate(list(batches)).astype(np.float64)
    return features


def _draw(
    pictures: Sequence[Array], count: int, crop_px: int, rng: np.random.Generator
) -> list[Array]:
    """Random tiles of half a crop's side of pictures at the size of a crop's view."""
    if not pictures:
        raise DataError("there is no panel to measure a distance to")
    views = [view_of(picture, crop_px) for picture in pictures]
    side, tiles = crop_px // 2, []
    for _ in range(count):
        view = views[int(rng.integers(len(views)))]
        y, x = (int(rng.integers(0, length - side + 1)) for length in view.shape[:2])
        tiles.append(np.ascontiguousarray(view[y : y + side, x : x + side]))
    return tiles
