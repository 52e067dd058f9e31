"""Small pictures of what a job was given and what it made, for pages."""

from __future__ import annotations

from collections import deque
from itertools import islice
from pathlib import Path

import numpy as np

from paintreel.errors import PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.jobs.find import kind_of
from paintreel.media.reader import read_frames

__all__ = ["preview_of"]

SIDE_PX = 1280
_FRAMES_IN = 12
"""The poster of a clip is an early frame, but not the first, which is often black."""
_CHECKS_PX, _LIGHT, _DARK = 12, 245, 225


def preview_of(path: Path, target: Path) -> bool:
    """Write a JPEG of `path`, a picture or clip, to `target`; whether there is something to see.

    Transparent parts stand on a chequered ground.
    """
    try:
        pixels = _frame_of(path) if kind_of(path) == "clip" else _picture(path)
    except PaintreelError:
        return False
    height, width = pixels.shape[:2]
    small = resize(pixels, *fit_max_side(width, height, SIDE_PX))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_picture(target, Picture(_on_checks(small)), quality=88, overwrite=True)
    return True


def _picture(path: Path) -> Array:
    pixels = read_picture(path).pixels
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def _frame_of(path: Path) -> Array:
    with read_frames(path) as frames:
        frame = deque(islice(frames, _FRAMES_IN), maxlen=1)[0]
    return frame.pixels if frame.alpha is None else np.dstack([frame.pixels, frame.alpha])


def _on_checks(pixels: Array) -> Array:
    if pixels.shape[2] == 3:
        return pixels
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]] // _CHECKS_PX
    ground = np.where((x + y) % 2, _DARK, _LIGHT)[..., None]
    cover = pixels[..., 3:].astype(np.uint16)
    mixed = (pixels[..., :3] * cover + ground * (255 - cover) + 127) // 255
    laid: Array = mixed.astype(np.uint8)
    return laid
