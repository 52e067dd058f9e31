"""Which sizes of a result are made, and how many sizes a set of pictures has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from paintreel.errors import InputError, PaintreelError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, inspect_picture

__all__ = ["MIN_SIDE_PX", "check_size", "have_many_sizes"]

MIN_SIDE_PX = 16
_LOOKED_AT, _COMMON = 48, 3


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


def have_many_sizes(pictures: Sequence[Path]) -> bool:
    """Whether fewer than half of the pictures are of three sizes; the headers of some are read.

    What `Model` takes as ``many_sizes``.
    """
    if len(pictures) <= _COMMON:
        return False
    sizes: Counter[tuple[int, int]] = Counter()
    for path in pictures[:: max(1, len(pictures) // _LOOKED_AT)]:
        with suppress(PaintreelError):  # its own job will say so
            info = inspect_picture(path)
            sizes[info.width, info.height] += 1
    common = sum(count for _, count in sizes.most_common(_COMMON))
    return common < sizes.total() / 2
