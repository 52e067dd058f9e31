"""Records of the experiment on fusion as figures and tests.

Two kinds of chance are told apart: other photographs (a source is a pair, its value the mean over
its shots and the trainings: shots of one source are alike), and other trainings (a trial is a pair,
its value the mean over the shots).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.fuse.conditions import CONDITIONS, FULL
from paintreel.learn.experiments.fuse.scoring import FOOTAGE, SET_MEASURES, direction_of
from paintreel.learn.experiments.statistics import Figure, PairedTest, figure_of, paired_tests
from paintreel.learn.experiments.trial_results import Records, TrialResults
from paintreel.stats import Interval, bootstrap_interval

SOURCES, TRAININGS = "sources", "trainings"


class FuseResults(TrialResults):
    """Figures and tests of the records.

    shots: {shot: its source}; ways: {shot: what it is painted by}
    """

    def __init__(self, records: Records, asked: Mapping[str, Mapping[str, str]]) -> None:
        self.shots = {name: about["source"] for name, about in asked.items()}
        self.ways = {name: about["way"] for name, about in asked.items()}
        super().__init__(records, CONDITIONS)

    def by_trial(self, condition: str, measure: str) -> dict[int, float]:
        """{trial: value}, the mean over shots, or the value of a set."""
        found: dict[int, float] = {}
        for trial, record in self.of(condition).items():
            if measure in SET_MEASURES:
                if measure in record["sets"]:
                    found[trial] = record["sets"][measure]
            elif values := _of_shots(record, measure):
                found[trial] = float(np.mean(list(values.values())))
        return found

    def by_shot(self, condition: str, measure: str) -> dict[str, float]:
        """{shot: mean over the trials}."""
        values: dict[str, list[float]] = {}
        for record in self.of(condition).values():
            for name, value in _of_shots(record, measure).items():
                values.setdefault(name, []).append(value)
        return {name: float(np.mean(each)) for name, each in values.items()}

    def by_source(self, condition: str, measure: str) -> dict[str, float]:
        """{source: mean over its shots}."""
        values: dict[str, list[float]] = {}
        for shot, value in self.by_shot(condition, measure).items():
            values.setdefault(self.shots[shot], []).append(value)
        return {source: float(np.mean(each)) for source, each in values.items()}

    def figure(self, condition: str, measure: str) -> Figure | None:
        """Mean and deviation over trials; None for nothing."""
        return figure_of(list(self.by_trial(condition, measure).values()))

    def of_way(self, condition: str, measure: str, way: str) -> float | None:
        """Mean over the shots that are painted by this; None for nothing."""
        by_shot = self.by_shot(condition, measure)
        values = [value for shot, value in by_shot.items() if self.ways.get(shot) == way]
        return float(np.mean(values)) if values else None

    def noise(self, condition: str) -> dict[str, Figure]:
        """{noise: dB lost}."""
        found: dict[str, list[float]] = {}
        for record in self.of(condition).values():
            for noise, value in record.get("noise", {}).items():
                found.setdefault(noise, []).append(value)
        figures = {noise: figure_of(values) for noise, values in found.items()}
        return {noise: figure for noise, figure in figures.items() if figure is not None}

    def gain_percent(self, other: str, measure: str) -> float | None:
        """By how many percent the full model's mean lies above another's."""
        ours, theirs = (self.figure(name, measure) for name in (FULL, other))
        if ours is None or theirs is None or theirs.mean == 0:
            return None
        return 100 * (ours.mean / theirs.mean - 1)

    def interval(self, other: str, measure: str, *, seed: int = 0) -> Interval | None:
        """The full model's gain over another, whole sources resampled.

        Of few sources it is too narrow: it describes these, and is nothing to claim with.
        """
        ours, theirs = (self.by_source(name, measure) for name in (FULL, other))
        common = sorted(ours.keys() & theirs.keys())
        if not common:
            return None
        means = [direction_of(measure) * (ours[source] - theirs[source]) for source in common]
        return bootstrap_interval(means, rng=np.random.default_rng(seed))

    def over_sources(self, claims: Sequence[Claim], measures: Sequence[str]) -> list[PairedTest]:
        """Claims over sources, Holm-corrected over the claims of each measure."""
        return paired_tests(claims, measures, SOURCES, self.by_source, direction_of=direction_of)

    def over_trainings(self, claims: Sequence[Claim], measures: Sequence[str]) -> list[PairedTest]:
        """Claims over trainings, likewise."""
        varying = [c for c in claims if all(CONDITIONS[n].varies for n in (c.first, c.second))]
        return paired_tests(varying, measures, TRAININGS, self.by_trial, direction_of=direction_of)


def _of_shots(record: Mapping[str, Any], measure: str) -> dict[str, float]:
    """{shot: value}; of warping, the error over the mean error of the frames of all shots.

    So the mean over shots is mean over mean: a shot that hardly moves would have a ratio of any
    size.
    """
    values: dict[str, float] = record["scores"].get(measure, {})
    if measure != "warping" or not values:
        return values
    footage = float(np.mean([record["scores"][FOOTAGE][shot] for shot in values]))
    return {shot: value / footage for shot, value in values.items()} if footage else {}
