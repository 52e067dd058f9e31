"""Sound for another container: whether it can be copied, and else how it is encoded anew."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from paintreel.media.clip import codec_name
from paintreel.media.containers import Container
from paintreel.media.sound_headers import SoundKind, sound_kind

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext
    from av.container import OutputContainer
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["SoundEncoder", "SoundPlan", "can_be_copied", "plan_sound"]

_LAYOUTS = {
    1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1",
}  # fmt: skip
_FALLBACKS = ("5.1", "stereo", "mono")
_BITS_A_CHANNEL = 80_000  # a second
_USUAL_RATE = 48_000
_DRIFT_S = Fraction(1, 5)  # a gap; less than this is how a codec's frames lie across packets
# What FFmpeg has to say of files that fail is said by ours.
_FAILURES = (av.error.FFmpegError, ValueError, MemoryError)


class SoundPlan(NamedTuple):
    """How sound is encoded: FFmpeg's encoder, samples a second, layout of channels."""

    encoder: str
    rate: int
    layout: str


def can_be_copied(stream: Stream, container: Container) -> bool:
    """Whether FFmpeg's muxer takes the stream as it is: tried out, in memory."""
    output = av.open(io.BytesIO(), "w", format=container.format)
    try:
        output.add_stream_from_template(stream)
        output.start_encoding()
    except _FAILURES:
        return False
    else:
        return True
    finally:
        with suppress(*_FAILURES):
            output.close()


def plan_sound(
    stream: AudioStream, encoder: str, first: SoundKind | None = None
) -> SoundPlan | None:
    """How `encoder` takes the sound of `stream`, as near to what it is as can be; None: not at all.

    `first` is what the stream begins with where it changes midway: FFmpeg may state what follows.

    Rates that it does not have become 48 kHz. Layouts that it does not have become those of as
    many channels, else 5.1 or stereo.
    """
    source = stream.codec_context
    rates = av.codec.Codec(encoder, "w").audio_rates or [
        first.rate if first else source.sample_rate
    ]
    rate = first.rate if first else source.sample_rate
    if encoder == "libopus" or rate not in rates:
        rate = _USUAL_RATE if _USUAL_RATE in rates else max(rates)
    channels = (first.channels if first else 0) or source.layout.nb_channels
    # The plain layout of as many channels: files may leave theirs unsaid, and encoders refuse
    # variants such as 5.1(side).
    layouts = [_LAYOUTS[channels]] if channels in _LAYOUTS else []
    layouts += [name for name in _FALLBACKS if av.AudioLayout(name).nb_channels < channels]
    for layout in layouts:
        plan = SoundPlan(encoder, rate, layout)
        if _works(plan, source):
            return plan
    return None


def _works(plan: SoundPlan, source: AudioCodecContext) -> bool:
    """Whether the encoder opens, and silence of the source's kind can be made what it takes."""
    try:
        context = cast("AudioCodecContext", av.codec.CodecContext.create(plan.encoder, "w"))
        context.sample_rate, context.layout = plan.rate, plan.layout
        formats = context.codec.audio_formats
        if formats:
            context.format = formats[0]
        context.open()
        if source.format is None:
            return True
        silence = av.AudioFrame(source.format, source.layout, 1024)
        silence.sample_rate, silence.pts = source.sample_rate, 0
        for plane in silence.planes:
            plane.update(np.zeros(plane.buffer_size, np.uint8).tobytes())
        AudioResampler(context.format, context.layout, context.sample_rate).resample(silence)
    except _FAILURES:
        return False
    return True


