"""A hundred seeds of every category: no two alike, and the same pictures on every machine.

`hashes.txt` holds a perceptual hash of each of the hundred pictures, a line a category;
`thumbnails.png` holds one small picture of each category. They were drawn once; the tests draw
some of them again. After a change of the rules, draw them anew (minutes) and look at them:

    PAINTREEL_WRITE_REFERENCE=1 pytest tests/worlds/test_seeds.py
"""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.worlds import draw_world
from paintreel.worlds.categories import CATEGORIES

SEEDS = 100
HASHES = Path(__file__).with_name("hashes.txt")
THUMBNAILS = Path(__file__).with_name("thumbnails.png")
HASHED_PX = (32, 18)
THUMBNAIL_PX = (80, 45)
THUMBNAIL_SEED = 7
ALIKE = 5
"""Two pictures whose 63-bit hashes differ in no more bits look alike."""
WRITING = "PAINTREEL_WRITE_REFERENCE" in os.environ

each_category = pytest.mark.parametrize("category", CATEGORIES, ids=lambda c: c.rule)


def draw(category, seed: int, size_px: tuple[int, int]) -> np.ndarray:
    return draw_world(category, seed=seed, width_px=size_px[0], height_px=size_px[1]).flatten()


def perceptual_hash(picture: np.ndarray) -> int:
    """63 bits: signs about their median of the lowest 8 x 8 DCT terms of the grey, but the mean."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    low = cv2.dct(grey)[:8, :8].ravel()[1:]
    return int("".join("1" if above else "0" for above in low > np.median(low)), 2)


def differ(a: int, b: int) -> int:
    """How many bits of two hashes differ."""
    return (a ^ b).bit_count()


@pytest.fixture(scope="module")
def hashes() -> dict[str, list[int]]:
    """The hashes of the seeds 0 to 99 of every category, by rule."""
    if WRITING:
        lines = [
            " ".join(
                [c.rule, *(f"{perceptual_hash(draw(c, s, HASHED_PX)):016x}" for s in range(SEEDS))]
            )
            for c in CATEGORIES
        ]
        HASHES.write_text("\n".join(lines) + "\n", "utf-8")
    rows = [line.split() for line in HASHES.read_text("utf-8").splitlines()]
    return {row[0]: [int(word, 16) for word in row[1:]] for row in rows}


@pytest.fixture(scope="module")
def thumbnails() -> dict[str, np.ndarray]:
    """A small picture of every category, by rule: the file holds them one below another."""
    if WRITING:
        column = np.vstack([draw(c, THUMBNAIL_SEED, THUMBNAIL_PX) for c in CATEGORIES])
        write_picture(THUMBNAILS, Picture(column), overwrite=True)
    column = read_picture(THUMBNAILS).pixels
    return dict(zip((c.rule for c in CATEGORIES), np.split(column, len(CATEGORIES)), strict=True))


@each_category
def test_no_two_of_a_hundred_seeds_are_alike(category, hashes):
    of_seeds = hashes[category.rule]
    assert len(of_seeds) == SEEDS
    nearest = min(
        (differ(a, b), i, j) for i, a in enumerate(of_seeds) for j, b in enumerate(of_seeds[:i])
    )
    assert nearest[0] > ALIKE, f"seeds {nearest[1:]} look alike"


@each_category
def test_the_hashes_are_those_of_the_pictures(category, hashes):
    for seed in (0, 41, 99):
        now = perceptual_hash(draw(category, seed, HASHED_PX))
        assert differ(now, hashes[category.rule][seed]) <= 1, f"seed {seed} has changed"


@each_category
def test_another_machine_draws_the_same_picture(category, thumbnails):
    now = draw(category, THUMBNAIL_SEED, THUMBNAIL_PX).astype(int)
    apart = np.abs(now - thumbnails[category.rule]).max()
    assert apart <= 1, f"a pixel is {apart} of 255 from the thumbnail"


def test_a_picture_of_another_seed_is_noticed(hashes, thumbnails):
    category = CATEGORIES[2]
    thumbnail = thumbnails[category.rule]
    other = draw(category, THUMBNAIL_SEED + 1, THUMBNAIL_PX).astype(int)
    assert np.abs(other - thumbnail).max() > 50
    another = perceptual_hash(draw(category, 1, HASHED_PX))
    assert differ(another, hashes[category.rule][0]) > ALIKE
