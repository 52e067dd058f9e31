"""A nose as a few strokes and a plane of shade, where the picture has them."""

from __future__ import annotations

import numpy as np

from paintreel.faces.face import Face
from paintreel.imaging.arrays import Array
from paintreel.portraits.strokes import INK, cover, laid, luma, smoothstep, soften, without_specks

__all__ = ["draw_nose"]


def draw_nose(painted: Array, x: Array, face: Face, unit: float, ink: float) -> Array:
    """What is dark at and under the tip becomes strokes; its side in shade one flat plane.

    painted, x: (H, W, 3) float32 in [0, 1], the drawing and the picture;  unit: distance of the
    eyes in pixels;  ink: opacity
    """
    size = painted.shape[:2]
    eyes, tip = face.landmarks[:2].mean(axis=0), face.landmarks[2]
    mouth = face.landmarks[3:].mean(axis=0)
    down = (mouth - eyes) / max(float(np.hypot(*(mouth - eyes))), 1e-6)
    angles = np.linspace(0, 2 * np.pi, 40)
    round_ = np.stack([np.cos(angles), np.sin(angles)], 1)
    grey = luma(x)
    painted = _plane(painted, grey, (eyes, tip), unit)
    local = soften(grey, 0.12 * unit)
    dark = (local - soften(grey, 0.028 * unit)) / (local + 0.05)
    under = cover(size, tip + down * 0.07 * unit + round_ * (0.29 * unit, 0.19 * unit))
    zone = soften(under, 0.025 * unit)
    most = float(np.percentile(dark[under > 0.5], 98)) if (under > 0.5).any() else 0.0
    # Nostrils are the darkest; where light hides them what shade there is draws the tip.
    level = float(np.clip(most, 0.16, 0.36))
    lines = without_specks(smoothstep(dark, 0.34 * level, 0.54 * level) * zone, 0.13 * unit)
    marks = smoothstep(dark, 0.66 * level, 0.9 * level) * zone * smoothstep(lines, 0.1, 0.5)
    painted = laid(painted, 0.5 * ink * lines, painted * np.float32(0.5))
    return laid(painted, 0.8 * ink * marks, painted * np.float32(0.34) + INK * np.float32(0.3))


def _plane(painted: Array, grey: Array, ends: tuple[Array, Array], unit: float) -> Array:
    """The side of the nose that lies in shade, from the root to the wings."""
    eyes, tip = ends
    along = tip - eyes
    length = max(float(np.hypot(*along)), 1e-6)
    down = along / length
    across = np.array([-down[1], down[0]])
    shape = np.array([(0.0, 0.12), (0.5, 0.15), (1.0, 0.34), (1.12, 0.30), (1.16, 0.1)])
    sides = [
        np.array([eyes + down * d * length + sign * across * w * unit for d, w in shape])
        for sign in (-1, 1)
    ]
    zone = soften(cover(grey.shape, np.concatenate([sides[0], sides[1][::-1]])), 0.03 * unit)
    near, far = soften(grey, 0.035 * unit), soften(grey, 0.22 * unit)
    shade = smoothstep((far - near) / (far + 0.05), 0.035, 0.065) * zone
    warm = painted * np.array([0.86, 0.79, 0.77], np.float32)
    return laid(painted, 0.8 * shade, warm)
