"""Letters on pages that a program draws: sizes, what fits, where it stands."""

from __future__ import annotations

from functools import lru_cache

from PIL import ImageDraw, ImageFont

from paintreel.visible import visible

__all__ = ["Font", "fitted", "font_of", "letter"]

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=64)
def font_of(size_px: int) -> Font:
    """Pillow's own font, so that a page looks alike on every machine."""
    return ImageFont.load_default(size=max(1, size_px))


def fitted(text: str, font: Font, width_px: float) -> str:
    """The text in one line, its end cut off where it is wider than `width_px`."""
    text = visible(text)
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
    font = font_of(size_px)
    shown = visible(text) if width_px is None else fitted(text, font, width_px)
    draw.text(place, shown, fill=colour, font=font, anchor=anchor)
    return float(font.getlength(shown))
