"""Answers as lines for people, as a table, as subtitles and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from paintreel.emotions.findings import EmotionFound, Moment
from paintreel.jobs.reports import begins_with, write_table
from paintreel.jobs.run import Outcome, reason
from paintreel.notes import Note
from paintreel.pictures.axes import clock_text
from paintreel.runtime.emotion_timeline import emotion_at, likeliest
from paintreel.runtime.emotions import EMOTIONS
from paintreel.visible import visible

__all__ = [
    "NOTHING",
    "EmotionAnswer",
    "answer_facts",
    "answer_line",
    "is_answer_table",
    "is_subtitles",
    "is_timeline",
    "subtitles",
    "write_answers",
]

NOTHING = "no emotion"
_NAMED, _STRETCHES = 3, 8
_HEAD = ("file", "time_s", "source", "face", "emotion")
"""Columns before those of the emotions."""
_LEAST_SUBTITLE_S = 0.04


@dataclass(frozen=True, slots=True)
class EmotionAnswer:
    """What was found of one file."""

    path: Path
    found: EmotionFound


def answer_line(answer: EmotionAnswer) -> str:
    """One line: the file, its likeliest emotions; of a clip its stretches, and the time it took."""
    found = answer.found
    likely = [f"{name} {_percent(p)}" for name, p in list(found.shares.items())[:_NAMED]]
    line = f"{answer.path}: {', '.join(likely) or NOTHING}"
    if found.duration_s:
        stretches = [f"{clock_text(t)} {name or NOTHING}" for t, _, name in found.stretches()]
        more = len(stretches) - _STRETCHES
        shown = ", ".join(stretches[:_STRETCHES]) + (f" and {more} more" if more > 0 else "")
        line += f"; {shown} ({found.duration_s:.1f} s in {found.taken_s:.1f} s)"
    return line


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# The table.


def write_answers(path: str, answers: Sequence[EmotionAnswer]) -> None:
    """Write a row a moment, and one for every face in it. Raises OutputError."""
    write_table(path, [[*_HEAD, *EMOTIONS], *_rows(answers)])


def _rows(answers: Sequence[EmotionAnswer]) -> Iterator[list[str]]:
    for answer in answers:
        name = visible(str(answer.path))
        for moment in answer.found.moments:
            yield _row(name, moment.time_s, moment.source or "none", "", moment.shares)
            for face in moment.faces:
                yield _row(name, moment.time_s, "one face", str(face.number), face.shares)


def _row(
    name: str, time_s: float, source: str, face: str, shares: Mapping[str, float]
) -> list[str]:
    likely = likeliest(shares) or ""
    numbers = [f"{shares.get(emotion, 0.0):.4f}" for emotion in EMOTIONS]
    return [name, f"{time_s:.3f}", source, face, likely, *numbers]


def is_answer_table(path: Path) -> bool:
    """Whether a file is a table of ours, which the next one may replace; so is an empty file."""
    return begins_with(path, ",".join(_HEAD))


# Subtitles.


def subtitles(found: EmotionFound) -> str:
    """The timeline as SubRip: a title for each stretch of one emotion, none where there is none."""
    titles: list[str] = []
    for start_s, end_s, name in found.stretches():
        if name is None or end_s - start_s < _LEAST_SUBTITLE_S:
            continue
        share = emotion_at(found.timeline, (start_s + end_s) / 2).get(name, 0.0)
        times = f"{_srt_time(start_s)} --> {_srt_time(end_s)}"
        titles.append(f"{len(titles) + 1}\n{times}\n{name} {_percent(share)}\n")
    return "\n".join(titles)


def _srt_time(time_s: float) -> str:
    """As SubRip has it.

    >>> _srt_time(3661.5)
    '01:01:01,500'
    """
    milliseconds = round(1000 * time_s)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{milliseconds:03d}"


def is_subtitles(path: Path) -> bool:
    """Whether a file is subtitles of emotions as we write them; so is an empty file."""
    try:
        lines = path.read_text("utf-8").splitlines()[:3]
    except (OSError, ValueError):
        return False
    return not lines or (
        len(lines) == 3 and "-->" in lines[1] and lines[2].split(" ")[0] in EMOTIONS
    )


def is_timeline(path: Path) -> bool:
    """Whether a file is a timeline, which the next one may replace; so is an empty file."""
    return begins_with(path, "[\n[")


# JSON.


def answer_facts(
    outcomes: Sequence[Outcome],
    answers: Sequence[EmotionAnswer],
    *,
    version: str,
    notes: Sequence[Note] = (),
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Everything, as plain values: each file with its answer or with its error."""
    known = {answer.path: answer for answer in answers}
    files = []
    for outcome in outcomes:
        of_file: dict[str, Any] = {
            "file": outcome.job.name,
            "error": None if outcome.error is None else reason(outcome.error),
            "notes": [note.as_dict() for note in outcome.notes],
        }
        if (answer := known.get(Path(outcome.job.name))) is not None:
            of_file |= _found_facts(answer.found)
        files.append(of_file)
    return {
        "paintreel": version,
        "verb": "emotion",
        **facts,
        "emotions": list(EMOTIONS),
        "notes": [note.as_dict() for note in notes],
        "files": files,
    }


def _found_facts(found: EmotionFound) -> dict[str, Any]:
    return {
        "emotion": found.emotion,
        "shares": found.shares,
        "duration_s": found.duration_s,
        "processing_s": round(found.taken_s, 3),
        "timeline": [[time_s, dict(shares)] for time_s, shares in found.timeline],
        "moments": [_moment_facts(moment) for moment in found.moments],
    }


def _moment_facts(moment: Moment) -> dict[str, Any]:
    return {
        "time_s": moment.time_s,
        "source": moment.source or None,
        "shares": dict(moment.shares),
        "spoken": round(moment.spoken, 3),
        "voice": None if moment.voice is None else dict(moment.voice),
        "faces": [
            {"number": f.number, "box": [float(x) for x in f.box], "shares": dict(f.shares)}
            for f in moment.faces
        ],
    }
