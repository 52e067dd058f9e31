"""Corners of traced strokes: thinning cuts them short, and smoothing would round what is left.

Where two straight legs meet, the middle of the ink leaves them before they do, the sooner the
sharper the corner. Its place is where the legs, drawn on, meet; ink has to lie there.
"""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.strokes import Stroke, smoothed

__all__ = ["smoothed_between_corners"]

_TURN_DEG = 50.0
_BENT_PX = 0.75
"""How far the points of a leg may lie off its line: beside that it is a bend and no leg."""
_INK = 100
_FARTHEST = 4.0
"""Widths of the line from where the trace turns to where its legs meet."""


def smoothed_between_corners(stroke: Stroke, coverage: Array, sigma_px: float) -> Stroke:
    """The stroke without the stairs of pixels, its corners as sharp and as far out as drawn.

    coverage  (H, W) uint8, the drawing that the stroke was traced in
    sigma_px  of the smoothing, as `strokes.smoothed` has it
    """
    points, widths = stroke.points, stroke.widths
    if stroke.closed:  # begun in the middle of a straight, if there is one
        turn = -int(_turns(points, _reach(stroke), closed=True).argmin())
        points, widths = np.roll(points, turn, axis=0), np.roll(widths, turn)
    corners = _corners(points, widths, coverage)
    if not corners:
        return smoothed(stroke, sigma_px)
    parts, part_widths, start = [], [], 0
    for first, last, place in corners:
        parts.append(np.vstack([points[start : first + 1], _between(points[first], place)]))
        part_widths.append(widths[start : first + 1])
        start = last
    parts.append(points[start:])
    part_widths.append(widths[start:])
    # Each part after the first begins at the corner before it.
    for number, (_, last, place) in enumerate(corners, 1):
        lead = _between(points[last], place)[::-1]
        parts[number] = np.vstack([lead, parts[number]])
    if stroke.closed:
        # Begun anew at a corner, so that nothing is smoothed across the seam or over a corner.
        parts[-1] = np.vstack([parts[-1], parts[0]])
        part_widths[-1] = np.concatenate([part_widths[-1], part_widths[0]])
        parts, part_widths = parts[1:], part_widths[1:]
    soft = [
        smoothed(Stroke(part, _as_long(own, len(part))), sigma_px)
        for part, own in zip(parts, part_widths, strict=True)
    ]
    # A corner is the end of one part and the beginning of the next.
    kept = [slice(None, -1) if stroke.closed or n < len(soft) - 1 else slice(None)
            for n in range(len(soft))]  # fmt: skip
    return Stroke(
        np.vstack([part.points[keep] for part, keep in zip(soft, kept, strict=True)]),
        np.concatenate([part.widths[keep] for part, keep in zip(soft, kept, strict=True)]),
        stroke.closed,
    )


def _reach(stroke: Stroke) -> int:
    return max(4, round(1.2 * float(np.median(stroke.widths))))


def _turns(points: Array, reach: int, *, closed: bool = False) -> Array:
    """(N,) degrees by which a line turns around each point; 0 near the ends of an open one."""
    count = len(points)
    if count < 4 * reach + 1:
        return np.zeros(count)
    padded = np.concatenate([points[-2 * reach :], points, points[: 2 * reach]])
    at = np.arange(count) + 2 * reach
    into, out = (
        padded[at - reach] - padded[at - 2 * reach],
        padded[at + 2 * reach] - padded[at + reach],
    )
    cross = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
    turns: Array = np.degrees(np.abs(np.arctan2(cross, (into * out).sum(axis=1))))
    if not closed:
        turns[: 2 * reach] = turns[-2 * reach :] = 0
    return turns


def _corners(points: Array, widths: Array, coverage: Array) -> list[tuple[int, int, Array]]:
    """[(last point of the leg before, first of the leg after, where they meet)], in order."""
    reach = _reach(Stroke(points, widths))
    turns = _turns(points, reach)
    found: list[tuple[int, int, Array]] = []
    for at in np.flatnonzero(turns > _TURN_DEG):
        low, high = max(0, at - reach), at + reach + 1
        if turns[at] < turns[low:high].max() or (found and at - reach <= found[-1][1]):
            continue
        place = _meeting(points, int(at), reach)
        far_px = _FARTHEST * float(widths[at]) + reach
        if place is None or np.hypot(*(place - points[at])) > far_px or not _is_inked(
            coverage, points[at], place
        ):  # fmt: skip
            continue
        found.append((int(at) - reach, int(at) + reach, place))
    return found


def _meeting(points: Array, at: int, reach: int) -> Array | None:
    """Where the legs before and after a point meet; None where one of them is bent."""
    before, after = (
        _longest_leg(side, reach) for side in (points[: at - reach + 1][::-1], points[at + reach :])
    )
    if before is None or after is None:
        return None
    (one, along), (other, across) = before, after
    matrix = np.column_stack([along, -across])
    if abs(np.linalg.det(matrix)) < 0.2:  # 12 degrees: they run side by side
        return None
    met: Array = one + along * np.linalg.solve(matrix, other - one)[0]
    return met


def _longest_leg(points: Array, reach: int) -> tuple[Array, Array] | None:
    """A point and the direction of the straight that points begin with; None where it is bent."""
    for length in (4 * reach, 2 * reach, reach):
        leg = points[: length + 1]
        middle = leg.mean(axis=0)
        _, _, axes = np.linalg.svd(leg - middle, full_matrices=False)
        if len(leg) > length and np.abs((leg - middle) @ axes[1]).max() <= _BENT_PX:
            return middle, axes[0]
    return None


def _is_inked(coverage: Array, start: Array, end: Array) -> bool:
    """Whether ink lies all the way from one point to another."""
    height, width = coverage.shape
    way = start + np.linspace(0, 1, 16)[:, None] * (end - start)
    x, y = np.floor(way).astype(int).T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return bool(inside.all() and (coverage[y, x] >= _INK).all())


def _between(start: Array, end: Array) -> Array:
    """Points a pixel apart from one to another, without the first."""
    steps = max(1, round(float(np.hypot(*(end - start)))))
    line: Array = start + np.linspace(0, 1, steps + 1)[1:, None] * (end - start)
    return line


def _as_long(widths: Array, count: int) -> Array:
    """The widths stretched over as many points."""
    stretched: Array = np.interp(
        np.linspace(0, len(widths) - 1, count), np.arange(len(widths)), widths
    )
    return stretched
