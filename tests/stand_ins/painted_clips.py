"""Frames with detail to follow, paintings of them, and how near a clip comes to these."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from paintreel.media.reader import read_frames


def landscape(seed: int, height: int = 96, width: int = 160) -> np.ndarray:
    """(height, width, 3) uint8: soft shapes with detail to follow."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0, 255, (height // 8, width // 8, 3)).astype(np.float32)
    fine = rng.uniform(-30, 30, (height // 2, width // 2, 3)).astype(np.float32)
    size = (width, height)
    picture = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC) + cv2.resize(fine, size)
    return np.clip(picture, 0, 255).astype(np.uint8)


def painted(picture: np.ndarray) -> np.ndarray:
    """A painting of a picture: negative and warm."""
    return np.clip((255.0 - picture) * (1.0, 0.8, 0.6), 0, 255).astype(np.uint8)


def frames_of(path: Path) -> list[np.ndarray]:
    """Pixels of every frame of a clip."""
    with read_frames(path) as frames:
        return [frame.pixels.copy() for frame in frames]


def error(x: np.ndarray, y: np.ndarray) -> float:
    """Mean absolute difference in levels, off the border that a pan uncovers."""
    inner = np.s_[8:-8, 24:-24]
    return float(np.abs(x[inner].astype(float) - y[inner]).mean())
