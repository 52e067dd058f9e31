"""Which sizes of a result are made."""

from __future__ import annotations

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS

__all__ = ["MIN_SIDE_PX", "check_size"]

MIN_SIDE_PX = 16


def check_size(
    size: tuple[int, int], max_pixels: int = DEFAULT_MAX_PIXELS, *, least_px: int = MIN_SIDE_PX
) -> None:
    """Raise InputError unless (width, height) in pixels is a size that can be painted."""
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise InputError(f"size is {size!r}, expected (width, height) in pixels")
    if any(not isinstance(side, (int, np.integer)) or isinstance(side, bool) for side in size):
        raise InputError(f"size is {size!r}, expected two whole numbers of pixels")
    width, height = size
    if min(width, height) < least_px:
        raise InputError(f"size is {width}x{height} px, expected at least {least_px} px a side")
    if width * height > max_pixels:
        raise InputError(
            f"size is {width}x{height} px, {width * height:,} pixels; the limit is "
            f"{max_pixels:,}, raise it with --max-pixels (max_pixels=...)"
        )
