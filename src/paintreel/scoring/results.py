"""Results as text, and as JSON files."""

from __future__ import annotations

from collections.abc import Sequence

from paintreel.metrics.table import measure_of
from paintreel.scoring.score_run import ScoreRun

__all__ = [
    "better",
    "interval",
    "notes_of",
    "number",
    "text_table",
]


def notes_of(run: ScoreRun) -> list[str]:
    """What is to be known of single files: frames without partner, measures without value."""
    notes = [f"{o.item.name}: {note}" for o in run.outcomes for note in o.notes]
    reasons: dict[tuple[str, str], list[str]] = {}
    for outcome in run.outcomes:
        for name, reason in outcome.undefined.items():
            reasons.setdefault((name, reason), []).append(outcome.item.name)
    return notes + [
        f"no {name} of {len(files)} files ({', '.join(files[:3])}{', ...' * (len(files) > 3)}): "
        f"{reason}"
        for (name, reason), files in reasons.items()
    ]


def better(result_name: str) -> str:
    """Which way is better of a measure, "-" for neither."""
    return measure_of(result_name).direction.replace("none", "-")


def number(value: float | None) -> str:
    """Four significant digits, without an exponent where that reads better; "-" for none.

    >>> number(0.00012345), number(31.23456), number(float("inf")), number(None)
    ('0.0001234', '31.23', 'inf', '-')
    """
    return "-" if value is None else f"{value:.4g}"


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
