"""Correlations against scipy, and where they are not defined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paintreel.errors import InputError
from paintreel.stats import mean_ranks, pearson, spearman

laws = pytest.importorskip("scipy.stats")

pairs = hnp.arrays(
    np.float64, st.tuples(st.integers(3, 30), st.just(2)), elements=st.integers(-9, 9)
)


@given(pairs)
def test_correlations_are_scipys(table):
    a, b = table.T
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        assert math.isnan(pearson(a, b))
        assert math.isnan(spearman(a, b))
        return
    assert pearson(a, b) == pytest.approx(laws.pearsonr(a, b)[0], abs=1e-12)
    assert spearman(a, b) == pytest.approx(laws.spearmanr(a, b)[0], abs=1e-12)


@given(hnp.arrays(np.float64, st.integers(1, 40), elements=st.integers(-5, 5)))
def test_ranks_are_scipys(values):
    assert mean_ranks(values).tolist() == laws.rankdata(values).tolist()


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e200])
def test_units_do_not_matter(unit):
    a = np.array([1.0, 2.0, 4.0, 8.0])
    b = np.array([2.0, 1.0, 5.0, 7.0])
    assert pearson(a * unit, b) == pytest.approx(pearson(a, b), abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2], [1, 2, 3]), ([1], [1]), ([1, math.nan], [1, 2]), ([[1, 2]], [[1, 2]])],
)
def test_bad_columns_raise(a, b):
    with pytest.raises(InputError):
        pearson(a, b)
    with pytest.raises(InputError):
        spearman(a, b)
