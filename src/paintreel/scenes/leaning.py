"""A category as a hint for a coloured rough: its colours and its air, in measure.

What a world of the category looks like is read off a few of its own pictures: the mean of
the colours at every height. The rough goes a part of the way there, in hue more than in
lightness, so that its drawing and its hour stay. Light greys stay too: snow, paper, plaster.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import chroma, lab_to_rgb, rgb_to_lab
from paintreel.worlds import draw_world
from paintreel.worlds.categories import Category
from paintreel.worlds.conditions import Conditions
from paintreel.worlds.rule import find_rule

__all__ = ["leaned"]

_SHARE = np.array([0.18, 0.42, 0.42], np.float32)
_MOST = np.array([8.0, 16.0, 16.0], np.float32)
_KEPT_CHROMA = 0.92
_PALE_FROM, _PALE = 60.0, 78.0
"""Lightness from which a grey is left alone in part, and that at which it is as it was."""
_GREY_TO, _GREY = 26.0, 13.0
"""Chroma up to which a light colour is a grey in part, and up to which it is one."""
_SIZE, _SEEDS, _BANDS = (48, 27), (0, 1, 2), 9
_ROWS_AT_ONCE = 512


def leaned(blocks: Array, category: Category) -> Array:
    """(H, W, 3) uint8: the rough's colours, a part of the way to those of the category.

    Of the hours that worlds of the category have, that nearest to the rough is taken.
    """
    own = _profile(cv2.resize(blocks, _SIZE, interpolation=cv2.INTER_AREA))
    there = min(_profiles(category), key=lambda each: float(np.abs(each - own).mean()))
    step = np.clip(_SHARE * (there - own), -_MOST, _MOST)
    height = len(blocks)
    places = (np.arange(height) + 0.5) * _BANDS / height - 0.5
    by_row = np.stack([np.interp(places, range(_BANDS), step[:, c]) for c in range(3)], -1)
    out = np.empty_like(blocks)
    for top in range(0, height, _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        lab = rgb_to_lab(blocks[rows])
        had = np.maximum(chroma(lab)[..., None], 1e-3)
        moved = lab + _taking(lab[..., :1], had) * by_row[rows, None]
        has = np.maximum(chroma(moved)[..., None], 1e-3)
        moved[..., 1:] *= np.maximum(has, _KEPT_CHROMA * had) / has
        out[rows] = np.rint(np.clip(lab_to_rgb(moved.astype(np.float32)), 0, 1) * 255)
    return out


def _taking(lightness: Array, chromas: Array) -> Array:
    """How much of a step colours take, 0 to 1: black little, white and light greys nothing."""
    middle = np.clip(1.25 - np.abs(lightness / 50 - 1) ** 3, 0.25, 1)
    pale = np.clip((lightness - _PALE_FROM) / (_PALE - _PALE_FROM), 0, 1)
    grey = np.clip((_GREY_TO - chromas) / (_GREY_TO - _GREY), 0, 1)
    return np.asarray(middle * (1 - pale * grey))


def _profile(picture: Array) -> Array:
    """(_BANDS, 3) float32: mean CIELAB of bands from the upper edge to the lower."""
    lab = rgb_to_lab(picture)
    rows = lab.reshape(_BANDS, -1, 3).mean(axis=1)
    smooth = cv2.GaussianBlur(rows.astype(np.float32), (1, 5), 1.0, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth)


@lru_cache(maxsize=16)
def _profiles(category: Category) -> tuple[Array, ...]:
    """One profile an hour that the world has."""
    found = []
    for time in find_rule(category.rule).times or (None,):
        asked = Conditions(time=time)
        worlds = [
            draw_world(
                category, seed=seed, width_px=_SIZE[0], height_px=_SIZE[1], conditions=asked
            ).flatten()
            for seed in _SEEDS
        ]
        found.append(np.mean([_profile(world) for world in worlds], axis=0))
    return tuple(found)
