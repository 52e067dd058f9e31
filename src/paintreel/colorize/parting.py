"""Which region of a drawing gets which colour of a palette.

A network says of every place how likely each colour lies there; a palette says how much of each
there is. Large regions have more to say than small ones, and no colour takes what another has a
right to: each is made dearer until it covers about its share (an auction, as in Sinkhorn's
transport of masses). So a picture has the contrast of its palette where a mixture that is right on
average has none.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.line_regions import LineRegions

__all__ = ["dots_in", "part_palette"]

_MOST_DOTS = 60
_LEAST_SHARE = 4e-4
"""Of the picture: a smaller region has no dot of its own, and takes after those around."""

_ROUNDS = 60
_WARMTH = 0.15
_EVEN = 0.6
"""Power of the shares that are aimed at: below 1, rare colours are seen."""


def part_palette(regions: LineRegions, choices: Array, palette: Array) -> Array:
    """(count, 3) uint8: a colour of the palette for every region.

    choices  (8, h, w) float32, at each place a share of 1 for each colour, of any resolution
    palette  (K, 4) float32, K at most 8: RGB in [0, 1] and share
    """
    count = len(palette)
    labels = regions.labels
    height, width = labels.shape
    free = (~regions.ink).ravel().astype(np.float64)
    # A sliver that is ink all over has what lies there.
    area = np.bincount(labels.ravel(), free + 1e-3, regions.count)
    likely = np.empty((regions.count, count))
    for k in range(count):
        plane = np.log(np.clip(choices[k], 1e-4, 1))
        full = cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR).ravel()
        likely[:, k] = np.bincount(labels.ravel(), full * (free + 1e-3), regions.count) / area
    wanted = np.maximum(palette[:, 3], 1e-3) ** _EVEN
    chosen = _auction(likely, area / area.sum(), wanted / wanted.sum())
    colours: Array = np.rint(palette[chosen, :3] * 255).astype(np.uint8)
    return colours


def _auction(likely: Array, area: Array, wanted: Array) -> Array:
    """(count,) int: the colour of each region, so that areas come near to `wanted` (K,).

    likely  (count, K) logarithms, area (count,), of 1 together
    """
    price = np.zeros(len(wanted))
    for _ in range(_ROUNDS):
        worth = (likely - price) / _WARMTH
        worth -= worth.max(axis=1, keepdims=True)
        share = np.exp(worth)
        share /= share.sum(axis=1, keepdims=True)
        price += _WARMTH * np.log((area @ share + 1e-4) / (wanted + 1e-4))
    chosen: Array = (likely - price).argmax(axis=1)
    return chosen


def dots_in(regions: LineRegions, colours: Array, which: Array) -> Array | None:
    """(H, W, 4) uint8 RGBA: a dot of its colour in the middle of each of the largest regions.

    colours  (count, 3), RGB of 0 to 255
    which    (count,) bool: the regions that may have one
    """
    areas = np.where(which, regions.areas(), 0)
    least = _LEAST_SHARE * regions.labels.size
    order = np.argsort(-areas, kind="stable")[:_MOST_DOTS]
    chosen = [
        int(k) for place, k in enumerate(order) if areas[k] and (areas[k] > least or not place)
    ]
    if not chosen:
        return None
    dots = np.zeros((*regions.labels.shape, 4), np.uint8)
    radius = max(2, max(regions.labels.shape) // 200)
    for region in chosen:
        inside = ((regions.labels == region) & ~regions.ink).astype(np.uint8)
        distance = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
        y, x = np.unravel_index(int(distance.argmax()), distance.shape)
        colour = (*(int(v) for v in colours[region]), 255)
        cv2.circle(dots, (int(x), int(y)), radius, colour, -1)
    return dots
