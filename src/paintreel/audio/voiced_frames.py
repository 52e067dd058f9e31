"""Frames that a program makes beside a sound that lies in a file, copied as it is.

The packets of the sound stand between the frames at their own times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, cast

from paintreel.audio.sound import open_sound, sound_stream_of, zero_s
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.clip import time_base_of
from paintreel.media.frame import Frame
from paintreel.media.generated import GeneratedFrames

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["VoicedFrames"]


class VoicedFrames(GeneratedFrames):
    """Generated frames, and the sound of a file.

    sound    the file; None: silent
    pixels, size_px, rate, count, has_alpha  as of `GeneratedFrames`

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
        super().__init__(pixels, size_px=size_px, rate=rate, count=count, has_alpha=has_alpha)
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
