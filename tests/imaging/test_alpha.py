"""What hides under transparency has no influence, and is never worse than what is around it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.imaging.alpha import bleed_colour


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_hidden_colour_becomes_the_visible_one_around_it(dtype):
    full = 1.0 if dtype == np.float32 else np.iinfo(dtype).max
    rgb = np.zeros((50, 70, 3), dtype)
    rgb[10:30, 10:40] = np.array([1, 0.5, 0.25]) * full
    alpha = np.zeros((50, 70), dtype)
    alpha[10:30, 10:40] = full
    out = bleed_colour(rgb, alpha)
    assert out.dtype == dtype
    error = np.abs(out.astype(float) - rgb[20, 20].astype(float))
    assert error.max() <= full / 255


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_hidden_values_have_no_influence_and_visible_ones_stay(height, width, seed):
    rng = np.random.default_rng(seed)
    rgb, other = rng.integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    alpha = rng.choice(np.array([0, 0, 0, 1, 130, 255], np.uint8), (height, width))
    visible = alpha > 0
    other[visible] = rgb[visible]
    first, second = bleed_colour(rgb, alpha), bleed_colour(other, alpha)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first[visible], rgb[visible])


def test_the_nearest_colour_wins():
    rgb = np.zeros((40, 400, 3), np.uint8)
    rgb[:, :20], rgb[:, -20:] = (255, 0, 0), (0, 0, 255)
    alpha = np.zeros((40, 400), np.uint8)
    alpha[:, :20] = alpha[:, -20:] = 255
    out = bleed_colour(rgb, alpha)
    assert out[20, 24, 0] > 240
    assert out[20, 375, 2] > 240


def test_nothing_visible_is_white_and_nothing_hidden_is_untouched():
    rgb = np.full((9, 9, 3), 7, np.uint8)
    assert (bleed_colour(rgb, np.zeros((9, 9), np.uint8)) == 255).all()
    assert bleed_colour(rgb, np.full((9, 9), 1, np.uint8)) is rgb
    assert bleed_colour(rgb, None) is rgb


def test_bands_join_without_a_seam():
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (1200, 50, 3), dtype=np.uint8)
    alpha = np.zeros((1200, 50), np.uint8)
    alpha[:, 0] = 255
    rgb[:, 0] = np.linspace(0, 255, 1200)[:, None]
    step = np.abs(np.diff(bleed_colour(rgb, alpha)[:, 30].astype(int), axis=0))
    assert step.max() <= 2
