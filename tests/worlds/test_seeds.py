"""A hundred seeds of every category: no two alike, and the same pictures on every machine.

`hashes.txt` holds a perceptual hash of each of the hundred pictures, a line a category;
`thumbnails.png` holds one small picture of each category, in the same order. They were drawn
once; the tests draw some of them again. After a change of the rules, or to hold a new category
to it, draw them anew (minutes) and look at them: `python tests/worlds/draw_reference.py`.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from paintreel.imaging.files import read_picture

_SPEC = importlib.util.spec_from_file_location(
    "draw_reference", Path(__file__).with_name("draw_reference.py")
)
reference = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(reference)
HASHES, THUMBNAILS, SEEDS = reference.HASHES, reference.THUMBNAILS, reference.SEEDS
HASHED_PX, THUMBNAIL_PX = reference.HASHED_PX, reference.THUMBNAIL_PX
THUMBNAIL_SEED, draw = reference.THUMBNAIL_SEED, reference.draw
perceptual_hash = reference.perceptual_hash
ALIKE, differ = reference.ALIKE, reference.differ

ROWS = [line.split() for line in HASHES.read_text("utf-8").splitlines()]
each_category = pytest.mark.parametrize("rule", [row[0] for row in ROWS])


@pytest.fixture(scope="module")
def hashes() -> dict[str, list[int]]:
    """The hashes of the seeds 0 to 99 of every category, by rule."""
    return {row[0]: [int(word, 16) for word in row[1:]] for row in ROWS}


@pytest.fixture(scope="module")
def thumbnails() -> dict[str, np.ndarray]:
    """A small picture of every category, by rule: the file holds them one below another."""
    column = read_picture(THUMBNAILS).pixels
    return dict(zip((row[0] for row in ROWS), np.split(column, len(ROWS)), strict=True))


@each_category
def test_drawn_seeds_are_those_of_the_file_and_like_no_other(rule, hashes):
    assert len(hashes[rule]) == SEEDS
    for seed in (0, 41, 99):
        now = perceptual_hash(draw(rule, seed, HASHED_PX))
        assert differ(now, hashes[rule][seed]) <= 1, f"seed {seed} has changed"
        alike = [other for other, one in enumerate(hashes[rule]) if differ(now, one) <= ALIKE]
        assert alike == [seed], f"seeds {alike} look alike"


@each_category
def test_another_machine_draws_the_same_picture(rule, thumbnails):
    now = draw(rule, THUMBNAIL_SEED, THUMBNAIL_PX).astype(int)
    apart = np.abs(now - thumbnails[rule]).max()
    assert apart <= 1, f"a pixel is {apart} of 255 from the thumbnail"


def test_a_picture_of_another_seed_is_noticed(hashes, thumbnails):
    rule = ROWS[2][0]
    thumbnail = thumbnails[rule]
    other = draw(rule, THUMBNAIL_SEED + 1, THUMBNAIL_PX).astype(int)
    assert np.abs(other - thumbnail).max() > 50
    another = perceptual_hash(draw(rule, 1, HASHED_PX))
    assert differ(another, hashes[rule][0]) > ALIKE
