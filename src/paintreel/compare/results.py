"""A comparison as text."""

from __future__ import annotations

from paintreel.compare.compare import Comparison
from paintreel.metrics.questions import ANY
from paintreel.scoring.results import (
    better,
    chance,
    interval,
    legend,
    number,
    rounded,
    text_table,
)
from paintreel.scoring.verdict import remarks

__all__ = ["comparison_lines"]


def comparison_lines(comparison: Comparison) -> list[str]:
    """A comparison for the terminal: the verdict, means and ranks, the tests, and what each
    measure is where a question picked them."""
    question = comparison.question
    systems = comparison.systems
    rows = [["measure", "better", *systems]]
    for metric, row in comparison.summary.items():
        ranks = comparison.ranks.get(metric)
        cells = [
            number(row[s].mean) + (f" ({ranks[s]:g})" if ranks else "") for s in comparison.systems
        ]
        rows.append([metric, better(metric, question), *cells])
    if comparison.overall:
        rows.append(["mean rank", "lower", *(f"{comparison.overall[s]:.2f}" for s in systems)])
    lines = [*comparison.verdict.lines, *text_table(rows)]
    if said := remarks({m: list(row.values()) for m, row in comparison.summary.items()}):
        lines += ["", *said]
    tests = [["test", "n", "difference", "95% interval", "t", "p (Holm)", "d_z", "better"]]
    for c in comparison.contrasts:
        tests.append(
            [
                f"{c.metric}: {c.first} - {c.second}",
                str(c.n),
                number(c.difference),
                interval(c.ci95),
                rounded(c.t),
                chance(c.p_holm),
                rounded(c.d_z),
                c.winner or "-",
            ]
        )
    if len(tests) > 1:
        lines += ["", *text_table(tests)]
    return lines if question is ANY else [*lines, "", *legend(comparison.summary)]
