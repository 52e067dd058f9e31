"""Shapes and strokes laid over a picture, anti-aliased: what a portrait is drawn with."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = [
    *("INK", "cover", "enlarged", "filled", "laid", "luma", "smoothstep", "soften", "stroke"),
    "without_specks",
]

INK = np.array([0.13, 0.07, 0.07], np.float32)
_OVER, _SHIFT = 3, 4


def cover(size: tuple[int, int], *shapes: Array) -> Array:
    """(H, W) float32 in [0, 1]: how much of each pixel lies in one of the polygons (N, 2)."""
    height, width = size
    large = np.zeros((height * _OVER, width * _OVER), np.uint8)
    for shape in shapes:
        fixed = np.rint((np.asarray(shape) * _OVER - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(large, [fixed], 255, cv2.LINE_AA, _SHIFT)
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def stroke(line: Array, width: Array | float) -> Array:
    """The polygon (2N, 2) of a line (N, 2) that is `width` (N,) pixels wide."""
    step = np.gradient(line, axis=0)
    step = step / np.maximum(np.hypot(*step.T), 1e-6)[:, None]
    aside = np.stack([-step[:, 1], step[:, 0]], axis=1) * (np.asarray(width) / 2).reshape(-1, 1)
    return np.concatenate([line + aside, (line - aside)[::-1]])


def enlarged(polygon: Array, zoom: float) -> Array:
    """A polygon enlarged around its middle."""
    middle = polygon.mean(axis=0)
    larger: Array = middle + (polygon - middle) * zoom
    return larger


def laid(picture: Array, share: Array, colour: Array) -> Array:
    """`picture` (H, W, 3) with a colour (3,) or another picture over it by `share` (H, W)."""
    over: Array = picture + share[..., None] * (np.asarray(colour, np.float32) - picture)
    return over


def filled(painted: Array, share: Array, around: Array, sigma_px: float) -> Array:
    """The surroundings, `around` less `share`, drawn into what `share` covers; both (H, W)."""
    weight = np.clip(around - share, 0, 1) + 1e-4
    colour = soften(painted * weight[..., None], sigma_px) / soften(weight, sigma_px)[..., None]
    over: Array = painted + share[..., None] * (np.clip(colour, 0, 1) - painted)
    return over


def smoothstep(x: Array | float, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, a smooth cubic between; float32."""
    t = np.clip((np.asarray(x) - low) / (high - low), 0, 1).astype(np.float32)
    smooth: Array = t * t * (3 - 2 * t)
    return smooth


def soften(x: Array, sigma_px: float) -> Array:
    """Gaussian blur of (H, W) or (H, W, C)."""
    return cv2.GaussianBlur(x, (0, 0), max(sigma_px, 0.05))


def luma(x: Array) -> Array:
    """(H, W) float32 of a picture (H, W, 3) RGB in [0, 1]."""
    return cv2.cvtColor(np.ascontiguousarray(x, np.float32), cv2.COLOR_RGB2GRAY)


def without_specks(share: Array, least_px: float) -> Array:
    """(H, W) without the parts that reach less far than `least_px`: they would look like dirt."""
    _count, labels, stats, _middles = cv2.connectedComponentsWithStats(
        (share > 0.2).astype(np.uint8)
    )
    reach = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    kept = smoothstep(reach, 0.8 * least_px, 1.2 * least_px)
    kept[0] = 0.0
    clean: Array = share * cv2.dilate(kept[labels], np.ones((3, 3), np.uint8))
    return clean
