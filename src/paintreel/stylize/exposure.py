"""On ones, twos, threes: every n-th frame is painted, and held or moved until the next.

Animators call the list of how long each drawing is shown the exposure sheet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.tiles import Tile
from paintreel.media.cuts import CutDetector
from paintreel.media.frame import Frame
from paintreel.media.motion import mix, sketch
from paintreel.media.steps import FrameWork
from paintreel.notes import Note
from paintreel.stylize.inbetween import Inbetween, Inbetweener, tiles_of
from paintreel.stylize.options import MAX_ON
from paintreel.wording import counted

__all__ = ["Carrying", "Holding", "OnOnes", "Painter", "check_on"]

# Tiles are painted with their halos, and no paint before steadies them: from this share of the
# frame on it is painted whole.
_WORTH_TILES = 0.6


def check_on(on: int, *, carry: bool = False) -> None:
    """Raise InputError unless `on` is a whole number from 1 to MAX_ON; above 1 with `carry`."""
    whole = isinstance(on, (int, np.integer)) and not isinstance(on, bool)
    if not whole or not 1 <= on <= MAX_ON:
        raise InputError(f"on is {on!r}, expected a whole number from 1 to {MAX_ON}")
    if carry and on == 1:
        raise InputError(
            "carry moves paint between painted frames, and on ones each is painted; give --on 2 "
            "(on=2) or more"
        )


class Painter(Protocol):
    """A style as the frames of one clip are painted with it."""

    at_once: int

    def watch(self, frame: Frame) -> None:
        """Look at the next frame; called with all, in order, in the thread that reads."""

    def lay(self, frame: Frame) -> Array:
        """The paint of a frame that was watched by itself, (H, W, 3) uint8; from any thread."""

    def steady(self, frame: Array, paint: Array) -> Array:
        """The paint steadied by that of the frames before; called in order of time."""

    def single_tiles(self, height_px: int, width_px: int) -> list[Tile]:
        """The tiles in which a part of such a frame can be painted; none where it cannot."""

    def paint_tile(self, frame: Array, tile: Tile) -> Array:
        """The paint of a frame where the tile is written."""

    def finish(self, frame: Frame, paint: Array) -> Array:
        """What is shown for a frame that was watched, and its paint; called in order of time."""


class _Sheet:
    """Which frames are painted: the first of each shot, and from there every `on`-th."""

    def __init__(self, on: int) -> None:
        self._on, self._count = on, 0
        self._begins_shot = CutDetector()

    def __call__(self, frame: Array) -> tuple[bool, bool]:
        """(whether the frame begins a shot, whether it is painted)."""
        begins_shot = self._begins_shot(frame)
        self._count = 1 if begins_shot else self._count + 1
        return begins_shot, (self._count - 1) % self._on == 0


class OnOnes(FrameWork[Array]):
    """Every frame is painted."""

    def __init__(self, painter: Painter) -> None:
        self._painter, self.at_once = painter, painter.at_once

    def begin(self, frame: Frame) -> Callable[[], Array]:
        """The paint of a frame."""
        self._painter.watch(frame)
        return lambda: self._painter.lay(frame)

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """The frame as painted."""
        assert result is not None  # `begin` gives one for each
        yield _shown(self._painter, frame, self._painter.steady(frame.pixels, result))


class Holding(FrameWork[Array]):
    """Every `on`-th frame of a shot is painted and held until the next, its alpha too.

    The first frame of each shot is painted, and counting begins there.
    """

    def __init__(self, on: int, painter: Painter) -> None:
        check_on(on)
        self._sheet, self._painter = _Sheet(on), painter
        self.at_once = painter.at_once
        self._held: Frame | None = None

    def begin(self, frame: Frame) -> Callable[[], Array | None]:  # type: ignore[override]
        """The paint of a frame, of one that is not painted None."""
        self._painter.watch(frame)
        _, is_painted = self._sheet(frame.pixels)
        return lambda: self._painter.lay(frame) if is_painted else None

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """The frame as painted, or as the one that is held."""
        if result is not None:
            paint = self._painter.steady(frame.pixels, result)
            self._held = _shown(self._painter, frame, paint)
        assert self._held is not None  # a clip begins with a painted one
        yield replace(frame, pixels=self._held.pixels, alpha=self._held.alpha)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A frame that is not shown yet: what its motion is found in, and its paint if it has any."""

    frame: Frame
    sketch: Array
    paint: Array | None


@dataclass(frozen=True, slots=True)
class _Key:
    """A painted frame: its sketch and its paint."""

    sketch: Array
    paint: Array


@dataclass(frozen=True, slots=True)
class _Between:
    """A frame that is moved, and the tiles of it that are painted."""

    source: _Waiting
    how: Inbetween
    tiles: list[Tile]


