"""The tables of the scene experiment's page, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.learn.experiments.scene.charts import Drawing
from paintreel.learn.experiments.scene.conditions import CONDITIONS, FULL, TRUTH
from paintreel.learn.experiments.scene.paper import CLAIMS, FIGURES, SCENES, PaperTable
from paintreel.learn.experiments.scene.scoring import FIDELITY
from paintreel.learn.experiments.scene.statistics import ALPHA, Figure, Results, Test, Unit
from paintreel.roughs.rough import LEVELS
from paintreel.scoring.page import bullets, folded, table
from paintreel.worlds.categories import LABELS


def all_tests(results: Results) -> list[Test]:
    """Systems against MFFCN and the pairs of the ablation, on all measures, over both units."""
    measures = [*results.measures, "spectrum"]
    units: tuple[Unit, ...] = ("trials", "pictures")
    return [
        test
        for pairs in (results.system_pairs(), results.ablation_pairs())
        for unit in units
        for test in results.tests(pairs, measures, unit)
    ]


def costs_of(
    results: Results, costs: dict[str, dict[str, float]], condition: str
) -> dict[str, float]:
    """What was measured of a condition's costs, and medians of what its records keep."""
    found = dict(costs.get(condition, {}))
    for name in ("paint_s", "train_s", "steps", "parameters"):
        if (value := results.fact(condition, name)) is not None:
            found.setdefault(name, value)
    return found


def claims_table(results: Results) -> str:
    """What the paper states in words, what is found, and why where it is not reached."""
    rows, why = [], {}
    for claim in CLAIMS:
        if found := claim.ours(results):
            text, holds = found
            rows.append([claim.text, claim.paper, text, "yes" if holds else "no"])
            if not holds:
                why.setdefault(claim.why, []).append(claim.text)
    reasons = bullets([f"{'; '.join(claims)}. {reason}" for reason, claims in why.items()])
    head = "<h3>What may be behind those not reached</h3>" if reasons else ""
    return table(["figure", "paper", "here", "reached"], rows) + head + reasons


def _text(figure: Figure | None, digits: int = 3) -> str:
    if figure is None:
        return "-"
    spread = "" if figure.sd is None else f" ± {figure.sd:.{digits}f}"
    return f"{figure.mean:.{digits}f}{spread}"


def _digits(measure: str) -> int:
    return {"psnr": 2, "spectrum": 2}.get(measure, 3)


def _p(test: Test | None) -> str:
    if test is None or test.p_holm is None:
        return "-"
    return "<0.001" if test.p_holm < 1e-3 else f"{test.p_holm:.3f}"


def _systems(results: Results) -> list[str]:
    return [c for c in results.conditions if CONDITIONS[c].group in ("system", "reference")]


def levels_table(results: Results) -> str:
    """Fidelity of every system at every level of rough; deviations at the standard one."""
    columns = [(m, level) for m in FIDELITY if m in results.measures for level in LEVELS]
    rows = []
    for c in _systems(results):
        if c == TRUTH:
            continue
        cells = []
        for measure, level in columns:
            figure = results.figure(c, measure, level=level)
            if level == STANDARD:
                cells.append(_text(figure, _digits(measure)))
            else:
                cells.append(_number(figure and figure.mean, _digits(measure)))
        rows.append([CONDITIONS[c].title, *cells])
    return table(["system", *(f"{m} {level}" for m, level in columns)], rows) if columns else ""