class SoundEncoder:
    """Sound decoded and encoded as planned. `lost` counts damaged pieces, which leave gaps.

    `kinds` are those that a stream has that changes midway: each has a decoder of its own.
    """

    def __init__(
        self,
        stream: AudioStream,
        output: OutputContainer,
        plan: SoundPlan,
        kinds: tuple[SoundKind, ...] = (),
    ) -> None:
        self.lost = 0
        self._decoder: AudioCodecContext = stream.codec_context
        self._kinds = kinds
        self._kind: SoundKind | None = None
        self._framed_as, self._is_framed = codec_name(stream), True
        target = output.add_stream(plan.encoder, rate=plan.rate, layout=plan.layout)
        assert isinstance(target, AudioStream)  # as the encoders in the table of containers give
        self.stream = target
        target.bit_rate = _BITS_A_CHANNEL * target.codec_context.layout.nb_channels
        target.codec_context.open()
        self._resampler: AudioResampler | None = None
        self._source_kind: tuple[str, str, int] | None = None
        self._next_s = Fraction(0)
        self._anchored_s: Fraction | None = None
        self._next_sample = 0

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        """What to write for a packet of the source."""
        encoded: list[Packet[Stream]] = []
        kind = sound_kind(bytes(packet)) if self._kinds else None
        if kind in self._kinds and kind != self._kind:
            encoded += self._decoded(None)
            self._begin(kind)
        if self._is_framed:
            yield from [*encoded, *self._decoded(packet)]
            return
        # The demuxer cut it up as the codec before: the pieces have times, the frames follow on.
        if packet.pts is not None:
            time = packet.pts * packet.time_base
            if self._anchored_s is None or abs(time - self._next_s) > _DRIFT_S:
                self._anchored_s = self._next_s = time
        for framed in self._decoder.parse(bytes(packet)):
            encoded += self._decoded(framed)
        yield from encoded

    def _begin(self, kind: SoundKind) -> None:
        """A decoder for another kind: the one before would play it at its own rate."""
        self._kind, self._anchored_s = kind, None
        self._decoder = cast("AudioCodecContext", av.codec.CodecContext.create(kind.codec, "r"))
        self._is_framed = kind.codec == self._framed_as

    def _decoded(self, packet: Packet[Stream] | None) -> list[Packet[Stream]]:
        encoded: list[Packet[Stream]] = []
        try:
            for frame in self._decoder.decode(packet):
                encoded += self._encode(frame)
        except av.error.EOFError:
            pass  # nothing is left
        except av.error.FFmpegError:
            self.lost += packet is not None  # damaged: a gap; the rest keeps its time
        return encoded

    def flush(self) -> Iterator[Packet[Stream]]:
        """What is left to write at the end."""
        if not self._is_framed:
            for framed in self._decoder.parse(b""):
                yield from self._decoded(framed)
        yield from self._decoded(None)
        yield from self._drain()
        yield from self.stream.encode(None)

    def _encode(self, frame: av.AudioFrame) -> Iterator[Packet[Stream]]:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        # At the start, and where a broadcast changes its sound.
        if self._resampler is None or kind != self._source_kind:
            yield from self._drain()
            target = self.stream.codec_context
            self._resampler = AudioResampler(
                target.format, target.layout, target.sample_rate, frame_size=target.frame_size
            )
            self._source_kind = kind
        time_base = frame.time_base or Fraction(1, frame.sample_rate)
        if frame.pts is None:  # as decoders give their last ones: they follow on
            frame.pts = round(self._next_s / time_base)
        self._next_s = frame.pts * time_base + Fraction(frame.samples, frame.sample_rate)
        yield from self._encoded(self._resampler.resample(frame))

    def _drain(self) -> Iterator[Packet[Stream]]:
        if self._resampler is not None:
            yield from self._encoded(self._resampler.resample(None))

    def _encoded(self, frames: list[av.AudioFrame]) -> Iterator[Packet[Stream]]:
        for frame in frames:
            begin = self._next_sample if frame.pts is None else frame.pts
            whole = self._filled_up(frame)
            # What followed on another kind may begin before that has ended, by part of a frame.
            whole.pts = max(begin, self._next_sample)
            whole.time_base = Fraction(1, whole.sample_rate)
            self._next_sample = whole.pts + whole.samples
            yield from self.stream.encode(whole)

    def _filled_up(self, frame: av.AudioFrame) -> av.AudioFrame:
        """The last frame of a kind with silence at its end: encoders take no short one midway."""
        missing = self.stream.codec_context.frame_size - frame.samples
        if missing <= 0 or not self._kinds:
            return frame
        width = missing * (1 if frame.format.is_planar else frame.layout.nb_channels)
        samples: Any = np.pad(frame.to_ndarray(), ((0, 0), (0, width)))
        filled = av.AudioFrame.from_ndarray(samples, frame.format.name, frame.layout.name)
        filled.sample_rate = frame.sample_rate
        return filled
