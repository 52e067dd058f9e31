"""A frame between two painted ones: their paint, moved along the motion of the source.

What the motion does not explain from the one side, such as what is just being uncovered, is
mostly there on the other. What neither explains is `missing`, and is to be painted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.tiles import Tile
from paintreel.media.motion import Motion, MotionFinder, mix

__all__ = ["Inbetween", "Inbetweener", "tiles_of"]

# A frame of which its neighbours explain less is not worth moving.
_ENOUGH = 0.85
_LEAST = 0.02  # weight of what explains nothing: where neither does, time decides
_MISSING = 0.5  # less explained than this is missing
_SEEN_PX = 9  # where it is as wide as this in a sketch: a narrower seam is not seen in motion
_SOFT_PX = 9


@dataclass(frozen=True, slots=True)
class Inbetween:
    """How the paint of a frame comes about.

    move     gives it, (H, W, 3) uint8, out of the paint of the frame before, that of the frame
             after, and the place between them, above 0 and below 1
    missing  (h, w) uint8, 255 where it is to be painted after all, of any size; None: nowhere
    """

    move: Callable[[Array, Array, float], Array]
    missing: Array | None = None


class Inbetweener:
    """Finds how frames lie between others."""

    def __init__(self) -> None:
        self._motion = MotionFinder()

    def __call__(self, before: Array, now: Array, after: Array) -> Inbetween | None:
        """For the sketches (`motion.sketch`) of three frames; None where most is missing.

        A frame that equals a painted one is that one, as in a source that is on twos itself.
        """
        if np.array_equal(now, before):
            return Inbetween(lambda paint, _, __: paint)
        if np.array_equal(now, after):
            return Inbetween(lambda _, paint, __: paint)
        back, ahead = self._motion(now, before), self._motion(now, after)
        explained = cv2.max(back.explained, ahead.explained)
        if explained.mean() < _ENOUGH:
            return None
        return Inbetween(lambda *given: _moved(back, ahead, *given), _missing(explained))


def tiles_of(missing: Array, tiles: list[Tile], *, height: int, width: int) -> list[Tile]:
    """Those of the tiles of a picture of this size that write what is missing in it."""
    rows, columns = missing.shape[0] / height, missing.shape[1] / width
    chosen = []
    for tile in tiles:
        top, bottom, left, right = tile.write
        below, beside = ceil(bottom * rows), ceil(right * columns)
        if missing[int(top * rows) : below, int(left * columns) : beside].any():
            chosen.append(tile)
    return chosen


def _moved(back: Motion, ahead: Motion, before: Array, after: Array, place: float) -> Array:
    weight = (back.explained + _LEAST) * np.float32(1 - place)
    other = (ahead.explained + _LEAST) * np.float32(place)
    share = np.rint(255 * weight / (weight + other)).astype(np.uint8)
    return mix(back.pull(before), ahead.pull(after), share)


def _missing(explained: Array) -> Array | None:
    """Where a patch that is seen is not explained, with a soft border around it."""
    seen = np.ones((_SEEN_PX, _SEEN_PX), np.uint8)
    cores = cv2.erode((explained < _MISSING).astype(np.uint8) * 255, seen)
    if not cores.any():
        return None
    wide = cv2.dilate(cores, np.ones((_SEEN_PX + _SOFT_PX,) * 2, np.uint8))
    return cv2.blur(wide, (_SOFT_PX, _SOFT_PX))