class Carrying(FrameWork[Array]):
    """Every `on`-th frame of a shot is painted; between them paint moves along with the source.

    What the motion does not explain is painted in its place, and the whole frame where that is most
    of it. The first and the last frame of each shot are painted, so that nothing is carried across
    a cut. Each frame keeps its alpha. Up to `on` frames are held back.

    The first step is paint alone, as that of `Holding`, so that it may be made elsewhere and kept.
    """

    def __init__(self, on: int, painter: Painter) -> None:
        check_on(on, carry=True)
        self._sheet, self._painter = _Sheet(on), painter
        self.at_once = painter.at_once
        self._inbetween = Inbetweener()
        self._key: _Key | None = None
        self._waiting: list[_Waiting] = []
        self._cuts = deque[int]()
        self._anew = 0

    def begin(self, frame: Frame) -> Callable[[], Array | None]:  # type: ignore[override]
        """The paint of a frame, of one whose turn it is not None."""
        self._painter.watch(frame)
        begins_shot, is_painted = self._sheet(frame.pixels)
        if begins_shot:
            self._cuts.append(frame.index)
        return lambda: self._painter.lay(frame) if is_painted else None

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """All frames up to this one where it is painted, else none yet."""
        if self._cuts and self._cuts[0] == frame.index:
            self._cuts.popleft()
            yield from self.finish()
        self._waiting.append(_Waiting(frame, sketch(frame.pixels), result))
        if result is not None:
            yield from self._take()

    def finish(self) -> Iterator[Frame]:
        """The rest of the shot; what comes then is another."""
        yield from self._take()
        self._key = None

    def notes(self) -> tuple[Note, ...]:
        """How many frames were painted between the n-th ones."""
        if not self._anew:
            return ()
        text = f"{counted(self._anew, 'frame')} in between painted anew: too fast to be carried"
        return (Note("painted-anew", text, self._anew),)

    def _take(self) -> Iterator[Frame]:
        """Paint the last of those that wait, and give all."""
        waiting, self._waiting = self._waiting, []
        while waiting:
            betweens = self._betweens(waiting)
            count = len(betweens) + 1
            self._anew += count < len(waiting)
            yield from self._painted(betweens, waiting[count - 1])
            waiting = waiting[count:]

    def _betweens(self, waiting: list[_Waiting]) -> list[_Between]:
        """Of frames that wait those that are moved between the last painted one and the next.

        That is the last of them, or the first that cannot be moved so far.
        """
        key, after = self._key, waiting[-1]
        betweens: list[_Between] = []
        for number, each in enumerate(waiting[:-1]):
            assert key is not None  # a shot begins with one
            how = self._inbetween(key.sketch, each.sketch, after.sketch)
            tiles = None if how is None else self._tiles(each.frame.pixels, how)
            if how is None or tiles is None:
                return self._betweens(waiting[: number + 1])
            betweens.append(_Between(each, how, tiles))
        return betweens

    def _tiles(self, frame: Array, how: Inbetween) -> list[Tile] | None:
        """What is to be painted of a frame; None: better all of it."""
        if how.missing is None:
            return []
        height, width = frame.shape[:2]
        tiles = tiles_of(
            how.missing, self._painter.single_tiles(height, width), height=height, width=width
        )
        painted_px = sum(
            frame[tile.source].shape[0] * frame[tile.source].shape[1] for tile in tiles
        )
        return tiles if tiles and painted_px < _WORTH_TILES * height * width else None

    def _painted(self, betweens: list[_Between], last: _Waiting) -> Iterator[Frame]:
        """Paint `last`, and move its paint and that of the key to the frames before it."""
        before = self._key
        pixels, paint = last.frame.pixels, last.paint
        laid = self._painter.lay(last.frame) if paint is None else paint
        self._key = after = _Key(last.sketch, self._painter.steady(pixels, laid))
        for number, each in enumerate(betweens, 1):
            assert before is not None  # a shot begins with one
            moved = each.how.move(before.paint, after.paint, number / (len(betweens) + 1))
            yield _shown(self._painter, each.source.frame, self._completed(moved, each))
        yield _shown(self._painter, last.frame, after.paint)

    def _completed(self, paint: Array, between: _Between) -> Array:
        """The moved paint, with what is missing painted."""
        if between.how.missing is None:
            return paint
        completed, share = paint.copy(), cv2.resize(between.how.missing, paint.shape[1::-1])
        for tile in between.tiles:
            fresh = self._painter.paint_tile(between.source.frame.pixels, tile)
            completed[tile.target] = mix(fresh, paint[tile.target], share[tile.target])
        return completed


def _shown(painter: Painter, frame: Frame, paint: Array) -> Frame:
    return replace(frame, pixels=np.ascontiguousarray(painter.finish(frame, paint)))
