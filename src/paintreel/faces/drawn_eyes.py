"""Eyes of a drawn portrait: their shapes, measured and made a pair, and their drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.features import EyeFit, FineFeatures
from paintreel.faces.strokes import cover, enlarged, filled, laid, smoothstep, soften, stroke
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab

if TYPE_CHECKING:
    from paintreel.faces.drawn import PortraitSettings

__all__ = ["EyeShape", "draw_eye", "eye_shapes", "iris_colour", "turned_shares"]

_INK = np.array([0.13, 0.07, 0.07], np.float32)
_CLOSED, _WINK = 0.034, 5.0
"""Opening of an eye, in distances of the eyes, below which it is drawn closed; and how much wider
the other one must be, so that one is shut by itself."""
_USUAL_OPEN, _SURE = 0.15, 0.75
"""An opening is found to a share of its way from the usual one."""
_LEAST, _MOST = 0.085, 0.24
"""Between these lies the opening of a drawn eye."""
_HALF = 0.25
_IRIS = (0.084, 0.1)
_LEAST_FAR, _NARROWEST = 0.13, 0.55
"""Share of the far side of the nose from which an eye is drawn; how narrow it is there."""
_LEAST_SEEN = 0.55
"""Share of an eye's outer half that must lie within the face."""


@dataclass(frozen=True, slots=True, eq=False)
class EyeShape:
    """An eye as it is drawn, places in pixels of the square that is drawn in.

    upper, lower  (25, 2) along the lids, from left to right;  centre  (2,) of the iris
    radii_px      of the iris, across and down
    down          (2,) of length 1, from brow to mouth
    """

    upper: Array
    lower: Array
    centre: Array
    radii_px: tuple[float, float]
    down: Array
    is_closed: bool


def turned_shares(face: Face) -> tuple[float, float]:
    """Share of the width between the eyes that lies left and right of the nose's tip, 0 to 1.

    Half and half from the front; of a head that turns the far side vanishes first.
    """
    left, right = face.landmarks[:2]
    across = right - left
    eyes, mouth = face.landmarks[:2].mean(axis=0), face.landmarks[3:].mean(axis=0)
    down = mouth - eyes
    # The nose is judged beside the line from eyes to mouth, whatever the frame's tilt.
    depth = float((face.landmarks[2] - eyes) @ down / max(float(down @ down), 1e-6))
    away = face.landmarks[2] - (eyes + down * depth)
    beside = float(away @ across / max(float(across @ across), 1e-6))
    share = float(np.clip(0.5 + beside, 0.0, 1.0))
    return share, 1 - share


def eye_shapes(
    features: FineFeatures,
    face: Face,
    to: Callable[[Array], Array],
    skin: Array,
    unit: float,
    zoom: float,
) -> list[EyeShape]:
    """The eyes that are drawn, alike in height and opening: those of a far side may be left out.

    to: where places of the frame lie in the drawing.  skin: (H, W) in [0, 1], there.
    """
    marks = face.landmarks[:2]
    across = (marks[1] - marks[0]) / max(float(np.hypot(*(marks[1] - marks[0]))), 1e-6)
    down = np.array([-across[1], across[0]])
    own = [
        _measured(eye, mark, across, down, unit)
        for eye, mark in zip(features.eyes, marks, strict=True)
    ]
    openings = [eye.opening_px / unit for eye in features.eyes]
    least, most = min(openings), max(openings)
    winks = least < _CLOSED and most > _WINK * max(least, 0.02)
    both = least + 0.45 * (most - least)
    level = float(np.mean([each[1] for each in own]))
    outward = float(np.clip(own[1][2] - own[0][2], -0.16, 0.16)) / 2
    gaze = _gaze(features, across, down, unit)
    radius = float(np.clip(np.mean([e.radius_px for e in features.eyes]) / unit, *_IRIS))
    shapes = []
    for k, side in enumerate((-1.0, 1.0)):
        far = turned_shares(face)[k]
        if far < _LEAST_FAR:
            continue
        narrow = float(np.clip(far / 0.42, _NARROWEST, 1.0))
        opening = openings[k] if winks else both
        is_closed = opening < _CLOSED
        opening = _USUAL_OPEN + _SURE * (opening - _USUAL_OPEN)
        opening = float(np.clip(opening * zoom, _LEAST, _MOST))
        middle = to((marks[k] + (across * own[k][0] + down * level) * unit)[None])[0]
        half = _HALF * zoom * narrow
        seen = _room(skin, middle, across * side, down, unit)
        if far < 0.4:
            if seen < _LEAST_SEEN * half:
                continue
            half = min(half, max(seen - 0.02, 0.6 * half))
        t = np.linspace(-1, 1, 25)
        # The inner corner stays where it is; what is narrower is so on the outer side.
        middle = middle - across * side * (_HALF * zoom * narrow - half) * unit
        line = middle + (t[:, None] * half * across + (side * t * outward)[:, None] * down) * unit
        bow = (1 - np.abs(t) ** 2.2)[:, None] * opening * unit * down
        wide = radius * zoom
        shapes.append(
            EyeShape(
                line - 0.58 * bow,
                line + 0.42 * bow,
                middle + gaze * zoom * unit * (narrow, 1.0) - 0.06 * opening * unit * down,
                (wide * unit * max(narrow, 0.7), max(wide, 0.5 * opening) * unit),
                down,
                is_closed,
            )
        )
    return shapes


