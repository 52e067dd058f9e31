"""The colour that stands for a class on charts and pages: one and the same on all of them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["UNKNOWN", "colours_of", "in_words"]

Colour = tuple[int, int, int]

UNKNOWN: Colour = (206, 202, 194)
"""Of what no class stands for."""

_OWN = {
    "happiness": "f0b429",
    "calm": "7db39a",
    "sadness": "4a76a8",
    "fear": "67489a",
    "anger": "c43c2e",
    "surprise": "e889ab",
    "disgust": "7f8d34",
    "boredom": "a39c8f",
    "neutral": "bdb6a8",
    "forest": "4c8a4b",
    "settlement": "b8703c",
    "interior": "d3ac70",
    "water": "3b8fb2",
    "night_sky": "3c4180",
    "open_land": "adb84a",
}
"""Those that have a colour in everybody's mind; emotions, and places."""

_OTHERS = (
    *("2f6f8f", "d98a3d", "7a9a4a", "a4577a", "5d6d8c", "b8a13a"),
    *("8a5a44", "4fa3a5", "c98ab0", "3c3c46", "9aa7b8", "c4b59a"),
)
"""For the rest, in their order."""


def colours_of(labels: Iterable[str]) -> dict[str, Colour]:
    """Class -> (red, green, blue), 0 to 255, in the order of the classes.

    >>> colours_of(["calm", "watercolour"])
    {'calm': (125, 179, 154), 'watercolour': (47, 111, 143)}
    """
    colours: dict[str, Colour] = {}
    rest = iter(_OTHERS * 100)
    for label in labels:
        text = _OWN.get(label) or next(rest)
        colours[label] = (int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16))
    return colours


def in_words(label: str) -> str:
    """The class as people write it.

    >>> in_words("night_sky")
    'night sky'
    """
    return label.replace("_", " ")
