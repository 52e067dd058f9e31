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
    corrected,
    figure_of,
    paired_tests,
)
from paintreel.learn.experiments.stylizers.conditions import CONDITIONS
from paintreel.learn.experiments.stylizers.kept import ART, read_features
from paintreel.learn.experiments.stylizers.scoring import (
    CLIP_MEASURES,
    SET_MEASURES,
    direction_of,
)
from paintreel.learn.experiments.trial_results import Records, TrialResults, with_scores
from paintreel.metrics.nearness import nearer_test

PICTURES, CLIPS, TRAININGS = "pictures of these sources", "these clips", "trainings"
NEARNESS = "kernel distance to the art"


class StylizerResults(TrialResults):
    """Figures and tests of the records that have scores.

    kinds: {photograph: scene or portrait}.
    """

    def __init__(self, records: Records, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds
        super().__init__(with_scores(records), CONDITIONS)

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
            for trial, record in self.of(condition).items()
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
        for record in self.of(condition).values():
            for name, value in record[part].get(measure, {}).items():
                values[name].append(value)
        means = {name: np.mean(each, axis=0) for name, each in values.items()}
        if part == "scores":
            return {name: float(mean) for name, mean in means.items()}
        source = float(np.mean([mean[1] for mean in means.values()])) if means else 0.0
        return {name: float(mean[0]) / source for name, mean in means.items()} if source else {}

    def over_units(self, claims: Sequence[Claim], measures: Sequence[str]) -> list[PairedTest]:
        """Claims over pictures or clips, Holm-corrected over the claims of each measure."""
        found: list[PairedTest] = []
        for measure in measures:
            unit = CLIPS if measure in CLIP_MEASURES else PICTURES
            found += paired_tests(claims, [measure], unit, self.by_unit, direction_of=direction_of)
        return found

    def over_trainings(self, claims: Sequence[Claim], measures: Sequence[str]) -> list[PairedTest]:
        """Claims over trainings, likewise."""
        return paired_tests(claims, measures, TRAININGS, self.by_trial, direction_of=direction_of)

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
        trials = [read_features(out, f"{name}-{t:02d}") for t in self.of(name)]
        there = [rows for rows in trials if rows is not None]
        return np.mean(there, axis=0) if there else None


def _over_sources(pairs: Iterable[Sequence[float]]) -> float | None:
    """Mean error of clips over the mean of their sources; None without clips that change."""
    found = np.array(list(pairs), np.float64)
    if not len(found) or not found[:, 1].any():
        return None
    return float(found[:, 0].mean() / found[:, 1].mean())
