"""The middle of every line, one pixel wide.

Rims are taken off in turns from two sides until only middles are left (Guo and Hall 1989, "Parallel
thinning with two-subiteration algorithms"): ends and holes stay.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["neighbour_codes", "thinned"]

# Bit k of a code is the neighbour k steps clockwise from the one above.
_KERNEL = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)


def neighbour_codes(mask: Array) -> Array:
    """(H, W) uint8: which of the eight neighbours of a pixel are set in `mask`, uint8 0 or 1."""
    codes: Array = cv2.filter2D(mask, cv2.CV_8U, _KERNEL, borderType=cv2.BORDER_CONSTANT)
    return codes


def thinned(mask: Array) -> Array:
    """(H, W) bool: the skeleton of a bool mask, eight-connected where the mask is."""
    left: Array = np.ascontiguousarray(mask, np.uint8)
    changed = True
    while changed:
        changed = False
        for table in _TABLES:
            goes: Array = cv2.bitwise_and(cv2.LUT(neighbour_codes(left), table), left)
            if goes.any():
                left = cv2.bitwise_xor(left, goes)
                changed = True
    return left.astype(bool)


def _table(turn: int) -> Array:
    """(256,) uint8: whether a pixel of that code goes in this turn."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    n, ne, e, se, s, sw, w, nw = bits.T.astype(bool)
    runs = (
        (~n & (ne | e)).astype(int)
        + (~e & (se | s)).astype(int)
        + (~s & (sw | w)).astype(int)
        + (~w & (nw | n)).astype(int)
    )
    one = (nw | n).astype(int) + (ne | e) + (se | s).astype(int) + (sw | w)
    other = (n | ne).astype(int) + (e | se) + (s | sw).astype(int) + (w | nw)
    fewest = np.minimum(one, other)
    side = (s | sw | ~nw) & w if turn == 0 else (n | ne | ~se) & e
    goes: Array = ((runs == 1) & (fewest >= 2) & (fewest <= 3) & ~side).astype(np.uint8)
    return goes


_TABLES = (_table(0), _table(1))
