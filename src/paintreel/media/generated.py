"""Frames that a program makes, as a source that clips are written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo
from paintreel.media.colour_tags import BT709
from paintreel.media.frame import Frame, FrameSource
from paintreel.media.frame_rate import check_fps

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["GeneratedFrames", "frame_rate"]

_LARGEST_DENOMINATOR = 1001
_OPAQUE = 255


def frame_rate(fps: float | Fraction) -> Fraction:
    """Frames a second as a fraction. Raises InputError unless above 0 and at most `MAX_FPS`.

    >>> frame_rate(24), frame_rate(30000 / 1001)
    (Fraction(24, 1), Fraction(30000, 1001))
    """
    check_fps(fps)
    rate = Fraction(fps).limit_denominator(_LARGEST_DENOMINATOR)
    if not rate:
        raise InputError(f"fps is {fps!r}, expected at least one frame in {_LARGEST_DENOMINATOR} s")
    return rate


class GeneratedFrames(FrameSource):
    """Frames of `size_px` (width, height), `rate` of them a second.

    pixels     gives (H, W, 3) uint8 RGB, or with `has_alpha` (H, W, 4) with straight alpha, one by
               one, in the thread that reads
    count      how many it will give
    has_alpha  whether frames are transparent

    Without sound; no word about where it is from.
    """

    def __init__(
        self,
        pixels: Iterable[Array],
        *,
        size_px: tuple[int, int],
        rate: Fraction,
        count: int,
        has_alpha: bool = False,
    ) -> None:
        info = VideoInfo(
            width=size_px[0],
            height=size_px[1],
            frames=count,
            duration_s=float(count / rate),
            rate=rate,
            codec="rawvideo",
            pixel_format="rgba" if has_alpha else "rgb24",
            container="",
            tags=BT709,
            time_base=1 / rate,
            has_alpha=has_alpha,
        )
        super().__init__(info, None, MAX_FRAME_PIXELS)
        self._pixels, self._index = iter(pixels), 0
        self._last: tuple[Array, Array, Array | None] | None = None

    def __next__(self) -> Frame:
        given = next(self._pixels)
        expected = (self.height, self.width, 4 if self.info.has_alpha else 3)
        if given.shape != expected or given.dtype != np.uint8:
            raise InputError(
                f"frame {self._index} is {given.dtype} {given.shape}, expected uint8 {expected}"
            )
        # One that is held is the same array, so that it is packed for the encoder once.
        if self._last is None or self._last[0] is not given:
            self._last = given, *_parted(given)
        index, self._index = self._index, self._index + 1
        _, pixels, alpha = self._last
        return Frame(pixels, index, self.info.time_base, 1, index, alpha)

    def events(self) -> Iterator[Frame | Packet[Stream]]:
        """The frames."""
        return iter(self)

    def close(self) -> None:
        """Nothing is open."""


def _parted(given: Array) -> tuple[Array, Array | None]:
    """Colour, and alpha unless there is none or all of it is opaque."""
    if given.shape[2] == 3:
        return given, None
    alpha = np.ascontiguousarray(given[..., 3])
    return np.ascontiguousarray(given[..., :3]), None if alpha.min() == _OPAQUE else alpha
