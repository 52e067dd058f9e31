"""What a call of `score` or `compare` asks of files, for nodes that measure them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2

from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.run import Batch
from paintreel.scoring.evaluate import Networks
from paintreel.scoring.score_plan import ScoreJob, ScorePlan
from paintreel.scoring.score_run import score_file

__all__ = ["AskedScores", "asked_scores", "jobs_of"]


@dataclass(frozen=True, slots=True)
class AskedScores:
    """The files of one or more plans, each a job whose report holds its `FileScores`.

    threads  of the networks: one, as in the processes of a run on one machine
    """

    batch: Batch
    threads: int = 1


def asked_scores(plans: Sequence[ScorePlan]) -> AskedScores:
    """What these plans ask of each file."""
    return AskedScores(
        Batch(tuple(job for n, plan in enumerate(plans) for job in jobs_of(plan, n)))
    )


def jobs_of(plan: ScorePlan, number: int) -> list[Job]:
    """The jobs of a plan, in its order. number: of the plan in its call."""
    networks = _networks_of(plan)

    def scorer(job: ScoreJob) -> Callable[[Progress], Report]:
        return lambda _: Report((), score_file(job, plan.task, networks()))

    return [Job(_name(number, job), (), scorer(job), job.item.kind) for job in plan.jobs]


def _name(number: int, job: ScoreJob) -> str:
    """Of no other job: one file may be a result here and a reference there."""
    item = job.item
    return f"{number}:{job.side}:{item.generated}:{item.reference or ''}"


def _networks_of(plan: ScorePlan) -> Callable[[], Networks]:
    """The networks of a plan, loaded when the first file is measured."""
    loaded: list[Networks] = []
    lock = threading.Lock()

    def networks() -> Networks:
        with lock:
            if not loaded:
                cv2.setNumThreads(1)  # processes share the cores of a node already
                loaded.append(Networks(plan.task, threads=1))
            return loaded[0]

    return networks
