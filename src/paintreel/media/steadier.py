"""Hold the paint still: carry it along with the picture instead of laying it anew in each frame.

A style paints every frame for itself, and grain that nobody sees in the source may swing a
contour or the border of a dab. So each painted frame is mixed with the one before, pulled along
by the motion of the source. Where the source shows something new, uncovered or lit otherwise,
the motion does not explain it and nothing of the old paint is kept.
"""

from __future__ import annotations

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.motion import MotionFinder, mix, sketch

# Less explained than this is another shot or hardly to be followed: chance likeness must not keep
# old paint. `paintreel.media.cuts` has a rule of its own, which leaves fast motion alone.
_CUT = 0.6


def check_steady(steady: float) -> None:
    """Raise InputError unless `steady` is a number in [0, 1)."""
    number = isinstance(steady, (int, float, np.integer, np.floating))
    if not number or isinstance(steady, bool) or not 0 <= steady < 1:
        raise InputError(f"steady is {steady!r}, expected a number from 0 to below 1")


class Steadier:
    """Call it with the painted frames of one clip in order, and the frames they were painted of.

        steadier = Steadier(0.6)
        for frame in clip:
            painted = steadier(frame, style.paint(frame))

    amount: share of the carried paint where the motion explains the frame; 0 changes nothing.
    sharp: as of `Motion.pull`.
    """

    def __init__(self, amount: float, *, sharp: bool = False) -> None:
        check_steady(amount)
        self.amount, self._sharp = amount, sharp
        self._motion = MotionFinder()
        self._before: tuple[Array, Array] | None = None

    def __call__(self, source: Array, painted: Array) -> Array:
        """The steadied `painted`, (H, W, 3 or 4) uint8 like `source`; alpha is left alone."""
        if self.amount == 0:
            return painted
        small, paint = sketch(source), np.ascontiguousarray(painted[..., :3])
        if self._before is not None:
            before, carried = self._before
            if before.shape == small.shape and carried.shape == paint.shape:
                paint = self._mixed(small, before, paint, carried)
        self._before = small, paint
        return paint if painted.shape[2] == 3 else np.dstack([paint, painted[..., 3:]])

    def _mixed(self, small: Array, before: Array, paint: Array, carried: Array) -> Array:
        most = self.amount * 255
        if np.array_equal(small, before):  # a still: nothing moved
            return mix(carried, paint, np.full(paint.shape[:2], round(most), np.uint8))
        motion = self._motion(small, before)
        if motion.explained.mean() < _CUT:
            return paint
        share = np.rint(motion.explained * np.float32(most)).astype(np.uint8)
        return mix(motion.pull(carried, sharp=self._sharp), paint, share)
