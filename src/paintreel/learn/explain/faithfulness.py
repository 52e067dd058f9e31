"""Whether a map shows what a classifier goes by: deletion and insertion (Petsiuk and others 2018).

Places are taken out of the picture, the most important first, and the probability is watched: with
a true map it falls fast. Put into a picture that shows nothing, it rises fast. A map says something
where it does better than random maps of the same grain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["Curves", "curves", "random_map"]

_BLUR = 0.08
"""Of the blur that takes out what a picture shows, as a share of its longer side."""


@dataclass(frozen=True)
class Curves:
    """(steps + 1,) probabilities, after 0 to all of the places are taken out, or put in."""

    deletion: Array
    insertion: Array

    @property
    def deletion_area(self) -> float:
        """Under the curve, in [0, 1]; lower is better."""
        return _area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """Under the curve, in [0, 1]; higher is better."""
        return _area(self.insertion)


def curves(
    probability: Callable[[Array], float], pixels: Array, importance: Array, *, steps: int = 12
) -> Curves:
    """What a classifier says while the places of a picture go, and come, by their importance.

    pixels: (H, W, 3) uint8. importance: (H, W), any scale. What is taken out is blurred, so that no
    edges come in. Raises InputError for a map of another size.

    A classifier that goes by the brightest place, which the map knows:

    >>> pixels = np.zeros((8, 8, 3), np.uint8); pixels[2, 3] = 255
    >>> found = curves(lambda p: p.max() / 255, pixels, pixels[..., 0].astype(float), steps=4)
    >>> found.deletion_area < 0.5 < found.insertion_area
    True
    """
    if importance.shape != pixels.shape[:2]:
        raise InputError(f"the map is {importance.shape}, the picture {pixels.shape[:2]}")
    blurred = cv2.GaussianBlur(pixels, (0, 0), max(1.0, _BLUR * max(pixels.shape[:2])))
    order = np.argsort(-importance, axis=None, kind="stable")
    rank = np.empty(order.size, int)
    rank[order] = np.arange(order.size)
    place = rank.reshape(importance.shape)
    out, back = [], []
    for step in range(steps + 1):
        taken = (place < order.size * step / steps)[..., None]
        out.append(probability(np.where(taken, blurred, pixels)))
        back.append(probability(np.where(taken, pixels, blurred)))
    return Curves(np.array(out), np.array(back))


def random_map(shape: tuple[int, int], rng: np.random.Generator, *, grain: int = 9) -> Array:
    """(H, W) in [0, 1] of soft patches, about `grain` along the longer side."""
    height, width = shape
    longest = max(shape)
    size = max(2, round(grain * width / longest)), max(2, round(grain * height / longest))
    coarse = rng.random(size[::-1])
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def _area(curve: Array) -> float:
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))
