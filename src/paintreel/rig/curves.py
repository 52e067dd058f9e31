"""Outlines of characters: closed curves, tapering ink, mixtures. Points are (N, 2) or (N, 3)."""

from __future__ import annotations

import numpy as np

from paintreel.drawing.forms import Point, Points, curve, strip
from paintreel.imaging.arrays import Array

__all__ = ["along", "blade", "ease_step", "loop", "mirrored", "moved", "oval", "taper"]


def loop(points: Points, count: int = 48) -> Array:
    """A smooth closed outline (count, D) through `points` (K, D) (Catmull-Rom)."""
    points = np.asarray(points, float)
    t = np.linspace(0.0, len(points), count, endpoint=False)
    i = t.astype(int)
    u = (t - i)[:, None]
    a, b, c, d = (points[(i + k) % len(points)] for k in (-1, 0, 1, 2))
    closed: Array = 0.5 * (
        2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3
    )
    return closed


def along(points: Points, count: int = 24) -> Array:
    """A smooth open path (count, D) through `points` (K, D)."""
    return curve(np.asarray(points, float), count)


def oval(centre: Point, rx: float, ry: float, count: int = 32) -> Array:
    """An upright ellipse (count, 2)."""
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    return np.asarray(centre, float) + np.stack([rx * np.cos(angle), ry * np.sin(angle)], axis=-1)


def taper(count: int, start: float = 0.0, end: float = 0.0, *, belly: float = 0.5) -> Array:
    """Widths (count,) of a brush stroke: `start` and `end` of 1 at the belly, 0..1 along it."""
    t = np.linspace(0.0, 1.0, count)
    rising = start + (1.0 - start) * np.sin(0.5 * np.pi * np.minimum(t / belly, 1.0))
    falling = end + (1.0 - end) * np.sin(0.5 * np.pi * np.minimum((1.0 - t) / (1.0 - belly), 1.0))
    widths: Array = np.minimum(rising, falling)
    return widths


def blade(path: Array, width: float, profile: Array) -> Array:
    """A lock of hair or a leaf: the band (2N, 2) along `path` (N, 2),
    as wide as the profile says."""
    return strip(path, width * profile)


def mirrored(points: Points) -> Array:
    """An outline from half of it: `points` (K, D) from top to bottom at x >= 0, then back up."""
    half = np.asarray(points, float)
    other = half[::-1] * np.array([-1.0, *[1.0] * (half.shape[1] - 1)])
    return np.vstack([half, other[np.abs(other[:, 0]) > 1e-9]])


def moved(points: Array, dx: float | Array, dy: float | Array) -> Array:
    """Points (N, 2), or one (2,), moved to the right and down."""
    there: Array = points + np.array([dx, dy])
    return there


def ease_step(x: float, start: float, end: float) -> float:
    """0 below `start`, 1 above `end`, smooth between."""
    t = min(max((x - start) / (end - start), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)
