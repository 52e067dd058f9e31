"""Opening clips safely, and what their headers and first frames say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import av
import numpy as np

from paintreel.errors import PictureTooLarge, UnreadableFile, VideoError
from paintreel.imaging.file_signatures import format_of, is_text, why_blank
from paintreel.imaging.files import is_animated
from paintreel.imaging.formats import ANIMATED_FORMATS
from paintreel.imaging.untrusted_files import read_head
from paintreel.media.colour_tags import (
    BT709,
    FULL_RANGE,
    MATRIX_RGB,
    UNSPECIFIED,
    ColourTags,
    default_tags,
)
from paintreel.media.containers import CONTAINERS, Container
from paintreel.media.hdr_metadata import is_dolby_vision_alone, peak_cd_m2, side_data
from paintreel.media.orientation import UPRIGHT, Orientation

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = [
    "MAX_FRAME_PIXELS",
    "Clock",
    "VideoInfo",
    "animation_format",
    "check_colour",
    "check_frame_size",
    "clock_of",
    "codec_name",
    "decoder_of",
    "describe_clip",
    "find_video_stream",
    "format_of_head",
    "has_alpha",
    "open_clip",
    "orientation_of",
    "packets_of",
    "row_of",
    "tags_of",
    "time_base_of",
]

MAX_FRAME_PIXELS = 1 << 26
"""Frames above this (8192x8192) are refused before they are decoded; 8K has half of it."""

# Demuxers that read one self-contained file. Without this list a text file would be played as
# ANSI art, and a playlist could make us open other files and network addresses.
_READABLE = [row for row in CONTAINERS.values() if row.demuxer is not None]
_DEMUXERS = dict.fromkeys(row.demuxer for row in _READABLE if row.demuxer is not None)
_OPENING = {"format_whitelist": ",".join(_DEMUXERS), "protocol_whitelist": "file"}
_TITLES = list(dict.fromkeys(row.title for row in _READABLE))

# FFmpeg's own decoders of these show the colours under transparent parts; libvpx reads the alpha.
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
_MOST_REORDERED = 16  # frames, as in every codec


_ALSO_STILL = ("GIF", "WEBP")  # whose still pictures are taken as a clip of one frame


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is known of a clip before all of it is decoded.

    `width` and `height` are those of the upright frames, in pixels. `frames` is exact or None
    (Matroska does not store it), `duration_s` in seconds or None, `rate` the average frames per
    second or None. `variable_rate` is a hint from the header: average and base rate differ.
    `pixel_aspect` is the width of a pixel over its height. `orientation` has been taken into
    account in all of them. `tags`, `interlaced` and `bits` (a channel) are those of the first
    frame. `audio_formats` say rate and channels too. `loop` is how often an animation plays in all,
    0 for ever (1 for videos). `start_s` is when the earliest of picture and sound starts by the
    file's own times, in seconds: frames and packets come from 0 on. `peak_cd_m2` is the brightest
    light that a clip of high dynamic range states, in cd/m2, or None.
    """

    width: int
    height: int
    frames: int | None
    duration_s: float | None
    rate: Fraction | None
    codec: str
    pixel_format: str
    container: str
    tags: ColourTags
    time_base: Fraction
    variable_rate: bool = False
    pixel_aspect: Fraction = Fraction(1)
    orientation: Orientation = UPRIGHT
    audio: tuple[str, ...] = ()
    audio_formats: tuple[str, ...] = ()
    subtitles: tuple[str, ...] = ()
    has_alpha: bool = False
    bits: int = 8
    interlaced: bool = False
    loop: int = 1
    start_s: Fraction = Fraction(0)
    peak_cd_m2: float | None = None

    @property
    def has_audio(self) -> bool:
        """Whether there is sound."""
        return bool(self.audio)

    @property
    def is_animation(self) -> bool:
        """Whether it is an animated picture: a GIF, WebP, PNG or AVIF."""
        return self.container.upper() in ANIMATED_FORMATS

    @property
    def hdr(self) -> bool:
        """Whether it is high dynamic range video, which is tone-mapped when it is read."""
        return self.tags.hdr is not None

    @property
    def shown_tags(self) -> ColourTags:
        """Those of the frames that a reader gives: `tags`, or BT.709 where it is tone-mapped."""
        if not self.hdr:
            return self.tags
        return BT709.for_rgb() if self.tags.matrix == MATRIX_RGB else BT709

    @property
    def exact_pixel_format(self) -> str | None:
        """How FFmpeg calls the format of the stored pixels; None where it is not known."""
        if not self.is_animation:
            return self.pixel_format
        return "rgb24" if self.container in ("gif", "png") else None  # others have chroma of either

    @property
    def rotation_deg(self) -> int:
        """Degrees clockwise by which the stored frames are turned: 0, 90, 180 or 270."""
        return self.orientation.degrees_clockwise

    @property
    def expected_frames(self) -> int | None:
        """`frames`, or an estimate by duration and rate, or None."""
        if self.frames is None and self.duration_s and self.rate:
            return max(1, round(self.duration_s * self.rate))
        return self.frames


