"""Pictures that a classifier is taught with: crops at random, with shares of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.errors import DataError, PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.classified import Examples
from paintreel.learn.data.crops import jitter, resized, square_crop
from paintreel.learn.data.folders import shrunk, unusable
from paintreel.pictures.paper import rgb8_on_white

__all__ = [
    "CropPlan",
    "TaughtCrops",
    "TaughtPictures",
    "load_taught",
    "middle_square",
    "whole_view",
]

_LEAST_SIDE_PX = 32


@dataclass(frozen=True)
class TaughtPictures:
    """N pictures, (H, W, 3) uint8 each; targets (N, C): shares of the classes, adding up to 1."""

    pictures: Sequence[Array]
    targets: Array

    def __len__(self) -> int:
        return len(self.pictures)

    def only(self, chosen: Array) -> TaughtPictures:
        """Those of these numbers."""
        return TaughtPictures([self.pictures[i] for i in chosen], self.targets[chosen])


def load_taught(examples: Examples, targets: Array, *, max_side_px: int) -> TaughtPictures:
    """Decode all, shrunk to `max_side_px`. Raises DataError that names every unusable file."""
    pictures, problems = [], []
    for file in examples.files:
        try:
            pixels = rgb8_on_white(read_picture(file).pixels)
        except PaintreelError as error:
            problems.append(str(error))
            continue
        height, width = pixels.shape[:2]
        size = shrunk(width, height, max_side_px)
        pictures.append(np.ascontiguousarray(resized(pixels, *size)))
    if problems:
        raise DataError(unusable(problems))
    return TaughtPictures(pictures, targets)


@dataclass(frozen=True)
class CropPlan:
    """How views are cut.

    squeezes  True: nearly the whole picture, whatever its aspect, at size_px; False: squares at
              any scale, of size_px's height
    size_px   (height, width)
    enhances  False: always the same view, the whole picture or its middle
    strength  of the changes of colour, light, blur and JPEG quality
    least     of each side that a squeezed view keeps, as a share
    """

    squeezes: bool
    size_px: tuple[int, int]
    enhances: bool = True
    strength: float = 0.6
    least: float = 0.8

    def view(self, picture: Array, rng: np.random.Generator) -> Array:
        """(H, W, 3) uint8 of a picture, of another place and side each time if it `enhances`."""
        height_px, width_px = self.size_px
        if not self.enhances:
            whole = picture if self.squeezes else middle_square(picture)
            return resized(whole, width_px, height_px)
        if not self.squeezes:
            return square_crop(picture, rng, crop_px=height_px)
        height, width = picture.shape[:2]
        share = rng.uniform(self.least, 1.0)
        rows, columns = max(1, round(height * share)), max(1, round(width * share))
        top, left = (int(rng.integers(0, n + 1)) for n in (height - rows, width - columns))
        view = resized(picture[top : top + rows, left : left + columns], width_px, height_px)
        return view[:, ::-1] if rng.random() < 0.5 else view


def whole_view(picture: Array, plan: CropPlan, *, test_px: int) -> Array:
    """What a network is asked about: (3, H, W) float32 in [0, 1] of a whole picture.

    A plan that squeezes gives the size it trains with; else the aspect is kept, the area that of
    a square of `test_px` at most.
    """
    height, width = picture.shape[:2]
    if plan.squeezes:
        rows, columns = plan.size_px
    else:
        scale = min(1.0, test_px / np.sqrt(height * width))
        rows, columns = (max(_LEAST_SIDE_PX, round(n * scale)) for n in (height, width))
    view = resized(picture, columns, rows)
    return view.transpose(2, 0, 1).astype(np.float32) / 255


class TaughtCrops:
    """Draws batches of views; every class is seen as often as any other where `balance` is 1.

    balance: 0 draws every picture alike. All state is in `rng`, so that a run can be resumed.
    """

    def __init__(
        self,
        data: TaughtPictures,
        plan: CropPlan,
        *,
        batch: int,
        balance: float,
        rng: np.random.Generator,
    ) -> None:
        self.data, self.plan, self.batch, self.rng = data, plan, batch, rng
        counts = np.maximum(data.targets.sum(axis=0), 1e-9)
        weights = (data.targets * (counts.sum() / counts) ** balance).sum(axis=1)
        self.weights = weights / weights.sum()

    def __call__(self) -> tuple[Array, Array]:
        """(views (N, 3, H, W) float32 in [0, 1], numbers (N,) of their pictures)."""
        chosen = self.rng.choice(len(self.weights), size=self.batch, p=self.weights)
        views = np.stack([self.plan.view(self.data.pictures[i], self.rng) for i in chosen])
        batch = views.transpose(0, 3, 1, 2).astype(np.float32) / 255
        if self.plan.enhances:
            batch = jitter(batch, self.rng, strength=self.plan.strength)
        return batch, chosen


def middle_square(picture: Array) -> Array:
    """The largest square of its middle."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]
