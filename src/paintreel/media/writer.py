"""Frames into a clip: packed, encoded and muxed, each at its own time, with sound beside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import av
import numpy as np
from av.video.stream import VideoStream

from paintreel.errors import OutputError
from paintreel.media.animated_metadata import fitted, metadata_for, put_in
from paintreel.media.animated_output import PalettePacker, finish_webp
from paintreel.media.clip_metadata import (
    KEYED_METADATA,
    KeptMetadata,
    language_of,
    metadata_in,
    unkept_languages,
    unkept_metadata,
)
from paintreel.media.codecs import MAX_FPS
from paintreel.media.containers import Container
from paintreel.media.encoding import EncodingPlan
from paintreel.media.frame import Frame, FrameSource
from paintreel.media.ordinary_priority import ordinary_priority
from paintreel.media.pacing import pacer_for
from paintreel.media.passthrough import Passthrough, copy_labels
from paintreel.media.pixels import FramePacker, on_white
from paintreel.notes import Note
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.container.core import Chapter
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

    from paintreel.imaging.arrays import Array

__all__ = ["ClipWriter", "FrameSink"]

_TOO_FEW_TO_REORDER = 2
_OPAQUE = 255
_FALLBACK_RATE = Fraction(25)


class FrameSink(Protocol):
    """A writer: `ClipWriter`, or `paintreel.media.sequence.SequenceWriter`.

    `dropped` counts frames that were left out; `audio` and `subtitles` say what became of each
    stream beside the video, `notes()` all that was not kept as it was.
    """

    audio: tuple[str, ...]
    subtitles: tuple[str, ...]

    @property
    def dropped(self) -> int: ...
    def notes(self) -> tuple[Note, ...]: ...
    def write(self, frame: Frame) -> None: ...
    def write_packet(self, packet: Packet[Stream]) -> None: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class ClipWriter:
    """Writes one clip to `path` as `plan` says.

    `source` gives the timing, the shape of pixels and the streams that are carried along;
    `loop` is how often an animation plays, 0 for ever. Frames come in order of time. `close()`
    completes the file, `abort()` only lets go of it.

    Raises `OutputError` when the encoder refuses its settings, and `OSError` for the disk.
    """

    def __init__(
        self,
        path: Path,
        plan: EncodingPlan,
        source: FrameSource,
        *,
        audio: bool = True,
        loop: int = 0,
    ) -> None:
        self._lost_packets = 0
        self._path, self._plan = path, plan
        self._time_base = plan.container.time_base or source.info.time_base
        self._pacer = pacer_for(
            plan.container, source.info.time_base, from_animation=source.info.is_animation
        )
        self._first_pts: int | None = None
        self._last_pts: int | None = None
        self._last_packed: tuple[Array, Array | None, VideoFrame] | None = None
        self._has_alpha = False
        self._laid_on_white = self._hardened = 0
        self._unkept: tuple[Note, ...] = ()
        self._count = 0
        self._last_duration = 0
        self._durations: dict[int, int] = {}
        metadata = self._metadata = metadata_for(plan.container, source)
        self._fitted = fitted(plan.container, source)
        with self._failures():
            self._output = av.open(
                f"file:{path}",
                "w",
                format=plan.container.format,
                options=plan.container.options
                | _loop_option(plan, loop)
                | _metadata_option(plan, metadata),
            )
        try:
            with self._failures():
                self._output.metadata.update(metadata)
                chapters = source.chapters()
                self._chapters_lost = 0 if plan.container.chapters else len(chapters)
                self._output.set_chapters(_own_chapters(chapters, plan.container))
                self._stream = self._add_video(source)
                beside = Passthrough(
                    source.streams(),
                    self._output,
                    plan.container,
                    audio=audio,
                    changing_sound=source.changing_sound() if audio else {},
                )
                with ordinary_priority():
                    self._output.start_encoding()
        except BaseException:
            self.abort()
            raise
        self._beside = beside
        self.audio, self.subtitles = tuple(beside.audio), tuple(beside.subtitles)
        self._pack: FramePacker | PalettePacker
        if plan.pixel_format == "pal8":
            self._pack = PalettePacker(plan.width, plan.height, plan.tags)
        else:
            self._pack = FramePacker(plan.width, plan.height, plan.pixel_format, plan.tags)

    @property
    def dropped(self) -> int:
        """How many frames were left out."""
        return self._pacer.dropped

    def notes(self) -> tuple[Note, ...]:
        """What was not kept as it was, so far."""
        notes = [*self._pacer.notes(), *self._beside.notes()]
        if self._laid_on_white:
            notes.append(
                Note("alpha-lost", "transparent parts are laid on white", self._laid_on_white, True)
            )
        if self._hardened:
            text = "half transparent parts become opaque or clear: a GIF has nothing between"
            notes.append(Note("alpha-hardened", text, self._hardened, loss=True))
        if self._lost_packets:
            text = f"{counted(self._lost_packets, 'damaged packet')} beside the video left out"
            notes.append(Note("packets-lost", text, self._lost_packets, loss=True))
        notes += [*self._unkept, *self._fitted.notes]
        if self._chapters_lost:
            text = f"{counted(self._chapters_lost, 'chapter mark')} left out: "
            text += f"{self._plan.container.title} has none"
            notes.append(Note("chapters-left-out", text, self._chapters_lost, loss=True))
        return tuple(notes)

    def write(self, frame: Frame) -> None:
        """Encode one frame, of the size of the source's."""
        for paced in self._pacer.push(frame):
            self._write(paced)

    def _write(self, frame: Frame) -> None:
        if frame.alpha is not None and not self._plan.keeps_alpha:
            pixels = on_white(frame.pixels, frame.alpha)
            frame = replace(frame, pixels=pixels, alpha=None)
            self._laid_on_white += 1
        if frame.alpha is not None:
            self._has_alpha = True
            if self._plan.pixel_format == "pal8":
                self._hardened += bool(np.any((frame.alpha > 0) & (frame.alpha < _OPAQUE)))
        if self._first_pts is None:
            self._first_pts = frame.pts
        self._last_pts, self._last_duration = frame.pts, frame.duration
        self._count += 1
        self._durations[frame.pts] = frame.duration
        with self._failures():
            picture = self._packed(frame)
            picture.time_base, picture.pts = self._time_base, frame.pts
            packets = self._stream.encode(picture)
        self._mux(packets)

    def _packed(self, frame: Frame) -> VideoFrame:
        """The frame as the encoder takes it; one that is held is packed once."""
        last = self._last_packed
        if last is None or last[0] is not frame.pixels or last[1] is not frame.alpha:
            packed = self._pack(frame.pixels, frame.alpha)
            last = self._last_packed = frame.pixels, frame.alpha, packed
        return last[2]

    def write_packet(self, packet: Packet[Stream]) -> None:
        """Carry over a packet of one of the source's other streams."""
        with self._failures("the sound or the subtitles"):
            for carried in self._beside.packets(packet):
                try:
                    self._output.mux(carried)
                except av.error.FFmpegError as error:
                    if isinstance(error, OSError):
                        raise
                    self._lost_packets += 1  # a damaged one; the next may be good

    def close(self) -> None:
        """Write what the encoders still hold, and the end of the file."""
        for frame in self._pacer.finish():
            self._write(frame)
        with self._failures():
            packets = self._in_order(self._stream.encode(None))
        self._mux(packets)
        with self._failures("the sound or the subtitles"):
            for packet in self._beside.flush():
                self._output.mux(packet)
        languages = [language_of(stream) for stream in self._output.streams]
        with self._failures("the end of the file"):
            self._output.close()
        container = self._plan.container
        if self._metadata or any(languages):  # muxers drop in silence what they have no name for
            kept = metadata_in(self._path) if container.kind == "clip" else KeptMetadata()
            self._unkept = (
                *unkept_metadata(self._metadata, kept.names, container.title),
                *unkept_languages(languages, kept.languages, container.title),
            )
        if container.format == "webp":
            assert self._first_pts is not None  # a source without frames raises
            assert self._last_pts is not None
            end = self._last_pts + self._last_duration
            finish_webp(self._path, end - self._first_pts, alpha=self._has_alpha)
        put_in(self._path, container, self._fitted)

    def abort(self) -> None:
        """Let go of the file, which is then no whole clip."""
        with suppress(Exception):  # what went wrong first is what counts
            self._output.close()

    def _in_order(self, packets: list[Packet[Stream]]) -> list[Packet[Stream]]:
        """Packets of a clip of one or two frames with their decoding times set right.

        x265 takes these from frames further on: where there are none it gives whatever lies in
        its memory, which muxers refuse. So few frames are decoded in the order they are shown.
        """
        if self._count <= _TOO_FEW_TO_REORDER:
            for packet in packets:
                packet.dts = packet.pts
        return packets

    def _mux(self, packets: list[Packet[Stream]]) -> None:
        for packet in packets:
            # Encoders make durations up from the frame rate. In a clip of variable rate that
            # is wrong, and seen at its last frame.
            if packet.pts is not None:
                packet.duration = self._durations.pop(packet.pts, packet.duration or 0)
            with self._failures(f"the frame at {self._seconds(packet.pts)}"):
                self._output.mux(packet)

    def _seconds(self, pts: int | None) -> str:
        return "no time" if pts is None else f"{float(pts * self._time_base):.3f} s"

    def _add_video(self, source: FrameSource) -> VideoStream:
        plan, info = self._plan, source.info
        for name, value in plan.codec.environment.items():
            os.environ.setdefault(name, value)
        stream = self._output.add_stream(
            plan.codec.encoder,
            rate=min(info.rate or _FALLBACK_RATE, Fraction(MAX_FPS)),  # it only guides the encoder
            options=plan.options,
            width=plan.width,
            height=plan.height,
            pix_fmt=plan.pixel_format,
            time_base=self._time_base,
        )
        assert isinstance(stream, VideoStream)  # as every encoder in the table of codecs gives
        original = source.video_stream()
        if original is not None:
            copy_labels(original, stream, plan.container)
        context = stream.codec_context
        context.thread_count = plan.threads
        context.color_primaries = plan.tags.primaries
        context.color_trc = plan.tags.transfer
        context.colorspace = plan.tags.matrix
        context.color_range = plan.tags.range_code
        if _scaled_evenly(source):
            context.sample_aspect_ratio = info.pixel_aspect
        if plan.codec.tag and plan.container.iso_media:
            context.codec_tag = plan.codec.tag
        return stream

    @contextmanager
    def _failures(self, part: str | None = None) -> Iterator[None]:
        """What FFmpeg reports, as `OutputError`, but for the disk: that is left to atomic_path.

        `part` names what is being written, None for the picture that is being encoded.
        """
        try:
            yield
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):
                raise OSError(error.errno, error.strerror) from error
            plan = self._plan
            if part is not None:
                raise OutputError(
                    f"cannot write {part} into {plan.container.format}: "
                    f"{error.strerror or type(error).__name__}"
                ) from error
            settings = " ".join(f"{name}={value}" for name, value in plan.options.items())
            raise OutputError(
                f"cannot write {plan.container.format} with {plan.codec.encoder} at "
                f"{plan.width}x{plan.height} {plan.pixel_format} ({settings}): "
                f"{error.strerror or type(error).__name__}; try another codec or size"
            ) from error


