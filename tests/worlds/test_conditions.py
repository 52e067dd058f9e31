"""Hour, season and weather: the same place in another light, and every world draws what it says."""

from __future__ import annotations

from itertools import pairwise, product

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.worlds import Conditions, draw_world
from paintreel.worlds.categories import CATEGORIES, find_category
from paintreel.worlds.conditions import FACETS, SEASONS, TIMES, WEATHERS
from paintreel.worlds.materials import Materials
from paintreel.worlds.moods import MOODS, WATERS
from paintreel.worlds.rule import begin, find_rule
from paintreel.worlds.things.skyline import KINDS, high_rise

AIR = {"lights of the sky", "stars", "milky way", "moon", "light", "clouds", "sparks", "sky"}
"""Layers of light and sky, which another hour or weather may leave out."""

each_category = pytest.mark.parametrize("category", CATEGORIES, ids=lambda c: c.rule)


def draw(category, seed=1, size_px=(96, 54), **conditions):
    return draw_world(
        category,
        seed=seed,
        width_px=size_px[0],
        height_px=size_px[1],
        conditions=Conditions(**conditions),
    )


def lab(picture: np.ndarray) -> np.ndarray:
    """CIELAB (H, W, 3) float."""
    return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def lightness(picture: np.ndarray) -> float:
    return float(lab(picture)[..., 0].mean())


@each_category
def test_no_conditions_are_the_seed_itself(category):
    plain = draw_world(category, seed=3, width_px=64, height_px=36).flatten()
    np.testing.assert_array_equal(draw(category, 3, (64, 36)).flatten(), plain)


@each_category
def test_every_hour_season_and_weather_that_a_world_has_is_drawn(category):
    """Each makes another picture, without an empty layer or two of one name."""
    rule = find_rule(category.rule)
    for facet in FACETS:
        seen = set()
        for word in rule.has(facet):
            stack = draw(category, **{facet: word})
            names = [layer.name for layer in stack.layers]
            assert len(set(names)) == len(names), word
            for layer in stack.layers:
                assert layer.rgba[..., 3].any(), f"{word}: {layer.name} is empty"
            seen.add(stack.flatten().tobytes())
        assert len(seen) == len(rule.has(facet)), facet


@pytest.mark.parametrize(
    ("name", "size_px"),
    [("medieval castle", (16, 16)), ("interior", (16, 301)), ("water", (16, 1500))],
)
def test_odd_sizes_in_every_weather(name, size_px):
    for weather, season in product(WEATHERS, (None, "autumn")):
        stack = draw(find_category(name), 1, size_px, weather=weather, season=season, time="dusk")
        assert stack.flatten().shape == (size_px[1], size_px[0], 3)


@each_category
def test_the_hours_of_a_rule_are_hours_of_its_moods(category):
    rule = find_rule(category.rule)
    moods = {**MOODS, **WATERS}
    assert set(rule.times) <= {moods[name].hour for name in rule.moods}
    assert list(rule.times) == [time for time in TIMES if time in rule.times]


@each_category
def test_night_is_darker_than_day_under_a_blue_sky(category):
    if not {"day", "night"} <= set(find_rule(category.rule).times):
        pytest.skip("has no day and night")
    for seed in range(4):
        by_day = draw(category, seed, time="day").flatten()
        by_night = draw(category, seed, time="night")
        assert lightness(by_night.flatten()) < 0.75 * lightness(by_day), seed
        assert lab(by_night.layers[0].rgba[..., :3])[..., 2].mean() < -8, f"seed {seed}"


def moved(one, other) -> dict[str, float]:
    """{name: share of it that is not where it was} of the solid parts of all layers of things."""
    before, after = (
        {x.name: x.rgba[..., 3] > 250 for x in stack.layers if x.name not in AIR}
        for stack in (one, other)
    )
    shares = {}
    for name, alpha in before.items():
        now = after.get(name, np.zeros_like(alpha))
        either = (alpha | now).sum()
        if either > 40:
            shares[name] = 1 - (alpha & now).sum() / either
    assert shares
    return shares


@each_category
def test_a_seed_is_one_place_at_every_hour(category):
    """Nothing moves, grows or goes."""
    rule = find_rule(category.rule)
    for seed in range(4):
        usual = draw(category, seed, (160, 90))
        for time in rule.times:
            for name, share in moved(usual, draw(category, seed, (160, 90), time=time)).items():
                assert share < 0.02, f"seed {seed}, {time}: {name} has moved"


@each_category
def test_a_seed_is_one_place_in_every_season_and_weather(category):
    """Snow lies on what stands and leaves are gone, but that is all."""
    rule = find_rule(category.rule)
    for seed in range(2):
        usual = draw(category, seed)
        for facet in ("season", "weather"):
            for word in rule.has(facet):
                for name, share in moved(usual, draw(category, seed, **{facet: word})).items():
                    assert share < 0.25, f"seed {seed}, {word}: {name} has moved"


