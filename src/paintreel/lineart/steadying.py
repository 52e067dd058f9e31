"""Lines that hold still: what is drawn is kept until the drawing clearly says otherwise.

Ink is black or it is not, so the grain of a clip, which hardly shows in it, makes rims of lines
swing by half of their blackness. The lines of the frame before are pulled along the motion and kept
as they are; where the new ones differ by much, and until they differ by little, they go over to
them step by step. What the motion does not explain is taken as it is drawn.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.media.motion import MotionFinder, sketch
from paintreel.media.steadier import check_steady

__all__ = ["LineSteadier"]

_CUT = 0.6  # less explained than this is another shot
_MOST_LEFT = 160.0  # levels by which lines may differ and still be kept, times `steady`
_ARRIVED = 10.0
_FASTEST = 80.0  # levels a frame, times 1 - `steady`; twice as fast, twice the flicker


class LineSteadier:
    """Call it with the frames of one clip in order, and the lines that were drawn of them.

    steady  0 changes nothing; higher values hold longer and go over more slowly
    """

    def __init__(self, steady: float) -> None:
        check_steady(steady)
        self._steady = steady
        self._motion = MotionFinder()
        self._before: tuple[Array, Array, Array] | None = None

    def __call__(self, source: Array, coverage: Array) -> Array:
        """(H, W) uint8: the lines `coverage` (H, W) uint8 of `source` (H, W, 3) uint8, steadied."""
        if self._steady == 0:
            return coverage
        small, drawn = sketch(source), coverage.astype(np.float32)
        going = np.zeros(coverage.shape, bool)
        if self._before is not None:
            before, shown, on_the_way = self._before
            if before.shape == small.shape and shown.shape == drawn.shape:
                drawn, going = self._held(small, before, drawn, shown, on_the_way)
        self._before = small, drawn, going
        steady: Array = np.rint(drawn).astype(np.uint8)
        return steady

    def _held(
        self, small: Array, before: Array, drawn: Array, shown: Array, going: Array
    ) -> tuple[Array, Array]:
        motion = self._motion(small, before)
        if motion.explained.mean() < _CUT:
            return drawn, np.zeros_like(going)
        grey = cv2.cvtColor(np.rint(shown).astype(np.uint8), cv2.COLOR_GRAY2RGB)
        moved = motion.pull(grey)[..., 0]
        # Where nothing moves, what was shown stays to the last fraction.
        still = moved == grey[..., 0]
        pulled = np.where(still, shown, moved.astype(np.float32))
        off = drawn - pulled
        size = np.abs(off)
        going = (size > _MOST_LEFT * self._steady) | (going & (size > _ARRIVED))
        fastest = _FASTEST * (1 - self._steady)
        step = np.clip(off, -fastest, fastest)
        kept = pulled + np.where(going, step, 0)
        share = cv2.resize(motion.explained, drawn.shape[::-1])
        return share * kept + (1 - share) * drawn, going
