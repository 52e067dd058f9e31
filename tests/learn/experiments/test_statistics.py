from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_rel

from paintreel.learn.experiments.statistics import compare_pair, corrected, figure_of


def test_figure():
    figure = figure_of([2.0, 5.0])
    assert (figure.mean, figure.n) == (3.5, 2)
    assert figure.sd == pytest.approx(np.std([2, 5], ddof=1))
    assert figure_of([2.0]).sd is None
    assert figure_of([]) is None


def test_pair_is_compared_over_what_both_have():
    a, b = {0: 3.0, 1: 4.0, 2: 6.0, 3: 9.0}, {2: 4.0, 1: 3.5, 0: 1.0}
    test = compare_pair(("a", a), ("b", b), measure="psnr", unit="trials")
    assert (test.n, test.gain) == (3, pytest.approx((2 + 0.5 + 2) / 3))
    assert test.p == pytest.approx(ttest_rel([3, 4, 6], [1, 3.5, 4]).pvalue)
    lower = compare_pair(("a", a), ("b", b), measure="error", unit="trials", direction=-1)
    assert (lower.gain, lower.d_z) == (-test.gain, -test.d_z)


def test_nothing_or_one_in_common():
    assert compare_pair(("a", {0: 1.0}), ("b", {1: 1.0}), measure="m", unit="trials") is None
    one = compare_pair(("a", {"x": 1.0}), ("b", {"x": 3.0}), measure="m", unit="pictures")
    assert (one.n, one.gain, one.p, one.holds) == (1, -2.0, None, False)


def test_correction_passes_over_tests_without_p():
    rng = np.random.default_rng(0)
    many = dict(enumerate(rng.normal(1, 0.1, 8)))
    few = dict(enumerate(rng.normal(0, 0.1, 8)))
    tested = compare_pair(("a", many), ("b", few), measure="m", unit="trials")
    untested = compare_pair(("a", many), ("c", {0: 1.0}), measure="m", unit="trials")
    first, second = corrected([untested, tested])
    assert first.p_holm is None
    assert second.p_holm == tested.p
    assert second.holds
