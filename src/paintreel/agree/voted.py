"""Votes on pairs: who is preferred to whom, how surely, and how well the raters agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from paintreel.agree.ballots import Ballots
from paintreel.imaging.arrays import Array
from paintreel.scoring.blind_trial import SIDES, TIE, BlindKey
from paintreel.stats import bradley_terry, holm, share_interval, sign_test
from paintreel.stats.agreement import category_counts, kappa_interval, kappas
from paintreel.stats.contrasts import ALPHA
from paintreel.stats.paired import wilcoxon_signed_rank
from paintreel.stats.preferences import strength_intervals

__all__ = [
    "Leaning",
    "PairShare",
    "Strength",
    "VoteAgreement",
    "VotedQuestion",
    "count_votes",
    "least_p_value",
]

PRIOR = 0.5
"""Wins that `bradley_terry` adds to every pair, for each: one imaginary tie."""


@dataclass(frozen=True, slots=True)
class PairShare:
    """How two sets did against each other.

    share        of the votes that went to the first, a tie half to each; the mean over pictures
    ci95         its interval over pictures; None of one picture
    first_votes, second_votes, ties   counts
    first_pictures, second_pictures   pictures of which more than half of the votes went there
    p_value      Wilcoxon's signed ranks over pictures: whether shares lie around one half; None of
                 one picture
    p_holm       corrected over all pairs and questions of the trial
    winner       the set that is preferred, where p_holm <= 0.05
    """

    first: str
    second: str
    share: float
    ci95: tuple[float, float] | None
    first_votes: int
    second_votes: int
    ties: int
    first_pictures: int
    second_pictures: int
    p_value: float | None = None
    p_holm: float | None = None
    winner: str | None = None


@dataclass(frozen=True, slots=True)
class Strength:
    """Log strength by Bradley and Terry, mean 0 over the sets; one that is stronger by d is
    preferred 1 / (1 + exp(-d)) of the time. `ci95` is over pictures, None where no draw of them
    moves it, as where all were voted alike."""

    value: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class VoteAgreement:
    """Whether raters voted alike on the same sheet; None with one rater.

    kappa      Fleiss', of left, right and tie; sides are balanced, so that chance is chance
    ci95       its interval over pictures, None of one picture
    agreeing   share of pairs of raters that voted alike, mean over sheets
    unanimous  share of sheets on which all voted alike
    """

    kappa: float
    ci95: tuple[float, float] | None
    agreeing: float
    unanimous: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """How often a rater voted for each side, and the chance that one without a leaning would do so
    as unevenly (sign test, ties left out)."""

    rater: str
    left: int
    right: int
    ties: int
    p_value: float


@dataclass(frozen=True, slots=True)
class VotedQuestion:
    """What came of a question: every two sets, the strength of each, the raters."""

    name: str
    words: str
    shares: tuple[PairShare, ...]
    strengths: Mapping[str, Strength]
    agreement: VoteAgreement | None
    leanings: tuple[Leaning, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.words,
            "shares": [asdict(share) for share in self.shares],
            "strengths": {name: asdict(each) for name, each in self.strengths.items()},
            "agreement": None if self.agreement is None else asdict(self.agreement),
            "sides": [asdict(leaning) for leaning in self.leanings],
        }


def count_votes(
    key: BlindKey, ballots: Ballots, *, rng: np.random.Generator, resamples: int
) -> tuple[VotedQuestion, ...]:
    """What came of every question of a trial of pairs."""
    counted = [
        VotedQuestion(
            name,
            words,
            _shares(key, ballots.votes[name], rng, resamples),
            _strengths(key, ballots.votes[name], rng, resamples),
            _agreement(key, ballots.votes[name], rng, resamples),
            _leanings(ballots, ballots.votes[name]),
        )
        for name, words in key.questions.items()
    ]
    tested = [share.p_value for question in counted for share in question.shares]
    adjusted = iter(holm([p for p in tested if p is not None]).tolist())
    return tuple(
        replace(question, shares=tuple(_decided(share, adjusted) for share in question.shares))
        for question in counted
    )


def _decided(share: PairShare, adjusted: Any) -> PairShare:
    if share.p_value is None:
        return share
    p_holm = next(adjusted)
    winner = share.first if share.share > 0.5 else share.second
    return replace(share, p_holm=p_holm, winner=winner if p_holm <= ALPHA else None)


def _wins(key: BlindKey, votes: Array) -> Array:
    """(pictures, sets, sets): votes for the set of the row over the other; ties are halves."""
    at = {name: place for place, name in enumerate(key.sets)}
    row_of = {picture: row for row, picture in enumerate(key.pictures)}
    wins = np.zeros((len(row_of), len(at), len(at)))
    for sheet, cast in zip(key.sheets, votes, strict=True):
        left, right = (at[name] for name in sheet.shown)
        ties = np.count_nonzero(cast == TIE) / 2
        wins[row_of[sheet.picture], left, right] += np.count_nonzero(cast == SIDES[0]) + ties
        wins[row_of[sheet.picture], right, left] += np.count_nonzero(cast == SIDES[1]) + ties
    return wins


def _shares(
    key: BlindKey, votes: Array, rng: np.random.Generator, resamples: int
) -> tuple[PairShare, ...]:
    wins = _wins(key, votes)
    shares = []
    for first, second in key.pairs:
        i, j = key.sets.index(first), key.sets.index(second)
        column = wins[:, i, j] / (wins[:, i, j] + wins[:, j, i])
        own = np.array([{first, second} == set(sheet.shown) for sheet in key.sheets])
        ties = int(np.count_nonzero(votes[own] == TIE))
        is_tested = len(column) > 1
        interval = share_interval(column, rng=rng, resamples=resamples)
        shares.append(
            PairShare(
                first,
                second,
                share=float(column.mean()),
                ci95=(interval.low, interval.high) if is_tested else None,
                first_votes=round(wins[:, i, j].sum() - ties / 2),
                second_votes=round(wins[:, j, i].sum() - ties / 2),
                ties=ties,
                first_pictures=int(np.count_nonzero(column > 0.5)),
                second_pictures=int(np.count_nonzero(column < 0.5)),
                p_value=_p_value(column) if is_tested else None,
            )
        )
    return tuple(shares)


def least_p_value(pictures: int) -> float:
    """What the test of a pair gives where every vote on every picture went to one set."""
    return _p_value(np.ones(pictures))


def _p_value(column: Array) -> float:
    return wilcoxon_signed_rank(column, np.full(len(column), 0.5)).p_value


def _strengths(
    key: BlindKey, votes: Array, rng: np.random.Generator, resamples: int
) -> dict[str, Strength]:
    wins = _wins(key, votes)
    values = bradley_terry(wins.sum(axis=0), prior=PRIOR)
    ends = strength_intervals(wins, prior=PRIOR, rng=rng, resamples=resamples)
    return {
        name: Strength(float(value), (float(low), float(high)) if high - low > 1e-9 else None)
        for name, value, (low, high) in zip(key.sets, values, ends, strict=True)
    }


def _agreement(
    key: BlindKey, votes: Array, rng: np.random.Generator, resamples: int
) -> VoteAgreement | None:
    raters = votes.shape[1]
    if raters < 2:
        return None
    counts = category_counts(votes)[0]
    by_picture = np.stack([counts[rows] for rows in key.sheets_by_picture])
    ends = None
    if len(by_picture) > 1:
        found = kappa_interval(by_picture, rng=rng, resamples=resamples)
        ends = (found.low, found.high)
    alike = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    return VoteAgreement(
        float(kappas(counts[None])[0]),
        ends,
        float(alike.mean()),
        float(np.mean(counts.max(axis=1) == raters)),
    )


def _leanings(ballots: Ballots, votes: Array) -> tuple[Leaning, ...]:
    leanings = []
    for rater, cast in zip(ballots.raters, votes.T, strict=True):
        left, right = (int(np.count_nonzero(cast == side)) for side in SIDES)
        ties = len(cast) - left - right
        leanings.append(Leaning(rater, left, right, ties, sign_test(left, right)))
    return tuple(leanings)
