"""How a stored frame is turned for display, as cameras record it in a display matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, degrees

import cv2

from paintreel.imaging.arrays import Array

__all__ = ["UPRIGHT", "Orientation"]

_CLOCKWISE = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class Orientation:
    """Mirror left to right (`mirrored`), then turn `quarter_turns` times 90 degrees clockwise."""

    quarter_turns: int = 0
    mirrored: bool = False

    @classmethod
    def from_matrix(cls, matrix: Sequence[int]) -> Orientation:
        """From the 9 integers of FFmpeg's display matrix; odd angles go to the nearest quarter.

        The matrix sends the stored pixel (x, y), y downward, to (a x + c y, b x + d y) with
        a, b = matrix[0], matrix[1] and c, d = matrix[3], matrix[4].

        >>> Orientation.from_matrix([0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30])
        Orientation(quarter_turns=1, mirrored=False)
        """
        a, b, c, d = (int(matrix[i]) for i in (0, 1, 3, 4))
        if a * d == b * c:  # not invertible: a broken file, nothing sensible to apply
            return UPRIGHT
        mirrored = a * d < b * c
        if mirrored:
            a, b = -a, -b
        return cls(round(degrees(atan2(b, a)) / 90) % 4, mirrored)

    @property
    def degrees_clockwise(self) -> int:
        """0, 90, 180 or 270."""
        return self.quarter_turns * 90

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.quarter_turns % 2 == 1

    def apply(self, pixels: Array) -> Array:
        """`pixels` (H, W, C) as they are to be shown; the array itself when it is upright."""
        if self.mirrored:
            pixels = cv2.flip(pixels, 1)
        if self.quarter_turns:
            pixels = cv2.rotate(pixels, _CLOCKWISE[self.quarter_turns])
        return pixels


UPRIGHT = Orientation()
