from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.metrics.distribution import kernel_distance
from paintreel.metrics.nearness import nearer_test


def squared_mmd(x, y):
    """By the definition: the unbiased estimate over all vectors."""
    whole = min(len(x), len(y))
    assert len(x) == len(y) == whole
    return kernel_distance(x, y, rng=np.random.default_rng(0), subsets=1, subset_size=whole).mean


def test_the_difference_and_p_are_those_of_all_exchanges():
    rng = np.random.default_rng(3)
    art = rng.normal(0, 1, (6, 4))
    first, second = rng.normal(0.2, 1, (6, 4)), rng.normal(0.9, 1, (6, 4))
    found = nearer_test(first, second, art, rng=rng)
    expected = squared_mmd(first, art) - squared_mmd(second, art)
    assert found.difference == pytest.approx(expected)
    as_large = 0
    for pattern in product((False, True), repeat=6):
        swap = np.array(pattern)[:, None]
        one, other = np.where(swap, second, first), np.where(swap, first, second)
        difference = squared_mmd(one, art) - squared_mmd(other, art)
        as_large += abs(difference) >= abs(expected) - 1e-12
    assert found.exact
    assert found.p_value == pytest.approx(as_large / 64)


def test_systems_that_are_alike_are_seldom_told_apart_and_others_are():
    p_values, covered = [], 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        art, content = rng.normal(0, 1, (30, 5)), rng.normal(0.3, 1, (14, 5))
        first, second = (content + rng.normal(0, 0.5, content.shape) for _ in range(2))
        found = nearer_test(first, second, art, rng=rng, resamples=200)
        p_values.append(found.p_value)
        covered += found.low <= 0.0 <= found.high
    assert np.mean(np.array(p_values) <= 0.05) <= 0.13  # 0.05 but for chance of sixty
    assert 0.3 < np.mean(p_values) < 0.7
    assert covered >= 50
    rng = np.random.default_rng(0)
    far = nearer_test(content, content + 1.0, art, rng=rng)
    assert far.difference < far.high < 0.0
    assert far.p_value < 0.01
    assert nearer_test(content + 1.0, content, art, rng=rng).difference == pytest.approx(
        -far.difference
    )


def test_equal_systems_and_bad_features():
    rng = np.random.default_rng(0)
    x, art = rng.normal(size=(5, 3)), rng.normal(size=(8, 3))
    same = nearer_test(x, x, art, rng=rng)
    assert (same.difference, same.p_value, same.low, same.high) == (0.0, 1.0, 0.0, 0.0)
    for bad in ((x[:4], x, art), (x[:1], x[:1], art), (x, x, art[:, :2]), (x, x, art[:0])):
        with pytest.raises(InputError):
            nearer_test(*bad, rng=rng)
    with pytest.raises(InputError, match="NaN"):
        nearer_test(np.full_like(x, np.nan), x, art, rng=rng)
