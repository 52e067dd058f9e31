"""Dither: noise below a step of 8 bits, without which smooth gradients show bands."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["dither_tile"]

_SIDE_PX, _ROUNDS, _SIGMA_PX = 128, 12, 1.2
_AMPLITUDE = 0.49
"""Below a half, so that what is a whole step already stays what it is."""


@lru_cache(maxsize=1)
def dither_tile() -> Array:
    """(3, 128, 128) float32 in (-0.5, 0.5), even in value and without low frequencies; it tiles.

    White noise, sharpened and made even again, turn by turn. The same on every machine.
    """
    rng = np.random.default_rng(7)
    planes = [_blue(rng.random((_SIDE_PX, _SIDE_PX))) for _ in range(3)]
    return np.stack(planes).astype(np.float32)


def _blue(noise: Array) -> Array:
    for _ in range(_ROUNDS):
        wrapped = np.pad(noise, 8, mode="wrap")
        low = cv2.GaussianBlur(wrapped, (0, 0), _SIGMA_PX)[8:-8, 8:-8]
        order = np.argsort(np.argsort((noise - low).ravel(), kind="stable"), kind="stable")
        noise = (order.reshape(noise.shape) + 0.5) / noise.size
    even: Array = (noise - 0.5) * (2 * _AMPLITUDE)
    return even
