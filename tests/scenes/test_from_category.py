from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.scenes.from_category import (
    MAX_SEED,
    block_in,
    check_seeds,
    draw_scene,
    paint_drawing,
    paint_flat,
)
from paintreel.scenes.methods import open_method
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


class CodeTaker:
    """Takes the mean colour for its code, and paints all in the code that it is given."""

    draws = False
    name = "code taker"

    def code_of(self, rough, category=None):
        return rough.blocks.mean(axis=(0, 1))

    def finish(self, rough, category=None, *, code=None, dtype=np.uint8):
        code = self.code_of(rough) if code is None else code
        return np.broadcast_to(np.rint(code), rough.blocks.shape).astype(dtype)


def test_the_margin_has_no_say_in_the_picture(plain_worlds):
    bare = draw_scene(FOREST, seed=3, size=(64, 48))
    wide = draw_scene(FOREST, seed=3, size=(64, 48), margin_px=(20, 8))
    middle = wide.with_margin((0, 0))
    picture = paint_flat(wide, FOREST, CodeTaker())
    assert picture.shape == (48 + 16, 64 + 40, 3)
    expected = block_in(middle.flatten()).blocks.mean(axis=(0, 1))
    assert np.abs(picture - expected).max() <= 0.5
    assert np.abs(paint_flat(bare, FOREST, CodeTaker()) - expected).max() > 1  # another drawing


def test_margins_are_checked_before_drawing():
    with pytest.raises(InputError, match="margin is 33 px, expected 0 to 32, half of the side"):
        draw_scene(FOREST, seed=0, size=(64, 96), margin_px=(33, 0))
    with pytest.raises(InputError, match="4896 x 3304 pixels, at most 16,000,000"):
        draw_scene(FOREST, seed=0, size=(4096, 2304), margin_px=(400, 500))
    with pytest.raises(InputError, match=r"limit is 5,?000"):
        draw_scene(FOREST, seed=0, size=(64, 64), margin_px=(20, 0), max_pixels=5000)


def test_block_in_keeps_gradients_and_drops_grain():
    ramp = np.linspace(40, 200, 96)[None, :, None] * np.ones((64, 1, 3))
    grain = np.random.default_rng(0).normal(0, 6, ramp.shape)
    drawing = np.clip(ramp + grain, 0, 255).astype(np.uint8)
    rough = block_in(drawing)
    error = rough.blocks[8:-8, 8:-8].astype(float) - ramp[8:-8, 8:-8]
    assert error.std() < 3
    assert rough.lines.shape == drawing.shape[:2]
