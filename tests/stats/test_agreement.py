"""Agreement against published tables, statsmodels, and its own laws."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paintreel.errors import InputError
from paintreel.stats import (
    ICC_FORMS,
    category_counts,
    fleiss_kappa,
    icc,
    krippendorff_alpha,
)
from paintreel.stats.agreement import kappa_interval

# Fleiss (1971), table 1: 30 patients, 6 raters, 5 diagnoses; kappa 0.430.
FLEISS_1971 = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: 4 observers.
_ = None
KRIPPENDORFF_2011 = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ],
    dtype=object,
).T

# Shrout and Fleiss (1979), table 2: 6 targets, 4 judges.
SHROUT_FLEISS_1979 = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)

numbers = hnp.arrays(
    np.int64, st.tuples(st.integers(2, 12), st.integers(2, 5)), elements=st.integers(0, 4)
)


def kappa_of(ratings):
    return fleiss_kappa(category_counts(ratings)[0])


def test_kappa_of_fleiss_1971():
    assert fleiss_kappa(FLEISS_1971) == pytest.approx(0.430, abs=5e-4)


@pytest.fixture(scope="module")
def inter_rater():
    return pytest.importorskip("statsmodels.stats.inter_rater")


@given(ratings=numbers)
def test_kappa_is_statsmodels(inter_rater, ratings):
    counts, _ = category_counts(ratings)
    if counts.shape[1] > 1:
        assert fleiss_kappa(counts) == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-12)


@given(numbers, st.randoms())
def test_kappa_ignores_names_and_order(ratings, chance):
    names = ["a", "b", "c", "d", "e"]
    chance.shuffle(names)
    renamed = np.array(names)[ratings]
    shuffled = renamed[np.array(chance.sample(range(len(renamed)), len(renamed)))]
    assert kappa_of(shuffled) == pytest.approx(kappa_of(ratings), abs=1e-12)
    assert kappa_of(ratings) <= 1.0


def test_kappa_of_the_unanimous_is_one():
    assert fleiss_kappa([[3], [3]]) == 1.0
    assert fleiss_kappa([[3, 0], [3, 0]]) == 1.0
    assert kappa_of([["x", "x"], ["y", "y"]]) == 1.0


def test_kappa_of_systematic_disagreement_is_negative():
    assert kappa_of([["x", "y"], ["y", "x"]]) == -1.0


def test_kappa_with_unequal_raters_names_both_numbers():
    with pytest.raises(InputError, match=r"between 2 and 3 raters.*krippendorff_alpha"):
        fleiss_kappa([[3, 0], [1, 1]])


@pytest.mark.parametrize(
    "counts", [[], [[]], [[1, 0]], [[2.5, 0.5]], [[-1, 3]], [[math.nan, 2]], [3, 3]]
)
def test_kappa_refuses_what_is_no_table(counts):
    with pytest.raises(InputError):
        fleiss_kappa(counts)


def test_counts_leave_out_every_kind_of_gap():
    counts, names = category_counts([["b", None], ["", "a"], [float("nan"), "b"]])
    assert names == ["a", "b"]
    assert counts.tolist() == [[0, 1], [1, 0], [0, 1]]
    counts, names = category_counts(np.array([[1.0, np.nan], [2.0, 2.0]]))
    assert names == [1.0, 2.0]
    assert counts.tolist() == [[1, 0], [0, 2]]


@pytest.mark.parametrize(
    "ratings", [[["", None]], ["abc"], [[1, 2], [3]], [["a", 1]], np.zeros((2, 2, 2))]
)
def test_counts_refuse_what_is_no_table(ratings):
    with pytest.raises((InputError, ValueError)):
        category_counts(ratings)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_krippendorff_2011(level, alpha):
    got = krippendorff_alpha(KRIPPENDORFF_2011, level=level)
    assert got == pytest.approx(alpha, abs=5e-4)


def alpha_by_pairs(ratings, level):
    """Krippendorff's definition, written out pair by pair over the coincidence matrix."""
    units = [[v for v in row if not math.isnan(v)] for row in ratings]
    units = [unit for unit in units if len(unit) >= 2]
    values = sorted({v for unit in units for v in unit})
    coincidence = np.zeros((len(values), len(values)))
    for unit in units:
        for i, v in enumerate(unit):
            for j, w in enumerate(unit):
                if i != j:
                    coincidence[values.index(v), values.index(w)] += 1 / (len(unit) - 1)
    totals = coincidence.sum(axis=1)
    delta = np.zeros_like(coincidence)
    for c in range(len(values)):
        for k in range(len(values)):
            low, high = sorted((c, k))
            delta[c, k] = {
                "nominal": float(c != k),
                "ordinal": (totals[low : high + 1].sum() - (totals[c] + totals[k]) / 2) ** 2,
                "interval": (values[c] - values[k]) ** 2,
            }[level]
    n = totals.sum()
    observed = (coincidence * delta).sum() / n
    expected = (totals @ delta @ totals) / (n * (n - 1))
    return 1 - observed / expected


