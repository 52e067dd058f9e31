"""Screenplays in Fountain (fountain.io, version 1.1): what is a heading, a speech, an action.

Read: title page, scene headings (forced ones too), characters with their extensions, both halves of
a dual dialogue, speech, brackets, lyrics, actions, centred text. Left out: sections, synopses,
notes, what is commented out, transitions, page breaks, marks of emphasis.
"""

from __future__ import annotations

import re

from paintreel.notes import Note
from paintreel.script.screenplay import Screenplay, ScriptLine, ScriptScene

__all__ = ["is_heading", "looks_like_fountain", "read_fountain"]

_HEADING = re.compile(r"^(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I/E)[. ]", re.IGNORECASE)
_NUMBER = re.compile(r"\s*#[^#\n]+#\s*$")
_TITLE_KEY = re.compile(r"^([A-Za-z][A-Za-z ]{0,30}):\s*(.*)$")
_TITLE_KEYS = {
    *("title", "credit", "author", "authors", "source", "draft date", "date", "contact"),
    *(
        "copyright",
        "notes",
        "revision",
        "format",
        "language",
        "written by",
        "episode",
        "contact info",
    ),
}
_BONEYARD = re.compile(r"/\*.*?\*/", re.DOTALL)
_NOTE = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=\S)(.+?)(?<=\S)(?<!\\)\1")
_EXTENSION = re.compile(r"\s*\([^)]*\)")
_FORCED = "!@.>~#=\\"


def is_heading(line: str) -> bool:
    """Whether a line is a scene heading.

    >>> is_heading("INT. KITCHEN - DAY"), is_heading("...and then"), is_heading(".SNIPER SCOPE")
    (True, False, True)
    """
    forced = line.startswith(".") and not line.startswith("..") and line[1:2].isalnum()
    return forced or bool(_HEADING.match(line))


def looks_like_fountain(text: str) -> bool:
    """Whether plain text is a screenplay: it has a heading, or names above speeches."""
    rows = text.split("\n")
    if any(_HEADING.match(row) and row[:3].isupper() for row in rows):
        return True
    return sum(_is_character(rows, i) for i in range(len(rows))) >= 2


def read_fountain(text: str) -> Screenplay:
    """The screenplay of a text; what is no Fountain is an action, and never an error."""
    notes: list[Note] = []
    text = _without_comments(text, notes)
    rows = [row.rstrip() if row.strip() else row for row in text.split("\n")]
    title, at = _title_page(rows, notes)
    parser = _Parser(rows)
    parser.read(at)
    return Screenplay(title, "fountain", parser.scenes(), tuple(notes))


def _without_comments(text: str, notes: list[Note]) -> str:
    """Comments and notes taken out; lines stay where they are, so that numbers hold."""
    for pattern in (_BONEYARD, _NOTE):
        text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
    for mark, end in (("/*", "*/"), ("[[", "]]")):
        if mark in text:
            number = text[: text.index(mark)].count("\n") + 1
            what = f"line {number}: {mark} has no {end}; it was read as text"
            notes.append(Note("unclosed-comment", what))
            text = text.replace(mark, "")
    return text


def _title_page(rows: list[str], notes: list[Note]) -> tuple[str, int]:
    """(title, row of the body). A header that breaks off is read as far as it goes, and noted."""
    at = next((i for i, row in enumerate(rows) if row.strip()), 0)
    first = _TITLE_KEY.match(rows[at])
    if first is None or first[1].strip().lower() not in _TITLE_KEYS:
        return "", at
    title, key = "", ""
    while at < len(rows) and rows[at].strip():
        row = rows[at]
        if match := _TITLE_KEY.match(row):
            key = match[1].strip().lower()
            value = match[2]
        elif row[:1] in " \t":
            value = row.strip()
        else:
            what = "a scene begins" if is_heading(row) else "neither 'Key: value' nor indented"
            notes.append(
                Note(
                    "broken-header",
                    f"line {at + 1}: the title page breaks off ({what}); the script was read from "
                    "there. An empty line ends a title page",
                )
            )
            break
        if key == "title":
            title = " ".join([title, _plain(value)]).strip()
        at += 1
    return title, at


