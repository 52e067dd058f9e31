"""The tail probabilities against scipy, and their edges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.stats import distributions

special = pytest.importorskip("scipy.special")
laws = pytest.importorskip("scipy.stats")

shapes = st.floats(0.05, 1e4)
degrees = st.floats(0.5, 1e6)


@given(a=shapes, b=shapes, x=st.floats(0, 1))
def test_incomplete_beta_is_scipys(a, b, x):
    expected = special.betainc(a, b, x)
    assert distributions.incomplete_beta(a, b, x) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(a=shapes, b=shapes, x=st.floats(0.001, 0.999))
def test_incomplete_beta_is_symmetric(a, b, x):
    both = distributions.incomplete_beta(a, b, x) + distributions.incomplete_beta(b, a, 1 - x)
    assert both == pytest.approx(1.0, abs=1e-9)


@given(t=st.floats(-50, 50), df=degrees)
def test_student_t_is_scipys(t, df):
    # scipy itself is 5e-10 off the Cauchy law near 0, see the next test.
    assert distributions.student_t_cdf(t, df) == pytest.approx(laws.t.cdf(t, df), abs=1e-8)
    two_sided = 2 * laws.t.sf(abs(t), df)
    assert distributions.student_t_two_sided(t, df) == pytest.approx(two_sided, rel=1e-8, abs=1e-15)


@given(t=st.floats(-1e6, 1e6))
def test_one_degree_of_freedom_is_the_cauchy_law(t):
    expected = 0.5 + math.atan(t) / math.pi
    assert distributions.student_t_cdf(t, 1) == pytest.approx(expected, abs=1e-14)


def test_small_p_values_keep_their_relative_precision():
    p = distributions.student_t_two_sided(40.0, 60)
    assert p == pytest.approx(2 * laws.t.sf(40.0, 60), rel=1e-10)
    assert 0 < p < 1e-40


@pytest.mark.parametrize("df", [1, 2, 9, 99.5, 1e5])
@pytest.mark.parametrize("probability", [0.001, 0.025, 0.5, 0.975, 0.9999])
def test_student_t_quantile_is_scipys(probability, df):
    expected = laws.t.ppf(probability, df)
    got = distributions.student_t_quantile(probability, df)
    assert got == pytest.approx(expected, rel=1e-8, abs=1e-9)


@given(f=st.floats(0, 1e4), df1=st.floats(0.5, 1e4), df2=st.floats(0.5, 1e4))
def test_f_tail_is_scipys(f, df1, df2):
    got = distributions.f_tail(f, df1, df2)
    assert got == pytest.approx(laws.f.sf(f, df1, df2), rel=1e-8, abs=1e-11)


@pytest.mark.parametrize(("df1", "df2"), [(1, 1), (5, 15), (453, 906), (3.7, 12.2)])
@pytest.mark.parametrize("probability", [0.025, 0.5, 0.975])
def test_f_quantile_is_scipys(probability, df1, df2):
    expected = laws.f.ppf(probability, df1, df2)
    assert distributions.f_quantile(probability, df1, df2) == pytest.approx(expected, rel=1e-8)


def test_normal_law_is_scipys_far_into_the_tail():
    for z in (-38.0, -8.0, -1.0, 0.0, 2.5, 8.0):
        assert distributions.normal_cdf(z) == pytest.approx(laws.norm.cdf(z), rel=1e-12)
    assert distributions.normal_quantile(1e-9) == pytest.approx(laws.norm.ppf(1e-9), rel=1e-12)


def test_edges_are_defined():
    assert distributions.student_t_two_sided(math.inf, 5) == 0.0
    assert distributions.student_t_two_sided(0.0, 5) == 1.0
    assert distributions.student_t_cdf(-math.inf, 5) == 0.0
    assert distributions.f_tail(0.0, 2, 3) == 1.0
    assert distributions.f_tail(math.inf, 2, 3) == 0.0
    assert distributions.normal_quantile(0.0) == -math.inf
    assert distributions.normal_quantile(1.0) == math.inf
    assert math.isnan(distributions.student_t_two_sided(math.nan, 5))
    assert math.isnan(distributions.f_tail(math.nan, 1, 1))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (distributions.student_t_cdf, (1.0, 0)),
        (distributions.student_t_two_sided, (1.0, math.nan)),
        (distributions.student_t_quantile, (1.0, 3)),
        (distributions.student_t_quantile, (math.nan, 3)),
        (distributions.f_tail, (1.0, -1, 3)),
        (distributions.f_quantile, (0.0, 2, 3)),
        (distributions.normal_quantile, (1.5,)),
        (distributions.incomplete_beta, (0.0, 1.0, 0.5)),
        (distributions.incomplete_beta, (1.0, 1.0, math.nan)),
    ],
)
def test_senseless_arguments_raise(function, arguments):
    with pytest.raises(InputError):
        function(*arguments)
