"""A small plane seen at the size of a big picture, some rows at a time.

Floats of a whole picture of 200 million pixels would take more memory than there is.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["PART_PX", "bands_of", "enlarged_rows"]

_BAND_PX = 1 << 20
PART_PX = 8192
"""Columns that are moved at a time: OpenCV refuses 32,767 and more."""


def bands_of(height: int, width: int) -> Iterator[slice]:
    """Rows of a picture, about a million pixels at a time."""
    rows = max(16, _BAND_PX // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def enlarged_rows(plane: Array, size_px: tuple[int, int], rows: slice) -> Array:
    """Some rows of `plane` (h, w) or (h, w, C) enlarged to (width, height), between its pixels."""
    width, height = size_px
    h, w = plane.shape[:2]
    if (w, h) == size_px:
        return np.asarray(plane[rows])
    x = ((np.arange(width) + 0.5) * w / width - 0.5).astype(np.float32)
    y = ((np.arange(rows.start, rows.stop) + 0.5) * h / height - 0.5).astype(np.float32)
    out = np.empty((len(y), width, *plane.shape[2:]), plane.dtype)
    for left in range(0, width, PART_PX):
        along, down = np.meshgrid(x[left : left + PART_PX], y)
        out[:, left : left + PART_PX] = cv2.remap(
            plane, along, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return out
