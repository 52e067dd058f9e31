"""Means and paired tests over the records of the experiment on lines and colour.

A record holds `scores` {measure: {source/name of the drawing: value}}, where a measure of colour is
called "loss:palette" for what was given, and `sets` {measure: value}. References have one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.lines.conditions import CONDITIONS, task_of
from paintreel.learn.experiments.lines.scoring import direction_of
from paintreel.learn.experiments.statistics import (
    Figure,
    PairedTest,
    compare_pair,
    corrected,
    figure_of,
)

EXACT = ("worlds", "avatars")
"""Sources whose lines are known and not found by a rule."""

Records = Mapping[str, Mapping[int, Mapping[str, Any]]]


class LinesResults:
    """Records by condition and trial; those without scores (a model that was not there) are left
    out."""

    def __init__(self, records: Records) -> None:
        self.records = {
            name: records[name]
            for name in CONDITIONS
            if any(record["scores"] for record in records.get(name, {}).values())
        }

    def conditions(self, task: str) -> list[str]:
        """Names of those of a task, in the order of CONDITIONS."""
        return [name for name in self.records if task_of(CONDITIONS[name]) == task]

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Commands, commits and machines that the records come from, each once."""
        found = [r["source"] for trials in self.records.values() for r in trials.values()]
        return [each for i, each in enumerate(found) if each not in found[:i]]

    def of_pictures(
        self, condition: str, measure: str, among: Sequence[str] | None = None
    ) -> dict[str, float]:
        """{drawing: mean over the trials} of the drawings of some sources; None: of all."""
        values: dict[str, list[float]] = {}
        for record in self.records.get(condition, {}).values():
            for drawing, value in record["scores"].get(measure, {}).items():
                if among is None or drawing.split("/")[0] in among:
                    values.setdefault(drawing, []).append(value)
        return {drawing: float(np.mean(each)) for drawing, each in values.items()}

    def figure(
        self, condition: str, measure: str, among: Sequence[str] | None = None
    ) -> Figure | None:
        """Mean over trials of the mean over drawings, or of a measure of sets; None for nothing."""
        means = []
        for record in self.records.get(condition, {}).values():
            values = [
                value
                for drawing, value in record["scores"].get(measure, {}).items()
                if among is None or drawing.split("/")[0] in among
            ]
            if values:
                means.append(float(np.mean(values)))
            elif measure in record["sets"]:
                means.append(float(record["sets"][measure]))
        return figure_of(means)

    def fact(self, condition: str, name: str) -> float | None:
        """Median over trials of a number that records keep beside their scores."""
        values = [
            record[name]
            for record in self.records.get(condition, {}).values()
            if record.get(name) is not None
        ]
        return float(np.median(values)) if values else None

    def curve(self, condition: str) -> tuple[list[float], list[float]]:
        """Steps and image loss of the first trial's training."""
        trials = self.records.get(condition, {})
        curve = trials[min(trials)].get("curve") if trials else None
        return (curve["step"], curve["value"]) if curve else ([], [])

    def test(
        self, claim: Claim, measure: str, among: Sequence[str] | None = None
    ) -> PairedTest | None:
        """Over drawings, uncorrected; None where the two share nothing that was measured."""
        values = [
            (name, self.of_pictures(name, measure, among)) for name in (claim.first, claim.second)
        ]
        return compare_pair(
            *values, measure=measure, unit="drawings", direction=direction_of(measure)
        )

    def tests(
        self,
        claims: Sequence[Claim],
        measures: Iterable[str],
        among: Sequence[str] | None = None,
    ) -> list[PairedTest]:
        """All claims on all measures, Holm-corrected over the claims of each measure."""
        found: list[PairedTest] = []
        for measure in measures:
            family = [self.test(claim, measure, among) for claim in claims]
            found += corrected([test for test in family if test is not None])
        return found

    def known(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims whose two conditions there are records of."""
        return [c for c in claims if {c.first, c.second} <= self.records.keys()]
