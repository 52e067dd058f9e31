from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.roughs.rough import LEVELS, WORK_PX, make_rough, make_roughs


def colours_of(picture: np.ndarray) -> np.ndarray:
    return np.unique(picture.reshape(-1, 3), axis=0)


def textured(size: int = 256) -> np.ndarray:
    """Noise over a gradient: nothing flat, so that every level uses all regions it may."""
    rng = np.random.default_rng(0)
    ramp = np.linspace(40, 200, size)[:, None, None] + np.linspace(0, 50, size)[None, :, None]
    coarse = cv2.resize(rng.normal(0, 40, (size // 8, size // 8, 3)), (size, size))
    return np.clip(ramp + coarse + rng.normal(0, 10, coarse.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("level", LEVELS)
def test_no_more_flat_colours_than_the_level_says(level):
    rough = make_rough(textured(), level)
    assert LEVELS[level].regions // 2 < len(colours_of(rough.blocks)) <= LEVELS[level].regions
    assert (rough.lines is not None) == LEVELS[level].lines


def test_regions_grow_with_the_area():
    small = len(colours_of(make_rough(textured(128), "fine").blocks))
    assert small <= 256 // 4
    assert len(colours_of(make_rough(textured(512), "coarse").blocks)) <= 24 * 4


def test_flat_shapes_come_back_as_they_are():
    picture = np.full((96, 128, 3), (200, 180, 90), np.uint8)
    cv2.circle(picture, (64, 48), 30, (20, 60, 160), -1)
    blocks = make_rough(picture, "coarse").blocks
    middle = blocks[40:56, 56:72].astype(int)
    assert np.abs(middle - (20, 60, 160)).max() <= 8  # the blur moves a little over the border
    assert np.abs(blocks[:10].astype(int) - (200, 180, 90)).max() <= 4


def test_coarser_block_ins_are_farther_from_the_picture():
    picture = textured()
    roughs = make_roughs(picture)
    errors = [((roughs[n].blocks - picture.astype(float)) ** 2).mean() for n in LEVELS]
    assert errors[0] > errors[1] > errors[2]


def test_one_level_is_what_all_levels_give():
    picture = textured(96)
    together = make_roughs(picture, ["fine"])["fine"]
    alone = make_rough(picture, "fine")
    np.testing.assert_array_equal(together.blocks, alone.blocks)
    np.testing.assert_array_equal(together.lines, alone.lines)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 3), (WORK_PX // 8, WORK_PX + 300)])
def test_every_size(shape):
    rng = np.random.default_rng(1)
    picture = cv2.resize(
        rng.integers(0, 256, (4, 9, 3), np.uint8), shape[::-1], interpolation=cv2.INTER_LINEAR
    ).reshape(*shape, 3)
    rough = make_rough(picture)
    assert rough.blocks.shape == (*shape, 3)
    assert rough.lines.shape == shape


def test_unknown_level_and_wrong_array():
    with pytest.raises(InputError, match="coarse, standard, fine"):
        make_rough(textured(32), "rough")
    with pytest.raises(InputError, match="uint8"):
        make_rough(np.zeros((8, 8, 3)))
