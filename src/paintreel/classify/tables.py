"""Answers as lines for people, as a table, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from paintreel.jobs.find import Kind
from paintreel.jobs.reports import begins_with, write_table
from paintreel.jobs.run import Outcome, reason
from paintreel.notes import Note
from paintreel.pictures.axes import clock_text
from paintreel.pictures.class_colours import in_words
from paintreel.runtime.classifiers import Classification
from paintreel.runtime.findings import UNFAMILIAR, ClipClassification, ranked, said
from paintreel.visible import visible

__all__ = [
    "Answer",
    "answer_facts",
    "answer_line",
    "is_answer_table",
    "summary_line",
    "write_answers",
]

_NAMED, _STRETCHES = 3, 8
_HEAD = ("file", "kind", "time_s", "class", "familiar", "distance")
"""Columns before those of the classes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found of one file.

    page  the picture or clip with the heat map, where one was written
    """

    path: Path
    kind: Kind
    found: Classification | ClipClassification
    notes: tuple[Note, ...] = ()
    page: Path | None = None


def answer_line(answer: Answer) -> str:
    """One line: the file, its class, and the likeliest ones; of a clip its stretches."""
    found = answer.found
    likely = ", ".join(f"{in_words(name)} {_percent(p)}" for name, p in ranked(found)[:_NAMED])
    if not found.familiar:  # a share would look like confidence
        limit = f"{found.distance:.2f} times the limit"
        likely = f"unlike what the model knows ({limit}); nearest {in_words(found.label)}"
    line = f"{answer.path}: {likely}"
    if isinstance(found, ClipClassification):
        stretches = [f"{clock_text(t)} {in_words(name)}" for t, name in found.timeline]
        more = len(stretches) - _STRETCHES
        shown = ", ".join(stretches[:_STRETCHES]) + (f" and {more} more" if more > 0 else "")
        line += f"; {shown}"
    return line


def summary_line(answers: Sequence[Answer]) -> str:
    """How many files are of which class, the most first."""
    counts = Counter(said(answer.found) for answer in answers)
    return ", ".join(f"{count} {in_words(name)}" for name, count in counts.most_common())


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# The table.


def write_answers(path: str, answers: Sequence[Answer], labels: Sequence[str]) -> None:
    """Write a row a picture, and a row a sampled frame of a clip. Raises OutputError."""
    write_table(path, [[*_HEAD, *labels], *_rows(answers, labels)])


def _rows(answers: Sequence[Answer], labels: Sequence[str]) -> Iterator[list[str]]:
    for answer in answers:
        for time_s, found in _moments(answer):
            time_text = "" if time_s is None else f"{time_s:.3f}"
            familiar = "yes" if found.familiar else "no"
            start = (visible(str(answer.path)), answer.kind, time_text, found.label, familiar)
            shares = [f"{found.probabilities[label]:.4f}" for label in labels]
            yield [*start, f"{found.distance:.3f}", *shares]


def _moments(answer: Answer) -> Iterator[tuple[float | None, Classification]]:
    if isinstance(answer.found, ClipClassification):
        yield from answer.found.moments
    else:
        yield None, answer.found


def is_answer_table(path: Path) -> bool:
    """Whether a file is a table of ours, which the next one may replace; so is an empty file."""
    return begins_with(path, ",".join(_HEAD))


# JSON.


def answer_facts(
    outcomes: Sequence[Outcome],
    answers: Sequence[Answer],
    *,
    task: str,
    labels: Sequence[str],
    version: str,
    notes: Sequence[Note] = (),
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Everything, as plain values: each file with its answer or with its error.

    facts: what more is said of the run.
    """
    known = {answer.path: answer for answer in answers}
    files = []
    for outcome in outcomes:
        of_file = {
            "file": outcome.job.name,
            "kind": outcome.job.kind,
            "error": None if outcome.error is None else reason(outcome.error),
            "notes": [note.as_dict() for note in outcome.notes],
        }
        if (answer := known.get(Path(outcome.job.name))) is not None:
            of_file |= _found_facts(answer.found)
            of_file["explained"] = None if answer.page is None else str(answer.page)
        files.append(of_file)
    return {
        "paintreel": version,
        "verb": "classify",
        **facts,
        "task": task,
        "classes": list(labels),
        "counts": dict(Counter(said(answer.found) for answer in answers)),
        "notes": [note.as_dict() for note in notes],
        "files": files,
    }


def _found_facts(found: Classification | ClipClassification) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "class": found.label,
        "familiar": found.familiar,
        "distance": found.distance,
        "probabilities": dict(found.probabilities),
    }
    if isinstance(found, ClipClassification):
        facts["duration_s"], facts["every_s"] = found.duration_s, found.every_s
        facts["shares"] = found.shares
        facts["timeline"] = [
            {"start_s": start_s, "end_s": end_s, "class": None if name == UNFAMILIAR else name}
            for start_s, end_s, name in found.stretches()
        ]
        facts["moments"] = [
            {"time_s": time_s, **_found_facts(moment)} for time_s, moment in found.moments
        ]
    return facts
