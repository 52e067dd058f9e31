"""Alpha of pictures: given back to painted colour, and what it hides kept from what is seen.

Filters and networks look at neighbours. Under alpha 0 a file may hide anything, often black, which
they would mix into visible edges; the colour that is visible nearby is put there in its place.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, full_scale
from paintreel.imaging.colour import luma

__all__ = ["bleed_colour", "join_alpha"]

_CELL_PX = 4
_BAND_CELLS = 64


def join_alpha(rgb: Array, alpha: Array | None, like: Array) -> Array:
    """`rgb` (H, W, 3) and `alpha` (H, W) or None, in the layout of the picture `like`.

    The inverse of `arrays.split_alpha`: only the layout of `like` counts, its size and dtype do
    not.
    A grey layout takes the BT.601 luma (equal channels give that value back, floats up to
    rounding); a layout with alpha gets an opaque one when `alpha` is None; a layout without
    drops it.
    """
    if like.ndim == 2:
        return _luma(rgb)
    channels = like.shape[2]
    if channels == 1:
        return _luma(rgb)[..., None]
    if channels == 3:
        return rgb
    out = np.empty((*rgb.shape[:2], 4), rgb.dtype)
    out[..., :3] = rgb
    out[..., 3] = full_scale(rgb.dtype) if alpha is None else alpha
    return out


def _luma(rgb: Array) -> Array:
    grey = luma(rgb)
    # The three float weights may add up to a little more than 1.
    return np.minimum(grey, 1, out=grey) if grey.dtype.kind == "f" else grey


def bleed_colour(rgb: Array, alpha: Array | None) -> Array:
    """`rgb` (H, W, 3) with the visible colour around it wherever `alpha` (H, W) is 0.

    Of any dtype of `arrays`, which is kept; all other pixels stay bit for bit, and what was hidden
    has no influence. White where nothing at all is visible. Without hidden pixels, and for alpha
    None, `rgb` itself. Takes a quarter of the memory of `rgb` beside the result.
    """
    if alpha is None:
        return rgb
    hidden = alpha == 0
    if not hidden.any():
        return rgb
    out: Array = rgb.copy()
    full = full_scale(rgb.dtype)
    if hidden.all():
        out[...] = full
        return out
    coarse = _filled(_weighted_cells(rgb, alpha))
    coarse *= full
    height, width = hidden.shape
    rows = _BAND_CELLS * _CELL_PX
    for top in range(0, height, rows):
        here = hidden[top : top + rows]
        if here.any():
            smooth = _enlarged(coarse, top, min(rows, height - top), width)
            colour = np.rint(smooth) if rgb.dtype.kind == "u" else smooth
            np.copyto(out[top : top + rows], colour.astype(rgb.dtype), where=here[..., None])
    return out


def _weighted_cells(rgb: Array, alpha: Array) -> Array:
    """(h, w, 4) float32 over cells of _CELL_PX: colour times alpha, and alpha, both in [0, 1]."""
    full = np.float32(full_scale(rgb.dtype))
    height, width = alpha.shape
    cells = np.empty((-(-height // _CELL_PX), -(-width // _CELL_PX), 4), np.float32)
    for top in range(0, len(cells), _BAND_CELLS):
        rows = slice(top * _CELL_PX, (top + _BAND_CELLS) * _CELL_PX)
        cover = alpha[rows].astype(np.float32) / full
        band = np.dstack([rgb[rows].astype(np.float32) * (cover[..., None] / full), cover])
        missing = -band.shape[0] % _CELL_PX, -band.shape[1] % _CELL_PX
        band = np.pad(band, ((0, missing[0]), (0, missing[1]), (0, 0)))
        size = band.shape[1] // _CELL_PX, band.shape[0] // _CELL_PX
        cells[top : top + _BAND_CELLS] = cv2.resize(band, size, interpolation=cv2.INTER_AREA)
    return cells


def _filled(cells: Array) -> Array:
    """(h, w, 3): the mean visible colour of every cell, from wider around where it has none.

    Cells are averaged to half their number until all have colour, then handed back down.
    """
    levels = [cells]
    while levels[-1][..., 3].min() <= 0 and max(levels[-1].shape[:2]) > 1:
        finer = levels[-1]
        odd = finer.shape[0] % 2, finer.shape[1] % 2
        even = np.pad(finer, ((0, odd[0]), (0, odd[1]), (0, 0)))
        levels.append((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4)
    colour = _divided(levels.pop())
    while levels:
        finer = levels.pop()
        wider = cv2.resize(colour, finer.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        empty = finer[..., 3:] <= 0
        colour = np.where(empty, wider, _divided(finer))
    return colour


def _divided(cells: Array) -> Array:
    visible = cells[..., 3:]
    colour = cells[..., :3] / np.where(visible > 0, visible, 1)
    return np.clip(colour, 0, 1)


def _enlarged(coarse: Array, top: int, rows: int, width: int) -> Array:
    """Rows from `top` of the cells' colours at full size, linear between the cells."""
    y = (np.arange(top, top + rows, dtype=np.float32) + 0.5) / _CELL_PX - 0.5
    x = (np.arange(width, dtype=np.float32) + 0.5) / _CELL_PX - 0.5
    first = max(0, int(np.floor(y[0])))
    last = min(len(coarse), int(np.ceil(y[-1])) + 1)
    part = coarse[first:last]
    # Not cv2.remap, whose coordinates are rounded to 1/32 and which stops at 32767 pixels.
    low, share = _between(y - first, len(part))
    band = part[low] * (1 - share)[:, None, None]
    band += part[np.minimum(low + 1, len(part) - 1)] * share[:, None, None]
    low, share = _between(x, part.shape[1])
    enlarged: Array = band[:, low] * (1 - share)[None, :, None]
    enlarged += band[:, np.minimum(low + 1, part.shape[1] - 1)] * share[None, :, None]
    return enlarged


def _between(place: Array, count: int) -> tuple[Array, Array]:
    """(index of the cell before, share of the one after) of places counted in cells."""
    place = np.clip(place, 0, count - 1)
    low = np.floor(place).astype(np.intp)
    return low, (place - low).astype(np.float32)
