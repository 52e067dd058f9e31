"""Pictures: alike at every size, of light and colour, well stacked, refused when impossible."""

from __future__ import annotations

import tracemalloc

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.worlds import Conditions, draw_world
from paintreel.worlds.categories import CATEGORIES, find_category
from paintreel.worlds.rule import begin, find_rule

each_category = pytest.mark.parametrize("category", CATEGORIES, ids=lambda c: c.rule)
FIVE = CATEGORIES[:5]


def draw(category, seed: int, size_px=(96, 54)):
    return draw_world(category, seed=seed, width_px=size_px[0], height_px=size_px[1])


@each_category
def test_the_stack_is_what_a_compositor_wants(category):
    stack = draw(category, 5, (96, 54))
    assert len(stack.layers) >= 4
    assert stack.layers[0].name == "sky"
    assert stack.layers[0].depth == 1.0
    assert (stack.layers[0].rgba[..., 3] == 255).all()
    names = [layer.name for layer in stack.layers]
    assert len(set(names)) == len(names)
    for layer in stack.layers[1:]:
        assert layer.rgba[..., 3].any(), f"{layer.name} is empty"
        assert not (layer.rgba[..., 3] == 255).all(), f"{layer.name} hides all behind it"
    assert stack.flatten().shape == (54, 96, 3)


@each_category
def test_flattening_is_laying_the_layers_over_each_other(category):
    stack = draw(category, 6, (64, 36))
    picture = stack.layers[0].rgba[..., :3].astype(float)
    for layer in stack.layers[1:]:
        alpha = layer.rgba[..., 3:] / 255.0
        picture = picture * (1.0 - alpha) + layer.rgba[..., :3] * alpha
    # One rounding a layer, half a step each.
    assert np.abs(stack.flatten() - picture).max() <= 0.5 * len(stack.layers)


