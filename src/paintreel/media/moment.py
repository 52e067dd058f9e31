"""One frame of a clip, by its time."""

from __future__ import annotations

from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.reader import read_frames

__all__ = ["frame_at", "length_of"]


def frame_at(path: Path, at_s: float | None, *, max_pixels: int = MAX_FRAME_PIXELS) -> Array:
    """The frame of a clip that is seen `at_s` seconds after its start, (H, W, 3) uint8.

    at_s: None takes the middle of what the header says. Raises InputError where the clip ends
    before, and what `read_frames` does.
    """
    with read_frames(path, max_pixels=max_pixels) as frames:
        length_s = frames.info.duration_s
        wanted_s = at_s if at_s is not None else (length_s or 0) / 2
        shown: Array | None = None
        start_s = 0.0
        for frame in frames:
            start_s = float(frame.pts * frame.time_base)
            if shown is not None and start_s > wanted_s:
                return shown
            shown = frame.pixels
    if shown is None or (at_s is not None and at_s > max(start_s, length_s or 0)):
        raise InputError(f"{path} ends at {max(start_s, length_s or 0):.2f} s, --at is {at_s:g}")
    return shown


def length_of(path: Path) -> float | None:
    """Seconds that the header of a clip states; None where it states none."""
    with read_frames(path) as frames:
        return frames.info.duration_s
