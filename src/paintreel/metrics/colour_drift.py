"""Colour drift: what a painter should leave alone, and a tint does not.

A painting may be lighter, darker and flatter than what it was made of. But a grey wall should not
turn green, skin not orange, grass not yellow. So lightness is made equal and detail is blurred away
in both pictures, and what is left of the difference is colour: of what was grey, of what has the
colour of skin, and of hues.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha, to_float
from paintreel.imaging.colour import chroma, hue_deg, hue_difference_deg, lab_to_rgb, rgb_to_lab
from paintreel.metrics.colour_difference import ciede2000
from paintreel.metrics.inputs import check_pair

__all__ = ["hue_drift", "neutral_drift", "neutral_drift_p90", "skin_drift"]

_BLUR_PX = 4.0
_NEUTRAL_CHROMA, _NEUTRAL_LIGHT = 6.0, 30.0
_HUE_CHROMA = 12.0
_SKIN_CR, _SKIN_CB = (133, 173), (77, 127)
_LEAST_SHARE = 1 / 200
"""Share of the picture's pixels below which a few chance ones would speak for it."""


@dataclass(frozen=True)
class _Blurred:
    """Both pictures blurred, in CIELAB (H, W, 3); the painted one has the other's light."""

    painted: Array
    reference: Array


def _prepared(generated: Array, reference: Array) -> _Blurred:
    check_pair(generated, reference)
    labs = []
    for x in (generated, reference):
        rgb = np.ascontiguousarray(to_float(split_alpha(x)[0]))
        labs.append(rgb_to_lab(cv2.GaussianBlur(rgb, (0, 0), _BLUR_PX)))
    painted, kept = labs
    return _Blurred(np.dstack([kept[..., :1], painted[..., 1:]]), kept)


def _neutral_differences(generated: Array, reference: Array) -> Array:
    pair = _prepared(generated, reference)
    kept = pair.reference
    counted = (chroma(kept) < _NEUTRAL_CHROMA) & (kept[..., 0] > _NEUTRAL_LIGHT)
    return _differences(pair, counted, "grey of some light")


def _differences(pair: _Blurred, counted: Array, what: str) -> Array:
    _check_share(counted, what)
    return ciede2000(pair.painted[counted], pair.reference[counted])


def _check_share(counted: Array, what: str) -> None:
    if (share := counted.mean()) < _LEAST_SHARE:
        raise InputError(f"{share:.1%} of the picture is {what}, {_LEAST_SHARE:.1%} are needed")


def neutral_drift(generated: Array, reference: Array) -> float:
    """Median CIEDE2000 of what is colourless in the reference: chroma below 6, L above 30.

    Darker greys do not count: coloured shadows are a painter's means. Both pictures are blurred by
    4 px, and lightness is that of the reference in both.

    Direction: lower is nearer, 0 for equal pictures and for any change of lightness alone; 2 is
    just seen. Bounds: 0 upward. Reference: ours, on CIEDE2000. Raises `InputError` where less than
    a two-hundredth of the picture is colourless, and for unequal shapes, NaN, alpha.

    A grey of L 60 that takes b = 8: S_C is 1.18 at the mean chroma 4, 8 / 1.18 = 6.7797.

    >>> grey = np.full((8, 8, 3), lab_to_rgb(np.array([60.0, 0, 0])))
    >>> yellow = np.full((8, 8, 3), lab_to_rgb(np.array([60.0, 0, 8])))
    >>> round(neutral_drift(yellow, grey), 2)
    6.78
    """
    return float(np.median(_neutral_differences(generated, reference)))


def neutral_drift_p90(generated: Array, reference: Array) -> float:
    """The 90th percentile where `neutral_drift` takes the median: a tint of a part of the picture.

    Direction, bounds, degenerate cases and errors as there.

    One grey half is left, the other takes b = 8; halves lie far from each other's blur.

    >>> grey = np.full((8, 96, 3), lab_to_rgb(np.array([60.0, 0, 0])))
    >>> half = grey.copy()
    >>> half[:, 48:] = lab_to_rgb(np.array([60.0, 0, 8]))
    >>> round(neutral_drift(half, grey), 1) < 4 < round(neutral_drift_p90(half, grey), 2)
    True
    """
    return float(np.percentile(_neutral_differences(generated, reference), 90))


def skin_drift(generated: Array, reference: Array) -> float:
    """Median CIEDE2000 of what has the colour of skin in the reference, lightness made equal.

    Skin is the box of Chai and Ngan 1999: Cr 133 to 173, Cb 77 to 127. Wood and sand lie in it
    too, so read it on pictures of people.

    Direction: lower is nearer. Bounds, reference and errors as of `neutral_drift`.

    The same skin twice: 0; the same, turned to grey: its whole colour.

    >>> skin = np.full((8, 8, 3), np.uint8([200, 150, 120]))
    >>> skin_drift(skin, skin)
    0.0
    >>> skin_drift(np.full((8, 8, 3), np.uint8(160)), skin) > 10
    True
    """
    pair = _prepared(generated, reference)
    rgb = np.clip(lab_to_rgb(pair.reference), 0, 1).astype(np.float32)
    ycc = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb) * 255
    red, blue = ycc[..., 1], ycc[..., 2]
    counted = (red >= _SKIN_CR[0]) & (red <= _SKIN_CR[1])
    counted &= (blue >= _SKIN_CB[0]) & (blue <= _SKIN_CB[1])
    return float(np.median(_differences(pair, counted, "of the colour of skin")))


def hue_drift(generated: Array, reference: Array) -> float:
    """Mean turn of the CIELAB hue in degrees, weighted by chroma, where both have chroma over 12.

    Direction: lower is nearer. Bounds: 0 to 180. Blurred as in `neutral_drift`. Reference: ours.
    Raises `InputError` where less than a two-hundredth of the picture has colour in both, and for
    unequal shapes, NaN, alpha.

    Hue 0 (a = 30) against 90 degrees (b = 30):

    >>> red = np.full((8, 8, 3), lab_to_rgb(np.array([60.0, 30, 0])))
    >>> yellow = np.full((8, 8, 3), lab_to_rgb(np.array([60.0, 0, 30])))
    >>> round(hue_drift(yellow, red), 1)
    90.0
    """
    pair = _prepared(generated, reference)
    strong = chroma(pair.reference)
    counted = (strong > _HUE_CHROMA) & (chroma(pair.painted) > _HUE_CHROMA)
    _check_share(counted, "coloured in both")
    turns = hue_difference_deg(hue_deg(pair.painted[counted]), hue_deg(pair.reference[counted]))
    return float(np.average(np.abs(turns), weights=strong[counted]))
