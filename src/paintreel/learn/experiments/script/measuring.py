"""How well methods agree with what lines were written to be, and with raters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.script.lines import LABELS, LabelledLine, Opinion
from paintreel.learn.experiments.script.methods import Method
from paintreel.runtime.emotions import EMOTIONS
from paintreel.stats.agreement import category_counts, fleiss_kappa
from paintreel.stats.confusion import confusion_of, recognition_of
from paintreel.stats.intervals import bootstrap_interval

__all__ = ["MethodMeasures", "ScriptResults", "measure", "per_class_f1"]

GOAL = 0.70
"""Macro F1 of the tendency that was set before anything was measured."""

_CLASSES = {"tendency": LABELS, "emotion": EMOTIONS}
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class MethodMeasures:
    """How one method, or one rater, answers one question.

    macro_f1   mean F1 of the classes, with its interval over lines in `low` and `high`
    accuracy   share of the lines
    kappa      with the truth, chance taken off
    by_class   F1 of each
    with_raters  rater -> share of the lines on which both say the same
    """

    macro_f1: float
    low: float
    high: float
    accuracy: float
    kappa: float
    by_class: Mapping[str, float]
    with_raters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ScriptResults:
    """Everything that was measured.

    lines      how many
    questions  "tendency" and "emotion" -> method or rater -> result
    raters     question -> Fleiss' kappa of the raters, None without two
    gain       macro F1 of the tendency of `nearness` over `count`, with its interval
    """

    lines: int
    questions: Mapping[str, Mapping[str, MethodMeasures]]
    raters: Mapping[str, float | None]
    gain: tuple[float, float, float]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def per_class_f1(confusion: Array) -> Array:
    """(C,) F1 of every class of (C, C) counts, rows the truth; 0 where nothing is right.

    >>> per_class_f1(np.array([[3, 1], [0, 4]])).round(4).tolist()
    [0.8571, 0.8889]
    """
    counts = np.asarray(confusion, np.float64)
    sums = counts.sum(axis=0) + counts.sum(axis=1)
    return np.asarray(2 * np.diag(counts) / np.maximum(sums, 1e-12))


def measure(
    lines: Sequence[LabelledLine],
    methods: Mapping[str, Method],
    raters: Mapping[str, Mapping[str, Opinion]],
    *,
    seed: int,
) -> ScriptResults:
    """Ask all methods about all lines. Raises InputError for a rater who left lines out."""
    for rater, own in raters.items():
        if missing := [line.id for line in lines if line.id not in own]:
            raise InputError(
                f"rater {rater} says nothing of {missing[0]} and {len(missing)} in all"
            )
    said: dict[str, list[Opinion]] = {
        name: [ask(line.text) for line in lines] for name, ask in methods.items()
    }
    spoken = {rater: [own[line.id] for line in lines] for rater, own in raters.items()}
    questions: dict[str, dict[str, MethodMeasures]] = {}
    agreement: dict[str, float | None] = {}
    for question, classes in _CLASSES.items():
        truth = [getattr(line.truth, question) for line in lines]
        votes = {rater: [getattr(o, question) for o in own] for rater, own in spoken.items()}
        questions[question] = {}
        for name, answers in {**said, **spoken}.items():
            words = [getattr(answer, question) for answer in answers]
            others = {rater: vote for rater, vote in votes.items() if rater != name}
            questions[question][name] = _question(truth, words, others, classes, seed)
        table = [list(row) for row in zip(*votes.values(), strict=True)]
        agreement[question] = fleiss_kappa(category_counts(table)[0]) if len(votes) > 1 else None
    return ScriptResults(len(lines), questions, agreement, _gain(lines, said, seed))


def _codes(names: Sequence[str], classes: Sequence[str]) -> Array:
    return np.array([classes.index(name) for name in names])


def _macro_f1(rows: Array, classes: int) -> float:
    return float(per_class_f1(confusion_of(rows[:, 0], rows[:, 1], classes)).mean())


def _question(
    truth: Sequence[str],
    own: Sequence[str],
    raters: Mapping[str, Sequence[str]],
    classes: Sequence[str],
    seed: int,
) -> MethodMeasures:
    rows = np.stack([_codes(truth, classes), _codes(own, classes)], axis=1)
    confusion = confusion_of(rows[:, 0], rows[:, 1], len(classes))
    found = recognition_of(confusion)
    interval = bootstrap_interval(
        rows,
        lambda drawn: _macro_f1(drawn, len(classes)),
        rng=np.random.default_rng(seed),
        resamples=_RESAMPLES,
        method="percentile",
    )
    by_class = dict(zip(classes, per_class_f1(confusion).tolist(), strict=True))
    same = {
        rater: float(np.mean([a == b for a, b in zip(own, vote, strict=True)]))
        for rater, vote in raters.items()
    }
    return MethodMeasures(
        interval.estimate, interval.low, interval.high, found.accuracy, found.kappa, by_class, same
    )


def _gain(
    lines: Sequence[LabelledLine], said: Mapping[str, Sequence[Opinion]], seed: int
) -> tuple[float, float, float]:
    """(estimate, low, high) of the macro F1 of `nearness` less that of `count`, over lines."""
    columns = [[line.truth.tendency for line in lines]]
    columns += [[o.tendency for o in said[name]] for name in ("nearness", "count")]
    rows = np.stack([_codes(column, LABELS) for column in columns], axis=1)
    interval = bootstrap_interval(
        rows,
        lambda drawn: _macro_f1(drawn[:, :2], 3) - _macro_f1(drawn[:, [0, 2]], 3),
        rng=np.random.default_rng(seed),
        resamples=_RESAMPLES,
        method="percentile",
    )
    return interval.estimate, interval.low, interval.high