def animation_format(path: Path) -> str | None:
    """Which animated picture the file holds, by its content: "GIF", "PNG"; None for a clip.

    A still GIF or WebP is one too, of one frame. Raises `UnreadableFile` when it is missing, empty
    or another kind of picture.
    """
    name = format_of_head(path)
    if name and name not in _ALSO_STILL and not is_animated(path):
        raise UnreadableFile(path, f"it is a still picture ({name}), not a clip")
    return name


def format_of_head(path: Path) -> str | None:
    """The picture format the file starts as, None when it is no picture.

    Raises `UnreadableFile` when it is missing, empty, a folder or a pipe.
    """
    head = read_head(path)
    blank = why_blank(head)
    if blank is not None:
        raise UnreadableFile(path, blank)
    return format_of(head)


def describe_clip(path: Path, max_pixels: int) -> VideoInfo:
    """What `paintreel.media.probe.probe` says of a clip that is no animated picture."""
    with open_clip(path) as container:
        stream = find_video_stream(container, path)
        check_frame_size(path, stream.codec_context.width, stream.codec_context.height, max_pixels)
        first = _first_frame(container, stream, path)
        _check_dolby_vision(path, first, stream.codec_context.codec_tag)
        return _describe(container, stream, first)


def open_clip(path: Path) -> InputContainer:
    """The opened container of a clip; a context manager. Raises `UnreadableFile`."""
    try:
        # "file:" keeps names such as "concat:..." from being read as addresses.
        return av.open(f"file:{path}", options=_OPENING, metadata_errors="replace")
    except av.error.FFmpegError as error:
        if is_text(read_head(path)):
            raise UnreadableFile(path, "it is a text file and no clip") from None
        if (title := _sound_title(read_head(path))) is not None:
            what = f"it is a sound ({title}) and no clip: it has no frames"
            raise UnreadableFile(path, what) from None
        detail = error.strerror or type(error).__name__
        raise UnreadableFile(
            path,
            f"no clip of a known format, or damaged, cut off or encrypted ({detail}); "
            f"expected {', '.join(_TITLES[:-1])} or {_TITLES[-1]}",
        ) from error


def _sound_title(head: bytes) -> str | None:
    """What a file of sound alone is, by how it begins; None of others."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "WAV"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "MP3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "AAC"
    return {b"fLaC": "FLAC", b"caff": "CAF", b".snd": "AU"}.get(head[:4])


def row_of(container: InputContainer) -> Container:
    """What the table of containers says of an open clip."""
    names = container.format.name.split(",")
    return next(row for row in _READABLE if row.demuxer in names)


def find_video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first video stream that is no cover picture. Raises `VideoError`."""
    pictures = av.stream.Disposition.attached_pic
    streams = [s for s in container.streams.video if not s.disposition & pictures]
    if not streams:
        raise VideoError(f"{path} has no video stream, {_contents(container)}")
    # Damaged headers leave a stream without decoder; to use it would crash the process.
    usable = [s for s in streams if s.codec_context is not None]
    if not usable:
        raise VideoError(f"{path}: the video stream is damaged, or its codec is not supported")
    return usable[0]


def packets_of(
    container: InputContainer, streams: list[Stream], on_late: Callable[[], None] | None = None
) -> Iterator[Packet[Stream]]:
    """The packets of `streams` in the order of the file.

    PyAV knows the streams that are there at the start and stumbles over packets of others, which
    damaged files and broadcasts have; `on_late` is called for each of these.
    """
    while True:
        try:
            yield from container.demux(streams)
        except IndexError:
            if on_late is not None:
                on_late()
        else:
            return


