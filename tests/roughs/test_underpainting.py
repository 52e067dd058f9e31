from __future__ import annotations

import numpy as np
import pytest

from paintreel.roughs.quilting import Grid
from paintreel.roughs.rough import Rough
from paintreel.roughs.underpainting import (
    INK_PX,
    KEY_SIZE,
    LAYERS,
    as_layers,
    from_opponent,
    mirrored_keys,
    mix_layers,
    paint_layers,
    to_opponent,
    window_keys,
)

RNG = np.random.default_rng(0)
COLOURS = RNG.uniform(0, 1, (24, 24, 3)).astype(np.float32)
INK = RNG.uniform(0, 1, (24, 24)).astype(np.float32)


def test_layers_of_a_rough():
    lines = np.array([[0, 255]], np.uint8)
    blocks, ink = as_layers(Rough(np.full((1, 2, 3), 51, np.uint8), lines))
    assert blocks[0, 0, 0] == pytest.approx(0.2)
    assert ink.tolist() == [[1, 0]]
    assert not as_layers(Rough(np.zeros((1, 2, 3), np.uint8), None))[1].any()


def test_a_plain_block_in_without_ink_gets_nothing():
    plain = np.full((24, 24, 3), 0.4, np.float32)
    layers = paint_layers(plain, np.zeros((24, 24), np.float32))
    assert layers.shape == (LAYERS, 24, 24, 3)
    assert np.abs(layers).max() < 1e-5


def test_weak_borders_melt_and_strong_ones_stay():
    step = np.zeros((24, 24, 3), np.float32)
    step[:, 12:] = 1
    added = {}
    for size in (0.05, 0.8):
        soft, melted = paint_layers(step * size, np.zeros((24, 24), np.float32))[:2]
        assert soft[0, 11, 0] > 0 > soft[0, 12, 0]  # the dark side gets lighter
        added[size] = melted[0, 11, 0] / soft[0, 11, 0]
    assert added[0.05] > 0.9
    assert added[0.8] < 0.1


def test_ink_takes_the_colour_away():
    layers = paint_layers(COLOURS, INK)
    sharp = layers[-len(INK_PX)]
    np.testing.assert_allclose(sharp, -COLOURS * INK[..., None], atol=1e-6)


def test_mix_is_the_weighted_sum():
    layers = paint_layers(COLOURS, INK)
    weights = np.zeros((24, 24, LAYERS), np.float32)
    weights[:, 12:, 0], weights[:, 12:, -1] = 2, 0.5
    made = mix_layers(layers, weights)
    assert not made[:, :12].any()
    np.testing.assert_allclose(made[:, 12:], (2 * layers[0] + layers[-1] / 2)[:, 12:], atol=1e-5)


def test_opponent_and_back():
    step = COLOURS - 0.5
    np.testing.assert_allclose(from_opponent(to_opponent(step)), step, atol=1e-5)
    grey = to_opponent(np.full(3, 0.3, np.float32))
    np.testing.assert_allclose(grey, (0.3, 0, 0), atol=1e-6)


def test_keys_of_a_mirrored_window_are_mirrored_keys():
    grid = Grid(24, 24, side_px=24, overlap_px=4)
    keys = window_keys(grid, COLOURS, INK)
    assert keys.shape == (1, 1, KEY_SIZE)
    seen = window_keys(grid, COLOURS[:, ::-1], np.ascontiguousarray(INK[:, ::-1]))
    np.testing.assert_allclose(mirrored_keys(keys), seen, atol=1e-5)
    assert not np.allclose(keys, seen, atol=1e-3)


def test_keys_know_height_and_colour():
    grey, no_ink = np.full((60, 24, 3), 0.5, np.float32), np.zeros((60, 24), np.float32)
    keys = window_keys(Grid(60, 24, side_px=24, overlap_px=6), grey, no_ink)
    assert (np.diff(keys[:, 0, -1]) > 0).all()
    np.testing.assert_allclose(keys[..., -4:-1], 1.0, atol=1e-6)  # 0.5, weighed 2
    assert not keys[..., :-4].any()
