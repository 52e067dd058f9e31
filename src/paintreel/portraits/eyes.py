"""Eyes with a drawn iris under a lid of ink, of the shape and colour that they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from paintreel.faces.eye_fits import EyeFit
from paintreel.faces.features import FineFeatures
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.portraits.settings import PortraitSettings
from paintreel.portraits.strokes import (
    INK,
    cover,
    enlarged,
    filled,
    laid,
    luma,
    smoothstep,
    soften,
    stroke,
)

__all__ = ["draw_eye", "iris_colour"]

_CLOSED = 0.034
"""Opening of an eye, in distances of the eyes, below which it is drawn closed."""
_LEAST, _MOST = 0.095, 0.34
"""Between these lies the opening of a drawn eye."""
_BROWN = np.array([9.0, 15.0])
"""Hue of a dark iris, CIELAB."""
_GREY = 4.0
"""Around irises of a picture with less colour than that there is none in them."""
_OPENED, _IRIS_ENLARGED = 1.10, 1.12
"""Beyond the warp."""
_MOST_OF_IRIS = 1.72
"""How high a drawn eye is at most, in radii of its iris: more, and it stares."""


def draw_eye(
    painted: Array,
    x: Array,
    eye: EyeFit,
    to: Callable[[Array], Array],
    features: FineFeatures,
    unit: float,
    s: PortraitSettings,
) -> Array:
    """One eye; painted, x: (H, W, 3), the drawing and the warped picture, to: where places went."""
    size = painted.shape[:2]
    upper, lower = to(eye.upper), to(eye.lower)
    opening = eye.opening_px / unit
    if opening < _CLOSED:
        return _lid(painted, x, (upper + lower) / 2, unit, s)
    radius = eye.radius_px * s.eyes * _IRIS_ENLARGED
    upper, lower = _opened(upper, lower, eye, features, unit, radius)
    almond = np.concatenate([upper, lower[::-1]])
    # What was the eye becomes skin, before another is drawn on it.
    around = cover(size, enlarged(almond, 1.12))
    ring = cover(size, enlarged(almond, 1.7))
    painted = filled(painted, soften(around, 0.02 * unit), ring, 0.1 * unit)
    shape = cover(size, almond)
    skin = float(painted[around > 0.5].mean()) if (around > 0.5).any() else 0.6
    white = np.array([0.97, 0.96, 0.94], np.float32) * float(np.clip(0.60 + 0.5 * skin, 0.55, 1.0))
    painted = laid(painted, shape, white)
    eyes = _open_eyes(features, unit)
    iris = _iris_place(eye, to, eyes, (upper, lower), radius)
    colour = iris_colour(x, features, to, s.eyes, unit)
    painted = _iris(painted, shape, iris, radius, colour, skin)
    down = _down(upper, lower)
    lash = cover(size, np.concatenate([upper, (upper + down * 0.04 * unit)[::-1]])) * shape
    painted = laid(painted, 0.45 * lash, painted * np.float32(0.45))
    painted = _lid(painted, x, upper, unit, s)
    t = np.linspace(-1, 1, len(lower))
    under = stroke(lower[5:-3], 0.017 * unit * (0.3 + 0.7 * (1 - t[5:-3] ** 2)))
    return laid(painted, 0.65 * cover(size, under), painted * np.float32(0.35))


def _open_eyes(features: FineFeatures, unit: float) -> list[EyeFit]:
    """Those whose lids, gaze and colour say something: not covered, and not shut."""
    return [eye for eye in features.seen_eyes if eye.opening_px / unit >= _CLOSED]


def _down(upper: Array, lower: Array) -> Array:
    middle = len(upper) // 2
    away = lower[middle] - upper[middle]
    down: Array = away / max(float(np.hypot(*away)), 1e-6)
    return down


def _opened(
    upper: Array, lower: Array, eye: EyeFit, features: FineFeatures, unit: float, radius: float
) -> tuple[Array, Array]:
    """Lids a little farther apart, smoother, and more alike in both eyes than they were found."""
    openings = [e.opening_px for e in _open_eyes(features, unit)]
    # Where eyes differ, brows and rims have made one too large more often; where they differ much,
    # the smaller was not seen.
    lean = 0.7 if min(openings) > 0.55 * max(openings) else 0.0
    alike = (1 - lean) * float(np.mean(openings)) + lean * min(openings)
    opening = 0.5 * eye.opening_px + 0.5 * alike
    middle, half = (upper + lower) / 2, (lower - upper) / 2
    now = 2 * float(np.hypot(*half.T).max())
    most = min(_MOST * unit, _MOST_OF_IRIS * radius)
    wanted = np.clip(now * opening / max(eye.opening_px, 1e-6) * _OPENED, _LEAST * unit, most)
    t = np.linspace(-1, 1, len(upper))
    bow = (1 - np.abs(t) ** 2.4)[:, None] * _down(upper, lower) * now / 2
    half = (0.5 * half + 0.5 * bow) * float(wanted / max(now, 1e-6))
    return middle - half * 1.06, middle + half * 0.94


def _iris_place(
    eye: EyeFit,
    to: Callable[[Array], Array],
    eyes: Sequence[EyeFit],
    lids: tuple[Array, Array],
    radius: float,
) -> Array:
    """Where the iris was found, but as far aside as the open eyes look, and between the lids."""
    beside = [(e.iris - (e.upper[0] + e.upper[-1]) / 2)[0] for e in eyes]
    own = (eye.iris - (eye.upper[0] + eye.upper[-1]) / 2)[0]
    place: Array = to(eye.iris[None])[0]
    place[0] += 0.3 * (float(np.mean(beside)) - own)
    k = int(np.abs(lids[0][:, 0] - place[0]).argmin())
    top, bottom = lids[0][k, 1], lids[1][k, 1]
    place[1] = float(
        np.clip(place[1], bottom - 1.15 * radius, max(top + 0.75 * radius, bottom - 1.15 * radius))
    )
    return place


def iris_colour(
    x: Array, features: FineFeatures, to: Callable[[Array], Array], zoom: float, unit: float
) -> Array:
    """(3,) RGB: the colour between pupil and rim of open eyes, beside what their whites look like.

    Both eyes are asked where none is seen open.

    It is made a little lighter and more saturated; what is too dark to have a hue is brown.
    """
    eyes: Sequence[EyeFit] = _open_eyes(features, unit) or features.eyes
    lab = _around_irises(x, eyes, to, zoom, (0.55, 0.68, 0.8))
    light = float(np.quantile(lab[:, 0], 0.45))
    away = np.abs(lab[:, 0] - light)
    near = lab[away <= np.quantile(away, 0.5)]
    whites = _around_irises(x, eyes, to, zoom, (1.35, 1.5))
    coloured = float(np.clip(np.median(np.hypot(*whites[:, 1:].T)) / _GREY, 0, 1))
    whites = whites[whites[:, 0] >= np.quantile(whites[:, 0], 0.6)]
    # The light, and the skin around, colour both; no white is as red as skin.
    cast = 0.6 * np.clip(np.median(whites[:, 1:], axis=0), -12, 12)
    hue = np.median(near[:, 1:], axis=0) - cast
    chroma = float(np.hypot(*hue))
    stronger = 1 + coloured * (min(2.4, 26 / max(chroma, 1e-3)) - 1) if chroma < 26 else 1.0
    dark = 1 - float(smoothstep(light, 16, 34))
    hue = hue * stronger
    hue = hue + 0.85 * dark * (coloured * _BROWN - hue)
    lab = np.array([[[np.clip(light * 1.05 + 4, 16, 68), *hue]]], np.float32)
    colour: Array = lab_to_rgb(lab)[0, 0]
    return colour


def _around_irises(
    x: Array,
    eyes: Sequence[EyeFit],
    to: Callable[[Array], Array],
    zoom: float,
    radii: tuple[float, ...],
) -> Array:
    """(N, 3) CIELAB left and right of the middles of the irises, at so many of their radii."""
    height, width = x.shape[:2]
    angles = np.radians(np.concatenate([np.linspace(-20, 50, 12), np.linspace(130, 200, 12)]))
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places = [
        to(eye.iris[None])[0] + ring * eye.radius_px * zoom * r for eye in eyes for r in radii
    ]
    at = np.rint(np.concatenate(places) - 0.5).astype(int)
    at = np.clip(at, 0, (width - 1, height - 1))
    lab: Array = rgb_to_lab(x[at[:, 1], at[:, 0]][None])[0]
    return lab


def _iris(
    painted: Array, shape: Array, centre: Array, radius: float, colour: Array, light: float
) -> Array:
    size = painted.shape[:2]
    turn = np.linspace(0, 2 * np.pi, 49)
    round_ = np.stack([np.cos(turn), np.sin(turn)], 1)
    whole = cover(size, centre + round_ * radius)
    rows = (np.arange(size[0]) + 0.5 - centre[1])[:, None] / radius
    glow = np.clip(0.5 + 0.5 * rows, 0, 1)[..., None]
    painted = laid(painted, whole * shape, np.clip(colour * (0.72 + 0.62 * glow), 0, 1))
    rim = (whole - cover(size, centre + round_ * radius * 0.84)) * shape
    painted = laid(painted, 0.9 * np.clip(rim, 0, 1), colour * np.float32(0.28))
    pupil = cover(size, centre + round_ * radius * 0.44) * shape
    painted = laid(painted, pupil, INK * np.float32(0.6))
    bright = np.full(3, np.clip(0.75 + 0.4 * light, 0, 1), np.float32)
    spark = cover(size, centre + np.array([-0.32, -0.30]) * radius + round_ * radius * 0.25)
    painted = laid(painted, spark * shape, bright)
    small = cover(size, centre + np.array([0.36, 0.42]) * radius + round_ * radius * 0.13)
    return laid(painted, 0.8 * small * shape, bright)


def _lid(painted: Array, x: Array, upper: Array, unit: float, s: PortraitSettings) -> Array:
    """The upper lid as a line, as broad as its lashes are dark."""
    height, width = painted.shape[:2]
    grey = luma(x)
    local = soften(grey, 0.2 * unit)
    dark = (local - soften(grey, 0.015 * unit)) / (local + 0.05)
    at = np.clip(np.rint(upper - 0.5).astype(int), 0, (width - 1, height - 1))
    rows = [np.clip(at[:, 1] + round(d * unit), 0, height - 1) for d in (-0.03, 0.0, 0.03)]
    lashes = float(np.median(np.max([dark[row, at[:, 0]] for row in rows], axis=0)))
    t = np.linspace(-1, 1, len(upper))
    broad = s.line * unit * (0.62 + 0.75 * float(smoothstep(lashes, 0.15, 0.65)))
    line = stroke(upper, broad * (0.35 + 0.65 * np.sqrt(np.clip(1 - t * t, 0, 1))))
    return laid(painted, s.ink * cover((height, width), line), INK)
