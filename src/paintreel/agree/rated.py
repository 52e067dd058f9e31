"""Ratings of single pictures: the mean of every set, tests between them, and agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from paintreel.agree.ballots import Ballots
from paintreel.scoring.blind_trial import BlindKey
from paintreel.stats.agreement import category_counts, kappa_interval
from paintreel.stats.contrasts import Contrast, corrected, paired_contrast
from paintreel.stats.ratings import ColumnAgreement, Ratings, column_agreement
from paintreel.stats.summary import Summary, summarise

__all__ = ["RatedQuestion", "count_ratings"]


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """What came of a question.

    means      set -> its mean rating, with the interval over pictures; a picture has the mean of
               its raters
    raters     rater -> mean of all that they gave: who is strict, and who is not
    contrasts  every two sets, tested over pictures; p corrected over all questions
    agreement  of the raters, as `paintreel agree` gives it for a column of whole numbers, kappa's
               interval over pictures; None with one rater
    """

    name: str
    words: str
    means: Mapping[str, Summary]
    raters: Mapping[str, float]
    contrasts: tuple[Contrast, ...]
    agreement: ColumnAgreement | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.words,
            "means": {name: mean.as_dict() for name, mean in self.means.items()},
            "raters": dict(self.raters),
            "contrasts": [contrast.as_dict() for contrast in self.contrasts],
            "agreement": None if self.agreement is None else self.agreement.as_dict(),
        }


def count_ratings(
    key: BlindKey, ballots: Ballots, *, rng: np.random.Generator, resamples: int
) -> tuple[RatedQuestion, ...]:
    """What came of every question of a trial with a scale."""
    counted = [
        _counted(key, ballots, name, words, rng, resamples) for name, words in key.questions.items()
    ]
    contrasts = [contrast for question in counted for contrast in question.contrasts]
    decided = corrected(contrasts, lambda _question: 1)
    return tuple(
        replace(question, contrasts=tuple(c for c in decided if c.metric == question.name))
        for question in counted
    )


def _counted(
    key: BlindKey,
    ballots: Ballots,
    name: str,
    words: str,
    rng: np.random.Generator,
    resamples: int,
) -> RatedQuestion:
    given = ballots.votes[name].astype(np.float64)
    columns = {
        each: np.array([given[rows].mean() for rows in _rows_of(key, each)]) for each in key.sets
    }
    means = {
        each: summarise(column.tolist(), rng=rng, resamples=resamples)
        for each, column in columns.items()
    }
    contrasts = tuple(
        paired_contrast(
            name, one, other, (columns[one], columns[other]), rng=rng, resamples=resamples
        )
        for one, other in combinations(key.sets, 2)
    )
    raters = dict(zip(ballots.raters, given.mean(axis=0).tolist(), strict=True))
    agreement = _agreement(key, ballots, name, rng, resamples)
    return RatedQuestion(name, words, means, raters, contrasts, agreement)


def _rows_of(key: BlindKey, name: str) -> list[list[int]]:
    """For every picture: the sheets that show the set."""
    return [
        [row for row in rows if key.sheets[row].shown == (name,)] for rows in key.sheets_by_picture
    ]


def _agreement(
    key: BlindKey, ballots: Ballots, name: str, rng: np.random.Generator, resamples: int
) -> ColumnAgreement | None:
    if len(ballots.raters) < 2:
        return None
    cells = ballots.votes[name]
    numbers = tuple(sheet.number for sheet in key.sheets)
    table = Ratings(numbers, ballots.raters, {name: cells})
    found = column_agreement(table, name, "whole numbers", rng=rng, resamples=0)
    if found.kappa is None or len(key.pictures) < 2:
        return found
    # The sheets of one picture are no independent draws, so that pictures are drawn.
    counts = category_counts(cells)[0]
    by_picture = np.stack([counts[rows] for rows in key.sheets_by_picture])
    interval = kappa_interval(by_picture, rng=rng, resamples=resamples)
    return replace(found, kappa_interval=(interval.low, interval.high))
