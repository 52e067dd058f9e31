"""Strokes of a brush that lie over each other: how paint differs within one colour."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["dab_field"]

_COVERED = 2.4
_SHIFT = 4


def dab_field(
    rng: np.random.Generator,
    size_px: tuple[int, int],
    *,
    length_px: float,
    wide_px: float,
    angle_deg: float = 0.0,
    spread_deg: float = 20.0,
    deepening: float = 0.0,
) -> Array:
    """(H, W) float32 in [-1, 1]: dabs of one value each, the later over the earlier.

    size_px     (width, height)
    length_px, wide_px  of a dab, half more or less
    angle_deg   they run at, 0 across and 90 down, give or take `spread_deg`
    deepening   0 all of one size, 1 those at the upper edge of no size and below of twice
    """
    width, height = size_px
    count = int(_COVERED * width * height / (length_px * wide_px)) + 1
    x, y = rng.uniform(0, width, count), rng.uniform(0, height, count)
    grown = (1 - deepening) + 2 * deepening * y / height
    long = length_px * rng.uniform(0.5, 1.5, count) * grown / 2
    wide = np.maximum(wide_px * rng.uniform(0.5, 1.5, count) * grown / 2, 0.6)
    angle = np.radians(angle_deg + rng.uniform(-spread_deg, spread_deg, count))
    value = np.rint(rng.uniform(1, 255, count))
    field = np.full((height, width), 128, np.uint8)
    dx, dy = long * np.cos(angle), long * np.sin(angle)
    ends = np.rint(np.stack([x - dx, y - dy, x + dx, y + dy], axis=1) * 2**_SHIFT).astype(int)
    thick = np.maximum(1, np.rint(2 * wide)).astype(int)
    order = np.argsort(-grown * rng.uniform(0.5, 1.5, count)) if deepening else np.arange(count)
    for k in order.tolist():
        a, b, c, d = ends[k].tolist()
        tone, heavy = float(value[k]), int(thick[k])
        cv2.line(field, (a, b), (c, d), (tone,), heavy, cv2.LINE_AA, _SHIFT)
    return (field.astype(np.float32) - 128) / 128
