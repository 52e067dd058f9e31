"""The moods that the rules choose from: light, air, night and day."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing.palette import Paints, lch
from paintreel.imaging.colour import rgb_to_lab
from paintreel.worlds.moods import HOURS, MOODS, WATERS

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
