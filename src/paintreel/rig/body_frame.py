"""Where points of the body at rest lie in a pose."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast

__all__ = ["on_body"]

_HIPS = 0.2  # how far they go to a side


def on_body(cast: Cast, points: Array, z: float = 0.0, *, shrug: bool = False) -> Array:
    """Points (N, 2) of the body at rest where lean, turn, breath and shrug bring them.

    z      how far they lie before the middle of the body
    shrug  they go up with the shoulders
    """
    points = np.asarray(points, float)
    down = np.clip(points[:, 1], 0.0, 4.0) / 4.0
    lean = min(max(cast.pose.lean, -1.0), 1.0)
    weight = cast.weight
    x = points[:, 0] + 0.22 * lean * (1.0 - down) + 0.2 * z * cast.head.turn
    x = x * (1.0 + 0.016 * cast.pose.breath) + _HIPS * weight * down
    # The higher it is on the body, the more it goes up; the middle of the neck stays.
    out = np.clip(np.abs(points[:, 0]) / 0.8, 0.0, 1.0)
    upper = np.exp(-((np.maximum(points[:, 1], 0.0) / 1.6) ** 2))
    tilt = cast.shoulder_tilt * np.clip(points[:, 0] / 0.8, -1.5, 1.5)
    y = points[:, 1] + (cast.shoulder_y * (out if shrug else 0.35) + tilt) * upper
    return np.column_stack([x, y])
