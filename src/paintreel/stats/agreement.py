"""Agreement of raters: Fleiss' kappa, Krippendorff's alpha, intraclass correlation.

Ratings come as one row an item and one column a rater. Categories are compared, so their
names do not matter; numbers are measured. Perfect agreement is 1.0 in all three, also where
every rating is the same and the usual formula is 0 / 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.stats.correlation import mean_ranks
from paintreel.stats.distributions import f_quantile, f_tail
from paintreel.stats.intervals import Interval, bootstrap_interval

Level = Literal["nominal", "ordinal", "interval"]
IccForm = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
_NO_PAIR = "no item has two ratings, agreement cannot be measured"
ICC_FORMS: tuple[IccForm, ...] = get_args(IccForm)


def category_counts(ratings: ArrayLike) -> tuple[Array, list[str | float]]:
    """How many raters put each item in each category.

    ratings  (items, raters) labels: text or numbers; None, NaN and "" are missing

    Returns ((items, categories) counts, the sorted categories). Raises InputError for ratings
    that are not two-dimensional, hold no label at all, or mix text and numbers.

    >>> counts, names = category_counts([["cat", "dog"], ["dog", "dog"], ["cat", ""]])
    >>> counts.tolist(), names
    ([[1, 1], [0, 2], [1, 0]], ['cat', 'dog'])
    """
    labels = _two_dimensional(ratings)
    present = ~_is_missing(labels)
    if not present.any():
        raise InputError("ratings holds no label, expected at least one; all are missing")
    try:
        categories, codes = np.unique(labels[present], return_inverse=True)
    except TypeError as error:
        raise InputError("ratings mixes text and numbers; make all labels one kind") from error
    rows = np.nonzero(present)[0]
    width = len(categories)
    flat = np.bincount(rows * width + codes.ravel(), minlength=labels.shape[0] * width)
    return flat.reshape(labels.shape[0], width), categories.tolist()


def fleiss_kappa(counts: ArrayLike) -> float:
    """Fleiss' kappa of nominal ratings, at most 1; 0 is chance (Fleiss 1971, Eq. 1-7).

        P_i = (sum_j n_ij^2 - m) / (m (m - 1))        agreeing pairs of item i
        P_e = sum_j p_j^2,  p_j = sum_i n_ij / (n m)  expected by chance
        kappa = (mean P_i - P_e) / (1 - P_e)

    All ratings in one category (P_e = 1) is defined as 1.0: nobody disagreed.

    counts  (items, categories) whole numbers, see `category_counts`; each row sums to the same
            number m >= 2 of raters

    Raises InputError for rows of unequal sum (`krippendorff_alpha` takes missing ratings), one
    rater, no item, negative or fractional counts.

    >>> fleiss_kappa([[3, 0], [0, 3]])
    1.0
    >>> round(fleiss_kappa([[2, 0], [1, 1], [0, 2], [1, 1]]), 12)
    0.0
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.size == 0:
        raise InputError(f"counts has shape {table.shape}, expected (items, categories)")
    if not np.isfinite(table).all() or (table < 0).any() or (table != np.rint(table)).any():
        raise InputError("counts holds a number that is not whole or is below 0")
    raters = table.sum(axis=1)
    if np.ptp(raters) != 0:
        raise InputError(
            f"items have between {raters.min():.0f} and {raters.max():.0f} raters, Fleiss' "
            "kappa needs the same number for all; drop items or use krippendorff_alpha"
        )
    m = float(raters[0])
    if m < 2:
        raise InputError(f"every item has {m:.0f} raters, agreement needs at least 2")
    return float(kappas(table[None])[0])


def kappas(tables: Array) -> Array:
    """`fleiss_kappa` of many tables at once, (m, items, categories) to (m,), unchecked."""
    m = float(tables[0, 0].sum())
    agreeing = ((tables**2).sum(axis=2) - m) / (m * (m - 1))
    shares = tables.mean(axis=1) / m
    expected = (shares**2).sum(axis=1)
    one_category = np.count_nonzero(shares, axis=1) == 1
    chance_left = np.where(one_category, 1.0, 1.0 - expected)
    return np.where(one_category, 1.0, (agreeing.mean(axis=1) - expected) / chance_left)


