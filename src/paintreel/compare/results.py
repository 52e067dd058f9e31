"""A comparison as text."""

from __future__ import annotations

from paintreel.compare.compare import Comparison
from paintreel.scoring.results import better, interval, number, text_table

__all__ = ["comparison_lines"]


def comparison_lines(comparison: Comparison) -> list[str]:
    """A comparison for the terminal: means and ranks, then the tests."""
    systems = comparison.systems
    rows = [["measure", "better", *systems]]
    for metric, row in comparison.summary.items():
        ranks = comparison.ranks.get(metric)
        cells = [
            number(row[s].mean) + (f" ({ranks[s]:g})" if ranks else "") for s in comparison.systems
        ]
        rows.append([metric, better(metric), *cells])
    if comparison.overall:
        rows.append(["mean rank", "lower", *(f"{comparison.overall[s]:.2f}" for s in systems)])
    lines = text_table(rows)
    tests = [["test", "n", "difference", "95% interval", "t", "p (Holm)", "d_z", "better"]]
    for c in comparison.contrasts:
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