def check_frame_size(path: Path, width: int, height: int, max_pixels: int) -> None:
    """Raise `PictureTooLarge` for frames of more than `max_pixels` pixels."""
    if width * height > max_pixels:
        raise PictureTooLarge(path, width * height, max_pixels)


def tags_of(frame: VideoFrame) -> ColourTags:
    """The frame's colour tags, what is unspecified filled in by `default_tags`."""
    is_rgb = frame.format.is_rgb or frame.format.has_palette
    guess = replace(BT709, matrix=MATRIX_RGB) if is_rgb else default_tags(frame.height)
    known = {
        "primaries": frame.color_primaries,
        "transfer": frame.color_trc,
        "matrix": MATRIX_RGB if is_rgb else frame.colorspace,
    }
    # 0 is reserved, but for the matrix of RGB, which a YUV frame cannot have.
    known = {
        name: code
        for name, code in known.items()
        if code not in (0, UNSPECIFIED) or (is_rgb and name == "matrix")
    }
    full = (
        is_rgb
        or frame.color_range == FULL_RANGE
        or frame.format.name.startswith("yuvj")
        or (frame.format.name.startswith("gray") and not frame.color_range)
    )
    return replace(guess, full_range=full, **known)


def codec_name(stream: Stream) -> str:
    """The codec of a stream, not the decoder that reads it: "av1", not "libdav1d"."""
    context = stream.codec_context
    return context.codec.canonical_name if context is not None else "unknown"


def has_alpha(frame: VideoFrame) -> bool:
    """Whether the frame has an alpha plane (the unused one of palettes does not count)."""
    return not frame.format.has_palette and any(c.is_alpha for c in frame.format.components)


def orientation_of(frame: VideoFrame) -> Orientation:
    """How the frame is to be turned, by its display matrix."""
    matrix = side_data(frame, "DISPLAYMATRIX")
    if matrix is None:
        return UPRIGHT
    return Orientation.from_matrix(np.frombuffer(matrix, np.int32).tolist())


def check_colour(path: Path, tags: ColourTags) -> None:
    """Raise `VideoError` for colour matrices that cannot be undone."""
    if not tags.readable:
        raise VideoError(
            f"{path} has the colour matrix {tags.matrix_name}, expected BT.601, BT.709, BT.2020 "
            "or RGB; convert it first, for example: ffmpeg -i IN -vf scale=out_color_matrix=bt709 "
            "-c:a copy OUT"
        )


def _check_dolby_vision(path: Path, frame: VideoFrame, codec_tag: str) -> None:
    if is_dolby_vision_alone(frame, codec_tag):
        raise VideoError(
            f"{path} is Dolby Vision of profile 5, whose picture only Dolby's own decoders show in "
            "its colours; export it as HDR10, HLG or standard range from where it was made"
        )


def time_base_of(stream: Stream) -> Fraction:
    """The unit of the stream's times in seconds, which every stream of an open container has."""
    assert stream.time_base is not None
    return stream.time_base


def decoder_of(stream: VideoStream) -> VideoCodecContext:
    """What decodes the stream: its own decoder, or one that knows its alpha."""
    context = stream.codec_context
    name = _ALPHA_DECODERS.get(codec_name(stream))
    if name is None or _metadata(stream).get("alpha_mode") != "1":
        return context
    if name not in av.codec.codecs_available:
        return context
    decoder = cast("VideoCodecContext", av.codec.CodecContext.create(name, "r"))
    decoder.width, decoder.height = context.width, context.height
    decoder.color_primaries, decoder.color_trc = context.color_primaries, context.color_trc
    decoder.colorspace, decoder.color_range = context.colorspace, context.color_range
    return decoder


class Clock(NamedTuple):
    """What the header says of the times of a clip's video stream.

    end_s        when it ends, in seconds from `VideoInfo.start_s`, None where that is not said
    frame_ticks  how long a frame is shown, in units of the stream's time base, None: unknown
    reordered    by how many frames the decoder may lag behind
    """

    end_s: float | None
    frame_ticks: int | None
    reordered: int


def clock_of(stream: VideoStream, start_s: Fraction) -> Clock:
    """The clock of a stream of a clip that starts at `start_s`."""
    rate = stream.average_rate or stream.base_rate
    end = _stated_end_s(stream)
    return Clock(
        end_s=None if end is None else end - float(start_s),
        frame_ticks=round(1 / rate / time_base_of(stream)) if rate else None,
        reordered=min(stream.codec_context.reorder_depth, _MOST_REORDERED),
    )


