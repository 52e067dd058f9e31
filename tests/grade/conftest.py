"""A picture with all that a grade looks at, and a clip of two shots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.imaging.files import Picture, write_picture


@pytest.fixture(scope="session")
def landscape() -> np.ndarray:
    """(72, 128, 3) uint8: sky, meadow, a red barn, a white wall, a brown face."""
    rng = np.random.default_rng(4)
    down = np.linspace(0, 1, 72)[:, None, None]
    picture = np.repeat(np.array([110, 160, 225]) * (1 - down) + 225 * down, 128, axis=1)
    picture[44:] = np.array([80, 130, 55]) + rng.normal(0, 8, (28, 128, 3))
    picture[30:60, 10:40] = (180, 45, 40)
    picture[30:60, 50:76] = (240, 239, 236)
    picture[24:60, 90:116] = (205, 150, 120)
    return np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, landscape: np.ndarray) -> Path:
    """The working folder, with `photo.png` in it."""
    monkeypatch.chdir(tmp_path)
    write_picture("photo.png", Picture(landscape))
    return tmp_path


@pytest.fixture
def two_shots(folder: Path, landscape: np.ndarray, make_lossless_clip) -> Path:
    """A lossless clip: the landscape for a second, then a dark blue room for another."""
    room = np.full_like(landscape, (24, 30, 60))
    room[20:50, 30:80] = (70, 60, 95)
    rng = np.random.default_rng(2)
    frames = [
        np.clip(shot + rng.normal(0, 1.5, shot.shape), 0, 255).astype(np.uint8)
        for shot in (landscape, room)
        for _ in range(12)
    ]
    return make_lossless_clip(folder / "clip.mkv", frames, rate=12)