def _is_character(rows: list[str], at: int) -> bool:
    """Whether a row is a name above a speech: capitals between an empty and a full row."""
    row = rows[at].strip()
    if at and rows[at - 1].strip():
        return False
    if at + 1 >= len(rows) or not rows[at + 1].strip():
        return False
    if row.startswith("@"):
        return len(row) > 1
    name = _EXTENSION.sub("", row).rstrip("^").strip()
    fits = name.isupper() and len(name) <= 60 and row[:1] not in _FORCED
    return fits and not is_heading(row) and not row.endswith((":", "!", "?", ".", ","))


def _plain(text: str) -> str:
    """Without marks of emphasis and their escapes."""
    before = None
    while before != text:
        before, text = text, _EMPHASIS.sub(r"\2", text)
    return " ".join(re.sub(r"\\([*_\\])", r"\1", text).split())


class _Parser:
    """Goes through the rows once."""

    def __init__(self, rows: list[str]) -> None:
        self._rows = rows
        self._scenes: list[ScriptScene] = []
        self._heading, self._number = "", 1
        self._lines: list[ScriptLine] = []

    def scenes(self) -> tuple[ScriptScene, ...]:
        """What was read."""
        self._end_scene()
        return tuple(self._scenes)

    def read(self, at: int) -> None:
        """Read from a row to the end."""
        rows, begin = self._rows, at
        while at < len(rows):
            row = rows[at].strip()
            alone = at == begin or not rows[at - 1].strip()
            if not row or row.startswith(("#", "=")):
                at += 1
            elif alone and is_heading(row):
                self._end_scene()
                heading = row.removeprefix(".") if row.startswith(".") else row
                self._heading, self._number = _plain(_NUMBER.sub("", heading)), at + 1
                at += 1
            elif self._is_transition(at, row):
                at += 1
            elif _is_character(rows, at):
                at = self._read_speech(at)
            else:
                at = self._read_action(at)

    def _is_transition(self, at: int, row: str) -> bool:
        if row.startswith(">"):
            return not row.endswith("<")
        ends = at + 1 >= len(self._rows) or not self._rows[at + 1].strip()
        return (
            row.isupper() and row.endswith(("TO:", "FADE IN:", "FADE OUT.", "FADE OUT:")) and ends
        )

    def _read_speech(self, at: int) -> int:
        named = self._rows[at].strip().removeprefix("@")
        name = _plain(_EXTENSION.sub("", named).rstrip("^").strip())
        at += 1
        said: list[str] = []
        manner, begun = "", at
        while at < len(self._rows) and (self._rows[at].strip() or self._rows[at] == "  "):
            row = self._rows[at].strip()
            if row.startswith("(") and row.endswith(")"):
                self._add_speech(said, name, manner, begun)
                said, manner, begun = [], row.strip("()").strip(), at + 1
            elif row:
                if not said:
                    begun = at
                said.append(row.removeprefix("~").strip())
            at += 1
        self._add_speech(said, name, manner, begun)
        return at

    def _add_speech(self, said: list[str], name: str, manner: str, begun: int) -> None:
        if text := _plain(" ".join(said)):
            self._lines.append(ScriptLine(text, "speech", begun + 1, name, manner))

    def _read_action(self, at: int) -> int:
        begun, done = at, []
        while at < len(self._rows) and self._rows[at].strip():
            row = self._rows[at].strip()
            if row.startswith(("#", "=")) or (at > begun and row.startswith("~")):
                break
            if row.startswith(">") and row.endswith("<"):
                row = row.strip("><")
            done.append(row.removeprefix("!").removeprefix("~").strip())
            at += 1
        if text := _plain(" ".join(done)):
            self._lines.append(ScriptLine(text, "action", begun + 1))
        return max(at, begun + 1)

    def _end_scene(self) -> None:
        if self._lines:
            self._scenes.append(ScriptScene(self._heading, self._number, tuple(self._lines)))
        self._lines = []
