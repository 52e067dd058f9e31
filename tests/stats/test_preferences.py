"""Strengths, shares and sides of votes on pairs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from paintreel.errors import InputError
from paintreel.stats import bootstrap_interval, bradley_terry, share_interval, sign_test
from paintreel.stats.preferences import strength_intervals

BASEBALL = [
    [0, 7, 9, 7, 7, 9, 11],
    [6, 0, 7, 5, 11, 9, 9],
    [4, 6, 0, 7, 7, 8, 12],
    [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12],
    [4, 4, 5, 6, 6, 0, 6],
    [2, 4, 1, 3, 1, 7, 0],
]
"""American League 1987 (Agresti 2002, Table 10.10): Milwaukee, Detroit, Toronto, New York, Boston,
Cleveland, Baltimore; wins of the row over the column."""


def test_strengths_are_those_of_the_textbook():
    found = bradley_terry(BASEBALL)
    expected = [1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0.0]
    assert np.round(found - found[-1], 3).tolist() == expected
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_expected_wins_are_those_that_were_won():
    """What the most likely strengths are defined by: the score equations."""
    wins = np.random.default_rng(1).integers(1, 9, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0)
    p = np.exp(bradley_terry(wins))
    expected = ((wins + wins.T) * p[:, None] / (p[:, None] + p)).sum(axis=1)
    assert expected == pytest.approx(wins.sum(axis=1))


def test_a_prior_keeps_strengths_finite():
    with pytest.raises(InputError, match="infinite"):
        bradley_terry([[0, 4], [0, 0]])
    found = bradley_terry([[0, 4], [0, 0]], prior=0.5)
    assert found[0] - found[1] == pytest.approx(math.log(4.5 / 0.5))
    halves = [[0, 3, 3], [1, 0, 0], [2, 0, 0]]
    assert np.isfinite(bradley_terry(halves)).all()  # by way of the first
    groups = [[0, 3, 5, 5], [1, 0, 5, 5], [0, 0, 0, 2], [0, 0, 1, 0]]
    with pytest.raises(InputError, match="one group"):
        bradley_terry(groups)


@pytest.mark.parametrize(
    ("wins", "prior"),
    [([1, 2], 0), ([[0]], 0), ([[0, 1], [-1, 0]], 0), ([[0, math.nan], [1, 0]], 0), (BASEBALL, -1)],
)
def test_wins_must_be_a_square_of_counts(wins, prior):
    with pytest.raises(InputError):
        bradley_terry(wins, prior=prior)


def test_intervals_of_strengths_go_over_pictures():
    rng = np.random.default_rng(0)
    tables = np.zeros((40, 3, 3))
    for first, second, chance in ((0, 1, 0.7), (0, 2, 0.8), (1, 2, 0.6)):
        won = rng.random(40) < chance
        tables[won, first, second] = tables[~won, second, first] = 1
    given = {"prior": 0.5, "resamples": 500}
    ends = strength_intervals(tables, rng=np.random.default_rng(5), **given)
    values = bradley_terry(tables.sum(axis=0), prior=0.5)
    assert (ends[:, 0] < values).all()
    assert (values < ends[:, 1]).all()
    again = strength_intervals(tables, rng=np.random.default_rng(5), **given)
    assert (ends == again).all()
    wider = strength_intervals(tables[:10], rng=np.random.default_rng(5), **given)
    assert (np.ptp(wider, axis=1) > np.ptp(ends, axis=1)).all()


def test_a_share_has_the_bootstrap_interval():
    shares = [1.0, 0.5, 0.0, 1.0, 2 / 3, 1.0]
    found = share_interval(shares, rng=np.random.default_rng(2), resamples=300)
    expected = bootstrap_interval(shares, rng=np.random.default_rng(2), resamples=300)
    assert found == expected


@pytest.mark.parametrize("n", [1, 6, 30])
def test_a_share_of_all_or_none_has_the_exact_interval(n):
    exact = stats.binomtest(n, n).proportion_ci(0.95, "exact")
    found = share_interval([1.0] * n, rng=np.random.default_rng(0))
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))
    none = share_interval([0.0] * n, rng=np.random.default_rng(0))
    assert (none.low, none.high) == pytest.approx((1 - exact.high, 1 - exact.low))


def test_shares_lie_between_none_and_all():
    for shares in ([], [0.5, 1.2], [[0.5]], [math.nan]):
        with pytest.raises(InputError):
            share_interval(shares, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (7, 3), (60, 41), (200, 200)])
def test_the_sign_test_is_that_of_scipy(first, second):
    n = first + second
    expected = stats.binomtest(first, n).pvalue if n else 1.0
    assert sign_test(first, second) == pytest.approx(expected)


def test_the_sign_test_counts():
    with pytest.raises(InputError):
        sign_test(-1, 3)
