"""A picture as people see it: sRGB of 8 bits on white paper, whatever its file holds."""

from __future__ import annotations

from paintreel.imaging.arrays import Array, full_scale, split_alpha, to_8bit
from paintreel.imaging.files import Picture
from paintreel.imaging.profiles import to_srgb
from paintreel.notes import Note
from paintreel.pictures.paper import rgb8_on_white

__all__ = ["hides_something", "shown_pixels"]


def shown_pixels(picture: Picture) -> tuple[Array, tuple[Note, ...]]:
    """(H, W, 3) uint8 in sRGB, laid on white, and notes of what was done to get there."""
    notes = []
    pixels = to_8bit(picture.pixels)
    if hides_something(pixels):
        notes.append(Note("laid-on-white", "transparency was laid on white"))
    if picture.icc is not None and (converted := to_srgb(pixels, picture.icc)) is not None:
        pixels = converted
    return rgb8_on_white(pixels), tuple(notes)


def hides_something(pixels: Array) -> bool:
    """Whether a picture has an alpha channel, and some of it is not opaque."""
    alpha = split_alpha(pixels)[1] if pixels.ndim == 3 else None
    return alpha is not None and bool(alpha.min() < full_scale(alpha.dtype))
