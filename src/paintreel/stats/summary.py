"""One line a measure: mean, standard deviation, count and a bootstrap interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paintreel.stats import bootstrap_interval

__all__ = ["Summary", "summarise", "summarise_groups"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of one measure over files.

    mean   over the files that have a value, None when none has
    sd     standard deviation (n - 1) over them, None for fewer than two
    n      files that have a value
    ci95   BCa bootstrap interval of the mean over files, None for fewer than two
    """

    mean: float | None
    sd: float | None
    n: int
    ci95: tuple[float, float] | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        ci95 = None if self.ci95 is None else list(self.ci95)
        return {"mean": self.mean, "sd": self.sd, "n": self.n, "ci95": ci95}


def summarise(values: Sequence[float], *, rng: np.random.Generator, resamples: int) -> Summary:
    """Summary of finite values, one a file; a constant column has an interval of no width.

    >>> summarise([1.0, 3.0], rng=np.random.default_rng(0), resamples=200).mean
    2.0
    >>> summarise([], rng=np.random.default_rng(0), resamples=200)
    Summary(mean=None, sd=None, n=0, ci95=None)
    """
    column = np.asarray(values, np.float64)
    if column.size == 0:
        return Summary(None, None, 0, None)
    mean = float(column.mean())
    if column.size == 1:
        return Summary(mean, None, 1, None)
    interval = bootstrap_interval(column, rng=rng, resamples=resamples)
    return Summary(mean, float(column.std(ddof=1)), column.size, (interval.low, interval.high))


def summarise_groups(
    rows: Iterable[tuple[str, Mapping[str, float]]],
    names: Sequence[str],
    *,
    rng: np.random.Generator,
    resamples: int,
) -> dict[str, dict[str, Summary]]:
    """Group -> measure -> summary, groups sorted, of (group, scores) of every file."""
    columns: defaultdict[str, dict[str, list[float]]] = defaultdict(
        lambda: {name: [] for name in names}
    )
    for group, scores in rows:
        for name, column in columns[group].items():
            if name in scores:
                column.append(scores[name])
    return {
        group: {
            name: summarise(column, rng=rng, resamples=resamples)
            for name, column in columns[group].items()
        }
        for group in sorted(columns)
    }
