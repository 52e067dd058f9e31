"""Animated GIF, WebP, PNG and AVIF, frame by frame, with their durations, loops and alpha."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paintreel.errors import VideoError
from paintreel.imaging.alpha import bleed_colour
from paintreel.imaging.carried import carried_from, gather
from paintreel.imaging.coding_points import CodingPoints
from paintreel.imaging.exif import orient, read_orientation
from paintreel.imaging.frame_count import is_cut_off
from paintreel.imaging.geometry import resize
from paintreel.imaging.gif_blocks import gif_loop_count
from paintreel.imaging.heif_boxes import META_BYTES, bits_of_boxes
from paintreel.imaging.profiles import describe_icc, icc_fits, to_srgb
from paintreel.imaging.stated_colour import narrow_range_note, stated_colour, to_full_range
from paintreel.imaging.tone_mapping import ToneMapper, tone_mapped_note
from paintreel.imaging.untrusted_files import open_regular, pillow_image, unreadable_file
from paintreel.media.animated_metadata import as_clip_metadata
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo, animation_format, check_frame_size
from paintreel.media.colour_tags import BT709
from paintreel.media.frame import Frame, FrameSource, SizeRule
from paintreel.notes import Note

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

__all__ = ["AnimationReader", "describe_animation"]

TIME_BASE = Fraction(1, 1000)
_CODES_OF_A_LEVEL = 257  # of 16 bits in one of 8
_UNSTATED_DELAY_MS = 100
"""What every browser shows a frame for whose delay is 0."""


class AnimationReader(FrameSource):
    """Frames of an animated picture, or the one of a still GIF or WebP. See `read_frames`.

    Times are in milliseconds. Frames come whole, as they look: laid over the ones before.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: SizeRule = None,
        max_pixels: int = MAX_FRAME_PIXELS,
        takes: Callable[[Fraction], bool] | None = None,
    ) -> None:
        super().__init__(describe_animation(path, max_pixels), size, max_pixels)
        self._path, self._takes = path, takes
        with _open_animation(path) as image:
            exif = image.info.get("exif")
            self._orientation = read_orientation(exif)
            self._icc = _own_profile(path, image)
            self._is_narrow = stated_colour(path, image).is_narrow
            self._has_cover = bool(_first_frame(image))
            gathered = gather(path, image, image.format or "")
        size_px = self.info.width, self.info.height
        self.carried = carried_from(gathered, exif, size_px, self._orientation)
        self._mapper: ToneMapper | None = None
        if self.info.hdr:
            self._points = CodingPoints(self.info.tags.primaries, self.info.tags.transfer)
            self._mapper = ToneMapper(self._points)
        self._mapped = 0
        self._is_cut = False
        self._frames = self._read()

    def __next__(self) -> Frame:
        return next(self._frames)

    def close(self) -> None:
        """Close the file; no frame can be read after that."""
        self._frames.close()

    def events(self) -> Iterator[Frame]:
        """The frames: animated pictures have no sound."""
        return self._frames

    def metadata(self) -> dict[str, str]:
        """The texts of the file as clips have them."""
        return {} if self.carried is None else as_clip_metadata(self.carried.metadata.texts)

    def notes(self) -> tuple[Note, ...]:
        """What happened while reading, so far."""
        notes = list(super().notes())
        if self.carried is not None:
            notes += self.carried.notes
        if self._icc is not None:
            notes.append(Note("profile-applied", "colours of the profile became sRGB"))
        if self._is_narrow:
            notes.append(narrow_range_note())
        if self._has_cover:
            text = "the picture for programs that play no animation left out"
            notes.append(Note("cover-left-out", text, loss=True))
        if self._mapped:
            notes.append(tone_mapped_note(self._points, self._mapped))
        if self._is_cut and not self.broken:
            text = "the source is cut off: its last bytes are missing"
            notes.append(Note("cut-short", text, loss=True))
        return tuple(notes)

    def _read(self) -> Generator[Frame, None, None]:
        pts = index = 0
        with _open_animation(self._path) as image:
            first = _first_frame(image)
            while True:
                try:
                    image.seek(first + index)
                    rgba = np.asarray(image.convert("RGBA"))
                except EOFError:
                    if not index:
                        raise
                    self._is_cut = is_cut_off(self._path) or index < (self.info.frames or 0)
                    return
                except Exception:  # any; the frames after a damaged one would lie over it
                    self.broken += 1
                    if not index:
                        raise
                    return
                duration = round(image.info.get("duration", 0)) or _UNSTATED_DELAY_MS
                if self._takes is not None and not self._takes(pts * TIME_BASE):
                    pts, index = pts + duration, index + 1
                    continue
                if self._is_narrow:
                    rgba = to_full_range(rgba)
                if self._icc is not None:
                    converted = to_srgb(rgba, self._icc)
                    rgba = rgba if converted is None else converted
                rgba = resize(orient(rgba, self._orientation), self.width, self.height)
                alpha, pixels = np.ascontiguousarray(rgba[..., 3]), rgba[..., :3]
                if self._mapper is not None:
                    pixels = self._mapper(pixels.astype(np.uint16) * _CODES_OF_A_LEVEL)
                    self._mapped += 1
                yield Frame(
                    pixels=np.ascontiguousarray(bleed_colour(pixels, alpha)),
                    pts=pts,
                    time_base=TIME_BASE,
                    duration=duration,
                    index=index,
                    alpha=None if alpha.min() == 255 else alpha,
                )
                pts, index = pts + duration, index + 1


