"""Times of frames as a container can state them: rounded to its ticks, and no two alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Protocol

from paintreel.media.containers import Container
from paintreel.media.frame import Frame
from paintreel.notes import Note
from paintreel.wording import counted

__all__ = ["Pacer", "pacer_for"]


class Pacer(Protocol):
    """Gives frames their times in the container. `dropped` counts those that have none."""

    dropped: int

    def push(self, frame: Frame) -> Iterator[Frame]:
        """The frames that are ready to be written now that `frame` has come."""

    def finish(self) -> Iterator[Frame]:
        """The frames that are left at the end."""

    def notes(self) -> tuple[Note, ...]:
        """What became of frames that fall on the same tick."""


def pacer_for(container: Container, source_time_base: Fraction, *, from_animation: bool) -> Pacer:
    """The pacer of a clip in `container`.

    Animations keep each frame for `Container.min_duration` ticks at least, or a single tick where
    the source is one itself, whose author chose so short a time; other clips keep every frame.
    """
    time_base = container.time_base or source_time_base
    if container.kind == "animation":
        return _Thinning(container, time_base, 1 if from_animation else container.min_duration)
    return _Nudging(container, time_base)


class _Nudging:
    """Rounds, and moves a frame that would fall on the one before to the next tick."""

    def __init__(self, container: Container, time_base: Fraction) -> None:
        self.dropped = self._nudged = 0
        self._container, self._time_base = container, time_base
        self._last: int | None = None

    def push(self, frame: Frame) -> Iterator[Frame]:
        paced = frame
        if frame.time_base != self._time_base:
            ratio = frame.time_base / self._time_base
            pts = _nearest(frame.pts * ratio)
            duration = max(1, _nearest((frame.pts + frame.duration) * ratio) - pts)
            paced = replace(frame, pts=pts, duration=duration, time_base=self._time_base)
        if self._last is not None and paced.pts <= self._last:
            paced = replace(paced, pts=self._last + 1)
            self._nudged += 1
        self._last = paced.pts
        yield paced

    def finish(self) -> Iterator[Frame]:
        return iter(())

    def notes(self) -> tuple[Note, ...]:
        if not self._nudged:
            return ()
        tick_ms = float(self._time_base * 1000)
        text = (
            f"{counted(self._nudged, 'frame')} moved on, as {self._container.title} states times "
            f"to {tick_ms:g} ms"
        )
        return (Note("frames-retimed", text, self._nudged),)


class _Thinning:
    """Rounds, and of frames that are shown for too few ticks drops the one shown shortest.

    Its neighbour is shown for as long more, so that all the others keep their times. Two frames are
    held back: how long one is shown is known when the next comes, and the last may be too short.
    """

    def __init__(self, container: Container, time_base: Fraction, shortest: int) -> None:
        self.dropped = 0
        self._container, self._time_base, self._shortest = container, time_base, shortest
        self._ready: Frame | None = None
        self._waiting: Frame | None = None
        self._start = 0  # of the one that waits, in ticks
        self._end_s = Fraction(0)

    def push(self, frame: Frame) -> Iterator[Frame]:
        start = _nearest(frame.pts * frame.time_base / self._time_base)
        before = self._waiting
        if before is None:
            self._waiting, self._start = frame, start
        elif start - self._start >= self._shortest:
            if self._ready is not None:
                yield self._ready
            self._ready = self._paced(before, start)
            self._waiting, self._start = frame, start
        else:
            self.dropped += 1
            if _shown_s(frame) > frame.pts * frame.time_base - before.pts * before.time_base:
                self._waiting = frame
                # The one before it, if there is one, goes on until this one comes.
                self._start = start if self._ready is not None else self._start
        self._end_s = max(self._end_s, frame.pts * frame.time_base + _shown_s(frame))

    def finish(self) -> Iterator[Frame]:
        last, ready, self._waiting, self._ready = self._waiting, self._ready, None, None
        if last is None:
            return
        end = _nearest(self._end_s / self._time_base)
        if ready is not None and end - self._start < self._shortest:
            self.dropped += 1
            yield replace(ready, duration=end - ready.pts)
            return
        if ready is not None:
            yield ready
        yield self._paced(last, max(end, self._start + self._shortest))

    def notes(self) -> tuple[Note, ...]:
        if not self.dropped:
            return ()
        shortest_ms = float(self._shortest * self._time_base * 1000)
        text = (
            f"{counted(self.dropped, 'frame')} left out: {self._container.title} shows none for "
            f"less than {shortest_ms:g} ms"
        )
        return (Note("frames-dropped", text, self.dropped, loss=True),)

    def _paced(self, frame: Frame, end: int) -> Frame:
        duration = end - self._start
        return replace(frame, pts=self._start, duration=duration, time_base=self._time_base)


def _shown_s(frame: Frame) -> Fraction:
    return frame.duration * frame.time_base


def _nearest(ticks: Fraction) -> int:
    """As FFmpeg rounds: a half goes up, where Python's `round` takes the even one."""
    return floor(ticks + Fraction(1, 2))