@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.integers(2, 5)),
        elements=st.sampled_from([1.0, 2.0, 3.5, 7.0, math.nan]),
    ),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_is_its_definition_with_any_gaps(ratings, level):
    paired = ratings[(~np.isnan(ratings)).sum(axis=1) >= 2]
    if not paired.size:
        with pytest.raises(InputError, match="no item has two ratings"):
            krippendorff_alpha(ratings, level=level)
    elif np.nanmin(paired) == np.nanmax(paired):
        assert krippendorff_alpha(ratings, level=level) == 1.0
    else:
        expected = alpha_by_pairs(ratings, level)
        assert krippendorff_alpha(ratings, level=level) == pytest.approx(expected, abs=1e-9)


@given(numbers, st.floats(-100, 100), st.floats(0.1, 50))
def test_interval_alpha_ignores_unit_and_origin(ratings, origin, unit):
    plain = krippendorff_alpha(ratings, level="interval")
    moved = krippendorff_alpha(origin + unit * ratings, level="interval")
    assert moved == pytest.approx(plain, abs=1e-6)


def test_ordinal_alpha_sees_order_alone():
    ratings = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 3.0]])
    stretched = krippendorff_alpha(np.exp(ratings), level="ordinal")
    assert stretched == pytest.approx(krippendorff_alpha(ratings, level="ordinal"))


def test_alpha_takes_text_only_when_nominal():
    ratings = [["a", "a"], ["b", "c"]]
    assert krippendorff_alpha(ratings) < 1
    with pytest.raises(InputError, match="numbers"):
        krippendorff_alpha(ratings, level="ordinal")
    with pytest.raises(InputError, match="nominal, ordinal, interval"):
        krippendorff_alpha(ratings, level="ratio")
    with pytest.raises(InputError, match="infinite"):
        krippendorff_alpha([[1.0, math.inf]], level="interval")


def test_icc_of_shrout_and_fleiss_1979():
    published = {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91}
    got = {form: round(icc(SHROUT_FLEISS_1979, form=form).value, 2) for form in ICC_FORMS}
    assert got == published


def test_icc_intervals_are_those_of_r_psych():
    # psych::ICC on the same table, its documentation: lower and upper bounds, F, df.
    expected = {
        "1,1": (-0.133, 0.72),
        "2,1": (0.019, 0.76),
        "3,1": (0.342, 0.95),
        "1,k": (-0.884, 0.91),
        "2,k": (0.071, 0.93),
        "3,k": (0.676, 0.99),
    }
    for form, (low, high) in expected.items():
        result = icc(SHROUT_FLEISS_1979, form=form)
        assert result.low == pytest.approx(low, abs=6e-4)
        assert result.high == pytest.approx(high, abs=6e-3)
    consistency = icc(SHROUT_FLEISS_1979, form="3,1")
    assert consistency.f == pytest.approx(11.03, abs=0.01)
    assert (consistency.df1, consistency.df2) == (5, 15)
    assert consistency.p_value == pytest.approx(0.000135, abs=1e-6)
    assert icc(SHROUT_FLEISS_1979, form="1,1").f == pytest.approx(1.79, abs=0.01)