@each_category
def test_one_seed_is_one_picture_and_another_is_another(category):
    first, again, other = (draw(category, seed, (64, 36)).flatten() for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 8.0


@each_category
def test_the_picture_does_not_depend_on_its_size(category):
    small = draw(category, 2, (160, 90)).flatten().astype(float)
    big = draw(category, 2, (320, 180)).flatten().astype(float)
    halved = big.reshape(90, 2, 160, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - halved).mean() < 5.0


@each_category
def test_a_picture_has_light_and_dark_and_colour(category):
    for seed in (0, 1):
        lab = cv2.cvtColor(draw(category, seed, (64, 36)).flatten(), cv2.COLOR_RGB2LAB).astype(
            float
        )
        assert lab[..., 0].std() > 12.0
        assert lab[..., 1:].std(axis=(0, 1)).sum() > 5.0


@pytest.mark.parametrize("size_px", [(16, 16), (17, 301), (701, 16), (91, 160)])
def test_odd_sizes(size_px):
    for category in CATEGORIES[::2]:
        stack = draw(category, 1, size_px)
        for layer in stack.layers:
            assert layer.rgba.shape == (size_px[1], size_px[0], 4)
        assert stack.flatten().std() > 5.0


def test_the_greatest_size_in_bounded_memory():
    tracemalloc.start()
    try:
        stack = draw(find_category("starry universe"), 1, (4096, 2304))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stack.layers[-1].rgba.shape == (2304, 4096, 4)
    assert peak_bytes < 1.3e9


def test_the_threads_do_not_show():
    category = find_category("medieval castle")
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        one = draw(category, 9, (512, 288)).flatten()
        cv2.setNumThreads(2)
        two = draw(category, 9, (512, 288)).flatten()
    finally:
        cv2.setNumThreads(threads)
    np.testing.assert_array_equal(one, two)


def test_numpys_own_generator_is_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    draw(find_category("forest"), 1, (32, 18))
    np.testing.assert_array_equal(before, np.random.get_state()[1])


@each_category
def test_neighbouring_seeds_get_other_moods(category):
    count = len(find_rule(category.rule).moods)
    scenes = [begin(category.rule, seed=s, width_px=64, height_px=36) for s in range(count)]
    # Hues are turned from seed to seed, the lightness of the sky is the mood's own.
    skies = {tuple(colour[0] for colour in scene.paints.mood.sky) for scene in scenes}
    assert len(skies) == count


@pytest.mark.parametrize(
    ("seed", "width_px", "height_px", "message"),
    [
        (-1, 64, 36, "seed is -1"),
        (1.5, 64, 36, "seed must be a whole number"),
        (0, 15, 36, "15 x 36"),
        (0, 4097, 36, "4097"),
        (0, 3000, 2400, "the shorter at most 2304"),
        (0, "64", 36, "width_px must be"),
    ],
)
def test_impossible_orders(seed, width_px, height_px, message):
    with pytest.raises(InputError, match=message):
        draw_world(FIVE[0], seed=seed, width_px=width_px, height_px=height_px)


@pytest.mark.parametrize("size", [(16, 1500), (1500, 16)])
@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
def test_a_strip_is_drawn(category, size):
    picture = draw_world(category, seed=1, width_px=size[0], height_px=size[1]).flatten()
    assert picture.shape == (size[1], size[0], 3)
    assert picture.std() > 0


def test_the_last_seed_is_drawn():
    assert draw(FIVE[0], 2**32 - 1, (32, 18)).flatten().any()


@each_category
def test_a_margin_shows_more_of_the_same_picture(category):
    bare = draw(category, 3, (320, 180))
    wide = draw_world(category, seed=3, width_px=320, height_px=180, margin_px=(48, 30))
    assert (wide.size_px, wide.margin_px) == ((320, 180), (48, 30))
    assert [layer.name for layer in wide.layers] == [layer.name for layer in bare.layers]
    middle = wide.with_margin((0, 0)).flatten().astype(int)
    off = np.abs(middle - bare.flatten())
    assert off.mean() < 0.3
    # But for light on edges that touched the border, and corners that OpenCV cuts there.
    assert (off[6:-6, 6:-6].max(axis=2) > 3).mean() < 0.001


@pytest.mark.parametrize("weather", ["rain", "snow", "storm"])
def test_it_rains_and_snows_in_the_margin_too(weather):
    conditions = Conditions(weather=weather)
    size = {"seed": 3, "width_px": 320, "height_px": 180, "conditions": conditions}
    castle = find_category("medieval castle")
    bare = draw_world(castle, **size)
    wide = draw_world(castle, margin_px=(60, 40), **size)
    middle = wide.with_margin((0, 0))
    for name in ("snowfall",) if weather == "snow" else ("rain", "far rain"):
        layer, cut, alone = (
            next(each.rgba[..., 3] for each in stack.layers if each.name == name)
            for stack in (wide, middle, bare)
        )
        assert np.abs(cut.astype(int) - alone).mean() < 0.5
        for part in (layer[:, :60], layer[:, -60:], layer[:40], layer[-40:]):
            assert (part > 20).mean() > 0.3 * (alone > 20).mean()


@pytest.mark.parametrize(
    "category", [c for c in CATEGORIES if c.rule != "starry_universe"], ids=lambda c: c.rule
)
def test_in_the_margin_there_is_ground_below(category):
    for seed in range(4):
        wide = draw_world(category, seed=seed, width_px=160, height_px=90, margin_px=(40, 30))
        through = np.ones(wide.layers[0].rgba.shape[:2])
        for layer in wide.layers[1:]:
            through *= 1 - layer.rgba[..., 3] / 255
        assert through[-35:].max() < 0.02, f"seed {seed}"


def test_margins_that_cannot_be_drawn():
    for margin_px, message in (
        ((-1, 0), "margin is -1 px, expected 0 to 32"),
        ((33, 0), "half of the side of 64 px"),
        ((0, 1.5), "margin_px must be a whole number"),
    ):
        with pytest.raises(InputError, match=message):
            draw_world(FIVE[0], seed=0, width_px=64, height_px=36, margin_px=margin_px)