def kappa_interval(counts: Array, *, rng: np.random.Generator, resamples: int) -> Interval:
    """Interval of `fleiss_kappa` where items come in groups, such as the sheets of one picture.

    Groups are drawn, not items: those of one group are no independent draws.

    counts  (groups, items of a group, categories), as `category_counts` counts

    Raises InputError as `bootstrap_interval` does.
    """

    def kappa(drawn: Array) -> Array:
        return kappas(drawn.reshape(len(drawn), -1, drawn.shape[-1]))

    return bootstrap_interval(counts, kappa, rng=rng, resamples=resamples, batched=True)


def krippendorff_alpha(ratings: ArrayLike, *, level: Level = "nominal") -> float:
    """Krippendorff's alpha = 1 - D_o / D_e; 1 is perfect, 0 chance, below 0 systematic.

    Missing ratings are allowed; an item rated once says nothing and is left out
    (Krippendorff, Content Analysis, 2nd ed., chapter 11). With n pairable values v, m_u of
    them in item u, and delta^2 the squared difference of two values:

        D_o = 1/n sum_u 1/(m_u - 1) sum_{i != j in u} delta^2(v_i, v_j)
        D_e = 1/(n (n - 1)) sum_{i != j} delta^2(v_i, v_j)

    "nominal": delta^2 is 1 where the values differ. "interval": (v - w)^2. "ordinal": the
    same of the values' mean ranks among all pairable values, which equals Krippendorff's
    (sum_{g=c..k} n_g - (n_c + n_k)/2)^2. All values equal (D_e = 0) is defined as 1.0.

    ratings  (items, raters); any labels for "nominal", numbers for the others; None, NaN and ""
             are missing
    level    scale of the values: "nominal", "ordinal" or "interval"

    Raises InputError for an unknown level, text where numbers are needed, infinite values, or no
    item with two ratings.

    >>> krippendorff_alpha([[1, 1], [2, 2], [3, None]], level="interval")
    1.0
    """
    if level not in get_args(Level):
        raise InputError(f"level is {level!r}, expected one of {', '.join(get_args(Level))}")
    if level == "nominal":
        return _nominal_alpha(ratings)
    values = _numbers(ratings)
    values = values[(~np.isnan(values)).sum(axis=1) >= 2]
    if values.shape[0] == 0:
        raise InputError(_NO_PAIR)
    present = ~np.isnan(values)
    scores = np.zeros(values.shape)
    scores[present] = mean_ranks(values[present]) if level == "ordinal" else values[present]
    pooled = scores[present]
    if np.ptp(pooled) == 0.0:
        return 1.0
    # sum_{i != j} (v_i - v_j)^2 = 2 m sum (v_i - mean)^2, so no pair need be formed.
    m = present.sum(axis=1)
    means = scores.sum(axis=1) / m
    deviation = np.where(present, scores - means[:, None], 0.0)
    within = 2.0 * m * (deviation**2).sum(axis=1)
    n = pooled.size
    observed = float((within / (m - 1)).sum()) / n
    expected = 2.0 * float(((pooled - pooled.mean()) ** 2).sum()) / (n - 1)
    return float(1.0 - observed / expected)


def _nominal_alpha(ratings: ArrayLike) -> float:
    labels = _two_dimensional(ratings)
    labels = labels[(~_is_missing(labels)).sum(axis=1) >= 2]
    if labels.shape[0] == 0:
        raise InputError(_NO_PAIR)
    counts = category_counts(labels)[0].astype(np.float64)
    m = counts.sum(axis=1)
    totals = counts.sum(axis=0)
    if np.count_nonzero(totals) == 1:
        return 1.0
    n = float(totals.sum())
    observed = float(((m**2 - (counts**2).sum(axis=1)) / (m - 1)).sum()) / n
    expected = (n * n - float(totals @ totals)) / (n * (n - 1))
    return 1.0 - observed / expected


