"""Two systems on the same pictures, and many such tests together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from paintreel.stats import holm
from paintreel.stats.contrasts import corrected, paired_contrast

RNG = np.random.default_rng(3)
COLUMNS = RNG.normal(5, 1, 12), RNG.normal(3, 1, 12), RNG.normal(3.1, 1, 12)


def contrast(metric: str, one: int, other: int):
    both = COLUMNS[one], COLUMNS[other]
    rng = np.random.default_rng(0)
    return paired_contrast(metric, str(one), str(other), both, rng=rng, resamples=200)


def test_a_contrast_is_the_paired_test():
    found = contrast("up", 0, 1)
    expected = stats.ttest_rel(COLUMNS[0], COLUMNS[1])
    assert (found.t, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert found.ci95[0] < found.difference < found.ci95[1]
    assert found.p_holm is None


def test_correction_goes_over_all_and_direction_names_the_winner():
    pairs = [("up", 0, 1), ("down", 0, 1), ("either", 0, 1), ("up", 1, 2)]
    found = corrected(
        [contrast(*pair) for pair in pairs], {"up": 1, "down": -1, "either": 0}.__getitem__
    )
    raw = [contrast(*pair).p_value for pair in pairs]
    assert [c.p_holm for c in found] == pytest.approx(holm(raw).tolist())
    assert found[0].p_holm <= 0.05 < found[3].p_holm
    assert [c.winner for c in found] == ["0", "1", None, None]


def test_one_picture_is_not_tested():
    one = tuple(column[:1] for column in COLUMNS[:2])
    found = paired_contrast("up", "a", "b", one, rng=RNG, resamples=10)
    assert (found.n, found.p_value, found.ci95) == (1, None, None)
    assert corrected([found], lambda _: 1) == [found]
    same = np.array([2.0, 3.0])
    constant = paired_contrast("up", "a", "b", (same + 1, same), rng=RNG, resamples=10)
    assert constant.as_dict()["t"] is None  # infinite, which JSON has no number for
