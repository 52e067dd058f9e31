"""The HTML report of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from paintreel.metrics.measure import Direction
from paintreel.metrics.table import measure_of
from paintreel.score.results import groups_of
from paintreel.scoring.charts import histogram, strips
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
from paintreel.scoring.results import better, interval, notes_of, number
from paintreel.scoring.score_run import ScoreRun
from paintreel.scoring.verdict import remarks, run_verdict
from paintreel.stats.summary import Summary
from paintreel.visible import escape

__all__ = ["score_report"]

_SHOWN = 3
"""Pictures shown at either end of a measure."""

_FEW = 20
"""Values of which every one is drawn, as a dot; of more the chart is a histogram."""


def score_report(
    run: ScoreRun, *, title: str, by: str | None = None, version: str = "", where: str = ""
) -> str:
    """The page of one run; `version` is that of the program, `where` says what was scored."""
    summary, verdict = run.summary(), run_verdict(run)
    pairing = run.plan.pairing
    counts = [f"{len(run.outcomes)} scored", f"{len(run.failed) + len(run.lost)} failed"]
    unmatched = len(pairing.only_generated) + len(pairing.only_reference)
    counts.append(f"{unmatched} without counterpart")
    return page(
        title,
        [
            where * (where != title),
            f"{', '.join(counts)}; paintreel {version}, seed {run.plan.options.seed}",
        ],
        [
            verdict_box(verdict.sentence, verdict.details),
            section("Summary", _summary_table(run, summary)),
            section("By group", _groups(run, by)) if by is not None else "",
            section("Distributions", _distributions(run, summary)),
            section("Worst and best", _extremes(run)),
            section("Every file", folded("show the table", _file_table(run))),
            section("What could not be scored", bullets(failures(run))),
            section("Without counterpart", bullets(_unmatched(run))),
            section("Notes", bullets([*map(str, run.plan.notes), *notes_of(run)])),
            section("Definitions", definitions(summary)),
            section("Caveats", bullets(caveats(summary, run))),
        ],
    )


def _summary_table(run: ScoreRun, summary: Mapping[str, Summary]) -> str:
    question = run.plan.question
    columns = ["measure", "better", "mean", "sd", "n", "95 % interval"]
    rows = {name: _summary_row(run, name, figures) for name, figures in summary.items()}
    said = remarks({name: [figures] for name, figures in summary.items()})
    return table(columns, by_aspect(question, rows)) + bullets(said)


def _summary_row(run: ScoreRun, name: str, figures: Summary) -> list[Cell]:
    source = run.sources.get(name)
    mean: Cell = number(figures.mean)
    if source is not None:
        mean = (number(figures.mean), f"the sources: {number(source.mean)}")
    direction = better(name, run.plan.question)
    return [
        explained(name), direction, mean, number(figures.sd), str(figures.n),
        interval(figures.ci95),
    ]  # fmt: skip


def _groups(run: ScoreRun, by: str) -> str:
    rows = [
        [group, label(name), number(f.mean), number(f.sd), str(f.n), interval(f.ci95)]
        for group, row in groups_of(run, by).items()
        for name, f in row.items()
    ]
    return table(["group", "measure", "mean", "sd", "n", "95 % interval"], rows)


def _distributions(run: ScoreRun, summary: Mapping[str, Summary]) -> str:
    charts = []
    for name in run.names:
        values = run.column(name)
        if len(values) > 1:
            mean = float(summary[name].mean or 0.0)
            few = len(values) <= _FEW
            chart = (
                strips({"": values}, label=label(name))
                if few
                else histogram(values, label=label(name), mean=mean)
            )
            charts.append(figure(chart, f"{label(name)}: mean {number(mean)}"))
    return f'<div class="row">{"".join(charts)}</div>' if charts else ""


def _extremes(run: ScoreRun) -> str:
    parts: list[str] = []
    for name in run.names:
        direction = run.plan.question.direction(measure_of(name))
        ranked = _ranked(run.outcomes, name, direction)
        if direction == "none" or not ranked:
            continue
        heading, shown = label(name), min(_SHOWN, len(ranked) // 2)
        if shown == 0:
            body = _gallery(f"{heading}: the only one", ranked, name)
        else:
            body = _gallery(f"{heading}: worst", ranked[:shown], name)
            body += _gallery(f"{heading}: best", ranked[: -shown - 1 : -1], name)
        parts.append(folded(heading, body, open=not parts))
    return "".join(parts)


def _ranked(outcomes: Iterable[FileScores], name: str, direction: Direction) -> list[FileScores]:
    """Worst first; equal ones by name."""
    sign = 1.0 if direction == "higher" else -1.0
    having = [o for o in outcomes if name in o.scores]
    return sorted(having, key=lambda o: (sign * o.scores[name], o.item.name))


def _gallery(heading: str, outcomes: Sequence[FileScores], name: str) -> str:
    figures = []
    for outcome in outcomes:
        item = outcome.item
        pictures = thumbnail(item.generated, "scored")
        if item.reference is not None:
            pictures += thumbnail(item.reference, "reference")
        figures.append(shots(pictures, f"{item.name}: {number(outcome.scores[name])}"))
    return f'<h3>{escape(heading)}</h3><div class="row">{"".join(figures)}</div>'


def _file_table(run: ScoreRun) -> str:
    rows = [
        [o.item.name, *(number(o.scores.get(name)) for name in run.names)] for o in run.outcomes
    ]
    return table(["file", *run.names], rows)


def _unmatched(run: ScoreRun) -> list[str]:
    pairing = run.plan.pairing
    return [f"scored side: {path}" for path in pairing.only_generated] + [
        f"reference side: {path}" for path in pairing.only_reference
    ]
