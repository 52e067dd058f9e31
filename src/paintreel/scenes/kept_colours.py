"""The colours of a rough in what is painted of it: a painter lays light and strokes, and no cast.

Networks lean to the colours of what they learnt from, everywhere by a little. What they shift over
wide stretches is taken back; what they add within them, and all lightness, stays.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, from_float, to_8bit, to_float
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.bands import bands_of, enlarged_rows

__all__ = ["in_colours_of"]

_SEEN_PX = 320
_WIDE = 0.1  # of the longer side


def in_colours_of(blocks: Array, painted: Array) -> Array:
    """(H, W, 3) `painted`, in its dtype, with the a and b of CIELAB of the rough on the whole.

    blocks: (H, W, 3) uint8
    """
    height, width = painted.shape[:2]
    size = fit_max_side(width, height, _SEEN_PX)
    wanted, found = (
        _lab(np.asarray(cv2.resize(to_8bit(x), size, interpolation=cv2.INTER_AREA)) / 255)
        for x in (blocks, painted)
    )
    shift = np.asarray(
        cv2.GaussianBlur((wanted - found)[..., 1:], (0, 0), _WIDE * max(size)), np.float32
    )
    out = np.empty_like(painted)
    for rows in bands_of(height, width):
        lab = _lab(to_float(painted[rows]))
        lab[..., 1:] += enlarged_rows(shift, (width, height), rows)
        rgb = np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))
        out[rows] = from_float(np.clip(rgb, 0, 1), painted.dtype)
    return out


def _lab(x: Array) -> Array:
    return np.asarray(cv2.cvtColor(np.asarray(x, np.float32), cv2.COLOR_RGB2LAB))
