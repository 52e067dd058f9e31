"""Frames that a program makes, as a source that clips are written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo
from paintreel.media.colour_tags import BT709
from paintreel.media.frame import Frame, FrameSource
from paintreel.media.frame_rate import check_fps

__all__ = ["GeneratedFrames", "frame_rate"]

_LARGEST_DENOMINATOR = 1001


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
    """Frames (H, W, 3) uint8 RGB of `size_px` (width, height), `rate` of them a second.

    pixels  gives them one by one, in the thread that reads
    count   how many it will give

    Without sound; no word about where it is from.
    """

    def __init__(
        self, pixels: Iterable[Array], *, size_px: tuple[int, int], rate: Fraction, count: int
    ) -> None:
        info = VideoInfo(
            width=size_px[0],
            height=size_px[1],
            frames=count,
            duration_s=float(count / rate),
            rate=rate,
            codec="rawvideo",
            pixel_format="rgb24",
            container="",
            tags=BT709,
            time_base=1 / rate,
        )
        super().__init__(info, None, MAX_FRAME_PIXELS)
        self._pixels = iter(pixels)
        self._index = 0

    def __next__(self) -> Frame:
        pixels = next(self._pixels)
        expected = (self.height, self.width, 3)
        if pixels.shape != expected or pixels.dtype.name != "uint8":
            raise InputError(
                f"frame {self._index} is {pixels.dtype} {pixels.shape}, expected uint8 {expected}"
            )
        index, self._index = self._index, self._index + 1
        return Frame(pixels, index, self.info.time_base, 1, index)

    def events(self) -> Iterator[Frame]:
        """The frames."""
        return self

    def close(self) -> None:
        """Nothing is open."""
