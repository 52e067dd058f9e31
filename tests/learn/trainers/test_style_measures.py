from __future__ import annotations

import math

import numpy as np
import pytest

from paintreel.learn.trainers.style_measures import (
    LIMITS,
    STYLE_MEASURES,
    is_fit,
    medians,
    style_measures,
)

FIT = {name: (low + high) / 2 for name, (low, high) in LIMITS.items()}


def test_a_copy_has_no_drift_and_all_its_edges(picture):
    photo = picture(0, 96, 128)
    measures = style_measures(photo, photo)
    assert measures.keys() == STYLE_MEASURES.keys() == LIMITS.keys()
    assert measures["edges"] == pytest.approx(1.0)
    assert measures["hue"] == 0


def test_the_photograph_is_cropped_to_the_painting(picture):
    photo = picture(0, 61, 70)
    assert style_measures(photo[:56, :64], photo)["edges"] == pytest.approx(1.0)


def test_what_a_photograph_does_not_show_is_not_measured():
    grey = np.full((64, 64, 3), 128, np.uint8)
    grey[:32] = 90
    measures = style_measures(grey, grey)
    assert math.isnan(measures["skin"])
    assert math.isnan(measures["hue"])
    assert measures["neutral"] == 0
    assert "skin" not in medians([measures])


def test_medians_pass_over_what_is_missing():
    rows = [{"a": 1.0, "b": float("nan")}, {"a": 3.0, "b": 5.0}, {"a": 9.0, "b": 7.0}]
    assert medians(rows) == {"a": 3.0, "b": 6.0}
    assert medians([]) == {}


@pytest.mark.parametrize("name", LIMITS)
def test_fit_within_every_limit(name):
    assert is_fit(FIT)
    low, high = LIMITS[name]
    outside = low - 0.01 if low > 0 else high + 0.01
    assert not is_fit(FIT | {name: outside})
    assert is_fit({key: value for key, value in FIT.items() if key != name})