@dataclass(frozen=True, slots=True)
class Icc:
    """Outcome of `icc`: the coefficient, its interval, and the F test that it is 0."""

    form: IccForm
    value: float
    low: float
    high: float
    f: float
    df1: int
    df2: int
    p_value: float


def icc(ratings: ArrayLike, *, form: IccForm = "2,1", confidence: float = 0.95) -> Icc:
    """Intraclass correlation, the six forms of Shrout and Fleiss (1979).

    With BMS, WMS, JMS, EMS the mean squares between items, within items, between raters and
    residual, n items, k raters:

        1,1  (BMS - WMS) / (BMS + (k-1) WMS)                      1,k  (BMS - WMS) / BMS
        2,1  (BMS - EMS) / (BMS + (k-1) EMS + k (JMS - EMS) / n)  2,k  (BMS - EMS) / (BMS + (JMS - EMS) / n)
        3,1  (BMS - EMS) / (BMS + (k-1) EMS)                      3,k  (BMS - EMS) / BMS

    1: each item has other raters; 2: the same raters, drawn from many (agreement); 3: just
    these raters (consistency: a rater's constant shift is forgiven). ",1" is for a single
    rater's score, ",k" for the mean of all k. Intervals: Shrout and Fleiss, Eq. 7-12; for
    form 2 as McGraw and Wong (1996), table 7.

    Perfect agreement, constant ratings included, is 1.0 with the interval [1, 1]. Where
    items differ less than chance allows, the coefficient is negative, and -inf where its
    denominator is not positive (1,k and 3,k have no lower bound). The interval of form 2 is
    [-inf, 1] where the data leave it no degrees of freedom.

    ratings     (n, k) finite numbers without gaps, n >= 2, k >= 2
    form        one of the six, such as "2,1"
    confidence  level of the interval, between 0 and 1

    Raises InputError for an unknown form, a confidence outside (0, 1), a gap, text, infinite
    values, too few items or raters.

    >>> shrout_fleiss = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8],
    ...                  [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(icc(shrout_fleiss, form=form).value, 2) for form in ICC_FORMS]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """  # noqa: E501 (the table of forms is read side by side)
    if form not in ICC_FORMS:
        raise InputError(f"form is {form!r}, expected one of {'; '.join(ICC_FORMS)}")
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence is {confidence}, expected a number between 0 and 1")
    values = _numbers(ratings)
    n, k = values.shape
    if n < 2 or k < 2:
        raise InputError(f"{n} items by {k} raters are too few, the ICC needs at least 2 by 2")
    if np.isnan(values).any():
        raise InputError("ratings has gaps, the ICC needs all; drop items or use alpha")
    squares = _mean_squares(values)
    error, df2 = _error(form[0], squares, n, k)
    disagreement = error if form[0] != "2" else max(error, squares.raters)
    if disagreement == 0.0:
        return Icc(form, 1.0, 1.0, 1.0, math.inf, n - 1, df2, 0.0)
    without_error = math.inf if squares.items > 0.0 else 0.0
    f = squares.items / error if error > 0.0 else without_error
    single = _single(form[0], squares, n, k)
    low, high = _single_interval(form[0], squares, n, k, single, 1.0 - confidence)
    if form[2] == "k":
        single, low, high = (_spearman_brown(r, k) for r in (single, low, high))
    return Icc(form, single, low, high, f, n - 1, df2, f_tail(f, n - 1, df2))


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    items: float
    within: float
    raters: float
    residual: float


def _mean_squares(values: Array) -> _MeanSquares:
    n, k = values.shape
    centred = values - values.mean()
    scale = float(np.abs(values).max())
    item_effects = centred.mean(axis=1, keepdims=True)
    rater_effects = centred.mean(axis=0, keepdims=True)
    within = centred - item_effects
    residual = within - rater_effects

    def mean_square(part: Array, factor: int, df: int) -> float:
        # Rounding must not turn perfect agreement into 1e-32 / 1e-32.
        value = factor * float((part**2).sum()) / df
        return value if value > (1e-13 * scale) ** 2 else 0.0

    return _MeanSquares(
        items=mean_square(item_effects, k, n - 1),
        within=mean_square(within, 1, n * (k - 1)),
        raters=mean_square(rater_effects, n, k - 1),
        residual=mean_square(residual, 1, (n - 1) * (k - 1)),
    )


