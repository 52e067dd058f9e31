"""Tables of an experiment that classifies pictures, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.classifying.results import (
    MEASURES,
    PictureResults,
)
from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.page import figure_text, number_text, p_text
from paintreel.learn.experiments.statistics import Figure
from paintreel.scoring.page import Cell, folded, table
from paintreel.stats import Interval, Recognition

COLUMNS = ("pictures", "accuracy", "macro recall", "kappa")


def recognition_table(
    results: PictureResults,
    conditions: Sequence[str],
    *,
    more: Mapping[str, Array] | None = None,
    rows: Sequence[Sequence[str]] = (),
) -> str:
    """How well each condition recognises classes; "" without conditions.

    more  {title of a column: (N,) which pictures its accuracy is of}
    rows  that come after, with cells for COLUMNS
    """
    parts = more or {}
    body = []
    for c in conditions:
        counts = results.confusion(c).sum() // max(1, len(results.runs(c)))
        body.append(
            [
                results.table[c].title,
                f"{counts}",
                *(figure_text(results.figure(c, m)) for m in MEASURES),
                *(figure_text(results.figure(c, "accuracy", only)) for only in parts.values()),
                *(number_text(results.fact(c, n), 0) for n in ("steps", "parameters", "train_s")),
            ]
        )
    if not body:
        return ""
    body += [[*row, *["-"] * (len(parts) + 3)] for row in rows]
    columns = ["", *COLUMNS, *parts, "steps", "parameters", "training s"]
    return table(columns, body)


def recall_table(results: PictureResults, conditions: Sequence[str]) -> str:
    """Share of each class that is recognised."""
    labels = [
        label for i, label in enumerate(results.asked.labels) if (results.asked.truth == i).any()
    ]
    rows = []
    for c in conditions:
        recalls = results.recalls(c)
        rows.append([results.table[c].title, *(number_text(recalls.get(n), 3) for n in labels)])
    return table(["", *(label.replace("_", " ") for label in labels)], rows)


def confusion_table(confusion: Array, labels: Sequence[str]) -> str:
    """A row a true class, a column an answer, in shares of the row."""
    rows = []
    for label, counts in zip(labels, confusion, strict=True):
        total = counts.sum()
        shares = [f"{count / total:.0%}" if count else "·" for count in counts]
        rows.append(
            [label.replace("_", " "), f"{total:g}", *(shares if total else ["-"] * len(shares))]
        )
    return table(["true class", "n", *(label.replace("_", " ") for label in labels)], rows)


def confusions(results: PictureResults, conditions: Sequence[str]) -> str:
    """The confusion of each, folded away."""
    labels = results.asked.labels
    return "".join(
        folded(results.table[c].title, confusion_table(results.confusion(c), labels))
        for c in conditions
    )


def gains_table(results: PictureResults, claims: Sequence[Claim]) -> str:
    """Whether each claim is borne out, over resampled sources, and over trials or folds."""
    known = results.known(claims)
    tests = {(t.first, t.second): t for t in results.tests(known) if t.measure == "macro_recall"}
    rows: list[list[Cell]] = []
    for claim in known:
        gain = results.gain(claim)
        if gain is None:
            continue
        rows.append(
            [
                (claim.text, f"{_title(results, claim.first)} - {_title(results, claim.second)}"),
                f"{gain.estimate:+.3f}",
                f"{gain.low:+.3f} to {gain.high:+.3f}",
                p_text(tests.get((claim.first, claim.second))),
                verdict_of(gain),
            ]
        )
    if not rows:
        return ""
    unit = "folds" if results.folded else "trials"
    columns = ["claim", "gain in macro recall", "95 % interval", f"p over {unit}", "verdict"]
    note = (
        '<p class="soft">Intervals resample whole sources (episodes, books, suits), not pictures; '
        '"shown" is an interval above 0, "the other way" one below. p is of a paired t-test, '
        "Holm-corrected.</p>"
    )
    return table(columns, rows) + note


def verdict_of(gain: Interval) -> str:
    """What an interval says of a claim."""
    if gain.method == "point":
        return "too few sources"
    if gain.low > 0:
        return "shown"
    return "the other way" if gain.high < 0 else "not shown"


def recognition_row(title: str, pictures: int, found: Recognition) -> list[str]:
    """A row of what no condition gives, such as raters."""
    values = (found.accuracy, found.macro_recall, found.kappa)
    return [title, str(pictures), *(f"{value:.3f}" for value in values)]


def series_chart(title: str, svg: str, caption: str) -> str:
    """A chart with what is to be said of it."""
    return (
        f'<div class="row"><figure><div class="scroll">{svg}</div>'
        f"<figcaption>{escape(title)}. {escape(caption)}</figcaption></figure></div>"
    )


def figures_of(
    results: PictureResults, conditions: Sequence[str], measure: str
) -> dict[str, Figure]:
    """{title: figure} of the conditions that have one."""
    return {
        results.table[c].title: f
        for c in conditions
        if (f := results.figure(c, measure)) is not None
    }


def _title(results: PictureResults, condition: str) -> str:
    return results.table[condition].title
