"""Palettes by their colour: the family that most of what is colourful belongs to."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.colour import chroma, hue_deg
from paintreel.imaging.dominant_colours import Palette

__all__ = ["FAMILIES", "family_of", "lightness_of"]

_HUES = (
    ("pinks", 340.0),
    ("reds", 15.0),
    ("oranges", 48.0),
    ("yellows", 76.0),
    ("greens", 108.0),
    ("teals", 168.0),
    ("blues", 225.0),
    ("violets", 312.0),
)
"""Family -> where it begins on the hue circle of CIELAB, in degrees, up to the next."""

_DARK_L, _GREY_C = 14.0, 8.0
FAMILIES = (*(name for name, _ in _HUES), "greys", "near black")
"""Every family, in the order of a sheet."""


def family_of(palette: Palette) -> str:
    """The family of a picture's dominant colours.

    "near black" where the mean lightness is below 14, "greys" where the mean chroma is below 8;
    else the hues with the most of share times chroma.

    >>> family_of(Palette(np.array([[60.0, 0.0, 2.0], [50.0, -40.0, 30.0]]), np.array([0.7, 0.3])))
    'greens'
    """
    weights = palette.share * chroma(palette.lab)
    if lightness_of(palette) < _DARK_L:
        return "near black"
    if float(weights.sum()) < _GREY_C:
        return "greys"
    starts = np.array([start for _, start in _HUES[1:]])
    place = np.searchsorted(starts, hue_deg(palette.lab) % 360, side="right")
    place = np.where(hue_deg(palette.lab) % 360 >= _HUES[0][1], 0, place)
    sums = np.bincount(place, weights, minlength=len(_HUES))
    return _HUES[int(np.argmax(sums))][0]


def lightness_of(palette: Palette) -> float:
    """Mean lightness, 0 to 100."""
    return float((palette.share * palette.lab[:, 0]).sum())
