"""The dominant colours of a picture: k-means in CIELAB without chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.imaging.arrays import Array

_BIN = 4.0  # side of the cells of Lab into which pixels are gathered first
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Palette:
    """Dominant colours: `lab` (K, 3) and `share` (K,) of the picture, adding up to 1."""

    lab: Array
    share: Array

    def nearest(self, lab: Array) -> Array:
        """(H, W) index of the nearest dominant colour of every pixel of (H, W, 3) CIELAB."""
        return _nearest(lab.reshape(-1, 3), self.lab).reshape(lab.shape[:-1])


def dominant_colours(lab: Array, count: int) -> Palette:
    """At most `count` dominant colours of (H, W, 3) CIELAB, fewer where it has fewer.

    Pixels are gathered into cells of Lab, weighted Lloyd iterations run over the cells' mean
    colours, and the first centres are chosen by mass times squared distance, the heaviest
    cell first. So the palette hangs on the colours alone, not on order, size or a seed.

    >>> palette = dominant_colours(np.array([[[50., 0., 0.], [50., 0., 0.], [90., 5., 5.]]]), 4)
    >>> palette.lab.tolist(), palette.share.round(2).tolist()
    ([[50.0, 0.0, 0.0], [90.0, 5.0, 5.0]], [0.67, 0.33])
    """
    colours = lab.reshape(-1, 3).astype(np.float64)
    cells = np.floor(colours / _BIN).astype(np.int64) + 128
    keys = (cells[:, 0] * 256 + cells[:, 1]) * 256 + cells[:, 2]
    _, place, mass = np.unique(keys, return_inverse=True, return_counts=True)
    points = np.stack([np.bincount(place.ravel(), c) for c in colours.T], axis=1) / mass[:, None]
    centres = _spread_out(points, mass, count)
    owner = _nearest(points, centres)
    for _ in range(_ROUNDS):
        centres = _means(points, mass, owner)
        moved = _nearest(points, centres)
        if np.array_equal(moved, owner):
            break
        owner = np.unique(moved, return_inverse=True)[1]  # a centre left without points goes
    share = np.bincount(owner, mass)
    return Palette(_means(points, mass, owner), share / share.sum())


def _spread_out(points: Array, mass: Array, count: int) -> Array:
    chosen = [int(np.argmax(mass))]
    gap = np.full(len(points), np.inf)
    while len(chosen) < min(count, len(points)):
        gap = np.minimum(gap, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(np.argmax(mass * gap)))
    return points[chosen]


def _means(points: Array, mass: Array, owner: Array) -> Array:
    sums = np.stack([np.bincount(owner, mass * c) for c in points.T], axis=1)
    means: Array = sums / np.bincount(owner, mass)[:, None]
    return means


def _nearest(points: Array, centres: Array) -> Array:
    centres = centres.astype(points.dtype)
    # |p - c|^2 less the |p|^2 that all centres share.
    nearest: Array = np.argmin((centres**2).sum(axis=1) - 2.0 * points @ centres.T, axis=1)
    return nearest
