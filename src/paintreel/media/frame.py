"""What every reader gives and every writer takes: frames with their own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

if TYPE_CHECKING:
    from av.container.core import Chapter
    from av.packet import Packet
    from av.stream import Stream

    from paintreel.media.clip import VideoInfo

__all__ = ["Frame", "FrameSource", "SizeRule", "target_size"]

SizeRule = tuple[int, int] | Callable[[int, int], tuple[int, int]] | None
"""How big frames are to be, in pixels: (width, height), or a function from theirs to that, or
None for as they are."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a clip.

    `pixels` (H, W, 3) uint8 RGB, full range; `alpha` (H, W) uint8 or None. It is shown from
    `pts` on, for `duration`, both in units of `time_base` seconds (duration 0: not known).
    `index` counts the frames of the clip that were read, from 0.
    """

    pixels: Array
    pts: int
    time_base: Fraction
    duration: int
    index: int
    alpha: Array | None = None

    @property
    def time_s(self) -> float:
        """When it is shown, in seconds."""
        return float(self.pts * self.time_base)


class FrameSource(Protocol):
    """A reader: iterating gives frames; see `paintreel.media.reader.read_frames`.

    `width` and `height` are those of the frames that come, `broken` and `dropped` what has been
    skipped so far, `missing_s` by how much the frames so far end before the header says.
    `events()` gives the frames and between them the packets of `streams()`, the sound and
    subtitles beside the video. `metadata()` and `chapters()` are what the container says.
    """

    info: VideoInfo
    width: int
    height: int
    broken: int
    dropped: int
    missing_s: float

    def __iter__(self) -> Iterator[Frame]: ...
    def __enter__(self) -> FrameSource: ...
    def __exit__(self, *exc: object) -> None: ...
    def events(self) -> Iterator[Frame | Packet]: ...
    def streams(self) -> list[Stream]: ...
    def metadata(self) -> dict[str, str]: ...
    def chapters(self) -> list[Chapter]: ...
    def close(self) -> None: ...


def target_size(rule: SizeRule, width: int, height: int, max_pixels: int) -> tuple[int, int]:
    """(width, height) that `rule` makes of upright frames of `width` x `height` pixels.

    Raises `InputError` for anything but two integers from 1 up, at most `max_pixels` together.

    >>> target_size(lambda w, h: (w // 2, h // 2), 640, 480, 10**6)
    (320, 240)
    """
    if rule is None:
        return width, height
    size = rule(width, height) if callable(rule) else rule
    try:
        wide, high = (int(side) for side in size)
        if (wide, high) != tuple(size) or min(wide, high) < 1:
            raise ValueError
    except (TypeError, ValueError):
        raise InputError(f"frame size must be (width, height) in pixels, got {size!r}") from None
    if wide * high > max_pixels:
        raise InputError(f"frames of {wide}x{high} are too large: at most {max_pixels:,} pixels")
    return wide, high
