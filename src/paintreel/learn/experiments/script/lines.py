"""Labelled lines and what raters said of them."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import get_args

from paintreel.errors import InputError
from paintreel.runtime.emotions import EMOTIONS
from paintreel.stats.tables import read_table
from paintreel.words.feelings import Label

__all__ = ["LABELS", "LabelledLine", "Opinion", "read_lines", "read_opinions"]

LABELS: tuple[str, ...] = get_args(Label)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says of a line."""

    tendency: str
    emotion: str


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line by itself, with what it was written to be."""

    id: str
    text: str
    truth: Opinion


def read_lines(path: str | PathLike[str]) -> list[LabelledLine]:
    """The lines of a table with the columns id, tendency, emotion, line.

    Raises InputError that names file and row, and UnreadableFile.
    """
    found = []
    for place, cells in _cells(path, ("id", "tendency", "emotion", "line")):
        name, tendency, emotion, text = cells
        found.append(LabelledLine(name, text, _opinion(place, tendency, emotion)))
    return found


def read_opinions(path: str | PathLike[str]) -> dict[str, dict[str, Opinion]]:
    """Rater -> id of a line -> opinion, of a table with the columns id, rater, tendency, emotion.

    Raises InputError that names file and row, and UnreadableFile.
    """
    found: dict[str, dict[str, Opinion]] = {}
    for place, (name, rater, tendency, emotion) in _cells(
        path, ("id", "rater", "tendency", "emotion")
    ):
        own = found.setdefault(rater, {})
        if name in own:
            raise InputError(f"{place}: {rater} speaks of {name} twice")
        own[name] = _opinion(place, tendency, emotion)
    return found


def _cells(path: str | PathLike[str], wanted: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """("FILE, row N", the wanted cells) of every row."""
    table = read_table(path)
    missing = [name for name in wanted if name not in table.header]
    if missing:
        raise InputError(f"{path} lacks the column {missing[0]}; it needs {', '.join(wanted)}")
    order = [table.header.index(name) for name in wanted]
    rows = []
    for number, cells in table.rows:
        if len(cells) < len(table.header):
            raise InputError(f"{path}, row {number}: {len(cells)} cells, the header has more")
        rows.append((f"{path}, row {number}", tuple(cells[i] for i in order)))
    return rows


def _opinion(place: str, tendency: str, emotion: str) -> Opinion:
    if tendency not in LABELS:
        raise InputError(f"{place}: tendency is {tendency!r}, expected {', '.join(LABELS)}")
    if emotion not in EMOTIONS:
        raise InputError(f"{place}: emotion is {emotion!r}, expected {', '.join(EMOTIONS)}")
    return Opinion(tendency, emotion)
