"""What the figures of a run say, in a sentence: the answer to the question of `--for`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from paintreel.metrics.questions import ANY, PAINTING, Question, Requirement
from paintreel.metrics.table import MEASURES, measure_of
from paintreel.scoring.results import rounded, wrapped
from paintreel.scoring.score_run import ScoreRun
from paintreel.stats import paired_t_test
from paintreel.stats.summary import Summary
from paintreel.wording import counted, enumerated

__all__ = [
    "Requirement",
    "Shown",
    "Verdict",
    "check_requirements",
    "failing_words",
    "in_words",
    "open_words",
    "remarks",
    "run_verdict",
    "suggestion",
]

_TOLD = 12
"""Details that a terminal is told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first thing that a report says.

    question  the word of `--for`, "" where nothing was asked
    sentence  one or two plain sentences
    details   what more there is to say, a line each
    facts     the same for programs, for JSON
    """

    question: str
    sentence: str
    details: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """For the terminal, with an empty line after."""
        told = list(self.details[:_TOLD])
        if len(self.details) > _TOLD:
            told.append(f"{len(self.details) - _TOLD} more in --report and --json")
        details = [line for text in told for line in wrapped(f"- {text}", indent=2)]
        return [*wrapped(self.sentence), *details, ""]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        facts = {"for": self.question or None, "sentence": self.sentence}
        return {**facts, "details": list(self.details), **self.facts}


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether results show what a question requires of them.

    mean, ci95  over n units; the interval is that of Student's t, None of fewer than two
    outcome     "shown" where the whole interval (of one unit: the value) lies at the least value or
                above, "missed" where it lies below or nothing could be measured, else "open"
    """

    requirement: Requirement
    mean: float | None
    ci95: tuple[float, float] | None
    n: int
    outcome: Literal["shown", "open", "missed"]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "measure": self.requirement.measure,
            "least": self.requirement.least,
            "mean": self.mean,
            "ci95": None if self.ci95 is None else list(self.ci95),
            "n": self.n,
            "outcome": self.outcome,
        }


def check_requirements(
    question: Question, columns: Mapping[str, Sequence[float]]
) -> tuple[Shown, ...]:
    """What a question requires, checked on the values of every unit, measure -> values.

    All must hold at once, so that no correction for their number is due (Berger 1982).
    """
    return tuple(_shown(each, columns.get(each.measure, ())) for each in question.requirements)


def _shown(requirement: Requirement, values: Sequence[float]) -> Shown:
    column = np.asarray(values, np.float64)
    if column.size == 0:
        return Shown(requirement, None, None, 0, "missed")
    mean = float(column.mean())
    ends = None
    if column.size > 1:
        test = paired_t_test(column, np.zeros_like(column))
        ends = test.low, test.high
    low, high = ends or (mean, mean)
    outcome: Literal["shown", "open", "missed"] = "open"
    if low >= requirement.least or high < requirement.least:
        outcome = "shown" if low >= requirement.least else "missed"
    return Shown(requirement, mean, ends, column.size, outcome)


def failing_words(shown: Sequence[Shown]) -> str | None:
    """What results are that miss a requirement, with the figures; None where they miss none.

    The first that is missed speaks, and others that are about the same thing beside it.
    """
    missed = [each for each in shown if each.outcome == "missed"]
    if not missed:
        return None
    kind = missed[0].requirement.failing
    return f"{kind} ({_figures(e for e in missed if e.requirement.failing == kind)})"


def open_words(shown: Sequence[Shown]) -> str | None:
    """What cannot be shown of results that miss nothing; None where all is shown."""
    left = [each for each in shown if each.outcome == "open"]
    if not left or any(each.outcome == "missed" for each in shown):
        return None
    return f"too few results to show {left[0].requirement.succeeding} ({_figures(left)})"


def _figures(shown: Iterable[Shown]) -> str:
    parts = []
    for each in shown:
        label = MEASURES[each.requirement.measure].label
        if each.mean is None:
            parts.append(f"{label} could not be measured")
            continue
        reach = f" [{rounded(each.ci95[0])} to {rounded(each.ci95[1])}]" if each.ci95 else ""
        least = rounded(each.requirement.least)
        parts.append(f"{label} {rounded(each.mean)}{reach} where at least {least} is due")
    return enumerated(parts)


