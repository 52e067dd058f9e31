"""Judge pictures by their form: are they painted?

The judge is a small network (`learn.models.judge`) in an ONNX file, `weights/judge` unless another
is named. The share of crops that it takes for art, and the Frechet distance of its features, steer
the training of a style. They are relative measures: another judge gives other figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

import numpy as np

from paintreel.errors import DataError, ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import Model

TASK = "judge"
INPUT = "image"
FEATURES, PROBABILITY = "features", "probability"
"""Outputs of the graph: (N, C), and (N,) in [0, 1], the probability of painted form."""

CROP_PX = 160
"""Side of the crops that the judge is trained on and shown."""
_TILES = (2, 3)  # most crops of a picture, down and across


class PictureJudge:
    """A judge, loaded once.

        judge = PictureJudge()
        probability, features = judge.crops(pictures)

    name_or_path  a named model of the task ``judge``, or its ONNX file

    Always on the processor, by ONNX Runtime in float32, so that figures do not depend on what is
    installed. Raises UnknownModel for an unknown name, ModelFileError for a file that is no judge.
    """

    def __init__(self, name_or_path: str | PathLike[str] = "judge") -> None:
        self.path = find_model(name_or_path, TASK).path
        self._model = Model(self.path, backend="onnxruntime", device="cpu")
        if not {FEATURES, PROBABILITY} <= set(self._model.outputs):
            raise ModelFileError(
                f"{self.path} has outputs {self._model.outputs}, expected '{FEATURES}' and "
                f"'{PROBABILITY}'; train it again with this Paintreel"
            )

    def crops(self, pictures: Sequence[Array]) -> tuple[Array, Array]:
        """(probability of art (K,), features (K, C)) of all K crops of all pictures.

        pictures  (H, W, 3) uint8 each

        Pictures below CROP_PX a side are passed over; raises DataError if no other is left.
        """
        results = [
            self._model.run({INPUT: grid_crops(picture)})
            for picture in pictures
            if min(picture.shape[:2]) >= CROP_PX
        ]
        if not results:
            raise DataError(
                f"none of {len(pictures)} pictures has {CROP_PX} px a side, which the judge needs"
            )
        probability, features = (
            np.concatenate([r[name] for r in results]) for name in (PROBABILITY, FEATURES)
        )
        return probability, features

    def measures(self, pictures: Sequence[Array], panels: FeatureStatistics) -> dict[str, float]:
        """`judge`: share of crops taken for art; `frechet`: distance of features to `panels`.

        Of few crops the distance is biased upward: see `few_crops_note`.
        """
        probability, features = self.crops(pictures)
        distance = frechet_distance(feature_statistics(features), panels, allow_biased=True)
        return {"judge": float((probability > 0.5).mean()), "frechet": float(distance)}


def grid_crops(picture: Array) -> Array:
    """Evenly laid crops of (H, W, 3) uint8, six at most: (K, 3, CROP_PX, CROP_PX) in [0, 1]."""
    tops, lefts = (
        np.linspace(0, side - CROP_PX, max(1, min(most, side // CROP_PX))).astype(int)
        for side, most in zip(picture.shape[:2], _TILES, strict=True)
    )
    crops = [
        picture[t : t + CROP_PX, a : a + CROP_PX].transpose(2, 0, 1) for t in tops for a in lefts
    ]
    return np.stack(crops).astype(np.float32) / 255


def feature_statistics(features: Array) -> FeatureStatistics:
    """Statistics of features (K, C) of a judge."""
    statistics = FeatureStatistics(features.shape[1], name="judge")
    statistics.update(features)
    return statistics


def few_crops_note(panels: FeatureStatistics, pictures: Sequence[Array]) -> str | None:
    """What is to be said of distances between `panels` and `pictures`, or None."""
    crops = min(panels.count, sum(len(grid_crops(picture)) for picture in pictures))
    if crops >= panels.dimensions:
        return None
    return (
        f"note: {crops} crops for {panels.dimensions} features: the Frechet distances are far too "
        "large, and comparable only with each other; hold out more pictures"
    )
