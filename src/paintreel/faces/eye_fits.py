"""Irises and lids of both eyes, fitted together.

An iris is a disc darker than what lies left and right of it (Daugman 1993). Both are as large, and
look the same way. A lid is a way from column to column around the iris: the upper one where skin
turns dark, the lower one where the eye turns to skin. Ways bend as they must, so that narrow,
hooded and slanting eyes come out as they are; where little is to be seen they lean on those of a
mean eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.faces.ways import best_way, resampled, smoothed, values_at
from paintreel.imaging.arrays import Array

__all__ = ["EyeFit", "fit_eyes"]

_IRIS_AWAY, _RADII = (0.15, 0.09), np.linspace(0.078, 0.112, 5)
"""How far from its landmark an iris may lie, and its radius: 11.7 mm across at 63 mm apart."""
_APART = 9.0
"""What it costs, per squared distance of the eyes, that eyes look different ways."""
_CATCHLIGHT = 0.055
"""Bright spots on an iris that are smaller than this are lights on it."""
_ACROSS, _COLUMNS = 0.36, 37
_ABOVE, _BELOW, _ROWS = -0.22, 0.22, 89
_HALF_LEAST, _HALF_MOST = 0.17, 0.29
"""Half the width of an eye."""
_POINTS = 25


@dataclass(frozen=True, slots=True, eq=False)
class EyeFit:
    """One eye, places (x, y) in pixels.

    iris      centre (2,);  radius_px
    upper, lower  (25, 2) along the lids, from left to right, between common corners
    """

    iris: Array
    radius_px: float
    upper: Array
    lower: Array

    @property
    def opening_px(self) -> float:
        """How far apart the lids are in the middle."""
        middle = len(self.upper) // 2
        return float(np.hypot(*(self.lower[middle] - self.upper[middle])))


def fit_eyes(
    light: Array,
    places: Array,
    unit_px: float,
    turned: float = 0.0,
    covered: tuple[bool, bool] = (False, False),
) -> tuple[EyeFit, EyeFit]:
    """Both eyes.

    light: (H, W) float32, 1 about where the face is brightest;  places: (2, 2) their landmarks;
    unit_px: how far they are apart in a face that looks ahead;  turned: how far the nose lies
    beside their middle, to the right, in those: of a turned head the farther eye is narrower;
    covered: each; what is seen of such a one moves and widens nothing of the other
    """
    size = max(round(_CATCHLIGHT * unit_px), 1)
    spot = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    light = cv2.morphologyEx(light, cv2.MORPH_OPEN, spot)
    irises, radius = _fit_irises(light, places, unit_px, covered)
    left, right = (
        EyeFit(iris, radius * unit_px, *_fit_lids(light, iris, radius, unit_px, half))
        for iris, half in zip(irises, _widest(turned), strict=True)
    )
    return left, right


def _fit_irises(
    light: Array, places: Array, unit: float, covered: tuple[bool, bool]
) -> tuple[Array, float]:
    """((2, 2) centres, radius in distances of the eyes) of the two discs that are plainest."""
    spotless = cv2.GaussianBlur(light, (0, 0), 0.012 * unit)
    right = np.radians(np.linspace(-20, 60, 9))
    angles = np.concatenate([right, np.pi - right])
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    across, down = (np.linspace(-m, m, n) for m, n in zip(_IRIS_AWAY, (17, 13), strict=True))
    shifts = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    prior = ((shifts / (0.17, 0.10)) ** 2).sum(axis=1) * 0.05
    apart = _APART * ((shifts[:, None] - shifts[None]) ** 2).sum(axis=2)
    best = (-np.inf, places, float(_RADII[2]))
    for radius in _RADII:
        scores = []
        for place, hidden in zip(places, covered, strict=True):
            if hidden:
                scores.append(-prior)
                continue
            middles = place + shifts * unit
            ring_in, ring_out = (
                values_at(spotless, middles[:, None] + around * (radius + d) * unit)
                for d in (-0.025, 0.025)
            )
            disc = np.concatenate([around * 0.3, around * 0.65])
            inner = values_at(spotless, middles[:, None] + disc * radius * unit).mean(axis=1)
            step = np.minimum(ring_out - ring_in, 0.35).mean(axis=1)
            scores.append(step + 0.5 * (ring_out.mean(axis=1) - inner) - prior)
        both = scores[0][:, None] + scores[1][None] - apart
        k, m = np.unravel_index(int(both.argmax()), both.shape)
        if both[k, m] > best[0]:
            centres = places + np.stack([shifts[k], shifts[m]]) * unit
            best = (float(both[k, m]), centres, float(radius))
    return best[1], best[2]


def _widest(turned: float) -> tuple[float, float]:
    """Half the width that each eye has at most."""
    left, right = (
        max(_HALF_LEAST, _HALF_MOST * (1 - max(side * turned - 0.08, 0.0))) for side in (-1, 1)
    )
    return left, right


def _fit_lids(
    light: Array, iris: Array, radius: float, unit: float, half: float
) -> tuple[Array, Array]:
    """(upper, lower), (25, 2) each, between common corners."""
    x, v = np.linspace(-_ACROSS, _ACROSS, _COLUMNS), np.linspace(_ABOVE, _BELOW, _ROWS)
    grid = iris + np.stack(np.broadcast_arrays(x[None, :], v[:, None]), axis=-1) * unit
    smooth = cv2.GaussianBlur(light, (0, 0), 0.016 * unit)

    def shifted(down: float) -> Array:
        return values_at(smooth, grid + np.array([0.0, down * unit]))

    here, above, under = shifted(0.0), shifted(-0.045), shifted(0.045)
    bend = (x / 0.25) ** 2
    expected = -0.78 * radius + (0.78 * radius + 0.025) * np.minimum(bend, 1.6)
    away = v[:, None] - expected
    lean = (away / np.where(away < 0, 0.038, 0.055)) ** 2
    gain = np.clip(above - shifted(0.02), -0.1, 0.45) + 0.35 * np.clip(above - here, 0, 0.4)
    gain -= 0.16 * here
    row_up = best_way(gain - 0.030 * lean, most_step=3, bend=0.004)
    expected = 0.95 * radius - (0.95 * radius - 0.03) * np.minimum(bend, 1.4)
    away = v[:, None] - expected
    lean = (away / np.where(away < 0, 0.032, 0.042)) ** 2
    gain = 0.5 * np.clip(under - shifted(-0.02), -0.1, 0.35)
    gain += 0.5 * np.clip(np.minimum(above, under) - here, -0.05, 0.2)
    below_upper = v[:, None] > v[row_up][None] + 0.012
    gain = np.where(below_upper, gain - 0.030 * lean, -1.0)
    row_low = best_way(gain, most_step=3, bend=0.004)
    upper, lower = smoothed(v[row_up][:, None])[:, 0], smoothed(v[row_low][:, None])[:, 0]
    dark = np.clip(np.take_along_axis(above - here, row_up[None], 0)[0], 0, None)
    ends = [_corner(x, dark, side, half) for side in (-1, 1)]
    return _between(x, upper, lower, ends, iris, unit)


def _corner(x: Array, dark: Array, side: int, half: float) -> float:
    """How far aside the upper lid is plain to see: there the eye ends."""
    plain = float(np.median(dark[np.abs(x) < 0.12]))
    outward = side * x
    faint = (dark < 0.35 * plain) & (outward > _HALF_LEAST)
    end = float(outward[faint].min()) if faint.any() else half
    usual = 0.24 * half / _HALF_MOST
    return side * float(np.clip(0.5 * end + 0.5 * usual, _HALF_LEAST, half))


def _between(
    x: Array, upper: Array, lower: Array, ends: list[float], iris: Array, unit: float
) -> tuple[Array, Array]:
    """Both lids from corner to corner; near the corners they run together."""
    at = np.linspace(ends[0], ends[1], 4 * _POINTS)
    t = (at - ends[0]) / (ends[1] - ends[0]) * 2 - 1
    up, low = np.interp(at, x, upper), np.interp(at, x, lower)
    middle, half = (up + low) / 2, np.maximum(low - up, 0) / 2
    closing = np.sqrt(np.clip(1 - np.abs(t) ** 3.0, 0, 1))
    lines = [
        resampled(iris + np.stack([at, middle + sign * half * closing], axis=1) * unit, _POINTS)
        for sign in (-1, 1)
    ]
    return lines[0], lines[1]
