"""Sizes and resampling: what a picture's height and width become, and the pixels with them."""

from __future__ import annotations

import re

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, full_scale

__all__ = ["fit_max_side", "pad_to_multiple", "parse_size", "resize"]


def parse_size(text: str) -> tuple[int, int]:
    """(width, height) in pixels from a text such as "1280x720".

    >>> parse_size("1280x720")
    (1280, 720)
    """
    match = re.fullmatch(r"\s*(\d{1,9})\s*[xX×]\s*(\d{1,9})\s*", text, re.ASCII)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if min(size) < 1:
        raise InputError(f"size {text!r} is not WIDTHxHEIGHT in pixels, for example 1280x720")
    return size


def fit_max_side(width_px: int, height_px: int, max_side_px: int) -> tuple[int, int]:
    """(width, height) shrunk so that the longer side is at most `max_side_px`.

    Never enlarges; keeps the aspect ratio to the nearest pixel, at least 1.

    >>> fit_max_side(4000, 3000, 1000)
    (1000, 750)
    >>> fit_max_side(640, 480, 1000)
    (640, 480)
    """
    if max_side_px < 1:
        raise InputError(f"the longest side must be at least 1 px, got {max_side_px}")
    longest = max(width_px, height_px)
    if longest <= max_side_px:
        return width_px, height_px
    scale = max_side_px / longest
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))


def resize(x: Array, width_px: int, height_px: int) -> Array:
    """`x` (any layout and dtype of `arrays`) at height_px x width_px, same layout and dtype.

    Shrinking averages over areas, enlarging is Lanczos (8 taps), each axis for itself; values
    stay within the range of the dtype. Colour is weighted by alpha, so that the hidden colour
    of transparent pixels does not bleed into visible edges. The same size gives `x` itself.
    """
    if width_px < 1 or height_px < 1:
        raise InputError(f"size must be at least 1x1 px, got {width_px}x{height_px}")
    height, width = x.shape[:2]
    if (height, width) == (height_px, width_px):
        return x
    if x.ndim == 3 and x.shape[2] == 4 and x[..., 3].min() < full_scale(x.dtype):
        return _resize_with_alpha(x, width_px, height_px)
    out = _resample(x, width_px, height_px)
    return out.reshape(height_px, width_px, *x.shape[2:])


def _resample(x: Array, width_px: int, height_px: int) -> Array:
    height, width = x.shape[:2]
    # cv2's area filter is one only where it shrinks, so the shrinking axes go first.
    shrunk = (min(width, width_px), min(height, height_px))
    try:
        if shrunk != (width, height):
            x = cv2.resize(x, shrunk, interpolation=cv2.INTER_AREA)
        if shrunk != (width_px, height_px):
            x = cv2.resize(x, (width_px, height_px), interpolation=cv2.INTER_LANCZOS4)
    except cv2.error:
        raise InputError(
            f"{width_px}x{height_px} px are more than fit into memory; ask for a smaller size"
        ) from None
    if x.dtype.kind == "f":
        # Lanczos overshoots, and the mean of many ones may round to 1.0000001.
        np.clip(x, 0.0, 1.0, out=x)
    return x


def _resize_with_alpha(x: Array, width_px: int, height_px: int) -> Array:
    full = full_scale(x.dtype)
    working = np.float64 if x.dtype == np.float64 else np.float32
    alpha = _resample(
        np.divide(x[..., 3].astype(working), full, dtype=working), width_px, height_px
    )
    weighted = np.multiply(x[..., :3], x[..., 3:], dtype=working)
    weighted /= full * full
    colour = _resample(weighted, width_px, height_px)
    # Where nothing is visible any colour is right; the weighted one, black, compresses best.
    colour /= np.where(alpha > 0, alpha, 1)[..., None]
    out = np.empty((height_px, width_px, 4), x.dtype)
    for channel, plane in ((slice(0, 3), colour), (3, alpha)):
        np.clip(plane, 0.0, 1.0, out=plane)
        plane *= full
        out[..., channel] = np.rint(plane) if x.dtype.kind == "u" else plane
    return out


def pad_to_multiple(x: Array, multiple: int) -> tuple[Array, tuple[slice, slice]]:
    """`x` padded at the bottom and right to sides that `multiple` divides, and the way back.

    Returns (padded, crop): `result[crop]` cuts the padding off again. Pads by reflection
    without repeating the border (a side of one pixel repeats it); `x` comes back uncopied when
    it fits.
    """
    if multiple < 1:
        raise InputError(f"multiple must be at least 1, got {multiple}")
    height, width = x.shape[:2]
    crop = (slice(0, height), slice(0, width))
    bottom, right = -height % multiple, -width % multiple
    if bottom == 0 and right == 0:
        return x, crop
    padded = cv2.copyMakeBorder(x, 0, bottom, 0, right, cv2.BORDER_REFLECT_101)
    return padded.reshape(height + bottom, width + right, *x.shape[2:]), crop
