"""A face in a picture: where it is, and where its eyes, nose and mouth are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["LANDMARKS", "Face"]

LANDMARKS = ("left eye", "right eye", "nose", "left of the mouth", "right of the mouth")
"""Rows of `Face.landmarks`; left and right are those of the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face that was found.

    Pixels are squares: the first column reaches from 0 to 1, its middle is 0.5.

    box         (left, top, right, bottom) in pixels, from the brow to the chin; it may reach over
                the border of the picture
    landmarks   (5, 2) float64, x and y in pixels, in the order of `LANDMARKS`
    confidence  0 to 1, how sure the network is that this is a face
    """

    box: tuple[float, float, float, float]
    landmarks: Array
    confidence: float

    @property
    def side_px(self) -> float:
        """The longer side of the box."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of the middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def tilt_deg(self) -> float:
        """By how much the line of the eyes is turned clockwise, -180 to 180; 0 when it is level."""
        across = self.landmarks[1] - self.landmarks[0]
        return float(np.degrees(np.arctan2(across[1], across[0])))

    def moved(self, right_px: float, down_px: float, scale: float = 1.0) -> Face:
        """The face in a picture that was scaled, and then moved by so much."""
        shift = np.array([right_px, down_px])
        left, top, right, bottom = (float(x) * scale for x in self.box)
        box = (left + right_px, top + down_px, right + right_px, bottom + down_px)
        return Face(box, self.landmarks * scale + shift, self.confidence)
