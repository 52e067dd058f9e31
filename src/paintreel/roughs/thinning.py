"""A drawing thinned to lines of one pixel (Zhang and Suen 1984, "A fast parallel algorithm").

Their rule looks at the eight neighbours alone, so that it is a table of 256 answers.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["thinned"]

_ROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Neighbours p2..p9, row and column, from the one above clockwise."""


def thinned(ink: Array) -> Array:
    """(H, W) bool: the middle of the lines of `ink` (H, W) bool, connected where they were.

    >>> thinned(np.ones((3, 7), bool)).astype(int).tolist()[1]
    [0, 1, 1, 1, 1, 0, 0]
    """
    left: Array = np.pad(ink.astype(np.uint8), 1)
    weights = np.zeros((3, 3), np.float32)
    for bit, (row, column) in enumerate(_ROUND):
        weights[row + 1, column + 1] = 1 << bit
    while True:
        before = cv2.countNonZero(left)
        for table in _tables():
            neighbours = cv2.filter2D(left, -1, weights, borderType=cv2.BORDER_CONSTANT)
            left &= cv2.LUT(neighbours, table)
        if cv2.countNonZero(left) == before:
            return left[1:-1, 1:-1] > 0


@cache
def _tables() -> tuple[Array, Array]:
    """(256,) uint8 of the two half rounds: 1 where a pixel with these neighbours stays."""
    codes = np.arange(256)
    p = (codes[:, None] >> np.arange(8)) & 1
    count = p.sum(axis=1)
    rises = ((p == 0) & (np.roll(p, -1, axis=1) == 1)).sum(axis=1)
    edge = (count >= 2) & (count <= 6) & (rises == 1)
    up, right, down, left = p[:, 0], p[:, 2], p[:, 4], p[:, 6]
    first = edge & (up * right * down == 0) & (right * down * left == 0)
    second = edge & (up * right * left == 0) & (up * down * left == 0)
    return (~first).astype(np.uint8), (~second).astype(np.uint8)
