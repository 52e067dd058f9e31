"""The tables of the scene experiment's page, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.learn.experiments.charts import Drawing
from paintreel.learn.experiments.page import (
    claims_table,
    effect_text,
    figure_text,
    number_text,
    p_text,
)
from paintreel.learn.experiments.scene.conditions import ABLATIONS, CONDITIONS, FULL, TRUTH
from paintreel.learn.experiments.scene.more_tables import DIGITS, trainings
from paintreel.learn.experiments.scene.paper import FIGURES, SCENES, PaperTable
from paintreel.learn.experiments.scene.results import Results, Unit
from paintreel.learn.experiments.scene.scoring import FIDELITY, SETS
from paintreel.learn.experiments.scene.statements import REACHED, STATEMENTS
from paintreel.learn.experiments.statistics import Figure, PairedTest
from paintreel.roughs.rough import LEVELS
from paintreel.scoring.page import bullets, folded, table
from paintreel.worlds.categories import LABELS


def all_tests(results: Results) -> list[PairedTest]:
    """Systems against MFFCN and the pairs of the ablation, on all measures, over both units."""
    measures = [*results.measures, *SETS]
    units: tuple[Unit, ...] = ("trials", "pictures")
    return [
        test
        for claims in results.families()
        for unit in units
        for test in results.tests(claims, measures, unit)
    ]


def costs_of(
    results: Results, costs: dict[str, dict[str, float]], condition: str
) -> dict[str, float]:
    """What was measured of a condition's costs, and medians of what its records keep."""
    known = dict(costs.get(condition, {}))
    for name in ("paint_s", "train_s", "steps", "parameters"):
        if (value := results.fact(condition, name)) is not None:
            known.setdefault(name, value)
    return known


def statements_table(results: Results) -> str:
    """What the paper states in words, what is found, and why where it is not reached.

    Of the reasons those whose condition the results meet, and no others.
    """
    rows: list[list[str]] = []
    missed: dict[str, list[str]] = {}
    for statement in STATEMENTS:
        if finding := statement.ours(results):
            text, verdict = finding
            rows.append([statement.text, statement.paper, text, verdict])
            why = "" if verdict == REACHED else statement.why(results)
            if why:
                missed.setdefault(why, []).append(statement.text)
    reasons = bullets([f"{'; '.join(texts)}. {reason}" for reason, texts in missed.items()])
    head = "<h3>What may be behind those not reached</h3>" if reasons else ""
    return table(["figure", "paper", "here", "borne out"], rows) + head + reasons


def _digits(measure: str) -> int:
    return DIGITS.get(measure, 3)


def levels_table(results: Results) -> str:
    """Fidelity of every system at every level of rough; deviations at the standard one."""
    columns = [(m, level) for m in FIDELITY if m in results.measures for level in LEVELS]
    rows = []
    for c in results.systems:
        if c == TRUTH:
            continue
        cells = []
        for measure, level in columns:
            figure = results.figure(c, measure, level=level)
            if level == STANDARD:
                cells.append(figure_text(figure, _digits(measure)))
            else:
                cells.append(number_text(figure.mean if figure else None, _digits(measure)))
        rows.append([CONDITIONS[c].title, trainings(results, c), *cells])
    names = [f"{m} {level}" for m, level in columns]
    return table(["system", "trainings", *names], rows) if columns else ""


def paper_table(results: Results, paper: PaperTable) -> str:
    """One of Tables 2 to 5 beside the paper's, with a sentence on the order."""
    tests = {t.second: t for t in results.tests(results.system_claims(), [paper.measure], "trials")}
    rows = []
    for c in results.systems:
        by_label = [results.figure(c, paper.measure, label=label) for label in LABELS]
        test = tests.get(c)
        rows.append(
            [
                CONDITIONS[c].title,
                number_text(paper.mean(c)),
                figure_text(results.figure(c, paper.measure)),
                "-" if test is None else f"{test.gain:+.3f}",
                p_text(test),
                effect_text(test),
                *(number_text(f.mean if f else None, 3) for f in by_label),
            ]
        )
    columns = ["system", "paper", "here", "MFFCN's lead", "p", "d_z"]
    columns += [label.replace("_", " ") for label in LABELS]
    original = table(
        ["paper", *(scene for scene, _label in SCENES)],
        [[CONDITIONS[c].title, *map(str, cells)] for c, cells in paper.cells.items()],
    )
    sentence = f'<p class="soft">{escape(_why_table(results, paper))}</p>'
    return table(columns, rows) + sentence + folded("the paper's cells", original)


