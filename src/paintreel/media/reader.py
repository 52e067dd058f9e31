"""Frames out of a clip: decoded, upright, full-range RGB, each with its own timestamp."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import av

from paintreel.errors import VideoError
from paintreel.imaging.alpha import bleed_colour
from paintreel.media.animation import AnimationReader
from paintreel.media.clip import (
    MAX_FRAME_PIXELS,
    animation_format,
    check_colour,
    check_frame_size,
    clock_of,
    codec_name,
    decoder_of,
    describe_clip,
    find_video_stream,
    open_clip,
    packets_of,
    row_of,
    time_base_of,
)
from paintreel.media.endings import FileEnd, end_of_file
from paintreel.media.frame import Frame, FrameSource, SizeRule
from paintreel.media.restarts import OtherCodecWatch, SequenceWatch
from paintreel.media.sound_headers import SoundKind, changes_of_sound
from paintreel.media.timeline import FrameTimes, Timeline
from paintreel.media.uniform import UniformFrames
from paintreel.notes import Note
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.container.core import Chapter
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

__all__ = ["FrameReader", "read_frames"]

_CUT_SHORT_S = 0.5
_OPAQUE = 255
_TIMES_JUMP = 0x0200  # FFmpeg's AVFMT_TS_DISCONT: in such containers a leap forward is an error
# Streams for broadcasting, in which one stream may go on in another codec.
_JOINABLE = frozenset({"mpegts", "mpeg"})
# One packet is one frame in these; others have packets that show nothing.
_FRAME_A_PACKET = frozenset({"h264", "hevc", "mjpeg", "prores", "png", "ffv1"})


def read_frames(
    path: str | PathLike[str],
    *,
    size: SizeRule = None,
    max_pixels: int = MAX_FRAME_PIXELS,
    takes: Callable[[Fraction], bool] | None = None,
) -> FrameReader | AnimationReader:
    """Open a clip or an animated picture, to iterate over its frames in order of time.

    Times count from 0, the earliest of picture and sound, and always advance: jumps, as where two
    recordings were joined, are bridged. The result is an iterator and a context manager; `.info`
    describes the clip, `.broken` counts the damaged pieces that were skipped so far, `.notes()`
    says all that happened. Only the frame at hand is in memory.

        with read_frames("clip.mp4") as frames:
            for frame in frames:
                ...

    What changes midway (size, shape of pixels, colours), as where two recordings were joined, is
    brought to what the first frame has. High dynamic range comes tone-mapped, as BT.709.

    takes: asked of every frame's time in seconds, in order; those that it does not take are not
    given, and of a film not made into RGB, which is most of the work. None takes all.

    Raises `UnreadableFile`, `VideoError` (no video, nothing to decode, Dolby Vision alone) or
    `PictureTooLarge`.
    """
    path = Path(path)
    if animation_format(path):
        return AnimationReader(path, size=size, max_pixels=max_pixels, takes=takes)
    return FrameReader(path, size=size, max_pixels=max_pixels, takes=takes)


class FrameReader(FrameSource):
    """Frames of a clip in a container that FFmpeg reads. See `read_frames`."""

    def __init__(
        self,
        path: Path,
        *,
        size: SizeRule = None,
        max_pixels: int = MAX_FRAME_PIXELS,
        takes: Callable[[Fraction], bool] | None = None,
    ) -> None:
        info = describe_clip(path, max_pixels)
        check_colour(path, info.tags)
        super().__init__(info, size, max_pixels)
        self._path, self._max_pixels, self._takes = path, max_pixels, takes
        self._container = open_clip(path)
        self._stream = find_video_stream(self._container, path)
        # Read now: a stream must not be touched once its container is closed.
        self._clock = clock_of(self._stream, info.start_s)
        self._time_base = time_base_of(self._stream)
        self._codec = codec_name(self._stream)
        self._index = self._stream.index
        row = row_of(self._container)
        self._timeline = Timeline(
            info.start_s,
            bridges_gaps=bool(self._container.format.flags & _TIMES_JUMP),
            stores_dts=row.stores_dts,
        )
        self._times = FrameTimes(
            self._clock.frame_ticks,
            stores_pts=row.stores_pts,
            delay=self._clock.reordered,
        )
        self._left_out = self._streams_left_out()
        # One thread decodes 720p at 300 frames a second. More of them would cost memory and
        # overhead, and tell of damage late.
        self._decoder = decoder_of(self._stream)
        self._decoder.thread_type = "NONE"
        self._decoder.thread_count = 1
        self._first_tags = (
            self._decoder.color_primaries,
            self._decoder.color_trc,
            self._decoder.colorspace,
            self._decoder.color_range,
        )
        self._begins_anew = SequenceWatch(self._codec)
        self._other_codec = OtherCodecWatch(self._codec) if row.demuxer in _JOINABLE else None
        self._uniform = UniformFrames(path, info, self.width, self.height)
        self._count = self._packets = self._discarded = self._late = 0
        self._ended = self._is_torn = False
        self._end = FileEnd()
        self._demuxer = row.demuxer
        self._frames: Iterator[Frame] | None = None

    def __next__(self) -> Frame:
        if self._frames is None:
            items = self._decode([self._stream])
            self._frames = (item for item in items if isinstance(item, Frame))
        return next(self._frames)

    def close(self) -> None:
        """Close the file; no frame can be read after that."""
        self._frames = iter(())
        self._container.close()

    def video_stream(self) -> Stream | None:
        """The stream that the frames are from, for its language, title and role."""
        return self._stream

    def streams(self) -> list[Stream]:
        """The streams beside the video: sound, subtitles, attached files."""
        kinds = ("audio", "subtitle", "attachment")
        return [s for s in self._container.streams if s.type in kinds]

    def changing_sound(self) -> dict[int, tuple[SoundKind, ...]]:
        """What the streams of sound become midway, by index: see `changes_of_sound`."""
        return changes_of_sound(self._path)

    def metadata(self) -> dict[str, str]:
        """Title, author and the other metadata of the container, {name: text}."""
        return dict(self._container.metadata)

    def chapters(self) -> list[Chapter]:
        """The chapter marks, with their titles."""
        chapters = self._container.chapters()
        for chapter in chapters:
            if not chapter["time_base"]:
                continue
            shift = round(self.info.start_s / chapter["time_base"])
            chapter["start"] = max(0, chapter["start"] - shift)
            chapter["end"] = max(0, chapter["end"] - shift)
        return chapters

    @property
    def missing_s(self) -> float:
        """By how many seconds the frames read so far end before the header says; 0 if unsaid."""
        if self._clock.end_s is None or self._times.end is None:
            return 0.0
        return max(0.0, self._clock.end_s - float(self._times.end * self._time_base))

    def notes(self) -> tuple[Note, ...]:
        """What happened while reading, so far."""
        notes = [*super().notes(), *self._uniform.notes()]
        missing = self._missing_frames()
        if missing:
            text = f"{counted(missing, 'frame')} of the source cannot be decoded"
            notes.append(Note("frames-undecodable", text, missing, loss=True))
        if self._late:
            text = f"{counted(self._late, 'packet')} of streams that begin midway left out"
            notes.append(Note("late-stream-left-out", text, self._late, loss=True))
        for codec, count in self._other_codec.found.items() if self._other_codec else ():
            text = f"a recording in another codec ({codec}) left out"
            text = f"{text} ({counted(count, 'packet')}): convert each by itself, then join them"
            notes.append(Note("other-codec-left-out", text, count, loss=True))
        if self._discarded:
            text = f"{counted(self._discarded, 'frame')} cut away by the source's edit list"
            notes.append(Note("frames-cut-away", text, self._discarded))
        if self._timeline.bridges:
            jumps, seconds = self._timeline.bridges, float(self._timeline.bridged_s)
            text = f"the source's times jump {counted(jumps, 'time')}, {seconds:.3f} s in all"
            notes.append(Note("times-bridged", f"{text}: bridged", jumps))
        if self._times.retimed:
            text = f"{counted(self._times.retimed, 'frame')} whose time does not advance moved on"
            notes.append(Note("frames-retimed", text, self._times.retimed))
        return (*notes, *self._ending_notes(), *self._left_out)

    def _ending_notes(self) -> list[Note]:
        """That something is missing at the end, or follows it."""
        if not self._ended:
            return []
        notes = []
        if self.missing_s > _CUT_SHORT_S:
            text = f"it ends {self.missing_s:.1f} s before its header says"
            text = f"the source is cut off or damaged: {text}"
            notes.append(Note("cut-short", text, loss=True))
        elif self._end.is_cut or self._is_torn:
            text = "the source is cut off: its last bytes are missing"
            notes.append(Note("cut-short", text, loss=True))
        if self._end.is_joined:
            text = (
                "another clip is joined to the end of the source, which this kind of file does not "
                "allow: it is not shown whole; join the two with ffmpeg -f concat"
            )
            notes.append(Note("second-clip-left-out", text, loss=True))
        return notes

    def _missing_frames(self) -> int:
        """How many frames of the source were not given, beside the damaged pieces."""
        if not self._ended:
            return 0
        missing = 0
        if self._codec in _FRAME_A_PACKET and not self.info.interlaced:
            missing = self._packets - self._discarded - self._count - self.broken
        # What was damaged may have held more than one frame. Without a count in the header, and
        # with a variable rate, nobody knows.
        info, is_damaged = self.info, self.broken or missing > 0
        expected = None if info.variable_rate and info.frames is None else info.expected_frames
        if is_damaged and expected is not None and self.missing_s <= _CUT_SHORT_S:
            missing = max(missing, expected - self._discarded - self._count - self.broken)
        return max(0, missing)

    def _streams_left_out(self) -> tuple[Note, ...]:
        """Notes on what is neither the picture nor one of `streams()`."""
        notes = []
        for stream in self._container.streams:
            name = codec_name(stream)
            if stream.type == "video" and stream.index != self._index:
                cover = stream.disposition & av.stream.Disposition.attached_pic
                kind, what = ("cover", "cover picture") if cover else ("video", "video stream")
                text = f"a further {what} ({name}) left out"
                notes.append(
                    Note(f"{kind}-left-out", text.replace("further cover", "cover"), 1, True)
                )
            elif stream.type == "data":
                notes.append(Note("data-left-out", f"a data stream ({name}) left out", 1, True))
        return tuple(notes)

    def events(self) -> Iterator[Frame | Packet[Stream]]:
        """Frames, and between them the packets of `streams()`, in the order of the file."""
        beside = [s for s in self.streams() if s.type != "attachment"]
        return self._decode([self._stream, *beside])

    def _decode(self, streams: list[Stream]) -> Iterator[Frame | Packet[Stream]]:
        for packet in self._demux(streams):
            if packet is not None and packet.stream_index != self._index:
                yield packet
                continue
            if packet is not None and self._other_codec is not None and self._other_codec(packet):
                continue
            if packet is not None:
                self._packets += 1
                self._discarded += packet.is_discard
            if packet is not None and self._begins_anew(packet):
                yield from self._pictures(None)
                self._restart_decoder()
            yield from self._pictures(packet)
        self._ended = True
        self._end = end_of_file(self._path, self._demuxer)
        if not self._count:
            raise VideoError(f"{self._path} has no frame that can be decoded")

    def _restart_decoder(self) -> None:
        self._decoder.flush_buffers()
        # Decoders keep the tags of one sequence for the next where that has none.
        primaries, transfer, matrix, value_range = self._first_tags
        self._decoder.color_primaries, self._decoder.color_trc = primaries, transfer
        self._decoder.colorspace, self._decoder.color_range = matrix, value_range

    def _pictures(self, packet: Packet[Stream] | None) -> Iterator[Frame]:
        """The frames that the decoder gives for a packet; None: all that it still has."""
        try:
            decoded = self._decoder.decode(packet)
        except av.error.FFmpegError:
            self.broken += 1
            return
        for picture in decoded:
            frame = self._frame_of(picture)
            if frame is not None:
                yield frame

    def _demux(self, streams: list[Stream]) -> Iterator[Packet[Stream] | None]:
        """The packets that are not empty, then None: the decoder is to give what it still has."""
        leading = {s.index for s in streams if s.type in ("video", "audio")}
        try:
            for packet in packets_of(self._container, streams, self._skip_late):
                if packet.size:
                    self._is_torn = packet.is_corrupt
                    packet.pts, packet.dts = self._timeline.place(
                        packet.stream_index,
                        packet.pts,
                        packet.dts,
                        packet.duration or 0,
                        packet.time_base,
                        leads=packet.stream_index in leading,
                        is_key=packet.is_keyframe,
                    )
                    yield packet
        except av.error.FFmpegError:
            self.broken += 1  # the file is damaged from here on; what came before is good
        yield None

    def _skip_late(self) -> None:
        self._late += 1

    def _frame_of(self, picture: VideoFrame) -> Frame | None:
        if picture.is_corrupt:
            self.broken += 1
            return None
        check_frame_size(self._path, picture.width, picture.height, self._max_pixels)
        pts, duration = self._times.of(picture.pts, picture.dts, picture.duration or 0)
        if self._takes is not None and not self._takes(pts * self._time_base):
            self._count += 1
            return None
        pixels, alpha = self._uniform(picture, self._decoder.sample_aspect_ratio)
        if alpha is not None and alpha.min() == _OPAQUE:
            alpha = None
        pixels = bleed_colour(pixels, alpha)
        index, self._count = self._count, self._count + 1
        return Frame(pixels, pts, self._time_base, duration, index, alpha)
