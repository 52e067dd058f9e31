"""Records of the experiment on stylizers as figures and tests.

Two kinds of chance are told apart. Over pictures (or clips): the same networks on other
photographs of the same sources; each photograph is a pair, its value the mean over the trainings.
Pictures of a source are alike, so that such a p says nothing of other sources. Over trainings:
other networks on the same photographs; each trial is a pair, its value the mean over the
photographs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.statistics import (
    Figure,
    PairedTest,
    compare_all,
    corrected,
    figure_of,
)
from paintreel.learn.experiments.stylizers.conditions import CONDITIONS
from paintreel.learn.experiments.stylizers.kept import ART, read_features
from paintreel.learn.experiments.stylizers.scoring import (
    CLIP_MEASURES,
    SET_MEASURES,
    direction_of,
)
from paintreel.metrics.nearness import nearer_test

PICTURES, CLIPS, TRAININGS = "pictures of these sources", "these clips", "trainings"
NEARNESS = "kernel distance to the art"

Records = Mapping[str, Mapping[int, Mapping[str, Any]]]


class StylizerResults:
    """Records by condition and trial; those without scores (a style that was not there) are left
    out.

    kinds: {photograph: scene or portrait}.
    """

    def __init__(self, records: Records, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds
        self.records = {
            name: records[name]
            for name in CONDITIONS
            if any(record["scores"] for record in records.get(name, {}).values())
        }

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Commands, commits and machines that the records come from, each once."""
        found = [r["source"] for trials in self.records.values() for r in trials.values()]
        return [each for i, each in enumerate(found) if each not in found[:i]]

    def of_trial(self, record: Mapping[str, Any], measure: str, kind: str | None) -> float | None:
        """A value of a measure in a trial; None for nothing. kind: of photographs, None for all."""
        if measure in SET_MEASURES:
            return None if kind else record["sets"].get(measure)
        if measure in CLIP_MEASURES:
            return None if kind else _over_sources(record["clips"].get(measure, {}).values())
        rows = record["scores"].get(measure, {}).items()
        values = [v for name, v in rows if kind is None or self.kinds.get(name) == kind]
        return float(np.mean(values)) if values else None

    def by_trial(self, condition: str, measure: str, kind: str | None = None) -> dict[int, float]:
        """{trial: value}; of a reference one trial."""
        found = {
            trial: self.of_trial(record, measure, kind)
            for trial, record in self.records.get(condition, {}).items()
        }
        return {trial: value for trial, value in found.items() if value is not None}

    def figure(self, condition: str, measure: str, kind: str | None = None) -> Figure | None:
        """Mean and deviation over trials; None for nothing."""
        return figure_of(list(self.by_trial(condition, measure, kind).values()))

    def by_unit(self, condition: str, measure: str) -> dict[str, float]:
        """{photograph or clip: mean over the trials}.

        Of a clip its error over the mean of all its fellows' sources, so that a mean over clips is
        the figure.
        """
        part = "clips" if measure in CLIP_MEASURES else "scores"
        values: dict[str, list[Any]] = defaultdict(list)
        for record in self.records.get(condition, {}).values():
            for name, value in record[part].get(measure, {}).items():
                values[name].append(value)
        means = {name: np.mean(each, axis=0) for name, each in values.items()}
        if part == "scores":
            return {name: float(mean) for name, mean in means.items()}
        source = float(np.mean([mean[1] for mean in means.values()])) if means else 0.0
        return {name: float(mean[0]) / source for name, mean in means.items()} if source else {}

    def fact(self, condition: str, name: str) -> float | None:
        """Median over trials of a number that records keep beside their scores."""
        values = [
            record[name]
            for record in self.records.get(condition, {}).values()
            if record.get(name) is not None
        ]
        return float(np.median(values)) if values else None

    def known(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims whose two conditions there are records of."""
        return [c for c in claims if {c.first, c.second} <= self.records.keys()]

    def over_units(self, claims: Sequence[Claim], measures: Sequence[str]) -> list[PairedTest]:
        """Claims over pictures or clips, Holm-corrected over the claims of each measure."""
        pairs = [(claim.first, claim.second) for claim in claims]
        return [
            test
            for measure in measures
            for test in compare_all(
                pairs,
                measure,
                CLIPS if measure in CLIP_MEASURES else PICTURES,
                self.by_unit,
                direction=direction_of(measure),
            )
        ]

    def over_trainings(self, claims: Sequence[Claim], measures: Sequence[str]) -> list[PairedTest]:
        """Claims over trainings, likewise."""
        pairs = [(claim.first, claim.second) for claim in claims]
        return [
            test
            for measure in measures
            for test in compare_all(
                pairs, measure, TRAININGS, self.by_trial, direction=direction_of(measure)
            )
        ]

    def nearness(self, claims: Sequence[Claim], out: Path, *, seed: int) -> list[PairedTest]:
        """Whether the first of each claim is nearer to the art, over pictures.

        A Fréchet distance is of a set and has one value a training, so that over pictures the
        kernel distance of the same features stands in: results of a photograph change places.
        Features are means over the trainings.
        """
        art = read_features(out, ART)
        found: list[PairedTest] = []
        for claim in claims:
            first, second = (self._features(out, name) for name in (claim.first, claim.second))
            if art is None or first is None or second is None or len(first) < 2:
                continue
            rng = np.random.default_rng([seed, len(found)])
            test = nearer_test(first, second, art, rng=rng, resamples=200)
            found.append(
                PairedTest(
                    NEARNESS,
                    PICTURES,
                    claim.first,
                    claim.second,
                    test.n,
                    -test.difference,
                    test.p_value,
                    None,
                    None,
                )
            )
        return corrected(found)

    def _features(self, out: Path, name: str) -> Array | None:
        trials = [read_features(out, f"{name}-{t:02d}") for t in self.records.get(name, {})]
        there = [rows for rows in trials if rows is not None]
        return np.mean(there, axis=0) if there else None


def _over_sources(pairs: Iterable[Sequence[float]]) -> float | None:
    """Mean error of clips over the mean of their sources; None without clips that change."""
    found = np.array(list(pairs), np.float64)
    if not len(found) or not found[:, 1].any():
        return None
    return float(found[:, 0].mean() / found[:, 1].mean())
