"""Whether white in a rough is the sheet that shows between the strokes, or paint.

Snow, a sail and a white wall are as white as paper. What tells a sheet is its edge: where strokes
end, paper comes through again and again on all its sides, while paint that is white comes to an
edge once or twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.bands import bands_of

__all__ = ["is_sheet", "with_white_paper"]

_SEEN_PX = 320
_LIGHT, _COLOURED = 84.0, 14.0  # of CIELAB: least lightness, most chroma
_SEEN_NEAR, _NEAR = 14, 26  # of 255, after the median and before it
_WHITE = 247
_LEAST, _MOST = 0.02, 0.6
_WIDE, _MOSTLY_WIDE = 0.04, 0.25
_RIM_PX = 3
_SEVERAL, _PART = 2, 0.04
_MARGIN = 0.97
_GAP = 0.008  # of a side: shorter ones do not count
_GAPS = 7
_GAPS_IN_MARGIN = 3
_OPEN, _DEEP = 0.1, 0.15


def is_sheet(seen: Array, small: Array) -> bool:
    """Whether what is white is paper: many gaps at the edges, or some at two edges across.

    What is white for the most part is no rough of strokes.

    seen   (h, w) bool or uint8, where it is white
    small  (h, w, 3) uint8, the picture
    """
    seen = seen > 0
    paint = cv2.erode((~seen).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if seen.mean() > _MOST or _kinds(small[paint]) < _SEVERAL:
        return False
    inner = _without_margin(seen)
    sides = (inner[0], inner[-1], inner[:, 0], inner[:, -1])
    gaps, within = zip(*(_gaps(side) for side in sides), strict=True)
    # What a thing in a margin all round leaves of its box is no gap between strokes.
    has_margin = all(cut < whole - 1 for cut, whole in zip(inner.shape, seen.shape, strict=True))
    least = _GAPS_IN_MARGIN if has_margin else 2
    if sum(gaps) >= _GAPS and sum(count >= least for count in gaps) >= 2:
        return True
    return _is_parted(sides, within) or _is_parted(*_ends_of_strokes(inner))


def _is_parted(sides: Sequence[Array], within: Sequence[int]) -> bool:
    """Whether either pair of opposite sides has gaps, at both and not at their ends alone."""
    parted = [n >= 2 and side.mean() >= _OPEN for n, side in zip(within, sides, strict=True)]
    return all(parted[:2]) or all(parted[2:])


def _ends_of_strokes(inner: Array) -> tuple[list[Array], list[int]]:
    """(sides, gaps within each), where a gap goes on inward: strokes in a margin end unevenly."""
    deep = [max(1, round(_DEEP * length)) for length in inner.shape]
    sides = [
        np.asarray(part.all(axis=axis))
        for part, axis in (
            (inner[: deep[0]], 0),
            (inner[-deep[0] :], 0),
            (inner[:, : deep[1]], 1),
            (inner[:, -deep[1] :], 1),
        )
    ]
    return sides, [_gaps(side)[1] for side in sides]


def _without_margin(seen: Array) -> Array:
    """What is inside the rows and columns at the edges that are all white."""
    rows, columns = (np.flatnonzero(seen.mean(axis=axis) < _MARGIN) for axis in (1, 0))
    if not len(rows) or not len(columns):  # a dot
        return seen
    return np.asarray(seen[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _gaps(side: Array) -> tuple[int, int]:
    """How often a side (N,) bool is white for longer than a hair, and how often not at its ends."""
    steps = np.diff(np.concatenate([[0], side.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    long = ends - starts >= max(2, _GAP * len(side))
    within = (starts > 0) & (ends < len(side))
    return int(long.sum()), int((long & within).sum())


def _kinds(paint: Array) -> int:
    """How many colours (N, 3) uint8 are of, each a part of any size; 0 of nothing."""
    bins = (paint >> 5).astype(np.intp)
    counts = np.bincount((bins[:, 0] << 6) | (bins[:, 1] << 3) | bins[:, 2], minlength=1)
    return int((counts > _PART * len(paint)).sum())


def with_white_paper(blocks: Array) -> Array:
    """(H, W, 3) uint8 with paper that is cream or light grey in white; else the same array.

    It is the one light, hardly coloured kind of place that is a sheet and, but at the edges, wide
    nowhere.
    """
    height, width = blocks.shape[:2]
    size = fit_max_side(width, height, _SEEN_PX)
    small = np.asarray(cv2.medianBlur(cv2.resize(blocks, size, interpolation=cv2.INTER_AREA), 3))
    lab = rgb_to_lab(small)
    light = (lab[..., 0] >= _LIGHT) & (np.hypot(lab[..., 1], lab[..., 2]) <= _COLOURED)
    if not _LEAST <= light.mean() <= _MOST:
        return blocks
    pale = np.asarray(small[light], np.int16)
    kinds, counts = np.unique(pale >> 3, axis=0, return_counts=True)
    usual = pale[(pale >> 3 == kinds[counts.argmax()]).all(axis=1)]
    paper = np.median(usual, axis=0).astype(np.int16)
    seen = (np.abs(small.astype(np.int16) - paper).max(axis=2) <= _SEEN_NEAR).astype(np.uint8)
    if int(paper.min()) >= _WHITE or not is_sheet(seen, small) or _is_wide(seen):
        return blocks
    near: Array = np.empty((height, width), np.uint8)
    for rows in bands_of(height, width):
        near[rows] = np.abs(blocks[rows].astype(np.int16) - paper).max(axis=2) <= _NEAR
    # A file's own blur gives the rims of pale things the colour of paper.
    near = cv2.morphologyEx(near, cv2.MORPH_OPEN, np.ones((_RIM_PX, _RIM_PX), np.uint8))
    return np.where(near[..., None] > 0, np.uint8(255), blocks)


def _is_wide(seen: Array) -> bool:
    """Whether much of (h, w) uint8 is wide, apart from what lies at the edges."""
    reach = 2 * max(1, round(_WIDE * min(seen.shape))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    wide = cv2.morphologyEx(seen, cv2.MORPH_OPEN, kernel)
    _, labels = cv2.connectedComponents(wide)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    inside = (wide > 0) & ~np.isin(labels, rim)
    return bool(inside.sum() > _MOSTLY_WIDE * seen.sum())
