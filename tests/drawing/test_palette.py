"""Colours: hour, light, air."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing.palette import HOURS, MOODS, WATERS, Paints, lch
from paintreel.imaging.colour import rgb_to_lab

LEAF = {"leaf": lch(50, 40, 130)}


def lab_of(tones) -> np.ndarray:
    return rgb_to_lab(tones.table)


@pytest.mark.parametrize("mood", [*MOODS.values(), *WATERS.values()])
def test_more_light_is_lighter_at_every_hour(mood):
    lightness = lab_of(Paints(mood, LEAF).tones("leaf", 0.1))[:, 0]
    assert (np.diff(lightness) > -0.5).all()
    assert lightness[-1] - lightness[0] > 20.0


@pytest.mark.parametrize("mood", MOODS.values())
def test_far_things_drift_to_the_air(mood):
    paints = Paints(mood, LEAF)
    distance = [
        np.linalg.norm(lab_of(paints.tones("leaf", depth)) - paints.air_colour, axis=1).mean()
        for depth in (0.0, 0.3, 0.6, 0.9)
    ]
    assert distance == sorted(distance, reverse=True)
    assert distance[-1] < 0.4 * distance[0]


def test_night_is_darker_than_day():
    means = {
        hour: np.mean(
            [
                lab_of(Paints(mood, LEAF).tones("leaf", 0.0))[16, 0]
                for mood in MOODS.values()
                if mood.hour == hour
            ]
        )
        for hour in HOURS
    }
    assert means["night"] < means["dusk"] < means["day"]


def test_one_tone_is_that_of_many():
    tones = Paints(MOODS["day_blue"], LEAF).tones("leaf", 0.2)
    lit = np.linspace(-1.3, 1.3, 105)
    np.testing.assert_array_equal(tones.at(lit), [tones.at(float(one)) for one in lit])
    np.testing.assert_array_equal(tones.at(2.0), tones.table[-1])


def test_lamps_do_not_fade_at_night():
    lamp = {"lamp": lch(80, 60, 80)}
    day, night = (Paints(MOODS[name], lamp) for name in ("day_blue", "night_blue"))
    np.testing.assert_array_equal(day.glowing("lamp").table, night.glowing("lamp").table)


def test_a_dipped_sky_takes_the_hue_and_keeps_its_lightness():
    paints = Paints(MOODS["day_blue"], LEAF)
    before = paints.sky.copy()
    paints.dip("leaf", 1.0)
    np.testing.assert_allclose(paints.sky[:, 0], before[:, 0])
    hues = np.degrees(np.arctan2(paints.sky[:, 2], paints.sky[:, 1]))
    np.testing.assert_allclose(hues, 130.0, atol=1e-6)
