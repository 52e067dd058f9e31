"""Oklab, a perceptual space whose hues stay what they are when a colour grows paler or darker.

Björn Ottosson 2020 ("A perceptual color space for image processing"). CIELAB bends blues to violet
as their chroma changes, which a grade would show. Triples stand last, as in `imaging.colour`:
sRGB in [0, 1] and (L, a, b) with L in [0, 1] and a, b about -0.4 to 0.4. Scaling light scales all
three alike, by its cube root.
"""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.colour import linear_to_srgb, srgb_to_linear

__all__ = ["into_gamut", "oklab_to_rgb", "rgb_to_oklab"]

_LMS_FROM_LINEAR = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_FROM_ROOTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_ROOTS_FROM_LAB = np.linalg.inv(_LAB_FROM_ROOTS)
_LINEAR_FROM_LMS = np.linalg.inv(_LMS_FROM_LINEAR)
_HALVINGS = 12
_ROUNDED = 1e-6


def rgb_to_oklab(x: Array) -> Array:
    """(..., 3) of sRGB (..., 3), uint8, uint16 or floats in [0, 1]; float32, of float64 float64.

    >>> rgb_to_oklab(np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])).round(3) + 0.0
    array([[1.   , 0.   , 0.   ],
           [0.628, 0.225, 0.126]])
    """
    linear = srgb_to_linear(x if x.dtype == np.float64 else to_float(x))
    lms = linear @ _LMS_FROM_LINEAR.T.astype(linear.dtype)
    lab: Array = np.cbrt(lms) @ _LAB_FROM_ROOTS.T.astype(linear.dtype)
    return lab


def oklab_to_rgb(lab: Array, *, clip: bool = True) -> Array:
    """sRGB (..., 3) of Oklab (..., 3) floats; outside sRGB clipped, or with `clip` False not.

    >>> oklab_to_rgb(np.array([0.628, 0.225, 0.126])).round(2) + 0.0
    array([1., 0., 0.])
    """
    linear = _linear(lab)
    if clip:
        linear = np.clip(linear, 0.0, 1.0)
    return linear_to_srgb(linear)


def into_gamut(lab: Array, knee: float = 0.9) -> Array:
    """Oklab (..., 3) whose colours sRGB holds: same L, clipped to [0, 1], and hue, less chroma.

    knee: the share of the chroma that sRGB has room for at which colours begin to be drawn in, so
    that what was apart stays apart.
    """
    lab = lab.copy()
    lab[..., 0] = np.clip(lab[..., 0], 0.0, 1.0)
    share = _room(lab)
    # Of 1 / share: how full the room is, 1 at its wall.
    fullness = 1.0 / np.maximum(share, 1e-9)
    over = fullness > knee
    rest = 1.0 - knee
    pulled = knee + rest * (1.0 - np.exp(-(fullness - knee) / rest))
    scale = np.where(over, pulled / fullness, 1.0)
    lab[..., 1:] *= scale[..., None]
    return lab


def _room(lab: Array, most: float = 4.0) -> Array:
    """(...) by what the chroma can be multiplied within sRGB, at most `most`."""
    low, high = np.zeros(lab.shape[:-1], lab.dtype), np.full(lab.shape[:-1], most, lab.dtype)
    tried = lab.copy()
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        tried[..., 1:] = lab[..., 1:] * middle[..., None]
        linear = _linear(tried)
        fits = (linear >= -_ROUNDED).all(axis=-1) & (linear <= 1.0 + _ROUNDED).all(axis=-1)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low


def _linear(lab: Array) -> Array:
    kind = lab.dtype
    roots = lab @ _ROOTS_FROM_LAB.T.astype(kind)
    linear: Array = (roots**3) @ _LINEAR_FROM_LMS.T.astype(kind)
    return linear
