"""The HTML reports of a run and of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from os import PathLike

from paintreel.compare.compare import Comparison, System, units_of
from paintreel.imaging.atomic import atomic_path
from paintreel.metrics.table import Measure, definition, measure_of
from paintreel.scoring.charts import histogram, strips
from paintreel.scoring.evaluate import Outcome
from paintreel.scoring.page import bullets, folded, page, section, table, thumbnail
from paintreel.scoring.results import groups_of, interval, notes_of, number
from paintreel.scoring.runner import ScoreRun
from paintreel.stats.summary import Summary

__all__ = ["comparison_report", "score_report", "write_report"]

_SHOWN = 3
"""Pictures shown at either end of a measure."""

_FEW = 20
"""Values of which every one is drawn, as a dot; of more the chart is a histogram."""

_GENERAL_CAVEATS = (
    "Intervals are 95 % BCa bootstrap intervals of the mean over files. They hold for files drawn "
    "independently; frames of one film or panels of one page resemble each other, and then they "
    "are too narrow.",
    "A clip counts as one file; its pictures' measures are means over its frames, paired by time "
    "from the first frame of each clip.",
    "Pixels are compared as stored, each dtype on its own full scale; colour profiles are not "
    "applied.",
    "Measures of sets take every file of both sides that could be read, matched or not.",
    "No measure here replaces looking at the pictures.",
)


def write_report(path: str | PathLike[str], html: str) -> None:
    """Write a report, whole or not at all, over what is there. Raises OutputError."""
    with atomic_path(path, overwrite=True) as partial:
        partial.write_text(html, "utf-8")


def score_report(
    run: ScoreRun, *, title: str, by: str | None = None, version: str = "", where: str = ""
) -> str:
    """The page of one run; `version` is that of the program, `where` says what was scored."""
    summary = run.summary()
    pairing = run.plan.pairing
    counts = [f"{len(run.outcomes)} scored", f"{len(run.failed) + len(run.lost)} failed"]
    unmatched = len(pairing.only_generated) + len(pairing.only_reference)
    counts.append(f"{unmatched} without counterpart")
    return page(
        title,
        [where, f"{', '.join(counts)}; paintreel {version}, seed {run.plan.options.seed}"],
        [
            section("Summary", _summary_table(summary)),
            section("By group", _groups(run, by)) if by is not None else "",
            section("Distributions", _distributions(run, summary)),
            section("Worst and best", _extremes(run)),
            section("Every file", folded("show the table", _file_table(run))),
            section("What could not be scored", bullets(_failures(run))),
            section("Without counterpart", bullets(_unmatched(run))),
            section("Notes", bullets(notes_of(run))),
            section("Definitions", _definitions(summary)),
            section("Caveats", bullets(_caveats(summary, run))),
        ],
    )


def comparison_report(
    found: Comparison, systems: Sequence[System], *, title: str, version: str = ""
) -> str:
    """The page of a comparison; `version` is that of the program."""
    runs = [run for system in systems for run in system.runs.values()]
    failed = [text for run in runs for text in _failures(run)]
    return page(
        title,
        [f"{len(found.systems)} systems, unit: {found.unit}; paintreel {version}"],
        [
            section("Ranking", _ranking(found)),
            section("Paired tests", _tests(found)),
            section("Distributions", _system_strips(found, systems)),
            section("Where the systems differ most", _disagreements(found, systems)),
            section("Notes", bullets(found.notes)),
            section("What could not be scored", bullets(failed)),
            section("Not in every system", bullets(found.left_out)),
            section("Definitions", _definitions(found.summary)),
            section("Caveats", bullets(_caveats(found.summary, runs[0]))),
        ],
    )


def _summary_table(summary: Mapping[str, Summary]) -> str:
    columns = ["measure", "better", "mean", "sd", "n", "95 % interval"]
    return table(columns, [_summary_row(name, figures) for name, figures in summary.items()])


def _summary_row(name: str, figures: Summary) -> list[str]:
    better = measure_of(name).direction.replace("none", "-")
    values = [number(figures.mean), number(figures.sd), str(figures.n)]
    return [_label(name), better, *values, interval(figures.ci95)]


def _label(name: str) -> str:
    measure = measure_of(name)
    return measure.label if name == measure.name else f"{measure.label} ({name})"


def _groups(run: ScoreRun, by: str) -> str:
    rows = [
        [group, _label(name), number(f.mean), number(f.sd), str(f.n), interval(f.ci95)]
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
                strips({"": values}, label=_label(name))
                if few
                else histogram(values, label=_label(name), mean=mean)
            )
            charts.append(_figure(chart, f"{_label(name)}: mean {number(mean)}"))
    return f'<div class="row">{"".join(charts)}</div>' if charts else ""


def _figure(content: str, caption: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{content}</figure>"


def _extremes(run: ScoreRun) -> str:
    parts = []
    for name in run.names:
        measure = measure_of(name)
        ranked = _ranked(run.outcomes, name, measure)
        if measure.direction == "none" or not ranked:
            continue
        label, shown = _label(name), min(_SHOWN, len(ranked) // 2)
        if shown == 0:
            body = _gallery(f"{label}: the only one", ranked, name)
        else:
            body = _gallery(f"{label}: worst", ranked[:shown], name)
            body += _gallery(f"{label}: best", ranked[: -shown - 1 : -1], name)
        parts.append(folded(label, body, open=not parts))
    return "".join(parts)


def _ranked(outcomes: Iterable[Outcome], name: str, measure: Measure) -> list[Outcome]:
    """Worst first; equal ones by name."""
    sign = 1.0 if measure.direction == "higher" else -1.0
    having = [o for o in outcomes if name in o.scores]
    return sorted(having, key=lambda o: (sign * o.scores[name], o.item.name))


def _gallery(heading: str, outcomes: Sequence[Outcome], name: str) -> str:
    figures = []
    for outcome in outcomes:
        item = outcome.item
        pictures = thumbnail(item.generated, "scored")
        if item.reference is not None:
            pictures += thumbnail(item.reference, "reference")
        figures.append(_shots(pictures, f"{item.name}: {number(outcome.scores[name])}"))
    return f'<h3>{escape(heading)}</h3><div class="row">{"".join(figures)}</div>'


def _shots(pictures: str, caption: str) -> str:
    return _figure(f'<div class="shots">{pictures}</div>', caption)


def _file_table(run: ScoreRun) -> str:
    rows = [
        [o.item.name, *(number(o.scores.get(name)) for name in run.names)] for o in run.outcomes
    ]
    return table(["file", *run.names], rows)


def _failures(run: ScoreRun) -> list[str]:
    failed = [f"{outcome.item.name}: {outcome.error}" for outcome in run.failed]
    lost = [f"{path.name}: {reason}" for path, reason in run.lost]
    return failed + lost + [f"{name}: {reason}" for name, reason in run.undefined.items()]


def _unmatched(run: ScoreRun) -> list[str]:
    pairing = run.plan.pairing
    return [f"scored side: {path}" for path in pairing.only_generated] + [
        f"reference side: {path}" for path in pairing.only_reference
    ]


def _definitions(names: Iterable[str]) -> str:
    texts = {measure_of(name).function: definition(measure_of(name)) for name in names}
    labels = {measure_of(name).function: _label(name) for name in reversed(list(names))}
    return "".join(
        folded(f"{labels[function]} ({function})", f"<pre>{escape(text)}</pre>" * bool(text))
        for function, text in texts.items()
    )


def _caveats(names: Iterable[str], run: ScoreRun) -> list[str]:
    found = list(_GENERAL_CAVEATS)
    if run.plan.task.detector is None and any(measure_of(n).group == "scene" for n in names):
        found.append(
            "Scene measures count regions of the built-in segmentation as elements, not objects; "
            "--detector FILE.onnx counts the objects of a YOLO network."
        )
    if run.plan.options.resize:
        found.append("Pictures of other sizes were resized to their reference, which blurs them.")
    if run.plan.options.allow_biased:
        found.append(
            "Fréchet distances of fewer pictures than features were allowed: they are far too "
            "large, and comparable only between sets of one size."
        )
    return found + [f"{_label(n)}: {c}" for n in names if (c := measure_of(n).caveat)]


def _ranking(found: Comparison) -> str:
    rows = []
    for metric, figures in found.summary.items():
        ranks = found.ranks.get(metric)
        cells = []
        for system in found.systems:
            ends = figures[system].ci95
            text = number(figures[system].mean) + (f" [{interval(ends)}]" if ends else "")
            cells.append(text + (f", rank {ranks[system]:g}" if ranks else ""))
        rows.append([_label(metric), measure_of(metric).direction.replace("none", "-"), *cells])
    if found.overall:
        means = [f"{found.overall[system]:.2f}" for system in found.systems]
        rows.append(["mean rank", "lower", *means])
    return table(["measure", "better", *found.systems], rows)


def _tests(found: Comparison) -> str:
    columns = ["measure", "systems", "n", "difference", "95 % interval"]
    columns += ["t", "df", "p", "p (Holm)", "d_z", "better at 5 %"]
    rows = [
        [
            c.metric,
            f"{c.first} - {c.second}",
            str(c.n),
            number(c.difference),
            interval(c.ci95),
            number(c.t),
            "-" if c.df is None else str(c.df),
            number(c.p_value),
            number(c.p_holm),
            number(c.d_z),
            c.winner or "-",
        ]
        for c in found.contrasts
    ]
    return table(columns, rows)


def _system_strips(found: Comparison, systems: Sequence[System]) -> str:
    charts = []
    for metric in found.summary:
        columns = {s.name: [v for r in s.runs.values() for v in r.column(metric)] for s in systems}
        if all(len(column) > 1 for column in columns.values()):
            charts.append(_figure(strips(columns, label=_label(metric)), _label(metric)))
    return f'<div class="row">{"".join(charts)}</div>' if charts else ""


def _disagreements(found: Comparison, systems: Sequence[System]) -> str:
    """The pictures on which a measure sees the systems furthest apart, side by side."""
    if found.unit == "trial":
        return ""
    by_name = [units_of(run) for system in systems for run in system.runs.values()]
    common = sorted(set.intersection(*map(set, by_name)))
    parts = []
    for metric in found.ranks:
        spread = {
            unit: max(values) - min(values)
            for unit in common
            if len(values := [t[unit].scores[metric] for t in by_name if metric in t[unit].scores])
            == len(systems)
        }
        worst = sorted(spread, key=lambda unit: (-spread[unit], unit))[: _SHOWN - 1]
        figures = [_side_by_side(unit, metric, systems, by_name) for unit in worst]
        if figures:
            parts.append(
                f'<h3>{escape(_label(metric))}</h3><div class="row">{"".join(figures)}</div>'
            )
    return "".join(parts)


def _side_by_side(
    unit: str,
    metric: str,
    systems: Sequence[System],
    by_name: Sequence[Mapping[str, Outcome]],
) -> str:
    outcomes = [entries[unit] for entries in by_name]
    pictures = [thumbnail(o.item.generated, s.name) for s, o in zip(systems, outcomes, strict=True)]
    reference = outcomes[0].item.reference
    if reference is not None:
        pictures.append(thumbnail(reference, "reference"))
    scores = ", ".join(
        f"{s.name} {number(o.scores[metric])}" for s, o in zip(systems, outcomes, strict=True)
    )
    return _shots("".join(pictures), f"{unit}: {scores}")
