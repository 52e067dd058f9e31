from __future__ import annotations

import numpy as np
import pytest

from paintreel.stats.summary import summarise, summarise_groups


def test_figures_and_their_degenerate_cases():
    rng = np.random.default_rng(0)
    figures = summarise([1.0, 2.0, 3.0, 6.0], rng=rng, resamples=500)
    assert (figures.mean, figures.n) == (3.0, 4)
    assert figures.sd == pytest.approx(np.std([1, 2, 3, 6], ddof=1))
    assert figures.ci95[0] < 3.0 < figures.ci95[1]
    assert summarise([2.0, 2.0], rng=rng, resamples=50).ci95 == (2.0, 2.0)
    assert summarise([2.0], rng=rng, resamples=50).as_dict() == {
        "mean": 2.0,
        "sd": None,
        "n": 1,
        "ci95": None,
    }


def test_groups_keep_measures_that_some_files_lack():
    rows = [("b", {"x": 1.0}), ("a", {"x": 2.0, "y": 5.0}), ("b", {"x": 3.0})]
    found = summarise_groups(rows, ["x", "y"], rng=np.random.default_rng(0), resamples=50)
    assert list(found) == ["a", "b"]
    assert found["b"]["x"].mean == 2.0
    assert found["b"]["y"].n == 0
    assert found["a"]["y"].mean == 5.0
