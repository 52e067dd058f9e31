"""Where points of a head lie in the picture, turned, bowed and tilted.

A head is (x, y, z): x to the right of the picture, y down, z toward the viewer, in half heights of
the head from its middle; the crown is at y = -1, the chin at y = 1. Parts lie at depths of their
own, so a turn shifts them against each other as it does layers of paper, and shortens them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["HeadFrame"]

_FACE_DEPTH, _FACE_WIDTH = 0.6, 1.2
_NECK = (0.0, 0.75)


@dataclass(frozen=True)
class HeadFrame:
    """turn_deg, nod_deg, tilt_deg as of a pose; middle: of the head in the figure, (x, y)."""

    turn_deg: float
    nod_deg: float
    tilt_deg: float
    middle: tuple[float, float]

    @property
    def turn(self) -> float:
        """-1 to 1: how far it turns to the right of the picture; 1 is 30 degrees."""
        return self.turn_deg / 30.0

    def depth(self, x: Array | float, y: Array | float) -> Array:
        """How far a point of the face lies before the middle of the head."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        flat = np.clip(1.0 - (x / _FACE_WIDTH) ** 2, 0.0, 1.0)
        return _FACE_DEPTH * np.sqrt(flat) * (1.0 - 0.12 * y * y)

    def on_face(self, points: Array, out: float = 0.0) -> Array:
        """Points (N, 2) of the face in the figure (N, 2); `out`: how far they stand out."""
        points = np.asarray(points, float)
        z = self.depth(points[:, 0], points[:, 1]) + out
        return self.place(np.column_stack([points, z]))

    def place(self, points: Array) -> Array:
        """Points (N, 3) of the head in the figure (N, 2)."""
        points = np.asarray(points, float)
        x, y, z = points[:, 0], points[:, 1], points[:, 2]
        turn, nod = math.radians(self.turn_deg), math.radians(self.nod_deg)
        x, z = x * math.cos(turn) + z * math.sin(turn), z * math.cos(turn) - x * math.sin(turn)
        y = y * math.cos(nod) + z * math.sin(nod)
        tilt = math.radians(self.tilt_deg)
        x, y = x - _NECK[0], y - _NECK[1]
        x, y = x * math.cos(tilt) - y * math.sin(tilt), x * math.sin(tilt) + y * math.cos(tilt)
        return np.column_stack([x + _NECK[0] + self.middle[0], y + _NECK[1] + self.middle[1]])

    def flat(self, points: Array, z: float) -> Array:
        """Points (N, 2) of a plane at one depth in the figure (N, 2)."""
        points = np.asarray(points, float)
        return self.place(np.column_stack([points, np.full(len(points), z)]))