def _loop_option(plan: EncodingPlan, loop: int) -> dict[str, str]:
    if plan.container.format == "gif":
        # GIF says how often it plays again; -1: no word of it.
        return {"loop": str({0: 0, 1: -1}.get(loop, loop - 1))}
    return {"loop": str(loop)} if plan.container.format == "webp" else {}


def _own_chapters(chapters: list[Chapter], container: Container) -> list[Chapter]:
    """The chapter marks as `container` holds them: in the MP4 family they begin at 0.

    What comes before the first gets a mark without a title, or all would be moved.
    """
    if not container.chapters or not chapters:
        return []
    first = min(chapters, key=lambda chapter: chapter["start"] * (chapter["time_base"] or 1))
    if not container.iso_media or first["start"] <= 0:
        return chapters
    number = min(chapter["id"] for chapter in chapters) - 1
    lead: Chapter = {
        "id": number,
        "start": 0,
        "end": first["start"],
        "time_base": first["time_base"],
        "metadata": {"title": ""},
    }
    return [lead, *chapters]


def _metadata_option(plan: EncodingPlan, metadata: dict[str, str]) -> dict[str, str]:
    """Keys with dots, as telephones write them, have a table of their own in the MP4 family."""
    if plan.container.iso_media and any(name.startswith(KEYED_METADATA) for name in metadata):
        return {"movflags": plan.container.options.get("movflags", "") + "+use_metadata_tags"}
    return {}


def _scaled_evenly(source: FrameSource) -> bool:
    """Whether the frames have the shape of the source's, so that its pixel aspect holds."""
    info = source.info
    before, after = info.width * source.height, info.height * source.width
    return abs(before - after) <= 0.01 * max(before, after)
