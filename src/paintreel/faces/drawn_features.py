"""Nose, mouth and jaw of a teacher portrait, drawn as lines and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.strokes import cover, enlarged, filled, laid, smoothstep, soften, stroke
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab

if TYPE_CHECKING:
    from paintreel.faces.drawn import PortraitSettings

__all__ = ["draw_jaw", "draw_mouth", "draw_nose"]

_INK = np.array([0.13, 0.07, 0.07], np.float32)


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
    painted = filled(painted, 0.55 * soften(zone, 0.05 * unit), ring, unit)
    grey = cv2.cvtColor(np.ascontiguousarray(x), cv2.COLOR_RGB2GRAY)
    local = soften(grey, 0.11 * unit)
    dark = (local - soften(grey, 0.028 * unit)) / (local + 0.05)
    under = cover(size, tip + down * 0.10 * unit + round_ * (0.34 * unit, 0.17 * unit))
    if not (under > 0.5).any():
        return painted
    # Nostrils and the line under the tip are the darkest there, in hard light as in soft.
    most = max(float(np.percentile(dark[under > 0.5], 97)), 0.06)
    marks = smoothstep(dark, 0.34 * most, 0.8 * most) * soften(under, 0.03 * unit)
    return laid(painted, 0.8 * ink * marks, painted * np.float32(0.3) + _INK * np.float32(0.22))


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
    painted = filled(painted, 0.9 * soften(whole, 0.03 * unit), ring, unit)
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


def draw_jaw(
    painted: Array,
    x: Array,
    skin: Array,
    jaw: Array,
    step: Array,
    unit: float,
    s: PortraitSettings,
) -> Array:
    """Ink along the jaw, broader under the chin, where skin meets something else or its shade.

    skin: (H, W) in [0, 1].  step: (N,), how plain the jaw is.
    A hand before the face is skin on both sides, and has no jaw.
    """
    t = np.linspace(-1, 1, len(jaw))
    outward = jaw - jaw.mean(axis=0)
    outward = outward / np.maximum(np.hypot(*outward.T), 1e-6)[:, None]
    light = rgb_to_lab(np.clip(soften(x, 0.03 * unit), 0, 1))[..., 0]
    inside, outside = (
        [_median_of(plane, jaw, outward, away, unit) for plane in (skin, light)]
        for away in ((-0.14, -0.1, -0.06), (0.06, 0.1, 0.14))
    )
    meets = np.maximum(
        1 - smoothstep(outside[0], 0.25, 0.6),
        smoothstep(inside[1] - outside[1], 6, 14) * smoothstep(outward[:, 1], 0.3, 0.7),
    )  # the shade is that under the chin; beside a cheek it is the cheek's own
    shown = meets * smoothstep(inside[0], 0.3, 0.6) * smoothstep(step, 0.1, 0.4)
    shown = np.convolve(np.pad(shown, 3, mode="edge"), np.ones(7) / 7, "valid")
    width = s.line * 0.85 * unit * np.clip(1 - np.abs(t) ** 3, 0, 1) * smoothstep(shown, 0.25, 0.7)
    share = cover(painted.shape[:2], stroke(jaw, width))
    deep = painted * np.float32(0.18) + _INK * np.float32(0.55)
    return laid(painted, 0.9 * s.ink * share, deep)


def _median_of(
    plane: Array, line: Array, outward: Array, away: tuple[float, ...], unit: float
) -> Array:
    """(N,) of (H, W): the median of places so far, in distances of the eyes, beside a line."""
    height, width = plane.shape
    at = line + np.array(away)[:, None, None] * outward * unit
    at = np.clip(np.rint(at - 0.5).astype(int), 0, (width - 1, height - 1))
    found: Array = np.median(plane[at[..., 1], at[..., 0]], axis=0)
    return found
