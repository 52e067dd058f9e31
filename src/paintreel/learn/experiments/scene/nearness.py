"""Fréchet distance of painted crops to the panels: how near they are as a set, truth or no truth.

Features of tiles, by the bundled classifiers: 64 numbers out of EfficientNet-Lite0, so few that the
covariance of some hundred tiles is known. It compares with no other network's distance, nor with
other sizes of tiles.
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

TILES_A_SIDE = 4
"""Of a crop; they overlap."""
REFERENCE_TILES = 1500
_SEED = 79
_FIELD = "features_of_"
"""With the beginning of the hash of the network that gave them."""


@dataclass(frozen=True)
class PanelDistance:
    """Distance of a set of pictures to the panels that are tested on.

    reference: statistics of the features of tiles of the panels.
    """

    extractor: FeatureExtractor
    reference: FeatureStatistics

    def __call__(self, pictures: Sequence[Array]) -> float:
        """Fréchet distance of the tiles of squares, (S, S, 3) uint8 each; lower is nearer."""
        tiles = [tile for picture in pictures for tile in tiles_of_square(picture)]
        painted = _statistics(_features(self.extractor, tiles), self.extractor.name)
        return frechet_distance(painted, self.reference, allow_biased=True)


def tiles_of_square(picture: Array) -> list[Array]:
    """Squares of half its side, TILES_A_SIDE a side."""
    side = picture.shape[0] // 2
    starts = [round(i * side / (TILES_A_SIDE - 1)) for i in range(TILES_A_SIDE)]
    return [picture[y : y + side, x : x + side] for y in starts for x in starts]


def read_nearness(
    cache: Path,
    extractor: FeatureExtractor,
    panels: Sequence[Array],
    *,
    crop_px: int,
    sha256: str,
) -> PanelDistance:
    """The distance to panels (H, W, 3) uint8, whose features are kept in the file `cache`.

    They are shown at the size that crops of `crop_px` are cut at. sha256: of the network's file;
    features of another one are made anew.
    """
    name = _FIELD + sha256[:16]
    stored = read_arrays(cache, (name,)) if cache.is_file() else {}
    if name not in stored:
        rng = np.random.default_rng(_SEED)
        features = _features(extractor, _draw(panels, crop_px, rng))
        with atomic_path(cache, overwrite=True) as beside, beside.open("wb") as file:
            np.savez(file, **{name: features})  # type: ignore[arg-type]  # stub: allow_pickle
        stored = {name: features}
    return PanelDistance(extractor, _statistics(stored[name], extractor.name))


def _statistics(features: Array, extractor: str) -> FeatureStatistics:
    statistics = FeatureStatistics(features.shape[1], name=extractor)
    statistics.update(features)
    return statistics


def _features(extractor: FeatureExtractor, pictures: Sequence[Array]) -> Array:
    """(N, D) float64."""
    batches = feature_vectors(extractor, pictures)
    features: Array = np.concatenate(list(batches)).astype(np.float64)
    return features


def _draw(pictures: Sequence[Array], crop_px: int, rng: np.random.Generator) -> list[Array]:
    """Random tiles of half a crop's side of pictures at the size of a crop's view."""
    if not pictures:
        raise DataError("there is no panel to measure a distance to")
    views = [view_of(picture, crop_px) for picture in pictures]
    side, tiles = crop_px // 2, []
    for _ in range(REFERENCE_TILES):
        view = views[int(rng.integers(len(views)))]
        y, x = (int(rng.integers(0, length - side + 1)) for length in view.shape[:2])
        tiles.append(np.ascontiguousarray(view[y : y + side, x : x + side]))
    return tiles
