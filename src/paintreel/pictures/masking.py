"""Paint in one part of a picture and not in another: masks, their soft edges, and the two laid
together."""

from __future__ import annotations

from typing import Literal, TypeAlias

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, full_scale, split_alpha, to_8bit
from paintreel.imaging.geometry import resize

__all__ = ["MAX_EDGE_PX", "Edge", "check_edge", "edge_of", "lay_where", "mask_of", "soft_mask"]

Edge: TypeAlias = Literal["auto"] | float
"""Width of the soft edge of a mask in pixels; ``auto`` suits the picture."""

MAX_EDGE_PX = 1000.0
_AUTO_EDGE = 1 / 160
"""Of the longer side: 8 px in a picture of 1280."""
_ASPECT = 0.02
"""By so much the shape of a mask may differ from that of its picture, as rounding makes it."""
_GAUSSIAN_PX = 24
_BAND_ROWS = 256


def check_edge(edge: Edge) -> None:
    """Raise InputError unless `edge` is "auto" or a number of pixels from 0 to 1000."""
    number = isinstance(edge, (int, float, np.integer, np.floating)) and not isinstance(edge, bool)
    if edge != "auto" and not (number and 0 <= edge <= MAX_EDGE_PX):
        raise InputError(f"edge is {edge!r}, expected 'auto' or 0 to {MAX_EDGE_PX:g} px")


def edge_of(edge: Edge, height_px: int, width_px: int) -> float:
    """Width in pixels of the soft edge in a picture of this size."""
    return max(height_px, width_px) * _AUTO_EDGE if edge == "auto" else float(edge)


def mask_of(pixels: Array) -> Array:
    """(H, W) uint8 of a mask as people draw it: white is in it, black is not, greys are half.

    pixels: a picture of any layout and dtype. One with transparency is a cut-out: what is opaque is
    in it, whatever its colour.
    """
    rgb, alpha = split_alpha(pixels)
    if alpha is not None and alpha.min() < full_scale(alpha.dtype):
        return to_8bit(alpha)
    grey: Array = cv2.cvtColor(np.ascontiguousarray(to_8bit(rgb)), cv2.COLOR_RGB2GRAY)
    return grey


def soft_mask(
    mask: Array, height_px: int, width_px: int, *, edge: Edge = "auto", name: str = "the mask"
) -> Array:
    """(height, width) uint8: a mask (h, w) uint8 at this size, its edges soft over `edge` pixels.

    Raises InputError where its shape is not that of the picture; `name` is how it is called.
    """
    rows, columns = mask.shape
    other_shape = abs(np.log((columns / rows) / (width_px / height_px))) > _ASPECT
    # Of a few pixels rounding alone makes another shape.
    if other_shape and (abs(rows - height_px) > 1 or abs(columns - width_px) > 1):
        raise InputError(
            f"{name} is {columns}x{rows} px, the picture {width_px}x{height_px}: give one of the "
            "same shape"
        )
    fitted = resize(mask, width_px, height_px)
    edge_px = edge_of(edge, height_px, width_px)
    if edge_px == 0:
        return fitted
    if edge_px <= _GAUSSIAN_PX:
        soft: Array = cv2.GaussianBlur(fitted, (0, 0), edge_px / 3, borderType=cv2.BORDER_REPLICATE)
        return soft
    # Three box filters are nearly a Gaussian, at a speed that does not depend on their size.
    side = max(1, round(edge_px / 2)) // 2 * 2 + 1
    for _ in range(3):
        fitted = cv2.blur(fitted, (side, side), borderType=cv2.BORDER_REPLICATE)
    return fitted


def lay_where(source: Array, painted: Array, share: Array) -> Array:
    """`painted` where `share` is 255, `source` where it is 0, bit for bit, and between them a mix.

    source, painted: pictures of one shape and dtype, which is kept.  share: (H, W) uint8.
    """
    out = np.empty_like(source, order="C")
    for top in range(0, len(source), _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        part = share[rows]
        if not part.any():
            out[rows] = source[rows]
        elif part.min() == 255:
            out[rows] = painted[rows]
        else:
            out[rows] = _mixed(source[rows], painted[rows], part)
    return out


def _mixed(source: Array, painted: Array, share: Array) -> Array:
    working = np.float64 if source.dtype == np.float64 else np.float32
    weight: Array = np.divide(share, 255, dtype=working)
    weight = weight.reshape(*share.shape, *(1,) * (source.ndim - 2))
    # In floats a sum of shares is exact where one of them is 1, a difference is not.
    mixed = source.astype(working) * (1 - weight) + painted.astype(working) * weight
    if source.dtype.kind == "u":
        np.rint(mixed, out=mixed)
    result: Array = mixed.astype(source.dtype)
    return result
