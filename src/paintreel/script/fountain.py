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
_EMPHASIS = re.compile(r"(?<!\\)(?:\*+|_)")
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
    for mark, end in (("/*", "*/"), ("[[", "]]")):
        kept, at = [], 0
        while (begin := text.find(mark, at)) >= 0:
            stop = text.find(end, begin + len(mark))
            if stop < 0:
                number = text.count("\n", 0, begin) + 1
                what = f"line {number}: {mark} has no {end}; it was read as text"
                notes.append(Note("unclosed-comment", what))
                break
            kept += [text[at:begin], "\n" * text.count("\n", begin, stop)]
            at = stop + len(end)
        rest = text[at:] if begin < 0 else text[at:].replace(mark, "")
        text = "".join([*kept, rest])
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
    """Without marks of emphasis and their escapes.

    >>> _plain(r"**so *very* _late_** is 2 * 3, \\*and* done")
    'so very late is 2 * 3, *and* done'
    """
    return " ".join(re.sub(r"\\([*_\\])", r"\1", _without_emphasis(text)).split())


def _without_emphasis(text: str) -> str:
    """Without pairs of marks: one closes the nearest that is open; what finds no other stays."""
    marks = list(_EMPHASIS.finditer(text))
    left = [len(mark[0]) for mark in marks]
    opened: dict[str, list[int]] = {"*": [], "_": []}
    for at, mark in enumerate(marks):
        sign, begin, end = mark[0][0], mark.start(), mark.end()
        waiting = opened[sign]
        while left[at] and waiting and text[begin - 1 : begin].strip():
            both = min(left[at], left[waiting[-1]])
            left[at] -= both
            left[waiting[-1]] -= both
            if left[waiting[-1]] == 0:
                other = opened["_" if sign == "*" else "*"]
                while other and other[-1] > waiting[-1]:
                    other.pop()  # pairs lie within each other
                waiting.pop()
        if left[at] and text[end : end + 1].strip():
            waiting.append(at)
    pieces, done = [], 0
    for mark, count in zip(marks, left, strict=True):
        pieces += [text[done : mark.start()], mark[0][:count]]
        done = mark.end()
    return "".join([*pieces, text[done:]])


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
