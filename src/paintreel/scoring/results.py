"""Results as text, and as JSON files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from paintreel.metrics.questions import ANY, Question
from paintreel.metrics.table import measure_of
from paintreel.scoring.score_run import ScoreRun
from paintreel.wording import counted, some_of

__all__ = [
    "better",
    "chance",
    "interval",
    "legend",
    "measure_facts",
    "notes_of",
    "number",
    "rounded",
    "text_table",
    "wrapped",
]

_WIDTH = 100
"""Columns of a terminal that sentences are wrapped to."""


def notes_of(run: ScoreRun) -> list[str]:
    """What is to be known of single files: frames without partner, measures without value."""
    notes = [f"{o.item.name}: {note}" for o in run.outcomes for note in o.notes]
    reasons: dict[tuple[str, str], list[str]] = {}
    for outcome in run.outcomes:
        for name, reason in outcome.undefined.items():
            reasons.setdefault((name, reason), []).append(outcome.item.name)
    return notes + [
        f"no {name} of {counted(len(files), 'file')} ({some_of(files, 3)}): {reason}"
        for (name, reason), files in reasons.items()
    ]


def better(result_name: str, question: Question = ANY) -> str:
    """Which way is better of a measure, for a question; "-" for neither."""
    return question.direction(measure_of(result_name)).replace("none", "-")


def measure_facts(names: Iterable[str], question: Question) -> dict[str, dict[str, Any]]:
    """For JSON, of every name in results: which way is better, and what it says, in a sentence."""
    return {
        name: {
            "better": question.direction(measure_of(name)),
            "says": measure_of(name).plain,
            "anchor": measure_of(name).anchor,
        }
        for name in names
    }


def legend(names: Iterable[str]) -> list[str]:
    """What every measure says, as lines for the terminal."""
    rows = [(name, measure_of(name)) for name in names]
    width = max((len(name) for name, _ in rows), default=0)
    lines = []
    for name, measure in rows:
        anchor = f" ({measure.anchor})" if measure.anchor else ""
        lines += wrapped(f"{name.ljust(width)}  {measure.plain}{anchor}", indent=width + 2)
    return lines


def wrapped(text: str, *, indent: int = 0) -> list[str]:
    """A sentence as lines of a terminal, those after the first moved in by `indent`."""
    return textwrap.wrap(
        text, _WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )


def number(value: float | None) -> str:
    """Four significant digits, without an exponent where that reads better; "-" for none.

    >>> number(0.00012345), number(31.23456), number(float("inf")), number(None)
    ('0.0001234', '31.23', 'inf', '-')
    """
    return "-" if value is None else f"{value:.4g}"


def rounded(value: float | None) -> str:
    """Three significant digits, for sentences; "-" for none.

    >>> rounded(0.90412), rounded(-0.00012), rounded(31.26)
    ('0.904', '-0.00012', '31.3')
    """
    return "-" if value is None else f"{value:.3g}"


def chance(p_value: float | None) -> str:
    """A p-value; below 0.0001 there is nothing to be read from its digits.

    >>> chance(0.01234), chance(3e-9), chance(None)
    ('0.0123', '< 0.0001', '-')
    """
    if p_value is not None and p_value < 1e-4:
        return "< 0.0001"
    return rounded(p_value)


def interval(ends: tuple[float, float] | None) -> str:
    """Both ends of an interval; "-" for none."""
    return "-" if ends is None else f"{number(ends[0])} to {number(ends[1])}"


def text_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines: the first column left-aligned, the others right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
