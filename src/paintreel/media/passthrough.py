"""The streams beside the video: copied packet by packet, or sound encoded anew where it must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from paintreel.media.clip import codec_name
from paintreel.media.containers import Container

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["Passthrough"]

_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}
_BITS_A_CHANNEL = 80_000  # a second


class Passthrough:
    """Carries the streams beside the video from one container into another.

    `audio` and `subtitles` say of every stream what became of it, such as "aac copied",
    "vorbis encoded as aac", "ass left out: .mp4 cannot hold it".
    """

    def __init__(
        self,
        streams: list[Stream],
        output: OutputContainer,
        container: Container,
        *,
        audio: bool = True,
    ) -> None:
        self.audio: list[str] = []
        self.subtitles: list[str] = []
        self._carriers: dict[int, _Carrier] = {}
        for stream in streams:
            if isinstance(stream, AudioStream):
                self.audio.append(self._take_audio(stream, output, container, audio))
            elif stream.type == "subtitle":
                self.subtitles.append(self._take_subtitle(stream, output, container))
            elif stream.type == "attachment" and container.attachments:
                output.add_stream_from_template(stream)

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        """What to write for `packet`, which was read from one of the streams."""
        carrier = self._carriers.get(packet.stream_index)
        return carrier.packets(packet) if carrier else iter(())

    def flush(self) -> Iterator[Packet[Stream]]:
        """What is left to write at the end."""
        for carrier in self._carriers.values():
            yield from carrier.flush()

    def _take_audio(
        self, stream: AudioStream, output: OutputContainer, container: Container, wanted: bool
    ) -> str:
        name = codec_name(stream)
        if not wanted:
            return f"{name} left out"
        context = stream.codec_context
        if context is None or not context.sample_rate or not context.layout.nb_channels:
            return f"{name} left out: damaged, or an unknown codec"
        if container.audio is None or name in container.audio:
            self._carriers[stream.index] = _Copy(stream, output)
            return f"{name} copied"
        if container.audio_encoder is None:
            return f"{name} left out: {container.format} has no sound"
        self._carriers[stream.index] = _Encode(stream, output, container.audio_encoder)
        encoded = av.codec.Codec(container.audio_encoder, "w").canonical_name
        return f"{name} encoded as {encoded}: {container.format} cannot hold {name}"

    def _take_subtitle(self, stream: Stream, output: OutputContainer, container: Container) -> str:
        name = codec_name(stream)
        if stream.codec_context is None or name not in container.subtitles:
            return f"{name} left out: {container.format} cannot hold it"
        self._carriers[stream.index] = _Copy(stream, output)
        return f"{name} copied"


class _Carrier(Protocol):
    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]: ...
    def flush(self) -> Iterator[Packet[Stream]]: ...


class _Copy:
    """Packets as they are, for the new stream."""

    def __init__(self, stream: Stream, output: OutputContainer) -> None:
        self._stream = output.add_stream_from_template(stream)
        _copy_labels(stream, self._stream)
        self._last_dts: int | None = None

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        # Muxers refuse to go on after a packet that does not advance; damaged files have some.
        if packet.dts is None or (self._last_dts is not None and packet.dts <= self._last_dts):
            return
        self._last_dts = packet.dts
        packet.stream = self._stream
        yield packet

    def flush(self) -> Iterator[Packet[Stream]]:
        return iter(())


class _Encode:
    """Sound decoded and encoded with another codec, at the rate and layout it has."""

    def __init__(self, stream: AudioStream, output: OutputContainer, encoder: str) -> None:
        source = stream.codec_context
        # Opus knows only a few rates.
        rate = 48_000 if encoder == "libopus" else source.sample_rate
        channels = source.layout.nb_channels
        self._source = stream
        # The plain layout of as many channels: files may leave theirs unsaid, and encoders
        # refuse variants such as 5.1(side).
        layout = _LAYOUTS.get(channels, "stereo")
        target = output.add_stream(encoder, rate=rate, layout=layout)
        assert isinstance(target, AudioStream)  # as the encoders in the table of containers give
        target.bit_rate = _BITS_A_CHANNEL * channels
        _copy_labels(stream, target)
        target.codec_context.open()
        self._stream = target
        self._resampler: AudioResampler | None = None
        self._source_kind: tuple[str, str, int] | None = None

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        try:
            decoded = self._source.decode(packet)
        except av.error.FFmpegError:
            return  # a damaged piece of sound: a gap, the rest keeps its time
        for frame in decoded:
            yield from self._encode(frame)

    def flush(self) -> Iterator[Packet[Stream]]:
        yield from self._drain()
        yield from self._stream.encode(None)

    def _encode(self, frame: av.AudioFrame) -> Iterator[Packet[Stream]]:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        # At the start, and where a broadcast changes its sound.
        if self._resampler is None or kind != self._source_kind:
            yield from self._drain()
            target = self._stream.codec_context
            self._resampler = AudioResampler(
                target.format, target.layout, target.sample_rate, frame_size=target.frame_size
            )
            self._source_kind = kind
        for resampled in self._resampler.resample(frame):
            yield from self._stream.encode(resampled)

    def _drain(self) -> Iterator[Packet[Stream]]:
        if self._resampler is not None:
            for resampled in self._resampler.resample(None):
                yield from self._stream.encode(resampled)


def _copy_labels(source: Stream, target: Stream) -> None:
    """Language, title and role."""
    target.metadata.update(source.metadata)
    target.disposition = source.disposition
