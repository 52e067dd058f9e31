"""Pictures on paper: transparency laid on white or on another picture, as 8-bit RGB too."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array, from_float, split_alpha, to_8bit, to_float

__all__ = ["laid_over", "on_white", "rgb8_on_white"]

_BAND_ROWS = 256  # floats of a whole picture would take many times its memory


def on_white(x: Array) -> Array:
    """(H, W, 3) of a picture of any layout, laid on white paper; dtype kept.

    Opaque pixels stay bit for bit.
    """
    return laid_over(x, None)


def laid_over(x: Array, ground: Array | None) -> Array:
    """(H, W, 3) of a picture of any layout, laid over another one; dtype kept.

    ground: (H, W, 3), None for white. Opaque pixels stay bit for bit.
    """
    rgb, alpha = split_alpha(x)
    if alpha is None:
        return rgb
    out = np.empty_like(rgb, order="C")
    for top in range(0, len(rgb), _BAND_ROWS):
        band, cover = (
            rgb[top : top + _BAND_ROWS],
            to_float(alpha[top : top + _BAND_ROWS])[..., None],
        )
        below = 1.0 if ground is None else to_float(ground[top : top + _BAND_ROWS])
        laid = from_float(to_float(band) * cover + below * (1 - cover), x.dtype)
        out[top : top + _BAND_ROWS] = np.where(cover == 1, band, laid)
    return out


def rgb8_on_white(x: Array) -> Array:
    """(H, W, 3) uint8 of a picture of any layout and dtype, laid on white paper."""
    return to_8bit(on_white(x))
