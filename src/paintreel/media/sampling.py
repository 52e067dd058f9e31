"""A function of some frames of a clip, at even steps or at times, the others unconverted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from os import PathLike
from pathlib import Path
from typing import Generic, TypeVar

from paintreel.errors import InputError
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo
from paintreel.media.frame import Frame
from paintreel.media.pipeline import run_stages
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames
from paintreel.notes import Note

__all__ = ["EvenTimes", "Sampled", "TheseTimes", "sample_clip", "usual_step_s"]

T = TypeVar("T")

_STEP_S, _LEAST_SAMPLES = 1.0, 12
# Containers round times to milliseconds: by so much a frame may lie before its place.
_ROUNDED_S = Fraction(3, 2000)
_ROUNDED_FLOAT_S = Fraction(1, 1_000_000)
_WAITING = 3  # frames between the thread that decodes and the one that works


class EvenTimes:
    """Takes the first frame of each stretch of `every_s` seconds, counted from 0; 0 takes all.

    >>> takes = EvenTimes(0.5)
    >>> [float(t) for t in map(Fraction, ("0", "0.25", "0.499", "0.75", "1.1")) if takes(t)]
    [0.0, 0.499, 1.1]
    """

    def __init__(self, every_s: float) -> None:
        if not every_s >= 0:
            raise InputError(f"every_s is {every_s!r}, expected seconds, 0 for every frame")
        self._every_s = Fraction(str(every_s))
        self._place = -1

    def __call__(self, time_s: Fraction) -> bool:
        """Whether the frame of that time is taken; asked in the order of times."""
        if not self._every_s:
            return True
        place = floor((time_s + _ROUNDED_S) / self._every_s)
        if place <= self._place:
            return False
        self._place = place
        return True


class TheseTimes:
    """Takes the frames of these times, in seconds and ascending; the next where there is none.

    >>> takes = TheseTimes([0.25, 0.6, 1.0])
    >>> [float(t) for t in map(Fraction, ("0", "0.25", "0.5", "0.75", "1", "2")) if takes(t)]
    [0.25, 0.75, 1.0]
    """

    def __init__(self, times_s: Sequence[float]) -> None:
        self._times_s = [Fraction(time_s) for time_s in times_s]
        self._next = 0

    def __call__(self, time_s: Fraction) -> bool:
        """Whether the frame of that time is taken; asked in the order of times."""
        due = self._next
        while due < len(self._times_s) and self._times_s[due] <= time_s + _ROUNDED_FLOAT_S:
            due += 1
        taken, self._next = due > self._next, due
        return taken


def usual_step_s(duration_s: float | None) -> float:
    """Seconds from sample to sample where none are asked for: one, less in clips below 12 s.

    >>> usual_step_s(90.0), usual_step_s(3.0)
    (1.0, 0.25)
    """
    return _STEP_S if not duration_s else min(_STEP_S, duration_s / _LEAST_SAMPLES)


@dataclass(frozen=True, slots=True)
class Sampled(Generic[T]):
    """What `sample_clip` made.

    values   (time in seconds, what the function gave) of every frame taken, in order
    end_s    when the last of them goes out of sight, as far as the clip says
    every_s  seconds from sample to sample
    notes    what happened while reading
    """

    values: tuple[tuple[float, T], ...]
    end_s: float
    every_s: float
    notes: tuple[Note, ...] = ()


def sample_clip(
    path: str | PathLike[str],
    fn: Callable[[Frame], T],
    *,
    every_s: float | None = None,
    at_s: Sequence[float] | None = None,
    max_pixels: int = MAX_FRAME_PIXELS,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> Sampled[T]:
    """`fn` of the frames of a clip or animated picture, one every `every_s` seconds.

    every_s      None: as `usual_step_s` has it; 0 takes every frame
    at_s         takes the frames of these times instead, as `TheseTimes` does
    on_progress  called with (frames read, frames expected or None)
    cancel       set to stop before the next frame

    `fn` runs in the calling thread while another decodes; a few frames are in memory. Raises what
    `read_frames` does, `InputError`, `CancelledError` of `concurrent.futures`, and what `fn` does.
    """
    info: VideoInfo = probe(path, max_pixels=max_pixels)
    step_s = usual_step_s(info.duration_s) if every_s is None else every_s
    values: list[tuple[float, T]] = []
    end_s = 0.0

    def work(frame: Frame) -> Iterator[tuple[float, T]]:
        nonlocal end_s
        if cancel is not None and cancel.is_set():
            raise CancelledError
        end_s = float((frame.pts + frame.duration) * frame.time_base)
        done = frame.time_s, fn(frame)
        if on_progress is not None:
            on_progress(frame.index + 1, info.expected_frames)
        yield done

    takes = EvenTimes(step_s) if at_s is None else TheseTimes(at_s)
    with read_frames(Path(path), max_pixels=max_pixels, takes=takes) as frames:
        run_stages(frames, work, values.append, capacity=_WAITING, cost=lambda _: 1)
        notes = frames.notes()
    return Sampled(tuple(values), max(end_s, info.duration_s or 0.0), step_s, notes)