def test_a_place_that_is_another_is_noticed():
    castle = find_category("medieval castle")
    assert max(moved(draw(castle, 4), draw(castle, 8)).values()) > 0.25


@pytest.mark.parametrize("name", ["medieval castle", "settlement", "open land", "forest"])
def test_winter_is_white_and_autumn_red(name):
    ground = {
        season: np.concatenate(
            [
                lab(draw(find_category(name), seed, time="day", season=season).flatten())[30:]
                for seed in range(3)
            ]
        )
        for season in SEASONS
    }
    chroma = {s: np.hypot(p[..., 1], p[..., 2]).mean() for s, p in ground.items()}
    assert ground["winter"][..., 0].mean() > ground["summer"][..., 0].mean() + 5
    assert chroma["winter"] < 0.8 * min(chroma[s] for s in ("spring", "summer", "autumn"))
    assert ground["autumn"][..., 1].mean() > ground["summer"][..., 1].mean() + 2
    assert np.abs(ground["spring"] - ground["summer"]).mean() > 1


def test_snow_brings_the_winter_unless_another_season_is_asked_for():
    castle = find_category("medieval castle")
    both = draw(castle, weather="snow", season="winter").flatten()
    np.testing.assert_array_equal(draw(castle, weather="snow").flatten(), both)
    assert np.abs(draw(castle, weather="snow", season="autumn").flatten() - both.astype(int)).any()


def test_fog_hides_what_is_far_and_a_storm_is_dark():
    land, contrast, light = find_category("open land"), {}, {}
    for weather in ("clear", "fog", "storm"):
        drawn = [draw(land, seed, time="day", weather=weather).flatten() for seed in range(4)]
        contrast[weather] = np.mean([lab(picture)[15:30, :, 0].std() for picture in drawn])
        light[weather] = np.mean([lightness(picture) for picture in drawn])
    assert contrast["fog"] < 0.7 * contrast["clear"]
    assert light["storm"] < light["clear"] - 10


@pytest.mark.parametrize("name", ["medieval castle", "settlement"])
def test_windows_are_lit_at_night(name):
    """They are of the lamps' yellow, which nothing has by day."""
    yellow = {}
    for time in ("day", "night"):
        picture = draw(find_category(name), 1, (320, 180), time=time, season="winter").flatten()
        red, _, blue = np.moveaxis(picture.astype(int), -1, 0)
        yellow[time] = ((red > 200) & (red - blue > 100)).sum()
    assert yellow["night"] > 100 > 3 * yellow["day"]


def test_what_a_world_lacks_is_left_to_the_seed():
    space = find_category("starry universe")
    asked = draw(space, 2, time="day", season="winter", weather="storm").flatten()
    np.testing.assert_array_equal(asked, draw(space, 2).flatten())


def test_no_weather_is_in_a_room():
    """It is seen through the windows: only layers behind the walls are added."""
    room = find_category("interior")
    for weather in ("rain", "snow", "fog", "storm"):
        added = {x.name for x in draw(room, 0, weather=weather).layers}
        added -= {x.name for x in draw(room, 0).layers}
        depths = [x.depth for x in draw(room, 0, weather=weather).layers if x.name in added]
        assert depths, weather
        assert min(depths) > 0.8, weather


def test_windows_light_up_one_by_one():
    """What burns by day burns at dusk and at night too; nothing else changes with the lamps."""
    scene = begin("future_city", seed=2, width_px=160, height_px=90)
    drawn = []
    for lit in (0.0, 0.2, 0.45, 0.9):
        brush = scene.brush("a tower")
        materials = Materials(scene.paints, 0.3, lit, 0.3, {})
        for x, kind in enumerate(KINDS):
            high_rise(brush, materials, 0.15 + 0.3 * x, 0.95, 0.2, 0.7, kind)
        drawn.append((brush.canvas.rgba().astype(int), brush.rng.random()))
    dark, next_draw = drawn[0]
    burning = [np.abs(rgba - dark)[..., :3].max(axis=-1) > 40 for rgba, _ in drawn]
    assert 0 < burning[1].sum() < burning[2].sum() < burning[3].sum()
    for fewer, more in pairwise(burning[1:]):
        assert (fewer & ~more).sum() < 0.03 * fewer.sum()
    assert {draw for _, draw in drawn} == {next_draw}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"time": "noon"}, "time is 'noon', expected one of dawn, day, dusk, night"),
        ({"season": "fall"}, "season is 'fall', expected one of spring"),
        ({"weather": "hail"}, "weather is 'hail', expected one of clear"),
        ({"weather": ""}, "weather is ''"),
    ],
)
def test_other_words_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        Conditions(**wrong)
