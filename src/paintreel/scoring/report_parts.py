"""What the report of a run and that of a comparison both show."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike

from paintreel.imaging.atomic import atomic_path
from paintreel.metrics.questions import ANY, Question
from paintreel.metrics.table import definition, measure_of
from paintreel.scoring.page import Cell, folded
from paintreel.scoring.score_run import ScoreRun
from paintreel.visible import escape

__all__ = [
    "by_aspect",
    "caveats",
    "definitions",
    "explained",
    "failures",
    "figure",
    "label",
    "shots",
    "write_report",
]

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


def write_report(path: str | PathLike[str], text: str) -> None:
    """Write a report, whole or not at all, over what is there. Raises OutputError."""
    with atomic_path(path, overwrite=True) as partial:
        partial.write_text(text, "utf-8", errors="backslashreplace")


def label(name: str) -> str:
    """In words, with its name in results where that says more."""
    measure = measure_of(name)
    return measure.label if name == measure.name else f"{measure.label} ({name})"


def explained(name: str) -> Cell:
    """The label of a measure over what it says, in a plain sentence."""
    measure = measure_of(name)
    anchor = f" {measure.anchor[:1].upper()}{measure.anchor[1:]}." if measure.anchor else ""
    return label(name), measure.plain + anchor


def by_aspect(question: Question, rows: Mapping[str, Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Rows of a table, name in results -> cells, under the aspects of a question.

    What has no say in the question comes last; where nothing was asked, rows stay as they are.
    """
    if question is ANY:
        return list(rows.values())
    parts: dict[str, list[Sequence[Cell]]] = {}
    for name, cells in rows.items():
        aspect = question.aspect_of(measure_of(name))
        heading = "beside the question" if aspect is None else aspect.alike
        if aspect is None and name in question.measures:
            heading = "required"
        if aspect is not None and not aspect.counts:
            heading += " (does not decide)"
        parts.setdefault(heading, []).append(cells)
    return [row for heading, own in parts.items() for row in ([heading], *own)]


def figure(content: str, caption: str) -> str:
    """HTML with a caption of text."""
    return f"<figure><figcaption>{escape(caption)}</figcaption>{content}</figure>"


def shots(pictures: str, caption: str) -> str:
    """Thumbnails in a row over a caption of text."""
    return figure(f'<div class="shots">{pictures}</div>', caption)


def failures(run: ScoreRun) -> list[str]:
    """What could not be scored, and why."""
    failed = [f"{outcome.item.name}: {outcome.error}" for outcome in run.failed]
    lost = [f"{path.name}: {reason}" for path, reason in run.lost]
    return failed + lost + [f"{name}: {reason}" for name, reason in run.undefined.items()]


def definitions(names: Iterable[str]) -> str:
    """Every docstring behind these measures, folded."""
    names = list(names)
    texts = {measure_of(name).function_name: definition(measure_of(name)) for name in names}
    labels = {measure_of(name).function_name: label(name) for name in reversed(names)}
    return "".join(
        folded(f"{labels[function]} ({function})", f"<pre>{html.escape(text)}</pre>" * bool(text))
        for function, text in texts.items()
    )


def caveats(names: Iterable[str], run: ScoreRun) -> list[str]:
    """What readers of these measures must know."""
    texts = list(_GENERAL_CAVEATS)
    task, scenes = run.plan.task, any(measure_of(n).takes == "scene" for n in names)
    if task.detector is None and task.segmenter is None and scenes:
        texts.append(
            "Scene measures count regions of the built-in segmentation as elements, not objects; "
            "--detector FILE.onnx counts the objects of a network."
        )
    if run.plan.options.resize:
        texts.append("Pictures of other sizes were resized to their reference, which blurs them.")
    if run.plan.options.allow_biased:
        texts.append(
            "Fréchet distances of fewer pictures than features were allowed: they are far too "
            "large, and comparable only between sets of one size."
        )
    return texts + [f"{label(n)}: {c}" for n in names if (c := measure_of(n).caveat)]
