"""Close lines where the form is closed: gaps up to a stated size are bridged.

An end of a stroke reaches for another end that comes to meet it, or for the line that lies straight
before it. The bridge goes out in the direction of the stroke and comes in in that of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.strokes import Stroke, draw_strokes, smoothed, trace_strokes

__all__ = ["bridge_gaps", "bridges"]

_INK, _NO_INK = 110, 60
_MEETING = 0.45
"""Cosine between a stroke and the way to the other end from which it comes to meet it."""

_TOUCHING = 1.5
"""Gaps of fewer widths are bridged at any angle but straight back."""

_LOOK_PX = 10
_FAN_DEG = (0.0, 12.0, -12.0, 25.0, -25.0)


@dataclass(frozen=True, slots=True, eq=False)
class _End:
    """A free end: where, in which direction it would go on, how wide, and of which stroke."""

    at: Array
    way: Array
    width_px: float
    stroke: int


def bridge_gaps(
    coverage: Array, gap_px: float, strokes: Sequence[Stroke] | None = None
) -> tuple[Array, int]:
    """(the drawing (H, W) uint8 with its gaps bridged, how many were).

    gap_px   the widest gap that is bridged, in pixels; 0 bridges none
    strokes  those of the drawing, where they are known
    """
    if gap_px <= 0:
        return coverage, 0
    if strokes is None:
        strokes = [smoothed(stroke, 1.5) for stroke in trace_strokes(coverage)]
    found = bridges(coverage, strokes, gap_px)
    if not found:
        return coverage, 0
    return np.maximum(draw_strokes(found, coverage.shape), coverage), len(found)


def bridges(coverage: Array, strokes: Sequence[Stroke], gap_px: float) -> list[Stroke]:
    """The bridges of a drawing, as strokes from end to end; arguments as `bridge_gaps`."""
    ends = _free_ends(strokes, coverage.shape)
    made: list[Stroke] = []
    taken: set[int] = set()
    for _, i, j in sorted(_meetings(ends, gap_px), key=lambda each: each[0]):
        if i not in taken and j not in taken:
            taken |= {i, j}
            made.append(_bridge(ends[i], ends[j].at, -ends[j].way, ends[j].width_px))
    for number, end in enumerate(ends):
        if number in taken:
            continue
        hit = _line_ahead(coverage, end, gap_px)
        if hit is not None:
            made.append(_bridge(end, hit, (hit - end.at) / np.linalg.norm(hit - end.at)))
    return made


def _free_ends(strokes: Sequence[Stroke], shape: tuple[int, ...]) -> list[_End]:
    """Ends that lie on no other stroke and not at the border of the picture."""
    height, width = shape[:2]
    owners = np.full((height, width), -1, np.int32)
    for number, stroke in enumerate(strokes):
        cv2.polylines(owners, [np.floor(stroke.points).astype(np.int32)], stroke.closed, number)
    ends = []
    for number, stroke in enumerate(strokes):
        if stroke.closed:
            continue
        for points, widths in (
            (stroke.points[::-1], stroke.widths[::-1]),
            (stroke.points, stroke.widths),
        ):
            at, wide = points[-1], float(np.median(widths[-_LOOK_PX:]))
            if min(*at, width - at[0], height - at[1]) < wide:
                continue
            tail = points[-_LOOK_PX:]
            way = tail[-1] - tail[0]
            length = float(np.hypot(*way))
            if not length or _on_another(owners, at, number):
                continue
            ends.append(_End(at, way / length, wide, number))
    return ends


def _on_another(owners: Array, at: Array, number: int) -> bool:
    x, y = int(at[0]), int(at[1])
    window = owners[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3]
    return bool(((window >= 0) & (window != number)).any())


def _meetings(ends: Sequence[_End], gap_px: float) -> list[tuple[float, int, int]]:
    """(cost, one end, other end) of all pairs that come to meet each other."""
    cells: dict[tuple[int, int], list[int]] = {}
    for number, end in enumerate(ends):
        cells.setdefault(_cell(end, gap_px), []).append(number)
    pairs = []
    for i, end in enumerate(ends):
        column, row = _cell(end, gap_px)
        near = [
            j
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for j in cells.get((column + dx, row + dy), ())
            if j > i
        ]
        for j in near:
            cost = _cost(end, ends[j], gap_px)
            if cost is not None:
                pairs.append((cost, i, j))
    return pairs


def _cell(end: _End, gap_px: float) -> tuple[int, int]:
    side = max(gap_px, 1.0)
    return int(end.at[0] // side), int(end.at[1] // side)


def _cost(one: _End, other: _End, gap_px: float) -> float | None:
    way = other.at - one.at
    distance = float(np.hypot(*way))
    # Rims: the ink of both ends reaches half a width beyond the middle of the line.
    if distance - (one.width_px + other.width_px) / 2 > gap_px or distance == 0:
        return None
    out, back = float(one.way @ way) / distance, -float(other.way @ way) / distance
    least = -0.3 if distance < _TOUCHING * (one.width_px + other.width_px) / 2 + 1 else _MEETING
    if min(out, back) < least:
        return None
    return distance * (2 - out) * (2 - back)


def _line_ahead(coverage: Array, end: _End, gap_px: float) -> Array | None:
    """Where the line straight before an end is, no farther than the gap; None for none."""
    height, width = coverage.shape
    at = np.arange(0.5, gap_px + end.width_px + 1.5, 0.5)
    best: tuple[float, Array] | None = None
    for angle in _FAN_DEG:
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        way = np.array([cos * end.way[0] - sin * end.way[1], sin * end.way[0] + cos * end.way[1]])
        points = end.at + at[:, None] * way
        columns, rows = np.floor(points).astype(int).T
        inside = (columns >= 0) & (rows >= 0) & (columns < width) & (rows < height)
        values = coverage[rows[inside], columns[inside]]
        clear = np.flatnonzero(values < _NO_INK)
        if not len(clear):
            continue
        again = np.flatnonzero(values[clear[0] :] >= _INK)
        if len(again):
            place = clear[0] + again[0]
            far = float(at[inside][place]) * (1 + abs(angle) / 60)
            if far - end.width_px / 2 <= gap_px and (best is None or far < best[0]):
                best = far, points[inside][place] + way * 0.5
    return None if best is None else best[1]


def _bridge(end: _End, goal: Array, arrival: Array, width_px: float | None = None) -> Stroke:
    """A smooth stroke from an end to a point, arriving in a direction."""
    reach = float(np.hypot(*(goal - end.at)))
    t = np.linspace(0, 1, max(3, int(reach) + 2))[:, None]
    # Hermite's cubic.
    a, b = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
    c, d = -2 * t**3 + 3 * t**2, t**3 - t**2
    points = a * end.at + b * reach * end.way + c * goal + d * reach * arrival
    other = end.width_px if width_px is None else width_px
    widths = np.linspace(end.width_px, other, len(points))
    return Stroke(points, widths)
