"""How long a clip may be: a small file may ask for days of work."""

from __future__ import annotations

from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.files import is_animated
from paintreel.imaging.frame_count import count_frames
from paintreel.media.probe import probe

__all__ = ["MAX_ANIMATION_FRAMES", "MAX_CLIP_FRAMES", "check_length", "too_long"]

MAX_ANIMATION_FRAMES, MAX_CLIP_FRAMES = 10_000, 250_000
"""Frames that are painted unless more are allowed: a quarter of an hour, three hours of film."""


def check_length(src: Path, max_frames: int | None) -> int:
    """Raise InputError for a clip of more frames. Returns the limit.

    max_frames: None takes MAX_ANIMATION_FRAMES or MAX_CLIP_FRAMES. What cannot be counted before it
    is decoded is left to the work itself.
    """
    limit = max_frames or MAX_CLIP_FRAMES
    if is_animated(src):
        count, limit = count_frames(src), max_frames or MAX_ANIMATION_FRAMES
        if count is not None and count > limit:
            raise too_long(src, f"{count:,}", limit)
        return limit
    info = probe(src)
    expected = info.expected_frames
    if info.frames is not None and info.frames > limit:
        raise too_long(src, f"{info.frames:,}", limit)
    # A guess from rate and duration: in doubt for the clip.
    if info.frames is None and expected is not None and expected > 2 * limit:
        raise too_long(src, f"about {expected:,}", limit)
    return limit


def too_long(src: Path, count: str, limit: int) -> InputError:
    """The error of a clip of `count` frames."""
    return InputError(
        f"{src} has {count} frames, the limit is {limit:,}; if you want them all, raise it with "
        "--max-frames (max_frames=...)"
    )
