"""Means and paired tests over the records of the scene experiment.

A record is what a trial leaves of one condition: `scores` {level: {measure: values in the order of
the crops}} and figures of the whole set. References have one record, which stands for every trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim
from paintreel.learn.experiments.scene.conditions import (
    CLAIMS,
    CONDITIONS,
    FULL,
    FULL_OF_WORDS,
    PEER,
    REPAINT,
    TRUTH,
    WORD,
)
from paintreel.learn.experiments.scene.scoring import MEASURES, SETS, direction_of
from paintreel.learn.experiments.statistics import Figure, PairedTest, figure_of, paired_tests
from paintreel.learn.experiments.trial_results import Records, TrialResults

Unit = Literal["trials", "pictures"]


class Results(TrialResults):
    """Figures and tests of the records, with the categories of the crops.

    records  {condition: {trial: record}}
    labels   {crop: one of LABELS, or None}, in the order of the crops
    setup    what the experiment was run with: `preset`, `budget` and more; {} where it is unknown
    rating   what blind raters said, as `scene.rating` counts it; None where none were asked
    """

    def __init__(
        self,
        records: Records,
        labels: Mapping[str, str | None],
        setup: Mapping[str, Any] | None = None,
        rating: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(records, CONDITIONS)
        self.labels = labels
        self.setup = setup or {}
        self.rating = rating

    @property
    def systems(self) -> list[str]:
        """Systems, peers of other layouts and references that there are records of."""
        return [c for c in self.records if CONDITIONS[c].group in (SYSTEM, PEER, REFERENCE)]

    @property
    def of_words(self) -> list[str]:
        """What paints from a word and a seed, and the paintings at that size."""
        return [c for c in self.records if CONDITIONS[c].group == WORD]

    @property
    def measures(self) -> list[str]:
        """Those that any record has, the scene measures last."""
        names: set[str] = set()
        for trials in self.records.values():
            for record in trials.values():
                names |= record["scores"][STANDARD].keys()
        return [m for m in MEASURES if m in names]

    def of_trials(
        self, condition: str, measure: str, *, level: str = STANDARD, label: str | None = None
    ) -> dict[int, float]:
        """{trial: mean over the crops}, of one category if `label`; {} where there is none."""
        means = {}
        for trial, record in self.of(condition).items():
            if measure in SETS:
                if measure in record and label is None and level == STANDARD:
                    means[trial] = float(record[measure])
                continue
            scores = self._by_crop(record, level, measure)
            values = [v for c, v in scores.items() if label in (None, self.labels[c])]
            if values:
                means[trial] = float(np.mean(values))
        return means

    def of_pictures(
        self, condition: str, measure: str, *, level: str = STANDARD
    ) -> dict[str, float]:
        """{crop: mean over the trials}."""
        values: dict[str, list[float]] = {}
        for record in self.of(condition).values():
            for crop, value in self._by_crop(record, level, measure).items():
                values.setdefault(crop, []).append(value)
        return {crop: float(np.mean(v)) for crop, v in values.items()}

    def _by_crop(self, record: Mapping[str, Any], level: str, measure: str) -> dict[str, float]:
        """{crop: value}; {} where the record has no such measure."""
        values = record["scores"].get(level, {}).get(measure)
        return {} if values is None else dict(zip(self.labels, values, strict=True))

    def figure(
        self, condition: str, measure: str, *, level: str = STANDARD, label: str | None = None
    ) -> Figure | None:
        """Mean over trials; None where nothing was measured."""
        return figure_of(
            list(self.of_trials(condition, measure, level=level, label=label).values())
        )

    def tests(
        self, claims: Sequence[Claim], measures: Iterable[str], unit: Unit
    ) -> list[PairedTest]:
        """All claims on all measures, Holm-corrected over the claims of each measure."""
        if unit == "pictures":
            return paired_tests(claims, measures, unit, self.of_pictures, direction_of=direction_of)
        values = self._of_every_trial
        return paired_tests(claims, measures, unit, values, direction_of=direction_of)

    def test(self, first: str, second: str, measure: str, unit: Unit) -> PairedTest | None:
        """Of two conditions alone; None where they share nothing that was measured."""
        return next(iter(self.tests([Claim(first, second, "")], [measure], unit)), None)

    def _of_every_trial(self, condition: str, measure: str) -> Mapping[int, float]:
        return self.for_every_trial(condition, self.of_trials(condition, measure))

    def is_shown(self, first: str, second: str, measure: str) -> bool:
        """Whether the first is shown to be better over trials, corrected with those beside it."""
        for claims in self.families():
            if any((c.first, c.second) == (first, second) for c in claims):
                tests = self.tests(claims, [measure], "trials")
                return any(t.holds for t in tests if (t.first, t.second) == (first, second))
        return False

    def families(self) -> list[list[Claim]]:
        """All that is tested, in the families over which p is corrected."""
        return [
            self.system_claims(),
            self.repaint_claims(),
            self.word_claims(),
            self.ablation_claims(),
        ]

    def on_development(self, condition: str, measure: str) -> Figure | None:
        """Mean over trials of the crops that choices may be made by; None where there are none."""
        rows = [r.get("development", {}).get(measure) for r in self._records(condition)]
        return figure_of([float(np.mean(row)) for row in rows if row])

    def _records(self, condition: str) -> list[Mapping[str, Any]]:
        return list(self.of(condition).values())

    def system_claims(self) -> list[Claim]:
        """FULL against each other system, peers of other layouts, and the block-in."""
        return [
            Claim(FULL, c, f"MFFCN is better than {CONDITIONS[c].title}")
            for c in self.systems
            if c not in (FULL, TRUTH)
        ]

    def repaint_claims(self) -> list[Claim]:
        """FULL anew against each other network anew."""
        anew = f"{FULL}_anew"
        return [
            Claim(anew, c, f"MFFCN, all anew, is better than {CONDITIONS[c].title}")
            for c in self.records
            if CONDITIONS[c].group == REPAINT and c != anew and anew in self.records
        ]

    def word_claims(self) -> list[Claim]:
        """FULL from a word and a seed against what else paints from one."""
        return [
            Claim(FULL_OF_WORDS, c, f"MFFCN, from words, is better than {CONDITIONS[c].title}")
            for c in self.of_words
            if c != FULL_OF_WORDS and CONDITIONS[c].varies and FULL_OF_WORDS in self.records
        ]

    def ablation_claims(self) -> list[Claim]:
        """Those of CLAIMS whose two conditions there are records of."""
        return self.known(CLAIMS)
