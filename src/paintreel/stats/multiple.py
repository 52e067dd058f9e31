"""Correction for many tests at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array


def holm(p_values: ArrayLike) -> Array:
    """Holm's step-down adjusted p-values, in the order given.

    Rejecting where the result is <= alpha keeps the chance of any false rejection among all
    tests at most alpha, whatever their dependence (Holm 1979):

        p~_(i) = max_{j <= i} min(1, (m - j + 1) p_(j)),   p_(1) <= ... <= p_(m)

    p_values  (m,) p-values in [0, 1]; m may be 0

    Returns (m,) float64 in [0, 1]. Raises InputError for values that are not one-dimensional, or
    one outside [0, 1] (NaN included).

    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise InputError(f"p_values has shape {p.shape}, expected one dimension")
    if not np.all((p >= 0.0) & (p <= 1.0)):
        raise InputError("p_values holds a value outside [0, 1] or NaN; drop failed tests first")
    order = np.argsort(p, kind="stable")
    factors = np.arange(p.size, 0, -1)
    stepped = np.maximum.accumulate(np.minimum(1.0, factors * p[order]))
    adjusted = np.empty_like(p)
    adjusted[order] = stepped
    return adjusted
