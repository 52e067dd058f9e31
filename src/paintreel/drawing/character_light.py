"""A drawn character in the light of a background: its ambient colour, and a rim from its key light.

The background says both: the colours around where the character stands, and the side from which it
is lit. The character keeps its drawing and its transparency.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.drawing.layer_effects import rim as lay_rim
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.oklab import into_gamut, oklab_to_rgb, rgb_to_oklab

__all__ = ["SceneLight", "in_light_of", "light_of"]

_SIDE_PX = 96
_AMBIENT, _SHADE = 0.5, 0.55
"""Shares of the background's tint that the character takes, and of its lack of light."""

_USUAL_LIGHT = 0.62
_MOST_TINT = 0.05
_RIM_SHARE = 0.012
_BRIGHT_SHARE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class SceneLight:
    """The light of a place in a picture.

    ambient  (3,) Oklab, of what surrounds it
    key      (3,) sRGB in [0, 1], of the brightest things, which light its edges
    toward   (x, y) unit vector from the place to where the light comes from, y downward
    """

    ambient: Array
    key: Array
    toward: tuple[float, float]


def light_of(background: Array, place: tuple[float, float] = (0.5, 0.6)) -> SceneLight:
    """The light of a background (H, W, 3) RGB at a place (x, y) in shares of its sides.

    background: uint8, uint16 or floats in [0, 1]. Raises InputError for a place outside.
    """
    if not all(0 <= share <= 1 for share in place):
        raise InputError(f"place is {place}, expected (x, y) from 0 to 1")
    small = cv2.resize(
        np.ascontiguousarray(background[..., :3]),
        (_SIDE_PX, _SIDE_PX),
        interpolation=cv2.INTER_AREA,
    )
    lab = rgb_to_oklab(to_float(small)).astype(np.float64)
    y, x = np.mgrid[0:_SIDE_PX, 0:_SIDE_PX] / (_SIDE_PX - 1)
    away = np.hypot(x - place[0], y - place[1])
    near = np.exp(-((away / 0.5) ** 2))[..., None]
    ambient = (lab * near).sum(axis=(0, 1)) / near.sum()
    light = lab[..., 0]
    bright = np.clip(light - np.quantile(light, _BRIGHT_SHARE), 0, None) + 1e-6
    colour = (lab * bright[..., None]).sum(axis=(0, 1)) / bright.sum()
    toward = np.array(
        [
            ((x - place[0]) * bright).sum() / bright.sum(),
            ((y - place[1]) * bright).sum() / bright.sum(),
        ]
    )
    # What lights stands behind or above; from below comes what is reflected.
    toward[1] = min(toward[1], 0.0) - 0.15
    length = float(np.hypot(*toward))
    return SceneLight(
        ambient=ambient,
        key=oklab_to_rgb(into_gamut(colour)),
        toward=(float(toward[0] / length), float(toward[1] / length)),
    )


def in_light_of(rgba: Array, light: SceneLight, *, strength: float = 1.0) -> Array:
    """The character (H, W, 4) uint8, straight alpha, in the light of a place; alpha as it was.

    strength: 0 gives a copy, 1 all of it. Raises InputError for another layout and range.
    """
    if rgba.dtype != np.uint8 or rgba.ndim != 3 or rgba.shape[2] != 4:
        raise InputError(f"the character is {rgba.dtype} {rgba.shape}, expected uint8 (H, W, 4)")
    if not 0 <= strength <= 1:
        raise InputError(f"strength is {strength!r}, expected a number from 0 to 1")
    out = rgba.copy()
    if strength == 0:
        return out
    seen = rgba[..., 3] > 0
    lab = rgb_to_oklab(rgba[seen][:, :3])
    dim = float(np.clip(light.ambient[0] / _USUAL_LIGHT, 0.4, 1.1))
    lab = lab * np.float32(1 + strength * _SHADE * (dim - 1))
    tint = _AMBIENT * light.ambient[1:]
    tint = tint * min(1.0, _MOST_TINT / max(float(np.hypot(*tint)), 1e-9))
    # Black ink takes no colour.
    lab[:, 1:] += np.float32(strength) * tint.astype(np.float32) * np.clip(lab[:, :1] / 0.5, 0, 1)
    lit = oklab_to_rgb(into_gamut(lab))
    out[seen, :3] = np.rint(lit * 255).astype(np.uint8)
    reach_px = _RIM_SHARE * max(rgba.shape[:2])
    key = np.rint(light.key * 255)
    contrast = float(
        np.clip(np.ptp([rgb_to_oklab(light.key)[0], light.ambient[0]]) * 2.5, 0.15, 0.8)
    )
    lay_rim(out, light.toward, reach_px, key, strength * contrast)
    return out
