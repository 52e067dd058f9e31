"""Lighting effect: each part against light laid out for it."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.imaging.colour import luma
from paintreel.metrics.scene import lighting_effect


def parts(picture):
    return lighting_effect(np.asarray(picture, np.float64)).parts


def ramp(low=0.2, high=0.8):
    return np.broadcast_to(np.linspace(low, high, 160), (120, 160)).copy()


def test_light_from_one_side_is_consistent():
    chance = np.random.default_rng(0)
    speckle = np.kron(chance.random((15, 20)), np.ones((8, 8)))
    assert parts(ramp())["gradient"] > 0.95
    assert parts(speckle)["gradient"] < 0.6
    assert parts(np.full((120, 160), 0.4))["gradient"] == 0.0


def test_gradient_ignores_gain_and_offset(painting):
    grey = np.clip(luma(painting), 0, 1).astype(np.float64)
    expected = parts(grey)["gradient"]
    assert parts(0.5 * grey)["gradient"] == pytest.approx(expected, abs=1e-6)
    assert parts(0.5 * grey + 0.3)["gradient"] == pytest.approx(expected, abs=1e-6)
    assert parts(1.0 - grey)["gradient"] == pytest.approx(expected, abs=1e-6)


def test_symmetry_compares_the_upper_and_lower_halves():
    chance = np.random.default_rng(0)
    even = 0.5 + chance.normal(0, 0.1, (120, 160))
    lower_only = even.copy()
    lower_only[:60] = 0.5
    assert parts(even.clip(0, 1))["symmetry"] > 0.95
    assert parts(lower_only.clip(0, 1))["symmetry"] < 0.3
    assert parts(np.full((120, 160), 0.5))["symmetry"] == 0.0
    assert parts(lower_only[::-1].clip(0, 1))["symmetry"] == pytest.approx(
        parts(lower_only.clip(0, 1))["symmetry"]
    )


@pytest.mark.parametrize(
    ("level", "expected"), [(0.0, 0.0), (0.25, 0.5), (0.5, 1.0), (0.75, 0.5), (1.0, 0.0)]
)
def test_exposure_is_best_at_middle_grey(level, expected):
    assert parts(np.full((20, 30), level))["exposure"] == pytest.approx(expected)


def test_exposure_falls_the_further_it_is_off(painting):
    for factors in ((1.0, 1.5, 2.0, 3.0), (1.0, 0.7, 0.4, 0.1)):
        values = [lighting_effect(np.clip(painting * f, 0, 1)).value for f in factors]
        assert values[1:] == sorted(values[1:], reverse=True)
        assert values[-1] < values[0] - 0.05


def test_hue_does_not_matter_while_luma_stays(painting):
    grey = np.clip(luma(painting), 0, 1)
    grey = grey * 0.5 + 0.25
    # Add a colour of luma zero: 0.299 r + 0.587 g + 0.114 b = 0.
    tint = np.array([0.2, -0.2 * 0.299 / 0.587, 0.0])
    tinted = (grey[..., None] + tint).astype(np.float32)
    assert lighting_effect(tinted).value == pytest.approx(lighting_effect(grey).value, abs=1e-4)


def test_the_weights_are_the_documented_ones(painting):
    score = lighting_effect(painting)
    gradient, symmetry, exposure = (score.parts[k] for k in ("gradient", "symmetry", "exposure"))
    assert score.value == pytest.approx(0.4 * gradient + 0.3 * symmetry + 0.3 * exposure)
    assert score.source == "pixels"
