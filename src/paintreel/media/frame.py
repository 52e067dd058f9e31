"""What every reader gives and every writer takes: frames with their own time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.carried import Carried
from paintreel.notes import Note
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.container.core import Chapter
    from av.packet import Packet
    from av.stream import Stream

    from paintreel.media.clip import VideoInfo
    from paintreel.media.sound_headers import SoundKind

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


class FrameSource(ABC):
    """A reader: iterating gives frames; see `paintreel.media.reader.read_frames`.

    `info` is what the headers say of the clip; `width` and `height` are those of the frames that
    come, in pixels; `broken` counts the damaged pieces that were skipped so far, `notes()` says
    all that happened. It is an iterator and a context manager. `carried` is what the file of an
    animated picture says beside its frames. What stands here is a source without sound and other
    streams.
    """

    carried: Carried | None = None

    def __init__(self, info: VideoInfo, size: SizeRule, max_pixels: int) -> None:
        self.info = info
        self.width, self.height = target_size(size, info.width, info.height, max_pixels)
        self.broken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        return self

    @abstractmethod
    def __next__(self) -> Frame:
        """The next frame."""

    @abstractmethod
    def events(self) -> Iterator[Frame | Packet[Stream]]:
        """Frames, and between them the packets of `streams()`, in the order of the file."""

    @abstractmethod
    def close(self) -> None:
        """Close the file; no frame can be read after that."""

    @property
    def missing_s(self) -> float:
        """By how many seconds the frames read so far end before the header says; 0 if unsaid."""
        return 0.0

    def notes(self) -> tuple[Note, ...]:
        """What happened while reading, so far."""
        if not self.broken:
            return ()
        text = f"{counted(self.broken, 'damaged piece')} of the source skipped"
        return (Note("broken-packets", text, self.broken, loss=True),)

    def video_stream(self) -> Stream | None:
        """The stream that the frames are from, for its language, title and role."""
        return None

    def streams(self) -> list[Stream]:
        """The streams beside the video: sound, subtitles, attached files."""
        return []

    def changing_sound(self) -> dict[int, tuple[SoundKind, ...]]:
        """The kinds of sound of the streams that change midway, by their index."""
        return {}

    def metadata(self) -> dict[str, str]:
        """Title, author and the other metadata of the container, {name: text}."""
        return {}

    def chapters(self) -> list[Chapter]:
        """The chapter marks, with their titles."""
        return []


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
