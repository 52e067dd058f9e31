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

__all__ = ["filled", "part_palette"]

_ROUNDS = 60
_WARMTH = 0.15
_CHANCE, _PATCHES = 1.0, (3, 4)
_EVEN = 0.6
"""Power of the shares that are aimed at: below 1, rare colours are seen."""


def part_palette(
    regions: LineRegions, choices: Array, palette: Array, seed: int | None = None
) -> Array:
    """(count, 3) uint8: a colour of the palette for every region.

    choices  (8, h, w) float32, at each place a share of 1 for each colour, of any resolution
    palette  (K, 4) float32, K at most 8: RGB in [0, 1] and share
    seed     of another choice, nearly as likely; None: the likeliest
    """
    count = len(palette)
    labels = regions.labels
    height, width = labels.shape
    free = (~regions.ink).ravel().astype(np.float64)
    # A sliver that is ink all over has what lies there.
    area = np.bincount(labels.ravel(), free + 1e-3, regions.count)
    likely = np.empty((regions.count, count))
    fields = _chance(seed, count, choices.shape[1:])
    for k in range(count):
        plane = np.log(np.clip(choices[k], 1e-4, 1)) + fields[k]
        full = cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR).ravel()
        likely[:, k] = np.bincount(labels.ravel(), full * (free + 1e-3), regions.count) / area
    wanted = np.maximum(palette[:, 3], 1e-3) ** _EVEN
    chosen = _auction(likely, area / area.sum(), wanted / wanted.sum())
    colours: Array = np.rint(palette[chosen, :3] * 255).astype(np.uint8)
    return colours


def _chance(seed: int | None, count: int, size: tuple[int, ...]) -> Array:
    """(count, h, w) float32: what a seed adds to the logarithms, soft, so that tiles of one roof
    stay of one colour; zeros for None."""
    if seed is None:
        return np.zeros((count, *size), np.float32)
    coarse = np.random.default_rng([seed, 41]).normal(0, _CHANCE, (count, *_PATCHES))
    fields = [
        cv2.resize(each.astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC)
        for each in coarse
    ]
    return np.stack(fields)


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


def filled(regions: LineRegions, colours: Array, which: Array) -> Array | None:
    """(H, W, 4) uint8 RGBA, hints for a network: regions filled with their colours, off their rims.

    colours  (count, 3), RGB of 0 to 255
    which    (count,) bool: the regions that are filled; None is given where there is none
    """
    labels = regions.labels.astype(np.float32)
    # Half a pixel of the next region would be a hint of a mixed colour where it is made smaller.
    kernel = np.ones((3, 3), np.uint8)
    inside = (cv2.erode(labels, kernel) == cv2.dilate(labels, kernel)) & ~regions.ink
    seen = inside & which[regions.labels]
    if not seen.any():
        return None
    hints = np.zeros((*labels.shape, 4), np.uint8)
    hints[seen] = np.column_stack([colours, np.full(len(colours), 255)])[regions.labels[seen]]
    return hints
