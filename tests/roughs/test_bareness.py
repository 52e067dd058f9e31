"""Which roughs have few colours for their size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from paintreel.imaging.arrays import Array
from paintreel.roughs.bareness import is_bare, is_flat
from paintreel.roughs.rough import LEVELS, make_rough


def land(width: int = 640, height: int = 360) -> Array:
    """Sky, hill and meadow, flat."""
    rough = np.full((height, width, 3), (120, 160, 210), np.uint8)
    rough[height // 3 :, : width // 2] = (90, 110, 130)
    rough[height // 2 :] = (110, 140, 70)
    return rough


def test_a_few_flat_colours_are_bare():
    assert is_bare(land())
    assert is_flat(land(), 3)
    assert not is_flat(land(), 1)


def test_so_are_soft_and_grainy_ones():
    soft = cv2.GaussianBlur(land(), (0, 0), 9)
    assert is_bare(soft)
    rng = np.random.default_rng(0)
    grainy = np.clip(land() + rng.normal(0, 4, (360, 640, 3)), 0, 255).astype(np.uint8)
    assert is_bare(grainy)
    assert not is_flat(grainy)


@pytest.mark.parametrize("turned", [False, True])
def test_so_is_a_sky_that_changes_slowly(turned: bool):
    sky = np.linspace((60, 60, 110), (250, 180, 110), 360)[:, None].repeat(640, 1)
    rough = np.rint(sky).astype(np.uint8)
    rough[300:] = (40, 30, 50)
    assert is_bare(np.ascontiguousarray(rough.swapaxes(0, 1)) if turned else rough)


def test_a_small_picture_has_few_colours_anyway():
    assert not is_bare(land(96, 54))
    assert not is_bare(cv2.GaussianBlur(land(320, 180), (0, 0), 5))


@pytest.fixture
def photo(examples: Path) -> Array:
    with Image.open(examples / "photo.jpg") as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("level", LEVELS)
def test_a_block_in_of_a_picture_is_bare_where_it_is_coarse(photo, level: str):
    assert is_bare(make_rough(photo, level).blocks) == (level == "coarse")


def test_a_photograph_is_not_bare(photo):
    assert not is_bare(photo)
