"""Lines through a picture: values along places, the best way, smooth and even lines."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["best_way", "resampled", "smoothed", "values_at"]


def values_at(plane: Array, places: Array) -> Array:
    """Values of (H, W) at places (..., 2), linear between the middles of pixels."""
    flat = np.asarray(places, np.float32).reshape(-1, places.shape[-2], 2) - np.float32(0.5)
    x, y = np.ascontiguousarray(flat[..., 0]), np.ascontiguousarray(flat[..., 1])
    taken = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return taken.reshape(places.shape[:-1])


def best_way(gain: Array, *, most_step: int, bend: float) -> Array:
    """(C,) rows of the way from left to right through `gain` (R, C) that gathers most."""
    rows, columns = gain.shape
    best, came = gain[:, 0].copy(), np.zeros((columns, rows), np.int64)
    moves = range(-most_step, most_step + 1)
    for c in range(1, columns):
        choices = np.full((len(moves), rows), -np.inf)
        for k, move in enumerate(moves):
            low, high = max(0, move), min(rows, rows + move)
            choices[k, low:high] = best[low - move : high - move] - bend * abs(move)
        pick = choices.argmax(axis=0)
        came[c] = np.arange(rows) - (pick - most_step)
        best = choices.max(axis=0) + gain[:, c]
    way = np.empty(columns, np.int64)
    way[-1] = int(best.argmax())
    for c in range(columns - 1, 0, -1):
        way[c - 1] = came[c, way[c]]
    return way


def smoothed(line: Array, sigma: float = 1.6) -> Array:
    """A line (N, 2 or fewer) under a Gaussian of `sigma` points; its ends stay."""
    ends = np.pad(line, ((8, 8), (0, 0)), mode="reflect", reflect_type="odd")
    kernel = np.exp(-0.5 * (np.arange(-8, 9) / sigma) ** 2)
    kernel /= kernel.sum()
    smooth: Array = np.stack(
        [np.convolve(ends[:, k], kernel, "valid") for k in range(line.shape[1])], axis=1
    )
    return smooth


def resampled(line: Array, count: int) -> Array:
    """(count, 2), evenly along the line."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, line[:, k]) for k in (0, 1)], axis=1)
