"""The colours of things by day, and the families of them that several worlds take turns with.

A colour is (lightness 0..100, chroma, hue angle in degrees) in CIELAB. A family replaces some
pigments of EARTH together, so that a picture's colours go with each other.
"""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["EARTH", "LANDS", "WOODS", "Colours"]

Colours: TypeAlias = dict[str, tuple[float, float, float]]
"""{pigment: (lightness, chroma, hue angle)}"""

EARTH: Colours = {
    "leaf": (50, 44, 125),
    "moss": (48, 40, 112),
    "grass": (54, 46, 118),
    "bark": (38, 20, 55),
    "earth": (62, 26, 72),
    "rock": (56, 8, 260),
    "snow": (94, 6, 250),
    "water": (46, 32, 235),
    "roof": (44, 44, 38),
    "pale": (84, 14, 85),
    "cap": (48, 60, 32),
    "bloom": (70, 52, 350),
    "lamp": (82, 62, 80),
    "stone": (66, 10, 85),
    "wood": (46, 30, 62),
    "cloth": (46, 54, 30),
    "plaster": (76, 28, 82),
    "glass": (50, 24, 245),
    "trim": (80, 8, 250),
    "neon": (76, 52, 195),
    "void": (7, 20, 282),
    "mist": (32, 46, 300),
    "fire": (76, 56, 350),
    "crust": (46, 20, 310),
    "crystal": (74, 48, 310),
    "sand": (72, 26, 82),
    "straw": (74, 42, 88),
    "coral": (60, 60, 28),
    "gold": (78, 56, 82),
    "kelp": (50, 42, 130),
    "shell": (82, 22, 350),
    "anemone": (58, 52, 320),
    "dust": (66, 40, 70),
    "ice": (62, 38, 235),
    "lava": (54, 58, 38),
    "jade": (60, 36, 165),
}
"""Every pigment that a rule may name, as it is where no family changes it."""

WOODS: tuple[Colours, ...] = (
    {},
    {"leaf": (50, 34, 165), "moss": (48, 34, 150), "grass": (52, 38, 145), "bark": (36, 16, 30)},
    {"leaf": (60, 56, 75), "moss": (52, 40, 92), "grass": (58, 48, 90), "bloom": (62, 58, 30)},
    {
        "leaf": (48, 46, 338),
        "moss": (44, 34, 170),
        "grass": (48, 38, 175),
        "bark": (30, 20, 310),
        "cap": (60, 50, 190),
        "lamp": (84, 44, 190),
    },
    {"leaf": (46, 40, 190), "moss": (46, 36, 130), "grass": (54, 48, 125), "bloom": (72, 54, 60)},
    {"leaf": (52, 58, 45), "moss": (46, 38, 100), "grass": (52, 44, 100), "bloom": (86, 40, 95)},
)
"""Families of foliage."""

LANDS: tuple[Colours, ...] = (
    {},
    {"leaf": (44, 36, 140), "stone": (60, 10, 265), "roof": (40, 34, 265), "pale": (86, 8, 90)},
    {"leaf": (58, 52, 75), "moss": (54, 42, 85), "grass": (64, 46, 88), "roof": (46, 50, 32)},
    {"leaf": (46, 32, 165), "grass": (52, 34, 140), "stone": (70, 18, 70), "roof": (38, 32, 195)},
    {"leaf": (46, 40, 128), "stone": (72, 14, 40), "roof": (40, 42, 320), "bloom": (80, 50, 80)},
)
"""Families of open country and its buildings."""
