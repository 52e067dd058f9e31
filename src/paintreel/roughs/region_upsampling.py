"""Colours enlarged within their regions, so that none runs over a line.

A painting that was made small is smoothly enlarged where all pixels around are of one region. Along
the borders of regions, where smooth enlarging mixes both sides, colours grow from the inside.
"""

from __future__ import annotations

from math import ceil

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["enlarge_within"]


def enlarge_within(colours: Array, labels: Array) -> Array:
    """(H, W, 3) uint8: colours at the size of the regions.

    colours  (h, w, 3) uint8, not larger than the regions
    labels   (H, W) int32, the region of every pixel
    """
    height, width = labels.shape
    h, w = colours.shape[:2]
    large = colours
    if (h, w) != (height, width):
        large = cv2.resize(colours, (width, height), interpolation=cv2.INTER_LINEAR)
    large = np.ascontiguousarray(large).copy()
    rows = (np.arange(h) * 2 + 1) * height // (2 * h)
    columns = (np.arange(w) * 2 + 1) * width // (2 * w)
    small = labels[rows][:, columns].astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    mixed = (cv2.dilate(small, kernel) != cv2.erode(small, kernel)).astype(np.uint8)
    scale = max(height / h, width / w)
    unknown = cv2.resize(mixed, (width, height), interpolation=cv2.INTER_NEAREST)
    if scale > 1:  # what lies between a mixed pixel and a clear one is mixed too
        unknown = cv2.dilate(unknown, np.ones((2 * ceil(scale / 2) + 1,) * 2, np.uint8))
    _grow(large, labels, unknown > 0, ceil(2.5 * scale) + 2)
    return large


def _grow(colours: Array, labels: Array, unknown: Array, steps: int) -> None:
    """Give unknown pixels the mean colour of known neighbours of their region, rim by rim."""
    height, width = labels.shape
    flat, ids, left = colours.reshape(-1, 3), labels.ravel(), unknown.ravel()
    places = np.flatnonzero(left)
    for _ in range(steps):
        if not len(places):
            return
        y, x = np.divmod(places, width)
        total, count = np.zeros((len(places), 3), np.float32), np.zeros(len(places), np.float32)
        for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            inside = (y + dy >= 0) & (y + dy < height) & (x + dx >= 0) & (x + dx < width)
            other = np.where(inside, places + dy * width + dx, places)
            gives = inside & ~left[other] & (ids[other] == ids[places])
            total[gives] += flat[other[gives]]
            count += gives
        now = count > 0
        if not now.any():
            return
        flat[places[now]] = np.rint(total[now] / count[now, None]).astype(np.uint8)
        left[places[now]] = False
        places = places[~now]
