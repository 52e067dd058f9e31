"""What the job of a clip hands to the function that makes it, whatever the verb."""

from __future__ import annotations

import dataclasses
from typing import Any

from paintreel.jobs.job import Progress
from paintreel.options import ClipOptions

__all__ = ["clip_keywords"]


def clip_keywords(options: ClipOptions, progress: Progress) -> dict[str, Any]:
    """Keywords of `stylize_video` and its like: encoding, limits, what replaces what, progress."""
    return {
        **dataclasses.asdict(options.encoding),
        "audio": options.audio,
        "fps": options.fps,
        "max_pixels": options.max_pixels,
        "max_frames": options.max_frames,
        "overwrite": progress.overwrite,
        "on_progress": progress.on_frame,
        "cancel": progress.cancel,
    }