def _measured(
    eye: EyeFit, mark: Array, across: Array, down: Array, unit: float
) -> tuple[float, float, float]:
    """How far an eye's middle lies beside and below its landmark, and how far its line falls."""
    line = (eye.upper + eye.lower) / 2
    away = (line[len(line) // 2] - mark) / unit
    fall = float((line[-1] - line[0]) @ down) / unit
    beside = float(np.clip(away @ across, -0.06, 0.06))
    return beside, float(np.clip(away @ down, -0.05, 0.06)), fall


def _room(skin: Array, middle: Array, outward: Array, down: Array, unit: float) -> float:
    """How far skin reaches outward from below an eye, in distances of the eyes."""
    height, width = skin.shape
    reach = np.linspace(0.0, 0.6, 31)
    rows = np.linspace(0.16, 0.3, 5)
    at = middle + (reach[:, None, None] * outward + rows[None, :, None] * down) * unit
    at = np.clip(np.rint(at - 0.5).astype(int), 0, (width - 1, height - 1))
    share = np.median(skin[at[..., 1], at[..., 0]], axis=1)
    gone = np.nonzero(share < 0.3)[0]
    return float(reach[gone[0]]) if len(gone) else float(reach[-1])


def _gaze(features: FineFeatures, across: Array, down: Array, unit: float) -> Array:
    """How far the irises lie beside the middles of their lids: both look the same way."""
    beside = [e.iris - ((e.upper + e.lower) / 2)[len(e.upper) // 2] for e in features.eyes]
    # Eyes that seem to look apart were not well found: then they look ahead.
    apart = float((beside[1] - beside[0]) @ across) / unit
    mean = np.mean(beside, axis=0) / unit / (1 + (apart / 0.06) ** 2)
    gaze: Array = across * np.clip(mean @ across, -0.09, 0.09) + down * np.clip(
        mean @ down, -0.02, 0.02
    )
    return gaze


def iris_colour(picture: Array, features: FineFeatures) -> Array:
    """(3,) RGB of the irises of a picture (H, W, 3) float32, told from what lies in the light.

    Of the rings between pupil and rim the lights and what the lids shade are left out; the rest is
    seen beside the white of the eyes, for warm light hides that an eye is blue or grey. It is a
    little stronger than it is, or a drawn eye of a few pixels would look brown.
    """
    angles = np.radians(np.concatenate([np.linspace(-15, 70, 14), np.linspace(110, 195, 14)]))
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    inside = [
        eye.iris + ring * eye.radius_px * r
        for eye in features.eyes
        for r in (0.48, 0.58, 0.68, 0.78)
    ]
    lab = _seen(picture, np.concatenate(inside))
    order = np.argsort(lab[:, 0])
    # The darkest are pupil and lashes, the lightest the lights and the white.
    kept = lab[order[round(0.3 * len(lab)) : round(0.75 * len(lab))]]
    light, a, b = (float(x) for x in np.median(kept, axis=0))
    beside = [
        eye.iris + np.array([side * r, 0.15]) * eye.radius_px
        for eye in features.eyes
        for side in (-1, 1)
        for r in (1.3, 1.45, 1.6)
    ]
    white = _seen(picture, np.array(beside))
    white = white[white[:, 0] >= np.median(white[:, 0])]
    cast = np.clip(np.median(white[:, 1:], axis=0), (-3, -4), (9, 12))
    # A dark iris has no colour that could be hidden but brown.
    hidden = 0.6 * float(smoothstep(np.array(light), 20, 38))
    a, b = a - hidden * float(cast[0]), b - hidden * float(cast[1])
    chroma = float(np.hypot(a, b))
    gain = float(np.clip(22 / max(chroma, 1e-3), 1.0, 2.2))
    light = float(np.clip(1.15 * light + 6, 18, 58))
    stronger = np.array([[[light, a * gain, b * gain]]], np.float32)
    colour: Array = np.clip(lab_to_rgb(stronger)[0, 0], 0, 1)
    return colour


def _seen(picture: Array, places: Array) -> Array:
    height, width = picture.shape[:2]
    at = np.clip(np.rint(places - 0.5).astype(int), 0, (width - 1, height - 1))
    lab: Array = rgb_to_lab(np.ascontiguousarray(picture[at[:, 1], at[:, 0]][None]))[0]
    return lab


def draw_eye(
    painted: Array, eye: EyeShape, colour: Array, unit: float, s: PortraitSettings
) -> Array:
    """One eye with a drawn iris of a colour (3,) and its light, under a lid of ink."""
    size = painted.shape[:2]
    upper, lower, down = eye.upper, eye.lower, eye.down
    t = np.linspace(-1, 1, len(upper))
    almond = np.concatenate([upper, lower[::-1]])
    # What was the eye becomes skin, before another is drawn on it.
    middle = (upper + lower) / 2
    room = np.abs(lower - upper) / 2 + 0.045 * unit * down
    old = np.concatenate([middle - room * 1.1, (middle + room)[::-1]])
    around = cover(size, enlarged(old, 1.06))
    wide = cover(size, enlarged(old, 1.8))
    painted = filled(painted, soften(around, 0.03 * unit), wide, unit)
    if eye.is_closed:
        return _lid(painted, middle, unit, s)
    shape = cover(size, almond)
    light = _skin_light(painted, around)
    white = np.array([0.97, 0.96, 0.94], np.float32) * float(
        np.clip(0.58 + 0.45 * light, 0.5, 0.97)
    )
    painted = laid(painted, shape, white)
    painted = _iris(painted, shape, eye, colour, light)
    lash = cover(size, np.concatenate([upper, (upper + down * 0.04 * unit)[::-1]])) * shape
    painted = laid(painted, 0.4 * lash, painted * 0.45)
    painted = _lid(painted, upper, unit, s)
    crease = upper - down * (0.05 * unit * (1 - 0.5 * t * t))[:, None]
    thin = stroke(crease[3:-3], 0.014 * unit * (1 - t[3:-3] ** 2))
    painted = laid(painted, 0.4 * cover(size, thin), painted * np.float32(0.55))
    under = stroke(lower[4:-3], 0.014 * unit * (0.3 + 0.7 * (1 - t[4:-3] ** 2)))
    return laid(painted, 0.5 * cover(size, under), painted * np.float32(0.4))


def _skin_light(painted: Array, where: Array) -> float:
    ring = where > 0.5
    return float(painted[ring].mean()) if ring.any() else 0.6


def _iris(painted: Array, shape: Array, eye: EyeShape, colour: Array, light: float) -> Array:
    size = painted.shape[:2]
    turn = np.linspace(0, 2 * np.pi, 49)
    radii = np.array(eye.radii_px)
    round_ = np.stack([np.cos(turn), np.sin(turn)], 1) * radii
    disc = cover(size, eye.centre + round_) * shape
    rows = (np.arange(size[0]) + 0.5 - eye.centre[1])[:, None] / radii[1]
    glow = np.clip(0.5 + 0.55 * rows, 0, 1)[..., None]
    painted = laid(painted, disc, np.clip(colour * (0.72 + 0.7 * glow), 0, 1))
    rim = (cover(size, eye.centre + round_) - cover(size, eye.centre + round_ * 0.86)) * shape
    painted = laid(painted, 0.85 * np.clip(rim, 0, 1), colour * 0.32)
    painted = laid(painted, cover(size, eye.centre + round_ * 0.38) * shape, _INK * 0.6)
    spark = cover(size, eye.centre + np.array([-0.32, -0.3]) * radii + round_ * 0.22)
    bright = np.full(3, np.clip(0.75 + 0.4 * light, 0, 1), np.float32)
    return laid(painted, spark * shape, bright)


def _lid(painted: Array, upper: Array, unit: float, s: PortraitSettings) -> Array:
    t = np.linspace(-1, 1, len(upper))
    width = s.line * unit * (0.35 + 0.65 * np.sqrt(np.clip(1 - t * t, 0, 1)))
    return laid(painted, s.ink * cover(painted.shape[:2], stroke(upper, width)), _INK)
