"""The colour and light of a picture in a few numbers, which a colour script is written in.

Learning a script and grading by it measure pictures with this one function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.imaging.oklab import rgb_to_oklab

__all__ = ["LEVELS", "MEASURES", "ColourMeasures", "mean_measures", "measure_colour"]

LEVELS = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
"""Shares of the pixels that are darker than the quantiles of lightness."""

MEASURES = (
    *(f"light_{round(100 * level):02d}" for level in LEVELS),
    "chroma",
    *(f"{zone}_{axis}" for zone in ("shadows", "middle", "highlights") for axis in "ab"),
    "edge",
    "aside",
    "above",
    "veil",
)
"""Names of the numbers, in the order of `ColourMeasures.vector`."""

_SIDE_PX = 240
_VEIL_PX = 9


@dataclass(frozen=True, slots=True)
class ColourMeasures:
    """Oklab lightness in [0, 1], chroma and (a, b) of a picture, and how its light lies.

    light   (7,) lightness at `LEVELS`
    chroma  mean chroma
    zones   (3, 2) mean (a, b) of the darkest quarter, of the middle, and of the lightest quarter
    edge    lightness of the rim of the picture, less that of its middle
    aside   how much lightness rises from one side to the other, not below 0
    side    to which it rises: 1 to the right, -1 to the left
    above   how much it rises from below to above
    veil    how light the darkest things nearby are, mean: haze lifts it
    """

    light: Array
    chroma: float
    zones: Array
    edge: float
    aside: float
    above: float
    veil: float
    side: int = 1

    @property
    def vector(self) -> Array:
        """(18,) all of them but the side, as `MEASURES` names them."""
        rest = [self.edge, self.aside, self.above, self.veil]
        return np.concatenate([self.light, [self.chroma], self.zones.ravel(), rest])

    @classmethod
    def of_vector(cls, vector: Array, side: int = 1) -> ColourMeasures:
        """Those of `vector`."""
        count = len(LEVELS)
        edge, aside, above, veil = (float(value) for value in vector[-4:])
        return cls(
            light=vector[:count].copy(),
            chroma=float(vector[count]),
            zones=vector[count + 1 : count + 7].reshape(3, 2).copy(),
            edge=edge,
            aside=aside,
            above=above,
            veil=veil,
            side=side,
        )


def measure_colour(pixels: Array) -> ColourMeasures:
    """What (H, W, 3) RGB pixels, or grey (H, W), hold; uint8, uint16 or floats in [0, 1]."""
    height, width = pixels.shape[:2]
    small = resize(pixels, *fit_max_side(width, height, _SIDE_PX))
    if small.ndim == 2:
        small = np.repeat(small[..., None], 3, axis=2)
    rgb = to_float(small)
    lab = rgb_to_oklab(rgb).astype(np.float64)
    light = lab[..., 0]
    quantiles = np.quantile(light, LEVELS)
    ranks = np.argsort(np.argsort(light.ravel(), kind="stable"), kind="stable") / light.size
    zone = np.digitize(ranks, [0.25, 0.75]).reshape(light.shape)
    tints = lab[..., 1:]
    whole = tints.mean(axis=(0, 1))
    zones = np.array(
        [tints[zone == z].mean(axis=0) if (zone == z).any() else whole for z in range(3)]
    )
    y, x = _places(*light.shape)
    away = np.hypot(x, y) / np.sqrt(2.0)
    rim, middle = away > 0.8, away < 0.5
    edge = light[rim].mean() - light[middle].mean() if rim.any() and middle.any() else 0.0
    dark = cv2.erode(np.ascontiguousarray(rgb.min(axis=2)), np.ones((_VEIL_PX, _VEIL_PX), np.uint8))
    rises = _slope(light, x)
    return ColourMeasures(
        light=quantiles,
        chroma=float(np.hypot(tints[..., 0], tints[..., 1]).mean()),
        zones=zones,
        edge=float(edge),
        aside=abs(rises),
        above=-_slope(light, y),
        veil=float(dark.mean()),
        side=-1 if rises < 0 else 1,
    )


def mean_measures(measures: Sequence[ColourMeasures]) -> ColourMeasures:
    """The mean of several, one at least: of the frames of a shot."""
    side = sum(each.side * each.aside for each in measures)
    mean = np.mean([each.vector for each in measures], axis=0)
    return ColourMeasures.of_vector(mean, -1 if side < 0 else 1)


def _places(height: int, width: int) -> tuple[Array, Array]:
    """y (h, 1) and x (1, w) of pixels, -1 to 1."""
    y = (np.arange(height) + 0.5) / height * 2.0 - 1.0
    x = (np.arange(width) + 0.5) / width * 2.0 - 1.0
    return y[:, None], x[None, :]


def _slope(light: Array, along: Array) -> float:
    """How much the lightness rises along -1 to 1, by least squares."""
    power = float((along * along).mean())
    if power == 0.0:
        return 0.0
    return 2.0 * float((light * along).mean()) / power
