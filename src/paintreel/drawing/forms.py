"""Outlines as arrays of points: what shape grammars are built of.

Points are (N, 2), many outlines of one kind (M, N, 2); y grows downward, lengths in frame heights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = [
    "Numbers",
    "Point",
    "Points",
    "blobs",
    "box",
    "curve",
    "dabs",
    "ellipses",
    "ribbon",
    "ridge",
    "skirt",
    "spikes",
    "strip",
    "waves",
]

Numbers: TypeAlias = Array | Sequence[float] | float
"""One number for all, or one each (M,)."""
Point: TypeAlias = Array | Sequence[float]
"""x and y (2,)."""
Points: TypeAlias = Array | Sequence[Point] | Sequence[float]
"""Points (M, 2), or one (2,)."""


@cache
def _round(count: int) -> Array:
    """Angles once round, not to be written to."""
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    angle.flags.writeable = False
    return angle


@cache
def _circle(count: int) -> Array:
    """A circle of radius 1 (count, 2), not to be written to."""
    angle = _round(count)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    circle.flags.writeable = False
    return circle


def ellipses(centres: Points, rx: Numbers, ry: Numbers | None = None, count: int = 28) -> Array:
    """Ellipses (M, count, 2) of radii `rx`, `ry` (M,) or one number around (M, 2) centres."""
    centres = np.atleast_2d(np.asarray(centres, float))
    radii = np.empty((len(centres), 1, 2))
    radii[:, 0, 0] = rx
    radii[:, 0, 1] = rx if ry is None else ry
    return centres[:, None] + _circle(count) * radii


def blobs(
    rng: np.random.Generator,
    centres: Points,
    radii: Numbers,
    *,
    rough: float = 0.18,
    flat: float = 1.0,
    count: int = 30,
) -> Array:
    """Lumpy discs (M, count, 2): tufts of leaves, puffs of cloud, stones.

    rough  how deep the lumps are, a share of the radius
    flat   height over width
    count  corners of each
    """
    centres = np.atleast_2d(np.asarray(centres, float))
    angle = _round(count)
    phase = rng.uniform(0.0, 2.0 * np.pi, (len(centres), 3, 1))
    lumps = np.abs(np.sin(2.5 * angle + phase[:, 0])) + 0.6 * np.abs(
        np.sin(4.0 * angle + phase[:, 1])
    )
    lumps = lumps + 0.5 * np.sin(2.0 * angle + phase[:, 2])
    radius = _column(radii) * (1.0 + rough * (lumps - 1.0))
    return centres[:, None] + radius[..., None] * _circle(count) * [1.0, flat]


def _column(values: Numbers) -> Array:
    """Numbers (M, 1), or (1,) of one number, to go with (M, N) or (N,)."""
    return np.asarray(values, float)[..., None]


def dabs(centres: Points, lengths: Numbers, widths: Numbers, angles: Numbers) -> Array:
    """Leaf-shaped strokes (M, 6, 2); `angles` in radians, 0 to the right, growing downward."""
    centres = np.atleast_2d(np.asarray(centres, float))
    a = _column(lengths) * [-0.5, -0.15, 0.2, 0.5, 0.2, -0.15]
    b = _column(widths) * [0.0, -0.5, -0.42, 0.0, 0.42, 0.5]
    angles = _column(angles)
    cos, sin = np.cos(angles), np.sin(angles)
    out = np.empty((len(centres), 6, 2))
    out[..., 0] = a * cos - b * sin
    out[..., 1] = a * sin + b * cos
    out += centres[:, None]
    return out


def spikes(bases: Points, heights: Numbers, widths: Numbers, leans: Numbers = 0.0) -> Array:
    """Upright blades (M, 5, 2) bending by `leans` (in frame heights) from base to tip."""
    bases = np.atleast_2d(np.asarray(bases, float))
    out = np.empty((len(bases), 5, 2))
    out[..., 0] = _column(widths) * [-0.5, -0.35, 0.0, 0.35, 0.5]
    out[..., 0] += _column(leans) * [0.0, 0.3, 1.0, 0.3, 0.0]
    out[..., 1] = _column(heights) * [0.0, -0.5, -1.0, -0.5, 0.0]
    out += bases[:, None]
    return out


def box(x0: float, y0: float, x1: float, y1: float) -> Array:
    """A rectangle (4, 2) between two opposite corners."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)


