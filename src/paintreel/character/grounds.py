"""What a character stands before: nothing, a colour, a picture, a clip, or a painted scene."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, to_8bit
from paintreel.imaging.files import read_picture
from paintreel.jobs.find import kind_of
from paintreel.media.frame import FrameSource
from paintreel.media.reader import read_frames
from paintreel.notes import Note
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.shown import shown_pixels
from paintreel.rig.figure import WHITE_LIGHT, FigureLight

__all__ = ["Ground", "covering", "light_before", "named_ground", "open_ground", "scene_phrase"]

_CUT_SHARE = 0.02
_LONGEST_NAME = 240
_LIGHT_STRENGTH = 0.45
_SEED = re.compile(r"^(?P<words>.+?):(?P<seed>\d+)$")


class Ground(Protocol):
    """Frames to stand before, of one size."""

    def frame(self, t_s: float) -> Array:
        """(H, W, 3) uint8 RGB at a time; the same array as long as it is the same picture."""
        ...

    def notes(self) -> tuple[Note, ...]:
        """What the user should know, so far."""
        ...

    def close(self) -> None:
        """Close its file."""
        ...


Paint = Callable[[str, int, tuple[int, int]], Array]
"""Words, seed and size to a painted scene (H, W, 3) uint8."""


def open_ground(
    asked: str | Array, size_px: tuple[int, int], paint: Paint, *, default_seed: int = 0
) -> Ground:
    """The ground of a name: a picture, a clip, or words with a seed, "fantasy forest:7".

    asked    a file, words, or a picture (H, W, 3 or 4)
    size_px  width and height; what has another shape covers it, and its edges are cut evenly
    paint    what paints a scene

    Raises UnreadableFile, InputError and what `paint` does.
    """
    if not isinstance(asked, str):
        return _Still(rgb8_on_white(to_8bit(asked)), size_px)
    scene = named_ground(asked, default_seed)
    if scene is None:
        return _of_file(Path(asked), size_px)
    return _Still(paint(*scene, size_px), size_px)


def named_ground(asked: str, default_seed: int = 0) -> tuple[str, int] | None:
    """Words and seed of the scene that is asked for, None for a file.

    Raises InputError for what has the name of a file and is none.
    """
    path = Path(asked)
    if len(asked) <= _LONGEST_NAME and path.is_file():
        return None
    if path.suffix and _looks_like_a_file(path):
        raise InputError(f"background {asked}: there is no such file")
    return scene_phrase(asked, default_seed)


def scene_phrase(text: str, default_seed: int = 0) -> tuple[str, int]:
    """Words and seed of a scene.

    >>> scene_phrase("fantasy forest:7"), scene_phrase("a castle at night")
    (('fantasy forest', 7), ('a castle at night', 0))
    """
    found = _SEED.match(text.strip())
    return (found["words"].strip(), int(found["seed"])) if found else (text.strip(), default_seed)


def covering(picture: Array, size_px: tuple[int, int]) -> tuple[Array, float]:
    """A picture (H, W, 3) scaled so that it covers a size, its edges cut evenly; the share cut."""
    height, width = picture.shape[:2]
    scale = max(size_px[0] / width, size_px[1] / height)
    wide, high = max(round(width * scale), size_px[0]), max(round(height * scale), size_px[1])
    if (wide, high) != (width, height):
        smaller = scale < 1
        way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
        picture = cv2.resize(picture, (wide, high), interpolation=way)
    left, top = (wide - size_px[0]) // 2, (high - size_px[1]) // 2
    cut = 1.0 - (size_px[0] * size_px[1]) / (wide * high)
    part = picture[top : top + size_px[1], left : left + size_px[0]]
    return np.ascontiguousarray(part), cut


def light_before(ground: Ground | None) -> FigureLight:
    """The light in which a character stands before a ground, as it is at its start.

    It comes from the brighter side; its colour tints the whole a little, and the brightest places
    draw the edge that faces them.
    """
    if ground is None:
        return WHITE_LIGHT
    small = cv2.resize(ground.frame(0.0), (48, 27), interpolation=cv2.INTER_AREA).astype(float)
    luma = small @ (0.2126, 0.7152, 0.0722)
    side = -1 if luma[:, :20].mean() >= luma[:, 28:].mean() else 1
    mean = small.reshape(-1, 3).mean(0)
    lights = small[luma >= np.percentile(luma, 90)].mean(0)
    # Lifted to where it tints and does not darken: a face must be read at night too.
    ambient = mean + (255.0 - mean.max()) * 0.75
    return FigureLight(side, _name_of(ambient), _name_of(lights), _LIGHT_STRENGTH)


def _name_of(colour: Array) -> str:
    return "#" + "".join(f"{round(float(np.clip(c, 0, 255))):02x}" for c in colour)


def _looks_like_a_file(path: Path) -> bool:
    return re.fullmatch(r"\.[A-Za-z0-9]{2,5}", path.suffix) is not None


def _of_file(path: Path, size_px: tuple[int, int]) -> Ground:
    if kind_of(path) == "clip":
        return _Moving(path, size_px)
    pixels, notes = shown_pixels(read_picture(path))
    return _Still(pixels, size_px, notes)


def _cut_note(cut: float) -> tuple[Note, ...]:
    if cut <= _CUT_SHARE:
        return ()
    text = f"the background has another shape: {100 * cut:.0f} % of it is cut away at its edges"
    return (Note("background-cut", f"{text}; a --size of its shape keeps all of it"),)


class _Still:
    def __init__(
        self, picture: Array, size_px: tuple[int, int], notes: tuple[Note, ...] = ()
    ) -> None:
        self._frame, self._cut = covering(picture, size_px)
        self._notes = notes
        self._frame.setflags(write=False)

    def frame(self, t_s: float) -> Array:
        return self._frame

    def notes(self) -> tuple[Note, ...]:
        return (*self._notes, *_cut_note(self._cut))

    def close(self) -> None:
        pass


class _Moving:
    """A clip, which begins again where it is shorter than what is said."""

    def __init__(self, path: Path, size_px: tuple[int, int]) -> None:
        self._path, self._size_px = path, size_px
        self._source: FrameSource | None = None
        self._base_s = self._end_s = 0.0
        self._turns = -1
        self._cut = 0.0
        self._has_sound = False
        self._frames = self._all()
        self._now = self._next = next(self._frames)
        self._next = next(self._frames)

    def frame(self, t_s: float) -> Array:
        while self._next[0] <= t_s + 1e-6:
            self._now = self._next
            self._next = next(self._frames)
        return self._now[1]

    def notes(self) -> tuple[Note, ...]:
        notes = list(_cut_note(self._cut))
        if self._turns > 0:
            times = self._turns + 1
            text = f"the background clip is shorter than the film: it is shown {times} times"
            notes.append(Note("background-repeats", text))
        if self._has_sound:
            notes.append(Note("background-unheard", "the sound of the background clip is left out"))
        return tuple(notes)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()

    def _all(self) -> Iterator[tuple[float, Array]]:
        while True:
            self.close()
            source = read_frames(self._path)
            self._source = source
            self._has_sound = source.info.has_audio
            self._turns += 1
            step_s = float(1 / source.info.rate) if source.info.rate else 0.04
            last_s = 0.0
            for frame in source:
                last_s = frame.time_s + step_s
                picture, self._cut = covering(frame.pixels, self._size_px)
                yield self._base_s + frame.time_s, picture
            self._base_s += last_s
