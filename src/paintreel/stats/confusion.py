"""Answers of classifiers: confusion, accuracy, macro recall, kappa; the gain of one on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.stats.intervals import Interval, bootstrap_interval

__all__ = [
    "Recognition",
    "confusion_of",
    "macro_f1",
    "rater_confusion",
    "recall_gain",
    "recognition_of",
]


@dataclass(frozen=True)
class Recognition:
    """How well classes are recognised; all is NaN where nothing was asked.

    accuracy      share of the right answers, in [0, 1]
    macro_recall  mean over the classes that occur of the share of each that is recognised
    kappa         agreement beyond chance, at most 1, by the shares of truth and answers together
                  (Scott's pi, which is Fleiss' kappa of two raters)
    """

    accuracy: float
    macro_recall: float
    kappa: float


def confusion_of(truth: ArrayLike, guess: ArrayLike, classes: int) -> Array:
    """(classes, classes) counts: a row a true class, a column an answer.

    A negative truth is unknown and counted nowhere. Raises InputError for other lengths.

    >>> confusion_of([0, 0, 1, -1], [0, 1, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    true, said = np.asarray(truth, int), np.asarray(guess, int)
    if true.shape != said.shape:
        raise InputError(f"{true.size} truths and {said.size} answers; expected as many")
    counts = np.zeros((classes, classes), int)
    known = true >= 0
    np.add.at(counts, (true[known], said[known]), 1)
    return counts


def recognition_of(confusion: ArrayLike) -> Recognition:
    """The measures of a confusion matrix (C, C), whose rows are the truth.

    >>> found = recognition_of([[3, 1], [0, 4]])
    >>> found.accuracy, found.macro_recall, round(found.kappa, 4)
    (0.875, 0.875, 0.746)
    """
    counts = np.asarray(confusion, np.float64)
    total, rows = counts.sum(), counts.sum(axis=1)
    if not total:
        return Recognition(np.nan, np.nan, np.nan)
    accuracy = float(np.trace(counts) / total)
    occurs = rows > 0
    recall = float((np.diag(counts)[occurs] / rows[occurs]).mean())
    chance = float((((rows + counts.sum(axis=0)) / (2 * total)) ** 2).sum())
    kappa = (accuracy - chance) / (1 - chance) if chance < 1 else 1.0
    return Recognition(accuracy, recall, float(kappa))


def macro_f1(confusion: ArrayLike) -> float:
    """The mean over the classes that occur of the F1 of each; NaN where nothing was asked.

    F1 is twice what is right over what was so and what was said to be so together.

    >>> round(macro_f1([[3, 1], [0, 4]]), 4)
    0.873
    """
    counts = np.asarray(confusion, np.float64)
    asked, said, right = counts.sum(axis=1), counts.sum(axis=0), np.diag(counts)
    occurs = asked > 0
    if not occurs.any():
        return float("nan")
    return float((2 * right[occurs] / (asked[occurs] + said[occurs])).mean())


def rater_confusion(votes: ArrayLike) -> Array:
    """(C, C) confusion of raters with each other, of items (N, C) of votes: each pair both ways.

    >>> rater_confusion([[2, 1], [0, 3]]).tolist()
    [[2.0, 2.0], [2.0, 6.0]]
    """
    counts = np.asarray(votes, np.float64)
    together: Array = counts.T @ counts - np.diag(counts.sum(axis=0))
    return together


def recall_gain(
    first: Sequence[Array],
    second: Sequence[Array],
    truth: Array,
    groups: Sequence[str],
    classes: int,
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
) -> Interval:
    """Macro recall of the first above that of the second, with an interval over the groups.

    Neighbours are alike, so groups (episodes, books) are resampled and not pictures.

    first, second  each of their runs: (N,) answers; gains of run against run are averaged
    truth          (N,) numbers of classes; negative ones are left out
    groups         (N,) what each picture is from

    Raises InputError where no truth is known.

    >>> same = [np.array([0, 1, 1])]
    >>> recall_gain(same, same, np.array([0, 1, 0]), list("aab"), 2,
    ...             rng=np.random.default_rng(0)).estimate
    0.0
    """
    known = np.flatnonzero(truth >= 0)
    if not known.size:
        raise InputError("no picture has a known class; nothing can be compared")
    names, of = np.unique(np.array(groups)[known], return_inverse=True)
    asked = _by_group(of, truth[known], np.ones(known.size), len(names), classes)
    hits = [
        np.stack(
            [
                _by_group(of, truth[known], run[known] == truth[known], len(names), classes)
                for run in runs
            ]
        )
        for runs in (first, second)
    ]

    def gain(drawn: Array) -> float:
        taken = drawn.astype(int)
        count = asked[taken].sum(axis=0)
        occurs = count > 0
        recalls = [h[:, taken].sum(axis=1)[:, occurs] / count[occurs] for h in hits]
        return float((recalls[0].mean(axis=1) - recalls[1].mean(axis=1)).mean())

    return bootstrap_interval(
        np.arange(len(names), dtype=np.float64),
        gain,
        rng=rng,
        resamples=resamples,
        method="percentile",
    )


def _by_group(of: Array, truth: Array, values: Array, groups: int, classes: int) -> Array:
    """(groups, classes) sums of values by group and true class."""
    sums = np.zeros((groups, classes))
    np.add.at(sums, (of, truth), values)
    return sums
