"""Superpixels and L0 smoothing: what AnimeGANv3 and White-box are taught by."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.l0_smoothing import l0_smoothed
from paintreel.learn.data.superpixels import superpixel_colours, superpixel_labels


def two_halves(height: int = 40, width: int = 60) -> np.ndarray:
    x = np.zeros((height, width, 3), np.float32)
    x[:, : width // 2 + 3] = (0.8, 0.3, 0.2)
    x[:, width // 2 + 3 :] = (0.1, 0.4, 0.7)
    return x


def test_superpixels_keep_to_edges():
    x = two_halves()
    labels = superpixel_labels(x, 24)
    assert 12 <= len(np.unique(labels)) <= 30
    left, right = set(labels[:, :33].ravel()), set(labels[:, 33:].ravel())
    assert not left & right


def test_even_superpixels_take_the_median_and_are_darkened():
    x = two_halves()
    np.testing.assert_allclose(superpixel_colours(x, 24, adaptive=False), x, atol=1e-5)
    np.testing.assert_allclose(superpixel_colours(x, 24), x**1.2, atol=1e-5)


def test_uneven_superpixels_take_the_mean():
    """One superpixel of a fifth white: its deviation is 0.4, far above 40 of 255."""
    x = np.zeros((20, 20, 3), np.float32)
    x[:4] = 1
    assert superpixel_colours(x, 1)[0, 0, 0] == pytest.approx(0.2**1.2, abs=1e-5)
    # Half of each: a tenth of 0.4 on black has a deviation of 0.12, 31 of 255.
    x = np.zeros((20, 20, 3), np.float32)
    x[:2] = 0.4
    assert superpixel_colours(x, 1)[0, 0, 0] == pytest.approx((0.5 * 0.04) ** 1.2, abs=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (17, 23)])
def test_any_size(size):
    x = np.random.default_rng(0).random((*size, 3)).astype(np.float32)
    for made in (superpixel_colours(x, 200), l0_smoothed(x)):
        assert made.shape == x.shape
        assert made.dtype == np.float32
        assert ((made >= 0) & (made <= 1)).all()


def test_l0_takes_grain_and_keeps_steps():
    clean = two_halves()
    noisy = np.clip(clean + np.random.default_rng(0).normal(0, 0.02, clean.shape), 0, 1)
    smooth = l0_smoothed(noisy, strength=0.01)
    assert np.abs(smooth - clean).mean() < 0.4 * np.abs(noisy - clean).mean()
    step = smooth[20, 34] - smooth[20, 31]
    np.testing.assert_allclose(step, clean[20, 34] - clean[20, 31], atol=0.05)
    np.testing.assert_array_equal(l0_smoothed(noisy, strength=0), noisy.astype(np.float32))


def test_l0_leaves_few_steps():
    noisy = two_halves() + np.random.default_rng(1).normal(0, 0.02, (40, 60, 3)).astype(np.float32)

    def steps(x: np.ndarray) -> float:
        return float((np.abs(np.diff(x, axis=1)).max(axis=2) > 2e-3).mean())

    assert steps(noisy) > 0.9
    assert steps(l0_smoothed(noisy, strength=0.01)) < 0.1
