"""A clip looked through before it is painted: its shots, the key frames, the way back to them."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.fuse.keys import Painting, fitted
from paintreel.imaging.arrays import Array
from paintreel.media.carrying import KeyFollower, PaintedKey
from paintreel.media.motion import LEAST_PX, sketch
from paintreel.media.reader import read_frames
from paintreel.media.shots import ClipShot, ShotTimes, find_shots
from paintreel.notes import Note

__all__ = ["SurveyedClip", "survey_clip"]

_BACK_FRAMES = 240
"""Frames before a key that are followed back from it; those farther off are sought without help."""
_BACK_PX, _KEPT_PX = 320, 96
"""Longer side at which they are followed, and at which the motion is kept: 240 of them in 6 MB."""


@dataclass(frozen=True, eq=False)
class SurveyedClip:
    """shots: of the clip.  keys: by shot.  back: {time of a frame: {time of a key: flow to it}}."""

    shots: list[ClipShot]
    keys: dict[int, list[PaintedKey]]
    back: dict[float, dict[float, Array]]
    notes: tuple[Note, ...] = ()
    _times: ShotTimes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_times", ShotTimes(self.shots))

    def shot_at(self, time_s: float) -> int:
        """The number of the shot that is on at a time."""
        return self._times.at(time_s)

    @property
    def all_keys(self) -> list[PaintedKey]:
        """In order of time."""
        return [key for shot in sorted(self.keys) for key in self.keys[shot]]


def survey_clip(
    clip: Path,
    paintings: Sequence[Painting],
    *,
    max_pixels: int,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> SurveyedClip:
    """Find the shots and the frames that were painted.

    Raises InputError for a key frame outside the clip and a painting of another shape than it,
    CancelledError of `concurrent.futures`, and what `read_frames` does.
    """
    shots = find_shots(clip, max_pixels=max_pixels, on_progress=on_progress, cancel=cancel)
    surveyed = SurveyedClip(shots, {}, {})
    timed = [each for each in paintings if each.time_s is not None]
    if not timed:
        return surveyed
    end_s = shots[-1].end_s
    wanted: dict[float, Painting] = {}
    for each in timed:
        assert each.time_s is not None
        if each.time_s > end_s:
            raise InputError(
                f"{each.name} is of the frame at {each.time_s:g} s, but {clip} ends at "
                f"{end_s:.3f} s"
            )
        # A name has its time to the thousandth.
        at_s = shots[surveyed.shot_at(each.time_s + 6e-4)].frame_at(each.time_s + 6e-4)
        if at_s in wanted:
            raise InputError(f"{each.name} and {wanted[at_s].name} are of one frame, at {at_s:g} s")
        wanted[at_s] = each
    notes = _find_keys(clip, wanted, surveyed, max_pixels, cancel)
    missing = [index for index in range(len(shots)) if index not in surveyed.keys]
    if missing:
        first = shots[missing[0]].start_s
        text = (
            f"{len(missing)} of {len(shots)} shots have no key frame (the first at {first:.2f} s): "
            "painted in the manner of the others; paint one of each for more ('--plan' says which)"
        )
        notes.append(Note("shots-without-key", text, len(missing)))
    return SurveyedClip(shots, surveyed.keys, surveyed.back, tuple(notes))


def _find_keys(
    clip: Path,
    wanted: dict[float, Painting],
    surveyed: SurveyedClip,
    max_pixels: int,
    cancel: threading.Event | None,
) -> list[Note]:
    """Fill in keys and the motion back to them."""
    notes: list[Note] = []
    ranges = []
    for at_s in wanted:
        times = surveyed.shots[surveyed.shot_at(at_s)].times_s
        place = bisect_right(times, at_s) - 1
        ranges.append((times[max(0, place - _BACK_FRAMES)], at_s))
    before: deque[tuple[float, Array]] = deque(maxlen=_BACK_FRAMES)
    shot_before = -1

    def takes(time: Fraction) -> bool:
        return any(low - 1e-6 <= float(time) <= high + 1e-6 for low, high in ranges)

    with read_frames(clip, max_pixels=max_pixels, takes=takes) as frames:
        for frame in frames:
            if cancel is not None and cancel.is_set():
                raise CancelledError("cancelled; nothing was written")
            shot = surveyed.shot_at(frame.time_s)
            if shot != shot_before:
                before.clear()
                shot_before = shot
            small = _smaller(sketch(frame.pixels))
            if frame.time_s in wanted:
                paint, told = fitted(wanted[frame.time_s], frame.pixels)
                notes += told
                key = PaintedKey(frame.pixels.copy(), paint, frame.time_s)
                surveyed.keys.setdefault(shot, []).append(key)
                follow = KeyFollower(small)
                for time_s, earlier in reversed(before):
                    flow = _kept(follow(earlier).flow)
                    surveyed.back.setdefault(time_s, {})[frame.time_s] = flow
            before.append((frame.time_s, small))
    return notes


def _smaller(small: Array) -> Array:
    scale = min(1.0, _BACK_PX / max(small.shape[:2]))
    size = [max(LEAST_PX, round(side * scale)) for side in small.shape[1::-1]]
    return cv2.resize(small, size, interpolation=cv2.INTER_AREA)


def _kept(flow: Array) -> Array:
    """As f16 of a share of the size: in pixels of the kept array."""
    height, width = flow.shape[:2]
    scale = min(1.0, _KEPT_PX / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    small = cv2.resize(flow, size, interpolation=cv2.INTER_AREA)
    scales = np.array([size[0] / width, size[1] / height], np.float32)
    kept: Array = (small * scales).astype(np.float16)
    return kept
