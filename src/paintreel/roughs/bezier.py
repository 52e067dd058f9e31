"""Points on a line as few cubic Béziers (Schneider 1990, "An Algorithm for Automatically Fitting
Digitized Curves"): least squares, better parameters by Newton's method, and where that is not near
enough, two curves with one tangent."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["corners_of", "fit_cubics"]

_ROUNDS = 4
_NEWTON_WORTH = 16.0  # times the tolerance up to which better parameters may help
_CORNER_DEG = 55.0


def fit_cubics(points: Array, tolerance_px: float, *, closed: bool = False) -> Array:
    """(M, 4, 2) float64: cubics end to end, none farther than `tolerance_px` from a point.

    points  (N, 2), N >= 1, in order; of a closed line the first is not repeated
    closed  whether the last cubic ends where the first begins

    Where the line turns sharply (`corners_of`) two cubics meet in a corner, elsewhere smoothly.

    >>> line = np.column_stack([np.arange(10.0), np.zeros(10)])
    >>> fit_cubics(line, 0.5).shape
    (1, 4, 2)
    """
    points = np.asarray(points, np.float64)
    if closed and len(points) > 2:
        points = np.vstack([points, points[:1]])
    distinct = np.ones(len(points), bool)
    distinct[1:] = np.abs(np.diff(points, axis=0)).sum(axis=1) > 1e-9
    points = points[distinct]
    if len(points) == 1:
        return np.repeat(points[None], 4, axis=1)
    cuts = [0, *corners_of(points), len(points) - 1]
    tangents = None
    if closed and len(cuts) == 2 and len(points) > 4 and not _is_corner_at_seam(points):
        along = _unit(points[1] - points[-2])  # smooth where it closes
        tangents = along, -along
    cubics: list[Array] = []
    for first, last in pairwise(cuts):
        part = points[first : last + 1]
        out, back = tangents or (_tangent(part), _tangent(part[::-1]))
        cubics += _fitted(part, out, back, tolerance_px**2)
    return np.array(cubics)


def corners_of(points: Array, reach: int = 5) -> list[int]:
    """Indices of the points where a line turns by more than `_CORNER_DEG` degrees."""
    if len(points) < 2 * reach + 1:
        return []
    before = points[reach:-reach] - points[: -2 * reach]
    after = points[2 * reach :] - points[reach:-reach]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.degrees(np.abs(np.arctan2(cross, (before * after).sum(axis=1))))
    corners: list[int] = []
    for at in np.flatnonzero(turn > _CORNER_DEG):
        low, high = max(0, at - reach), at + reach + 1
        if turn[at] >= turn[low:high].max() and (not corners or at + reach - corners[-1] > reach):
            corners.append(int(at + reach))
    return corners


def _is_corner_at_seam(points: Array, reach: int = 5) -> bool:
    """Whether a closed line turns sharply where it begins and ends."""
    reach = min(reach, len(points) // 2)
    into, out = points[-1] - points[-1 - reach], points[reach] - points[0]
    turn = np.arctan2(into[0] * out[1] - into[1] * out[0], float(into @ out))
    return bool(abs(np.degrees(turn)) > _CORNER_DEG)


def _tangent(points: Array, reach: int = 4) -> Array:
    """Unit vector in which a line leaves its first point."""
    return _unit(points[min(reach, len(points) - 1)] - points[0])


def _unit(way: Array) -> Array:
    length = float(np.hypot(*way))
    return way / length if length else np.array([1.0, 0.0])


def _fitted(points: Array, out: Array, back: Array, tolerance: float) -> list[Array]:
    """Cubics for a part without corners; `out` and `back` are unit vectors into it at its ends.

    tolerance: square of the distance.
    """
    if len(points) == 2:
        third = float(np.hypot(*(points[1] - points[0]))) / 3
        return [np.array([points[0], points[0] + out * third, points[1] + back * third, points[1]])]
    t = _chord_lengths(points)
    worst = 0
    for _ in range(_ROUNDS):
        cubic = _least_squares(points, t, out, back)
        error = ((_at(cubic, t) - points) ** 2).sum(axis=1)
        worst = int(error.argmax())
        if error[worst] <= tolerance:
            return [cubic]
        if error[worst] > _NEWTON_WORTH * tolerance:
            break
        t = _nearer(cubic, points, t)
    worst = min(max(worst, 1), len(points) - 2)
    low, high = max(0, worst - 3), min(len(points) - 1, worst + 3)
    middle = _unit(points[high] - points[low])
    return [
        *_fitted(points[: worst + 1], out, -middle, tolerance),
        *_fitted(points[worst:], middle, back, tolerance),
    ]


def _chord_lengths(points: Array) -> Array:
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    shares: Array = along / along[-1]
    return shares


def _weights(t: Array) -> Array:
    """(N, 4) Bernstein polynomials."""
    s = 1 - t
    return np.stack([s**3, 3 * s**2 * t, 3 * s * t**2, t**3], axis=1)


def _at(cubic: Array, t: Array) -> Array:
    points: Array = _weights(t) @ cubic
    return points


def _least_squares(points: Array, t: Array, out: Array, back: Array) -> Array:
    weights = _weights(t)
    first, last = points[0], points[-1]
    one, other = weights[:, 1:2] * out, weights[:, 2:3] * back
    matrix = np.array(
        [[(one * one).sum(), (one * other).sum()], [(one * other).sum(), (other * other).sum()]]
    )
    rest = points - (weights[:, :1] + weights[:, 1:2]) * first
    rest -= (weights[:, 2:3] + weights[:, 3:]) * last
    right = np.array([(one * rest).sum(), (other * rest).sum()])
    chord = float(np.hypot(*(last - first)))
    lengths = np.full(2, chord / 3)
    if abs(np.linalg.det(matrix)) > 1e-12:
        solved = np.linalg.solve(matrix, right)
        # A handle that is turned back, or that flies off, is Wu and Barsky's case.
        if solved.min() > 1e-6 * chord and solved.max() < 10 * max(chord, 1.0):
            lengths = solved
    return np.array([first, first + out * lengths[0], last + back * lengths[1], last])


def _nearer(cubic: Array, points: Array, t: Array) -> Array:
    """Parameters after one step of Newton's towards the nearest point of the cubic."""
    slope = 3 * np.diff(cubic, axis=0)
    bend = 2 * np.diff(slope, axis=0)
    s = (1 - t)[:, None]
    u = t[:, None]
    first = s**2 * slope[0] + 2 * s * u * slope[1] + u**2 * slope[2]
    second = s * bend[0] + u * bend[1]
    off = _at(cubic, t) - points
    down = (first * first).sum(axis=1) + (off * second).sum(axis=1)
    step = np.where(np.abs(down) > 1e-12, (off * first).sum(axis=1) / np.where(down, down, 1), 0)
    moved: Array = np.clip(t - step, 0, 1)
    return moved
