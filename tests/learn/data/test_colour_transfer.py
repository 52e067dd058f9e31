from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.learn.data.colour_transfer import ColourTransfer, lab_to_rgb, rgb_to_lab


@pytest.fixture(scope="module")
def samples():
    """Lab samples of grey photographs and of warm, brighter art."""
    rng = np.random.default_rng(0)
    photos = rng.normal((50, 0, 0), (15, 10, 10), (4000, 3))
    art = rng.normal((62, 18, 26), (10, 12, 8), (3000, 3))
    return photos, art


@pytest.fixture(scope="module")
def palette(samples):
    return ColourTransfer.fit(*samples, rng=np.random.default_rng(1))


def painted(samples):
    return lab_to_rgb(samples[0].astype(np.float32).reshape(40, 100, 3))


def mean_lab(x):
    return rgb_to_lab(x).reshape(-1, 3).mean(axis=0)


def test_known_lab_values():
    rgb = np.array([[[1, 1, 1], [0, 0, 0], [1, 0, 0]]], np.float32)
    lab = rgb_to_lab(rgb)[0]
    np.testing.assert_allclose(lab, [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.2]], atol=0.3)


@given(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3))
def test_lab_round_trip(colour):
    x = np.array(colour, np.float32).reshape(1, 1, 3)
    np.testing.assert_allclose(lab_to_rgb(rgb_to_lab(x)), x, atol=0.01)


def test_mean_moves_to_the_art(samples, palette):
    x = painted(samples)
    goal = samples[1].mean(axis=0)
    distances = [np.linalg.norm(mean_lab(palette(x, a)) - goal) for a in (0.0, 0.5, 1.0)]
    assert distances[0] > 30
    assert distances[1] == pytest.approx(distances[0] / 2, rel=0.15)
    assert distances[2] < 3


def test_spread_moves_too(samples, palette):
    moved = rgb_to_lab(palette(painted(samples))).reshape(-1, 3).std(axis=0)
    np.testing.assert_allclose(moved, samples[1].std(axis=0), rtol=0.3)


def test_colours_that_go_together_in_the_art_go_together_after_it(samples):
    """Sliced transport carries more than each channel's own distribution."""
    rng = np.random.default_rng(2)
    along = rng.normal(0, 14, 4000)
    art = np.stack([rng.normal(55, 8, 4000), along, 0.8 * along + rng.normal(0, 3, 4000)], axis=1)
    fitted = ColourTransfer.fit(samples[0], art, rng=rng)
    moved = rgb_to_lab(fitted(painted(samples))).reshape(-1, 3)
    assert np.corrcoef(moved[:, 1], moved[:, 2])[0, 1] > 0.75


def test_amount_zero_keeps_the_picture(samples, palette):
    x = painted(samples)
    np.testing.assert_allclose(palette(x, 0.0), x, atol=0.01)


def test_same_palette_changes_little(samples):
    photos = samples[0]
    same = ColourTransfer.fit(photos[::2], photos[1::2], rng=np.random.default_rng(0))
    x = painted(samples)
    assert np.abs(same(x) - x).mean() < 0.02


def test_one_map_for_all_pixels(palette):
    """A colour goes to one colour wherever it stands: clips do not drift."""
    x = np.random.default_rng(0).uniform(0, 1, (8, 9, 3)).astype(np.float32)
    whole = palette(x)
    np.testing.assert_allclose(palette(x[3:5, 2:3]), whole[3:5, 2:3], atol=1e-6)
    np.testing.assert_allclose(palette(x[::-1]), whole[::-1], atol=1e-6)


def test_fit_is_seeded(samples):
    first, second = (ColourTransfer.fit(*samples, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.coefficients, second.coefficients)
    assert first.coefficients.shape == (20, 3)
    assert first.coefficients.dtype == np.float32


@given(st.integers(1, 20), st.integers(1, 20))
@settings(max_examples=25)
def test_shape_and_range_on_any_size(palette, height, width):
    """Colours far from those it was fitted on stay colours."""
    x = np.random.default_rng(0).integers(0, 2, (height, width, 3)).astype(np.float32)
    y = palette(x)
    assert y.shape == x.shape
    assert y.dtype == np.float32
    assert np.isfinite(y).all()
    assert 0.0 <= y.min() <= y.max() <= 1.0


def test_light_keeps_its_order(palette):
    """A grey wedge stays a wedge: no cubic folds dark over light."""
    wedge = np.repeat(np.linspace(0, 1, 64, dtype=np.float32)[None, :, None], 3, axis=2)
    light = rgb_to_lab(palette(wedge))[0, :, 0]
    assert np.diff(light)[6:-6].min() > -0.05