def describe_animation(path: Path, max_pixels: int = MAX_FRAME_PIXELS) -> VideoInfo:
    """What `paintreel.media.probe.probe` says of an animated picture, from its headers."""
    with _open_animation(path) as image:
        check_frame_size(path, image.width, image.height, max_pixels)
        points = stated_colour(path, image).high_range
        turned = read_orientation(image.info.get("exif")) >= 5
        frames = getattr(image, "n_frames", 1) - _first_frame(image)
        image.seek(_first_frame(image))
        image.load()
        tags = BT709.for_rgb()
        if points is not None:
            tags = replace(tags, primaries=points.primaries, transfer=points.transfer)
        info = VideoInfo(
            width=image.height if turned else image.width,
            height=image.width if turned else image.height,
            frames=frames,
            duration_s=None,
            rate=None,
            codec=(image.format or "").lower(),
            pixel_format=image.mode.lower(),
            container=(image.format or "").lower(),
            tags=tags,
            time_base=TIME_BASE,
            variable_rate=True,
            has_alpha=image.has_transparency_data,
            bits=_bits_of(path, image),
            loop=_plays(path, image),
        )
        first_ms = round(image.info.get("duration", 0)) or _UNSTATED_DELAY_MS
    return replace(info, rate=Fraction(1000, first_ms))


def _plays(path: Path, image: ImageFile) -> int:
    """How often it plays in all, 0 for ever."""
    if image.format == "GIF":
        with open_regular(path) as file:
            return gif_loop_count(file)
    # AVIF, as Pillow reads it, never says it, and plays for ever.
    return int(image.info.get("loop", 0 if image.format == "AVIF" else 1))


def _bits_of(path: Path, image: ImageFile) -> int:
    """Bits a channel in the file; what is read has 8."""
    with open_regular(path) as file:
        head = file.read(META_BYTES)
    if image.format == "AVIF":
        return bits_of_boxes(head)
    return 16 if image.format == "PNG" and head[24] == 16 else 8


def _own_profile(path: Path, image: ImageFile) -> bytes | None:
    """The profile that the colours are in; None where they are sRGB."""
    stated = stated_colour(path, image)
    icc = stated.profile(grey=False) if stated.high_range is None else None
    if icc is None or not icc_fits(icc, grey=False) or describe_icc(icc).startswith("sRGB"):
        return None
    return icc


def _first_frame(image: ImageFile) -> int:
    """1 where an animated PNG begins with a picture for programs that play no animation, else 0."""
    return int(bool(getattr(image, "default_image", False)) and getattr(image, "n_frames", 1) > 1)


@contextmanager
def _open_animation(path: Path) -> Iterator[ImageFile]:
    """The Pillow image of an animated picture; every failure inside is `UnreadableFile`."""
    name = animation_format(path)
    if name is None:
        raise VideoError(f"{path} is no animated picture")
    # Not `open_image`, which lifts Pillow's limit on pixels: an animation is open for long, and
    # `check_frame_size` refuses frames far below that limit.
    with unreadable_file(path), open_regular(path) as file:
        yield pillow_image(path, file, name)
