"""Frames of a performance: each drawing is made once, and shown as long as it is held.

Poses are rounded to what can be seen, so that a hold is one drawing. Drawings are made ahead in
threads, for OpenCV and numpy let others work meanwhile; they are laid over the ground in order.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields, replace
from fractions import Fraction
from itertools import groupby, islice

import cv2
import numpy as np

from paintreel.character.grounds import Ground
from paintreel.imaging.arrays import Array
from paintreel.rig.figure import LIVE_NUMBERS
from paintreel.rig.pose import NUMBERS, Hand, Pose

__all__ = ["drawn_frames", "laid_over", "rounded"]

Draw = Callable[[Pose], Array]
"""A pose to (H, W, 4) uint8 with straight alpha."""

_MOST_HELD = 6  # frames of one hold that one thread draws
_AHEAD = 3  # holds
_STEPS = {"turn_deg": 0.1, "nod_deg": 0.1, "tilt_deg": 0.1, "angle_deg": 0.5}
_STEP = 0.01


def rounded(pose: Pose) -> Pose:
    """The pose to a tenth of a degree and a hundredth of what else there is: below a pixel."""
    numbers = {name: _rounded(name, getattr(pose, name)) for name in NUMBERS[Pose]}
    return replace(
        pose,
        **numbers,  # type: ignore[arg-type]
        left_hand=_rounded_hand(pose.left_hand),
        right_hand=_rounded_hand(pose.right_hand),
    )


def _rounded(name: str, value: float) -> float:
    step = _STEPS.get(name, _STEP)
    return round(round(value / step) * step, 6)


def _rounded_hand(hand: Hand) -> Hand:
    return Hand(**{name: _rounded(name, getattr(hand, name)) for name in NUMBERS[Hand]})


def drawn_frames(
    poses: Iterable[Pose],
    new_draw: Callable[[], Draw],
    ground: Ground | None,
    rate: Fraction,
    *,
    threads: int = 2,
) -> Iterator[Array]:
    """The frames of poses, one for each: (H, W, 3) uint8 over a ground, (H, W, 4) without one.

    new_draw  gives what draws, for one thread alone: it may keep what it drew before

    A frame that shows what the one before shows is the same array.
    """
    shown: tuple[Array, Array] | None = None
    frame: Array | None = None
    for index, drawing in enumerate(_drawings(poses, new_draw, threads)):
        if ground is None:
            yield drawing
            continue
        behind = ground.frame(float(index / rate))
        if frame is None or shown is None or shown[0] is not drawing or shown[1] is not behind:
            frame, shown = laid_over(drawing, behind), (drawing, behind)
        yield frame


def _drawings(poses: Iterable[Pose], new_draw: Callable[[], Draw], threads: int) -> Iterator[Array]:
    """The drawings in order, some holds ahead of what is asked for."""
    own = threading.local()

    def draw_hold(hold: list[Pose]) -> list[Array]:
        if not hasattr(own, "draw"):
            own.draw = new_draw()
        made: dict[Pose, Array] = {}
        for pose in hold:
            if pose not in made:
                made[pose] = own.draw(pose)
        return [made[pose] for pose in hold]

    last: tuple[Pose, Array] | None = None
    waiting: deque[tuple[list[Pose], Future[list[Array]]]] = deque()
    holds = _holds(map(rounded, poses))
    with ThreadPoolExecutor(threads, thread_name_prefix="cels") as pool:
        try:
            while True:
                while len(waiting) < _AHEAD + threads and (hold := next(holds, None)):
                    waiting.append((hold, pool.submit(draw_hold, hold)))
                if not waiting:
                    return
                hold, drawings = waiting.popleft()
                for pose, drawing in zip(hold, drawings.result(), strict=True):
                    if last is None or last[0] != pose:
                        last = pose, drawing
                    yield last[1]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _holds(poses: Iterable[Pose]) -> Iterator[list[Pose]]:
    """Poses that follow each other and differ in the face alone, together."""
    for _, held in groupby(poses, key=_body_of):
        while part := list(islice(held, _MOST_HELD)):
            yield part


def _body_of(pose: Pose) -> tuple[object, ...]:
    return tuple(getattr(pose, name) for name in _BODY)


_BODY = tuple(one.name for one in fields(Pose) if one.name not in LIVE_NUMBERS)


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
