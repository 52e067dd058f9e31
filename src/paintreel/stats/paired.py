"""Tests of two systems scored on the same pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.stats.correlation import mean_ranks, paired_columns
from paintreel.stats.distributions import (
    normal_cdf,
    student_t_quantile,
    student_t_two_sided,
)

EXACT_UP_TO = 50
"""Most non-zero differences for which `wilcoxon_signed_rank` counts exactly by itself."""


@dataclass(frozen=True, slots=True)
class PairedT:
    """Outcome of `paired_t_test`."""

    t: float
    p_value: float
    df: int
    mean_difference: float
    low: float
    high: float
    d_z: float
    n: int


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Outcome of `wilcoxon_signed_rank`."""

    w: float
    p_value: float
    method: Literal["exact", "normal"]
    rank_biserial: float
    n: int
    n_nonzero: int


def paired_t_test(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> PairedT:
    """Two-tailed paired Student t-test of mean(a - b) = 0 (Liu and Zhao 2025, section 4.2).

        t = mean(d) / (sd(d) / sqrt(n)),   d = a - b,   df = n - 1

    Constant differences have no spread to test against, and are defined as scipy does in the
    limit: all zero give t = 0, p = 1, d_z = 0; all equal and not zero give t = +-inf, p = 0,
    d_z = +-inf. `low` and `high` then equal the mean difference.

    a, b        (n,) finite scores of the two systems on the same n >= 2 pictures
    confidence  level of the interval [low, high] of the mean difference, between 0 and 1

    Raises InputError for unequal lengths, fewer than two pairs, NaN or infinity, or a confidence
    outside (0, 1).

    >>> result = paired_t_test([3.0, 4.0, 6.0], [1.0, 3.0, 3.0])
    >>> round(result.t, 4), result.df, round(result.p_value, 4), result.d_z
    (3.4641, 2, 0.0742, 2.0)
    """
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence is {confidence}, expected a number between 0 and 1")
    x, y = paired_columns(a, b, at_least=2)
    difference = x - y
    n = difference.size
    mean = float(difference.mean())
    d_z = effect_size_dz(x, y)
    t = d_z * math.sqrt(n)
    half = 0.0
    if not _is_constant(difference):
        error = float(difference.std(ddof=1)) / math.sqrt(n)
        half = student_t_quantile(0.5 + confidence / 2.0, n - 1) * error
    return PairedT(
        t=t,
        p_value=student_t_two_sided(t, n - 1),
        df=n - 1,
        mean_difference=mean,
        low=mean - half,
        high=mean + half,
        d_z=d_z,
        n=n,
    )


def effect_size_dz(a: ArrayLike, b: ArrayLike) -> float:
    """Cohen's d_z = mean(a - b) / sd(a - b), with the n - 1 standard deviation.

    Constant differences: 0 when they are all zero, else +-inf. Rule of thumb: 0.2 is small,
    0.5 medium, 0.8 large. Arguments and errors are those of `paired_t_test`.

    >>> effect_size_dz([3.0, 4.0, 6.0], [1.0, 3.0, 3.0])
    2.0
    """
    x, y = paired_columns(a, b, at_least=2)
    difference = x - y
    mean = float(difference.mean())
    if _is_constant(difference):
        return math.copysign(math.inf, mean) if mean else 0.0
    return mean / float(difference.std(ddof=1))


def _is_constant(difference: Array) -> bool:
    """Whether the spread is nothing but rounding (0.3 - 0.1 and 0.4 - 0.2 differ in floats)."""
    scale = float(np.abs(difference).max())
    return float(np.ptp(difference)) <= 1e-12 * scale


def wilcoxon_signed_rank(
    a: ArrayLike, b: ArrayLike, *, method: Literal["auto", "exact", "normal"] = "auto"
) -> SignedRank:
    """Two-tailed Wilcoxon signed-rank test that a - b is symmetric around zero.

    Zero differences are dropped (Wilcoxon 1945) and ties share their mean rank. W is the
    smaller of the two signed rank sums. The exact law is counted over all 2^n sign patterns
    of the ranks in hand, so it holds with ties too; the normal one has the tie-corrected
    variance and no continuity correction. "auto" counts exactly up to 50 differences.

    No difference at all is defined: W = 0, p = 1, rank_biserial = 0.

    a, b    (n,) finite scores of the two systems on the same n >= 1 pictures
    method  how the p-value is found: "exact", "normal" or "auto"

    Returns a SignedRank; rank_biserial = (W+ - W-) / (W+ + W-) in [-1, 1], positive where a wins.
    Raises InputError for unequal lengths, no pair, NaN, infinity, or an unknown method.

    >>> result = wilcoxon_signed_rank([5, 6, 7, 8, 9], [1, 3, 5, 7, 9])
    >>> result.w, result.p_value, result.method, result.n_nonzero
    (0.0, 0.125, 'exact', 4)
    """
    if method not in ("auto", "exact", "normal"):
        raise InputError(f"method is {method!r}, expected 'auto', 'exact' or 'normal'")
    x, y = paired_columns(a, b, at_least=1)
    difference = x - y
    nonzero = difference[difference != 0.0]
    if method == "auto":
        method = "exact" if nonzero.size <= EXACT_UP_TO else "normal"
    if nonzero.size == 0:
        return SignedRank(0.0, 1.0, method, 0.0, x.size, 0)
    ranks = mean_ranks(np.abs(nonzero))
    positive = float(ranks[nonzero > 0].sum())
    total = float(ranks.sum())
    w = min(positive, total - positive)
    p_value = _exact_p(ranks, w) if method == "exact" else _normal_p(ranks, w)
    biserial = (2.0 * positive - total) / total
    return SignedRank(w, p_value, method, biserial, x.size, nonzero.size)


def _exact_p(ranks: Array, w: float) -> float:
    """P(min(W+, W-) <= w) over random signs, by counting the sums of doubled ranks."""
    doubled = np.rint(2.0 * ranks).astype(np.int64)  # mean ranks are multiples of one half
    law = np.zeros(int(doubled.sum()) + 1)
    law[0] = 1.0
    for rank in doubled:
        shifted = np.zeros_like(law)
        shifted[rank:] = law[: law.size - rank]
        law = 0.5 * (law + shifted)
    return min(1.0, 2.0 * float(law[: round(2.0 * w) + 1].sum()))


def _normal_p(ranks: Array, w: float) -> float:
    # Var(W+) = sum(rank^2) / 4 holds with ties as well: that is the tie correction.
    deviation = (w - ranks.sum() / 2.0) / math.sqrt(float(ranks @ ranks) / 4.0)
    return min(1.0, 2.0 * normal_cdf(deviation))
