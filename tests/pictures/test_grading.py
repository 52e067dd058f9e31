"""Grades: where they move a picture, what they spare, and that structure stays."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.dithering import dither_tile
from paintreel.imaging.oklab import into_gamut, oklab_to_rgb, rgb_to_oklab
from paintreel.metrics.colour_difference import ciede2000
from paintreel.pictures.colour_measures import (
    MEASURES,
    ColourMeasures,
    mean_measures,
    measure_colour,
)
from paintreel.pictures.grading import (
    ColourScript,
    aimed_at,
    grade_colours,
    look_between,
    skin_share,
)
from paintreel.pictures.grading_light import (
    LightMap,
    find_depth,
    light_map,
    light_planes,
    needs_depth,
)
from paintreel.pictures.still_grade import apply_lut, grade_pixels
from paintreel.runtime.colour_script import read_colour_script

MOODS = ("happiness", "calm", "sadness", "fear", "anger", "surprise")


@pytest.fixture(scope="module")
def script() -> ColourScript:
    return read_colour_script().script


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """(120, 180, 3) uint8: a sky that goes over to white, green below, things of many colours."""
    rng = np.random.default_rng(3)
    y = np.linspace(0, 1, 120)[:, None, None]
    sky = np.array([120, 165, 220]) * (1 - y) + np.array([235, 235, 230]) * y
    picture = np.repeat(sky, 180, axis=1)
    picture[70:] = np.array([70, 120, 50]) + rng.normal(0, 10, (50, 180, 3))
    for _ in range(14):
        top, left = rng.integers(10, 100), rng.integers(5, 160)
        picture[top : top + 16, left : left + 14] = rng.uniform(20, 240, 3)
    return np.clip(picture, 0, 255).astype(np.uint8)


# Oklab.


def test_oklab_goes_there_and_back():
    rgb = np.random.default_rng(0).random((500, 3))
    assert np.abs(oklab_to_rgb(rgb_to_oklab(rgb)) - rgb).max() < 1e-6
    assert rgb_to_oklab(np.full((1, 3), 0.5))[0, 1:] == pytest.approx([0, 0], abs=1e-6)


def test_what_srgb_does_not_hold_keeps_lightness_and_hue():
    lab = np.array([[0.6, 0.3, 0.2], [0.5, 0.02, -0.03], [0.98, -0.1, 0.1]])
    held = into_gamut(lab)
    rgb = oklab_to_rgb(held, clip=False)
    assert rgb.min() > -1e-3
    assert rgb.max() < 1 + 1e-3
    assert held[:, 0] == pytest.approx(lab[:, 0])
    assert held[1] == pytest.approx(lab[1])  # it fits as it is
    assert np.arctan2(held[:, 2], held[:, 1]) == pytest.approx(np.arctan2(lab[:, 2], lab[:, 1]))


# Measures.


def test_measures_say_what_is_there():
    flat = np.full((40, 60, 3), 128, np.uint8)
    found = measure_colour(flat)
    assert found.chroma == pytest.approx(0, abs=1e-4)
    assert np.ptp(found.light) == pytest.approx(0, abs=1e-5)
    assert found.veil == pytest.approx(128 / 255, abs=1e-3)
    ramp = np.repeat(np.linspace(40, 220, 60)[None, :, None], 40, 0).repeat(3, 2).astype(np.uint8)
    right, left = measure_colour(ramp), measure_colour(ramp[:, ::-1])
    assert (right.side, left.side) == (1, -1)
    assert right.aside == pytest.approx(left.aside)
    assert right.aside > 0.3
    assert measure_colour(ramp.transpose(1, 0, 2)[::-1]).above > 0.3
    assert measure_colour(np.zeros((1, 1, 3), np.uint8)).light.max() == pytest.approx(0, abs=1e-6)


def test_measures_are_a_vector_and_back(scene):
    found = measure_colour(scene)
    assert found.vector.shape == (len(MEASURES),)
    again = ColourMeasures.of_vector(found.vector, found.side)
    assert (again.vector == found.vector).all()
    assert mean_measures([found, found]).vector == pytest.approx(found.vector)


# Where a grade goes.


def test_a_script_of_another_shape_is_refused(script):
    with pytest.raises(InputError, match="colour script holds"):
        ColourScript(script.moods, script.means[:, :3], script.spread)
    with pytest.raises(InputError, match="no numbers"):
        ColourScript(script.moods, script.means * np.nan, script.spread)


def test_intensity_and_shares_scale_the_way(scene, script):
    own = measure_colour(scene)
    whole = aimed_at(own, script, {"fear": 1.0}).vector - own.vector
    half = aimed_at(own, script, {"fear": 1.0}, 0.5).vector - own.vector
    mixed = aimed_at(own, script, {"fear": 0.5, "anger": 0.5}).vector - own.vector
    anger = aimed_at(own, script, {"anger": 1.0}).vector - own.vector
    assert half == pytest.approx(whole / 2)
    assert mixed == pytest.approx((whole + anger) / 2)
    assert not np.any(aimed_at(own, script, {}).vector - own.vector)


def test_every_mood_goes_where_films_go(scene, script):
    graded = {mood: grade_pixels(scene, script, {mood: 1.0}, 0.8)[0] for mood in MOODS}
    found = {mood: measure_colour(each) for mood, each in graded.items()}
    own = measure_colour(scene)
    assert found["fear"].light[3] < own.light[3] - 0.05
    assert found["happiness"].light[3] > found["anger"].light[3]
    assert found["sadness"].chroma < 0.8 * own.chroma
    warm = {mood: measures.zones[:, 1].mean() for mood, measures in found.items()}
    assert warm["happiness"] > own.zones[:, 1].mean() > warm["fear"]
    assert found["anger"].zones[:, 0].mean() > own.zones[:, 0].mean()


def test_a_dark_picture_hardly_darkens_for_fear(scene, script):
    dark = (scene * 0.25).astype(np.uint8)
    bright_fall, dark_fall = (
        measure_colour(x).light[3]
        - measure_colour(grade_pixels(x, script, {"fear": 1.0}, 0.7)[0]).light[3]
        for x in (scene, dark)
    )
    assert dark_fall < 0.4 * bright_fall


def test_intensity_0_and_no_feeling_are_bit_exact(scene, script):
    for moods, intensity in (({"fear": 1.0}, 0.0), ({}, 1.0), ({"fear": 0.0}, 1.0)):
        graded, grade = grade_pixels(scene, script, moods, intensity)
        assert grade is None
        assert np.array_equal(graded, scene)
        assert graded is not scene


@pytest.mark.parametrize("intensity", [-0.1, 1.1, float("nan"), True, "much"])
def test_an_intensity_that_is_none_is_refused(scene, script, intensity):
    with pytest.raises(InputError, match="intensity"):
        grade_pixels(scene, script, {"fear": 1.0}, intensity)


@pytest.mark.parametrize("mood", MOODS)
def test_the_curve_rises_and_keeps_black_and_white(scene, script, mood):
    own = measure_colour(scene)
    look = look_between(own, aimed_at(own, script, {mood: 1.0}, 1.0))
    slopes = np.diff(look.curve) * 256
    assert slopes.min() > 0.3
    assert slopes.max() < 2.2
    assert look.curve[0] <= 0.03 + 1e-9
    assert look.curve[-1] >= 1 - 0.035 - 1e-9


@pytest.mark.parametrize("mood", MOODS)
def test_white_and_skin_drift_by_at_most_6(scene, script, mood):
    own = measure_colour(scene)
    look = look_between(own, aimed_at(own, script, {mood: 1.0}, 0.7))
    white = np.array([[250, 250, 250], [235, 236, 238], [228, 224, 222]]) / 255
    skin = np.array([[224, 172, 140], [198, 134, 98], [141, 92, 66], [96, 61, 44]]) / 255
    assert skin_share(rgb_to_oklab(skin)).min() > 0.6
    for colours in (white, skin):
        before, after = rgb_to_lab(colours), rgb_to_lab(grade_colours(colours, look))
        after[:, 0] = before[:, 0]  # the light is meant to change
        assert ciede2000(before, after).mean() < 6


# What comes out.


def test_depth_layout_and_alpha_are_kept(scene, script):
    alpha = np.linspace(0, 255, scene[..., 0].size).reshape(scene.shape[:2]).astype(np.uint8)
    moods = {"sadness": 1.0}
    with_alpha = grade_pixels(np.dstack([scene, alpha]), script, moods, 0.7)[0]
    assert np.array_equal(with_alpha[..., 3], alpha)
    eight = grade_pixels(scene, script, moods, 0.7)[0].astype(int)
    assert np.array_equal(with_alpha[..., :3], eight)
    deep = grade_pixels(scene.astype(np.uint16) * 257, script, moods, 0.7)[0]
    assert deep.dtype == np.uint16
    assert len(np.unique(deep)) > 3 * 256  # no 8 bits behind it
    assert np.abs(deep / 257 - eight).max() <= 1.01
    floats = grade_pixels(scene / 255.0, script, moods, 0.7)[0]
    assert floats.dtype == np.float64
    assert np.abs(floats * 255 - eight).max() <= 1.01


@pytest.mark.parametrize("mood", MOODS)
def test_grey_stays_grey(script, mood):
    ramp = np.linspace(0, 255, 90).astype(np.uint8)[None].repeat(50, 0)
    graded = grade_pixels(ramp, script, {mood: 1.0}, 0.7)[0]
    assert graded.shape == ramp.shape
    assert graded.dtype == np.uint8
    single = grade_pixels(ramp[..., None], script, {mood: 1.0}, 0.7)[0]
    assert np.array_equal(single[..., 0], graded)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (33, 1), (300, 7)])
def test_pictures_of_any_size(script, size):
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    assert grade_pixels(pixels, script, {"anger": 1.0}, 1.0)[0].shape == pixels.shape


def test_bands_do_not_show(script, scene):
    """A picture higher than a band is graded as a whole."""
    tall = np.repeat(np.repeat(scene, 5, axis=0), 2, axis=1)
    graded = grade_pixels(tall, script, {"sadness": 1.0}, 1.0)[0].astype(float)
    rows = np.abs(np.diff(graded.mean(axis=(1, 2))))
    source = np.abs(np.diff(tall.astype(float).mean(axis=(1, 2))))
    for row in (255, 511):
        assert rows[row] <= source[row] + 1.5


def test_a_gradient_has_no_bands(script):
    """Without dither a dark gradient, lightened, has steps; with it the mean rises evenly."""
    ramp = np.linspace(30, 60, 640)[None, :, None].repeat(64, 0).repeat(3, 2)
    deep = np.rint(ramp * 257).astype(np.uint16)
    graded, grade = grade_pixels(deep, script, {"happiness": 1.0}, 1.0, light=False)
    assert grade is not None
    exact = graded.astype(float) / 257
    planes = grade_pixels((ramp / 255).astype(np.float32), script, {"happiness": 1.0}, 1.0,
                          light=False)[0]  # fmt: skip
    eight = apply_lut(np.rint(ramp).astype(np.uint8), grade.lut).astype(float)
    noise = eight - apply_lut(np.rint(ramp).astype(np.uint16) * 257, grade.lut) / 257
    assert np.abs(noise).max() <= 1.0
    # What is rounded away averages out, column by column.
    assert np.abs(noise.mean(axis=(0, 2))).max() < 0.12
    assert np.abs(planes * 255 - exact).max() < 0.6


def test_the_dither_tile_is_even_and_without_low_frequencies():
    tile = dither_tile()
    assert tile.shape == (3, 128, 128)
    for plane in tile:
        assert abs(plane.mean()) < 1e-6
        assert plane.min() == pytest.approx(-0.49, abs=1e-3)
        power = np.abs(np.fft.fft2(plane)) ** 2
        fy, fx = np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128), indexing="ij")
        away = np.hypot(fy, fx)
        assert power[(away > 0) & (away < 0.08)].mean() < 0.05 * power[away > 0.35].mean()


# Light.


def test_light_changes_a_picture_by_places(scene, script):
    own = measure_colour(scene)
    look = look_between(own, aimed_at(own, script, {"sadness": 1.0}, 1.0))
    light = light_map(look, 60, 90)
    assert light.change.shape == (60, 90)
    assert abs(float(light.change.mean())) < 0.03
    assert np.abs(light.change).max() <= 0.18 + 1e-6
    planes = [np.full((60, 90), v, np.float32) for v in (0.0, 0.4, 1.0)]
    far = np.ones((60, 90), np.float32) if needs_depth(light) else None
    light_planes(planes, light, slice(0, 60), 60, far)
    assert np.isfinite(np.stack(planes)).all()
    assert max(plane.max() for plane in planes) < 1.1


def test_light_is_what_its_formulas_say():
    """plane * (1 + c - plane * (lighter + plane * darker)), then the air is laid or taken away."""
    change = np.linspace(-0.18, 0.18, 12, dtype=np.float32).reshape(3, 4)
    value, far, air = 0.3, 0.8, 0.7
    lit = value * (
        1 + change - value * (np.maximum(change, 0) + value * 0.75 * np.minimum(change, 0))
    )
    given = far * 0.2 * np.minimum(1, lit / 0.35)
    expected = {
        0.0: lit,
        0.25: lit * (1 - 0.25 * far) + 0.25 * far * air,
        -0.2: (lit - given * air) / (1 - given),
    }
    for haze, wanted in expected.items():
        planes = [np.full((3, 4), value, np.float32) for _ in range(3)]
        light = LightMap(change, haze, np.full(3, air, np.float32))
        light_planes(planes, light, slice(0, 3), 3, np.full((3, 4), far, np.float32))
        assert planes[1] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (4, 1), (2, 3), (3, 1000)])
def test_the_smallest_pictures_are_graded(script, size):
    """OpenCV takes four numbers for one of four channels, where it is not told better."""
    pixels = np.full((*size, 3), (200, 150, 90), np.uint8)
    for mood in ("fear", "happiness"):
        graded, _ = grade_pixels(pixels, script, {mood: 1.0}, 1.0)
        assert np.ptp(graded.astype(int).reshape(-1, 3), axis=0).max() < 80
        assert graded.shape == pixels.shape


def test_what_is_veiled_and_high_is_far(scene):
    veiled = scene.astype(float)
    veiled[:50] = veiled[:50] * 0.3 + 0.7 * 225
    veiled = veiled.astype(np.uint8)
    depth = find_depth(veiled)
    luma = veiled.mean(axis=2).astype(np.float32) / 255
    far = depth.at(luma, slice(0, 120), 120)
    assert far.min() >= 0
    assert far.max() <= 1
    assert far[:40].mean() > far[80:].mean() + 0.3
    part = depth.at(luma[30:50], slice(30, 50), 120)
    assert np.abs(part - far[30:50]).max() < 1e-5
