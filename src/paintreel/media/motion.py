"""Where things were in another frame, and how much of this frame that explains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["LEAST_PX", "Motion", "MotionFinder", "mix", "sketch"]

_FLOW_PX = 640
"""Longer side at which motion is found.

Paint that is carried a pixel off is what flickers: at 384 px, and found to four of its pixels, a
bold style had 1.6 to 1.75 times the warping error of its clip; so 1.1, for 4 ms a frame.
"""
LEAST_PX = 48  # OpenCV's flow reads beyond pictures of fewer than 32 rows, and crashes
_TOLERANCE = 40.0
"""Levels of luma or chroma that grain and the estimate explain; more is something new.

At 28 a webcam's noise broke the paint loose (warping error 1.22 times that of the clip, 1.11 at
40); at 56 a hand that moves fast leaves a ghost.
"""
_EXPLAINED = np.exp(-((np.arange(256) / _TOLERANCE) ** 2)).astype(np.float32)  # by the error
_STILL_PX = 0.3  # motion below this is the estimate's noise; following it would soften the ink


def sketch(frame: Array) -> Array:
    """What motion is found in of `frame`, (H, W, 3 or 4) uint8 RGB: (h, w, 3) uint8.

    That is luma, which shows the motion, and chroma, which may change without it.
    """
    height, width = frame.shape[:2]
    scale = min(1.0, _FLOW_PX / max(height, width))
    size = (max(LEAST_PX, round(width * scale)), max(LEAST_PX, round(height * scale)))
    rgb = np.ascontiguousarray(frame[..., :3])
    # By halves as far as they go, which OpenCV averages ten times as fast as any other part.
    while rgb.shape[1] >= 2 * size[0] and rgb.shape[0] >= 2 * size[1]:
        half = rgb.shape[1] // 2, rgb.shape[0] // 2
        rgb = cv2.resize(rgb, half, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2YCrCb)


@dataclass(frozen=True, slots=True)
class Motion:
    """From one sketch to another, of one size.

    flow       (h, w, 2) float32: by how many pixels of a sketch (right, down) each place of the
               first lies elsewhere in the second
    explained  (h, w) float32 in [0, 1]: 1 where the second, pulled along the flow, is the first
    """

    flow: Array
    explained: Array

    def pull(self, picture: Array, *, sharp: bool = False) -> Array:
        """`picture` (H, W, 3) uint8 of the second frame, as things lie in the first.

        sharp: lines of a pixel or two stay crisp, for twice the time
        """
        columns, rows = (self._places(axis, picture.shape) for axis in (0, 1))
        return _pulled(picture, columns, rows, cv2.INTER_CUBIC if sharp else cv2.INTER_LINEAR)

    def pull_nearest(self, plane: Array, outside: float) -> Array:
        """`plane` (H, W) of the second frame as things lie in the first, its values unmixed.

        outside: the value of what came from beyond the border. Numbers up to 2**24 are kept.
        """
        columns, rows = (self._places(axis, plane.shape) for axis in (0, 1))
        pulled = cv2.remap(
            plane.astype(np.float32),
            columns,
            rows,
            cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=outside,
        )
        return pulled.astype(plane.dtype)

    def _places(self, axis: int, shape: tuple[int, ...]) -> Array:
        """Columns (axis 0) or rows (1) that pixels of a picture of `shape` came from, float32."""
        height, width = shape[:2]
        moved: Array = self.flow[..., axis] * np.float32(
            (width / self.flow.shape[1], height / self.flow.shape[0])[axis]
        )
        moved[np.abs(moved) < _STILL_PX] = 0
        moved = cv2.resize(moved, (width, height))
        return cv2.add(moved, _grid(height, width)[axis], dst=moved)


class MotionFinder:
    """Call it with the sketches of two frames; gives the `Motion` from the first to the second."""

    def __init__(self) -> None:
        # The fast preset to a finer scale, with fewer rounds on each, which add time alone.
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._flow.setFinestScale(1)
        self._flow.setGradientDescentIterations(12)
        self._flow.setVariationalRefinementIterations(2)

    def __call__(self, now: Array, other: Array, start: Array | None = None) -> Motion:
        """start: (h, w, 2) float32, a guess at the flow, for what lies too far off to be found."""
        luma, other_luma = (np.ascontiguousarray(each[..., 0]) for each in (now, other))
        guess = np.empty(0) if start is None else start.astype(np.float32)  # a copy: it is refined
        flow = self._flow.calc(luma, other_luma, guess)
        return Motion(flow, _explained(now, other, flow))


def mix(old: Array, new: Array, share: Array) -> Array:
    """`share` of `old` and the rest of `new`, both (H, W, 3) uint8.

    share: uint8 of any size, 255 for all. Equal pixels stay as they are.
    """
    if share.shape != new.shape[:2]:
        share = cv2.resize(share, new.shape[1::-1])
    # Both products are rounded, yet what is equal stays so to the last level: with weights that sum
    # to 255 no product has a fraction of a half.
    share = cv2.cvtColor(share, cv2.COLOR_GRAY2RGB)
    return cv2.add(
        cv2.multiply(old, share, scale=1 / 255), cv2.multiply(new, 255 - share, scale=1 / 255)
    )


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> Array:
    """Columns and rows of every pixel, (2, H, W) float32, not to be written to."""
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    grid.flags.writeable = False
    return grid


def _pulled(
    picture: Array, columns: Array, rows: Array, interpolation: int = cv2.INTER_LINEAR
) -> Array:
    """`picture`, (H, W, 3) uint8, at these places of it, (H, W) float32 each."""
    # The same values as of three channels, in half of the time.
    pulled = cv2.remap(
        cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA),
        columns,
        rows,
        interpolation,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return cv2.cvtColor(pulled, cv2.COLOR_RGBA2RGB)


def _explained(now: Array, other: Array, flow: Array) -> Array:
    """(h, w) in [0, 1]: 1 where `other`, pulled along `flow`, is `now` in luma and chroma."""
    pulled = _pulled(other, *(np.moveaxis(flow, -1, 0) + _grid(*now.shape[:2])))
    luma, *chroma = cv2.split(cv2.absdiff(now, pulled))
    error = cv2.max(cv2.max(luma, chroma[0]), chroma[1])
    # The worst of the neighbours: a thin thing that came anew must not keep half of the old.
    error = cv2.dilate(error, np.ones((3, 3), np.uint8))
    return cv2.blur(cv2.LUT(error, _EXPLAINED), (3, 3))
