"""Letters on pages that a program draws: sizes, what fits, where it stands."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import ImageDraw, ImageFont

from paintreel.visible import visible

__all__ = ["Font", "fitted", "font_of", "legible", "letter"]

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


_FALLBACKS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc")
"""Fonts of the machine, for letters that Pillow's own lacks: all with an accent, for a start."""
_PROBE_PX = 20
_PLAIN = str.maketrans(
    dict(zip("ŁłØøĐđ–—", "LlOoDd--", strict=True)) | {"ß": "ss", "Æ": "Ae", "æ": "ae", "œ": "oe"}
)
"""Letters and dashes that are no plain one with an accent."""


@lru_cache(maxsize=64)
def font_of(size_px: int, text: str = "") -> Font:
    """Pillow's own font, so that a page looks alike on every machine.

    Where it lacks a letter of `text`, the first font of the machine that lacks none.
    """
    size = max(1, size_px)
    if _missing(None, text):
        for name in _FALLBACKS:
            if not _missing(name, text):
                return ImageFont.truetype(name, size)
    return ImageFont.load_default(size=size)


def legible(text: str) -> str:
    """`text` in letters that some font here has: without accents where none has them."""
    text = visible(text)
    if all(_missing(name, text) for name in (None, *_FALLBACKS)):
        bare = unicodedata.normalize("NFKD", text.translate(_PLAIN))
        text = "".join(c for c in bare if not unicodedata.combining(c))
    return text


def _missing(name: str | None, text: str) -> bool:
    return not text.isascii() and any(_lacks(name, c) for c in set(text) if not c.isascii())


@lru_cache(maxsize=1024)
def _lacks(name: str | None, character: str) -> bool:
    """Whether a font (None: Pillow's own) draws the box that stands for what it does not have."""
    try:
        font = ImageFont.truetype(name, _PROBE_PX) if name else ImageFont.load_default(_PROBE_PX)
    except OSError:  # no such font on this machine
        return True
    return bytes(font.getmask(character)) == bytes(font.getmask("\U0010ffff"))


def fitted(text: str, font: Font, width_px: float) -> str:
    """The text in one line, its end cut off where it is wider than `width_px`."""
    text = legible(text)
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(f"{text}...") > width_px:
        text = text[:-1]
    return f"{text}..."


def letter(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    *,
    size_px: int,
    colour: tuple[int, int, int],
    anchor: str = "ls",
    width_px: float | None = None,
) -> float:
    """Write one line and give its width in pixels.

    place     of the anchor
    anchor    as Pillow has it: l, m or r, then s (baseline), m or a (top of the letters)
    width_px  cuts the end off what is wider
    """
    font = font_of(size_px, legible(text))
    shown = legible(text) if width_px is None else fitted(text, font, width_px)
    draw.text(place, shown, fill=colour, font=font, anchor=anchor)
    return float(font.getlength(shown))