def paper_table(results: Results, paper: PaperTable) -> str:
    """One of Tables 2 to 5 beside the paper's, with a sentence on the order."""
    tests = {t.second: t for t in results.tests(results.system_pairs(), [paper.measure], "trials")}
    rows = []
    for c in _systems(results):
        by_label = [results.figure(c, paper.measure, label=label) for label in LABELS]
        test = tests.get(c)
        rows.append(
            [
                CONDITIONS[c].title,
                _number(paper.mean(c)),
                _text(results.figure(c, paper.measure)),
                "-" if test is None else f"{test.gain:+.3f}",
                _p(test),
                _effect(test),
                *(_number(f and f.mean, 3) for f in by_label),
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
    there = [c for c in paper.cells if results.figure(c, paper.measure)]
    ours = sorted(there, key=lambda c: -results.figure(c, paper.measure).mean)
    theirs = sorted(there, key=lambda c: -(paper.mean(c) or 0))
    if len(there) < 2:
        return ""
    names = " > ".join(CONDITIONS[c].title for c in ours)
    if ours == theirs:
        return f"The order is the paper's: {names}."
    text = f"The order here is {names}, not the paper's. "
    best = results.figure(FULL, paper.measure)
    truth = results.figure(TRUTH, paper.measure)
    if (
        best
        and truth
        and ours[0] != FULL
        and results.figure(ours[0], paper.measure).mean > truth.mean
    ):
        text += (
            f"{CONDITIONS[ours[0]].title} is above the paintings themselves ({truth.mean:.3f}): "
            "there a higher value need not be a better picture. "
        )
    return text + (
        "All systems but GRBM finish the same block-in, which fixes layout and colours and so much "
        "of what the measure sees; the paper does not say that its systems share anything."
    )


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
    shown = [
        c
        for c in results.conditions
        if CONDITIONS[c].group in ("ablation", "fusion", "augmentation") or c == FULL
    ]
    if len(shown) < 2:
        return ""
    measures = [m for m in FIDELITY if m in results.measures]
    rows = [
        [
            CONDITIONS[c].title,
            *(_text(results.figure(c, m), _digits(m)) for m in measures),
            _number(results.fact(c, "steps"), 0),
        ]
        for c in shown
    ]
    return table(["condition", *measures, "steps"], rows) + _verdicts(results, measures)


def _verdicts(results: Results, measures: Sequence[str]) -> str:
    """Whether the claims of the ablation are borne out, over trials."""
    pairs = results.ablation_pairs()
    tests = {(t.measure, t.first, t.second): t for t in results.tests(pairs, measures, "trials")}
    rows = []
    for pair in pairs:
        found = [tests.get((m, pair.first, pair.second)) for m in measures]
        there = [t for t in found if t is not None]
        cells = [
            text
            for m, t in zip(measures, found, strict=True)
            for text in ("-" if t is None else f"{t.gain:+.{_digits(m)}f}", _p(t), _effect(t))
        ]
        rows.append([pair.claim, *cells, _verdict(there)])
    columns = [text for m in measures for text in (f"{m} gain", "p", "d_z")]
    note = (
        f'<p class="soft">A gain above 0 is for the claim, whichever way the measure runs; "shown" '
        f"is p &lt; {ALPHA:g} on all measures.</p>"
    )
    tested = table(["claim", *columns, "verdict"], rows)
    return f"<h3>Paired tests over trials</h3>{tested}{note}" if rows else ""


def _verdict(tests: Sequence[Test]) -> str:
    if not any(t.p_holm is not None for t in tests):
        return "too few trials"
    if all(t.holds for t in tests):
        return "shown"
    return "shown in part" if any(t.holds for t in tests) else "not shown"


def _effect(test: Test | None) -> str:
    return "-" if test is None or test.d_z is None else f"{test.d_z:+.2f}"


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def cost_table(results: Results, costs: dict[str, dict[str, float]]) -> str:
    """What one picture costs with each condition, and what its training took."""
    rows = []
    for c in results.conditions:
        if not CONDITIONS[c].varies:
            continue
        found = costs_of(results, costs, c)
        rows.append(
            [
                CONDITIONS[c].title,
                _number(found.get("paint_s"), 4),
                _number(found.get("parameters"), 0),
                _number(found.get("gflops")),
                _number(found.get("peak_memory_mb"), 1),
                _number(found.get("steps"), 0),
                _number(found.get("train_s"), 0),
            ]
        )
    columns = ["condition", "seconds", "parameters", "GFLOP", "peak MB", "steps", "training s"]
    return table(columns, rows)


def tests_table(results: Results) -> str:
    """Every paired test."""
    rows = [
        [
            t.measure,
            t.unit,
            f"{t.first} - {t.second}",
            str(t.n),
            f"{t.gain:+.4f}",
            "-" if t.p is None else f"{t.p:.2g}",
            "-" if t.p_holm is None else f"{t.p_holm:.2g}",
            _effect(t),
        ]
        for t in all_tests(results)
    ]
    columns = ["measure", "over", "pair", "n", "gain", "p", "p (Holm)", "d_z"]
    return folded("show all", table(columns, rows))
