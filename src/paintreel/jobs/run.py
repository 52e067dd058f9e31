"""The run over many files: skip what is there, go on after a failure, leave nothing half-written.

A verb turns its options into a `Batch` of jobs; `run_batch` makes them and tells what became of
each. Whoever calls it (the command, a script, a server) brings the callbacks and the cancelling.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from paintreel.errors import (
    InputError,
    OutputError,
    PaintreelError,
    UnreadableFile,
    system_reason,
)
from paintreel.jobs.job import HasNotes, Job, Progress, is_there
from paintreel.jobs.leftovers import remove_leftovers
from paintreel.jobs.recorder import Judgement, Recorder
from paintreel.notes import Note, merge_notes

__all__ = [
    "Batch",
    "Outcome",
    "Status",
    "foresee",
    "reason",
    "run_batch",
]

Status = Literal["made", "skipped", "outdated", "failed", "cancelled", "planned"]
"""outdated: there, made with other settings or of a source that has changed, and left as it is;
planned: what `foresee` says of a job that would be made."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one call of a verb makes.

    skips_done  leave out jobs whose results are there; without it they fail unless replaced
    workers     pictures at once: while one is in the network, another is read or written
    clips_at_once  clips at once: one fills a machine, a cluster has several
    verb_done   what was done to them, in one word, for the summary
    notes       what of the inputs is left out and why
    finish      called after the run with what became of the jobs; writes what shows all results and
                returns the files
    facts       what more of the call its JSON report says
    """

    jobs: tuple[Job, ...]
    skips_done: bool = False
    workers: int = 1
    clips_at_once: int = 1
    verb_done: str = "painted"
    notes: tuple[Note, ...] = ()
    finish: Callable[[Sequence[Outcome]], Sequence[Path]] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job.

    `report` is what `make` returned, `error` why it failed, `judgement` what is known of results
    that were there.
    """

    job: Job
    status: Status
    error: Exception | None = None
    report: HasNotes | None = None
    judgement: Judgement = field(default_factory=Judgement)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What happened on the way, one note a kind."""
        return () if self.report is None else merge_notes(self.report.notes)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: source, results, status, error and notes."""
        return {
            "source": self.job.name,
            "results": [str(path) for path in self.job.outputs],
            "kind": self.job.kind,
            "status": self.status,
            "differs": list(self.judgement.differs),
            "error": None if self.error is None else reason(self.error),
            "notes": [note.as_dict() for note in self.notes],
        }


def run_batch(
    batch: Batch,
    *,
    overwrite: bool = False,
    update: bool = False,
    recorder: Recorder | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_frame: Callable[[Job, int, int | None], None] | None = None,
    on_stage: Callable[[Job, str], None] | None = None,
    cancel: threading.Event | None = None,
) -> list[Outcome]:
    """Make every job and tell what became of each.

    overwrite  replace what is there
    update     replace what `recorder` knows to be made otherwise, unless it was changed since
    recorder   judges what is there, and is told of what is made

    First goes what killed runs have left unfinished in the folders of the results.
    Pictures first, `batch.workers` at a time, then clips, mostly one by one. `on_outcome` is called
    in this thread as each is finished; while a clip runs, perhaps from another thread, `on_frame`
    with (job, frames done, frames expected or None) and `on_stage` with (job, what it does now). A
    job that fails is an outcome, not an exception. Setting `cancel` stops before the next picture
    or frame. On KeyboardInterrupt pictures being painted by several workers are finished, a clip
    being painted is dropped, and the interrupt goes on to the caller.
    """
    if batch.workers < 1:
        raise InputError(f"workers is {batch.workers}, expected 1 or more")
    for folder in {path.parent for job in batch.jobs for path in job.outputs}:
        remove_leftovers(folder)
    outcomes: list[Outcome] = []

    def finish(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)

    skipping = (batch.skips_done or update) and not overwrite
    todo: list[Job] = []
    untold: list[Job] = []
    replaced: set[Job] = set()
    for job in batch.jobs:
        status, judgement = _decided(job, skipping, update, recorder)
        if status == "skipped" and recorder is not None and not judgement.is_known:
            untold.append(job)
            continue
        if status != "planned":
            finish(Outcome(job, status, judgement=judgement))
            continue
        todo.append(job)
        if judgement.differs:
            replaced.add(job)

    def attempt(job: Job) -> Outcome:
        frames = None if on_frame is None else partial(on_frame, job)
        stage = None if on_stage is None else partial(on_stage, job)
        progress = Progress(frames, cancel, overwrite or job in replaced, skipping, stage)
        before = () if recorder is None else recorder.begin(job)
        outcome = _attempt(job, progress)
        if recorder is not None and outcome.status == "made":
            recorder.made(job, before)
        elif recorder is not None and outcome.status == "skipped":  # another run was quicker
            judgement = recorder.judge_shared(job)
            status: Status = "outdated" if judgement.differs else "skipped"
            outcome = Outcome(job, status, judgement=judgement)
        return outcome

    try:
        for kind, at_once in (("picture", batch.workers), ("clip", batch.clips_at_once)):
            _make([job for job in todo if job.kind == kind], at_once, attempt, finish)
        for job in untold:  # another run that goes on may have recorded it meanwhile
            assert recorder is not None
            judgement = recorder.judge(job, anew=True)
            kept: Status = "outdated" if judgement.differs else "skipped"
            finish(Outcome(job, kept, judgement=judgement))
    finally:
        if recorder is not None:
            recorder.close()
    return outcomes


