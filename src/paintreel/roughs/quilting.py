"""Patches laid over a picture: a grid of overlapping windows, joined along least-error seams.

After Efros and Freeman 2001, "Image quilting for texture synthesis and transfer": where two patches
overlap, the seam between them runs where they differ least. All seams of a direction are found at
once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

_SOFT_PX = 3.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Windows of side_px that overlap by overlap_px and cover (height_px, width_px)."""

    height_px: int
    width_px: int
    side_px: int = 32
    overlap_px: int = 8

    def __post_init__(self) -> None:
        if not 0 < 2 * self.overlap_px <= self.side_px:
            raise InputError(
                f"overlap_px is {self.overlap_px}, expected 1 to half of side_px {self.side_px}"
            )

    @property
    def step_px(self) -> int:
        return self.side_px - self.overlap_px

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of windows."""
        rows, columns = (
            max(1, -(-(size - self.overlap_px) // self.step_px))
            for size in (self.height_px, self.width_px)
        )
        return rows, columns

    def windows(self, layer: Array) -> Array:
        """(rows, columns, side, side, ...) of (height, width, ...), mirrored at its ends."""
        rows, columns = self.shape
        more = [
            (0, count * self.step_px + self.overlap_px - size)
            for count, size in ((rows, self.height_px), (columns, self.width_px))
        ]
        padded = np.pad(layer, [*more, *[(0, 0)] * (layer.ndim - 2)], mode="symmetric")
        windows = sliding_window_view(padded, (self.side_px, self.side_px), axis=(0, 1))
        windows = windows[:: self.step_px, :: self.step_px]
        return np.moveaxis(windows, (-2, -1), (2, 3))

    def quilt(self, patches: Array) -> Array:
        """(height, width, C) of patches (rows, columns, side, side, C), joined along seams."""
        strips = _joined(patches, self.overlap_px)
        rows, _side, long, channels = strips.shape
        upright = strips.transpose(0, 2, 1, 3)[None]
        whole = _joined(upright, self.overlap_px)[0]
        assert whole.shape == (long, rows * self.step_px + self.overlap_px, channels)
        quilt: Array = whole.transpose(1, 0, 2)[: self.height_px, : self.width_px]
        return quilt


def commonest(windows: Array) -> tuple[Array, Array]:
    """The commonest value of each window (rows, columns, side, side), and its share of it.

    The least of values as common.
    """
    values = np.unique(windows)
    shares = np.stack([(windows == value).mean(axis=(2, 3)) for value in values])
    return values[shares.argmax(axis=0)], shares.max(axis=0)


def _joined(patches: Array, overlap: int) -> Array:
    """(rows, columns, along, across, C) joined in the direction of the columns:
    (rows, along, columns * (across - overlap) + overlap, C)."""
    rows, columns, along, across, channels = patches.shape
    step = across - overlap
    cells = patches[..., :step, :].copy()
    if columns > 1:
        before, after = patches[:, :-1, :, step:], patches[:, 1:, :, :overlap]
        share = _share_of_after(before, after)
        cells[:, 1:, :, :overlap] = before + share[..., None] * (after - before)
    body = cells.transpose(0, 2, 1, 3, 4).reshape(rows, along, columns * step, channels)
    return np.concatenate([body, patches[:, -1, :, step:]], axis=2)


def _share_of_after(before: Array, after: Array) -> Array:
    """(..., along, overlap): 0 before the least-error seam, 1 after it, soft over _SOFT_PX."""
    cost = ((before - after) ** 2).sum(axis=-1)
    cost = np.moveaxis(cost, -2, 0)  # along first
    total = cost.copy()
    for i in range(1, len(total)):
        total[i] += _least_of_three(total[i - 1])
    overlap = total.shape[-1]
    seam = np.empty(total.shape[:-1], np.int64)
    seam[-1] = total[-1].argmin(axis=-1)
    places = np.arange(overlap)
    for i in range(len(total) - 2, -1, -1):
        near = np.abs(places - seam[i + 1][..., None]) <= 1
        seam[i] = np.where(near, total[i], np.inf).argmin(axis=-1)
    share = np.clip((places - seam[..., None]) / np.float32(_SOFT_PX) + 0.5, 0, 1)
    return np.moveaxis(share.astype(np.float32), 0, -2)


def _least_of_three(row: Array) -> Array:
    """Least of each value and its neighbours on the last axis."""
    out = row.copy()
    np.minimum(out[..., 1:], row[..., :-1], out=out[..., 1:])
    np.minimum(out[..., :-1], row[..., 1:], out=out[..., :-1])
    return out
