"""Subtitles: SubRip (.srt) and WebVTT (.vtt), with their times.

Scenes are told by pauses: where nothing is said for `PAUSE_S` a new one begins.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from paintreel.notes import Note
from paintreel.script.screenplay import Screenplay, ScriptFormat, ScriptLine, ScriptScene
from paintreel.wording import counted

__all__ = ["PAUSE_S", "looks_like_subtitles", "read_subtitles"]

PAUSE_S = 8.0

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_MEANT = re.compile(r"^\s*\d{1,2}:\d{1,2}[\d:,.]*\s*\W{1,4}\s*\d{1,2}:\d{1,2}[\d:,.]*\s*$")
"""Two times, whatever stands between them."""

_TAG = re.compile(r"<[^<>]{1,80}>|\{[^{}]{1,80}\}")
_SPEAKER = re.compile(r"^([A-Z][\w.' -]{0,30}):\s+(?=\S)")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_SOUND = re.compile(r"^[\[(][^\])]*[\])]$")
_LEAST_S = 0.1


def looks_like_subtitles(text: str) -> bool:
    """Whether a text holds a line of times such as `00:00:01,000 --> 00:00:02,000`."""
    return any(_TIMES.match(row) for row in text.split("\n", 200)[:200])


def read_subtitles(text: str, kind: ScriptFormat = "srt") -> Screenplay:
    """The lines of a file, in order of their times.

    What has no readable times is left out, and the lines of the file are named.
    """
    notes: list[Note] = []
    lines = list(_lines(text.removeprefix("﻿").split("\n"), notes))
    ordered = sorted(lines, key=lambda line: line.start_s or 0.0)
    if ordered != lines:
        notes.append(Note("out-of-order", "subtitles are not in order of their times; sorted"))
    return Screenplay("", kind, tuple(_scenes(ordered)), tuple(notes))


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    """Of the cells of a time.

    >>> _seconds("1", "02", "03", "5")
    3723.5
    """
    whole = 3600 * int(hours or 0) + 60 * int(minutes) + int(seconds)
    return whole + float(f"0.{fraction or 0}")


def _lines(rows: list[str], notes: list[Note]) -> Iterator[ScriptLine]:
    lost: list[int] = []
    turned = 0
    at = 0
    while at < len(rows):
        match = _TIMES.match(rows[at])
        if match is None:
            if "-->" in rows[at] or _MEANT.match(rows[at]):
                lost.append(at + 1)
            at += 1
            continue
        cells = match.groups()
        start_s, end_s = _seconds(*cells[:4]), _seconds(*cells[4:])
        if end_s < start_s:
            start_s, end_s, turned = end_s, start_s, turned + 1
        number, said = at + 2, []
        at += 1
        while at < len(rows) and rows[at].strip() and "-->" not in rows[at]:
            said.append(rows[at])
            at += 1
        if at < len(rows) and "-->" in rows[at] and said and said[-1].strip().isdigit():
            said.pop()  # the number of the next, where no empty row stands before it
        yield from _of_block(said, number, start_s, max(end_s, start_s + _LEAST_S))
    if lost:
        places = ", ".join(map(str, lost[:3])) + (" ..." if len(lost) > 3 else "")
        notes.append(
            Note(
                "broken-times",
                f"{counted(len(lost), 'subtitle')} left out for times that cannot be read (line "
                f"{places}); expected 00:00:01,000 --> 00:00:02,000",
                count=len(lost),
                loss=True,
            )
        )
    if turned:
        what = f"{counted(turned, 'subtitle')} ended before it began; the times were swapped"
        notes.append(Note("times-swapped", what, count=turned))


def _of_block(said: list[str], number: int, start_s: float, end_s: float) -> Iterator[ScriptLine]:
    """Lines of one subtitle: one, or as many as there are speakers with a dash."""
    speakers: list[tuple[str | None, list[str], int]] = []
    for i, row in enumerate(said):
        voice = _VOICE.search(row)
        plain = html.unescape(_TAG.sub("", row)).replace("\\N", " ").strip().strip("♪♫").strip()
        dashed = plain.startswith(("-", "–", "—")) and len(said) > 1
        plain = plain.lstrip("-–— ") if dashed else plain
        named = _SPEAKER.match(plain)
        name = voice[1].strip() if voice else named[1] if named else None
        plain = plain[named.end() :] if named else plain
        if speakers and not dashed and name is None:
            speakers[-1][1].append(plain)
        else:
            speakers.append((name, [plain], number + i))
    whole = [(name, " ".join(filter(None, parts)), at) for name, parts, at in speakers]
    whole = [each for each in whole if each[1]]
    words = [max(1, len(text.split())) for _, text, _ in whole]
    begin = start_s
    for (name, text, at), count in zip(whole, words, strict=True):
        finish = begin + (end_s - start_s) * count / sum(words)
        kind = "action" if _SOUND.match(text) else "speech"
        yield ScriptLine(text, kind, at, name, "", begin, finish)  # type: ignore[arg-type]
        begin = finish


def _scenes(lines: list[ScriptLine]) -> Iterator[ScriptScene]:
    group: list[ScriptLine] = []
    for line in lines:
        assert line.start_s is not None, "subtitles have times"
        if group and line.start_s - max(each.end_s or 0.0 for each in group) >= PAUSE_S:
            yield ScriptScene("", group[0].number, tuple(group))
            group = []
        group.append(line)
    if group:
        yield ScriptScene("", group[0].number, tuple(group))
