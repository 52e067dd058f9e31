"""The HTML report of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paintreel.compare.compare import Comparison, ScoredSystem, units_of
from paintreel.scoring.charts import strips
from paintreel.scoring.evaluate import FileScores
from paintreel.scoring.page import (
    Cell,
    bullets,
    folded,
    page,
    section,
    table,
    thumbnail,
    verdict_box,
)
from paintreel.scoring.report_parts import (
    by_aspect,
    caveats,
    definitions,
    explained,
    failures,
    figure,
    label,
    shots,
)
from paintreel.scoring.results import better, chance, interval, number, rounded
from paintreel.scoring.verdict import remarks

__all__ = ["comparison_report"]

_SHOWN = 2
"""Pictures shown of a measure."""


def comparison_report(comparison: Comparison, *, title: str, version: str = "") -> str:
    """The page of a comparison; `version` is that of the program."""
    systems = comparison.scored
    runs = [run for system in systems for run in system.runs.values()]
    failed = [text for run in runs for text in failures(run)]
    return page(
        title,
        [f"{len(comparison.systems)} systems, unit: {comparison.unit}; paintreel {version}"],
        [
            verdict_box(comparison.verdict.sentence, comparison.verdict.details),
            section("Measures", _ranking(comparison)),
            section("Where the systems differ most", _disagreements(comparison, systems)),
            section("Paired tests", _tests(comparison)),
            section("Distributions", _system_strips(comparison, systems)),
            section("Notes", bullets(comparison.notes)),
            section("What could not be scored", bullets(failed)),
            section("Not in every system", bullets(comparison.left_out)),
            section("Definitions", definitions(comparison.summary)),
            section("Caveats", bullets(caveats(comparison.summary, runs[0]))),
        ],
    )


def _ranking(comparison: Comparison) -> str:
    rows: dict[str, list[Cell]] = {}
    for metric, figures in comparison.summary.items():
        ranks = comparison.ranks.get(metric)
        cells: list[Cell] = []
        for system in comparison.systems:
            ends = figures[system].ci95
            rank = f", rank {ranks[system]:g}" if ranks else ""
            cells.append((number(figures[system].mean) + rank, interval(ends) if ends else ""))
        rows[metric] = [explained(metric), better(metric, comparison.question), *cells]
    lines = by_aspect(comparison.question, rows)
    if comparison.overall:
        means = [f"{comparison.overall[system]:.2f}" for system in comparison.systems]
        lines.append(["mean rank", "lower", *means])
    said = remarks({metric: list(row.values()) for metric, row in comparison.summary.items()})
    return table(["measure", "better", *comparison.systems], lines) + bullets(said)


def _tests(comparison: Comparison) -> str:
    columns = ["measure", "systems", "better at 5 %", "difference", "95 % interval"]
    columns += ["p (Holm)", "d_z", "n", "t", "p"]
    rows = [
        [
            c.metric,
            f"{c.first} - {c.second}",
            c.winner or "-",
            number(c.difference),
            interval(c.ci95),
            chance(c.p_holm),
            rounded(c.d_z),
            str(c.n),
            rounded(c.t),
            chance(c.p_value),
        ]
        for c in comparison.contrasts
    ]
    return table(columns, rows)


def _system_strips(comparison: Comparison, systems: Sequence[ScoredSystem]) -> str:
    charts = []
    for metric in comparison.summary:
        columns = {s.name: [v for r in s.runs.values() for v in r.column(metric)] for s in systems}
        if all(len(column) > 1 for column in columns.values()):
            charts.append(figure(strips(columns, label=label(metric)), label(metric)))
    return f'<div class="row">{"".join(charts)}</div>' if charts else ""


def _disagreements(comparison: Comparison, systems: Sequence[ScoredSystem]) -> str:
    """The pictures on which a measure sees the systems furthest apart, side by side."""
    if comparison.unit == "trial":
        return ""
    by_name = [units_of(run) for system in systems for run in system.runs.values()]
    common = sorted(set.intersection(*map(set, by_name)))
    parts: list[str] = []
    for metric in comparison.ranks:
        spread = {
            unit: max(values) - min(values)
            for unit in common
            if len(values := [t[unit].scores[metric] for t in by_name if metric in t[unit].scores])
            == len(systems)
        }
        worst = sorted(spread, key=lambda unit: (-spread[unit], unit))[:_SHOWN]
        figures = [_side_by_side(unit, metric, systems, by_name) for unit in worst]
        if figures:
            body = f'<div class="row">{"".join(figures)}</div>'
            parts.append(folded(label(metric), body, open=not parts))
    return "".join(parts)


def _side_by_side(
    unit: str,
    metric: str,
    systems: Sequence[ScoredSystem],
    by_name: Sequence[Mapping[str, FileScores]],
) -> str:
    outcomes = [entries[unit] for entries in by_name]
    pictures = [thumbnail(o.item.generated, s.name) for s, o in zip(systems, outcomes, strict=True)]
    reference = outcomes[0].item.reference
    if reference is not None:
        pictures.append(thumbnail(reference, "reference"))
    scores = ", ".join(
        f"{s.name} {number(o.scores[metric])}" for s, o in zip(systems, outcomes, strict=True)
    )
    return shots("".join(pictures), f"{unit}: {scores}")
