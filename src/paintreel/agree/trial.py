"""What a blind trial shows: shares of votes, strengths or means, and how well raters agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.agree.ballots import Ballots, read_ballots
from paintreel.agree.options import AgreeOptions
from paintreel.agree.rated import RatedQuestion, count_ratings
from paintreel.agree.voted import VotedQuestion, count_votes, least_p_value
from paintreel.errors import InputError, system_reason
from paintreel.notes import Note
from paintreel.runtime.card import sha256_of
from paintreel.scoring.blind_trial import SIDES, BlindKey, read_key, sheet_file
from paintreel.stats.contrasts import ALPHA

__all__ = ["Remark", "TrialResult", "count_ballots"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rater wrote beside an answer.

    of    of a pair the set that lost the first question by this rater's vote, "" where it was a
          tie; of a rating the set that was rated
    vote  the answer to the first question
    """

    of: str
    picture: str
    sheet: str
    rater: str
    vote: str
    words: str

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {key: getattr(self, key) for key in self.__slots__}


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A counted trial.

    questions  what came of each, in the order of the key: votes on pairs or ratings
    remarks    what raters wrote, by set in the order of the key
    """

    key: BlindKey
    raters: tuple[str, ...]
    questions: tuple[VotedQuestion, ...] | tuple[RatedQuestion, ...]
    remarks: tuple[Remark, ...]
    options: AgreeOptions
    notes: tuple[Note, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        key = self.key
        return {
            "trial": key.trial,
            "sets": list(key.sets),
            "scale": key.scale,
            "pictures": len(key.pictures),
            "sheets": len(key.sheets),
            "raters": list(self.raters),
            "seed": self.options.seed,
            "resamples": self.options.resamples,
            "notes": [note.as_dict() for note in self.notes],
            "questions": {question.name: question.as_dict() for question in self.questions},
            "remarks": [remark.as_dict() for remark in self.remarks],
        }


def count_ballots(
    ballots: Sequence[str | PathLike[str]],
    key: str | PathLike[str],
    options: AgreeOptions | None = None,
) -> TrialResult:
    """Count the ballots of a blind trial, one a rater, by its key.

    Raises UnreadableFile for a key that is none or was changed, InputError for a trial whose sheets
    were never all written, for options of tables of ratings, and what `read_ballots` does.
    """
    options = options or AgreeOptions()
    if options.item is not None or options.categories or options.ratings:
        raise InputError(
            "--item, --categories and --ratings are of tables of ratings; a ballot's columns are "
            "those of its key"
        )
    if options.resamples < 1:
        raise InputError(
            "--resamples 0 leaves no interval; a trial is read by them: give 1 or more"
        )
    known = read_key(key)
    if not known.is_finished:
        raise InputError(
            f"{key} is of a trial that was not written to its end; run the same compare --blind "
            "again"
        )
    read = read_ballots(ballots, known, rater=options.rater)
    rng = np.random.default_rng(options.seed)
    questions: tuple[VotedQuestion, ...] | tuple[RatedQuestion, ...]
    if known.scale is None:
        questions = count_votes(known, read, rng=rng, resamples=options.resamples)
    else:
        questions = count_ratings(known, read, rng=rng, resamples=options.resamples)
    notes = (*read.notes, *_other_sheets(known, Path(key).parent), *_say(known, read))
    return TrialResult(known, read.raters, questions, _remarks(known, read), options, notes)


def _other_sheets(key: BlindKey, folder: Path) -> list[Note]:
    """Whether the sheets beside the key are those that it is of; they need not be there."""
    changed = []
    for sheet in key.sheets:
        path = folder / sheet_file(sheet.number)
        try:
            if path.is_file() and sha256_of(path) != sheet.sha256:
                changed.append(sheet.number)
        except OSError as error:
            changed.append(f"{sheet.number} ({system_reason(error)})")
    if not changed:
        return []
    text = f"sheet {', '.join(changed)} in {folder} is not as it was written"
    return [Note("sheets-changed", text)]


def _say(key: BlindKey, ballots: Ballots) -> list[Note]:
    notes = []
    if len(ballots.raters) < 2:
        notes.append(Note("one-rater", "one rater: agreement needs two at least"))
    if len(key.pictures) < 2:
        text = "one picture: no test, and no interval that says anything of other pictures"
        notes.append(Note("one-picture", text))
    tests = len(key.pairs) * len(key.questions)
    least = least_p_value(len(key.pictures)) * tests
    if key.scale is None and len(key.pictures) > 1 and least > ALPHA:
        text = (
            f"{len(key.pictures)} pictures are too few for {tests} tests: were every vote alike, p "
            f"would be {min(1.0, least):.2g}; ask fewer questions or show more pictures"
        )
        notes.append(Note("few-pictures", text))
    return notes


def _remarks(key: BlindKey, ballots: Ballots) -> tuple[Remark, ...]:
    first = next(iter(ballots.votes.values()))
    remarks = []
    for row, sheet in enumerate(key.sheets):
        for column, rater in enumerate(ballots.raters):
            words = ballots.words.get((sheet.number, rater))
            if not words:
                continue
            vote = str(first[row, column])
            of = sheet.shown[0]
            if key.scale is None:
                of = sheet.shown[1 - SIDES.index(vote)] if vote in SIDES else ""
            remarks.append(Remark(of, sheet.picture, sheet.number, rater, vote, words))
    order = {name: place for place, name in enumerate((*key.sets, ""))}
    if key.scale is not None:
        return tuple(sorted(remarks, key=lambda r: (order[r.of], int(r.vote), r.sheet)))
    return tuple(sorted(remarks, key=lambda r: (order[r.of], r.sheet)))
