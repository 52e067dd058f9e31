"""What is asked of the colours, from words, pictures and options."""

from __future__ import annotations

import os
from os import PathLike
from typing import Any

import numpy as np

from paintreel.colorize.colourer import ColourLook
from paintreel.imaging.arrays import Array, split_alpha
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.pictures.kinds import pixels_of
from paintreel.pictures.paper import on_white
from paintreel.roughs.drawing_planes import palette_of
from paintreel.roughs.palettes import PALETTES, palette_named
from paintreel.worlds.categories import find_category

__all__ = ["look_of", "read_palette"]


def look_of(
    *,
    palette: Any = None,
    category: str | None = None,
    flat: bool = False,
    cel: bool = False,
    gap: float | None = None,
    seed: int | None = None,
    max_pixels: int | None = None,
) -> ColourLook:
    """The look that is asked for. Raises InputError, UnreadableFile and PictureTooLarge."""
    return ColourLook(
        palette=read_palette(palette, max_pixels or DEFAULT_MAX_PIXELS),
        label=None if category is None else find_category(category).label,
        flat=flat,
        cel=cel,
        gap_px=gap,
        seed=seed,
    )


def read_palette(palette: Any, max_pixels: int = DEFAULT_MAX_PIXELS) -> Array | None:
    """(K, 4) float32, RGB in [0, 1] and share, of a name or of any picture; None for None.

    Transparent parts of a picture do not count. A file goes before a name. Raises InputError,
    UnreadableFile and PictureTooLarge.
    """
    if palette is None:
        return None
    if isinstance(palette, str) and not os.path.lexists(palette):
        looks_like_path = os.sep in palette or "." in palette
        if palette.strip().lower() in PALETTES or not looks_like_path:
            return palette_named(palette)
    if isinstance(palette, PathLike):
        palette = os.fspath(palette)
    pixels = pixels_of(palette, "palette", max_pixels)
    rgb, alpha = split_alpha(pixels)
    if alpha is not None:
        seen = alpha > alpha.max() // 2 if alpha.dtype.kind == "u" else alpha > 0.5
        if seen.any() and not seen.all():
            return palette_of(np.ascontiguousarray(rgb[seen][None]))
        rgb = on_white(pixels)
    return palette_of(rgb)
