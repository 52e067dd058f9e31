"""Means over trials, and paired tests of two conditions with Holm's correction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from paintreel.learn.experiments.conditions import Claim
from paintreel.stats.multiple import holm
from paintreel.stats.paired import paired_t_test

ALPHA = 0.01
"""Level below which a difference counts as shown; that of Liu and Zhao 2025."""

_LARGEST_EFFECT = 1e6  # pairs whose differences are all equal have an infinite d_z

Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class Figure:
    """Mean, standard deviation over trials (None for one trial), and number of trials."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class PairedTest:
    """A two-tailed paired t-test of `first` against `second`.

    measure  what both were measured by
    unit     what the pairs are: trials, pictures
    n        number of pairs
    gain     mean difference, above 0 where `first` is better
    p        None where there are fewer than two pairs
    p_holm   corrected over the pairs of its family that are tested on the same measure and unit
    d_z      mean difference over its deviation, above 0 where `first` is better
    """

    measure: str
    unit: str
    first: str
    second: str
    n: int
    gain: float
    p: float | None
    p_holm: float | None
    d_z: float | None

    @property
    def holds(self) -> bool:
        """Whether `first` is shown to be better, at ALPHA."""
        return self.p_holm is not None and self.p_holm < ALPHA and self.gain > 0


def figure_of(values: Sequence[float]) -> Figure | None:
    """The figure of one value a trial; None for no value."""
    if len(values) == 0:
        return None
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Figure(float(np.mean(values)), sd, len(values))


def compare_pair(
    first: tuple[str, Mapping[Key, float]],
    second: tuple[str, Mapping[Key, float]],
    *,
    measure: str,
    unit: str,
    direction: int = 1,
) -> PairedTest | None:
    """Uncorrected; None where the two share nothing that was measured.

    first, second  name of a condition and its values by trial or picture
    direction      1 where higher values are better, -1 where lower ones are
    """
    (name, a), (other, b) = first, second
    common = sorted(a.keys() & b.keys())
    if not common:
        return None
    x, y = (np.array([values[k] for k in common]) for values in (a, b))
    gain = direction * float((x - y).mean())
    if len(common) < 2:
        return PairedTest(measure, unit, name, other, len(common), gain, None, None, None)
    t = paired_t_test(x, y)
    d_z = float(np.clip(direction * t.d_z, -_LARGEST_EFFECT, _LARGEST_EFFECT))
    return PairedTest(measure, unit, name, other, t.n, gain, t.p_value, None, d_z)


def corrected(family: Sequence[PairedTest]) -> list[PairedTest]:
    """The tests of one measure and unit, with Holm's correction over those that have a p."""
    adjusted = iter(holm([t.p for t in family if t.p is not None]))
    return [t if t.p is None else replace(t, p_holm=float(next(adjusted))) for t in family]


def paired_tests(
    claims: Iterable[Claim],
    measures: Iterable[str],
    unit: str,
    values: Callable[[str, str], Mapping[Key, float]],
    *,
    direction_of: Callable[[str], int] = lambda measure: 1,
) -> list[PairedTest]:
    """Each claim on each measure that both sides have, Holm-corrected over those of a measure.

    values        condition and measure to its values by trial, picture or source
    direction_of  1 where higher values of a measure are better, -1 where lower ones are
    """
    claims = list(claims)
    found: list[PairedTest] = []
    for measure in measures:
        family = [
            compare_pair(
                (claim.first, values(claim.first, measure)),
                (claim.second, values(claim.second, measure)),
                measure=measure,
                unit=unit,
                direction=direction_of(measure),
            )
            for claim in claims
        ]
        found += corrected([test for test in family if test is not None])
    return found
