"""Paired tests against scipy, brute force, and constant columns."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paintreel.errors import InputError
from paintreel.stats import effect_size_dz, paired_t_test, wilcoxon_signed_rank

laws = pytest.importorskip("scipy.stats")

scores = hnp.arrays(
    np.float64, st.tuples(st.integers(2, 40), st.just(2)), elements=st.floats(-100, 100, width=16)
)


@given(scores)
def test_t_is_scipys(table):
    a, b = table.T
    difference = a - b
    if np.ptp(difference) == 0:
        return
    result = paired_t_test(a, b)
    reference = laws.ttest_rel(a, b)
    interval = reference.confidence_interval(0.95)
    assert result.t == pytest.approx(reference.statistic, rel=1e-9, abs=1e-12)
    assert result.p_value == pytest.approx(reference.pvalue, rel=1e-7, abs=1e-14)
    assert (result.low, result.high) == pytest.approx(tuple(interval), rel=1e-7, abs=1e-9)
    assert result.d_z == pytest.approx(difference.mean() / difference.std(ddof=1))
    assert (result.df, result.n) == (reference.df, len(a))


@given(scores)
def test_swapping_the_systems_turns_the_sign_alone(table):
    a, b = table.T
    there, back = paired_t_test(a, b), paired_t_test(b, a)
    assert there.t == -back.t
    assert there.p_value == back.p_value
    assert (there.low, there.high) == (-back.high, -back.low)
    assert wilcoxon_signed_rank(a, b).p_value == wilcoxon_signed_rank(b, a).p_value


def test_constant_differences_are_defined():
    same = paired_t_test([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (same.t, same.p_value, same.d_z, same.low, same.high) == (0.0, 1.0, 0.0, 0.0, 0.0)
    shifted = paired_t_test([0.3, 0.4], [0.1, 0.2])  # 0.2 twice, but for rounding
    assert (shifted.t, shifted.p_value, shifted.d_z) == (math.inf, 0.0, math.inf)
    assert shifted.low == shifted.high == pytest.approx(0.2)
    assert effect_size_dz([1.0, 1.0], [2.0, 2.0]) == -math.inf


def test_a_zero_mean_with_spread_keeps_its_interval():
    result = paired_t_test([1.0, -1.0], [0.0, 0.0])
    assert (result.t, result.p_value) == (0.0, 1.0)
    assert result.high == -result.low == pytest.approx(12.7062, abs=1e-3)


@pytest.mark.parametrize("n", [5, 12, 30])
def test_wilcoxon_exact_is_scipys_without_ties(n):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(2, n))
    result = wilcoxon_signed_rank(a, b)
    reference = laws.wilcoxon(a, b, method="exact")
    assert result.method == "exact"
    assert (result.w, result.p_value) == pytest.approx((reference.statistic, reference.pvalue))


@given(hnp.arrays(np.int64, st.integers(1, 9), elements=st.integers(-3, 3)))
def test_wilcoxon_exact_with_ties_is_brute_force(differences):
    result = wilcoxon_signed_rank(differences, np.zeros(differences.size))
    nonzero = differences[differences != 0]
    if nonzero.size == 0:
        assert (result.w, result.p_value, result.rank_biserial) == (0.0, 1.0, 0.0)
        return
    ranks = laws.rankdata(np.abs(nonzero))
    smaller = [
        min(ranks @ signs, ranks.sum() - ranks @ signs)
        for signs in itertools.product((0, 1), repeat=nonzero.size)
    ]
    assert result.p_value == pytest.approx(np.mean(np.array(smaller) <= result.w))


@settings(max_examples=30)
@given(hnp.arrays(np.int64, st.integers(10, 60), elements=st.integers(-20, 20)))
def test_wilcoxon_normal_is_scipys_with_ties_and_zeros(differences):
    if not differences.any():
        return
    result = wilcoxon_signed_rank(differences, np.zeros(differences.size), method="normal")
    reference = laws.wilcoxon(
        differences.astype(float), method="approx", zero_method="wilcox", correction=False
    )
    assert (result.w, result.p_value) == pytest.approx((reference.statistic, reference.pvalue))


def test_wilcoxon_turns_to_the_normal_law_for_many_pairs():
    rng = np.random.default_rng(1)
    a = rng.normal(size=51)
    assert wilcoxon_signed_rank(a, np.zeros(51)).method == "normal"
    assert wilcoxon_signed_rank(a[:50], np.zeros(50)).method == "exact"
    both = [wilcoxon_signed_rank(a, a * 0, method=m).p_value for m in ("exact", "normal")]
    assert both[0] == pytest.approx(both[1], abs=0.01)


def test_rank_biserial_runs_from_loss_to_win():
    a = np.arange(1.0, 7.0)
    assert wilcoxon_signed_rank(a, a - 1.0).rank_biserial == 1.0
    assert wilcoxon_signed_rank(a - 1.0, a).rank_biserial == -1.0


@pytest.mark.parametrize("test", [paired_t_test, wilcoxon_signed_rank, effect_size_dz])
@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2, 3], [1, 2]), ([], []), ([1, math.nan], [1, 2]), ([1, math.inf], [1, 2])],
)
def test_bad_columns_raise(test, a, b):
    with pytest.raises(InputError):
        test(a, b)


def test_bad_options_raise():
    with pytest.raises(InputError, match="at least 2"):
        paired_t_test([1.0], [2.0])
    with pytest.raises(InputError, match="confidence"):
        paired_t_test([1.0, 2.0], [2.0, 4.0], confidence=1.0)
    with pytest.raises(InputError, match="'normal'"):
        wilcoxon_signed_rank([1.0], [2.0], method="approx")
