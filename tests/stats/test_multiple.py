"""Holm's correction against its definition and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.stats import holm

probabilities = st.lists(st.floats(0, 1), max_size=20)


@pytest.fixture(scope="module")
def multitest():
    return pytest.importorskip("statsmodels.stats.multitest")


@given(p_values=probabilities)
def test_holm_is_statsmodels(multitest, p_values):
    if p_values:
        expected = multitest.multipletests(p_values, method="holm")[1]
        assert holm(p_values) == pytest.approx(expected, abs=1e-15)


@given(probabilities, st.floats(0.001, 0.2))
def test_holm_rejects_what_stepping_down_rejects(p_values, alpha):
    rejected = set()
    for step, index in enumerate(np.argsort(p_values, kind="stable")):
        if p_values[index] * (len(p_values) - step) > alpha:
            break
        rejected.add(int(index))
    assert set(np.nonzero(holm(p_values) <= alpha)[0].tolist()) == rejected


@given(probabilities)
def test_adjusting_never_helps_and_keeps_order(p_values):
    adjusted = holm(p_values)
    assert np.all(adjusted >= np.asarray(p_values, dtype=float))
    assert np.all((adjusted >= 0) & (adjusted <= 1))
    assert np.all(np.diff(adjusted[np.argsort(p_values)]) >= 0)


def test_one_test_is_left_alone_and_none_is_fine():
    assert holm([0.03]).tolist() == [0.03]
    assert holm([]).shape == (0,)


@pytest.mark.parametrize("p_values", [[0.1, math.nan], [1.1], [-0.1], [[0.1]]])
def test_bad_p_values_raise(p_values):
    with pytest.raises(InputError):
        holm(p_values)
