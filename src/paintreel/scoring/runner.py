"""The run over many files: parallel, in order, with bounded memory; a bad file stops nothing."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from paintreel.errors import InputError, PaintreelError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.jobs.pair import Item, Pairing, kind_of, pair_up
from paintreel.metrics.table import Measure, asked_by_name, select_measures
from paintreel.runtime.catalog import bundled
from paintreel.scoring.evaluate import OnFrame, Outcome, Task, Tools, evaluate, material_alone
from paintreel.scoring.sets import SetMaterial, SetSide, set_scores
from paintreel.stats.summary import RESAMPLES, Summary, summarise

__all__ = ["BUNDLED_EXTRACTOR", "Options", "ScoreRun", "count_jobs", "plan", "score", "score_plan"]

BUNDLED_EXTRACTOR = bundled("features")
"""The network for features that comes with the program, where one does."""

STATISTICS_SUFFIX = ".npz"
"""Of saved statistics, which may stand for a reference."""

_WORTH_PROCESSES = 16
_AHEAD = 4  # results waiting for each worker: they are small, the pictures stay in the workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run scores.

    metrics       names and groups of measures (`measures.select_measures`); None for the usual
    resize        bring scored pictures to the size of their reference
    extractor     ONNX file of the network behind perceptual, fd and kd; None: the bundled one
    detector      YOLO ONNX file for the elements of scene measures; None: regions
    allow_biased  Fréchet distances of fewer pictures than the features have dimensions
    gather        keep features and spectra of the scored side in `ScoreRun.gathered`, to be saved
    workers       processes; 1 works in this one. More need a script with a main guard
    max_pixels    larger pictures are refused unread
    seed          of intervals and samples
    resamples     of the bootstrap intervals
    """

    metrics: str | Sequence[str] | None = None
    resize: bool = False
    extractor: str | PathLike[str] | None = None
    detector: str | PathLike[str] | None = None
    allow_biased: bool = False
    gather: bool = False
    workers: int = 1
    max_pixels: int = DEFAULT_MAX_PIXELS
    seed: int = 0
    resamples: int = RESAMPLES

    def __post_init__(self) -> None:
        for name in ("workers", "max_pixels", "resamples"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}, expected at least 1")

    @property
    def extractor_path(self) -> str | None:
        """The network that is used, None where there is none."""
        if self.extractor is not None:
            return fspath(self.extractor)
        return str(BUNDLED_EXTRACTOR) if BUNDLED_EXTRACTOR.is_file() else None


