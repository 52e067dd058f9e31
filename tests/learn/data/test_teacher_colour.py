from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.art_hand import HUE_BINS, ArtHand
from paintreel.learn.data.colour_transfer import lab_to_rgb, rgb_to_lab
from paintreel.learn.data.teacher_colour import ColourRule, banded, toned

NOTHING = ColourRule(
    bands=0, band_share=0.0, contrast=0.0, lift=0.0, shadow=0.0, warmth=0.0, chroma=1.0
)
HAND = ArtHand()


def flat(lab):
    return lab_to_rgb(np.full((24, 32, 3), lab, np.float32))


def lab_of(x):
    return rgb_to_lab(x)[12, 16]


def rule(**changes):
    return ColourRule(**{**NOTHING.__dict__, **changes})


def test_the_rule_of_nothing_changes_nothing():
    x = np.random.default_rng(0).uniform(0, 1, (24, 32, 3)).astype(np.float32)
    np.testing.assert_allclose(toned(x, NOTHING, HAND), x, atol=4e-3)


def test_bands_gather_light_where_it_changes():
    wedge = np.tile(np.linspace(0, 1, 120, dtype=np.float32), (40, 1))
    stepped = banded(wedge, 5, 1.0)[20]
    assert np.diff(stepped).min() >= -1e-6  # stays a wedge
    at_a_level = np.abs(stepped[:, None] - np.arange(0.1, 1, 0.2)).min(axis=1) < 0.015
    assert at_a_level[10:-10].mean() > 0.5
    assert banded(wedge, 0, 1.0) is wedge
    np.testing.assert_array_equal(banded(wedge, 5, 0.0), wedge)
    half = np.where(np.arange(40) < 20, 0.0, 1.0)[:, None]  # a share of each pixel
    partly = banded(wedge, 5, half)
    np.testing.assert_array_equal(partly[:20], wedge[:20])
    np.testing.assert_allclose(partly[30], stepped, atol=1e-6)


def test_a_sky_gets_no_rings():
    """Light falls by 0.0005 a pixel: a sixth of the way to the bands at most."""
    sky = np.tile(np.linspace(0.8, 0.5, 600, dtype=np.float32)[:, None], (1, 40))
    assert np.abs(banded(sky, 7, 0.6) - sky).max() <= 0.6 * 0.16 * 0.5 / 7 + 0.001
    cliff = np.tile(np.linspace(0.8, 0.2, 40, dtype=np.float32)[:, None], (1, 40))
    assert np.abs(banded(cliff, 7, 0.6) - cliff).max() > 0.025


def test_black_takes_the_shadow_of_the_art_and_grey_does_not():
    hand = ArtHand(shadow_ab=(6.0, -8.0))
    black = lab_of(toned(flat((4, 0, 0)), rule(shadow=1.0, lift=0.07), hand))
    assert black[1] > 3
    assert black[2] < -4
    for light in (50, 70, 95):
        grey = lab_of(toned(flat((light, 0, 0)), rule(shadow=1.0, warmth=1.0, chroma=1.3), hand))
        assert np.hypot(*grey[1:]) < 0.7


def test_lights_that_have_a_colour_are_warmed_and_skies_are_not():
    warm = rule(warmth=1.0)
    hand = ArtHand(light_b=5.0)
    assert lab_of(toned(flat((92, 4, 18)), warm, hand))[2] == pytest.approx(23, abs=0.7)
    assert lab_of(toned(flat((85, -4, -18)), warm, hand))[2] == pytest.approx(-18, abs=0.7)
    assert lab_of(toned(flat((40, 4, 18)), warm, hand))[2] == pytest.approx(18, abs=0.7)


def test_greys_lean_to_warm_light_and_cool_shade():
    leaning = rule(lean=1.5)
    by_light = {light: lab_of(toned(flat((light, 0, 0)), leaning, HAND)) for light in (25, 60, 90)}
    assert by_light[90][2] == pytest.approx(1.5, abs=0.3)
    assert by_light[25][2] == pytest.approx(-1.5, abs=0.3)
    assert abs(by_light[60][2]) < 0.3
    coloured = lab_of(toned(flat((75, -18, 20)), leaning, HAND))
    assert coloured[2] == pytest.approx(20, abs=0.5)


def test_skin_changes_less():
    bold = rule(contrast=0.2, warmth=2.0, chroma=1.4)
    skin = flat((66, 18, 22))
    there, elsewhere = (lab_of(toned(skin, bold, HAND, s)) for s in (np.ones((24, 32)), 0.0))
    before = lab_of(skin)
    for channel in range(3):
        assert abs(there[channel] - before[channel]) < 0.85 * abs(
            elsewhere[channel] - before[channel]
        )


def test_chroma_is_pushed_in_the_middle_alone():
    push = rule(chroma=1.2)
    for before, after in ((5, 5), (30, 36), (75, 75)):
        got = np.hypot(*lab_of(toned(flat((60, before, 0)), push, HAND))[1:])
        assert got == pytest.approx(after, abs=0.8), before
    less = rule(chroma=0.25)
    for before in (5, 30, 60):
        got = np.hypot(*lab_of(toned(flat((60, before, 0)), less, HAND))[1:])
        assert got == pytest.approx(before / 4, abs=0.8), before


def test_each_hue_has_the_strength_of_the_art():
    strong = [1.0] * HUE_BINS
    strong[0] = 1.3  # 0 to 30 degrees, its middle at 15
    hand = ArtHand(chroma_by_hue=tuple(strong))

    def chroma(degrees):
        a, b = 30 * np.cos(np.radians(degrees)), 30 * np.sin(np.radians(degrees))
        return np.hypot(*lab_of(toned(flat((60, a, b)), NOTHING, hand))[1:])

    assert chroma(15) == pytest.approx(39, abs=0.8)
    assert chroma(30) == pytest.approx(34.5, abs=0.8)
    assert chroma(-15) == pytest.approx(30, abs=0.8)
    assert chroma(180) == pytest.approx(30, abs=0.8)


def test_the_s_curve_keeps_the_dark_from_sinking():
    curve = rule(contrast=0.12)
    light = {level: lab_of(toned(flat((level, 0, 0)), curve, HAND))[0] for level in (15, 50, 75)}
    assert light[75] == pytest.approx(75 + 3.8, abs=0.5)
    assert light[50] == pytest.approx(50, abs=0.5)
    assert 13 < light[15] < 14.5
