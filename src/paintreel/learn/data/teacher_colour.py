"""Light and colour of a teacher picture, without a palette: greys stay grey.

Light is gathered into soft bands where it changes (cel shadows), and left alone where it changes
slowly over a wide area. Shadows take the hue of the art's shadows, lights that have a colour its
warmth, and every hue the strength that it has in the art, as far as a tint does not come of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.art_hand import HUE_BINS, ArtHand
from paintreel.learn.data.colour_transfer import lab_to_rgb, rgb_to_lab
from paintreel.learn.data.painterly import disc, smoothstep, soften

_SPREAD_PX, _BESIDE_PX = 3.0, 11
_DULL, _COLOURED = 8.0, 16.0
"""CIELAB chroma below which a colour is left alone as grey, and above which it counts in full."""
_STRONG, _STRONGEST = 45.0, 70.0
"""Chroma from which a colour is not pushed further, fully from the second."""


@dataclass(frozen=True)
class ColourRule:
    """bands: of light, 0 for none; band_share: of the way to them.  contrast: of the S-curve.
    lift: of black.  shadow, warmth: shares of the art's hue of shadows and warmth of lights.
    chroma: factor on the chroma of what has a colour.  lean: of greys in b, warm in the
    light and cool in the shade.
    """

    bands: int
    band_share: float
    contrast: float
    lift: float
    shadow: float
    warmth: float
    chroma: float
    lean: float = 0.0


def toned(x: Array, rule: ColourRule, hand: ArtHand, skin: Array | float = 0.0) -> Array:
    """(H, W, 3) float32 RGB in [0, 1] in the light and colour of the art; same shape and range.

    Where `skin` (H, W) is 1 light and colour change less than elsewhere.
    """
    lab = rgb_to_lab(x)
    luma = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)
    shown = rule.band_share * (1 - 0.5 * skin)
    light = lab[..., 0] / 100 + banded(luma, rule.bands, shown) - luma
    # A full S-curve would sink what is dark already.
    toe = 0.4 + 0.6 * smoothstep(light, 0.15, 0.5)
    contrast = rule.contrast * toe * (1 - 0.5 * skin)
    light = light + contrast * np.sin(2 * np.pi * (light - 0.5)) / np.pi
    dark = np.clip(1 - light, 0, 1) ** 2
    light = np.clip(light + rule.lift * dark, 0, 1)
    a, b = lab[..., 1], lab[..., 2]
    chroma = np.hypot(a, b)
    coloured = smoothstep(chroma, _DULL, _COLOURED)
    factor = rule.chroma * _by_hue(a, b, np.array(hand.chroma_by_hue, np.float32))
    push = coloured * (1 - smoothstep(chroma, _STRONG, _STRONGEST))
    gain = 1 + (factor - 1) * np.where(factor > 1, push * (1 - 0.6 * skin), 1)
    shade = rule.shadow * dark * (1 - smoothstep(light, 0.0, 0.5))
    warmth = rule.warmth * (1 - 0.7 * skin) * coloured * smoothstep(b, -5, 5)
    lit = warmth * smoothstep(light, 0.5, 0.85)
    # Greys lean a little, warm in the light and cool in the shade, as a painter mixes them.
    lean = rule.lean * (1 - coloured) * (smoothstep(light, 0.35, 0.85) * 2 - 1)
    painted = [
        100 * light,
        a * gain + shade * hand.shadow_ab[0] + 0.2 * lean,
        b * gain + shade * hand.shadow_ab[1] + lit * hand.light_b + lean,
    ]
    return lab_to_rgb(np.dstack(painted).astype(np.float32))


def banded(light: Array, bands: int, share: Array | float) -> Array:
    """Luma (H, W) in [0, 1] drawn toward `bands` levels with smooth steps a third of a band wide.

    Where it spreads little around, as in a sky, only a sixth of the way: rings would show.
    """
    if not bands:
        return light
    width = 1.0 / bands
    place = light / width + 1 / 6
    band = np.floor(place)
    levels = (band - 0.5 + smoothstep(place - band, 0, 1 / 3)) * width
    # A round window: a square one leaves squares of paint around every pebble.
    mean = soften(light, _SPREAD_PX)
    spread = np.sqrt(np.maximum(soften(light * light, _SPREAD_PX) - mean * mean, 0))
    # The least around: a sky beside a ridge would get a halo of the ridge's spread.
    spread = soften(cv2.erode(spread, disc(_BESIDE_PX)), 2.0)
    local = share * (0.15 + 0.85 * smoothstep(spread, 0.005, 0.022))
    drawn: Array = light + local * (levels - light)
    return drawn


def _by_hue(a: Array, b: Array, factors: Array) -> Array:
    """The factor of each pixel's hue, between those of the two bins next to it."""
    place = (np.arctan2(b, a) / (2 * np.pi) * HUE_BINS - 0.5) % HUE_BINS
    low = np.floor(place).astype(np.intp) % HUE_BINS
    rest = place - np.floor(place)
    mixed: Array = factors[low] * (1 - rest) + factors[(low + 1) % HUE_BINS] * rest
    return mixed
