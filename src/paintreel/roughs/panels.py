"""The panels of a page: framed boxes with clear gutters between them.

A page is cut along the clear bands that go through it, each part along those that go through that,
and so on (Nagy and Seth 1984, recursive X-Y cut). A part is a panel where a frame is drawn around
it; figures that merely stand apart are none.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side

__all__ = ["find_panels"]

_SIDE_PX = 800
_INK = 100
_GUTTER = 0.006  # of the longer side
_FRAME = 0.6  # share of a side along which its frame is drawn
_LEAST_AREA = 0.015
_DEEPEST = 5

Box = tuple[slice, slice]


def find_panels(coverage: Array) -> list[Box]:
    """(rows, columns) of the panels, top to bottom, left to right; none where there are not two.

    coverage  (H, W) uint8, 255 where all is ink
    """
    height, width = coverage.shape
    size = fit_max_side(width, height, _SIDE_PX)
    ink = cv2.resize(coverage, size, interpolation=cv2.INTER_AREA) >= _INK // 2
    gutter_px = max(2, round(_GUTTER * max(size)))
    found = _cut(ink, (0, ink.shape[0], 0, ink.shape[1]), gutter_px, 0)
    framed = [box for box in found if _is_framed(ink, box)]
    if len(framed) < 2:
        return []
    down, across = height / ink.shape[0], width / ink.shape[1]
    return [
        (
            slice(int(top * down), min(height, int(np.ceil(bottom * down)))),
            slice(int(left * across), min(width, int(np.ceil(right * across)))),
        )
        for top, bottom, left, right in framed
    ]


def _cut(
    ink: Array, box: tuple[int, int, int, int], gutter_px: int, depth: int
) -> list[tuple[int, int, int, int]]:
    top, bottom, left, right = box
    part = ink[top:bottom, left:right]
    if not part.any() or depth > _DEEPEST:
        return []
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    top, bottom = top + int(rows[0]), top + int(rows[-1]) + 1
    left, right = left + int(columns[0]), left + int(columns[-1]) + 1
    part = ink[top:bottom, left:right]
    for axis in (0, 1):
        spans = _spans(np.asarray(part.any(axis=1 - axis)), gutter_px)
        if len(spans) > 1:
            parts = []
            for first, last in spans:
                inner = (
                    (top + first, top + last, left, right)
                    if axis == 0
                    else (top, bottom, left + first, left + last)
                )
                parts += _cut(ink, inner, gutter_px, depth + 1)
            return parts
    return [(top, bottom, left, right)]


def _spans(inked: Array, gutter_px: int) -> list[tuple[int, int]]:
    """Runs of rows with ink, those parted by less than a gutter as one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(np.int8), [0]])))
    spans: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if spans and first - spans[-1][1] < gutter_px:
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    return spans


def _is_framed(ink: Array, box: tuple[int, int, int, int]) -> bool:
    top, bottom, left, right = box
    part = ink[top:bottom, left:right]
    if part.size < _LEAST_AREA * ink.size:
        return False
    edge = max(2, round(0.012 * max(part.shape)))
    sides = (part[:edge], part[-edge:], part[:, :edge].T, part[:, -edge:].T)
    return sum(float(side.any(axis=0).mean()) >= _FRAME for side in sides) >= 3
