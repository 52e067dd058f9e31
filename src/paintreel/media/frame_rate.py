"""Fewer frames a second: those that are left keep their times, sound goes by untouched."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from paintreel.errors import InputError
from paintreel.media.codecs import MAX_FPS
from paintreel.media.frame import Frame
from paintreel.notes import Note
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["FewerFrames", "check_fps", "even_rate"]

# Containers round times to milliseconds, and that of the start: by so much a frame may lie before
# its place.
_ROUNDED_S = Fraction(3, 2000)
_SECOND = 1 - _ROUNDED_S


def check_fps(fps: float | Fraction) -> None:
    """Raise InputError unless `fps` is a number above 0, at most MAX_FPS."""
    is_number = isinstance(fps, (int, float, Fraction)) and not isinstance(fps, bool)
    if not is_number or not 0 < fps <= MAX_FPS:
        raise InputError(f"fps is {fps!r}, expected a number above 0, at most {MAX_FPS}")


def even_rate(rate: Fraction | None, most: float) -> Fraction:
    """At most `most` frames a second, as every n-th frame of a clip of `rate`, so that it is even.

    >>> even_rate(Fraction(24), 15), even_rate(Fraction(60), 15), even_rate(None, 15)
    (Fraction(12, 1), Fraction(15, 1), Fraction(15, 1))
    """
    limit = Fraction(most)
    return limit if not rate else rate / ceil(rate / limit)


class FewerFrames:
    """Passes on at most `rate` frames a second, and all packets.

    Of the frames that fall on one place of that rate the first is kept, at its own time, unless a
    second would hold more than `rate`; it is shown until the next one that is kept. `dropped`
    counts the others. `text` says in the note why.
    """

    def __init__(self, rate: Fraction, text: str, *, loss: bool) -> None:
        self.dropped = 0
        self._rate, self._text, self._loss = rate, text, loss

    def __call__(
        self, events: Iterable[Frame | Packet[Stream]]
    ) -> Iterator[Frame | Packet[Stream]]:
        """The packets of `events`, and of its frames those that are kept."""
        kept: Frame | None = None
        place, end = 0, 0
        last_times: deque[Fraction] = deque(maxlen=ceil(self._rate))
        for event in events:
            if not isinstance(event, Frame):
                yield event
                continue
            time = event.pts * event.time_base + _ROUNDED_S
            here = floor(time * self._rate)
            end = max(end, event.pts + event.duration)
            is_full = len(last_times) == last_times.maxlen and time - last_times[0] < _SECOND
            if kept is not None and (here <= place or is_full):
                self.dropped += 1
                continue
            if kept is not None:
                yield _shown_until(kept, event.pts)
            kept, place = event, here
            last_times.append(time)
        if kept is not None:
            yield _shown_until(kept, end)

    def notes(self) -> tuple[Note, ...]:
        """What was left out."""
        if not self.dropped:
            return ()
        text = f"{counted(self.dropped, 'frame')} left out {self._text}"
        return (Note("frame-rate-lowered", text, self.dropped, loss=self._loss),)


def _shown_until(frame: Frame, end: int) -> Frame:
    return replace(frame, duration=max(frame.duration, end - frame.pts))