def foresee(
    batch: Batch,
    *,
    overwrite: bool = False,
    update: bool = False,
    recorder: Recorder | None = None,
) -> list[Outcome]:
    """What `run_batch` would make of every job, as far as can be told without reading a source.

    Jobs that it would make are "planned"; their judgement says what is replaced by `update`.
    Nothing is made or removed.
    """
    skipping = (batch.skips_done or update) and not overwrite
    outcomes = []
    for job in batch.jobs:
        status, judgement = _decided(job, skipping, update, recorder)
        error = None
        if status == "planned":
            error = _hindrance(job, Progress(overwrite=overwrite, resumes=skipping))
        outcomes.append(Outcome(job, "failed" if error else status, error, judgement=judgement))
    return outcomes


def _decided(
    job: Job, skipping: bool, update: bool, recorder: Recorder | None
) -> tuple[Status, Judgement]:
    """Whether a job is left out; "planned" where it is made, over what differs if any does."""
    if not skipping or not any(map(is_there, job.outputs)):
        return "planned", Judgement()
    judgement = Judgement() if recorder is None else recorder.judge(job)
    if judgement.differs:
        replaced = update and not judgement.is_changed
        return "planned" if replaced else "outdated", judgement
    return "skipped" if job.is_done else "planned", judgement


def _hindrance(job: Job, progress: Progress) -> PaintreelError | None:
    """Why a job cannot be made, found out before the work and not after it."""
    for path in job.sources:
        if not os.path.lexists(path):
            return UnreadableFile(path, "there is no such file or folder")
    for path in job.outputs:
        if is_there(path) and not (progress.overwrite or progress.resumes):
            return OutputError(f"{path} exists; use --overwrite to replace it")
    return None


def _make(
    todo: Sequence[Job],
    at_once: int,
    attempt: Callable[[Job], Outcome],
    finish: Callable[[Outcome], None],
) -> None:
    if at_once == 1:
        for job in todo:
            finish(attempt(job))
        return
    with _threads(at_once) as pool:
        for future in as_completed([pool.submit(attempt, job) for job in todo]):
            finish(future.result())


@contextmanager
def _threads(workers: int) -> Iterator[ThreadPoolExecutor]:
    """A pool that on an interrupt starts nothing more and waits for what is being written."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="paintreel")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _attempt(job: Job, progress: Progress) -> Outcome:
    if progress.cancel is not None and progress.cancel.is_set():
        return Outcome(job, "cancelled")
    try:
        if (hindrance := _hindrance(job, progress)) is not None:
            raise hindrance
        return Outcome(job, "made", report=job.make(progress))
    except CancelledError:
        return Outcome(job, "cancelled")
    except OutputError as error:
        # Another run into the same folder has made it meanwhile: the work is shared.
        shared = progress.resumes and not progress.overwrite and job.is_done
        return Outcome(job, "skipped") if shared else Outcome(job, "failed", error)
    except Exception as error:
        # Whatever went wrong with this file, the others are still to be made.
        return Outcome(job, "failed", error)


def reason(error: Exception) -> str:
    """Why a job failed, in one line; an error that is not ours says its kind."""
    if isinstance(error, OSError) and error.errno is not None:
        return system_reason(error)
    if isinstance(error, PaintreelError):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
