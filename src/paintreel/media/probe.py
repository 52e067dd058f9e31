"""What a clip or an animated picture is: size, timing, colour, streams."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from paintreel.errors import UnreadableFile, VideoError
from paintreel.media.animation import describe_animation
from paintreel.media.clip import (
    MAX_FRAME_PIXELS,
    VideoInfo,
    animation_format,
    describe_clip,
    find_video_stream,
    format_of_head,
    open_clip,
)
from paintreel.media.containers import VIDEO_SUFFIXES

__all__ = ["VIDEO_SUFFIXES", "is_video", "probe"]


def probe(path: str | PathLike[str], *, max_pixels: int = MAX_FRAME_PIXELS) -> VideoInfo:
    """Describe the clip or animation at `path` after decoding its first frame.

    Raises `UnreadableFile` when it is missing, empty, damaged or no clip; `VideoError` when it
    has no video stream or no frame that can be decoded; `PictureTooLarge`.
    """
    path = Path(path)
    if animation_format(path):
        return describe_animation(path, max_pixels=max_pixels)
    return describe_clip(path, max_pixels)


def is_video(path: str | PathLike[str]) -> bool:
    """Whether the file opens as a clip with a video stream (animated pictures do not count).

    False also for what is missing or not permitted; a true one may still be damaged.
    """
    path = Path(path)
    try:
        if format_of_head(path):
            return False
        with open_clip(path) as container:
            find_video_stream(container, path)
            return True
    except (UnreadableFile, VideoError):
        return False
