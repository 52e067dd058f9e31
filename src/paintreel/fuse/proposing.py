"""Which frames to paint: of every shot those that explain most of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from paintreel.fuse.keys import key_name
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.media.motion import MotionFinder, sketch
from paintreel.media.reader import read_frames
from paintreel.media.sequence import atomic_folder
from paintreel.media.shots import ClipShot, find_shots
from paintreel.notes import Note

__all__ = ["KeyPlan", "plan_key_frames", "write_key_frames"]

_CANDIDATES = 7
"""Frames of a shot that are compared with each other."""
_ENOUGH, _GAIN, _MOST = 0.75, 0.04, 3
"""No more frames are proposed where so much of a shot is explained, or one more adds less."""
_SIDE_PX = 320


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
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> KeyPlan:
    """The frames of each shot that explain most of it, one to three a shot."""
    shots = find_shots(clip, max_pixels=max_pixels, on_progress=on_progress, cancel=cancel)
    times: list[float] = []
    shares: list[float] = []
    for shot in shots:
        chosen, explained = _chosen(_sketches(clip, shot, max_pixels))
        times += chosen
        shares.append(explained * shot.duration_s)
    length_s = sum(shot.duration_s for shot in shots)
    return KeyPlan(tuple(times), sum(shares) / max(length_s, 1e-9), len(shots))


def _sketches(clip: Path, shot: ClipShot, max_pixels: int) -> list[tuple[float, Array]]:
    count = min(_CANDIDATES, len(shot.times_s))
    places = np.unique(np.linspace(0, len(shot.times_s) - 1, count + 2).round().astype(int))
    inner = places[1:-1] if len(places) > 2 else places
    wanted = {shot.times_s[place] for place in inner}

    def takes(time: Fraction) -> bool:
        return float(time) in wanted

    def small(width: int, height: int) -> tuple[int, int]:
        scale = min(1.0, _SIDE_PX / max(width, height))
        return max(48, round(width * scale)), max(48, round(height * scale))

    with read_frames(clip, size=small, max_pixels=max_pixels, takes=takes) as frames:
        return [(frame.time_s, sketch(frame.pixels)) for frame in frames]


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
) -> tuple[Note, ...]:
    """Write the frames of a plan as PNGs to be painted over; the folder appears whole."""
    wanted = set(plan.times_s)
    with (
        atomic_folder(folder, overwrite=overwrite) as partial,
        read_frames(clip, max_pixels=max_pixels, takes=lambda t: float(t) in wanted) as frames,
    ):
        partial.mkdir(exist_ok=True)
        for frame in frames:
            write_picture(partial / key_name(clip, frame.time_s), Picture(frame.pixels))
    text = (
        f"{len(wanted)} of {plan.shots} shots' frames to paint, which explain "
        f"{plan.explained:.0%} of the clip; keep their names"
    )
    return (Note("key-frames", text, len(wanted)),)
