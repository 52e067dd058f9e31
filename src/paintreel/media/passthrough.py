"""The streams beside the video: copied packet by packet, or encoded anew where they must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

import av
from av.audio.stream import AudioStream

from paintreel.media.clip import codec_name
from paintreel.media.containers import Container
from paintreel.media.sound import SoundEncoder, can_be_copied, plan_sound
from paintreel.media.sound_headers import SoundKind
from paintreel.notes import Note, merge_notes
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.subtitles.codeccontext import SubtitleCodecContext

__all__ = ["Passthrough", "copy_labels"]

_OVERLAP_S = Fraction(1, 10)
"""Packets that lie further back than this belong to something else, such as a damaged header."""
_NOT_LABELS = {"encoder", "duration", "alpha_mode", "handler_name", "vendor_id", "creation_time"}


# FFmpeg's muxer of MOV knows these by their other codes of ISO 639-2 alone.
_MOV_LANGUAGES = {
    "deu": "ger", "nld": "dut", "ell": "gre", "isl": "ice", "zho": "chi", "fre": "fra",
    "swe": "sve", "rum": "ron", "fas": "per", "sqi": "alb", "hye": "arm", "eus": "baq",
    "mya": "bur", "kat": "geo", "mkd": "mac", "msa": "may", "cym": "wel", "bod": "tib",
    "cze": "ces", "slo": "slk",
}  # fmt: skip
_FROM_MOV = {"sve": "swe"}  # no code of ISO 639 at all


class Passthrough:
    """Carries the streams beside the video from one container into another.

    `audio` and `subtitles` say of every stream what became of it, such as "aac copied",
    "vorbis encoded as aac: mp4 cannot hold vorbis". Without `output` nothing can be held, as in a
    folder of pictures. `changing_sound` has the kinds, by index, of the streams that change midway:
    a container states one kind, so these are encoded anew, as the first.
    """

    def __init__(
        self,
        streams: list[Stream],
        output: OutputContainer | None,
        container: Container,
        *,
        audio: bool = True,
        changing_sound: Mapping[int, tuple[SoundKind, ...]] = MappingProxyType({}),
    ) -> None:
        self.audio: list[str] = []
        self.subtitles: list[str] = []
        self._notes: list[Note] = []
        self._carriers: dict[int, _Carrier] = {}
        self._output, self._container = output, container
        self._changing_sound = changing_sound
        for stream in streams:
            if isinstance(stream, AudioStream):
                self.audio.append(self._take_audio(stream, wanted=audio))
            elif stream.type == "subtitle":
                self.subtitles.append(self._take_subtitle(stream))
            elif stream.type == "attachment":
                self._take_attachment(stream)

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        """What to write for `packet`, which was read from one of the streams."""
        carrier = self._carriers.get(packet.stream_index)
        return carrier.packets(packet) if carrier else iter(())

    def flush(self) -> Iterator[Packet[Stream]]:
        """What is left to write at the end."""
        for carrier in self._carriers.values():
            yield from carrier.flush()

    def notes(self) -> tuple[Note, ...]:
        """What became of the streams that could not be copied, and what was lost of the others."""
        lost = sum(carrier.lost for carrier in self._carriers.values())
        notes = list(merge_notes(self._notes))
        if lost:
            text = f"{counted(lost, 'damaged packet')} beside the video left out"
            notes.append(Note("packets-lost", text, lost, loss=True))
        return tuple(notes)

    def _take_audio(self, stream: AudioStream, *, wanted: bool) -> str:
        name = codec_name(stream)
        if not wanted:
            return f"{name} left out"
        context, container, output = stream.codec_context, self._container, self._output
        if context is None or not context.sample_rate or not context.layout.nb_channels:
            return self._lose("sound", name, "damaged, or an unknown codec")
        if output is None or (container.audio == frozenset() and container.audio_encoder is None):
            return self._lose("sound", name, f"a {container.title} has no sound")
        is_listed = container.audio is None or name in container.audio
        kinds = self._changing_sound.get(stream.index, ())
        if not kinds and is_listed and can_be_copied(stream, container):
            self._carriers[stream.index] = _Copy(stream, output, container)
            return f"{name} copied"
        plan = None
        if container.audio_encoder is not None:
            plan = plan_sound(stream, container.audio_encoder, kinds[0] if kinds else None)
        if plan is None:
            kind = f"{name}, {context.layout.nb_channels} channels, {context.sample_rate} Hz"
            return self._lose("sound", kind, f"{container.format} cannot hold it")
        encoder = SoundEncoder(stream, output, plan, kinds)
        copy_labels(stream, encoder.stream, container)
        self._carriers[stream.index] = encoder
        encoded = av.codec.Codec(plan.encoder, "w").canonical_name
        if kinds:
            text = (
                f"{name} encoded as {encoded}: it changes midway, from "
                f"{' to '.join(map(str, kinds))}; all becomes {plan.rate} Hz, {plan.layout}"
            )
            self._notes.append(Note("sound-reencoded", f"sound {text}"))
            return text
        kind = f"{name} of {context.sample_rate} Hz" if is_listed else name
        text = f"{name} encoded as {encoded}: {container.format} cannot hold {kind}"
        if plan.rate != context.sample_rate:
            text += f", {plan.rate} Hz for {context.sample_rate}"
        channels = av.AudioLayout(plan.layout).nb_channels
        if channels != context.layout.nb_channels:
            text += f", {context.layout.nb_channels} channels mixed to {plan.layout}"
        self._notes.append(Note("sound-reencoded", f"sound {text}"))
        return text

    def _take_subtitle(self, stream: Stream) -> str:
        name = codec_name(stream)
        context, container, output = stream.codec_context, self._container, self._output
        why = f"{container.title} cannot hold it"
        if context is None or output is None:
            return self._lose("subtitles", name, why)
        if name in container.subtitles and can_be_copied(stream, container):
            self._carriers[stream.index] = _Copy(stream, output, container)
            return f"{name} copied"
        if container.subtitle_encoder is None or not context.codec.text_sub:
            return self._lose("subtitles", name, why)
        text = f"{name} converted to {container.subtitle_encoder}"
        try:
            self._carriers[stream.index] = _ConvertedText(stream, output, container)
        except (av.error.FFmpegError, ValueError):
            return self._lose("subtitles", name, "they cannot be converted")
        self._notes.append(Note("subtitles-converted", f"subtitles {text}: {why}"))
        return text

    def _take_attachment(self, stream: Stream) -> None:
        if self._container.attachments and self._output is not None:
            self._output.add_stream_from_template(stream)
            return
        name = stream.metadata.get("filename", "a file")
        self._lose("attachment", name, f"{self._container.title} cannot hold it")

    def _lose(self, kind: str, what: str, why: str) -> str:
        text = f"{what} left out: {why}"
        self._notes.append(Note(f"{kind}-left-out", f"{kind} {text}", loss=True))
        return text


class _Carrier(Protocol):
    lost: int

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]: ...
    def flush(self) -> Iterator[Packet[Stream]]: ...


class _Copy:
    """Packets as they are, for the new stream."""

    def __init__(self, stream: Stream, output: OutputContainer, container: Container) -> None:
        self.lost = 0
        self._stream = output.add_stream_from_template(stream)
        copy_labels(stream, self._stream, container)
        self._last_dts: int | None = None
        self._cut_away: Packet[Stream] | None = None

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        # What an edit list cuts away is not copied, but for the packet before the cut: decoders
        # need it to begin.
        if packet.is_discard:
            self._cut_away = packet if self._last_dts is None else None
            return
        if self._cut_away is not None:
            yield from self._copied(self._cut_away)
            self._cut_away = None
        yield from self._copied(packet)

    def _copied(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        dts = packet.pts if packet.dts is None else packet.dts
        if dts is None:
            self.lost += 1
            return
        # Muxers refuse to go on after a packet that does not advance; damaged files have some.
        if self._last_dts is not None and dts <= self._last_dts:
            if (self._last_dts - dts) * packet.time_base > _OVERLAP_S:
                self.lost += 1
                return
            dts = self._last_dts + 1
        self._last_dts = packet.dts = dts
        packet.pts = dts if packet.pts is None else max(packet.pts, dts)
        packet.stream = self._stream
        yield packet

    def flush(self) -> Iterator[Packet[Stream]]:
        return iter(())


class _ConvertedText:
    """Subtitles of text in the codec of the new container: the words, without their styles."""

    def __init__(self, stream: Stream, output: OutputContainer, container: Container) -> None:
        self.lost = 0
        self._decoder = cast("SubtitleCodecContext", stream.codec_context)
        self._decoder.open(strict=False)
        assert container.subtitle_encoder is not None  # or they would be left out
        self._stream = output.add_stream(container.subtitle_encoder)
        self._encoder = cast("SubtitleCodecContext", self._stream.codec_context)
        self._encoder.subtitle_header = self._decoder.subtitle_header
        self._encoder.time_base = Fraction(1, 1000)
        self._encoder.open()
        copy_labels(stream, self._stream, container)

    def packets(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        try:
            words = self._decoder.decode2(packet)
            if words is None or packet.pts is None:
                return
            encoded = self._encoder.encode_subtitle(words)
        except av.error.FFmpegError:
            self.lost += 1
            return
        encoded.pts = encoded.dts = packet.pts
        encoded.duration, encoded.time_base = packet.duration, packet.time_base
        encoded.stream = self._stream
        yield encoded

    def flush(self) -> Iterator[Packet[Stream]]:
        return iter(())


def copy_labels(source: Stream, target: Stream, container: Container) -> None:
    """Language, title and role."""
    labels = {k: v for k, v in source.metadata.items() if k.lower() not in _NOT_LABELS}
    if "name" in labels:  # the title of a track, as MP4 and MOV call it
        labels.setdefault("title", labels.pop("name"))
    language = labels.get("language")
    if language is not None:
        language = _FROM_MOV.get(language, language)
        is_mov = container.format == "mov"
        labels["language"] = _MOV_LANGUAGES.get(language, language) if is_mov else language
    if container.iso_media and "title" in labels:
        labels["handler_name"] = labels["title"]  # the one name of a track that all players show
    target.metadata.update(labels)
    target.disposition = source.disposition
