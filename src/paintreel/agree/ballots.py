"""Ballots of a blind trial: read, and held against the key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.notes import Note
from paintreel.scoring.blind_trial import (
    RATER_COLUMN,
    SHEET_COLUMN,
    TRIAL_COLUMN,
    WORDS_COLUMN,
    BlindKey,
)
from paintreel.stats.tables import read_table
from paintreel.wording import some_of

__all__ = ["Ballots", "read_ballots"]

_NAMED = 8
"""Rows or sheets that a message names."""


@dataclass(frozen=True, slots=True)
class Ballots:
    """Every vote of a trial.

    raters  their names
    votes   question -> (sheets, raters) text, in the order of the key's sheets, each one of its
            votes
    words   (number of a sheet, rater) -> what the rater wrote beside the vote, where anything
    notes   what could not be checked
    """

    raters: tuple[str, ...]
    votes: Mapping[str, Array]
    words: Mapping[tuple[str, str], str]
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Ballot:
    """The rows of one rater: sheet -> answers, and all that is wrong with them."""

    rows: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)


def read_ballots(
    paths: Sequence[str | PathLike[str]], key: BlindKey, *, rater: str = RATER_COLUMN
) -> Ballots:
    """Read the ballots of a trial: one file a rater, or files with a column of raters.

    A rater is called as the file, without suffix, where there is no such column.

    rater  the column of raters

    Raises UnreadableFile for a file that is no table. Raises one InputError that names all that is
    wrong in all ballots, with the numbers of the rows: of another trial, a question or sheet that
    is missing or unknown, a sheet that has two rows, an answer that is missing or none, a rater
    who has two ballots.
    """
    names = _names([Path(path) for path in paths])
    ballots: dict[str, _Ballot] = {}
    faults: list[str] = []
    notes: list[Note] = []
    for path, name in names.items():
        found, wrong, remarks = _read(path, name, key, rater)
        faults += wrong
        notes += remarks
        for each, ballot in found.items():
            if each in ballots:
                faults.append(f"{path}: {each} has another ballot already")
            ballots[each] = ballot
    if faults:
        raise InputError(f"the ballots cannot be counted: {'; '.join(faults)}")
    raters = tuple(ballots)
    votes = {
        question: np.array(
            [[ballots[r].rows[sheet.number][1][at] for r in raters] for sheet in key.sheets],
            dtype=object,
        )
        for at, question in enumerate(key.questions)
    }
    words = {
        (sheet.number, r): text
        for sheet in key.sheets
        for r in raters
        if (text := ballots[r].words.get(sheet.number))
    }
    return Ballots(raters, votes, words, (*notes, *_copies(ballots)))


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """What each ballot's rater is called: the file without suffix, its path where two agree."""
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError("a ballot is given twice; every vote counts once")
    often = Counter(path.stem for path in paths)
    return {path: path.stem if often[path.stem] == 1 else str(path) for path in paths}


def _read(
    path: Path, name: str, key: BlindKey, rater: str
) -> tuple[dict[str, _Ballot], list[str], list[Note]]:
    """(rater -> ballot, what is wrong with the file, what is to be known of it)."""
    table = read_table(path)
    header = [column.lower() for column in table.header]
    at = {column: place for place, column in enumerate(header)}
    if missing := [c for c in (SHEET_COLUMN, *key.questions) if c not in at]:
        has = ", ".join(table.header)
        return {}, [f"{path} has no column {some_of(missing, _NAMED)}; it has {has}"], []
    ballots: dict[str, _Ballot] = {}
    faults = _Faults(path)
    for number, row in table.rows:
        cells = (*row, *[""] * (len(header) - len(row)))
        if not any(cells):
            continue
        if any(row[len(header) :]):
            faults.add(number, "more cells than columns (words with commas need quotes)")
            continue
        if TRIAL_COLUMN in at and cells[at[TRIAL_COLUMN]] != key.trial:
            faults.add(number, f"of trial {cells[at[TRIAL_COLUMN]] or '(none)'}, not {key.trial}")
            continue
        sheet = _sheet_number(cells[at[SHEET_COLUMN]], key)
        if sheet is None:
            faults.add(number, f"sheet {cells[at[SHEET_COLUMN]] or '(none)'} is not of this trial")
            continue
        who = cells[at[rater.lower()]] if rater.lower() in at else name
        if not who:
            faults.add(number, "no rater")
            continue
        ballot = ballots.setdefault(who, _Ballot())
        if sheet in ballot.rows:
            ballot.twice.setdefault(sheet, [ballot.rows[sheet][0]]).append(number)
            continue
        answers = tuple(_answer(cells[at[question]], key) for question in key.questions)
        if missing := [q for q, answer in zip(key.questions, answers, strict=True) if not answer]:
            faults.add(number, f"no answer to {some_of(missing, _NAMED)}")
        for answer in dict.fromkeys(answers):
            if answer and answer not in key.votes:
                faults.add(number, f"{answer!r} is no answer, expected {key.votes_in_words}")
        ballot.rows[sheet] = number, answers
        if WORDS_COLUMN in at:
            ballot.words[sheet] = cells[at[WORDS_COLUMN]]
    wrong = faults.lines
    for who, ballot in ballots.items():
        wrong += _incomplete(path, who, ballot, key)
    return ballots, wrong, _remarks(path, at, key, rater)


