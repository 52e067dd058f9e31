"""What a painter does to a whole layer: light on its edges, ink around it, mist at its foot.

All on straight RGBA uint8 (H, W, 4) in place, in integers; weights are in 128ths,
those of the grain in 512ths.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.drawing.canvas import Stage
from paintreel.imaging.arrays import Array

__all__ = ["contour", "grain", "mist", "noise", "rim"]


def tint(rgba: Array, colour: Array, weight: Array) -> None:
    """Mix the colour in by `weight`, int16 0..128, (H, W) or (H, 1)."""
    colour = colour.astype(np.int16)
    if weight.shape[1] == 1:
        rows = np.flatnonzero(weight[:, 0] * rgba[..., 3].any(axis=1))
        if not rows.size:
            return
        part = slice(rows[0], rows[-1] + 1)
        touched: tuple[slice | Array, ...] = (part, slice(None), slice(3))
        weight = weight[part, :, None]
    else:
        at = np.nonzero(weight)
        touched = (*at, slice(3))
        weight = weight[at][:, None]
    pixels = rgba[touched].astype(np.int16)
    pixels += ((colour - pixels) * weight + 64) >> 7
    rgba[touched] = pixels


def rim(
    rgba: Array, toward: tuple[float, float], reach_px: float, colour: Array, strength: float
) -> None:
    """Light the edges that face `toward` (x, y), a unit vector, up to `reach_px` inward."""
    alpha = np.ascontiguousarray(rgba[..., 3])
    height, width = alpha.shape
    weight = np.zeros(alpha.shape, np.uint16)
    steps = 3
    for i in range(1, steps + 1):
        reach = max(reach_px, 1.0) * i / steps
        dx, dy = round(toward[0] * reach), round(toward[1] * reach)
        if abs(dx) >= width or abs(dy) >= height:
            continue
        # Pixels whose lighter neighbour lies outside the frame are left alone.
        rows = slice(max(-dy, 0), height - max(dy, 0))
        columns = slice(max(-dx, 0), width - max(dx, 0))
        there = alpha[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)]
        weight[rows, columns] += cv2.subtract(alpha[rows, columns], there).astype(np.uint16)
    share = weight.astype(np.int32) * round(strength * 128) // (steps * 255)
    tint(rgba, colour, share.astype(np.int16))


def contour(rgba: Array, width_px: float, colour: Array, strength: float) -> None:
    """Draw ink along the inside of the silhouette."""
    size = max(round(width_px), 1) * 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    alpha = rgba[..., 3]
    # Without a border value of its own, the frame's edge is no silhouette.
    inner = cv2.erode(alpha, kernel)
    edge = alpha.astype(np.int16) - inner.astype(np.int16)
    tint(rgba, colour, (edge * round(min(strength, 1.0) * 127)) >> 8)


def mist(rgba: Array, y: Array, top: float, bottom: float, colour: Array, strength: float) -> None:
    """Mix air in from none at height `top` to `strength` at `bottom`; y (H, 1) of the rows."""
    rising = np.clip((y - top) / (bottom - top), 0.0, 1.0)
    weight = np.rint(rising * rising * (3.0 - 2.0 * rising) * strength * 128.0)
    tint(rgba, colour, weight.astype(np.int16))


def grain(rgba: Array, strokes: Array) -> None:
    """Lighten and darken by `strokes`, int16 (H, W, 3) in 512ths, as an uneven brush does."""
    rows = np.flatnonzero(rgba[..., 3].any(axis=1))
    part = slice(rows[0], rows[-1] + 1)
    pixels = rgba[part, :, :3].astype(np.int16)
    pixels += (pixels * strokes[part]) >> 9
    rgba[part, :, :3] = np.clip(pixels, 0, 255, out=pixels)


def noise(
    rng: np.random.Generator,
    stage: Stage,
    cells_x: float,
    cells_y: float,
    octaves: int = 4,
    fall: float = 0.55,
) -> Array:
    """Smooth noise (H, W), float64 about 0..1, of the same look at every size.

    cells_x, cells_y  cells of the coarsest octave in a frame height
    octaves           each of half the size of the one before and `fall` times as strong
    """
    x, y = (axis.ravel() for axis in stage.units())
    total: Array = np.zeros((y.size, x.size))
    strength, norm = 1.0, 0.0
    margin_x, margin_y = stage.margin_px
    for _ in range(octaves):
        down = _weights(y * cells_y, margin_y)
        across = _weights(x * cells_x, margin_x)
        grid = rng.random((down.shape[1], across.shape[1]))
        total += strength * (down @ grid @ across.T)
        norm += strength
        strength, cells_x, cells_y = strength * fall, cells_x * 2.0, cells_y * 2.0
    return total / norm


def _weights(at: Array, margin_px: int) -> Array:
    """Rows of quadratic B-spline weights (N, cells) of positions counted in cells.

    The cells are those of the picture; its margin mirrors them, so that it changes none.
    """
    cells = int(np.ceil(at[len(at) - 1 - margin_px])) + 3
    nearest = np.rint(at).astype(int)
    u = at - nearest
    weights = np.zeros((len(at), cells))
    rows = np.arange(len(at))
    for step, share in enumerate((0.5 * (0.5 - u) ** 2, 0.75 - u * u, 0.5 * (0.5 + u) ** 2)):
        there = np.mod(nearest + step, 2 * cells)
        np.add.at(weights, (rows, np.minimum(there, 2 * cells - 1 - there)), share)
    return weights
