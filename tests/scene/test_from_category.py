from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.scene.from_category import (
    MAX_SEED,
    block_in,
    check_seeds,
    draw_scene,
    paint_drawing,
    paint_layers,
)
from paintreel.scene.methods import open_method
from paintreel.worlds.categories import find_category

FOREST = find_category("fantasy forest")


def test_same_seed_same_drawing_and_other_seed_another():
    a, b, c = (
        draw_scene(FOREST, seed=seed, size=(96, 64)).flatten() for seed in (MAX_SEED, MAX_SEED, 1)
    )
    assert a.shape == (64, 96, 3)
    np.testing.assert_array_equal(a, b)
    assert np.abs(a.astype(int) - c).mean() > 5


@pytest.mark.parametrize(
    ("seed", "count", "message"),
    [
        (-1, 1, "seed is -1, expected 0 to 4294967295"),
        (MAX_SEED + 1, 1, "expected 0 to 4294967295"),
        (MAX_SEED, 2, "2 seeds from 4294967295 end at 4294967296"),
        (0, 0, "count is 0"),
        (1.0, 1, "seed is 1.0, expected a whole number"),
        (True, 1, "seed is True"),
        ("7", 1, "seed is '7'"),
    ],
)
def test_seeds_are_checked(seed, count, message: str):
    with pytest.raises(InputError, match=message):
        check_seeds(seed, count)
    check_seeds(np.int64(MAX_SEED - 11), 12)


def test_size_and_seed_are_checked_before_drawing():
    with pytest.raises(InputError, match="at least 16"):
        draw_scene(FOREST, seed=0, size=(8, 400))
    with pytest.raises(InputError, match="cannot draw 100000 x 100000 pixels"):
        draw_scene(FOREST, seed=0, size=(100_000, 100_000))
    with pytest.raises(InputError, match="seed is -3"):
        draw_scene(FOREST, seed=-3, size=(64, 64))


def test_drawing_is_roughed_out_and_finished(plain_worlds, inverting):
    drawing = draw_scene(FOREST, seed=3, size=(64, 48)).flatten()
    blocks = block_in(drawing).blocks
    np.testing.assert_array_equal(paint_drawing(drawing, FOREST, inverting), 255 - blocks)
    np.testing.assert_array_equal(paint_drawing(drawing, FOREST, inverting, 0), blocks)
    half = paint_drawing(drawing, FOREST, inverting, 0.5)
    assert np.abs(half - 127.5).max() <= 0.5


def test_rules_give_the_drawing_itself(plain_worlds):
    drawing = draw_scene(FOREST, seed=3, size=(64, 48)).flatten()
    grbm = open_method("grbm")
    np.testing.assert_array_equal(paint_drawing(drawing, FOREST, grbm), drawing)
    np.testing.assert_array_equal(paint_drawing(drawing, FOREST, grbm, 0), block_in(drawing).blocks)


def test_layers_of_the_rules_are_the_drawing(plain_worlds):
    stack = draw_scene(FOREST, seed=3, size=(64, 48))
    picture, layers = paint_layers(stack, FOREST, open_method("grbm"))
    assert layers is stack
    np.testing.assert_array_equal(picture, stack.flatten())


class Washing:
    """Pulls every picture half way to its own mean colour: what is near changes what is far."""

    draws = False
    name = "washing"

    def finish(self, rough, category=None, *, dtype=np.uint8):
        mean = rough.blocks.mean(axis=(0, 1))
        return np.rint(0.5 * rough.blocks + 0.5 * mean).astype(dtype)


def test_painted_layers_give_the_picture_again(plain_worlds):
    stack = draw_scene(FOREST, seed=3, size=(64, 48))
    picture, layers = paint_layers(stack, FOREST, Washing())
    np.testing.assert_array_equal(picture, paint_drawing(stack.flatten(), FOREST, Washing()))
    assert [(x.name, x.depth) for x in layers.layers] == [(x.name, x.depth) for x in stack.layers]
    for drawn, painted in zip(stack.layers, layers.layers, strict=True):
        np.testing.assert_array_equal(drawn.rgba[..., 3], painted.rgba[..., 3])
    off = np.abs(layers.flatten().astype(int) - picture)
    assert off.mean() < 1
    assert np.percentile(off, 90) <= 1
    assert np.abs(stack.flatten().astype(int) - picture).mean() > 10


def test_there_is_paint_behind_the_near_layers(plain_worlds):
    """Behind the post the sky is painted as it is when the post is not there."""
    stack = draw_scene(FOREST, seed=3, size=(64, 48))
    _, layers = paint_layers(stack, FOREST, Washing())
    sky = stack.layers[0].rgba[..., :3]
    np.testing.assert_array_equal(
        layers.layers[0].rgba[:20, :12, :3], paint_drawing(sky, FOREST, Washing())[:20, :12]
    )


def test_block_in_keeps_gradients_and_drops_grain():
    ramp = np.linspace(40, 200, 96)[None, :, None] * np.ones((64, 1, 3))
    grain = np.random.default_rng(0).normal(0, 6, ramp.shape)
    drawing = np.clip(ramp + grain, 0, 255).astype(np.uint8)
    rough = block_in(drawing)
    error = rough.blocks[8:-8, 8:-8].astype(float) - ramp[8:-8, 8:-8]
    assert error.std() < 3
    assert rough.lines.shape == drawing.shape[:2]