@given(numbers, st.sampled_from(ICC_FORMS))
def test_icc_is_bounded_and_inside_its_interval(ratings, form):
    result = icc(ratings, form=form)
    assert result.value <= 1.0 + 1e-12
    assert 0.0 <= result.p_value <= 1.0
    if math.isfinite(result.value) and result.low < result.high:
        assert result.low - 1e-9 <= result.value <= result.high + 1e-9


def test_icc_consistency_forgives_a_raters_shift_and_agreement_does_not():
    base = np.arange(8.0)[:, None]
    shifted = base + np.array([0.0, 2.0, 5.0])
    assert icc(shifted, form="3,1").value == 1.0
    agreement = icc(shifted, form="2,1")
    assert 0.0 < agreement.value < 0.9
    assert agreement.p_value == 0.0


def test_icc_of_perfect_and_constant_ratings_is_one():
    for ratings in ([[1, 1], [2, 2], [5, 5]], [[3, 3], [3, 3]], np.full((4, 3), 0.1)):
        for form in ICC_FORMS:
            result = icc(ratings, form=form)
            assert (result.value, result.low, result.high) == (1.0, 1.0, 1.0)


def test_icc_where_items_do_not_differ():
    swapped = [[1.0, 2.0], [2.0, 1.0]]
    assert icc(swapped, form="1,1").value == -1.0
    assert icc(swapped, form="3,k").value == -math.inf
    assert icc(swapped, form="2,1").value == -math.inf
    only_raters = icc([[1.0, 2.0], [1.0, 2.0]], form="2,1")
    assert (only_raters.value, only_raters.p_value) == (0.0, 1.0)


@pytest.mark.parametrize(
    "ratings",
    [
        [[1.0, 2.0]],
        [[1.0], [2.0]],
        [[1.0, math.nan], [2.0, 3.0]],
        [["a", "b"], ["c", "d"]],
        [1.0, 2.0],
    ],
)
def test_icc_refuses_what_it_cannot_use(ratings):
    with pytest.raises(InputError):
        icc(ratings)


def test_icc_refuses_other_forms_and_levels():
    with pytest.raises(InputError, match="3,k"):
        icc([[1, 2], [3, 4]], form="4,1")
    with pytest.raises(InputError, match="confidence"):
        icc([[1, 2], [3, 4]], confidence=95)


def test_the_shared_ratings_give_the_readmes_numbers(shared_data):
    with (shared_data / "art" / "ratings.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    items = sorted({row["file"] for row in rows})

    def table(column):
        by_item = {(row["file"], row["rater"]): row[column] for row in rows}
        return [[by_item[item, rater] for rater in "ABC"] for item in items]

    got = [round(kappa_of(table(column)), 3) for column in ("emotion", "scene", "characters")]
    assert got == [0.734, 0.863, 0.860]


def test_groups_of_items_are_drawn_whole():
    """Two sheets of a picture that were voted alike say no more than one."""
    counts = np.array([[3, 0], [0, 3], [2, 1], [3, 0], [1, 2], [0, 3], [3, 0], [2, 1]])
    single, double, split = (
        kappa_interval(groups, rng=np.random.default_rng(0), resamples=400)
        for groups in (
            counts[:, None],
            np.stack([counts, counts], axis=1),
            np.concatenate([counts, counts])[:, None],
        )
    )
    assert single.estimate == pytest.approx(fleiss_kappa(counts))
    assert (double.low, double.high) == pytest.approx((single.low, single.high))
    assert split.high - split.low < 0.9 * (single.high - single.low)
