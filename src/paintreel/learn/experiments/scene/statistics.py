"""Means and paired tests over the records of the scene experiment.

A record is what `scene_trials` keeps of one condition in one trial: `scores` {level: {measure:
values in the order of the crops}} and figures of the whole set. References have one record, which
stands for every trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.learn.experiments.scene.conditions import (
    CONDITIONS,
    CONTRASTS,
    FULL,
    TRUTH,
    Contrast,
)
from paintreel.learn.experiments.scene.scoring import DIRECTION, MEASURES, SETS
from paintreel.stats.multiple import holm
from paintreel.stats.paired import paired_t_test

Unit = Literal["trials", "pictures"]
ALPHA = 0.01
"""The paper's level."""


@dataclass(frozen=True)
class Figure:
    """Mean, standard deviation over trials (None for one trial), and number of trials."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class Test:
    """A two-tailed paired t-test of `first` against `second`.

    gain: mean difference, above 0 where `first` is better. p_holm: corrected over all pairs tested
    on the same measure and unit. No p where there are fewer than two pairs.
    """

    measure: str
    unit: Unit
    first: str
    second: str
    n: int
    gain: float
    p: float | None
    p_holm: float | None
    d_z: float | None

    @property
    def holds(self) -> bool:
        return self.p_holm is not None and self.p_holm < ALPHA and self.gain > 0


class Results:
    """Records by condition and trial, with the categories of the crops.

    labels: {crop: one of LABELS, or None}, in the order of the crops.
    """

    def __init__(
        self,
        records: Mapping[str, Mapping[int, Mapping[str, Any]]],
        labels: Mapping[str, str | None],
    ) -> None:
        self.records = {c: records[c] for c in CONDITIONS if c in records}
        self.labels = labels

    @property
    def conditions(self) -> list[str]:
        return list(self.records)

    @property
    def trial_range(self) -> tuple[int, int]:
        """Fewest and most trials of the conditions that vary; (0, 0) without any."""
        counts = [len(t) for c, t in self.records.items() if CONDITIONS[c].varies]
        return min(counts, default=0), max(counts, default=0)

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Commands, commits and machines that the records come from, each once."""
        found = [r["source"] for trials in self.records.values() for r in trials.values()]
        return [s for i, s in enumerate(found) if s not in found[:i]]

    @property
    def measures(self) -> list[str]:
        """Those that any record has, the scene measures last."""
        found = set()
        for trials in self.records.values():
            for record in trials.values():
                found |= record["scores"][STANDARD].keys()
        return [m for m in MEASURES if m in found]

    def of_trials(
        self, condition: str, measure: str, *, level: str = STANDARD, label: str | None = None
    ) -> dict[int, float]:
        """{trial: mean over the crops}, of one category if `label`; {} where there is none."""
        found = {}
        for trial, record in self.records.get(condition, {}).items():
            if measure in SETS:
                if measure in record and label is None and level == STANDARD:
                    found[trial] = record[measure]
                continue
            scores = self._by_crop(record, level, measure)
            values = [v for c, v in scores.items() if label in (None, self.labels[c])]
            if values:
                found[trial] = float(np.mean(values))
        return found

    def of_pictures(
        self, condition: str, measure: str, *, level: str = STANDARD
    ) -> dict[str, float]:
        """{crop: mean over the trials}."""
        values: dict[str, list[float]] = {}
        for record in self.records.get(condition, {}).values():
            for crop, value in self._by_crop(record, level, measure).items():
                values.setdefault(crop, []).append(value)
        return {crop: float(np.mean(v)) for crop, v in values.items()}

    def _by_crop(self, record: Mapping[str, Any], level: str, measure: str) -> dict[str, float]:
        """{crop: value}; {} where the record has no such measure."""
        values = record["scores"][level].get(measure)
        return {} if values is None else dict(zip(self.labels, values, strict=True))

    def figure(self, condition: str, measure: str, **where: Any) -> Figure | None:
        """Mean over trials; None where nothing was measured."""
        values = list(self.of_trials(condition, measure, **where).values())
        if not values:
            return None
        sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
        return Figure(float(np.mean(values)), sd, len(values))

    def fact(self, condition: str, name: str) -> float | None:
        """Median over trials of a number that records keep beside their scores."""
        values = [r[name] for r in self.records.get(condition, {}).values() if name in r]
        return float(np.median(values)) if values else None

    def test(self, first: str, second: str, measure: str, unit: Unit) -> Test | None:
        """Uncorrected; None where the two share nothing that was measured."""
        of = self.of_trials if unit == "trials" else self.of_pictures
        a, b = of(first, measure), of(second, measure)
        if unit == "trials":
            a, b = _spread(first, a, b), _spread(second, b, a)
        common = sorted(a.keys() & b.keys())
        if not common:
            return None
        x, y = (np.array([values[k] for k in common]) for values in (a, b))
        sign = DIRECTION.get(measure, 1)
        gain = sign * float((x - y).mean())
        if len(common) < 2:
            return Test(measure, unit, first, second, len(common), gain, None, None, None)
        t = paired_t_test(x, y)
        d_z = float(np.clip(sign * t.d_z, -1e6, 1e6))
        return Test(measure, unit, first, second, t.n, gain, t.p_value, None, d_z)

    def tests(self, pairs: Sequence[Contrast], measures: Iterable[str], unit: Unit) -> list[Test]:
        """All pairs on all measures, Holm-corrected over the pairs of each measure."""
        found = []
        for measure in measures:
            family = [self.test(c.first, c.second, measure, unit) for c in pairs]
            found += _corrected([t for t in family if t is not None])
        return found

    def system_pairs(self) -> list[Contrast]:
        """FULL against each other system and the block-in."""
        others = [
            c
            for c in self.conditions
            if c not in (FULL, TRUTH) and CONDITIONS[c].group in ("system", "reference")
        ]
        titles = {c: CONDITIONS[c].title for c in others}
        return [Contrast(FULL, c, f"MFFCN is better than {titles[c]}") for c in others]

    def ablation_pairs(self) -> list[Contrast]:
        there = set(self.conditions)
        return [c for c in CONTRASTS if {c.first, c.second} <= there]


def _spread(condition: str, own: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    """A reference's one value for every trial of the other side."""
    if CONDITIONS[condition].varies or not own:
        return own
    value = next(iter(own.values()))
    return dict.fromkeys(other, value)


def _corrected(family: list[Test]) -> list[Test]:
    tested = [t for t in family if t.p is not None]
    adjusted = dict(zip(map(id, tested), holm([t.p for t in tested]).tolist(), strict=True))
    return [replace(t, p_holm=adjusted.get(id(t))) for t in family]
