"""A blind trial: what raters are asked, and the key that says whose picture they saw where."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from os import PathLike
from pathlib import Path
from typing import Any

from paintreel.errors import InputError, UnreadableFile, system_reason

__all__ = [
    "BALLOT_NAME",
    "GUIDE_NAME",
    "KEY_NAME",
    "RATER_COLUMN",
    "SHEET_COLUMN",
    "SIDES",
    "SOURCE",
    "TIE",
    "TRIAL_COLUMN",
    "WORDS_COLUMN",
    "BlindKey",
    "BlindSheet",
    "ballot_text",
    "parse_question",
    "questions_of",
    "read_key",
    "sheet_file",
]

KEY_NAME, BALLOT_NAME, GUIDE_NAME = "key.json", "ballot.csv", "ballot.md"
SHEET_COLUMN, WORDS_COLUMN, TRIAL_COLUMN, RATER_COLUMN = "sheet", "words", "trial", "rater"
SIDES, TIE = ("left", "right"), "tie"

SOURCE = ""
"""Stands for the source where sets are named."""

_KIND = "key of a blind trial by paintreel"
_QUESTIONS = {
    "overall": (
        "Which is the better painted animation frame?",
        "How good is it as a painted animation frame?",
    ),
    "painted": ("Which looks more drawn and painted?", "How drawn and painted does it look?"),
    "clean": ("Which is cleaner, freer of faults?", "How clean is it, how free of faults?"),
}
"""Name of a column -> what is asked of two pictures, and of one."""
_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True)
class BlindSheet:
    """One sheet of a trial.

    number   as in the name of its file and in the ballot: "001"
    picture  name of what the results were made of
    shown    names of the sets from left to right; one where single pictures are rated
    sha256   of its file; "" until it is written
    """

    number: str
    picture: str
    shown: tuple[str, ...]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class BlindKey:
    """What raters must not see: which set is where on every sheet.

    sets        names of the sets that are compared
    scale       ratings go from 1 to this; None where pairs are voted on
    questions   name of a column of the ballot -> what is asked
    seed        of sides and order
    side_px     longer side of the pictures on the sheets, at most
    inputs      picture -> {set, or SOURCE: SHA-256 of its file}
    sheets      in the order of their numbers
    """

    sets: tuple[str, ...]
    scale: int | None
    questions: Mapping[str, str]
    seed: int
    side_px: int
    inputs: Mapping[str, Mapping[str, str]]
    sheets: tuple[BlindSheet, ...]

    @property
    def trial(self) -> str:
        """What tells this trial from others, 12 hex digits: of everything but the sheets' files."""
        facts = self.as_dict(with_trial=False)
        facts["sheets"] = [asdict(replace(sheet, sha256="")) for sheet in self.sheets]
        text = json.dumps(facts, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def is_finished(self) -> bool:
        """Whether every sheet was written."""
        return all(sheet.sha256 for sheet in self.sheets)

    @property
    def has_source(self) -> bool:
        """Whether sheets show the source beside what is rated."""
        return any(SOURCE in row for row in self.inputs.values())

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of the pictures, sorted."""
        return tuple(sorted(self.inputs))

    @property
    def sheets_by_picture(self) -> list[list[int]]:
        """For every picture, in the order of `pictures`: the places of its sheets in `sheets`."""
        places: dict[str, list[int]] = {picture: [] for picture in self.pictures}
        for place, sheet in enumerate(self.sheets):
            places[sheet.picture].append(place)
        return list(places.values())

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every two sets."""
        return tuple(combinations(self.sets, 2))

    @property
    def votes(self) -> tuple[str, ...]:
        """What may stand in a cell of the ballot."""
        if self.scale is not None:
            return tuple(str(vote) for vote in range(1, self.scale + 1))
        return (*SIDES, TIE)

    @property
    def votes_in_words(self) -> str:
        """The same, for a sentence."""
        if self.scale is not None:
            return f"a whole number from 1 to {self.scale}"
        return "left, right or tie"

    def as_dict(self, *, with_trial: bool = True) -> dict[str, Any]:
        """For JSON."""
        facts = {
            "kind": _KIND,
            "sets": list(self.sets),
            "scale": self.scale,
            "questions": dict(self.questions),
            "seed": self.seed,
            "side_px": self.side_px,
            "inputs": {picture: dict(row) for picture, row in self.inputs.items()},
            "sheets": [asdict(sheet) | {"shown": list(sheet.shown)} for sheet in self.sheets],
        }
        return {"trial": self.trial, **facts} if with_trial else facts


def sheet_file(number: str) -> str:
    """The name of the file of a sheet."""
    return f"{number}.png"


def ballot_text(key: BlindKey) -> str:
    """The empty ballot of a trial, as CSV."""
    columns = [SHEET_COLUMN, *key.questions, WORDS_COLUMN, TRIAL_COLUMN]
    empty = "," * (len(key.questions) + 2)
    rows = [",".join(columns), *(f"{sheet.number}{empty}{key.trial}" for sheet in key.sheets)]
    return "\n".join(rows) + "\n"


def questions_of(asked: Sequence[str], scale: int | None) -> dict[str, str]:
    """Name -> words of the questions of a trial: those asked, as "name=words", else our own.

    Raises InputError as `parse_question` does, and for a name that comes twice.
    """
    if not asked:
        return {name: words[scale is not None] for name, words in _QUESTIONS.items()}
    questions: dict[str, str] = {}
    for text in asked:
        name, words = parse_question(text)
        if name in questions:
            raise InputError(f"the question {name!r} is asked twice; give each its own name")
        questions[name] = words
    return questions


def parse_question(text: str) -> tuple[str, str]:
    """(name, words) of "name=words". Raises InputError for what is none, or a taken name."""
    name, _, words = (part.strip() for part in text.partition("="))
    name = name.lower()
    if not _NAME.fullmatch(name) or not words:
        raise InputError(
            f"{text!r} is no question; expected a name for its column and its words, such as "
            '"mood=Which has the warmer mood?"'
        )
    taken = (SHEET_COLUMN, WORDS_COLUMN, TRIAL_COLUMN, RATER_COLUMN)
    if name in taken:
        raise InputError(f"a question cannot be called {name!r}: ballots have {', '.join(taken)}")
    return name, " ".join(words.split())


def read_key(path: str | PathLike[str]) -> BlindKey:
    """The key of a trial, as `--blind` wrote it.

    Raises UnreadableFile for a file that is missing, no key, or changed since it was written.
    """
    path = Path(path)
    try:
        facts = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UnreadableFile(path, system_reason(error)) from error
    except (ValueError, RecursionError):
        raise UnreadableFile(path, "no JSON; expected the key.json of a blind trial") from None
    if not isinstance(facts, dict) or facts.get("kind") != _KIND:
        raise UnreadableFile(path, "not the key.json that 'paintreel compare --blind' writes")
    try:
        key = BlindKey(
            sets=tuple(facts["sets"]),
            scale=facts["scale"],
            questions=dict(facts["questions"]),
            seed=facts["seed"],
            side_px=facts["side_px"],
            inputs={picture: dict(row) for picture, row in facts["inputs"].items()},
            sheets=tuple(
                BlindSheet(row["number"], row["picture"], tuple(row["shown"]), row["sha256"])
                for row in facts["sheets"]
            ),
        )
        stated = facts["trial"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnreadableFile(path, "the key of a blind trial, damaged") from None
    if key.trial != stated:
        raise UnreadableFile(path, "it was changed since it was written; take the one of the run")
    return key