def _remarks(path: Path, columns: Mapping[str, int], key: BlindKey, rater: str) -> list[Note]:
    notes = []
    if TRIAL_COLUMN not in columns:
        text = f"{path} has no column {TRIAL_COLUMN!r}: taken for a ballot of {key.trial}"
        notes.append(Note("trial-not-stated", text))
    known = {SHEET_COLUMN, WORDS_COLUMN, TRIAL_COLUMN, rater.lower(), *key.questions, ""}
    if others := [column for column in columns if column not in known]:
        text = f"{path}: column {some_of(others, _NAMED)} is of no question, and not counted"
        notes.append(Note("other-columns", text))
    return notes


def _incomplete(path: Path, who: str, ballot: _Ballot, key: BlindKey) -> list[str]:
    """Sheets that have two rows, or none."""
    of = "" if who in (path.stem, str(path)) else f" of {who}"
    wrong = [
        f"{path}{of}: sheet {sheet} has {len(rows)} rows ({some_of(rows, _NAMED)})"
        for sheet, rows in ballot.twice.items()
    ]
    if missing := [sheet.number for sheet in key.sheets if sheet.number not in ballot.rows]:
        plural = "s" * (len(missing) > 1)
        wrong.append(f"{path}{of}: no row of sheet{plural} {some_of(missing, _NAMED)}")
    return wrong


class _Faults:
    """What is wrong with the rows of a file: the same fault of many rows is one line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, list[int]] = {}

    def add(self, number: int, text: str) -> None:
        self._rows.setdefault(text, []).append(number)

    @property
    def lines(self) -> list[str]:
        return [
            f"{self._path}, row{'s' * (len(rows) > 1)} {some_of(_runs(rows), _NAMED)}: {text}"
            for text, rows in self._rows.items()
        ]


def _runs(numbers: Sequence[int]) -> list[str]:
    """Rising numbers in words, three or more in a row as one.

    >>> _runs([2, 3, 4, 7, 9, 10])
    ['2 to 4', '7', '9', '10']
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return words


def _sheet_number(cell: str, key: BlindKey) -> str | None:
    """The sheet that a cell means: spreadsheets make 1 of 001, people write 001.png."""
    text = cell.lower().removesuffix(".png")
    if not (text.isascii() and text.isdigit()):
        return None
    known = {int(sheet.number): sheet.number for sheet in key.sheets}
    return known.get(int(text[:12]))


def _answer(cell: str, key: BlindKey) -> str:
    """The vote in a cell as the key spells it; spreadsheets make 7.0 of 7."""
    text = cell.lower()
    if key.scale is not None and text.endswith((".0", ",0")):
        text = text[:-2]
    return text


def _copies(ballots: Mapping[str, _Ballot]) -> list[Note]:
    """Raters whose whole ballots, words included, are the same: one may be a copy by mistake."""
    seen: dict[object, str] = {}
    notes = []
    for who, ballot in ballots.items():
        whole = tuple(
            sorted((s, row[1], ballot.words.get(s, "")) for s, row in ballot.rows.items())
        )
        if whole in seen and any(ballot.words.values()):
            text = f"{who} has voted and written as {seen[whole]} on every sheet; is it a copy?"
            notes.append(Note("same-ballots", text))
        seen.setdefault(whole, who)
    return notes
