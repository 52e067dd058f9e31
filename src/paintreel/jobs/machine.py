"""What the networks of a batch run on: told before the run, recorded with each result."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from paintreel.jobs.job import HasNotes, Job, Progress, Report
from paintreel.jobs.run import Batch
from paintreel.notes import Note, merge_notes
from paintreel.runtime.model import Model

__all__ = ["on_machine"]


def on_machine(batch: Batch, models: Sequence[Model]) -> Batch:
    """A batch that says on what its networks run, and once where that is not what was asked for.

    models: those that its jobs use, loaded; none leaves it as it is.
    """
    if not models:
        return batch
    notes = merge_notes(note for model in models for note in model.notes)
    return dataclasses.replace(
        batch,
        jobs=tuple(_with_machine(job, models) for job in batch.jobs),
        notes=(*batch.notes, *notes),
        facts={**batch.facts, "machine": _machine_of(models)},
    )


def _with_machine(job: Job, models: Sequence[Model]) -> Job:
    make = partial(_make, job.make, models)
    return dataclasses.replace(job, make=make, machine=partial(_machine_of, models))


def _make(
    make: Callable[[Progress], HasNotes | None], models: Sequence[Model], progress: Progress
) -> HasNotes | None:
    """What the job makes, with what has happened to the device since the last one."""
    report = make(progress)
    late: tuple[Note, ...] = tuple(note for model in models for note in model.take_notes())
    if not late:
        return report
    notes = () if report is None else report.notes
    return Report((*late, *notes), getattr(report, "answer", None))


def _machine_of(models: Sequence[Model]) -> Mapping[str, str]:
    """Backend and device now; of several models, which are opened alike, those of the first."""
    return models[0].machine