def curve(points: Points, count: int = 24) -> Array:
    """A smooth path (count, 2) through `points` (K, 2) (Catmull-Rom, ends doubled)."""
    points = np.asarray(points, float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0.0, len(points) - 1 - 1e-9, count)
    i = t.astype(int)
    u = (t - i)[:, None]
    a, b, c, d = (padded[i + k] for k in range(4))
    path: Array = 0.5 * (
        2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3
    )
    return path


def strip(path: Array, widths: Numbers, left: float = -1.0, right: float = 1.0) -> Array:
    """The part of a band along `path` (N, 2) between offsets `left` and `right`, (2N, 2).

    widths       full width (N,) or one number
    left, right  from -1, one edge of the band, to 1, the other
    """
    ahead = np.empty_like(path)
    ahead[1:-1] = path[2:] - path[:-2]
    ahead[0], ahead[-1] = path[1] - path[0], path[-1] - path[-2]
    length = np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)
    reach = 0.5 * np.asarray(widths, float) / length
    across = np.empty_like(path)
    across[:, 0], across[:, 1] = -ahead[:, 1] * reach, ahead[:, 0] * reach
    return np.concatenate([path + left * across, (path + right * across)[::-1]])


def ribbon(points: Points, start: float, end: float, count: int = 16) -> Array:
    """A tapering band (2 count, 2) along the smooth path through `points`."""
    return strip(curve(points, count), np.linspace(start, end, count))


def waves(
    rng: np.random.Generator, x: Array, wavelength: float, octaves: int = 4, fall: float = 0.5
) -> Array:
    """Smooth noise (N,) over x, about -1..1: sines of random phase, each octave `fall` weaker."""
    total, strength, norm = np.zeros_like(x), 1.0, 0.0
    for _ in range(octaves):
        phase, stretch = rng.uniform(0.0, 2.0 * np.pi, 2), rng.uniform(0.85, 1.15)
        angle = 2.0 * np.pi * x * stretch / wavelength
        total += strength * (np.sin(angle + phase[0]) + 0.6 * np.sin(1.618 * angle + phase[1]))
        norm += 1.3 * strength
        wavelength, strength = wavelength / 2.1, strength * fall
    return total / norm


def ridge(
    rng: np.random.Generator, width: float, *, peaks: float, sharp: bool, count: int = 160
) -> Array:
    """A skyline (count, 2) over the width: x from -0.05 to width + 0.05, y 0 (low) to 1 (high).

    peaks  summits across the width
    sharp  pointed mountains instead of rolling hills
    """
    x = np.linspace(-0.05, width + 0.05, count)
    wavelength = width / peaks
    if not sharp:
        return np.stack([x, 0.5 + 0.5 * waves(rng, x, wavelength, 3, 0.35)], axis=-1)
    line = 0.25 * (1.0 - np.abs(waves(rng, x, wavelength, 1)))
    line += 0.12 * waves(rng, x, wavelength * 0.23, 3, 0.5)
    for i in range(round(peaks) + 1):
        centre = (i + rng.uniform(-0.35, 0.35)) * wavelength
        slope = rng.uniform(0.45, 0.9, 2) * wavelength
        side = np.where(x < centre, slope[0], slope[1])
        line = np.maximum(line, rng.uniform(0.5, 1.0) * (1.0 - np.abs(x - centre) / side))
    line += 0.05 * waves(rng, x, wavelength * 0.12, 3, 0.6)
    return np.stack([x, np.clip(line, 0.0, 1.0)], axis=-1)


def skirt(line: Array, bottom: float = 1.05) -> Array:
    """The ground under a skyline (N, 2) down to `bottom`."""
    return np.vstack([line, [[line[-1, 0], bottom], [line[0, 0], bottom]]])