def _error(model: str, s: _MeanSquares, n: int, k: int) -> tuple[float, int]:
    """The mean square that stands for error in the F test, and its degrees of freedom."""
    if model == "1":
        return s.within, n * (k - 1)
    return s.residual, (n - 1) * (k - 1)


def _single(model: str, s: _MeanSquares, n: int, k: int) -> float:
    if model == "1":
        return (s.items - s.within) / (s.items + (k - 1) * s.within)
    spread = s.items + (k - 1) * s.residual
    if model == "2":
        spread += k * (s.raters - s.residual) / n
    return (s.items - s.residual) / spread if spread > 0.0 else -math.inf


def _single_interval(
    model: str, s: _MeanSquares, n: int, k: int, value: float, alpha: float
) -> tuple[float, float]:
    if model == "2":
        return _agreement_interval(s, n, k, value, alpha)
    error, df2 = _error(model, s, n, k)
    f = s.items / error
    lower = f / f_quantile(1.0 - alpha / 2.0, n - 1, df2)
    upper = f * f_quantile(1.0 - alpha / 2.0, df2, n - 1)
    return (lower - 1.0) / (lower + k - 1.0), (upper - 1.0) / (upper + k - 1.0)


def _agreement_interval(
    s: _MeanSquares, n: int, k: int, value: float, alpha: float
) -> tuple[float, float]:
    """ICC(2,1)'s interval with Satterthwaite's degrees of freedom v for the error."""
    if not math.isfinite(value):
        return -math.inf, 1.0
    a = k * value / (n * (1.0 - value)) * s.raters
    b = (1.0 + k * value * (n - 1) / (n * (1.0 - value))) * s.residual
    spread = a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1))
    if spread == 0.0 or a + b == 0.0:  # nothing left to estimate the error's freedom from
        return -math.inf, 1.0
    v = (a + b) ** 2 / spread
    error = k * s.raters + (k * n - k - n) * s.residual
    upper_f = f_quantile(1.0 - alpha / 2.0, n - 1, v)
    lower_f = f_quantile(1.0 - alpha / 2.0, v, n - 1)
    low = n * (s.items - upper_f * s.residual) / (upper_f * error + n * s.items)
    high = n * (lower_f * s.items - s.residual) / (error + n * lower_f * s.items)
    return low, high


def _spearman_brown(single: float, k: int) -> float:
    """Reliability of the mean of k raters from that of one."""
    denominator = 1.0 + (k - 1) * single
    return k * single / denominator if denominator > 1e-15 else -math.inf


def _two_dimensional(ratings: ArrayLike) -> Array:
    table = ratings if isinstance(ratings, np.ndarray) else np.array(ratings, dtype=object)
    if table.ndim != 2:
        raise InputError(
            f"ratings has shape {table.shape}, expected (items, raters): "
            "one row an item, one column a rater, rows of equal length"
        )
    return table


def _is_missing(labels: Array) -> Array:
    if labels.dtype.kind == "f":
        missing: Array = np.isnan(labels)
        return missing
    if labels.dtype.kind == "O":
        # NaN is the only value that is not itself.
        missing = np.frompyfunc(lambda v: v is None or v == "" or v != v, 1, 1)(labels)
        return missing.astype(bool)
    if labels.dtype.kind == "U":
        missing = labels == ""
        return missing
    return np.zeros(labels.shape, dtype=bool)


def _numbers(ratings: ArrayLike) -> Array:
    """(items, raters) float64, NaN where missing."""
    table = _two_dimensional(ratings)
    missing = _is_missing(table)
    values = np.full(table.shape, np.nan)
    try:
        values[~missing] = table[~missing].astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"ratings must be numbers here: {error}") from error
    if np.isinf(values).any():
        raise InputError("ratings holds an infinite value, expected finite numbers")
    return values
