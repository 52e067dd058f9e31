"""CIEDE2000: how far apart two colours look."""

from __future__ import annotations

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha
from paintreel.imaging.colour import rgb_to_lab
from paintreel.metrics.inputs import check_pair

__all__ = ["ciede2000", "mean_ciede2000"]

_ROWS_AT_ONCE_PX = 1 << 16  # float64 buffers of half a megabyte stay in the cache


def ciede2000(
    first: Array, second: Array, *, weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> Array:
    """CIEDE2000 difference of CIELAB colours (..., 3) and (..., 3), as (...) float64.

    weights: the parametric factors k_L, k_C, k_H (2, 1, 1 for textiles).

    Direction: lower is nearer; about 1 is the smallest difference seen side by side, 2.3 is
    just noticeable in pictures. Bounds: 0 upward (black to white 100). Symmetric. It is made
    for small differences; above 10 read it as an order. Reference: CIE 142-2001, with the
    hue conventions and test pairs of Sharma, Wu and Dalal 2005. Raises `InputError` for
    unequal shapes or values that are not finite.

    Two greys, L = 50 and 60: S_L = 1 + 0.015 * 25 / sqrt(20 + 25) = 1.0559, 10 / S_L = 9.4706.

    >>> round(ciede2000(np.array([50.0, 0, 0]), np.array([60.0, 0, 0])).item(), 4)
    9.4706
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.shape != second.shape or first.ndim < 1 or first.shape[-1] != 3:
        raise InputError(
            f"CIELAB colours are compared as (..., 3) of one shape, got {first.shape} and "
            f"{second.shape}"
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise InputError("CIELAB colours have NaN or infinite values")
    light_1, a_1, b_1 = np.moveaxis(first, -1, 0)
    light_2, a_2, b_2 = np.moveaxis(second, -1, 0)

    chroma_7 = (0.5 * (np.hypot(a_1, b_1) + np.hypot(a_2, b_2))) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(chroma_7 / (chroma_7 + 25.0**7))
    chroma_1, hue_1 = np.hypot(stretch * a_1, b_1), np.arctan2(b_1, stretch * a_1)
    chroma_2, hue_2 = np.hypot(stretch * a_2, b_2), np.arctan2(b_2, stretch * a_2)
    product = chroma_1 * chroma_2

    turn, mean_hue = _hue_turn_and_mean(hue_1, hue_2, product == 0.0)
    step_l = light_2 - light_1
    step_c = chroma_2 - chroma_1
    step_h = 2.0 * np.sqrt(product) * np.sin(0.5 * turn)

    mean_c = 0.5 * (chroma_1 + chroma_2)
    off_middle = (0.5 * (light_1 + light_2) - 50.0) ** 2
    scale_l = weights[0] * (1.0 + 0.015 * off_middle / np.sqrt(20.0 + off_middle))
    scale_c = weights[1] * (1.0 + 0.045 * mean_c)
    scale_h = weights[2] * (1.0 + 0.015 * mean_c * _hue_weight(mean_hue))

    mean_c_7 = mean_c**7
    blue = np.exp(-(((np.degrees(mean_hue) - 275.0) / 25.0) ** 2))
    rotation = -2.0 * np.sqrt(mean_c_7 / (mean_c_7 + 25.0**7)) * np.sin(np.radians(60.0) * blue)
    part_l, part_c, part_h = step_l / scale_l, step_c / scale_c, step_h / scale_h
    square = part_l**2 + part_c**2 + part_h**2 + rotation * part_c * part_h
    difference: Array = np.sqrt(np.maximum(square, 0.0))
    return difference


def mean_ciede2000(generated: Array, reference: Array) -> float:
    """Mean CIEDE2000 over pixels of two sRGB pictures (grey counts as colourless).

    Direction, bounds, reference: as `ciede2000`; identical pictures 0. Raises `InputError` for
    unequal shapes, NaN, alpha.

    Half the pixels equal, half black against white (100): 50.

    >>> a = np.zeros((1, 2, 3), np.uint8)
    >>> b = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    >>> round(mean_ciede2000(a, b), 4)
    50.0
    """
    check_pair(generated, reference)
    height, width = generated.shape[:2]
    rows = max(1, _ROWS_AT_ONCE_PX // width)
    total = 0.0
    for top in range(0, height, rows):
        strips = (split_alpha(x[top : top + rows])[0] for x in (generated, reference))
        total += float(ciede2000(*(rgb_to_lab(strip) for strip in strips)).sum())
    return float(total / (height * width))


def _hue_turn_and_mean(hue_1: Array, hue_2: Array, colourless: Array) -> tuple[Array, Array]:
    """Signed way from `hue_1` to `hue_2` and their mean in [0, 2 pi), radians.

    Equations 10 and 14 of Sharma et al. 2005, on hues in [0, 2 pi): where one colour is a grey
    the turn is 0 and the mean the sum.
    """
    full = 2.0 * np.pi
    hue_1, hue_2 = np.mod(hue_1, full), np.mod(hue_2, full)
    turn, total = hue_2 - hue_1, hue_1 + hue_2
    far = np.abs(turn) > np.pi
    mean = np.where(far, total + np.where(total < full, full, -full), total) * 0.5
    turn = np.where(far, turn - np.copysign(full, turn), turn)
    return np.where(colourless, 0.0, turn), np.where(colourless, total, mean)


def _hue_weight(hue: Array) -> Array:
    """T of CIEDE2000 by hue in radians."""
    weight: Array = (
        1.0
        - 0.17 * np.cos(hue - np.radians(30.0))
        + 0.24 * np.cos(2.0 * hue)
        + 0.32 * np.cos(3.0 * hue + np.radians(6.0))
        - 0.20 * np.cos(4.0 * hue - np.radians(63.0))
    )
    return weight
