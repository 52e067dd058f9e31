"""A mouth as flat shapes: lips, the dark between them and teeth, of the forms that they have."""

from __future__ import annotations

import numpy as np

from paintreel.faces.features import FineFeatures
from paintreel.faces.mouth_fits import redness, skin_around
from paintreel.faces.ways import values_at
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.portraits.strokes import INK, cover, laid, smoothstep, soften, stroke

__all__ = ["draw_mouth"]


_LEAST_RED = 4.0
"""From this redness, in CIELAB, lips are told from skin."""


def draw_mouth(
    painted: Array,
    x: Array,
    skin: Array,
    features: FineFeatures,
    lips: Array,
    unit: float,
    ink: float,
) -> Array:
    """Lips as flat tints, the mouth as a line, or as a gap with teeth as one shape.

    painted, x: (H, W, 3) float32, the drawing and the picture;  skin: (H, W) in [0, 1];  lips: the
    rims of `features` where they lie in x;  unit: distance of the eyes in pixels;  ink: opacity
    """
    size = painted.shape[:2]
    top, bottom = lips
    across = top[-1] - top[0]
    length = max(float(np.hypot(*across)), 1e-6)
    down = np.array([-across[1], across[0]]) / length
    t = np.linspace(-1, 1, len(top))
    painted, colour = _lips(painted, x, skin, (top, bottom, down), unit)
    line = colour * 0.30 + INK * 0.35
    taper = 0.35 + 0.65 * np.sqrt(np.clip(1 - t * t, 0, 1))
    if features.is_open:
        return _open(painted, x, features.teeth, (top, bottom), line, unit, ink)
    middle = (top + bottom) / 2
    return laid(painted, ink * cover(size, stroke(middle, 0.034 * unit * taper)), line)


def _lips(
    painted: Array, x: Array, skin: Array, mouth: tuple[Array, Array, Array], unit: float
) -> tuple[Array, Array]:
    """The drawing with lips in two flat tints of their own colour, and that colour."""
    size = painted.shape[:2]
    top, bottom, down = mouth
    lab = rgb_to_lab(soften(x, 0.024 * unit)).astype(np.float32)
    sure = skin > 0.7
    tone = np.median(lab[sure], axis=0) if sure.any() else np.array([60.0, 12.0, 15.0])
    around = skin_around(lab, tone, unit)
    red = redness(lab, around)
    bow = np.sqrt(np.clip(1 - np.linspace(-1, 1, len(top)) ** 2, 0, 1))[:, None]
    reach = np.concatenate(
        [
            top - down * (0.01 + 0.19 * bow) * unit,
            (bottom + down * (0.01 + 0.28 * bow) * unit)[::-1],
        ]
    )
    zone = soften(cover(size, reach), 0.02 * unit)
    core = cover(size, np.concatenate(
        [top - down * 0.06 * bow * unit, (bottom + down * 0.09 * bow * unit)[::-1]]
    )) > 0.5  # fmt: skip
    plain = float(np.percentile(red[core], 80)) if core.any() else 0.0
    tint = np.median(lab[core], axis=0) if core.any() else tone
    if plain < _LEAST_RED:
        shade = lab_to_rgb(tint[None, None].astype(np.float32))[0, 0]
        return painted, shade
    level = float(np.clip(plain, _LEAST_RED, 22))
    lip = smoothstep(red, 0.30 * level, 0.48 * level) * zone
    inside = lip > 0.6
    if inside.sum() < 8:
        return painted, lab_to_rgb(tint[None, None].astype(np.float32))[0, 0]
    outer = [
        _outer_rim(lip, rim, sign * down, most * unit, unit)
        for rim, sign, most in ((top, -1, 0.2), (bottom, 1, 0.29))
    ]
    shapes = np.concatenate([outer[0], top[::-1]]), np.concatenate([bottom, outer[1][::-1]])
    tint = np.median(lab[inside], axis=0) * (1.0, 1.12, 1.05)
    share = 0.92 * min(1.0, plain / 6)
    for shape, lighter in zip(shapes, (-5.0, 2.0), strict=True):
        flat = lab_to_rgb((tint + np.array([lighter, 0, 0]))[None, None].astype(np.float32))[0, 0]
        painted = laid(painted, share * soften(cover(size, shape), 0.008 * unit), flat)
    colour: Array = lab_to_rgb(tint[None, None].astype(np.float32))[0, 0]
    return painted, colour


def _outer_rim(lip: Array, rim: Array, away: Array, most_px: float, unit: float) -> Array:
    """(N, 2) where a lip ends, as far from its inner rim as lips are seen: smooth, nearly alike on
    both sides, and thin at the corners."""
    steps = np.arange(0.01 * unit, most_px, 0.01 * unit)
    places = rim[None] + steps[:, None, None] * away
    seen = np.clip(values_at(np.ascontiguousarray(lip), places), 0, 1) > 0.5
    # A lip may begin a little beside the rim that was found.
    late = np.minimum(seen[: max(round(0.06 / 0.01), 1)].argmax(axis=0), 5)
    thick = np.array([
        k + int(np.argmin(np.append(seen[k:, c], False))) for c, k in enumerate(late)
    ]) * 0.01 * unit  # fmt: skip
    s = np.linspace(-1, 1, len(rim))
    taper = 1 - np.abs(s) ** 2.2
    terms = np.stack([taper, taper * s**2, taper * s], axis=1)
    lean = np.diag([0.0, 1.0, 1.0])
    wanted = np.concatenate([thick, np.zeros(3)])
    fitted = np.linalg.lstsq(np.concatenate([terms, lean]), wanted, rcond=None)[0]
    height = np.clip(terms @ fitted, 0, most_px)
    outer: Array = rim + height[:, None] * away
    return outer


def _open(
    painted: Array,
    x: Array,
    teeth: float,
    rims: tuple[Array, Array],
    line: Array,
    unit: float,
    ink: float,
) -> Array:
    """The dark between the rims, and teeth, as white as there is light."""
    size = painted.shape[:2]
    top, bottom = rims
    t = np.linspace(-1, 1, len(top))
    taper = 0.35 + 0.65 * np.sqrt(np.clip(1 - t * t, 0, 1))
    gap = cover(size, np.concatenate([top, bottom[::-1]]))
    inside = rgb_to_lab(x[gap > 0.5][None])[0] if (gap > 0.5).any() else np.full((1, 3), 60.0)
    bright = float(np.quantile(inside[:, 0], 0.75))
    white = float(np.clip(0.42 + 0.0075 * bright, 0.5, 1))
    painted = laid(painted, gap, np.array([0.30, 0.10, 0.10], np.float32) * (0.5 + white / 2))
    if teeth > 0.1:
        low = top + (bottom - top) * teeth
        seen = slice(2, len(top) - 2)
        shape = cover(size, np.concatenate([top[seen], low[seen][::-1]]))
        painted = laid(painted, shape, np.array([0.97, 0.95, 0.91], np.float32) * white)
    widths = [stroke(top, 0.030 * unit * taper), stroke(bottom, 0.018 * unit * taper)]
    return laid(painted, ink * cover(size, *widths), line)
