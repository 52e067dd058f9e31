"""Grain of the ground that is painted on: what tells a network one place of a flat colour from
another.

A convolution gives one answer wherever it sees one colour. A painter that is to lay strokes there
needs something to start them from, or it lays one pattern in rows. The grain is a property of the
place, counted from the middle of the whole picture, so that tiles and machines agree, and a picture
with a margin around it; the colours of a rough are not changed by it.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.bands import bands_of

__all__ = ["deviations", "grain_of"]

_ROW, _COLUMN, _MIX = 668265263, 374761393, 1274126177
_LEVELS = 256
_NORMAL = np.array(
    [NormalDist().inv_cdf((level + 0.5) / _LEVELS) for level in range(_LEVELS)], np.float32
)


def grain_of(height: int, width: int) -> Array:
    """(H, W) uint8, every value about as often, whatever its neighbours are; the same every time.

    >>> grain_of(2, 3).shape
    (2, 3)
    >>> bool((grain_of(6, 4)[2:4, 1:3] == grain_of(2, 2)).all())
    True
    """
    grain = np.empty((height, width), np.uint8)
    down, along = (
        np.arange(-(side // 2), side - side // 2).astype(np.uint32) for side in (height, width)
    )
    for rows in bands_of(height, width):
        grain[rows] = _mixed(down[rows, None] * np.uint32(_ROW) + along * np.uint32(_COLUMN))
    return grain


def _mixed(x: Array) -> Array:
    """A hash of places, its upper eight bits."""
    x ^= x >> np.uint32(13)
    x *= np.uint32(_MIX)
    x ^= x >> np.uint32(16)
    x *= np.uint32(_MIX)
    return np.asarray(x >> np.uint32(24), np.uint8)


def deviations(grain: Array) -> Array:
    """Grain of any shape as a standard normal deviation, float32."""
    return _NORMAL[grain]
