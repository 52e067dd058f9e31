"""A few frames of a clip and their paintings on one sheet, before the whole is made."""

from __future__ import annotations

import threading
from bisect import bisect_left
from concurrent.futures import CancelledError
from fractions import Fraction
from pathlib import Path

from paintreel.fuse.frames import Carrier, Finish
from paintreel.fuse.fusing import PreparedClip
from paintreel.imaging.arrays import Array
from paintreel.media.reader import read_frames
from paintreel.media.steps import FrameWork
from paintreel.pictures.contact_sheet import Cell, contact_sheet

__all__ = ["COLUMNS", "preview_sheet"]

COLUMNS = 5
_RUN = 3
"""Frames that are painted at each place; the last is shown."""


def preview_sheet(
    prepared: PreparedClip,
    clip: Path,
    *,
    strength: float,
    steady: float,
    place: Finish | None,
    max_pixels: int,
    cancel: threading.Event | None = None,
) -> Array:
    """Frames from all over the clip above, and their paintings below: (H, W, 3) uint8.

    place: what leaves the rest of a frame as it was, as of `place_of`. Raises CancelledError.
    """
    times = [time_s for shot in prepared.survey.shots for time_s in shot.times_s]
    places = [round((i + 0.5) * len(times) / COLUMNS) for i in range(COLUMNS)]
    shown = sorted({times[min(place, len(times) - 1)] for place in places})
    wanted = {t for time_s in shown for t in times[: times.index(time_s) + 1][-_RUN:]}
    ways = {t for time_s in shown for t in _way_to(prepared, time_s)}

    def takes(time: Fraction) -> bool:
        return float(time) in wanted or float(time) in ways

    def begun() -> FrameWork[None]:
        return prepared.work(steady=steady, strength=strength, finish=place, carrier=carrier)

    carrier = Carrier(prepared.survey)
    work, before, painting = begun(), -1, False
    above: list[Cell] = []
    below: list[Cell] = []
    with read_frames(clip, max_pixels=max_pixels, takes=takes) as frames:
        source = {}
        painted = {}
        for frame in frames:
            if cancel is not None and cancel.is_set():
                raise CancelledError("cancelled; nothing was written")
            number = bisect_left(times, frame.time_s)
            breaks, paints = number != before + 1, frame.time_s in wanted
            if breaks:
                carrier.begin_anew()
            if breaks or paints != painting:  # what is not painted in a row shares no paint
                for done in work.finish():
                    painted[done.time_s] = done.pixels
                work = begun()
            before, painting = number, paints
            if not paints:
                carrier.follow(frame)
                continue
            if frame.time_s in shown:
                source[frame.time_s] = frame.pixels.copy()
            for done in work.push(frame, None):
                painted[done.time_s] = done.pixels
        for done in work.finish():
            painted[done.time_s] = done.pixels
    keys = {key.time_s for key in prepared.survey.all_keys}
    for time_s in shown:
        mark = " (key frame)" if time_s in keys else ""
        above.append(Cell.shrunk(source[time_s], f"{time_s:.2f} s{mark}"))
        below.append(Cell.shrunk(painted[time_s], "painted"))
    return contact_sheet([*above, *below], columns=len(above))


def _way_to(prepared: PreparedClip, time_s: float) -> list[float]:
    """Times of the frames on the way to one, from the key before it, or from where its shot begins.

    A key that comes after has its way back in the survey, unless it is far off.
    """
    survey = prepared.survey
    number = survey.shot_at(time_s)
    keys = survey.keys.get(number, [])
    if not keys:
        return []
    before = [key.time_s for key in keys if key.time_s <= time_s]
    if not before and keys[0].time_s in survey.back.get(time_s, {}):
        return []
    start_s = before[-1] if before else survey.shots[number].start_s
    return [t for t in survey.shots[number].times_s if start_s <= t <= time_s]
