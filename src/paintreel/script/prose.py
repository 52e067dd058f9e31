"""Plain text: prose and simple dialogue, a sentence a line.

A paragraph `NAME: text` is speech, and so is what stands between quotation marks; the rest is
action. Scenes begin at "Scene 2", "Chapter One", "ACT I", at headings with `#`, and at rows of
stars or dashes.
"""

from __future__ import annotations

import re

from paintreel.script.screenplay import LineKind, Screenplay, ScriptLine, ScriptScene

__all__ = ["read_prose"]

_SPEECH = re.compile(r"^([A-Z][\w.'’-]*(?: [A-Z(][\w.'’)-]*){0,3}):\s+(\S.*)$")
_HEADING = re.compile(
    r"^(?:#+\s+\S.*|(?:scene|chapter|act|part|episode|shot)\s+[\w.: -]{1,60})$", re.I
)
_BREAK = re.compile(r"^(?:[*#~_=-]\s*){3,}$")
_MANNER = re.compile(r"^\(([^)]{1,60})\)\s*")
_ABBREVIATIONS = ("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "e.g.", "i.e.", "vs.", "sr.", "jr.")
_LONGEST = 2 * max(map(len, _ABBREVIATIONS))
_END = re.compile(r"(?<=[.!?…])[\"”'’)]*\s+(?=[\"“‘'(]?[A-Z0-9])")
_SPOKEN_SHARE = 0.4
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")


def read_prose(text: str) -> Screenplay:
    """The script of plain text: paragraphs between empty rows, or rows where there are none."""
    rows = text.split("\n")
    parted = any(not row.strip() for row in rows[:-1])
    scenes: list[ScriptScene] = []
    lines: list[ScriptLine] = []
    heading, number = "", 1
    for begun, paragraph in _paragraphs(rows, joined=parted):
        if _BREAK.match(paragraph) or _HEADING.match(paragraph):
            if lines:
                scenes.append(ScriptScene(heading, number, tuple(lines)))
            heading = "" if _BREAK.match(paragraph) else paragraph.lstrip("#").strip()
            lines, number = [], begun
        else:
            lines += _of_paragraph(paragraph, begun)
    if lines:
        scenes.append(ScriptScene(heading, number, tuple(lines)))
    return Screenplay("", "text", tuple(scenes))


def _paragraphs(rows: list[str], *, joined: bool) -> list[tuple[int, str]]:
    """(number of the first row, text) of paragraphs; a speech or heading is one by itself."""
    found: list[tuple[int, str]] = []
    begins = True
    for number, row in enumerate(rows, 1):
        row = row.strip()
        if not row:
            begins = True
            continue
        alone = bool(_SPEECH.match(row) or _HEADING.match(row) or _BREAK.match(row))
        if begins or not joined or alone:
            found.append((number, row))
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]} {row}")
        begins = bool(_HEADING.match(row) or _BREAK.match(row))
    return found


def _of_paragraph(paragraph: str, number: int) -> list[ScriptLine]:
    if match := _SPEECH.match(paragraph):
        name, said = match[1], match[2]
        manner = ""
        if how := _MANNER.match(said):
            manner, said = how[1], said[how.end() :]
        return [
            ScriptLine(sentence, "speech", number, name, manner) for sentence in sentences(said)
        ]
    return [ScriptLine(sentence, _kind_of(sentence), number) for sentence in sentences(paragraph)]


def _kind_of(sentence: str) -> LineKind:
    """Speech where much of it stands between quotation marks."""
    quoted = sum(len(part) for part in _QUOTED.findall(sentence))
    return "speech" if quoted > _SPOKEN_SHARE * len(sentence) else "action"


def sentences(text: str) -> list[str]:
    """The sentences of a text.

    >>> sentences('Mr. Hope waits. "Who is it?" he asks. Nobody... is there!')
    ['Mr. Hope waits.', '"Who is it?" he asks.', 'Nobody... is there!']
    """
    found: list[str] = []
    at = 0
    for match in _END.finditer(text):
        # The last word alone: a row of "Mr. Mr. Mr." is not gone through again and again.
        last = text[max(at, match.start() - _LONGEST) : match.end()].split()[-1:]
        if last and last[0].lower() in _ABBREVIATIONS:
            continue
        found.append(text[at : match.end()].strip())
        at = match.end()
    rest = text[at:].strip()
    return [*found, rest] if rest else found
