"""Correlation of two columns."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array


def pearson(a: ArrayLike, b: ArrayLike) -> float:
    """Pearson's product-moment correlation in [-1, 1]; NaN when a column is constant.

    a, b  (n,) finite numbers, n >= 2

    Raises InputError for unequal lengths, fewer than two values, NaN or infinity.

    >>> round(pearson([1, 2, 3], [2, 4, 6]), 12)
    1.0
    """
    x, y = paired_columns(a, b, at_least=2)
    if np.ptp(x) == 0.0 or np.ptp(y) == 0.0:
        return math.nan
    # Centred and scaled before the products, so that huge or tiny units cannot overflow.
    x = x - x.mean()
    y = y - y.mean()
    x /= np.abs(x).max()
    y /= np.abs(y).max()
    return float(np.clip(x @ y / math.sqrt((x @ x) * (y @ y)), -1.0, 1.0))


def spearman(a: ArrayLike, b: ArrayLike) -> float:
    """Spearman's rank correlation in [-1, 1], ties at their mean rank; NaN when constant.

    Arguments and errors are those of `pearson`.

    >>> round(spearman([1, 2, 3, 4], [1, 8, 27, 64]), 12)
    1.0
    """
    x, y = paired_columns(a, b, at_least=2)
    return pearson(mean_ranks(x), mean_ranks(y))


def mean_ranks(values: ArrayLike) -> Array:
    """Ranks from 1, equal values sharing the mean of their ranks.

    >>> mean_ranks([10, 20, 20, 5]).tolist()
    [2.0, 3.5, 3.5, 1.0]
    """
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[inverse]


def paired_columns(a: ArrayLike, b: ArrayLike, *, at_least: int) -> tuple[Array, Array]:
    """Two (n,) float64 columns of equal length n >= `at_least`, checked to be finite."""
    x = np.asarray(a, dtype=np.float64)
    y = np.asarray(b, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise InputError(
            f"shapes are {x.shape} and {y.shape}, expected two columns of equal length: "
            "one value a picture, in the same order"
        )
    if x.size < at_least:
        raise InputError(f"{x.size} pairs are too few, expected at least {at_least}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError("a column holds NaN or infinity; drop those pairs first")
    return x, y
