"""What is done to the frames of a clip, in steps that run in different threads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.frame import Frame
from paintreel.notes import Note

__all__ = ["FrameWork", "TwoSteps", "work_of"]

T = TypeVar("T")


class FrameWork(ABC, Generic[T]):
    """Makes of the frames of a clip others, as many, each at its time; it may look ahead.

    at_once  on how many frames first steps work at the same time, each in a thread of its own;
             0 where there is no first step
    """

    at_once: int = 0

    def begin(self, frame: Frame) -> Callable[[], T]:
        """The first step of a frame. Called in order, in the thread that reads."""
        raise NotImplementedError

    @abstractmethod
    def push(self, frame: Frame, result: T | None) -> Iterator[Frame]:
        """The frames that are ready now that `frame` has come, with the result of its first step.

        Called in order, in the thread of the caller, as `finish` is.
        """

    def finish(self) -> Iterator[Frame]:
        """The frames that are left at the end."""
        return iter(())

    def notes(self) -> tuple[Note, ...]:
        """What happened on the way, so far."""
        return ()


@dataclass(frozen=True, slots=True)
class TwoSteps(Generic[T]):
    """A function of frames whose first step, mostly the longer, takes each frame by itself.

    begin    called with every frame in order, in the thread that reads; gives the first step of
             this frame, a function of nothing
    finish   takes the frame and what the first step gave, in order; gives the changed frame
    at_once  on how many frames first steps work at the same time, each in a thread of its own

    Frames are (H, W, 3) uint8 RGB, not to be written to.
    """

    begin: Callable[[Array], Callable[[], T]]
    finish: Callable[[Array, T], Array]
    at_once: int = 1


def work_of(fn: Callable[[Array], Array] | TwoSteps[Any] | FrameWork[Any]) -> FrameWork[Any]:
    """A function of pixels, in one step or two, as work on frames."""
    if isinstance(fn, FrameWork):
        return fn
    return _InTwoSteps(fn) if isinstance(fn, TwoSteps) else _InOneStep(fn)


class _InOneStep(FrameWork[None]):
    def __init__(self, fn: Callable[[Array], Array]) -> None:
        self._fn = fn

    def push(self, frame: Frame, result: None) -> Iterator[Frame]:
        yield replace(frame, pixels=_checked(self._fn(frame.pixels), frame.pixels))


class _InTwoSteps(FrameWork[T]):
    def __init__(self, steps: TwoSteps[T]) -> None:
        self._steps, self.at_once = steps, steps.at_once

    def begin(self, frame: Frame) -> Callable[[], T]:
        return self._steps.begin(frame.pixels)

    def push(self, frame: Frame, result: Any) -> Iterator[Frame]:
        changed = self._steps.finish(frame.pixels, result)
        yield replace(frame, pixels=_checked(changed, frame.pixels))


def _checked(changed: Array, original: Array) -> Array:
    """`changed`, contiguous. Raises `InputError` unless it is a frame like `original`."""
    got = (getattr(changed, "shape", None), getattr(changed, "dtype", None))
    if got != (original.shape, original.dtype):
        raise InputError(
            f"the function must give a frame {original.shape} uint8 for each, got "
            f"{type(changed).__name__} {got[0]} {got[1]}"
        )
    return np.ascontiguousarray(changed)
