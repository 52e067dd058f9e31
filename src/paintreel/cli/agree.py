"""`paintreel agree`: how well raters agree, column by column of a table of ratings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from paintreel.agree.options import AgreeCommandOptions
from paintreel.cli.pulse import stage
from paintreel.cli.terminal import say, show

if TYPE_CHECKING:
    from paintreel.stats.ratings import ColumnAgreement


def run(options: AgreeCommandOptions) -> int:
    """Print the agreement of every rated column. Returns the exit code."""
    from paintreel.agree.agree import agree

    stage("comparing the raters")
    agreement = agree(options.table, options)
    if options.json:
        print(json.dumps(agreement.as_dict(), indent=2, allow_nan=False))
        return 0
    for note in agreement.notes:
        say(f"note: {note.text}" + (f" ({note.count} times)" if note.count > 1 else ""))
    raters = agreement.raters
    show(f"{agreement.items} items, {len(raters)} raters: {', '.join(raters)}")
    for column in agreement.columns:
        print()
        show(*_lines(column))
    return 0


def _lines(result: ColumnAgreement) -> list[str]:
    rows: list[tuple[str, str]] = []
    if result.kappa is not None:
        rows.append(("Fleiss' kappa", _with_interval(result.kappa, result.kappa_interval)))
    rows += [
        (f"Krippendorff's alpha, {level}", _number(alpha)) for level, alpha in result.alpha.items()
    ]
    rows += [(f"ICC({form})", _with_interval(v, (low, high))) for form, v, low, high in result.icc]
    rows += [(f"Pearson {a}, {b}", _number(r)) for (a, b), r in result.pearson.items()]
    if result.unanimous is not None:
        rows.append(
            ("unanimous", f"{100 * result.unanimous:.1f}% of {result.complete} complete items")
        )
    if result.majority:
        counts = ", ".join(f"{name} {count}" for name, count in result.majority.items())
        rows.append(("majority", f"{counts}; no majority {result.no_majority}"))
    rows += [("note", note) for note in result.notes]
    width = max(len(name) for name, _ in rows)
    title = f"{result.column} ({result.kind})"
    return [title, *(f"  {name.ljust(width)}  {text}" for name, text in rows)]


def _with_interval(value: float, interval: Sequence[float] | None) -> str:
    if interval is None:
        return _number(value)
    return f"{_number(value)}  [{_number(interval[0])}, {_number(interval[1])}]"


def _number(value: float) -> str:
    return f"{value:.3f}" if value == value else "undefined (constant ratings)"
