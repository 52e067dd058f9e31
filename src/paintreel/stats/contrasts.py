"""Two systems by one measure, tested over the same pictures, and many such tests together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.stats.intervals import bootstrap_interval
from paintreel.stats.multiple import holm
from paintreel.stats.paired import paired_t_test

__all__ = ["ALPHA", "Contrast", "corrected", "paired_contrast"]

ALPHA = 0.05
"""Level at which a difference is called one, after Holm's correction."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two systems by one measure, over the units that both have.

    difference is mean(first - second) with its BCa bootstrap interval `ci95`; `t`, `df`,
    `p_value` and `d_z` are of the paired two-tailed t-test. The kernel distance has one figure a
    system: its difference, interval and p are those of `metrics.nearness`, and `t`, `df` and `d_z`
    are None. `p_holm` is corrected over all tests of the comparison. `winner` is the better one
    where p_holm <= 0.05 and the measure has a direction for the question, else None. With fewer
    than two units there is no test.
    """

    metric: str
    first: str
    second: str
    n: int
    difference: float
    ci95: tuple[float, float] | None = None
    t: float | None = None
    df: int | None = None
    p_value: float | None = None
    p_holm: float | None = None
    d_z: float | None = None
    winner: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what is infinite (constant differences) becomes null."""
        return {key: _finite(getattr(self, key)) for key in self.__slots__}


def paired_contrast(
    metric: str,
    first: str,
    second: str,
    columns: tuple[Array, Array],
    *,
    rng: np.random.Generator,
    resamples: int,
) -> Contrast:
    """The contrast of two columns of scores, (n,) each, of the same units; p is uncorrected."""
    difference = columns[0] - columns[1]
    n, mean = len(difference), float(difference.mean())
    if n < 2:
        return Contrast(metric, first, second, n, mean)
    test = paired_t_test(*columns)
    interval = bootstrap_interval(difference, rng=rng, resamples=resamples)
    return Contrast(
        metric, first, second, n, mean, (interval.low, interval.high),
        test.t, test.df, test.p_value, None, test.d_z,
    )  # fmt: skip


def corrected(contrasts: Sequence[Contrast], sign: Callable[[str], int]) -> list[Contrast]:
    """With Holm's p over all of them, and the winner by it.

    sign: of a measure: 1 where higher is better, -1 where lower is, 0 where neither
    """
    p_values = [c.p_value for c in contrasts if c.p_value is not None]
    adjusted = iter(holm(p_values).tolist())
    return [
        c if c.p_value is None else _decided(c, next(adjusted), sign(c.metric)) for c in contrasts
    ]


def _decided(contrast: Contrast, p_holm: float, sign: int) -> Contrast:
    winner = None
    if p_holm <= ALPHA and sign:
        winner = contrast.first if contrast.difference * sign > 0.0 else contrast.second
    return replace(contrast, p_holm=p_holm, winner=winner)


def _finite(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