def _why_table(results: Results, paper: PaperTable) -> str:
    """Where the order of the systems differs from the paper's, and why."""
    figures = {c: f for c in paper.cells if (f := results.figure(c, paper.measure))}
    ours = sorted(figures, key=lambda c: -figures[c].mean)
    theirs = sorted(figures, key=lambda c: -(paper.mean(c) or 0))
    if len(figures) < 2:
        return ""
    names = " > ".join(CONDITIONS[c].title for c in ours)
    if ours == theirs:
        return f"The order is the paper's: {names}."
    text = f"The order here is {names}, not the paper's. "
    truth = results.figure(TRUTH, paper.measure)
    if truth and FULL in figures and ours[0] != FULL and figures[ours[0]].mean > truth.mean:
        text += (
            f"{CONDITIONS[ours[0]].title} is above the paintings themselves ({truth.mean:.3f}): "
            "there a higher value need not be a better picture. "
        )
    if _is_narrower(figures, paper):
        text += (
            "All systems but GRBM finish the same block-in, which fixes layout and colours and so "
            "much of what the measure sees: they lie closer together than the paper's, of which it "
            "does not say that they share anything."
        )
    return text.rstrip()


def _is_narrower(figures: Mapping[str, Figure], paper: PaperTable) -> bool:
    """Whether the systems that finish a block-in lie closer together than the paper's."""
    finishing = [c for c in figures if c != "grbm"]
    ours = [figures[c].mean for c in finishing]
    theirs = [paper.mean(c) or 0.0 for c in finishing]
    return len(finishing) > 1 and max(ours) - min(ours) < max(theirs) - min(theirs)


def figures_row(results: Results, charts: dict[int, Drawing | None]) -> str:
    """Figures 5 to 10 with what the paper's text says of them; charts: {number: drawing}."""
    parts = []
    for figure in FIGURES:
        chart = charts[figure.number]
        if chart is None:
            continue
        said = "; ".join(
            f"{CONDITIONS[c].title} {text}" for c, text in figure.paper.items() if text
        )
        said = f"The paper's text: {said}. " if said else ""
        caption = said + figure.note or "The paper's text names no value."
        parts.append(
            f'<figure><div class="scroll">{chart.svg(figure.title)}</div>'
            f"<figcaption>Figure {figure.number}. {escape(caption)}</figcaption></figure>"
        )
    return f'<div class="row">{"".join(parts)}</div>' if parts else ""


def ablation_table(results: Results) -> str:
    """Every condition of the ablation, and whether each claim is borne out."""
    shown = [c for c in results.conditions if CONDITIONS[c].group in ABLATIONS or c == FULL]
    if len(shown) < 2:
        return ""
    measures = [m for m in FIDELITY if m in results.measures]
    rows = [
        [
            CONDITIONS[c].title,
            *(figure_text(results.figure(c, m), _digits(m)) for m in measures),
            number_text(results.fact(c, "steps"), 0),
            trainings(results, c),
        ]
        for c in shown
    ]
    claims = results.ablation_claims()
    tests = results.tests(claims, measures, "trials")
    verdicts = claims_table(claims, tests, measures, _digits)
    head = "<h3>Paired tests over trials</h3>" if verdicts else ""
    return table(["condition", *measures, "steps", "trainings"], rows) + head + verdicts


def cost_table(results: Results, costs: dict[str, dict[str, float]]) -> str:
    """What one picture costs with each condition, and what its training took."""
    rows = []
    for c in results.conditions:
        if not CONDITIONS[c].varies:
            continue
        known = costs_of(results, costs, c)
        rows.append(
            [
                CONDITIONS[c].title,
                number_text(known.get("paint_cpu_s"), 4),
                number_text(known.get("parameters"), 0),
                number_text(known.get("gflops")),
                number_text(known.get("peak_memory_mb"), 1),
                number_text(known.get("steps"), 0),
                number_text(known.get("train_s"), 0),
            ]
        )
    columns = ["condition", "processor s", "parameters", "GFLOP", "peak MB", "steps", "training s"]
    return table(columns, rows)