def run_verdict(run: ScoreRun) -> Verdict:
    """What the figures of one run say."""
    question, summary = run.plan.question, run.summary()
    count = counted(len(run.outcomes), _unit(run))
    if not run.outcomes:
        return Verdict(question.name, "Nothing could be scored.")
    columns = {name: run.column(name) for name in run.names}
    shown = check_requirements(question, columns)
    failing = failing_words(shown)
    clauses = _aspect_clauses(question, summary)
    facts: dict[str, Any] = {"requirements": [each.as_dict() for each in shown]} if shown else {}
    if shown:
        facts["met"] = all(each.outcome == "shown" for each in shown)
    if not clauses and not shown:
        return Verdict(question.name, _describing(count, summary), facts=facts)
    said = "; ".join(clauses) + "." * bool(clauses)
    if shown:
        painted = "painted, and still of what the sources show"
        count += ": " + (failing or open_words(shown) or painted)
    sentence = f"{count}. {said[:1].upper()}{said[1:]}".strip()
    return Verdict(question.name, sentence, _details(run, columns, question), facts)


def _aspect_clauses(question: Question, summary: Mapping[str, Summary]) -> list[str]:
    """ "content kept: edge correlation 0.9 (1 is all of them, 0 none)" and so on."""
    clauses = []
    for aspect in question.aspects:
        named = [n for m in aspect.measures for n in summary if measure_of(n) is MEASURES[m]]
        named = [n for n in named if summary[n].mean is not None]
        if named:
            clauses.append(f"{aspect.alike}: {with_anchor(named[0], summary[named[0]])}")
    return clauses


def with_anchor(name: str, figures: Summary) -> str:
    """ "SSIM 0.9 (1 is identical)"."""
    anchor = measure_of(name).anchor
    return in_words(name, figures.mean) + (f" ({anchor})" if anchor else "")


def in_words(name: str, *values: float | None) -> str:
    """ "PSNR 29.7 against 25.6 dB", of a name in results."""
    label, _, unit = measure_of(name).label.partition(", ")
    figures = " against ".join(rounded(value) for value in values)
    return f"{label} {figures} {unit}".rstrip()


def _describing(count: str, summary: Mapping[str, Summary]) -> str:
    known = [(name, f) for name, f in summary.items() if f.mean is not None]
    if not known:
        return f"{count}: no measure has a value."
    parts = [in_words(name, f.mean) for name, f in known[:3]]
    parts += [f"{len(known) - 3} more"] * (len(known) > 3)
    return f"{count}: {enumerated(parts)}, measures that describe and do not judge."


def _details(
    run: ScoreRun, columns: Mapping[str, Sequence[float]], question: Question
) -> tuple[str, ...]:
    lines = []
    if question.requirements:
        whole = [
            all(o.scores.get(r.measure, -np.inf) >= r.least for r in question.requirements)
            for o in run.outcomes
        ]
        lines.append(f"{sum(whole)} of {len(whole)} are paintings taken one by one.")
    for name, of_sources in run.sources.items():
        if name in run.sets and of_sources.mean is not None:
            lines.append(
                f"{measure_of(name).label} to the art: {rounded(run.sets[name].mean)}; "
                f"the sources themselves {rounded(of_sources.mean)}."
            )
    if len(run.outcomes) == 1 and question is not ANY:
        lines.append("One file says nothing of others: there is no interval and no test.")
    return tuple(lines)


def remarks(figures: Mapping[str, Sequence[Summary]]) -> list[str]:
    """What must be said where the figures stand: values below 0 that may look like a mistake.

    figures: name in results -> the figures shown of it, of one system or several.
    """
    lines = []
    for name, shown in figures.items():
        measure = measure_of(name)
        lowest = min((f.mean for f in shown if f.mean is not None), default=0.0)
        if measure.below_zero and lowest < 0.0:
            lines.append(f"{name}: {measure.below_zero}")
    return lines


def suggestion(runs: Sequence[ScoreRun]) -> str | None:
    """A hint at `--for painting` where nobody asked and the results plainly are paintings."""
    painted = 0
    for run in runs:
        if run.plan.question is not ANY or run.plan.options.metrics is not None:
            return None
        columns = {name: run.column(name) for name in run.names}
        shown = [
            each
            for each in check_requirements(PAINTING, columns)
            if each.requirement.measure in columns
        ]
        painted += len(shown) > 1 and all(each.outcome == "shown" for each in shown)
    if not painted:
        return None
    which = "these look" if painted == len(runs) else "some of these look"
    return (
        f"{which} like paintings of their references (edges more drawn, contours sharper than a "
        "blur's), which PSNR and its kind punish: --for painting asks what fits"
    )


def _unit(run: ScoreRun) -> str:
    kinds = {outcome.item.kind for outcome in run.outcomes}
    return kinds.pop() if len(kinds) == 1 else "file"
