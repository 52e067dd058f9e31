"""Eyes, nose, mouth and jaw of a teacher portrait, drawn as lines and shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.features import EyeFit, FineFeatures
from paintreel.faces.strokes import cover, laid, smoothstep, soften, stroke
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab

if TYPE_CHECKING:
    from paintreel.faces.drawn import PortraitSettings

__all__ = ["draw_eye", "draw_jaw", "draw_mouth", "draw_nose"]

_INK = np.array([0.13, 0.07, 0.07], np.float32)
_CLOSED = 0.034
"""Opening of an eye, in distances of the eyes, below which it is drawn closed."""
_LEAST, _MOST = 0.14, 0.35
"""Between these lies the opening of a drawn eye."""


def draw_eye(
    painted: Array,
    x: Array,
    eye: EyeFit,
    to: Callable[[Array], Array],
    features: FineFeatures,
    unit: float,
    s: PortraitSettings,
) -> Array:
    """One eye with a drawn iris and its light, under a lid of ink."""
    size = painted.shape[:2]
    openings = [e.opening_px / unit for e in features.eyes]
    opening = 0.4 * eye.opening_px / unit + 0.6 * float(np.mean(openings))
    upper, lower = to(eye.upper), to(eye.lower)
    middle = (upper + lower) / 2
    centre = middle.mean(axis=0)
    upper, lower, middle = (
        centre + (line - centre) * (1.12, 1.0) for line in (upper, lower, middle)
    )
    half = (lower - upper) / 2
    drawn = float(np.clip(opening * s.eyes * 1.2, _LEAST, _MOST))
    t = np.linspace(-1, 1, len(upper))
    bow = (1 - np.abs(t) ** 2.4) * drawn * unit / 2
    closed = opening < _CLOSED
    down = half[len(half) // 2] / max(float(np.hypot(*half[len(half) // 2])), 1e-6)
    if not closed:
        upper, lower = middle - bow[:, None] * down * 1.1, middle + bow[:, None] * down * 0.9
    almond = np.concatenate([upper, lower[::-1]])
    # What was the eye becomes skin, before another is drawn on it.
    around = cover(size, enlarged(almond, 1.18))
    painted = _filled(
        painted, soften(around, 0.02 * unit), cover(size, enlarged(almond, 1.75)), unit
    )
    if closed:
        return _lid(painted, (upper + lower) / 2, unit, s)
    shape = cover(size, almond)
    light = _skin_light(painted, around)
    white = np.array([0.97, 0.96, 0.94], np.float32) * float(
        np.clip(0.62 + 0.45 * light, 0.55, 1.0)
    )
    painted = laid(painted, shape, white)
    iris = middle[len(middle) // 2] + _gaze(features, unit) * s.eyes
    radius = max(eye.radius_px * s.eyes * 1.1, 0.43 * drawn * unit)
    painted = _iris(painted, shape, iris, radius, _iris_colour(x, features, to, s.eyes), light)
    lash = cover(size, np.concatenate([upper, (upper + down * 0.05 * unit)[::-1]])) * shape
    painted = laid(painted, 0.45 * lash, painted * 0.45)
    painted = _lid(painted, upper, unit, s)
    crease = middle + (upper - middle) * 1.42
    thin = stroke(crease[4:-4], 0.016 * unit * (1 - t[4:-4] ** 2))
    painted = laid(painted, 0.55 * cover(size, thin), painted * np.float32(0.55))
    under = stroke(lower[5:-3], 0.018 * unit * (0.3 + 0.7 * (1 - t[5:-3] ** 2)))
    return laid(painted, 0.7 * cover(size, under), painted * np.float32(0.35))


def enlarged(polygon: Array, zoom: float) -> Array:
    """A polygon enlarged around its middle."""
    middle = polygon.mean(axis=0)
    larger: Array = middle + (polygon - middle) * zoom
    return larger


def _filled(painted: Array, share: Array, around: Array, unit: float) -> Array:
    """The surroundings drawn into what `share` covers."""
    weight = np.clip(around - share, 0, 1) + 1e-4
    sigma = 0.10 * unit
    colour = soften(painted * weight[..., None], sigma) / soften(weight, sigma)[..., None]
    return painted + share[..., None] * (np.clip(colour, 0, 1) - painted)


def _skin_light(painted: Array, where: Array) -> float:
    ring = where > 0.5
    return float(painted[ring].mean()) if ring.any() else 0.6


def _gaze(features: FineFeatures, unit: float) -> Array:
    """By how much the irises lie beside the middles of their lids: both look the same way."""
    beside = [e.iris - ((e.upper + e.lower) / 2)[len(e.upper) // 2] for e in features.eyes]
    mean = np.mean(beside, axis=0)
    gaze: Array = np.clip(mean, (-0.09 * unit, -0.03 * unit), (0.09 * unit, 0.02 * unit))
    return gaze


def _iris_colour(
    x: Array, features: FineFeatures, to: Callable[[Array], Array], zoom: float
) -> Array:
    """The colour of the rings between pupil and rim of both eyes, a little stronger than it is."""
    height, width = x.shape[:2]
    arcs = [np.radians(np.linspace(*ends, 12)) for ends in ((-30, 60), (120, 210))]
    angles = np.concatenate(arcs)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places = [
        to(eye.iris[None])[0] + ring * eye.radius_px * zoom * r
        for eye in features.eyes
        for r in (0.55, 0.7)
    ]
    at = np.rint(np.concatenate(places) - 0.5).astype(int)
    at = np.clip(at, 0, (width - 1, height - 1))
    lab = rgb_to_lab(x[at[:, 1], at[:, 0]][None])[0]
    light = float(np.quantile(lab[:, 0], 0.4))
    a, b = (float(np.median(lab[:, k])) for k in (1, 2))
    chroma = float(np.hypot(a, b))
    gain = min(1.6, 24 / max(chroma, 1e-3)) if chroma < 24 else 1.0
    stronger = np.array([[[np.clip(light * 0.85 + 5, 16, 44), a * gain, b * gain]]], np.float32)
    colour: Array = lab_to_rgb(stronger)[0, 0]
    return colour


def _iris(
    painted: Array, shape: Array, centre: Array, radius: float, colour: Array, light: float
) -> Array:
    size = painted.shape[:2]
    round_ = np.stack(
        [np.cos(np.linspace(0, 2 * np.pi, 49)), np.sin(np.linspace(0, 2 * np.pi, 49))], 1
    )
    disc = cover(size, centre + round_ * radius) * shape
    rows = (np.arange(size[0]) + 0.5 - centre[1])[:, None] / radius
    glow = np.clip(0.5 + 0.55 * rows, 0, 1)[..., None]
    shade = colour * (0.55 + 0.95 * glow)
    painted = laid(painted, disc, np.clip(shade, 0, 1))
    rim = (
        cover(size, centre + round_ * radius) - cover(size, centre + round_ * radius * 0.84)
    ) * shape
    painted = laid(painted, 0.9 * np.clip(rim, 0, 1), colour * 0.25)
    pupil = cover(size, centre + round_ * radius * 0.45) * shape
    painted = laid(painted, pupil, _INK * 0.6)
    spark = cover(size, centre + np.array([-0.34, -0.36]) * radius + round_ * radius * 0.27)
    painted = laid(
        painted, spark * shape, np.full(3, np.clip(0.75 + 0.4 * light, 0, 1), np.float32)
    )
    small = cover(size, centre + np.array([0.36, 0.42]) * radius + round_ * radius * 0.13)
    return laid(
        painted, 0.8 * small * shape, np.full(3, np.clip(0.7 + 0.4 * light, 0, 1), np.float32)
    )


def _lid(painted: Array, upper: Array, unit: float, s: PortraitSettings) -> Array:
    t = np.linspace(-1, 1, len(upper))
    width = s.line * unit * (0.35 + 0.65 * np.sqrt(np.clip(1 - t * t, 0, 1)))
    return laid(painted, s.ink * cover(painted.shape[:2], stroke(upper, width)), _INK)


def draw_nose(painted: Array, x: Array, face: Face, unit: float, ink: float) -> Array:
    """What is dark under the tip of the nose becomes strokes; the rest of it is skin."""
    size = painted.shape[:2]
    eyes, tip, mouth = (
        face.landmarks[:2].mean(axis=0),
        face.landmarks[2],
        face.landmarks[3:].mean(axis=0),
    )
    down = (mouth - eyes) / max(float(np.hypot(*(mouth - eyes))), 1e-6)
    angles = np.linspace(0, 2 * np.pi, 40)
    round_ = np.stack([np.cos(angles), np.sin(angles)], 1)
    zone = cover(size, tip + down * 0.02 * unit + round_ * (0.36 * unit, 0.30 * unit))
    ring = cover(size, tip + round_ * (0.56 * unit, 0.46 * unit))
    painted = _filled(painted, 0.75 * soften(zone, 0.05 * unit), ring, unit)
    grey = cv2.cvtColor(np.ascontiguousarray(x), cv2.COLOR_RGB2GRAY)
    local = soften(grey, 0.11 * unit)
    dark = (local - soften(grey, 0.028 * unit)) / (local + 0.05)
    under = cover(size, tip + down * 0.10 * unit + round_ * (0.34 * unit, 0.17 * unit))
    marks = smoothstep(dark, 0.10, 0.20) * soften(under, 0.03 * unit)
    return laid(painted, 0.85 * ink * marks, painted * np.float32(0.22) + _INK * np.float32(0.3))


def draw_mouth(
    painted: Array, x: Array, lips: Array, is_open: bool, unit: float, ink: float
) -> Array:
    """Lips as one flat tint, the mouth as a line or a gap with teeth as one shape."""
    size = painted.shape[:2]
    top, bottom = lips
    across = top[-1] - top[0]
    length = max(float(np.hypot(*across)), 1e-6)
    down = np.array([-across[1], across[0]]) / length
    t = np.linspace(-1, 1, len(top))
    bow = np.sqrt(np.clip(1 - t * t, 0, 1))[:, None]
    lip = np.concatenate(
        [top - down * bow * 0.085 * unit, (bottom + down * bow * 0.12 * unit)[::-1]]
    )
    whole = cover(size, enlarged(lip, 1.08))
    seen = whole > 0.5
    tint = np.median(rgb_to_lab(x)[seen], axis=0) if seen.any() else np.array([50.0, 20, 15])
    ring = cover(size, enlarged(lip, 1.7))
    painted = _filled(painted, 0.9 * soften(whole, 0.03 * unit), ring, unit)
    skin = np.median(rgb_to_lab(np.clip(painted, 0, 1))[seen], axis=0) if seen.any() else tint
    flesh = skin + np.clip(tint - skin, (-9, 0, -6), (0, 12, 3)) + (-4, 4, 0)
    colour = lab_to_rgb(flesh[None, None].astype(np.float32))[0, 0]
    painted = laid(painted, 0.6 * soften(cover(size, lip), 0.02 * unit), colour)
    line = colour * 0.25 + _INK * 0.35
    taper = 0.35 + 0.65 * np.sqrt(np.clip(1 - t * t, 0, 1))
    if is_open:
        gap = cover(size, np.concatenate([top, bottom[::-1]]))
        inside = rgb_to_lab(x[gap > 0.5][None])[0] if (gap > 0.5).any() else skin[None]
        bright = float((inside[:, 0] > 0.62 * skin[0]).mean())
        white = float(np.clip(0.45 + 0.0075 * max(skin[0], np.quantile(inside[:, 0], 0.8)), 0.5, 1))
        painted = laid(painted, gap, np.array([0.30, 0.10, 0.10], np.float32) * (0.5 + white / 2))
        if bright > 0.12:
            low = top + (bottom - top) * np.clip(0.35 + bright, 0.5, 1.0)
            teeth = cover(size, np.concatenate([top, low[::-1]]))
            painted = laid(painted, teeth, np.array([0.97, 0.95, 0.91], np.float32) * white)
        rims = [stroke(top, 0.034 * unit * taper), stroke(bottom, 0.022 * unit * taper)]
        return laid(painted, ink * cover(size, *rims), line)
    middle = (top + bottom) / 2
    painted = laid(painted, ink * cover(size, stroke(middle, 0.036 * unit * taper)), line)
    under = bottom[7:-7] + down * 0.17 * unit
    short = stroke(
        under, 0.02 * unit * np.sqrt(np.clip(1 - np.linspace(-1, 1, len(under)) ** 2, 0, 1))
    )
    return laid(painted, 0.35 * cover(size, short), painted * np.float32(0.5))


def draw_jaw(painted: Array, jaw: Array, step: Array, unit: float, s: PortraitSettings) -> Array:
    """Ink along the jaw, broader under the chin, fainter where nothing shows in the picture."""
    t = np.linspace(-1, 1, len(jaw))
    width = s.line * 0.75 * unit * np.clip(1 - np.abs(t) ** 3, 0, 1)
    shown = np.convolve(np.pad(step, 3, mode="edge"), np.ones(7) / 7, "valid")
    width = width * smoothstep(shown, 0.2, 0.55)
    share = cover(painted.shape[:2], stroke(jaw, width))
    deep = painted * np.float32(0.18) + _INK * np.float32(0.55)
    return laid(painted, 0.9 * s.ink * share, deep)