class Job(NamedTuple):
    """One file for a worker: a pair, or what the measures of sets take of one side alone."""

    item: Item
    side: Literal["pair", "generated", "reference"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do, checked before anything is read.

    reference   statistics read from a file, where those are what is compared with
    """

    pairing: Pairing
    measures: tuple[Measure, ...]
    task: Task
    options: Options
    extractor: str | None
    jobs: tuple[Job, ...]
    reference: SetSide | None = None

    def result_name(self, measure: Measure) -> str:
        """What results call a measure of this run."""
        return measure.named(self.extractor)


@dataclass(slots=True)
class ScoreRun:
    """Everything that a run found.

    plan       what was asked
    outcomes   one for each file that could be scored, in the order of names
    failed     outcomes of files that could not, with their error
    sets       figures of the measures of sets, by the names of results
    undefined  why a measure of sets has no figure
    lost       unmatched files that could not be read for the measures of sets: (path, reason)
    gathered   features and spectra of the scored side, as far as measures or `Options.gather`
               asked for them
    """

    plan: Plan
    outcomes: list[Outcome] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    sets: dict[str, Summary] = field(default_factory=dict)
    undefined: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[Path, str]] = field(default_factory=list)
    gathered: SetSide | None = None

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
        found: dict[str, Summary] = {}
        for measure in self.plan.measures:
            name = self.plan.result_name(measure)
            if name in self.sets:
                found[name] = self.sets[name]
            elif name in self.names:
                rng = np.random.default_rng(options.seed)
                found[name] = summarise(self.column(name), rng=rng, resamples=options.resamples)
        return found

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


def plan(
    generated: str | PathLike[str],
    reference: str | PathLike[str] | None = None,
    options: Options | None = None,
) -> Plan:
    """Find the files and the measures, and try the networks.

    reference: a file or folder; or an `.npz` file of statistics, which serves measures of sets.

    Raises what `pair_up` and `select_measures` raise; UnreadableFile for a network that is none
    and statistics that are none; InputError for a Fréchet distance asked by name of too few
    pictures, for statistics of another network, and for gathering without a network.
    """
    options = options or Options()
    extractor = options.extractor_path
    stored = _stored(reference, options)
    measures = select_measures(
        options.metrics,
        has_reference=reference is not None,
        has_extractor=extractor is not None,
        only_sets=stored is not None,
    )
    pairing = pair_up(generated, None if stored else reference)
    if options.gather and extractor is None:
        raise InputError("statistics are of the features of a network; give --extractor FILE.onnx")
    task = Task(
        measures=tuple(m.name for m in measures),
        resize=options.resize,
        extractor=extractor if options.gather or _any_needs(measures) else None,
        detector=None if options.detector is None else fspath(options.detector),
        max_pixels=options.max_pixels,
        gather=options.gather,
    )
    tools = Tools(task)
    jobs = _jobs(pairing, task)
    found = Plan(pairing, measures, task, options, tools.extractor_name, jobs, stored)
    _check_stored(found, reference)
    if "fd" in asked_by_name(options.metrics) and not options.allow_biased:
        _refuse_too_few(found, tools)
    return found


def _any_needs(measures: Sequence[Measure]) -> bool:
    return any(measure.needs_extractor for measure in measures)


def _stored(reference: str | PathLike[str] | None, options: Options) -> SetSide | None:
    """The statistics that `reference` names, None where it names something else."""
    if reference is None or Path(reference).suffix.lower() != STATISTICS_SUFFIX:
        return None
    return SetSide.load(reference, rng=np.random.default_rng(options.seed))


def _check_stored(plan: Plan, reference: str | PathLike[str] | None) -> None:
    """Raise InputError where the statistics are of another network than the one that is used."""
    if plan.reference is None or not _any_needs(plan.measures):
        return
    assert plan.reference.statistics is not None
    name = plan.reference.statistics.name
    if name != plan.extractor:
        raise InputError(
            f"{reference} holds features of {name!r} and this run would extract those of "
            f"{plan.extractor!r}; give the same network with --extractor, or other --metrics"
        )


def count_jobs(plan: Plan) -> int:
    """Files that will be worked on, for a progress bar."""
    return len(plan.jobs)


def score(
    generated: str | PathLike[str],
    reference: str | PathLike[str] | None = None,
    options: Options | None = None,
) -> ScoreRun:
    """Score a file or folder, against a reference where one is given.

    A file that cannot be read or compared is put into `failed` with the reason, and the others
    are scored all the same. Raises what `plan` raises.
    """
    return score_plan(plan(generated, reference, options))


def score_plan(
    plan: Plan,
    *,
    on_file: Callable[[], None] = lambda: None,
    on_frame: OnFrame | None = None,
) -> ScoreRun:
    """Carry a plan out.

    on_file: called after every file, in this thread.
    on_frame: called after every frame of a clip, where clips are not scored side by side.
    """
    run = ScoreRun(plan)
    rng = np.random.default_rng(plan.options.seed)
    sides = {"generated": SetSide(plan.extractor, rng=rng)}
    sides["reference"] = plan.reference or SetSide(plan.extractor, rng=rng)
    for job, outcome in _results(plan, on_frame):
        on_file()
        if job.side != "pair":
            if outcome.error is not None:
                run.lost.append((job.item.generated, outcome.error))
            sides[job.side].add(outcome.generated)
        elif outcome.error is not None:
            run.failed.append(outcome)
        else:
            run.outcomes.append(outcome)
            sides["generated"].add(outcome.generated)
            sides["reference"].add(outcome.reference)
            outcome.generated = outcome.reference = SetMaterial()  # let go of the vectors
    names = [measure.name for measure in plan.task.of_scope("set")]
    found, missing = set_scores(
        names,
        sides["generated"],
        sides["reference"],
        rng=rng,
        allow_biased=plan.options.allow_biased,
    )
    run.gathered = sides["generated"]
    by_name = {m.name: plan.result_name(m) for m in plan.measures}
    run.sets = {by_name[name]: summary for name, summary in found.items()}
    run.undefined = {by_name[name]: reason for name, reason in missing.items()}
    return run


def _jobs(pairing: Pairing, task: Task) -> tuple[Job, ...]:
    jobs = [Job(item, "pair") for item in pairing.items]
    sets = bool(task.of_scope("set"))
    for side, paths, wanted in (
        ("generated", pairing.only_generated, sets or task.gather),
        ("reference", pairing.only_reference, sets),
    ):
        if wanted:
            jobs += [Job(Item(path.name, path, None, kind_of(path)), side) for path in paths]
    return tuple(jobs)


def _refuse_too_few(plan: Plan, tools: Tools) -> None:
    """Raise before hours are spent on a distance that would be refused."""
    if any(job.item.kind == "clip" for job in plan.jobs):
        return  # who knows how many frames
    assert tools.extractor is not None
    width, height = tools.extractor.size_px or (64, 64)
    dimensions = tools.extractor.vectors(np.zeros((1, 3, height, width), np.float32)).shape[1]
    pairs = len(plan.pairing.items)
    other = pairs + len(plan.pairing.only_reference)
    if plan.reference is not None and plan.reference.statistics is not None:
        other = plan.reference.statistics.count
    for count, name in (
        (pairs + len(plan.pairing.only_generated), "scored"),
        (other, "reference"),
    ):
        if count < dimensions:
            raise InputError(
                f"{plan.extractor} has {dimensions} features and there are {count} {name} "
                "pictures: the Fréchet distance of so few is far too large. Give more pictures, "
                "take kd instead, or pass --allow-biased and compare only sets of this size"
            )


def _results(plan: Plan, on_frame: OnFrame | None) -> Iterator[tuple[Job, Outcome]]:
    """Every job with its outcome, in order."""
    jobs = plan.jobs
    many = len(jobs) >= _WORTH_PROCESSES or any(job.item.kind == "clip" for job in jobs)
    workers = min(plan.options.workers, len(jobs)) if many else 1
    if workers > 1:
        yield from _in_processes(jobs, plan.task, workers)
        return
    tools = Tools(plan.task)
    for job in jobs:
        yield job, _work(job, plan.task, tools, on_frame)


def _work(job: Job, task: Task, tools: Tools, on_frame: OnFrame | None = None) -> Outcome:
    try:
        if job.side == "pair":
            return evaluate(job.item, task, tools, on_frame)
        return Outcome(job.item, generated=material_alone(job.item, task, tools))
    except (PaintreelError, OSError, MemoryError) as error:
        text = str(error) or type(error).__name__
        return Outcome(job.item, error=text)


def _in_processes(jobs: Iterable[Job], task: Task, workers: int) -> Iterator[tuple[Job, Outcome]]:
    waiting: deque[tuple[Job, Future[Outcome]]] = deque()
    todo = deque(jobs)
    while todo:
        pool = _pool(task, workers)
        try:
            while todo or waiting:
                while todo and len(waiting) < _AHEAD * workers:
                    waiting.append((todo[0], pool.submit(_work_here, todo[0])))
                    todo.popleft()
                job, future = waiting[0]
                outcome = future.result()
                waiting.popleft()
                yield job, outcome
        except BrokenProcessPool:
            # One of those in flight has killed its process; alone, each shows whether it is it.
            for job, _ in waiting:
                yield job, _apart(job, task)
            waiting.clear()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _apart(job: Job, task: Task) -> Outcome:
    with _pool(task, 1) as pool:
        try:
            return pool.submit(_work_here, job).result()
        except BrokenProcessPool:
            return Outcome(
                job.item,
                error=f"scoring {job.item.generated} killed its process; is it too large for the "
                "memory? --workers 1 needs less",
            )


def _pool(task: Task, workers: int) -> ProcessPoolExecutor:
    # Not by fork: OpenCV and ONNX Runtime have threads that a fork would lose.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(task,))


_here: tuple[Task, Tools] | None = None
"""Of a worker process: its task and networks."""


def _start_worker(task: Task) -> None:
    global _here
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the run
    cv2.setNumThreads(1)  # the processes share the cores already
    _here = task, Tools(task, threads=1)


def _work_here(job: Job) -> Outcome:
    assert _here is not None
    return _work(job, *_here)
