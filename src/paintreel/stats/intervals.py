"""Bootstrap confidence intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.stats.distributions import normal_cdf, normal_quantile

_CHUNK_VALUES = 4_000_000  # resampled numbers held at once: 32 MB

Statistic = Callable[[Array], float]
BatchedStatistic = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval and how it came about.

    method is the one that was really used: BCa falls back to "percentile" where its bias
    correction does not exist, and to "point" where no resample differs from another. "exact"
    is that of a share (`preferences.share_interval`).
    """

    estimate: float
    low: float
    high: float
    confidence: float
    method: Literal["bca", "percentile", "point", "exact"]
    resamples: int


def bootstrap_interval(
    data: ArrayLike,
    statistic: Statistic | BatchedStatistic | None = None,
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    resamples: int = 9999,
    method: Literal["bca", "percentile"] = "bca",
    batched: bool = False,
) -> Interval:
    """Bootstrap interval of a statistic of rows drawn with replacement.

    "percentile" takes the quantiles of the resampled statistic. "bca" corrects them for bias
    z0 and skewness a (Efron 1987), with a from the jackknife:

        alpha_i = Phi(z0 + (z0 + z_i) / (1 - a (z0 + z_i)))

    Degenerate cases are defined, never NaN: one row, constant rows, or a statistic that no
    resample moves give low = high = estimate ("point"); an estimate outside the whole
    resampled range has an infinite z0 and gives the percentile interval instead.

    data        (n, ...) finite numbers or labels; rows are what is drawn (pictures, not pixels;
                for paired scores pass the differences or a two-column array)
    statistic   of the (n, ...) rows, a float; the mean when not given
    rng         source of chance; the same state gives the same interval
    confidence  level of the interval, between 0 and 1
    resamples   how often n rows are drawn, at least 1
    method      "bca" or "percentile"
    batched     whether `statistic` takes (m, n, ...) and returns (m,), which is faster

    Raises InputError for no row, NaN or infinity, bad confidence, resamples or method, or a
    statistic that is NaN or infinite on the rows or on some resample.

    >>> rng = np.random.default_rng(0)
    >>> interval = bootstrap_interval([1.0, 2.0, 3.0, 4.0, 5.0], rng=rng)
    >>> interval.estimate, interval.method, 1.0 < interval.low < 3.0 < interval.high < 5.0
    (3.0, 'bca', True)
    >>> bootstrap_interval([2.0, 2.0], rng=rng).method
    'point'
    """
    rows = _check(data, confidence, resamples, method)
    evaluate = _batched(statistic, batched)
    estimate = float(evaluate(rows[None])[0])
    n = rows.shape[0]
    if n == 1:
        return Interval(estimate, estimate, estimate, confidence, "point", 0)
    replicates = _resample(rows, evaluate, rng, resamples)
    if not (math.isfinite(estimate) and np.isfinite(replicates).all()):
        raise InputError(
            "the statistic is NaN or infinite on the data or on a resample; use one that is "
            "defined on every draw of the rows"
        )
    spread = float(np.ptp(replicates))
    if spread <= 1e-12 * max(abs(estimate), float(np.abs(replicates).max())):
        return Interval(estimate, estimate, estimate, confidence, "point", resamples)
    tail = (1.0 - confidence) / 2.0
    levels = (tail, 1.0 - tail)
    used: Literal["bca", "percentile"] = "percentile"
    if method == "bca":
        corrected = _bca_levels(rows, evaluate, estimate, replicates, levels)
        if corrected is not None:
            levels, used = corrected, "bca"
    low, high = np.quantile(replicates, levels)
    return Interval(estimate, float(low), float(high), confidence, used, resamples)


def _check(data: ArrayLike, confidence: float, resamples: int, method: str) -> Array:
    rows = np.asarray(data)
    if rows.ndim == 0 or rows.shape[0] == 0:
        raise InputError(f"data has shape {rows.shape}, expected at least one row")
    if rows.dtype.kind in "biuf":
        rows = rows.astype(np.float64, copy=False)
        if not np.isfinite(rows).all():
            raise InputError("data holds NaN or infinity; drop those rows first")
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence is {confidence}, expected a number between 0 and 1")
    if resamples < 1:
        raise InputError(f"resamples is {resamples}, expected at least 1")
    if method not in ("bca", "percentile"):
        raise InputError(f"method is {method!r}, expected 'bca' or 'percentile'")
    return rows


def _batched(statistic: Statistic | BatchedStatistic | None, batched: bool) -> BatchedStatistic:
    if statistic is None:
        return _row_mean
    if batched:
        return lambda samples: np.asarray(statistic(samples), dtype=np.float64)
    return lambda samples: np.array([statistic(sample) for sample in samples], dtype=np.float64)


def _row_mean(samples: Array) -> Array:
    if samples.ndim != 2 or samples.dtype != np.float64:
        raise InputError("the mean needs a (n,) column of numbers; pass a statistic for others")
    means: Array = samples.mean(axis=1)
    return means


def _resample(
    rows: Array, evaluate: BatchedStatistic, rng: np.random.Generator, resamples: int
) -> Array:
    n = rows.shape[0]
    chunk = max(1, min(resamples, _CHUNK_VALUES // max(1, rows.size)))
    replicates = np.empty(resamples)
    for start in range(0, resamples, chunk):
        stop = min(start + chunk, resamples)
        picks = rng.integers(0, n, size=(stop - start, n))
        replicates[start:stop] = evaluate(rows[picks])
    return replicates


def _bca_levels(
    rows: Array,
    evaluate: BatchedStatistic,
    estimate: float,
    replicates: Array,
    levels: tuple[float, float],
) -> tuple[float, float] | None:
    """The corrected quantile levels, or None where the bias correction is infinite."""
    # Replicates equal to the estimate count half, so that a discrete statistic is not biased.
    below = np.count_nonzero(replicates < estimate) + 0.5 * np.count_nonzero(replicates == estimate)
    share = below / replicates.size
    if share in (0.0, 1.0):
        return None
    z0 = normal_quantile(share)
    acceleration = _acceleration(rows, evaluate)
    corrected = []
    for level in levels:
        shifted = z0 + normal_quantile(level)
        denominator = 1.0 - acceleration * shifted
        if denominator <= 0.0:  # beyond the pole of the correction
            return None
        corrected.append(normal_cdf(z0 + shifted / denominator))
    return corrected[0], corrected[1]


def _acceleration(rows: Array, evaluate: BatchedStatistic) -> float:
    """Skewness of the jackknife values over six; 0 where they do not vary or do not exist."""
    if evaluate is _row_mean:
        values = (rows.sum() - rows) / (rows.size - 1)
    else:
        left_out = (np.delete(rows, i, axis=0) for i in range(rows.shape[0]))
        values = np.array([evaluate(sample[None])[0] for sample in left_out])
    if not np.isfinite(values).all():
        return 0.0
    influence = values.mean() - values
    largest = float(np.abs(influence).max())
    if largest <= 1e-12 * float(np.abs(values).max()):
        return 0.0
    # Skewness has no scale; without this the powers of tiny values would underflow.
    influence = influence / largest
    spread = float(influence @ influence)
    return float((influence**3).sum() / (6.0 * spread**1.5))
