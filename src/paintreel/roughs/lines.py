"""Line drawing of a picture: thin dark lines where an artist would have put ink.

Ink is a valley of lightness, so lines are taken where lightness curves up most across a dark
ridge (Steger 1998, "An unbiased detector of curvilinear structures"; scale-normalised as
Lindeberg 1998 does). An edge between two light areas is no valley and gets no line: the two
areas' colours say where it is.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.tiles import apply_tiled

_TILE_PX, _HALO_PX = 1024, 16  # the halo: four of the wider sigma, slopes and neighbours
_WEAK, _STRONG = 1, 2

SIGMAS_PX = (1.2, 2.4)
"""Scales of the valleys: half the width of a fine and of a bold line in a picture of 1000 px."""


def draw_lines(
    picture: Array, *, weak: float = 0.8, strong: float = 2.0, shortest_px: int = 10
) -> Array:
    """Lines one pixel wide of an (H, W, 3) RGB picture: (H, W), 0 ink on 255 paper.

    weak, strong: curvature, in lightness (0..100), from which a pixel may go on a line, and that
    at least one pixel of a line must reach (Canny 1986). Lines that span less than `shortest_px`
    in height and width are dropped.
    """
    marks = apply_tiled(
        picture, lambda part: _marks(part, weak, strong), tile_px=_TILE_PX, halo_px=_HALO_PX
    )
    count, labelled, facts, _ = cv2.connectedComponentsWithStats(
        np.minimum(marks, _WEAK), connectivity=8
    )
    pieces: Array = np.asarray(labelled)
    bands = [slice(top, top + _TILE_PX) for top in range(0, len(marks), _TILE_PX)]
    long_enough = np.zeros(count, bool)
    for band in bands:
        long_enough[pieces[band][marks[band] == _STRONG]] = True
    long_enough &= facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= shortest_px
    long_enough[0] = False
    shades = np.where(long_enough, np.uint8(0), np.uint8(255))
    for band in bands:
        marks[band] = shades[pieces[band]]
    return marks


def _marks(picture: Array, weak: float, strong: float) -> Array:
    """(H, W) uint8: _WEAK where a line may run, _STRONG where one must, else 0."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lightness = np.ascontiguousarray(lab[..., 0])
    depth, angle = _valleys(lightness, SIGMAS_PX[0])
    for sigma_px in SIGMAS_PX[1:]:
        # Under a wider view a bold line is one valley, not two banks.
        wider, turned = _valleys(lightness, sigma_px)
        angle = np.where(wider > depth, turned, angle)
        depth = np.maximum(depth, wider)
    thin = _is_deepest_across(depth, angle)
    return (thin & (depth > weak)).astype(np.uint8) + (thin & (depth > strong))


def _valleys(lightness: Array, sigma_px: float) -> tuple[Array, Array]:
    """Largest curvature of every pixel, times sigma squared, and its direction in radians."""
    soft = cv2.GaussianBlur(lightness, (0, 0), sigma_px)
    xx, yy, xy = (
        cv2.Sobel(soft, cv2.CV_32F, dx, dy, ksize=3, scale=0.25)
        for dx, dy in ((2, 0), (0, 2), (1, 1))
    )
    spread = np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    return ((xx + yy) / 2 + spread) * sigma_px**2, 0.5 * np.arctan2(2 * xy, xx - yy)


def _is_deepest_across(depth: Array, angle: Array) -> Array:
    """True where `depth` is the largest of the three pixels across the valley."""
    rows, columns = (
        axis.astype(np.float32) for axis in np.meshgrid(*map(np.arange, depth.shape), indexing="ij")
    )
    dx, dy = np.cos(angle), np.sin(angle)

    def at(sign: int) -> Array:
        x, y = columns + sign * dx, rows + sign * dy
        return cv2.remap(depth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    return (depth >= at(1)) & (depth > at(-1))
