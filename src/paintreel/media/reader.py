"""Frames out of a clip: decoded, upright, full-range RGB, each with its own timestamp."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import av

from paintreel.errors import VideoError
from paintreel.media.animation import AnimationReader
from paintreel.media.clip import (
    MAX_FRAME_PIXELS,
    animation_format,
    check_colour,
    check_frame_size,
    describe_clip,
    find_video_stream,
    open_clip,
    orientation_of,
    stated_end_s,
    tags_of,
    time_base_of,
)
from paintreel.media.frame import Frame, FrameSource, SizeRule
from paintreel.media.pixels import FrameUnpacker

if TYPE_CHECKING:
    from av.container.core import Chapter
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

__all__ = ["FrameReader", "read_frames"]


def read_frames(
    path: str | PathLike[str], *, size: SizeRule = None, max_pixels: int = MAX_FRAME_PIXELS
) -> FrameReader | AnimationReader:
    """Open a clip, or an animated GIF or WebP, to iterate over its frames in order of time.

    The result is an iterator and a context manager; `.info` describes the clip, `.broken` counts
    the damaged pieces that were skipped so far, `.dropped` frames that repeat a timestamp. Only
    the frame at hand is in memory.

        with read_frames("clip.mp4") as frames:
            for frame in frames:
                ...

    Raises `UnreadableFile`, `VideoError` (no video, nothing to decode, high dynamic range) or
    `PictureTooLarge`.
    """
    path = Path(path)
    if animation_format(path):
        return AnimationReader(path, size=size, max_pixels=max_pixels)
    return FrameReader(path, size=size, max_pixels=max_pixels)


class FrameReader(FrameSource):
    """Frames of a clip in a container that FFmpeg reads. See `read_frames`."""

    def __init__(
        self, path: Path, *, size: SizeRule = None, max_pixels: int = MAX_FRAME_PIXELS
    ) -> None:
        info = describe_clip(path, max_pixels)
        check_colour(path, info.tags)
        super().__init__(info, size, max_pixels)
        self._path, self._max_pixels = path, max_pixels
        self._container = open_clip(path)
        self._stream = find_video_stream(self._container, path)
        # Read now: a stream must not be touched once its container is closed.
        self._stated_end_s = stated_end_s(self._stream)
        self._time_base = time_base_of(self._stream)
        # One thread decodes 720p at 300 frames a second. More of them would cost memory and
        # overhead, and tell of damage late.
        self._stream.thread_type = "NONE"
        self._stream.thread_count = 1
        self._unpack = FrameUnpacker(self.width, self.height)
        self._count = 0
        self._last_pts: int | None = None
        self._last_duration = 0
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

    def streams(self) -> list[Stream]:
        """The streams beside the video: sound, subtitles, attached files."""
        kinds = ("audio", "subtitle", "attachment")
        return [s for s in self._container.streams if s.type in kinds]

    def metadata(self) -> dict[str, str]:
        """Title, author and the other words that the container holds."""
        return dict(self._container.metadata)

    def chapters(self) -> list[Chapter]:
        """The chapter marks, with their titles."""
        return self._container.chapters()

    @property
    def missing_s(self) -> float:
        """By how many seconds the frames read so far end before the header says; 0 if unsaid."""
        if self._stated_end_s is None or self._last_pts is None:
            return 0.0
        end = float((self._last_pts + self._last_duration) * self._time_base)
        return max(0.0, self._stated_end_s - end)

    def events(self) -> Iterator[Frame | Packet[Stream]]:
        """Frames, and between them the packets of `streams()`, in the order of the file."""
        beside = [s for s in self.streams() if s.type != "attachment"]
        return self._decode([self._stream, *beside])

    def _decode(self, streams: list[Stream]) -> Iterator[Frame | Packet[Stream]]:
        for packet in self._demux(streams):
            if packet is not None and packet.stream_index != self._stream.index:
                yield packet
                continue
            try:
                decoded = self._stream.decode(packet)
            except av.error.FFmpegError:
                self.broken += 1
                continue
            for picture in decoded:
                frame = self._frame_of(picture)
                if frame is not None:
                    yield frame
        if not self._count:
            raise VideoError(f"{self._path} has no frame that can be decoded")

    def _demux(self, streams: list[Stream]) -> Iterator[Packet[Stream] | None]:
        """The packets that are not empty, then None: the decoder is to give what it still has."""
        try:
            for packet in self._container.demux(streams):
                if packet.size:
                    yield packet
        except av.error.FFmpegError:
            self.broken += 1  # the file is damaged from here on; what came before is good
        yield None

    def _frame_of(self, picture: VideoFrame) -> Frame | None:
        if picture.is_corrupt:
            self.broken += 1
            return None
        pts = picture.pts
        if pts is None:
            pts = 0 if self._last_pts is None else self._last_pts + max(1, self._last_duration)
        if self._last_pts is not None and pts <= self._last_pts:
            self.dropped += 1
            return None
        check_frame_size(self._path, picture.width, picture.height, self._max_pixels)
        tags = tags_of(picture)
        check_colour(self._path, tags)
        pixels, alpha = self._unpack(picture, tags, orientation_of(picture))
        self._last_pts, self._last_duration = pts, picture.duration or 0
        index, self._count = self._count, self._count + 1
        return Frame(pixels, pts, self._time_base, self._last_duration, index, alpha)
