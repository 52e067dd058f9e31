"""Frames of a performance: each drawing is made once, and shown as long as it is held.

Poses are rounded to what can be seen, so that a hold is one drawing. Drawings are made ahead in
threads, for OpenCV and numpy let others work meanwhile; they are laid over the ground in order.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np

from paintreel.character.grounds import Ground
from paintreel.imaging.arrays import Array
from paintreel.rig.pose import NUMBERS, Hand, Pose

__all__ = ["drawn_frames", "laid_over", "rounded"]

Draw = Callable[[Pose], Array]
"""A pose to (H, W, 4) uint8 with straight alpha."""

_KEPT = 24  # drawings
_AHEAD = 6  # frames
_STEPS = {"turn_deg": 0.1, "nod_deg": 0.1, "tilt_deg": 0.1, "angle_deg": 0.5}
_STEP = 0.01


def rounded(pose: Pose) -> Pose:
    """The pose to a tenth of a degree and a hundredth of what else there is: below a pixel."""
    numbers = {name: _rounded(name, getattr(pose, name)) for name in NUMBERS[Pose]}
    return replace(
        pose,
        **numbers,
        left_hand=_rounded_hand(pose.left_hand),
        right_hand=_rounded_hand(pose.right_hand),
    )


def _rounded(name: str, value: float) -> float:
    step = _STEPS.get(name, _STEP)
    return round(round(value / step) * step, 6)


def _rounded_hand(hand: Hand) -> Hand:
    return Hand(**{name: _rounded(name, getattr(hand, name)) for name in NUMBERS[Hand]})


def drawn_frames(
    poses: Iterable[Pose], draw: Draw, ground: Ground | None, rate: Fraction, *, threads: int = 2
) -> Iterator[Array]:
    """The frames of poses, one for each: (H, W, 3) uint8 over a ground, (H, W, 4) without one.

    A frame that shows what the one before shows is the same array.
    """
    shown: tuple[Pose, Array] | None = None
    frame: Array | None = None
    for index, (pose, drawing) in enumerate(_drawings(poses, draw, threads)):
        if ground is None:
            yield drawing
            continue
        behind = ground.frame(float(index / rate))
        if frame is None or shown is None or shown[0] != pose or shown[1] is not behind:
            frame, shown = laid_over(drawing, behind), (pose, behind)
        yield frame


def _drawings(poses: Iterable[Pose], draw: Draw, threads: int) -> Iterator[tuple[Pose, Array]]:
    """(rounded pose, drawing) in order, some frames ahead of what is asked for."""
    made: OrderedDict[Pose, Future[Array]] = OrderedDict()
    waiting: deque[Pose] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="cels") as pool:
        try:
            for pose in map(rounded, poses):
                if pose not in made:
                    made[pose] = pool.submit(draw, pose)
                made.move_to_end(pose)
                waiting.append(pose)
                if len(waiting) > _AHEAD:
                    first = waiting.popleft()
                    yield first, made[first].result()
                while len(made) > _KEPT + _AHEAD:
                    made.popitem(last=False)
            while waiting:
                first = waiting.popleft()
                yield first, made[first].result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def laid_over(drawing: Array, ground: Array) -> Array:
    """A drawing (H, W, 4) over a ground (H, W, 3), both uint8; a new array."""
    out = ground.copy()
    out.setflags(write=True)
    left, top, wide, high = cv2.boundingRect(np.ascontiguousarray(drawing[..., 3]))
    if not wide:
        return out
    part = (slice(top, top + high), slice(left, left + wide))
    alpha = cv2.merge([np.ascontiguousarray(drawing[part][..., 3])] * 3)
    colour = np.ascontiguousarray(drawing[part][..., :3])
    above = cv2.multiply(colour, alpha, dtype=cv2.CV_16U)
    below = cv2.multiply(out[part], cv2.bitwise_not(alpha), dtype=cv2.CV_16U)
    out[part] = cv2.convertScaleAbs(cv2.add(above, below), alpha=1.0 / 255.0)
    return out
