"""The shots of a clip: where each begins and ends, and which frames it has."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from paintreel.imaging.geometry import fit_max_side
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.cuts import CutDetector
from paintreel.media.frame import Frame
from paintreel.media.reader import read_frames

__all__ = ["LEAST_SHOT_S", "ClipShot", "ShotTimes", "find_shots"]

LEAST_SHOT_S = 0.25
"""What is shorter is a flash, and belongs to the shot before it."""

_ROUNDING_S = 1e-6
_SIDE_PX = 384
"""Longer side of the frames that are compared: the detector makes them no larger itself."""


@dataclass(frozen=True, slots=True)
class ClipShot:
    """A shot.

    times_s  when each of its frames is shown, in seconds, ascending, one at least
    end_s    when the last goes out of sight
    """

    times_s: tuple[float, ...]
    end_s: float

    @property
    def start_s(self) -> float:
        """When it begins, in seconds."""
        return self.times_s[0]

    @property
    def duration_s(self) -> float:
        """How long it is, in seconds."""
        return self.end_s - self.start_s

    def frame_at(self, time_s: float) -> float:
        """The time of the frame that is in sight at `time_s`; before the first, of the first.

        >>> ClipShot((1.0, 1.5, 2.0), 4.0).frame_at(1.7)
        1.5
        """
        return self.times_s[max(0, bisect_right(self.times_s, time_s) - 1)]


class ShotTimes:
    """Which of several shots, in order and without gaps, is on at a time."""

    def __init__(self, shots: Iterable[ClipShot]) -> None:
        self._starts_s = [shot.start_s for shot in shots]

    def at(self, time_s: float) -> int:
        """The number of the shot; before the first, of the first.

        A microsecond before a shot begins it is on: times that were rounded mean its first frame.
        """
        return max(0, bisect_right(self._starts_s, time_s + _ROUNDING_S) - 1)


def find_shots(
    path: str | PathLike[str],
    *,
    max_pixels: int = MAX_FRAME_PIXELS,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
    look: Callable[[Frame, bool], None] | None = None,
) -> list[ClipShot]:
    """The shots of a clip or animated picture in order, one at least, without gaps.

    Cuts are those of `CutDetector`; the whole clip is decoded, small. Fades and dissolves part no
    shots, and what is shorter than `LEAST_SHOT_S` is none.

    on_progress  called with (frames read, frames expected or None)
    cancel       set to stop before the next frame
    look         called with every frame, small, and whether it follows a cut

    Raises what `read_frames` does, and `CancelledError` of `concurrent.futures`.
    """
    begins_shot = CutDetector()
    shots: list[list[float]] = []
    with read_frames(Path(path), size=_small, max_pixels=max_pixels) as frames:
        for frame in frames:
            if cancel is not None and cancel.is_set():
                raise CancelledError
            end_s = float((frame.pts + frame.duration) * frame.time_base)
            begins = begins_shot(frame.pixels)
            if begins:
                shots.append([])
            if look is not None:
                look(frame, begins)
            shots[-1].append(frame.time_s)
            if on_progress is not None:
                on_progress(frame.index + 1, frames.info.expected_frames)
        end_s = max(end_s, frames.info.duration_s or 0.0)
    return _without_flashes(shots, end_s)


def _without_flashes(shots: list[list[float]], end_s: float) -> list[ClipShot]:
    """Flashes join the shot before; one at the very beginning the shot after it."""
    starts_s = [times[0] for times in shots]
    joined: list[list[float]] = []
    for times, next_s in zip(shots, [*starts_s[1:], end_s], strict=True):
        is_flash = next_s - times[0] < LEAST_SHOT_S
        opens_with_flash = len(joined) == 1 and times[0] - joined[0][0] < LEAST_SHOT_S
        if joined and (is_flash or opens_with_flash):
            joined[-1] += times
        else:
            joined.append(list(times))
    ends = [*(times[0] for times in joined[1:]), end_s]
    return [ClipShot(tuple(times), end) for times, end in zip(joined, ends, strict=True)]


def _small(width_px: int, height_px: int) -> tuple[int, int]:
    return fit_max_side(width_px, height_px, _SIDE_PX)
