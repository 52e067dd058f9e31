"""Colour spaces: sRGB, linear light, CIELAB, HSV, luma, and angles of hue.

Functions take (..., 3) arrays, a picture (H, W, 3) and a palette (N, 3) alike. RGB is sRGB
(IEC 61966-2-1): `uint8` 0..255, `uint16` 0..65535, or floats in [0, 1]. Results are float32,
or float64 when the input is float64; only `luma`, for pictures alone, keeps integer dtypes.
CIELAB is for the 2-degree observer under D65, L in 0..100, with the white point taken from the
RGB matrix itself, so that every grey has a = b = 0 up to rounding.

OpenCV's own float RGB to Lab interpolates in a 33-point table and is off by up to 0.6 in a and
b; here the formula is evaluated.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, to_float

__all__ = [
    "chroma",
    "circular_mean_deg",
    "hsv_to_rgb",
    "hue_deg",
    "hue_difference_deg",
    "lab_to_rgb",
    "linear_to_srgb",
    "luma",
    "relative_luminance",
    "rgb_to_hsv",
    "rgb_to_lab",
    "srgb_to_linear",
]

_LUMA_BT601 = (0.299, 0.587, 0.114)

_XYZ_FROM_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# X/Xn, Y/Yn, Z/Zn of linear RGB; rows sum to one, so white is (1, 1, 1).
_WHITED_FROM_RGB = _XYZ_FROM_RGB / _XYZ_FROM_RGB.sum(axis=1, keepdims=True)
_RGB_FROM_WHITED = np.linalg.inv(_WHITED_FROM_RGB)
# (L, a, b) = _LAB_FROM_F @ f - (16, 0, 0), with f the compressed X/Xn, Y/Yn, Z/Zn.
_LAB_FROM_F = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
_F_FROM_LAB = np.linalg.inv(_LAB_FROM_F)
_LAB_DELTA = 6.0 / 29.0


def srgb_to_linear(x: Array) -> Array:
    """Linear light in [0, 1] of sRGB values, channel by channel (any shape).

    >>> srgb_to_linear(np.array([0.0, 0.5, 1.0])).round(4)
    array([0.   , 0.214, 1.   ])
    """
    if x.dtype == np.uint8:
        if x.ndim == 3 and x.size:  # what cv2 takes, five times as fast as indexing
            return cv2.LUT(np.ascontiguousarray(x), _LINEAR_OF_BYTE)
        linear: Array = _LINEAR_OF_BYTE[x]
        return linear
    x = _floating(x)
    raised = (np.maximum(x, 0) + x.dtype.type(0.055)) / x.dtype.type(1.055)
    bent = np.power(raised, x.dtype.type(2.4))
    linear = np.where(x <= 0.04045, x / x.dtype.type(12.92), bent)
    return linear


def linear_to_srgb(x: Array) -> Array:
    """sRGB values in [0, 1] of linear light in [0, 1] (floats, any shape).

    >>> linear_to_srgb(np.array([0.0, 0.2140, 1.0])).round(3)
    array([0. , 0.5, 1. ])
    """
    x = _floating(x)
    bent = x.dtype.type(1.055) * np.power(np.maximum(x, 0), x.dtype.type(1 / 2.4))
    encoded: Array = np.where(x <= 0.0031308, x * x.dtype.type(12.92), bent - x.dtype.type(0.055))
    return encoded


def rgb_to_lab(x: Array) -> Array:
    """CIELAB (..., 3) of sRGB (..., 3): L in 0..100, a and b about -110..110.

    >>> rgb_to_lab(np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])).round(1) + 0.0
    array([[100. ,   0. ,   0. ],
           [ 53.2,  80.1,  67.2]])
    """
    _check_triples(x, "rgb_to_lab")
    whited = _mix(srgb_to_linear(x), _WHITED_FROM_RGB)
    kind = whited.dtype.type
    slope, offset = kind(1.0 / (3.0 * _LAB_DELTA**2)), kind(4.0 / 29.0)
    f = np.cbrt(whited)
    dark = whited <= _LAB_DELTA**3
    if dark.any():
        f = np.where(dark, whited * slope + offset, f)
    lab = _mix(f, _LAB_FROM_F)
    lab[..., 0] -= kind(16.0)
    return lab


def lab_to_rgb(lab: Array, *, clip: bool = True) -> Array:
    """sRGB (..., 3) in [0, 1] of CIELAB (..., 3).

    Colours outside sRGB are clipped channel by channel; with `clip=False` they come back
    outside [0, 1], negative light by the linear branch of the curve.

    >>> lab_to_rgb(np.array([53.24, 80.09, 67.20])).round(2) + 0.0
    array([1., 0., 0.])
    """
    _check_triples(lab, "lab_to_rgb")
    lab = _floating(lab).copy()
    kind = lab.dtype.type
    lab[..., 0] += kind(16.0)
    f = _mix(lab, _F_FROM_LAB)
    low = kind(3.0 * _LAB_DELTA**2) * (f - kind(4.0 / 29.0))
    linear = _mix(np.where(f > _LAB_DELTA, f * f * f, low), _RGB_FROM_WHITED)
    if clip:
        np.clip(linear, 0.0, 1.0, out=linear)
    rgb = linear_to_srgb(linear)
    return np.clip(rgb, 0.0, 1.0, out=rgb) if clip else rgb


def luma(x: Array) -> Array:
    """BT.601 luma (H, W) of a picture, 0.299 R + 0.587 G + 0.114 B gamma-coded, dtype kept.

    Takes (H, W, 3); grey (H, W) comes back as it is and (H, W, 1) as a view. Integers round to
    the nearest.

    >>> luma(np.array([[[255, 0, 0], [255, 255, 255]]], np.uint8))
    array([[ 76, 255]], dtype=uint8)
    """
    if x.ndim == 2:
        return x
    if x.ndim == 3 and x.shape[2] == 1:
        return x[..., 0]
    _check_triples(x, "luma")
    if x.dtype == np.float64:  # the one dtype that cv2 does not take
        weighted: Array = x @ np.array(_LUMA_BT601)
        return weighted
    return cv2.cvtColor(np.ascontiguousarray(x), cv2.COLOR_RGB2GRAY)


def relative_luminance(x: Array) -> Array:
    """Relative luminance Y in [0, 1]: how much light, linear, (..., 3) to (...).

    >>> relative_luminance(np.array([0.0, 1.0, 0.0])).round(4).item()
    0.7152
    """
    _check_triples(x, "relative_luminance")
    linear = srgb_to_linear(x)
    luminance: Array = linear @ _WHITED_FROM_RGB[1].astype(linear.dtype)
    return luminance


def rgb_to_hsv(x: Array) -> Array:
    """HSV (..., 3): hue in degrees [0, 360], saturation and value in [0, 1]; float32.

    A grey has hue 0 and saturation 0.

    >>> rgb_to_hsv(np.array([[0, 255, 0], [128, 128, 128]], np.uint8)).round(2)
    array([[120. ,   1. ,   1. ],
           [  0. ,   0. ,   0.5]], dtype=float32)
    """
    _check_triples(x, "rgb_to_hsv")
    return _convert(to_float(x), cv2.COLOR_RGB2HSV)


def hsv_to_rgb(hsv: Array) -> Array:
    """sRGB float32 in [0, 1] of HSV (hue in degrees, saturation and value in [0, 1]).

    >>> hsv_to_rgb(np.array([[240.0, 1.0, 0.5]])).round(2)
    array([[0. , 0. , 0.5]], dtype=float32)
    """
    _check_triples(hsv, "hsv_to_rgb")
    return _convert(hsv.astype(np.float32, copy=False), cv2.COLOR_HSV2RGB)


def chroma(lab: Array) -> Array:
    """Chroma sqrt(a^2 + b^2) of CIELAB (..., 3): 0 for a grey, about 134 for sRGB blue.

    >>> chroma(np.array([50.0, 3.0, 4.0])).item()
    5.0
    """
    _check_triples(lab, "chroma")
    return np.hypot(lab[..., 1], lab[..., 2])


def hue_deg(lab: Array) -> Array:
    """Hue angle of CIELAB (..., 3) in degrees [0, 360); 0 for a grey.

    >>> hue_deg(np.array([[50.0, 10.0, 0.0], [50.0, 0.0, -10.0]]))
    array([  0., 270.])
    """
    _check_triples(lab, "hue_deg")
    angle = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    angle = np.where(angle < 0.0, angle + 360.0, angle).astype(angle.dtype, copy=False)
    return np.where(angle >= 360.0, angle.dtype.type(0.0), angle)  # -1e-9 + 360 rounds to 360


def hue_difference_deg(first: Array | float, second: Array | float) -> Array:
    """The shorter way from `first` to `second` round the circle, degrees in [-180, 180).

    >>> hue_difference_deg(350.0, np.array([10.0, 340.0]))
    array([ 20., -10.])
    """
    return np.mod(np.subtract(second, first) + 180.0, 360.0) - 180.0


def circular_mean_deg(angles: Array, weights: Array | None = None) -> tuple[float, float]:
    """Mean direction in degrees [0, 360) and resultant length in [0, 1] of weighted angles.

    The length is 1 when all angles agree and 0 when they cancel, when the mean says nothing.
    `weights` are not negative; with a total of zero the answer is (0, 0).

    >>> mean, length = circular_mean_deg(np.array([350.0, 10.0]))
    >>> round(mean % 360.0, 6) % 360.0, round(length, 4)
    (0.0, 0.9848)
    """
    angles = np.radians(np.ravel(angles).astype(np.float64))
    weights = np.ones_like(angles) if weights is None else np.ravel(weights).astype(np.float64)
    if weights.shape != angles.shape:
        raise InputError(f"got {angles.size} angles and {weights.size} weights, expected as many")
    if weights.size and weights.min() < 0.0:
        raise InputError(f"weights must not be negative, got {weights.min():.6g}")
    total = weights.sum()
    if total == 0.0:
        return 0.0, 0.0
    x, y = weights @ np.cos(angles) / total, weights @ np.sin(angles) / total
    return float(np.degrees(np.arctan2(y, x)) % 360.0) % 360.0, float(min(np.hypot(x, y), 1.0))


def _check_triples(x: Array, function: str) -> None:
    if x.ndim < 1 or x.shape[-1] != 3:
        raise InputError(
            f"{function} takes three channels last, got shape {x.shape}; "
            "drop alpha and repeat grey with paintreel.imaging.arrays.split_alpha"
        )


def _floating(x: Array) -> Array:
    return x if x.dtype == np.float64 else to_float(x)


def _mix(x: Array, matrix: Array) -> Array:
    """`matrix` (3, 3) applied to the last axis, in the precision of `x`."""
    if x.size == 0:
        return x.copy()
    flat = np.ascontiguousarray(x).reshape(-1, 1, 3)  # cv2 does this five times as fast as matmul
    return cv2.transform(flat, matrix).reshape(x.shape)


def _convert(x: Array, code: int) -> Array:
    if x.size == 0:
        return x.copy()
    flat = np.ascontiguousarray(x).reshape(-1, 1, 3)
    return cv2.cvtColor(flat, code).reshape(x.shape)


_LINEAR_OF_BYTE = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)
