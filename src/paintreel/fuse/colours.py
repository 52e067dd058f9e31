"""A free painting, of no frame: its colours are given to the shots of a clip."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from fractions import Fraction
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.media.reader import read_frames
from paintreel.media.shots import ClipShot, ShotTimes
from paintreel.pictures.colour_moments import ColourMoments, MomentTransfer

__all__ = ["shot_colours"]

_FRAMES, _SIDE_PX = 5, 192
"""Frames of a shot whose colours stand for all of it, so that none breathes; their longer side."""


def shot_colours(
    clip: Path,
    shots: Sequence[ClipShot],
    paintings: Sequence[Array],
    *,
    max_pixels: int,
    cancel: threading.Event | None = None,
) -> dict[int, MomentTransfer]:
    """{number of a shot: what gives its frames the colours of the paintings}.

    paintings: (H, W, 3) uint8 each. Raises CancelledError, and what `read_frames` does.
    """
    wanted = ColourMoments.of([_small(painting) for painting in paintings])
    times = {t for shot in shots for t in _spread(shot.times_s)}
    of_time = ShotTimes(list(shots))
    seen: dict[int, list[Array]] = {}

    def takes(time: Fraction) -> bool:
        return float(time) in times

    def size(width: int, height: int) -> tuple[int, int]:
        return fit_max_side(width, height, _SIDE_PX)

    with read_frames(clip, size=size, max_pixels=max_pixels, takes=takes) as frames:
        for frame in frames:
            if cancel is not None and cancel.is_set():
                raise CancelledError("cancelled; nothing was written")
            rgb = np.ascontiguousarray(frame.pixels[..., :3])
            seen.setdefault(of_time.at(frame.time_s), []).append(rgb)
    return {
        number: MomentTransfer(ColourMoments.of(pictures), wanted)
        for number, pictures in seen.items()
    }


def _small(picture: Array) -> Array:
    height, width = picture.shape[:2]
    return resize(picture, *fit_max_side(width, height, _SIDE_PX))


def _spread(times_s: Sequence[float]) -> list[float]:
    """Times of frames from all over a shot."""
    places = (np.arange(_FRAMES) + 0.5) * len(times_s) / _FRAMES
    return [times_s[place] for place in np.unique(places.astype(int))]
