"""Means and paired tests over the records of the experiment on lines and colour.

A record holds `scores` {measure: {source/name of the drawing: value}}, where a measure of colour is
called "loss:palette" for what was given, and `sets` {measure: value}. References have one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.lines.conditions import CONDITIONS, task_of
from paintreel.learn.experiments.lines.scoring import direction_of
from paintreel.learn.experiments.statistics import Figure, PairedTest, figure_of, paired_tests
from paintreel.learn.experiments.trial_results import Records, TrialResults, with_scores

EXACT = ("worlds", "avatars")
"""Sources whose lines are known and not found by a rule."""


class LinesResults(TrialResults):
    """Figures and tests of the records that have scores."""

    def __init__(self, records: Records) -> None:
        super().__init__(with_scores(records), CONDITIONS)

    def conditions_of(self, task: str) -> list[str]:
        """Names of those of a task, in the order of CONDITIONS."""
        return [name for name in self.records if task_of(CONDITIONS[name]) == task]

    def of_pictures(
        self, condition: str, measure: str, among: Sequence[str] | None = None
    ) -> dict[str, float]:
        """{drawing: mean over the trials} of the drawings of some sources; None: of all."""
        values: dict[str, list[float]] = {}
        for record in self.of(condition).values():
            for drawing, value in record["scores"].get(measure, {}).items():
                if among is None or drawing.split("/")[0] in among:
                    values.setdefault(drawing, []).append(value)
        return {drawing: float(np.mean(each)) for drawing, each in values.items()}

    def figure(
        self, condition: str, measure: str, among: Sequence[str] | None = None
    ) -> Figure | None:
        """Mean over trials of the mean over drawings, or of a measure of sets; None for nothing."""
        means = []
        for record in self.of(condition).values():
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

    def curve(self, condition: str) -> tuple[list[float], list[float]]:
        """Steps and image loss of the first trial's training."""
        trials = self.of(condition)
        curve = trials[min(trials)].get("curve") if trials else None
        return (curve["step"], curve["value"]) if curve else ([], [])

    def tests(
        self,
        claims: Sequence[Claim],
        measures: Iterable[str],
        among: Sequence[str] | None = None,
    ) -> list[PairedTest]:
        """All claims on all measures, Holm-corrected over the claims of each measure."""
        return paired_tests(
            claims,
            measures,
            "drawings",
            lambda name, measure: self.of_pictures(name, measure, among),
            direction_of=direction_of,
        )

    def test(
        self, claim: Claim, measure: str, among: Sequence[str] | None = None
    ) -> PairedTest | None:
        """Of one claim alone; None where the two share nothing that was measured."""
        return next(iter(self.tests([claim], [measure], among)), None)
