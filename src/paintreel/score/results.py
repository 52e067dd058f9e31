"""The figures of a run for JSON, by group, and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paintreel.jobs.pair import group_of
from paintreel.metrics.questions import ANY, Question
from paintreel.scoring.evaluate import FileScores
from paintreel.scoring.results import (
    better,
    interval,
    legend,
    measure_facts,
    number,
    text_table,
)
from paintreel.scoring.score_run import ScoreRun
from paintreel.scoring.verdict import remarks, run_verdict
from paintreel.stats.summary import Summary, summarise_groups

__all__ = ["groups_of", "run_lines", "score_facts", "summary_lines"]


def score_facts(run: ScoreRun, by: str | None = None, *, version: str = "") -> dict[str, Any]:
    """A run for JSON, all numbers finite.

    {"verdict": {"for", "sentence", ...}, "summary": {measure: {"mean", "sd", "n", "ci95"}},
    "pairs": [{"name", "generated", "reference", measure: value or null, ...}]}, and beside them
    "measures" (which way is better, and what it says), "sources" (measures of sets of the
    references against the art), "by" (group -> summary, where asked), "unmatched", "failed",
    "undefined" (measures of sets without a figure) and "settings", which say the `version` of the
    program.
    """
    options = run.plan.options
    summary = run.summary()
    facts: dict[str, Any] = {
        "verdict": run_verdict(run).as_dict(),
        "summary": {name: figures.as_dict() for name, figures in summary.items()},
        "pairs": [_pair_facts(outcome, run.names) for outcome in run.outcomes],
    }
    facts["measures"] = measure_facts(summary, run.plan.question)
    if run.sources:
        facts["sources"] = {name: figures.as_dict() for name, figures in run.sources.items()}
    if by is not None:
        facts["by"] = {
            group: {name: figures.as_dict() for name, figures in row.items()}
            for group, row in groups_of(run, by).items()
        }
    facts["failed"] = [
        {"name": o.item.name, "generated": str(o.item.generated), "error": o.error}
        for o in run.failed
    ] + [{"name": path.name, "generated": str(path), "error": why} for path, why in run.lost]
    facts["unmatched"] = {
        "generated": [str(path) for path in run.plan.pairing.only_generated],
        "reference": [str(path) for path in run.plan.pairing.only_reference],
    }
    facts["undefined"] = run.undefined
    if run.plan.notes:
        facts["notes"] = [note.as_dict() for note in run.plan.notes]
    stored = None if run.plan.reference is None else run.plan.reference.statistics
    facts["settings"] = {
        "paintreel": version,
        "for": options.question,
        "art": None if run.plan.art is None else run.plan.art.path,
        "extractor": run.plan.extractor,
        "detector": run.plan.task.detector,
        "segmenter": run.plan.task.segmenter,
        "device": run.plan.task.device,
        "resize": options.resize,
        "allow_biased": options.allow_biased,
        "reference_statistics": None if stored is None else stored.count,
        "seed": options.seed,
        "resamples": options.resamples,
    }
    return facts


def groups_of(run: ScoreRun, by: str) -> dict[str, dict[str, Summary]]:
    """Group -> measure -> figures over its files. Raises InputError for an unusable `by`."""
    rows = [(group_of(outcome.item, by), outcome.scores) for outcome in run.outcomes]
    options = run.plan.options
    rng = np.random.default_rng(options.seed)
    return summarise_groups(rows, run.names, rng=rng, resamples=options.resamples)


def run_lines(run: ScoreRun) -> list[str]:
    """A run for the terminal: what the figures say, the figures, and what each of them is."""
    summary, question = run.summary(), run.plan.question
    lines = [*run_verdict(run).lines, *summary_lines(summary, question)]
    if said := remarks({name: [figures] for name, figures in summary.items()}):
        lines += ["", *said]
    return lines if question is ANY else [*lines, "", *legend(summary)]


def summary_lines(summary: Mapping[str, Summary], question: Question = ANY) -> list[str]:
    """The table of a summary, for the terminal."""
    rows = [["measure", "better", "mean", "sd", "n", "95% interval"]]
    for name, figures in summary.items():
        rows.append(
            [
                name,
                better(name, question),
                number(figures.mean),
                number(figures.sd),
                str(figures.n),
                interval(figures.ci95),
            ]
        )
    return text_table(rows)


def _pair_facts(outcome: FileScores, names: Sequence[str]) -> dict[str, Any]:
    item = outcome.item
    facts: dict[str, Any] = {
        "name": item.name,
        "generated": str(item.generated),
        "reference": None if item.reference is None else str(item.reference),
    }
    facts |= {name: outcome.scores.get(name) for name in names}
    if outcome.frames is not None:
        facts["frames"] = outcome.frames
    if outcome.undefined:
        facts["undefined"] = outcome.undefined
    if outcome.notes:
        facts["notes"] = outcome.notes
    return facts
