"""The colours of one picture given to another: mean and covariance in Lab, by the least change.

Of all linear maps that take one normal distribution to another, that of Monge and Kantorovich
moves colours least (Pitié and Kokaram 2007).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["ColourMoments", "MomentTransfer"]

_GAINS = 0.4, 2.5
"""Of the map along any axis: a frame of fog must not be drawn out to noise."""
_LEAST = 1.0
"""Variance that is added to both, in squares of Lab: grey pictures have none."""


@dataclass(frozen=True, eq=False)
class ColourMoments:
    """mean: (3,) of CIELAB; covariance: (3, 3)."""

    mean: Array
    covariance: Array

    @classmethod
    def of(cls, pictures: Iterable[Array]) -> ColourMoments:
        """Of all pixels of pictures (H, W, 3) uint8, one at least.

        >>> moments = ColourMoments.of([np.full((2, 2, 3), 255, np.uint8)])
        >>> moments.mean.round(1).tolist(), bool(moments.covariance.round(1).any())
        ([100.0, 0.0, 0.0], False)
        """
        rows = np.concatenate([_lab(picture).reshape(-1, 3) for picture in pictures])
        rows = rows.astype(np.float64)
        return cls(rows.mean(axis=0), np.cov(rows.T, bias=True))


class MomentTransfer:
    """Call it with pictures (H, W, 3) uint8 of the colours `source`: they get those of `wanted`."""

    def __init__(self, source: ColourMoments, wanted: ColourMoments) -> None:
        more = np.eye(3) * _LEAST
        root, inverse = (_power(source.covariance + more, p) for p in (0.5, -0.5))
        turn = inverse @ _power(root @ (wanted.covariance + more) @ root, 0.5) @ inverse
        gains, axes = np.linalg.eigh(turn)
        turn = (axes * np.clip(gains, *_GAINS)) @ axes.T
        self._turn = turn.astype(np.float32)
        self._shift = (wanted.mean - turn @ source.mean).astype(np.float32)

    def __call__(self, picture: Array) -> Array:
        lab = cv2.transform(_lab(picture), np.column_stack([self._turn, self._shift]))
        np.clip(lab[..., 0], 0, 100, out=lab[..., 0])
        rgb = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
        levels: Array = (np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8)
        return levels


def _lab(picture: Array) -> Array:
    return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _power(matrix: Array, exponent: float) -> Array:
    values, axes = np.linalg.eigh(matrix)
    power: Array = (axes * np.maximum(values, 1e-9) ** exponent) @ axes.T
    return power