def _start_s(container: InputContainer, stream: VideoStream, first: VideoFrame) -> Fraction:
    """When the earliest of picture and sound starts, by the file's own times."""
    starts = {s: s.start_time for s in (stream, *container.streams.audio)}
    if starts[stream] is None and row_of(container).stores_pts:
        starts[stream] = first.pts  # as in Matroska, whose header has no such thing
    known = [ticks * time_base_of(s) for s, ticks in starts.items() if ticks is not None]
    return min(known, default=Fraction(0))


def _stated_end_s(stream: VideoStream) -> float | None:
    if stream.duration:
        return float((stream.duration + (stream.start_time or 0)) * time_base_of(stream))
    # Matroska: hours:minutes:seconds, as text.
    parts = stream.metadata.get("DURATION", "").split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return None
    return hours * 3600 + minutes * 60 + seconds


def _first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    last_error: av.error.FFmpegError | None = None
    decoder = decoder_of(stream)
    try:
        for packet in packets_of(container, [stream]):
            try:
                for frame in decoder.decode(packet):
                    return frame
            except av.error.FFmpegError as error:
                last_error = error
    except av.error.FFmpegError as error:
        last_error = error
    why = f"; the decoder says: {last_error.strerror}" if last_error else ""
    raise VideoError(
        f"{path}: the {codec_name(stream)} stream has no frame that can be decoded "
        f"(empty, cut off, damaged or encrypted){why}"
    )


def _describe(container: InputContainer, stream: VideoStream, frame: VideoFrame) -> VideoInfo:
    orientation = orientation_of(frame)
    width, height = frame.width, frame.height
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if orientation.swaps_sides:
        width, height, aspect = height, width, 1 / aspect
    average, base = stream.average_rate, stream.base_rate
    start_s = _start_s(container, stream, frame)
    duration_s = _duration_s(container, stream, start_s)
    rate = average or base or None
    return VideoInfo(
        width=width,
        height=height,
        frames=_exact_frames(stream, duration_s, rate),
        duration_s=duration_s,
        rate=rate,
        codec=codec_name(stream),
        pixel_format=frame.format.name,
        container=container.format.name,
        tags=tags_of(frame),
        time_base=time_base_of(stream),
        variable_rate=bool(average and base and average != base),
        pixel_aspect=aspect,
        orientation=orientation,
        audio=_codecs(container.streams.audio),
        audio_formats=tuple(_audio_format(s) for s in container.streams.audio),
        subtitles=_codecs(container.streams.subtitles),
        has_alpha=has_alpha(frame),
        bits=max(component.bits for component in frame.format.components),
        interlaced=frame.interlaced_frame,
        start_s=start_s,
        peak_cd_m2=peak_cd_m2(frame),
    )


def _duration_s(container: InputContainer, stream: VideoStream, start_s: Fraction) -> float | None:
    end_s = clock_of(stream, start_s).end_s
    if end_s or container.duration is None:
        return end_s
    return container.duration / av.time_base


def _exact_frames(
    stream: VideoStream, duration_s: float | None, rate: Fraction | None
) -> int | None:
    """The number in the header, None where it cannot be true: some AVI files count other things."""
    frames = stream.frames or None
    if frames and duration_s and rate and stream.frames > 2 * duration_s * rate + 1:
        return None
    return frames


def _metadata(stream: Stream) -> dict[str, str]:
    return {name.lower(): text for name, text in stream.metadata.items()}


def _codecs(streams: Iterable[Stream]) -> tuple[str, ...]:
    return tuple(codec_name(s) for s in streams)


def _audio_format(stream: AudioStream) -> str:
    """Such as "aac, 48000 Hz, stereo"."""
    rate = f"{stream.rate} Hz" if stream.rate else ""
    layout = stream.layout.name if stream.channels else ""
    return ", ".join(filter(None, (codec_name(stream), rate, layout)))


def _contents(container: InputContainer) -> str:
    pictures = av.stream.Disposition.attached_pic
    covers = {s.index for s in container.streams.video if s.disposition & pictures}
    kinds = sorted({"cover" if s.index in covers else s.type for s in container.streams})
    return f"only {', '.join(kinds)}" if kinds else "no stream at all"
