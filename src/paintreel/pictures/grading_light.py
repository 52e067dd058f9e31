"""The part of a grade that lies in places: light from a side, a darker rim, haze in the distance.

No LUT holds it. Light is a smooth map over the picture. Haze follows the picture: what is veiled
already and what lies high in it is taken for far, and a guided filter (He and Sun 2015, "Fast
guided filter") keeps the veil off the edges of what stands before it; the filter's coefficients are
found in a small picture and enlarged, so that a frame takes a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.geometry import fit_max_side
from paintreel.pictures.grading import Look

__all__ = [
    "Depth",
    "LightMap",
    "find_depth",
    "light_map",
    "light_planes",
    "mixed_light",
    "needs_depth",
]

_SIDE_PX = 192
_DARK_PX, _WINDOW_PX, _SMOOTH = 9, 10, 0.004
_HIGH_SHARE = 0.45
"""How much of the distance the height in the picture says; the veil says the rest."""

_USUAL_LIGHT = 0.6
_MOST_LIGHT, _MOST_RIM = 0.18, 0.16
_WHITE_KEEPS = 0.75
"""Share of the loss of light that white is spared: a sky in shade is no grey wall."""

_MOST_HAZE, _MOST_CLEAR = 0.45, 0.2
_VEIL_OF_HAZE = 0.3
"""By how much the mean veil rises where all the air lies over the farthest things."""

_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
_HAZE_COUNTS = 0.01
_GIVES_ALL = 0.35
"""From that value on a channel gives all of its share of the air that is taken away."""

_MAP_SIDE_PX = 480
"""Longer side of a map of light at most: it has no detail that would need more."""


@dataclass(frozen=True, slots=True, eq=False)
class LightMap:
    """How light changes over a picture.

    change  (h, w) float32, -1 to 1: below 0 of that share darker, above 0 the middle tones lighter;
            of the whole picture, small
    haze    share of air over what is farthest; below 0 air is taken away
    air     (3,) sRGB of the air in [0, 1]
    """

    change: Array
    haze: float
    air: Array

    @property
    def is_nothing(self) -> bool:
        """Whether it leaves pictures as they are."""
        return not self.change.any() and abs(self.haze) < _HAZE_COUNTS


def light_map(look: Look, height_px: int, width_px: int) -> LightMap:
    """The light of a look on a picture of that size."""
    width_px, height_px = fit_max_side(width_px, height_px, _MAP_SIDE_PX)
    y = ((np.arange(height_px) + 0.5) / height_px * 2 - 1)[:, None].astype(np.float32)
    x = ((np.arange(width_px) + 0.5) / width_px * 2 - 1)[None, :].astype(np.float32)
    away = np.clip((np.hypot(x, y) / np.sqrt(2.0) - 0.25) / 0.75, 0, 1)
    rim = away * away * (3 - 2 * away)
    edge = float(np.clip(look.edge, -_MOST_RIM, 0.4 * _MOST_RIM))
    change = (
        edge * (rim - rim.mean()) + 0.5 * look.aside * x - 0.5 * look.above * y
    ) / _USUAL_LIGHT
    # Bent so that no corner goes out of hand.
    change = (_MOST_LIGHT * np.tanh(change / _MOST_LIGHT)).astype(np.float32)
    haze = float(np.clip(look.haze / _VEIL_OF_HAZE, -_MOST_CLEAR, _MOST_HAZE))
    return LightMap(change, haze, np.asarray(look.air, np.float32))


def mixed_light(parts: Sequence[tuple[float, LightMap]]) -> LightMap:
    """The sum of lights of one size, each by its share, which are at most 1 together."""
    total = max(sum(share for share, _ in parts), 1e-9)
    change = sum(np.float32(share) * light.change for share, light in parts)
    haze = sum(share * light.haze for share, light in parts)
    air = sum(share / total * light.air for share, light in parts)
    return LightMap(np.asarray(change), float(haze), np.asarray(air, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Depth:
    """How far things are, of a small picture: `slope` * luma + `offset`, (h, w) float32 both."""

    slope: Array
    offset: Array

    def at(self, luma: Array, rows: slice, height_px: int) -> Array:
        """(r, W) 0 near to 1 far, of the rows of a picture `height_px` high with luma (r, W)."""
        slope, offset = (
            _enlarged(part, rows, height_px, luma.shape[1]) for part in (self.slope, self.offset)
        )
        far = cv2.multiply(slope, luma, dst=slope)
        far = cv2.add(far, offset, dst=far)
        return _at_most(_not_below_0(far), 1.0)


def needs_depth(light: LightMap) -> bool:
    """Whether there is haze to be laid or taken away."""
    return abs(light.haze) >= _HAZE_COUNTS


def find_depth(pixels: Array) -> Depth:
    """The distance of (H, W, 3) RGB pixels, uint8, uint16 or floats in [0, 1]."""
    height, width = pixels.shape[:2]
    size = fit_max_side(width, height, _SIDE_PX)
    small = to_float(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA))
    small = small.astype(np.float32, copy=False)
    dark = cv2.erode(
        np.ascontiguousarray(small.min(axis=2)), np.ones((_DARK_PX, _DARK_PX), np.uint8)
    )
    veil = dark / max(float(np.quantile(dark, 0.95)), 0.25)
    high = 1 - (np.arange(size[1], dtype=np.float32) + 0.5) / size[1]
    far = np.clip((1 - _HIGH_SHARE) * veil + _HIGH_SHARE * high[:, None], 0, 1)
    luma = cv2.transform(small, _LUMA)
    window = (2 * _WINDOW_PX + 1,) * 2
    mean_luma, mean_far = cv2.blur(luma, window), cv2.blur(far, window)
    variance = cv2.blur(luma * luma, window) - mean_luma * mean_luma
    covariance = cv2.blur(luma * far, window) - mean_luma * mean_far
    slope = covariance / (variance + _SMOOTH)
    offset = mean_far - slope * mean_luma
    return Depth(cv2.blur(slope, window), cv2.blur(offset, window))


def light_planes(
    planes: Sequence[Array],
    light: LightMap,
    rows: slice,
    height_px: int,
    far: Array | None = None,
) -> None:
    """Lay the light on red, green and blue (r, W) float32 in [0, 1], in place.

    They are the rows `rows` of a picture `height_px` high; results may leave [0, 1] a little.

    far: (r, W) of `Depth.at`, needed where there is haze.
    """
    change = _enlarged(light.change, rows, height_px, planes[0].shape[1])
    lighter, darker = _not_below_0(change.copy()), _at_most(change.copy(), 0.0)
    darker *= np.float32(_WHITE_KEEPS)
    factor = np.add(change, np.float32(1), out=change)
    room = np.empty_like(change)
    for plane in planes:
        _light(plane, factor, lighter, darker, room)
    if far is None:
        return
    air = [float(value) for value in light.air]
    share = far * np.float32(abs(light.haze))
    if light.haze < 0:
        for plane, value in zip(planes, air, strict=True):
            _clear(plane, share, value, room)
        return
    left = np.float32(1) - share
    for plane, value in zip(planes, air, strict=True):
        cv2.multiply(plane, left, dst=plane)
        cv2.scaleAdd(share, value, plane, dst=plane)


def _light(plane: Array, factor: Array, lighter: Array, darker: Array, room: Array) -> None:
    """plane * (factor - plane * (lighter + plane * darker)): black stays, white nearly does."""
    cv2.multiply(plane, darker, dst=room)
    cv2.add(room, lighter, dst=room)
    cv2.multiply(room, plane, dst=room)
    cv2.subtract(factor, room, dst=room)
    cv2.multiply(room, plane, dst=plane)


def _clear(plane: Array, share: Array, air: float, room: Array) -> None:
    """(plane - given * air) / (1 - given), where what is dark gives less of its share.

    What is darker than the air that is taken away would become black.
    """
    np.multiply(plane, np.float32(1 / _GIVES_ALL), out=room)
    _at_most(room, 1.0)
    cv2.multiply(room, share, dst=room)
    cv2.scaleAdd(room, -air, plane, dst=plane)
    np.subtract(np.float32(1), room, out=room)
    np.divide(plane, room, out=plane)


def _not_below_0(values: Array) -> Array:
    """In place: numpy's `maximum` takes four times as long, and OpenCV's `max` takes an array
    (4, 1) for one colour."""
    return cv2.threshold(values, 0.0, 0.0, cv2.THRESH_TOZERO, dst=values)[1]


def _at_most(values: Array, most: float) -> Array:
    """In place, as `_not_below_0`."""
    return cv2.threshold(values, most, 0.0, cv2.THRESH_TRUNC, dst=values)[1]


def _enlarged(part: Array, rows: slice, height_px: int, width_px: int) -> Array:
    """The rows of (h, w) enlarged to `height_px` x `width_px`, as a resize of all has them."""
    high, wide = part.shape
    first, last = rows.start or 0, height_px if rows.stop is None else min(rows.stop, height_px)
    y = (np.arange(first, last, dtype=np.float32) + 0.5) * (high / height_px) - 0.5
    low = np.clip(np.floor(y).astype(int), 0, high - 1)
    top = np.minimum(low + 1, high - 1)
    share = np.clip(y - low, 0, 1)[:, None].astype(np.float32)
    band: Array = part[low] + share * (part[top] - part[low])
    if width_px == wide:
        return band
    large: Array = cv2.resize(band, (width_px, last - first), interpolation=cv2.INTER_LINEAR)
    return large
