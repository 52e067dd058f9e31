"""Frames of one size and one colour out of pictures that may change midway.

Recordings that were joined change their size, the shape of their pixels, how they are turned, or
their colour tags. What comes later is fitted into the size of the first frames, whole and
undistorted, with black bars where the shape differs, and brought to their primaries. High dynamic
range is tone-mapped.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.coding_points import CodingPoints
from paintreel.imaging.recolouring import Recolour
from paintreel.imaging.tone_mapping import DEFAULT_PEAK_CD_M2, ToneMapper, tone_mapped_note
from paintreel.media.clip import VideoInfo, check_colour, orientation_of, tags_of
from paintreel.media.colour_tags import UNSPECIFIED, ColourTags
from paintreel.media.pixels import FrameUnpacker, deep_white
from paintreel.notes import Note
from paintreel.wording import counted, some_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["UniformFrames"]

_MOST_NAMED = 3


class UniformFrames:
    """Upright RGB arrays of `width` x `height` pixels out of the pictures of one clip, in order.

    `info` describes its first one. `notes()` says what was changed, so far.
    """

    def __init__(self, path: Path, info: VideoInfo, width: int, height: int) -> None:
        self._path, self._info = path, info
        self._width, self._height = width, height
        self._first_aspect: Fraction | None = None
        self._has_first = False
        self._unpackers: dict[tuple[int, int], FrameUnpacker] = {}
        self._mappers: dict[tuple[CodingPoints, int], ToneMapper] = {}
        self._recolours: dict[CodingPoints, Recolour] = {}
        self._sizes: dict[tuple[int, int], None] = {}
        self._fitted = self._recoloured = 0
        self._mapped: dict[CodingPoints, int] = {}

    def __call__(self, picture: VideoFrame, aspect: Fraction | None) -> tuple[Array, Array | None]:
        """(pixels (H, W, 3) uint8, alpha (H, W) uint8 or None) of a picture.

        `aspect` is the shape of its pixels by the decoder, None where that does not say.
        Raises `VideoError` for colours that cannot be read.
        """
        if not self._has_first:
            self._has_first, self._first_aspect = True, aspect
        tags, orientation = tags_of(picture), orientation_of(picture)
        check_colour(self._path, tags)
        sides = picture.width, picture.height
        shape = self._info.pixel_aspect
        if aspect != self._first_aspect:
            shape = aspect or Fraction(1)
            shape = 1 / shape if orientation.swaps_sides else shape
        sides = sides[::-1] if orientation.swaps_sides else sides
        wide, high = self._fit(sides, shape)
        unpack = self._unpackers.setdefault((wide, high), FrameUnpacker(wide, high))
        if tags.hdr is None:
            pixels, alpha = unpack(picture, tags, orientation)
            pixels = self._in_first_colours(pixels, tags, picture)
        else:
            pixels, alpha = unpack.deep(picture, tags, orientation)
            pixels = self._tone_mapped(pixels, tags, picture)
        if (wide, high) == (self._width, self._height):
            return pixels, alpha
        return self._with_bars(pixels), None if alpha is None else self._with_bars(alpha)

    def notes(self) -> tuple[Note, ...]:
        """What was changed, so far."""
        notes = [tone_mapped_note(points, count) for points, count in self._mapped.items()]
        if self._fitted:
            named = some_of((f"{wide}x{high}" for wide, high in self._sizes), _MOST_NAMED)
            text = (
                f"{counted(self._fitted, 'frame')} of another size or shape "
                f"({named}) fitted whole into "
                f"{self._width}x{self._height}, with black bars where the shape differs"
            )
            notes.append(Note("frames-fitted", text, self._fitted, loss=True))
        if self._recoloured:
            text = f"{counted(self._recoloured, 'frame')} with other primaries or curves than the "
            text += "first brought to those"
            notes.append(Note("colours-converted", text, self._recoloured))
        return tuple(notes)

    def _fit(self, sides: tuple[int, int], aspect: Fraction) -> tuple[int, int]:
        """(width, height) that an upright picture of `sides` takes in the frame."""
        info = self._info
        if sides == (info.width, info.height) and aspect == info.pixel_aspect:
            return self._width, self._height
        self._fitted += 1
        self._sizes.setdefault(sides)
        # In pixels of the first frames, which fill the frame whatever size was asked for.
        wide, high = sides[0] * aspect / info.pixel_aspect, Fraction(sides[1])
        scale = min(info.width / wide, info.height / high)
        fitted = (
            round(wide * scale * self._width / info.width),
            round(high * scale * self._height / info.height),
        )
        return max(1, fitted[0]), max(1, fitted[1])

    def _with_bars(self, pixels: Array) -> Array:
        """In the middle of a black frame; alpha in the middle of a transparent one."""
        high, wide = pixels.shape[:2]
        top, left = (self._height - high) // 2, (self._width - wide) // 2
        bottom, right = self._height - high - top, self._width - wide - left
        return cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT)

    def _in_first_colours(self, pixels: Array, tags: ColourTags, picture: VideoFrame) -> Array:
        """With the primaries and the curve of the frames that come; what is untagged has them."""
        target = _points(self._info.shown_tags)
        stated = CodingPoints(
            _stated(picture.color_primaries, target.primaries),
            _stated(picture.color_trc, target.transfer),
        )
        if stated == target:
            return pixels
        recolour = self._recolour(stated, target)
        if recolour.changes_nothing:
            return pixels
        self._recoloured += 1
        return recolour(pixels)

    def _tone_mapped(self, pixels: Array, tags: ColourTags, picture: VideoFrame) -> Array:
        points, white = _points(tags), deep_white(picture, tags)
        mapper = self._mappers.get((points, white))
        if mapper is None:
            peak = self._info.peak_cd_m2 or DEFAULT_PEAK_CD_M2
            mapper = ToneMapper(points, peak_cd_m2=peak, white_code=white, dtype=np.uint8)
            self._mappers[points, white] = mapper
        self._mapped[points] = self._mapped.get(points, 0) + 1
        mapped = mapper(pixels)
        target = _points(self._info.shown_tags)
        recolour = self._recolour(CodingPoints(1, 13), target)
        return mapped if recolour.changes_nothing else recolour(mapped)

    def _recolour(self, stated: CodingPoints, target: CodingPoints) -> Recolour:
        """One for all frames of these colours: its tables take longer than a frame."""
        if stated not in self._recolours:
            self._recolours[stated] = Recolour(stated, target)
        return self._recolours[stated]


def _points(tags: ColourTags) -> CodingPoints:
    return CodingPoints(tags.primaries, tags.transfer)


def _stated(code: int, default: int) -> int:
    return default if code in (0, UNSPECIFIED) else code
