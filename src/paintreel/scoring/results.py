"""Results as JSON and as text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from paintreel.compare.compare import Comparison
from paintreel.imaging.atomic import atomic_path
from paintreel.jobs.pair import group_of
from paintreel.metrics.table import measure_of
from paintreel.scoring.evaluate import Outcome
from paintreel.scoring.runner import ScoreRun
from paintreel.stats.summary import Summary, summarise_groups

__all__ = [
    "comparison_lines",
    "groups_of",
    "notes_of",
    "number",
    "score_facts",
    "summary_lines",
    "text_table",
    "write_json",
]

_ARROWS = {"higher": "higher", "lower": "lower", "none": "-"}


def score_facts(run: ScoreRun, by: str | None = None, *, version: str = "") -> dict[str, Any]:
    """A run for JSON, all numbers finite.

    {"summary": {measure: {"mean", "sd", "n", "ci95"}}, "pairs": [{"name", "generated",
    "reference", measure: value or null, ...}]}, and beside them "by" (group -> summary, where
    asked), "unmatched", "failed", "undefined" (measures of sets without a figure) and
    "settings", which say the `version` of the program.
    """
    options = run.plan.options
    facts: dict[str, Any] = {
        "summary": {name: figures.as_dict() for name, figures in run.summary().items()},
        "pairs": [_pair_facts(outcome, run.names) for outcome in run.outcomes],
    }
    if by is not None:
        facts["by"] = {
            group: {name: figures.as_dict() for name, figures in row.items()}
            for group, row in groups_of(run, by).items()
        }
    facts["failed"] = [
        {"name": o.item.name, "generated": str(o.item.generated), "error": o.error}
        for o in run.failed
    ] + [{"name": path.name, "generated": str(path), "error": why} for path, why in run.lost]
    facts["unmatched"] = {
        "generated": [str(path) for path in run.plan.pairing.only_generated],
        "reference": [str(path) for path in run.plan.pairing.only_reference],
    }
    facts["undefined"] = run.undefined
    stored = run.plan.reference and run.plan.reference.statistics
    facts["settings"] = {
        "paintreel": version,
        "extractor": run.plan.extractor,
        "detector": run.plan.task.detector,
        "resize": options.resize,
        "allow_biased": options.allow_biased,
        "reference_statistics": None if stored is None else stored.count,
        "seed": options.seed,
        "resamples": options.resamples,
    }
    return facts


def groups_of(run: ScoreRun, by: str) -> dict[str, dict[str, Summary]]:
    """Group -> measure -> figures over its files. Raises InputError for an unusable `by`."""
    rows = [(group_of(outcome.item, by), outcome.scores) for outcome in run.outcomes]
    options = run.plan.options
    rng = np.random.default_rng(options.seed)
    return summarise_groups(rows, run.names, rng=rng, resamples=options.resamples)


def write_json(path: str | PathLike[str], facts: Mapping[str, Any]) -> None:
    """Write `facts`, whole or not at all, over what is there; "-" prints. Raises OutputError."""
    text = json.dumps(facts, indent=2, allow_nan=False, ensure_ascii=False)
    if path == "-":
        print(text)
        return
    with atomic_path(path, overwrite=True) as partial:
        partial.write_text(text + "\n", "utf-8")


def summary_lines(summary: Mapping[str, Summary]) -> list[str]:
    """The table of a summary, for the terminal."""
    rows = [["measure", "better", "mean", "sd", "n", "95% interval"]]
    for name, figures in summary.items():
        rows.append(
            [
                name,
                _ARROWS[measure_of(name).direction],
                number(figures.mean),
                number(figures.sd),
                str(figures.n),
                interval(figures.ci95),
            ]
        )
    return text_table(rows)


def comparison_lines(found: Comparison) -> list[str]:
    """A comparison for the terminal: means and ranks, then the tests."""
    rows = [["measure", "better", *found.systems]]
    for metric, row in found.summary.items():
        ranks = found.ranks.get(metric)
        cells = [number(row[s].mean) + (f" ({ranks[s]:g})" if ranks else "") for s in found.systems]
        rows.append([metric, _ARROWS[measure_of(metric).direction], *cells])
    if found.overall:
        rows.append(["mean rank", "lower", *(f"{found.overall[s]:.2f}" for s in found.systems)])
    lines = text_table(rows)
    tests = [["test", "n", "difference", "95% interval", "t", "p (Holm)", "d_z", "better"]]
    for c in found.contrasts:
        tests.append(
            [
                f"{c.metric}: {c.first} - {c.second}",
                str(c.n),
                number(c.difference),
                interval(c.ci95),
                number(c.t),
                number(c.p_holm),
                number(c.d_z),
                c.winner or "-",
            ]
        )
    if len(tests) > 1:
        lines += ["", *text_table(tests)]
    return lines


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


def _pair_facts(outcome: Outcome, names: Sequence[str]) -> dict[str, Any]:
    item = outcome.item
    facts: dict[str, Any] = {
        "name": item.name,
        "generated": str(item.generated),
        "reference": None if item.reference is None else str(item.reference),
    }
    facts |= {name: outcome.scores.get(name) for name in names}
    if outcome.frames is not None:
        facts["frames"] = outcome.frames
    if outcome.undefined:
        facts["undefined"] = outcome.undefined
    if outcome.notes:
        facts["notes"] = outcome.notes
    return facts
