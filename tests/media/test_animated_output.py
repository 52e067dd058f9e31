"""Palettes of GIF: kept while they serve, new where they would be seen."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.media.animated_output import PalettePacker
from paintreel.media.colour_tags import BT709

WIDTH, HEIGHT = 96, 64


def shown(frame) -> np.ndarray:
    """(H, W, 4) RGBA of a frame with a palette."""
    plane, table = frame.planes
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    bgra = np.frombuffer(memoryview(table), np.uint8)[:1024].reshape(256, 4)
    return bgra[rows[:, : plane.width]][..., [2, 1, 0, 3]]


@pytest.fixture
def pack() -> PalettePacker:
    return PalettePacker(WIDTH, HEIGHT, BT709.for_rgb())


def test_one_palette_serves_a_shot_and_a_cut_brings_another(pack, painted):
    for index in range(8):
        pack(painted(index // 4, WIDTH, HEIGHT))
    first = pack.palettes
    assert first <= 2
    pack(255 - painted(1, WIDTH, HEIGHT) // 2)
    assert pack.palettes == first + 1


def test_a_slow_change_does_not_outlive_its_palette(pack):
    """A fade, a level a frame: no frame is further off than one has to be."""
    for level in range(120):
        pixels = np.full((HEIGHT, WIDTH, 3), (200 - level, 60, 40 + level), np.uint8)
        off = shown(pack(pixels))[..., :3].astype(int) - pixels
        assert np.abs(off).max() <= 2


def test_a_small_thing_that_comes_gets_its_colour(pack, painted):
    ground = np.repeat(painted(0, WIDTH, HEIGHT)[..., :1] // 2 + 40, 3, axis=2)
    pack(ground)
    lamp = ground.copy()
    lamp[24:40, 40:56] = (255, 0, 0)
    seen = shown(pack(lamp))[24:40, 40:56, :3].astype(int)
    assert np.abs(seen - (255, 0, 0)).mean() < 3


def test_as_near_as_a_palette_of_its_own(painted):
    """A moving picture, each frame with the kept palette and with one of its own."""
    kept = PalettePacker(WIDTH, HEIGHT, BT709.for_rgb())
    for index in range(0, 24, 2):
        pixels = painted(index, WIDTH, HEIGHT)
        alone = PalettePacker(WIDTH, HEIGHT, BT709.for_rgb())
        errors = [
            np.abs(shown(packer(pixels))[..., :3].astype(int) - pixels).mean()
            for packer in (kept, alone)
        ]
        assert errors[0] <= errors[1] + 1


def test_transparent_parts_stay_so_with_a_kept_palette(pack, painted):
    pixels = painted(0, WIDTH, HEIGHT)
    for edge in (20, 30, 40):
        alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
        alpha[:, :edge] = 0
        seen = shown(pack(pixels, alpha))
        assert np.array_equal(seen[..., 3] > 127, alpha > 127)
    assert pack.palettes == 1
