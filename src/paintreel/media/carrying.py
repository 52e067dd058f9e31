"""Painted key frames carried along the motion to the other frames of their shot.

A key is a frame and its painting. Where a thing of a frame lay in the key is followed from frame to
frame, and found anew against the key itself at each, so that errors do not add up. What the
key does not explain (what it did not show, what has changed) is told by the fourth plane. In the
words of the field: keys are propagated by backward warping along optical flow, with a map of
confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.motion import Motion, MotionFinder, sketch

__all__ = [
    "KeyFollower",
    "PaintedKey",
    "carried_planes",
    "uncarried_planes",
]

_LEAST = 0.02  # of what a key explains, so that there is some paint everywhere


@dataclass(frozen=True, eq=False)
class PaintedKey:
    """A frame and its painting, both (H, W, 3) uint8 RGB of one size, and its time in the clip.

    Raises InputError for arrays of two sizes.
    """

    live: Array
    paint: Array
    time_s: float = 0.0
    small: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.live.shape != self.paint.shape:
            raise InputError(
                f"the painting is {self.paint.shape[1]}x{self.paint.shape[0]}, its frame "
                f"{self.live.shape[1]}x{self.live.shape[0]}; give both in one size"
            )
        object.__setattr__(self, "small", sketch(self.live))


class KeyFollower:
    """Call it with the sketches of the frames of a shot, one after the other away from a key.

    Gives the motion from each to the key. The first is the key's own frame or the one next to it.
    """

    def __init__(self, key: Array) -> None:
        """key: the sketch of its frame."""
        self._key, self._find = key, MotionFinder()
        self._before: tuple[Array, Array] | None = None

    def __call__(self, small: Array, start: Array | None = None) -> Motion:
        """start: a guess at the flow, (h, w, 2) of any size in pixels of its own, or none."""
        if start is not None:
            guess: Array | None = _of_size(start, small.shape)
        elif self._before is not None and self._before[0].shape == small.shape:
            before, flow = self._before
            step = self._find(small, before).flow
            guess = step + _pulled_flow(flow, step)
        else:
            guess = None
        motion = self._find(small, self._key, guess)
        if guess is not None:
            # What was followed may be lost while the key itself is near, after it was covered.
            direct = self._find(small, self._key)
            if direct.explained.mean() > motion.explained.mean() + 0.02:
                motion = direct
        self._before = small, motion.flow
        return motion


def _of_size(flow: Array, shape: tuple[int, ...]) -> Array:
    height, width = shape[:2]
    scale = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    resized: Array = cv2.resize(flow.astype(np.float32), (width, height)) * scale
    return resized


def _pulled_flow(flow: Array, step: Array) -> Array:
    """`flow` (h, w, 2) at the places that `step` leads to."""
    height, width = flow.shape[:2]
    columns = step[..., 0] + np.arange(width, dtype=np.float32)
    rows = step[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    pulled: Array = cv2.remap(
        flow, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return pulled


def carried_planes(
    keys: Sequence[PaintedKey], motions: Sequence[Motion], time_s: float = 0.0
) -> Array:
    """(H, W, 4) uint8: the paint of one or more keys as it lies in a frame, and trust, 255 for all.

    Trust is what is called confidence or visibility elsewhere.
    Of several keys the nearer in time counts more, and at each place the one that explains more.
    Raises InputError where there is no key.
    """
    if not keys or len(keys) != len(motions):
        raise InputError(
            f"got {len(keys)} keys and {len(motions)} motions, expected as many, not 0"
        )
    height, width = keys[0].paint.shape[:2]
    paints = [motion.pull(key.paint, sharp=True) for key, motion in zip(keys, motions, strict=True)]
    explained = [cv2.resize(_shown(motion), (width, height)) for motion in motions]
    trust = np.maximum.reduce(explained)
    if len(keys) == 1:
        return _planes(paints[0], trust)
    away_s = np.array([abs(key.time_s - time_s) for key in keys]) + 1e-3
    near = (1 / away_s) / (1 / away_s).sum()
    weights = np.stack([(e + _LEAST) ** 2 * n**2 for e, n in zip(explained, near, strict=True)])
    weights /= weights.sum(axis=0)
    mixed = sum(w[..., None] * paint for w, paint in zip(weights, paints, strict=True))
    return _planes(np.rint(mixed).astype(np.uint8), trust)


def _shown(motion: Motion) -> Array:
    """(h, w) in [0, 1]: what is explained, and nothing where it lies beyond the key's border.

    There the border is repeated, and may look alike by chance: paint would be drawn out in streaks.
    """
    height, width = motion.explained.shape
    columns = motion.flow[..., 0] + np.arange(width, dtype=np.float32)
    rows = motion.flow[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    inside = (columns > -1) & (columns < width) & (rows > -1) & (rows < height)
    shown: Array = motion.explained * cv2.blur(inside.astype(np.float32), (3, 3))
    return shown


def uncarried_planes(painting: Array) -> Array:
    """(H, W, 4) uint8 of a painting (H, W, 3) of something else: trusted nowhere."""
    return _planes(painting, np.zeros(painting.shape[:2], np.float32))


def _planes(paint: Array, trust: Array) -> Array:
    return np.dstack([paint, np.rint(np.clip(trust, 0, 1) * 255).astype(np.uint8)])
