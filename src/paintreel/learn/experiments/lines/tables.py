"""Tables of the experiment on lines and colour, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from paintreel.learn.data.line_trials import GIVEN, TWENTY
from paintreel.learn.experiments.lines.conditions import ABLATION, CONDITIONS, name_of
from paintreel.learn.experiments.lines.goals import Goal
from paintreel.learn.experiments.lines.paper import PAPER
from paintreel.learn.experiments.lines.results import EXACT, LinesResults
from paintreel.learn.experiments.page import figure_text, number_text
from paintreel.learn.models.drawing_networks import CARTOON, OURS, SCENERY
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS
from paintreel.scoring.page import table

_SOURCES = ("worlds", "avatars", "panels", "photographs", "own")


def peers_of(task: str) -> dict[str, str]:
    """{network: condition} of what the paper compares; the peers as published."""
    return {network: name_of(task, network) for network in (OURS, CARTOON, SCENERY)}


def goals_table(goals: Sequence[Goal]) -> str:
    """Every goal, what was reached, and whether that is enough; "" without any."""
    rows = [
        [
            goal.text,
            f"{goal.ours:.3f}",
            f"{'at least' if goal.higher else 'at most'} {goal.goal:g}",
            "-" if goal.p is None else f"{goal.p:.2g}",
            "met" if goal.is_met else "not met",
        ]
        for goal in goals
    ]
    return table(["", "here", "goal", "p", ""], rows) if rows else ""


def paper_table(results: LinesResults) -> str:
    """Image loss, PSNR and steps until settled, ours beside the paper's."""
    rows = []
    for task in TASKS:
        suffix = "" if task == LINEART.name else ":none"
        for network, name in peers_of(task).items():
            paper = PAPER[task][network]
            rows.append(
                [
                    CONDITIONS[name].title,
                    "contours" if task == LINEART.name else "colour",
                    f"{paper.image_loss:.3f}",
                    figure_text(results.figure(name, f"loss{suffix}")),
                    f"{paper.psnr_db:.2f}",
                    figure_text(results.figure(name, f"psnr{suffix}"), 2),
                    str(paper.settled),
                    number_text(results.fact(name, "settled_at"), 0),
                ]
            )
    columns = ["", "task"]
    for what in ("image loss", "PSNR in dB", "settled after"):
        columns += [f"{what}, Tan 2024", f"{what}, here"]
    return table(columns, rows)


def line_table(results: LinesResults) -> str:
    """F1 by source, precision and recall where lines are known, image loss and PSNR."""
    rows = []
    for name in results.conditions_of(LINEART.name):
        cells = [figure_text(results.figure(name, "f1", (source,))) for source in _SOURCES]
        cells += [figure_text(results.figure(name, m, EXACT)) for m in ("precision", "recall")]
        cells += [figure_text(results.figure(name, "loss")), _db(results, name, "psnr")]
        rows.append([CONDITIONS[name].title, *cells])
    columns = ["", *(f"F1, {s}" for s in _SOURCES), "precision", "recall", "image loss", "PSNR, dB"]
    return table(*_without_empty(columns, rows))


def colour_table(results: LinesResults, given: str) -> str:
    """Image loss by source, PSNR, colour of regions and, with 20 hints, leaks."""
    rows = []
    for name in results.conditions_of(COLORIZE.name):
        cells = [figure_text(results.figure(name, f"loss:{given}", (s,))) for s in _SOURCES]
        cells += [
            _db(results, name, f"psnr:{given}"),
            figure_text(results.figure(name, f"region:{given}"), 1),
            *(
                figure_text(results.figure(name, f"{leak}:{given}")) if given == TWENTY else "-"
                for leak in ("leak", "fill_leak", "fill_leak_open")
            ),
        ]
        rows.append([CONDITIONS[name].title, *cells])
    columns = ["", *(f"loss, {s}" for s in _SOURCES), "PSNR, dB", "regions, CIEDE2000"]
    columns += ["leak of a hint", "of the fill", "of a fill that closes no gap"]
    return table(*_without_empty(columns, rows))


def ablation_table(results: LinesResults, task: str) -> str:
    """The full model and what is left of it without each part; "" without ablations."""
    left_out = [c for c in results.conditions_of(task) if CONDITIONS[c].group == ABLATION]
    if not left_out:
        return ""
    if task == LINEART.name:
        measures = {"F1, worlds and avatars": ("f1", EXACT), "image loss": ("loss", None)}
    else:
        measures = {f"loss, {given}": (f"loss:{given}", None) for given in GIVEN}
    rows = [
        [
            CONDITIONS[c].title,
            *(figure_text(results.figure(c, m, among)) for m, among in measures.values()),
            number_text(results.fact(c, "settled_at"), 0),
        ]
        for c in (name_of(task), *left_out)
        if c in results.records
    ]
    return f"<h3>{task}</h3>" + table(["", *measures, "settled after, steps"], rows)


def set_table(results: LinesResults) -> str:
    """Fréchet and spectrum distances, and flicker over that of the source."""
    rows = []
    for task in TASKS:
        for name in results.conditions_of(task):
            given = "" if task == LINEART.name else ":none"
            rows.append(
                [
                    CONDITIONS[name].title,
                    figure_text(results.figure(name, f"frechet{given}"), 2),
                    figure_text(results.figure(name, f"spectrum{given}"), 2),
                    figure_text(results.figure(name, "flicker"), 2),
                ]
            )
    return table(["", "Fréchet (EfficientNet)", "spectrum, dB", "flicker, times the source"], rows)


def cost_table(results: LinesResults) -> str:
    """Parameters, time of a picture, and the training."""
    rows = [
        [
            CONDITIONS[name].title,
            number_text(results.fact(name, "parameters"), 0),
            number_text(results.fact(name, "seconds"), 3),
            number_text(results.fact(name, "steps"), 0),
            number_text(results.fact(name, "train_s"), 0),
        ]
        for name in results.records
        if results.fact(name, "parameters") is not None
    ]
    return table(["", "parameters", "s, 256 px", "steps", "s of training"], rows)


def _db(results: LinesResults, name: str, measure: str) -> str:
    return figure_text(results.figure(name, measure), 2)


def _without_empty(
    columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    """Columns and rows less the columns that hold nothing."""
    kept = [i for i in range(len(columns)) if i == 0 or any(row[i] != "-" for row in rows)]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]
