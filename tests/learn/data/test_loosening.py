from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.loosening import loosen
from paintreel.roughs.rough import make_rough


@pytest.fixture(scope="module")
def blocks(picture):
    return make_rough(picture(1, 96, 96), "fine").blocks


@pytest.mark.parametrize("seed", range(6))
def test_few_colours_of_the_block_in_off_the_line(blocks, seed, monkeypatch):
    monkeypatch.setattr("paintreel.learn.data.loosening._BRUSHED", 0.0)
    before = blocks.copy()
    loose = loosen(blocks, np.random.default_rng(seed))
    assert np.array_equal(blocks, before)
    assert loose.shape == blocks.shape
    assert loose.dtype == np.uint8
    assert len(np.unique(loose.reshape(-1, 3), axis=0)) <= 12
    changed = (loose != blocks).any(axis=2).mean()
    assert changed > 0.02
    assert np.abs(loose.astype(int) - blocks).mean() < 40  # it is the same picture


def test_the_same_seed_gives_the_same(blocks):
    one, same, other = (loosen(blocks, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_strokes_add_tones(blocks, monkeypatch):
    monkeypatch.setattr("paintreel.learn.data.loosening._BRUSHED", 1.0)
    loose = loosen(blocks, np.random.default_rng(0))
    assert len(np.unique(loose.reshape(-1, 3), axis=0)) > 30


def test_a_block_in_of_one_colour_stays_one(monkeypatch):
    monkeypatch.setattr("paintreel.learn.data.loosening._BRUSHED", 0.0)
    flat = np.full((64, 64, 3), (90, 120, 30), np.uint8)
    assert np.array_equal(loosen(flat, np.random.default_rng(0)), flat)
