"""Measures and comparisons over the records of an experiment that classifies pictures.

A record holds what a condition says of held-out pictures in one trial: `pictures`, their numbers,
and `shares`, the probabilities of each. `pictures.json` says what these pictures are. Where trials
are folds, each picture is asked about in one of them, and a measure is one of all folds together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.conditions import Claim, Condition
from paintreel.learn.experiments.records import read_json, write_json
from paintreel.learn.experiments.statistics import Figure, PairedTest, figure_of, paired_tests
from paintreel.learn.experiments.trial_results import Records, TrialResults
from paintreel.stats import Interval, confusion_of, recall_gain, recognition_of

PICTURES_NAME = "pictures.json"
MEASURES = ("accuracy", "macro_recall", "kappa")
UNANSWERED = -1
_DIGITS = 4


@dataclass(frozen=True)
class AskedPictures:
    """The held-out pictures of an experiment.

    labels   of the classes
    files    names of the pictures, in the order that records count them in
    sources  what each is from: episode, book, suit, photographer
    truth    (N,) number of the class, or -1 where raters have no majority
    votes    (N, C) raters for each class; where nobody was asked, 1 for the truth
    """

    labels: tuple[str, ...]
    files: tuple[str, ...]
    sources: tuple[str, ...]
    truth: Array
    votes: Array

    def save(self, out: Path) -> None:
        """Write `pictures.json`."""
        rows = zip(self.files, self.sources, self.truth, self.votes, strict=True)
        pictures = [
            {"file": file, "source": source, "truth": int(truth), "votes": votes.tolist()}
            for file, source, truth, votes in rows
        ]
        values = {"labels": list(self.labels), "pictures": pictures}
        write_json(out / PICTURES_NAME, values, indent=None)

    @classmethod
    def load(cls, out: Path) -> AskedPictures:
        """Read `pictures.json`. Raises InputError where it cannot be read."""
        values = read_json(out / PICTURES_NAME)
        rows = values["pictures"]
        return cls(
            tuple(values["labels"]),
            tuple(row["file"] for row in rows),
            tuple(row["source"] for row in rows),
            np.array([row["truth"] for row in rows], int),
            np.array([row["votes"] for row in rows], float),
        )


def answers_record(pictures: Sequence[int], shares: Array, **facts: Any) -> dict[str, Any]:
    """A record of what is said of pictures (numbers) by probabilities (N, C), and facts."""
    rows = [[round(float(x), _DIGITS) for x in row] for row in shares]
    return {"pictures": [int(i) for i in pictures], "shares": rows, **facts}


class PictureResults(TrialResults):
    """Figures and tests of the records, with the pictures that they speak of.

    records     {condition: {trial: record}}
    conditions  those of the experiment, by name, in the order of its tables
    folded      whether each trial is a fold: pictures are asked about in one trial alone
    """

    def __init__(
        self,
        records: Records,
        asked: AskedPictures,
        conditions: Mapping[str, Condition],
        *,
        folded: bool,
    ) -> None:
        super().__init__(records, conditions)
        self.asked, self.folded = asked, folded

    def answers(self, condition: str) -> dict[int, Array]:
        """{trial: (N,) numbers of the likeliest classes, UNANSWERED elsewhere}."""
        found = {}
        for trial, record in self.of(condition).items():
            said = np.full(len(self.asked.files), UNANSWERED)
            if record["pictures"]:
                said[record["pictures"]] = np.argmax(record["shares"], axis=1)
            found[trial] = said
        return found

    def runs(self, condition: str) -> list[Array]:
        """The answers that measures are taken of: all folds as one run, or a run a trial."""
        answers = list(self.answers(condition).values())
        return [np.max(answers, axis=0)] if self.folded and answers else answers

    def confusion(self, condition: str, only: Array | None = None) -> Array:
        """(C, C) counts over all runs; of the pictures where `only` (N,) is true."""
        classes = len(self.asked.labels)
        total = np.zeros((classes, classes), int)
        for run in self.runs(condition):
            total += self._confusion(run, only)
        return total

    def _confusion(self, answers: Array, only: Array | None = None) -> Array:
        told = answers != UNANSWERED
        told = told if only is None else told & only
        return confusion_of(
            np.where(told, self.asked.truth, -1), np.maximum(answers, 0), len(self.asked.labels)
        )

    def of_trials(
        self, condition: str, measure: str, only: Array | None = None
    ) -> dict[int, float]:
        """{trial: value of one of MEASURES}; trials that say nothing of known classes are out."""
        values = {}
        for trial, answers in self.answers(condition).items():
            found = recognition_of(self._confusion(answers, only))
            if np.isfinite(value := float(getattr(found, measure))):
                values[trial] = value
        return values

    def figure(self, condition: str, measure: str, only: Array | None = None) -> Figure | None:
        """Mean over trials with their deviation; of folds, the value of all folds together."""
        figure = figure_of(list(self.of_trials(condition, measure, only).values()))
        if figure is None or not self.folded:
            return figure
        whole = recognition_of(self.confusion(condition, only))
        return dataclasses.replace(figure, mean=float(getattr(whole, measure)))

    def recalls(self, condition: str) -> dict[str, float]:
        """{class: share of its pictures that are recognised}, of the classes that occur."""
        counts = self.confusion(condition)
        return {
            label: float(row[i] / row.sum())
            for i, (label, row) in enumerate(zip(self.asked.labels, counts, strict=True))
            if row.sum()
        }

    def gain(self, claim: Claim) -> Interval | None:
        """Macro recall of the claim's first above that of its second, sources resampled.

        On the pictures that both answer; None where there are none with a known class.
        """
        first, second = self.runs(claim.first), self.runs(claim.second)
        if not first or not second:
            return None
        answered = np.all([run != UNANSWERED for run in (*first, *second)], axis=0)
        truth = np.where(answered, self.asked.truth, -1)
        if not (truth >= 0).any():
            return None
        return recall_gain(
            first,
            second,
            truth,
            self.asked.sources,
            len(self.asked.labels),
            rng=np.random.default_rng(0),
        )

    def tests(self, claims: Sequence[Claim]) -> list[PairedTest]:
        """Paired t-tests over trials, or folds, Holm-corrected over the claims of a measure."""

        def values(condition: str, measure: str) -> Mapping[int, float]:
            own = self.of_trials(condition, measure)
            return own if self.folded else self.for_every_trial(condition, own)

        return paired_tests(claims, MEASURES[:2], "folds" if self.folded else "trials", values)


def summary_of(results: PictureResults, claims: Sequence[Claim]) -> dict[str, Any]:
    """Plain values: `means`, with recall and confusion, `claims` and `tests`, `sources`."""
    means: dict[str, Any] = {}
    for c in results.conditions:
        figures = {m: results.figure(c, m) for m in MEASURES}
        means[c] = {
            **{m: dataclasses.asdict(f) for m, f in figures.items() if f is not None},
            "recall": {k: round(v, _DIGITS) for k, v in results.recalls(c).items()},
            "confusion": results.confusion(c).tolist(),
        }
    rows = []
    for claim in results.known(claims):
        gain = results.gain(claim)
        if gain is not None:
            values = {"gain": gain.estimate, "low": gain.low, "high": gain.high}
            rows.append(
                {"claim": claim.text, "first": claim.first, "second": claim.second}
                | {name: round(value, _DIGITS) for name, value in values.items()}
                | {"holds": bool(gain.low > 0)}
            )
    return {
        "labels": list(results.asked.labels),
        "pictures": len(results.asked.files),
        "means": means,
        "claims": rows,
        "tests": [dataclasses.asdict(t) for t in results.tests(results.known(claims))],
        "sources": results.sources,
    }
