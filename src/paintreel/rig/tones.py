"""The colours that a flat colour is painted with: in light, in shade, as ink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.rig.identity import CharacterPalette

__all__ = ["PaintTones", "colour_of", "mixed", "palette_tones", "tones_of"]

_SHADE_AB = np.array([3.0, -7.0])
"""Shade turns to violet, as that of the worlds does by day."""


@dataclass(frozen=True)
class PaintTones:
    """One colour, uint8 (3,) each.

    base   as the palette has it
    shade  turned away from the light
    deep   where no light comes
    light  where it falls
    ink    of its lines
    """

    base: Array
    shade: Array
    deep: Array
    light: Array
    ink: Array


def colour_of(text: str) -> Array:
    """uint8 (3,) of "#rrggbb"."""
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)


def mixed(first: Array, second: Array, share: float) -> Array:
    """`share` of the way from one colour to another, uint8 (3,)."""
    return np.rint(first + share * (second.astype(float) - first)).astype(np.uint8)


@lru_cache(maxsize=512)
def _tones(red: int, green: int, blue: int) -> PaintTones:
    base = np.array([red, green, blue], np.uint8)
    lab = rgb_to_lab((base / 255.0)[None])[0].astype(float)

    def at(lightness: float, chroma: float, turned: float) -> Array:
        colour = np.array([lightness, *(lab[1:] * chroma + _SHADE_AB * turned)])
        rgb: Array = np.rint(lab_to_rgb(colour[None])[0] * 255.0).astype(np.uint8)
        return rgb

    light = lab[0]
    return PaintTones(
        base=base,
        shade=at(0.8 * light - 2.0, 1.08, 0.7),
        deep=at(0.58 * light - 1.0, 1.0, 1.0),
        light=at(light + 0.38 * (97.0 - light), 0.86, -0.35),
        ink=at(8.0 + 0.2 * light, 0.5, 0.25),
    )


def tones_of(colour: Array) -> PaintTones:
    """The tones of a colour, uint8 (3,)."""
    return _tones(*(int(value) for value in colour))


def palette_tones(palette: CharacterPalette) -> Mapping[str, PaintTones]:
    """The tones of every colour of a palette, by its name."""
    return {
        one.name: tones_of(colour_of(getattr(palette, one.name)))
        for one in fields(CharacterPalette)
    }
