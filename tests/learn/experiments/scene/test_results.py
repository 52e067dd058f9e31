from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_rel
from statsmodels.stats.multitest import multipletests

from paintreel.learn.experiments.conditions import Claim


def trials(measure: str, *rows: list[float]) -> list[dict[str, list[float]]]:
    return [{measure: row} for row in rows]


@pytest.fixture
def three(make_results):
    """Five trials of three systems, three crops each."""
    rng = np.random.default_rng(0)
    base = rng.normal(25, 2, 3)
    return make_results(
        **{
            name: trials("psnr", *(base + lead + rng.normal(0, 0.3, 3) for _ in range(5)))
            for name, lead in (("mffcn", 1.0), ("cdlm", 0.6), ("osdlm", 0.0))
        },
        rough=trials("psnr", list(base)),
    )


def test_figures_are_of_trial_means(make_results):
    results = make_results(mffcn=trials("psnr", [1, 2, 3], [3, 5, 7]))
    assert results.of_trials("mffcn", "psnr") == {0: 2, 1: 5}
    figure = results.figure("mffcn", "psnr")
    assert (figure.mean, figure.n) == (3.5, 2)
    assert figure.sd == pytest.approx(np.std([2, 5], ddof=1))
    assert results.of_pictures("mffcn", "psnr") == {"a.png": 2, "b.png": 3.5, "c.png": 5}


def test_figure_of_a_category(make_results):
    results = make_results(mffcn=trials("psnr", [1, 2, 4]))
    assert results.figure("mffcn", "psnr", label="water").mean == 3
    assert results.figure("mffcn", "psnr", label="interior") is None
    assert results.figure("mffcn", "psnr").sd is None
    assert results.figure("cdlm", "psnr") is None
    assert results.figure("mffcn", "ssim") is None


def test_records_of_other_crops_are_refused(make_results):
    with pytest.raises(ValueError, match="zip"):
        make_results(mffcn=trials("psnr", [1, 2])).figure("mffcn", "psnr")


def test_paired_t_test_over_trials_is_scipy_s(three):
    test = three.test("mffcn", "cdlm", "psnr", "trials")
    a, b = (list(three.of_trials(c, "psnr").values()) for c in ("mffcn", "cdlm"))
    difference = np.subtract(a, b)
    assert test.n == 5
    assert test.gain == pytest.approx(difference.mean())
    assert test.p == pytest.approx(ttest_rel(a, b).pvalue)
    assert test.d_z == pytest.approx(difference.mean() / difference.std(ddof=1))
    assert test.p_holm == test.p  # of one alone


def test_over_pictures_pairs_are_crops(three):
    test = three.test("mffcn", "cdlm", "psnr", "pictures")
    a, b = (list(three.of_pictures(c, "psnr").values()) for c in ("mffcn", "cdlm"))
    assert test.n == 3
    assert test.p == pytest.approx(ttest_rel(a, b).pvalue)


def test_holm_is_over_the_pairs_of_a_measure(three):
    claims = three.system_claims()
    assert [c.second for c in claims] == ["cdlm", "osdlm", "rough"]
    tests = three.tests(claims, ["psnr"], "trials")
    expected = multipletests([t.p for t in tests], method="holm")[1]
    assert [t.p_holm for t in tests] == pytest.approx(list(expected))
    assert all(t.p_holm >= t.p for t in tests)
    assert tests[1].holds == (expected[1] < 0.01)


def test_a_reference_stands_for_every_trial(three):
    test = three.test("mffcn", "rough", "psnr", "trials")
    ours = np.array(list(three.of_trials("mffcn", "psnr").values()))
    assert test.n == 5
    assert test.gain == pytest.approx((ours - three.figure("rough", "psnr").mean).mean())


def test_where_lower_is_better_the_gain_is_turned(make_results):
    results = make_results(
        mffcn=trials("perceptual", [0.2, 0.2, 0.2], [0.2, 0.3, 0.2]),
        cdlm=trials("perceptual", [0.4, 0.4, 0.4], [0.4, 0.5, 0.6]),
    )
    test = results.test("mffcn", "cdlm", "perceptual", "trials")
    assert test.gain > 0
    assert test.d_z > 0
    assert results.test("cdlm", "mffcn", "perceptual", "trials").gain < 0


def test_a_loss_never_holds(make_results):
    rows = [trials("psnr", *([v + t * 0.01] * 3 for t in range(6))) for v in (1, 9)]
    results = make_results(mffcn=rows[0], cdlm=rows[1])
    (test,) = results.tests([Claim("mffcn", "cdlm", "")], ["psnr"], "trials")
    assert test.p_holm < 1e-6
    assert not test.holds
    assert np.isfinite(test.d_z)


def test_only_trials_that_both_have(make_results):
    results = make_results(
        mffcn=trials("psnr", *([[1, 2, 3]] * 4)), cdlm=trials("psnr", [1, 2, 2], [0, 2, 3])
    )
    assert results.test("mffcn", "cdlm", "psnr", "trials").n == 2
    assert results.trial_range == (2, 4)
    assert not results.is_whole


def test_whole_with_as_many_trials_as_are_enough(make_results):
    rows = {"mffcn": trials("psnr", *([[1, 2, 3]] * 5))}
    assert make_results(**rows, no_flip=trials("psnr", *([[1, 2, 3]] * 3))).is_whole
    assert not make_results(**rows, no_flip=trials("psnr", *([[1, 2, 3]] * 2))).is_whole


def test_one_trial_has_no_p(make_results):
    results = make_results(mffcn=trials("psnr", [1, 2, 3]), cdlm=trials("psnr", [1, 1, 1]))
    (test,) = results.tests(results.system_claims(), ["psnr"], "trials")
    assert (test.n, test.p, test.p_holm, test.holds) == (1, None, None, False)
    assert results.test("mffcn", "cdlm", "ssim", "trials") is None


def test_measures_of_the_whole_set(make_results):
    results = make_results(mffcn=trials("psnr", [1, 2, 3]))
    results.records["mffcn"][0]["spectrum"] = 4.0
    assert results.of_trials("mffcn", "spectrum") == {0: 4.0}
    assert results.of_trials("mffcn", "spectrum", label="water") == {}


def test_sources_once_each(three):
    assert len(three.sources) == 1
    three.records["cdlm"][1]["source"] = {"command": "y"}
    assert len(three.sources) == 2
