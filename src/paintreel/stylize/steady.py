"""Hold the paint still: carry it along with the picture instead of laying it anew in each frame.

A style paints every frame for itself, and grain that nobody sees in the source may swing a
contour or the border of a dab. So each painted frame is mixed with the one before, pulled along
by the motion of the source. Where the source shows something new, uncovered or lit otherwise,
the motion does not explain it and nothing of the old paint is kept.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.stylize.options import DEFAULT_STEADY

_FLOW_PX = 384  # longer side at which motion is found: a quarter of the time of full size
_LEAST_PX = 48  # OpenCV's flow reads beyond pictures of fewer than 32 rows, and crashes
_TOLERANCE = (
    28.0  # levels of luma or chroma that grain and the estimate explain; more is something new
)
_EXPLAINED = np.exp(-((np.arange(256) / _TOLERANCE) ** 2)).astype(np.float32)  # by the error
_CUT = 0.6  # less explained than this is another shot: chance likeness must not keep old paint
_STILL_PX = 0.3  # motion below this is the estimate's noise; following it would soften the ink


def check_steady(steady: float) -> None:
    """Raise InputError unless `steady` is a number in [0, 1)."""
    number = isinstance(steady, (int, float, np.integer, np.floating))
    if not number or isinstance(steady, bool) or not 0 <= steady < 1:
        raise InputError(f"steady is {steady!r}, expected a number from 0 to below 1")


class Steadier:
    """Call it with the frames of one clip in order.

        steadier = Steadier(0.6)
        for frame in clip:
            painted = steadier(frame, style.paint(frame))

    amount: share of the carried paint where the motion explains the frame; 0 changes nothing.
    """

    def __init__(self, amount: float = DEFAULT_STEADY) -> None:
        check_steady(amount)
        self.amount = amount
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: tuple[Array, Array] | None = None

    def __call__(self, source: Array, painted: Array) -> Array:
        """The steadied `painted`, (H, W, 3 or 4) uint8 like `source`; alpha is left alone."""
        if self.amount == 0:
            return painted
        small, paint = _small(source), np.ascontiguousarray(painted[..., :3])
        if self._before is not None:
            before, carried = self._before
            if before.shape == small.shape and carried.shape == paint.shape:
                paint = self._mixed(small, before, paint, carried)
        self._before = small, paint
        return paint if painted.shape[2] == 3 else np.dstack([paint, painted[..., 3:]])

    def _mixed(self, small: Array, before: Array, paint: Array, carried: Array) -> Array:
        height, width = paint.shape[:2]
        share: Array
        if np.array_equal(small, before):  # a still: nothing moved
            share, old = np.full((height, width), round(self.amount * 255), np.uint8), carried
        else:
            luma, luma_before = (np.ascontiguousarray(each[..., 0]) for each in (small, before))
            flow = self._flow.calc(luma, luma_before, np.empty(0))
            known = _explained(small, before, flow) * np.float32(self.amount * 255)
            share = cv2.resize(np.rint(known).astype(np.uint8), (width, height))
            old = _pulled(carried, *(self._full_size(axis, flow, carried.shape) for axis in (0, 1)))
        # Both products are rounded, yet a still picture stays as it is to the last level: with
        # weights that sum to 255 no product has a fraction of a half.
        share = cv2.cvtColor(share, cv2.COLOR_GRAY2RGB)
        return cv2.add(
            cv2.multiply(old, share, scale=1 / 255), cv2.multiply(paint, 255 - share, scale=1 / 255)
        )

    @staticmethod
    def _full_size(axis: int, flow: Array, shape: tuple[int, ...]) -> Array:
        """Columns (axis 0) or rows (1) that pixels of a picture of `shape` came from, float32."""
        height, width = shape[:2]
        moved: Array = flow[..., axis] * np.float32(
            (width / flow.shape[1], height / flow.shape[0])[axis]
        )
        moved[np.abs(moved) < _STILL_PX] = 0
        moved = cv2.resize(moved, (width, height))
        return cv2.add(moved, _grid(height, width)[axis], dst=moved)


def _small(frame: Array) -> Array:
    """(h, w, 3) uint8: luma, which shows the motion, and chroma, which may change without it."""
    height, width = frame.shape[:2]
    scale = min(1.0, _FLOW_PX / max(height, width))
    size = (max(_LEAST_PX, round(width * scale)), max(_LEAST_PX, round(height * scale)))
    rgb = np.ascontiguousarray(frame[..., :3])
    # By halves as far as they go, which OpenCV averages ten times as fast as any other part.
    while rgb.shape[1] >= 2 * size[0] and rgb.shape[0] >= 2 * size[1]:
        half = rgb.shape[1] // 2, rgb.shape[0] // 2
        rgb = cv2.resize(rgb, half, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2YCrCb)


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> Array:
    """Columns and rows of every pixel, (2, H, W) float32, not to be written to."""
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    grid.flags.writeable = False
    return grid


def _pulled(picture: Array, columns: Array, rows: Array) -> Array:
    """`picture`, (H, W, 3) uint8, at these places of it, (H, W) float32 each."""
    # The same values as of three channels, in half of the time.
    pulled = cv2.remap(
        cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA),
        columns,
        rows,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return cv2.cvtColor(pulled, cv2.COLOR_RGBA2RGB)


def _explained(small: Array, before: Array, flow: Array) -> Array:
    """(H, W) in [0, 1]: 1 where `before`, pulled along `flow`, is `small` in luma and chroma."""
    pulled = _pulled(before, *(np.moveaxis(flow, -1, 0) + _grid(*small.shape[:2])))
    luma, *chroma = cv2.split(cv2.absdiff(small, pulled))
    error = cv2.max(cv2.max(luma, chroma[0]), chroma[1])
    # The worst of the neighbours: a thin thing that came anew must not keep half of the old.
    error = cv2.dilate(error, np.ones((3, 3), np.uint8))
    known: Array = cv2.blur(cv2.LUT(error, _EXPLAINED), (3, 3))
    return known if known.mean() >= _CUT else np.zeros_like(known)
