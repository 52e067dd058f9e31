"""How strongly a portrait is drawn."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PortraitSettings"]


@dataclass(frozen=True)
class PortraitSettings:
    """How a portrait is drawn; lengths in distances of the eyes.

    eyes, nose: how much larger they are drawn.
    cel: share of the way of skin to flat tones; shade: how far shade lies below the light, in
    CIELAB lightness.
    ink: opacity of lines; line: width of the broadest, the upper lid.
    """

    eyes: float = 1.26
    nose: float = 0.95
    cel: float = 0.9
    shade: float = 9.0
    ink: float = 0.92
    line: float = 0.055
