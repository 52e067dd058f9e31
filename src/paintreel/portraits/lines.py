"""Brows, jaw, and the ink of hair and rims: lines that a portrait is told by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.ways import values_at
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.portraits.settings import PortraitSettings
from paintreel.portraits.strokes import (
    INK,
    cover,
    laid,
    luma,
    smoothstep,
    soften,
    stroke,
    without_specks,
)

__all__ = ["draw_brows", "draw_contours", "draw_jaw"]


def draw_brows(
    painted: Array, x: Array, face: Face, seen: Sequence[bool], unit: float, ink: float
) -> Array:
    """What is darkest above each eye that is seen, as a flat shape."""
    height, width = x.shape[:2]
    grey = luma(x)
    local = soften(grey, 0.18 * unit)
    dark = (local - soften(grey, 0.022 * unit)) / (local + 0.05)
    eyes, mouth = face.landmarks[:2], face.landmarks[3:].mean(axis=0)
    down = (mouth - eyes.mean(axis=0)) / max(float(np.hypot(*(mouth - eyes.mean(axis=0)))), 1e-6)
    angles = np.linspace(0, 2 * np.pi, 40)
    oval = np.stack([0.42 * np.cos(angles), 0.17 * np.sin(angles)], axis=1) * unit
    for eye in eyes[np.array(seen, bool)]:
        zone = cover((height, width), eye - 0.41 * unit * down + oval)
        if not (zone > 0.5).any():
            continue
        most = float(np.percentile(dark[zone > 0.5], 95))
        if most < 0.03:
            continue
        marks = smoothstep(dark, 0.30 * most, 0.50 * most) * soften(zone, 0.03 * unit)
        marks = without_specks(marks, 0.15 * unit)
        plain = 0.25 + 0.6 * float(smoothstep(most, 0.06, 0.32))
        painted = laid(painted, plain * ink * marks, painted * np.float32(0.32))
    return painted


def draw_contours(painted: Array, x: Array, skin: Array, unit: float, ink: float) -> Array:
    """Ink where the picture has fine dark lines beside skin: locks of hair, beards, rims."""
    grey = luma(x)
    local = soften(grey, 0.07 * unit)
    dark = (local - soften(grey, 0.016 * unit)) / (local + 0.04)
    lines = smoothstep(dark, 0.10, 0.20) * (1 - skin)
    return laid(painted, 0.6 * ink * lines, painted * np.float32(0.3))


def draw_jaw(
    painted: Array,
    x: Array,
    skin: Array,
    jaw: Array,
    step: Array,
    unit: float,
    s: PortraitSettings,
) -> Array:
    """Ink along the jaw, broader under the chin, where lit skin ends.

    jaw: (N, 2) its line in x;  step: (N,) how plain it was found there
    """
    t = np.linspace(-1, 1, len(jaw))
    width = s.line * 0.75 * unit * np.clip(1 - np.abs(t) ** 3, 0, 1)
    shown = np.convolve(np.pad(step, 3, mode="edge"), np.ones(7) / 7, "valid")
    inward = jaw[len(jaw) // 2] * 0.5 + (jaw[0] + jaw[-1]) * 0.25 - jaw
    inward = 0.08 * unit * inward / np.maximum(np.hypot(*inward.T), 1e-6)[:, None]
    light = soften(rgb_to_lab(x)[..., 0].astype(np.float32), 0.03 * unit)
    (own, other), (lit, dim) = (
        [values_at(plane, jaw + side) for side in (inward, -inward)] for plane in (skin, light)
    )
    ends = np.maximum(smoothstep(own - other, 0.25, 0.6), smoothstep(lit - dim, 4.0, 9.0) * own)
    ends = np.convolve(np.pad(ends, 3, mode="edge"), np.ones(7) / 7, "valid")
    width = width * smoothstep(shown, 0.2, 0.55) * smoothstep(ends, 0.25, 0.6)
    share = cover(painted.shape[:2], stroke(jaw, width))
    deep = painted * np.float32(0.18) + INK * np.float32(0.55)
    return laid(painted, 0.9 * s.ink * share, deep)
