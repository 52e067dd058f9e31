"""Stacked bands: shares that add up to one, side by side or flowing from time to time."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["columns_of", "stacked_bands"]


def columns_of(starts: Array, end: float, width_px: int) -> Array:
    """(width_px,) the index of the item that each column of a strip shows, by its middle.

    starts: (N,) ascending, where each item begins; the last goes on to `end`.

    >>> columns_of(np.array([0.0, 1.0, 3.0]), 4.0, 8).tolist()
    [0, 0, 1, 1, 1, 1, 2, 2]
    """
    first = float(starts[0])
    middles = first + (np.arange(width_px) + 0.5) * (end - first) / width_px
    found = np.searchsorted(starts, middles, side="right") - 1
    return np.clip(found, 0, len(starts) - 1)


def stacked_bands(shares: Array, colours: Array, height_px: int) -> Array:
    """(height_px, W, 3) uint8: every column a stack of bands, the first at the top.

    shares   (W, K), not below 0; a column that adds up to less than 1 ends in its last band
    colours  (K, 3), or (W, K, 3) where every column has its own, 0 to 255

    Edges between bands are smooth: a pixel has a part of both.
    """
    width, count = shares.shape
    own = np.broadcast_to(np.asarray(colours, np.float64), (width, count, 3))
    ends = np.cumsum(shares, axis=1)
    ends = ends / np.maximum(ends[:, -1:], 1e-12) * height_px
    starts = np.concatenate([np.zeros((width, 1)), ends[:, :-1]], axis=1)
    rows = np.arange(height_px)[:, None]
    out = np.zeros((height_px, width, 3))
    for band in range(count):
        cover = np.minimum(ends[:, band], rows + 1) - np.maximum(starts[:, band], rows)
        out += np.clip(cover, 0.0, 1.0)[..., None] * own[:, band]
    return np.rint(out).clip(0, 255).astype(np.uint8)
