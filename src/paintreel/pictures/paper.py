"""Pictures on paper: transparency laid on white, any picture as 8-bit RGB."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array, from_float, split_alpha, to_8bit, to_float

__all__ = ["on_white", "rgb8_on_white"]


def on_white(x: Array) -> Array:
    """(H, W, 3) of a picture of any layout, laid on white paper; dtype kept.

    Opaque pixels stay bit for bit.
    """
    rgb, alpha = split_alpha(x)
    if alpha is None:
        return rgb
    cover = to_float(alpha)[..., None]
    laid = from_float(to_float(rgb) * cover + (1 - cover), x.dtype)
    return np.where(cover == 1, rgb, laid)


def rgb8_on_white(x: Array) -> Array:
    """(H, W, 3) uint8 of a picture of any layout and dtype, laid on white paper."""
    return to_8bit(on_white(x))
