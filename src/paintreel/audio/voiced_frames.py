"""Frames that a program makes beside a sound that lies in a file, copied as it is.

A source like `paintreel.media.generated.GeneratedFrames`, with transparency where the frames have
some, and with the packets of the sound between them at their own times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from paintreel.audio.sound import open_sound, sound_stream_of, zero_s
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo, time_base_of
from paintreel.media.colour_tags import BT709
from paintreel.media.frame import Frame, FrameSource

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["VoicedFrames"]

_ALPHA_FORMAT, _FORMAT = "rgba", "rgb24"
_OPAQUE = 255


class VoicedFrames(FrameSource):
    """Frames of `size_px` (width, height), `rate` of them a second, and the sound of a file.

    pixels     gives (H, W, 3) uint8 RGB, or (H, W, 4) with straight alpha, one by one
    count      how many it will give
    sound      the file; None: silent
    has_alpha  whether frames are transparent

    Packets of the sound are given as they lie in the file, moved so that it starts where its clip
    does. Raises what `paintreel.audio.sound.read_sound` does.
    """

    def __init__(
        self,
        pixels: Iterable[Array],
        *,
        size_px: tuple[int, int],
        rate: Fraction,
        count: int,
        sound: str | PathLike[str] | None = None,
        has_alpha: bool = False,
    ) -> None:
        info = VideoInfo(
            width=size_px[0],
            height=size_px[1],
            frames=count,
            duration_s=float(count / rate),
            rate=rate,
            codec="rawvideo",
            pixel_format=_ALPHA_FORMAT if has_alpha else _FORMAT,
            container="",
            tags=BT709,
            time_base=1 / rate,
            has_alpha=has_alpha,
        )
        super().__init__(info, None, MAX_FRAME_PIXELS)
        self._pixels, self._index, self._has_alpha = iter(pixels), 0, has_alpha
        self._last: tuple[Array, Array, Array | None] | None = None
        self._container = None
        if sound is not None:
            path = Path(sound)
            self._container = open_sound(path)
            try:
                self._stream = sound_stream_of(self._container, path)
            except InputError:
                self._container.close()
                raise
            self._zero_s = Fraction(zero_s(self._container)).limit_denominator(1_000_000)

    def __next__(self) -> Frame:
        given = next(self._pixels)
        shape = (self.height, self.width, 4 if self._has_alpha else 3)
        if given.shape != shape or given.dtype != np.uint8:
            raise InputError(
                f"frame {self._index} is {given.dtype} {given.shape}, expected uint8 {shape}"
            )
        # One that is held is the same array, so that it is packed for the encoder once.
        if self._last is None or self._last[0] is not given:
            pixels = np.ascontiguousarray(given[..., :3])
            alpha = np.ascontiguousarray(given[..., 3]) if self._has_alpha else None
            if alpha is not None and alpha.min() == _OPAQUE:
                alpha = None
            self._last = given, pixels, alpha
        index, self._index = self._index, self._index + 1
        _, pixels, alpha = self._last
        return Frame(pixels, index, self.info.time_base, 1, index, alpha)

    def events(self) -> Iterator[Frame | Packet[Stream]]:
        """Frames, and between them the packets of the sound that are due."""
        packets = self._packets()
        packet = next(packets, None)
        for frame in self:
            while packet is not None and _time_s(packet) <= frame.time_s:
                yield packet
                packet = next(packets, None)
            yield frame
        while packet is not None:
            yield packet
            packet = next(packets, None)

    def streams(self) -> list[Stream]:
        """The sound."""
        return [] if self._container is None else [self._stream]

    def close(self) -> None:
        """Close the file of the sound."""
        if self._container is not None:
            self._container.close()

    def _packets(self) -> Iterator[Packet[Stream]]:
        if self._container is None:
            return
        shift = round(self._zero_s / time_base_of(self._stream))
        demuxed = cast("Iterator[Packet[Stream]]", self._container.demux(self._stream))
        for packet in demuxed:
            if not packet.size:
                continue
            if packet.pts is not None:
                packet.pts -= shift
            if packet.dts is not None:
                packet.dts -= shift
            yield packet


def _time_s(packet: Packet[Stream]) -> float:
    ticks = packet.pts if packet.pts is not None else packet.dts
    return 0.0 if ticks is None else float(ticks * packet.time_base)
