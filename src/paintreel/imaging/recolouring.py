"""Pictures of standard range moved from one set of primaries and curve to another."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.coding_points import CodingPoints, primaries_and_curve
from paintreel.imaging.colour import linear_to_srgb, srgb_to_linear
from paintreel.imaging.profile_making import Curve, primaries_matrix

__all__ = ["Recolour"]

_CODES = 1 << 16
_LEVELS = 256


class Recolour:
    """8-bit pictures with the colours of `source` as ones of `target`; what lies outside is cut.

    `changes_nothing` where both stand for the same colours.
    """

    def __init__(self, source: CodingPoints, target: CodingPoints) -> None:
        (from_primaries, from_curve) = primaries_and_curve(source)
        (to_primaries, to_curve) = primaries_and_curve(target)
        self.changes_nothing = (from_primaries, from_curve) == (to_primaries, to_curve)
        self._matrix = primaries_matrix(from_primaries, to_primaries).astype(np.float32)
        levels = np.arange(_LEVELS, dtype=np.float64) / (_LEVELS - 1)
        self._light = np.asarray(_decoded(levels, from_curve), np.float32)
        light = np.linspace(0, 1, _CODES)
        self._encoded = np.rint(_encoded(light, to_curve) * (_LEVELS - 1)).astype(np.uint8)

    def __call__(self, pixels: Array) -> Array:
        """(H, W, 3) uint8 of (H, W, 3) uint8."""
        light = cv2.transform(cv2.LUT(pixels, self._light), self._matrix)
        codes = np.rint(np.clip(light, 0, 1) * (_CODES - 1)).astype(np.uint16)
        return cv2.LUT(codes, self._encoded)


def _decoded(values: Array, curve: Curve) -> Array:
    return srgb_to_linear(values) if curve is None else np.power(values, curve)


def _encoded(light: Array, curve: Curve) -> Array:
    return linear_to_srgb(light) if curve is None else np.power(light, 1 / curve)
