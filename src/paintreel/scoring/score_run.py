"""The run over many files: parallel, in order, with bounded memory; a bad file stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from paintreel.errors import PaintreelError
from paintreel.jobs.processes import ProcessMap
from paintreel.metrics.selection import asked_by_name
from paintreel.scoring.evaluate import (
    FileScores,
    Networks,
    OnFrame,
    ScoreTask,
    evaluate,
    material_alone,
)
from paintreel.scoring.score_plan import ScoreJob, ScorePlan, Side
from paintreel.scoring.sets import SetMaterial, SetSide, set_scores
from paintreel.stats.summary import Summary, summarise

__all__ = ["Measured", "ScoreRun", "score_file", "score_plan"]

_WORTH_PROCESSES = 16

Measured = Iterator[tuple[ScoreJob, FileScores]]
"""The jobs of a plan, in order, each with its outcome."""


@dataclass(slots=True)
class ScoreRun:
    """The scores of a run.

    plan       what was asked
    outcomes   one for each file that could be scored, in the order of names
    failed     outcomes of files that could not, with their error
    sets       figures of the measures of sets, by the names of results
    undefined  why a measure of sets has no figure
    lost       unmatched files that could not be read for the measures of sets: (path, reason)
    gathered   features and spectra of the scored side, as far as the measures need them, or
               `plan_scores` was told to gather them
    other      the same of what measures of sets compare with: the art, or the reference
    sources    with art: the measures of sets for the matched references, what results start from
    """

    plan: ScorePlan
    outcomes: list[FileScores] = field(default_factory=list)
    failed: list[FileScores] = field(default_factory=list)
    sets: dict[str, Summary] = field(default_factory=dict)
    undefined: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[Path, str]] = field(default_factory=list)
    gathered: SetSide | None = None
    other: SetSide | None = None
    sources: dict[str, Summary] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The measures of single files that have a value somewhere or should have."""
        measures = (m for m in self.plan.measures if m.scope != "set")
        kinds = {outcome.item.kind for outcome in self.outcomes}
        return [
            self.plan.result_name(m) for m in measures if m.scope == "picture" or "clip" in kinds
        ]

    def column(self, name: str) -> list[float]:
        """Every value of a measure, in the order of `outcomes`."""
        return [o.scores[name] for o in self.outcomes if name in o.scores]

    def summary(self) -> dict[str, Summary]:
        """Measure -> figures over files, and those of sets, in the order of the table."""
        options = self.plan.options
        figures: dict[str, Summary] = {}
        for measure in self.plan.measures:
            name = self.plan.result_name(measure)
            if name in self.sets:
                figures[name] = self.sets[name]
            elif name in self.names:
                rng = np.random.default_rng(options.seed)
                figures[name] = summarise(self.column(name), rng=rng, resamples=options.resamples)
        return figures

    def missing(self) -> list[str]:
        """Measures that were asked for by name and could not be taken everywhere, with why."""
        asked = asked_by_name(self.plan.options.metrics)
        names = {self.plan.result_name(m) for m in self.plan.measures if m.name in asked}
        gaps = [
            f"{o.item.name}: {name}: {reason}"
            for o in self.outcomes
            for name, reason in o.undefined.items()
            if name in names and not reason.startswith("infinite")
        ]
        return gaps + [f"{name}: {why}" for name, why in self.undefined.items() if name in names]


def score_plan(
    plan: ScorePlan,
    *,
    on_file: Callable[[], None] = lambda: None,
    on_frame: OnFrame | None = None,
    measured: Measured | None = None,
) -> ScoreRun:
    """Carry a plan out.

    on_file: called after every file, in this thread.
    on_frame: called after every frame of a clip, where clips are not scored side by side.
    measured: its files, where they are measured elsewhere.
    """
    run = ScoreRun(plan)
    rng = np.random.default_rng(plan.options.seed)
    sides: dict[Side, SetSide] = {
        "generated": SetSide(plan.extractor, rng=rng),
        "reference": plan.reference or SetSide(plan.extractor, rng=rng),
        "art": (plan.art and plan.art.side) or SetSide(plan.extractor, rng=rng),
    }
    for job, outcome in measured or _results(plan, on_frame):
        on_file()
        if job.side != "pair":
            if outcome.error is not None:
                run.lost.append((job.item.generated, outcome.error))
            else:
                sides[job.side].add(outcome.generated)
        elif outcome.error is not None:
            run.failed.append(outcome)
        else:
            run.outcomes.append(outcome)
            sides["generated"].add(outcome.generated)
            sides["reference"].add(outcome.reference)
            if outcome.generated.features:
                outcome.vector = np.mean(outcome.generated.features, axis=0)
            outcome.generated = outcome.reference = SetMaterial()  # let go of the vectors
    if plan.art is not None:
        plan.art.side = sides["art"]
    run.gathered, run.other = sides["generated"], sides["art" if plan.art else "reference"]
    _score_sets(run, sides["reference"], rng)
    return run


def _score_sets(run: ScoreRun, references: SetSide, rng: np.random.Generator) -> None:
    plan = run.plan
    by_name = {m.name: plan.result_name(m) for m in plan.measures}
    assert run.gathered is not None
    assert run.other is not None

    def scored(side: SetSide, other: SetSide) -> tuple[dict[str, Summary], dict[str, str]]:
        figures, reasons = set_scores(
            plan.task.of_scope("set"), side, other, rng=rng, allow_biased=plan.options.allow_biased
        )
        return (
            {by_name[name]: summary for name, summary in figures.items()},
            {by_name[name]: reason for name, reason in reasons.items()},
        )

    run.sets, run.undefined = scored(run.gathered, run.other)
    if plan.art is not None and references.files:
        run.sources = scored(references, run.other)[0]


def _results(plan: ScorePlan, on_frame: OnFrame | None) -> Measured:
    jobs = plan.jobs
    many = len(jobs) >= _WORTH_PROCESSES or any(job.item.kind == "clip" for job in jobs)
    workers = min(plan.options.workers or 1, len(jobs)) if many else 1
    if workers > 1:
        scores = ProcessMap(_score_here, _killed, workers, _start_worker, (plan.task,))
        yield from scores(jobs)
        return
    networks = Networks(plan.task)
    for job in jobs:
        yield job, score_file(job, plan.task, networks, on_frame)


def score_file(
    job: ScoreJob, task: ScoreTask, networks: Networks, on_frame: OnFrame | None = None
) -> FileScores:
    """Measure one file of a plan; what cannot be measured says why."""
    try:
        if job.side == "pair":
            scores = evaluate(job.item, task, networks, on_frame)
        else:
            scores = FileScores(job.item, generated=material_alone(job.item, task, networks))
    except (PaintreelError, OSError, MemoryError) as error:
        text = str(error) or type(error).__name__
        return FileScores(job.item, error=text)
    scores.notes += map(str, networks.take_notes())
    return scores


_of_this_process: tuple[ScoreTask, Networks] | None = None
"""Of a worker process: its task and networks."""


def _start_worker(task: ScoreTask) -> None:
    global _of_this_process
    import cv2

    cv2.setNumThreads(1)  # the processes share the cores already
    _of_this_process = task, Networks(task, threads=1)


def _score_here(job: ScoreJob) -> FileScores:
    assert _of_this_process is not None
    return score_file(job, *_of_this_process)


def _killed(job: ScoreJob) -> FileScores:
    return FileScores(
        job.item,
        error=f"scoring {job.item.generated} killed its process; is it too large for the "
        "memory? --workers 1 needs less",
    )
