"""Bootstrap intervals: against scipy, coverage, degenerate cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paintreel.errors import InputError
from paintreel.stats import bootstrap_interval, fleiss_kappa


def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_interval_is_scipys(method):
    laws = pytest.importorskip("scipy.stats")
    data = np.random.default_rng(0).gamma(1.5, size=40)
    ours = bootstrap_interval(data, rng=rng(), method=method, resamples=20_000)
    reference = laws.bootstrap(
        (data,), np.mean, method=method, n_resamples=20_000, rng=rng()
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx(tuple(reference), rel=0.01)
    assert ours.method == method


def test_bca_of_a_statistic_of_rows_is_scipys():
    laws = pytest.importorskip("scipy.stats")
    data = np.random.default_rng(3).multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], size=60)

    def correlation(rows):
        return np.corrcoef(rows.T)[0, 1]

    ours = bootstrap_interval(data, correlation, rng=rng(), resamples=4000)
    reference = laws.bootstrap(
        (data[:, 0], data[:, 1]),
        lambda x, y: np.corrcoef(x, y)[0, 1],
        paired=True,
        vectorized=False,
        n_resamples=4000,
        rng=rng(),
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx(tuple(reference), abs=0.02)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    chance = np.random.default_rng(5)
    hits = 0
    for _ in range(200):
        interval = bootstrap_interval(chance.normal(size=50), rng=chance, resamples=500)
        hits += interval.low <= 0.0 <= interval.high
    assert 0.88 <= hits / 200 <= 0.99


def test_bca_follows_skewness():
    data = np.random.default_rng(2).exponential(size=30) ** 2
    plain = bootstrap_interval(data, rng=rng(), method="percentile")
    corrected = bootstrap_interval(data, rng=rng(), method="bca")
    assert corrected.low > plain.low
    assert corrected.high > plain.high


def test_the_same_generator_state_gives_the_same_interval():
    data = np.arange(20.0)
    assert bootstrap_interval(data, rng=rng()) == bootstrap_interval(data, rng=rng())


def test_a_batched_statistic_gives_the_same():
    data = np.random.default_rng(1).normal(size=(25, 2))
    slow = bootstrap_interval(data, lambda rows: rows.max(), rng=rng(), resamples=300)
    fast = bootstrap_interval(
        data, lambda batch: batch.max(axis=(1, 2)), rng=rng(), resamples=300, batched=True
    )
    assert slow == fast


@pytest.mark.parametrize("method", ["bca", "percentile"])
@pytest.mark.parametrize("data", [[4.0], [4.0] * 9, [0.1] * 7])
def test_one_row_and_constant_rows_give_a_point(data, method):
    interval = bootstrap_interval(data, rng=rng(), method=method)
    assert interval.low == interval.high == interval.estimate == pytest.approx(data[0])
    assert interval.method == "point"


def test_an_unmoved_kappa_gives_a_point():
    interval = bootstrap_interval([[3, 0]] * 4 + [[0, 3]] * 4, fleiss_kappa, rng=rng())
    assert (interval.low, interval.high, interval.method) == (1.0, 1.0, "point")


def test_an_infinite_bias_correction_falls_back_and_says_so():
    data = np.arange(10.0)
    # A statistic whose value on the data lies above every resample that can come about.
    interval = bootstrap_interval(
        data, lambda rows: float(np.unique(rows).size), rng=rng(), resamples=200
    )
    assert interval.method == "percentile"
    assert interval.low <= interval.high < interval.estimate


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e6, 1e6)),
    st.sampled_from(["bca", "percentile"]),
)
def test_any_column_gives_finite_ordered_ends_inside_its_range(data, method):
    interval = bootstrap_interval(data, rng=rng(), method=method, resamples=200)
    slack = 1e-9 * max(1.0, np.abs(data).max())
    assert data.min() - slack <= interval.low <= interval.high <= data.max() + slack


@pytest.mark.parametrize(
    ("data", "options"),
    [
        ([], {}),
        (3.0, {}),
        ([1.0, math.nan], {}),
        ([1.0, 2.0], {"confidence": 0.0}),
        ([1.0, 2.0], {"resamples": 0}),
        ([1.0, 2.0], {"method": "basic"}),
        (["a", "b"], {}),
        ([1.0, 2.0], {"statistic": lambda rows: math.nan}),
    ],
)
def test_bad_input_raises(data, options):
    with pytest.raises(InputError):
        bootstrap_interval(data, rng=rng(), **options)
