"""Paintings as they are handed in: read, timed, and fitted to the frame that each is of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha, to_8bit, to_float
from paintreel.imaging.files import IMAGE_SUFFIXES, read_picture
from paintreel.imaging.geometry import resize
from paintreel.notes import Note
from paintreel.pictures.paper import laid_over, rgb8_on_white

__all__ = [
    "Painting",
    "fitted",
    "key_name",
    "list_paintings",
    "paintings_of",
    "read_paintings",
    "time_in_name",
]

_TIMED = re.compile(r"-key-(\d+(?:\.\d+)?)s(?:[^0-9.].*)?$")
_ASPECT = 0.015


@dataclass(frozen=True, eq=False)
class Painting:
    """pixels: (H, W, 3), or with straight alpha (H, W, 4) or grey (H, W, 2), uint8.

    time_s: of the frame that it is of; None of a free one, which has no alpha.
    """

    name: str
    pixels: Array
    time_s: float | None


def key_name(clip: Path, time_s: float) -> str:
    """The name of the frame at a time, as `--plan` writes it.

    >>> key_name(Path("walk.mp4"), 2.5)
    'walk-key-0002.500s.png'
    """
    return f"{clip.stem}-key-{time_s:08.3f}s.png"


def time_in_name(path: Path) -> float | None:
    """The time that a name of `key_name` says, painted over and saved under another suffix or not.

    >>> time_in_name(Path("walk-key-0002.500s.tif")), time_in_name(Path("walk.png"))
    (2.5, None)
    """
    found = _TIMED.search(path.stem)
    return float(found[1]) if found else None


def list_paintings(given: Sequence[str | PathLike[str]]) -> list[Path]:
    """Files, and those in folders, in order. Raises InputError for a folder without any."""
    paths: list[Path] = []
    for each in map(Path, given):
        if not each.is_dir():
            paths.append(each)
            continue
        found = sorted(
            p for p in each.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and not p.is_dir()
        )
        if not found:
            raise InputError(f"folder {each} holds no paintings; expected PNG, JPEG ...")
        paths += found
    return paths


def read_paintings(
    paths: Sequence[Path], times_s: Sequence[float], *, max_pixels: int
) -> tuple[list[Painting], tuple[Note, ...]]:
    """Paintings and notes. times_s: one for each, or none: then their names may say them.

    Raises InputError where there are another number of times than paintings, or two of one time.
    """
    if times_s and len(times_s) != len(paths):
        raise InputError(
            f"got {len(times_s)} key frames for {len(paths)} paintings; give one --key-frame for "
            "each, in the order of the paintings"
        )
    times: Sequence[float | None] = times_s or [time_in_name(path) for path in paths]
    return paintings_of(
        (str(path), read_picture(path, max_pixels=max_pixels).pixels, time_s)
        for path, time_s in zip(paths, times, strict=True)
    )


def paintings_of(
    given: Iterable[tuple[str, Array, float | None]],
) -> tuple[list[Painting], tuple[Note, ...]]:
    """Paintings of (name, pixels of any layout, time or None), files or arrays, and notes.

    Raises InputError for two of one time, and where some have a time and others have not.
    """
    paintings, notes = [], []
    for name, pixels, time_s in given:
        kept, (_, alpha) = pixels, split_alpha(pixels)
        is_clear = alpha is not None and to_float(alpha).min() < 1
        if not is_clear or time_s is None:
            kept = rgb8_on_white(pixels)
        if is_clear:
            ground = "on white" if time_s is None else "over the frame that it is of"
            notes.append(Note("painting-laid", f"{name} is transparent: laid {ground}", 1))
        paintings.append(Painting(name, to_8bit(kept), time_s))
    timed = [each.time_s for each in paintings if each.time_s is not None]
    if len(set(timed)) < len(timed):
        raise InputError(f"two paintings are of one time; their times are {sorted(timed)}")
    free = [each.name for each in paintings if each.time_s is None]
    if free and timed:
        raise InputError(
            f"{free[0]} has no time and others have; give a --key-frame for each painting"
        )
    if free:
        text = (
            "no --key-frame: taken as a free painting, whose colours are given to the clip and its "
            "touch is not; paint one of its frames ('--plan' says which), or train a style"
        )
        notes.append(Note("free-painting", text, len(free)))
    return paintings, tuple(notes)


def fitted(painting: Painting, frame: Array) -> tuple[Array, tuple[Note, ...]]:
    """A painting at the size of its frame, laid over it where it is clear: (H, W, 3) uint8.

    frame: (H, W, 3) uint8. Raises InputError for another shape.
    """
    rows, columns = painting.pixels.shape[:2]
    height_px, width_px = frame.shape[:2]
    if (rows, columns) == (height_px, width_px):
        return laid_over(painting.pixels, frame), ()
    if abs(np.log(columns / rows * height_px / width_px)) > _ASPECT:
        raise InputError(
            f"{painting.name} is {columns}x{rows}, its frame {width_px}x{height_px}: "
            "another shape; "
            "paint over the frame as --plan writes it, or crop the painting to its shape"
        )
    text = f"a painting of {columns}x{rows} made {width_px}x{height_px}, as the frames are"
    fit = resize(painting.pixels, width_px, height_px)
    return laid_over(fit, frame), (Note("painting-resized", text, 1),)
