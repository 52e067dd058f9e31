"""Which frames to paint: of every shot those that explain most of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from paintreel.fuse.keys import key_name
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.media.motion import LEAST_PX, MotionFinder, sketch
from paintreel.media.reader import read_frames
from paintreel.media.readings import Readings
from paintreel.media.sequence import atomic_folder
from paintreel.media.shots import ClipShot, ShotTimes, find_shots
from paintreel.notes import Note
from paintreel.wording import counted

__all__ = ["PLAN_READINGS", "KeyPlan", "plan_key_frames", "write_key_frames"]

_CANDIDATES = 7
"""Frames of a shot that are compared with each other."""
_ENOUGH, _GAIN, _MOST = 0.75, 0.04, 3
"""No more frames are proposed where so much of a shot is explained, or one more adds less."""
_SIDE_PX = 320
PLAN_READINGS = 3
"""Of a clip whose key frames are planned and written."""


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """times_s: of the frames to paint.  explained: share of the shots that they explain, 0 to 1."""

    times_s: tuple[float, ...]
    explained: float
    shots: int


def plan_key_frames(
    clip: Path,
    *,
    max_pixels: int,
    told: Readings | None = None,
    cancel: threading.Event | None = None,
) -> KeyPlan:
    """The frames of each shot that explain most of it, one to three a shot.

    The clip is read twice, and `told` of both. Raises CancelledError of `concurrent.futures`.
    """
    told = told or Readings(None, clip, parts=PLAN_READINGS)
    shots = find_shots(clip, max_pixels=max_pixels, on_progress=told.reading(0), cancel=cancel)
    times: list[float] = []
    shares: list[float] = []
    for shot, sketches in _by_shot(clip, shots, max_pixels, told, cancel):
        chosen, explained = _chosen(sketches)
        times += chosen
        shares.append(explained * shot.duration_s)
    length_s = sum(shot.duration_s for shot in shots)
    return KeyPlan(tuple(times), sum(shares) / max(length_s, 1e-9), len(shots))


def _by_shot(
    clip: Path,
    shots: Sequence[ClipShot],
    max_pixels: int,
    told: Readings,
    cancel: threading.Event | None,
) -> Iterator[tuple[ClipShot, list[tuple[float, Array]]]]:
    """Each shot and (time, sketch) of frames from all over it; the clip is read once."""
    frames_of = [_candidates(shot.times_s) for shot in shots]
    wanted = {time_s for times_s in frames_of for time_s in times_s}
    of_time = ShotTimes(list(shots))
    seen: list[tuple[float, Array]] = []
    number = 0

    def takes(time: Fraction) -> bool:
        return float(time) in wanted

    def small(width: int, height: int) -> tuple[int, int]:
        scale = min(1.0, _SIDE_PX / max(width, height))
        return max(LEAST_PX, round(width * scale)), max(LEAST_PX, round(height * scale))

    with read_frames(clip, size=small, max_pixels=max_pixels, takes=takes) as frames:
        for frame in frames:
            _check(cancel)
            at = of_time.at(frame.time_s)
            if at != number:
                yield shots[number], seen
                number, seen = at, []
            seen.append((frame.time_s, sketch(frame.pixels)))
            told.on_part(1, frame.time_s / max(shots[-1].end_s, 1e-9))
    yield shots[number], seen


def _candidates(times_s: Sequence[float]) -> list[float]:
    """Times of frames that are compared with each other."""
    count = min(_CANDIDATES, len(times_s))
    places = np.unique(np.linspace(0, len(times_s) - 1, count + 2).round().astype(int))
    return [times_s[place] for place in (places[1:-1] if len(places) > 2 else places)]


def _check(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise CancelledError("cancelled; nothing was written")


def _chosen(sketches: list[tuple[float, Array]]) -> tuple[list[float], float]:
    """(times in order, share of the others that they explain)."""
    find = MotionFinder()
    count = len(sketches)
    explained = np.ones((count, count))  # by the key of the row, of the frame of the column
    for key in range(count):
        for other in range(count):
            if key != other:
                motion = find(sketches[other][1], sketches[key][1])
                explained[key, other] = motion.explained.mean()
    best = [int(explained.mean(axis=1).argmax())]
    while len(best) < min(_MOST, count):
        reached = explained[best].max(axis=0)
        totals = np.maximum(explained, reached).mean(axis=1)
        if reached.mean() >= _ENOUGH or totals.max() - reached.mean() < _GAIN:
            break
        best.append(int(totals.argmax()))
    share = float(explained[best].max(axis=0).mean())
    return sorted(sketches[place][0] for place in best), share


def write_key_frames(
    clip: Path,
    folder: Path,
    plan: KeyPlan,
    *,
    max_pixels: int,
    overwrite: bool = False,
    told: Readings | None = None,
    cancel: threading.Event | None = None,
) -> tuple[Note, ...]:
    """Write the frames of a plan as PNGs to be painted over; the folder appears whole.

    Raises CancelledError of `concurrent.futures`.
    """
    wanted = set(plan.times_s)
    with (
        atomic_folder(folder, overwrite=overwrite) as partial,
        read_frames(clip, max_pixels=max_pixels, takes=lambda t: float(t) in wanted) as frames,
    ):
        partial.mkdir(exist_ok=True)
        for done, frame in enumerate(frames, 1):
            _check(cancel)
            write_picture(partial / key_name(clip, frame.time_s), Picture(frame.pixels))
            if told is not None:
                told.on_part(PLAN_READINGS - 1, done / len(wanted))
    text = (
        f"{counted(len(wanted), 'frame')} to paint, of {counted(plan.shots, 'shot')}: they explain "
        f"{plan.explained:.0%} of the clip; keep their names"
    )
    return (Note("key-frames", text, len(wanted)),)
