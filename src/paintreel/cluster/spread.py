"""A run of a verb spread over the nodes of a cluster, with the outcomes of a run on one machine."""

from __future__ import annotations

import dataclasses
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from typing import Any

from paintreel.cluster.asking import Ask, TaskAnswer
from paintreel.cluster.clip_shards import ClipShards
from paintreel.cluster.crew import Crew, FileTask, Lost, Spawned
from paintreel.cluster.node import key_of
from paintreel.cluster.session import RayThread, connected
from paintreel.cluster.shard_store import check_place, kept_shards_of
from paintreel.errors import PaintreelError
from paintreel.jobs.job import HasNotes, Job, Progress, Report
from paintreel.jobs.run import Batch, Outcome, run_batch
from paintreel.media.far_steps import FarWork
from paintreel.media.kept_steps import shaping_steps
from paintreel.notes import Note
from paintreel.options import VERBS, Options

__all__ = ["Spread", "on_cluster"]

_LOOK_S, _MOST_TRIES, _NAME_BYTES = 0.2, 3, 6
_TIMES = 50
"""The last tasks, by which it is told which are slow."""
_AHEAD = 4
"""Answers that may wait for each place."""
_LATE, _LEAST_LATE_S = 3.0, 30.0
_GRACE_S = 0.8
"""So long tasks that are cancelled have to end by themselves, before their processes are killed."""
_WHOLE = 2
"""So many clips are made whole, each on a node: in shards the part of the driver does not scale."""


@contextmanager
def on_cluster(
    verb: str,
    options: Options,
    address: str,
    *,
    threads: int | None = None,
    limit: int | None = None,
) -> Iterator[Spread]:
    """The cluster at an address, its nodes ready for a call of a verb.

    threads  of each process, which then works on one file at a time, as verbs that answer do; None
             for those of the options
    limit    processes at most

    Raises InputError, MissingExtra and BackendError: nobody there, other versions, models missing.
    """
    cancel = threading.Event()
    at_once = 1 if threads else int(getattr(options, "workers", 1))
    ask = Ask.of(verb, options, threads)
    shards: str | None = getattr(options, "shards", None)
    if shards is not None:
        check_place(shards)
    with (
        connected(address) as ray,
        Crew(ray, ask, at_once=at_once, cancel=cancel, limit=limit) as crew,
    ):
        spread = Spread(verb, ask, crew, shards)
        try:
            yield spread
        finally:
            spread.close()


@dataclass
class Spread:
    """Runs batches of one call of a verb on a crew."""

    verb: str
    ask: Ask
    crew: Crew
    shards: str | None = None
    token: Callable[[int], str] = field(default=secrets.token_hex)
    _times_s: list[float] = field(default_factory=list)
    _pools: list[ThreadPoolExecutor] = field(default_factory=list)

    def run(self, batch: Batch, **run: Any) -> list[Outcome]:
        """`run_batch` with these jobs worked on by the nodes; takes its keywords, but for `cancel`.

        On Ctrl-C nothing more is begun, and what runs is ended within two seconds.
        """
        ended = threading.Event()
        found: list[list[Outcome]] = []
        failures: list[BaseException] = []

        def work() -> None:
            try:
                found.append(run_batch(self.spread(batch), cancel=self.crew.cancelled, **run))
            except BaseException as error:
                failures.append(error)
            finally:
                ended.set()

        # In a thread of its own: this one hears Ctrl-C, and those that wait hear by the event.
        thread = threading.Thread(target=work, name="cluster-run")
        thread.start()
        try:
            while not ended.wait(_LOOK_S):
                pass
        except BaseException:
            self.crew.cancelled.set()
            raise
        finally:
            thread.join()
        if failures:
            raise failures[0]
        return found[0]

    def each(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Report | PaintreelError]]:
        """Every job with its report, or why it failed, in order.

        A few are worked on ahead, so that memory stays the same however many there are. Left early,
        as by Ctrl-C, it ends what runs.
        """
        places = self.crew.places
        waiting, ahead = iter(jobs), deque[tuple[Job, Future[Report]]]()
        pool = ThreadPoolExecutor(places, thread_name_prefix="cluster-each")
        self._pools.append(pool)
        try:
            while True:
                for job in islice(waiting, _AHEAD * places - len(ahead)):
                    progress = Progress(cancel=self.crew.cancelled)
                    ahead.append((job, pool.submit(self._whole, job, progress, {})))
                if not ahead:
                    return
                job, future = ahead[0]
                try:
                    report: Report | PaintreelError = future.result()
                except PaintreelError as error:
                    report = error
                ahead.popleft()
                yield job, report
        except BaseException:
            self.crew.cancelled.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Wait for what still asks the nodes, where a run was left before its end."""
        for pool in self._pools:
            self.crew.cancelled.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def notes(self) -> tuple[Note, ...]:
        """What happened to the nodes."""
        notes = [Note("node-lost", f"node {text}") for text in self.crew.health().lost]
        if len(self.crew.machines) > 1:
            kinds = "; ".join(sorted(self.crew.machines))
            text = f"the nodes compute in different ways ({kinds}), which differ in the last bits"
            notes.append(
                Note("machines-differ", f"{text}; --precision and --backend make them alike")
            )
        return tuple(notes)

    def spread(self, batch: Batch) -> Batch:
        """The same jobs, worked on by the nodes; large files first, so that none is left alone."""
        clips = sum(job.kind == "clip" for job in batch.jobs)
        nodes = max(1, len(self.crew.members()))
        in_shards = VERBS[self.verb].shards and clips < _WHOLE
        jobs = sorted(batch.jobs, key=_size, reverse=True)
        return dataclasses.replace(
            batch,
            jobs=tuple(self._far(job, in_shards) for job in jobs),
            workers=self.crew.places,
            clips_at_once=1 if in_shards else nodes,
        )

    def _far(self, job: Job, in_shards: bool) -> Job:
        if job.kind == "clip" and in_shards:
            return dataclasses.replace(job, make=lambda progress: self._clip(job, progress))
        machine: dict[str, str] = {}

        def make(progress: Progress) -> HasNotes | None:
            return self._whole(job, progress, machine)

        known = None if job.machine is None else lambda: machine
        return dataclasses.replace(job, make=make, machine=known)

    # A file on a node.

    def _whole(self, job: Job, progress: Progress, machine: dict[str, str]) -> Report:
        task = FileTask(
            self.token(_NAME_BYTES), key_of(job), progress.overwrite, job.kind == "clip"
        )
        answer = self._finished(task, job, progress)
        if answer.status == "cancelled":
            raise CancelledError
        if answer.status == "failed":
            raise FarFailure(answer.error)
        machine.update(answer.machine or {})
        return Report(answer.notes, answer.found)

    def _finished(self, task: FileTask, job: Job, progress: Progress) -> TaskAnswer:
        """What became of a task, started again where it is lost, and twice where it is slow."""
        running = [self.crew.spawn(task)]
        failures: list[str] = []
        while True:
            if self.crew.cancelled.is_set():
                for each in running:
                    self.crew.cancel(each)
                for each in running:  # what ends by itself leaves nothing unfinished behind
                    self.crew.is_over(each, _GRACE_S)
                raise CancelledError
            for each in list(running):
                if not self.crew.is_over(each, _LOOK_S):
                    continue
                running.remove(each)
                answer = self._answer(each, job, failures)
                if answer is not None:
                    for other in running:
                        self.crew.cancel(other)
                        self._forget(other)
                    self._times_s.append(self.crew.clock() - each.began_s)
                    del self._times_s[:-_TIMES]
                    return answer
                if len(failures) >= _MOST_TRIES:
                    reasons = "; ".join(dict.fromkeys(failures))
                    return TaskAnswer("failed", f"{len(failures)} tries failed: {reasons}")
                if not running:
                    running.append(self.crew.spawn(task, avoid=[each.member]))
            self._tell(running, progress)
            if len(running) == 1 and self._is_late(running[0]):
                running.append(self.crew.spawn(task, avoid=[running[0].member]))

    def _answer(self, spawned: Spawned, job: Job, failures: list[str]) -> TaskAnswer | None:
        """What a task that is over gave; None where it is to be tried again."""
        name = spawned.member.name
        try:
            answer = self.crew.take(spawned)
        except Lost:
            failures.append(f"{name} was lost")
            return None
        except Exception as error:
            failures.append(f"{name}: {' '.join(str(error).split())[-300:]}")
            return None
        if answer.status == "cancelled" and not self.crew.cancelled.is_set():
            failures.append(f"{name}: cancelled")
            return None
        if answer.status != "failed" or answer.is_final:
            return answer
        # A try that was thought lost had made it; what is to be replaced was there before.
        if failures and not spawned.task.overwrite and job.is_done:
            return TaskAnswer("made")
        failures.append(f"{name}: {answer.error}")
        return None

    def _forget(self, spawned: Spawned) -> None:
        """Take what a second runner says, whenever it does."""

        def wait() -> None:
            try:
                self.crew.take(spawned)
            except Exception:
                return

        RayThread(wait, name="second-runner").start()

    def _is_late(self, spawned: Spawned) -> bool:
        if len(self._times_s) < _MOST_TRIES:
            return False
        late_s = max(_LEAST_LATE_S, _LATE * median(self._times_s))
        is_late = self.crew.clock() - spawned.began_s > late_s
        return is_late and self.crew.has_idle_member(beside=spawned.member)

    def _tell(self, running: list[Spawned], progress: Progress) -> None:
        if progress.on_frame is None or not running or not running[0].task.is_clip:
            return
        if (told := self.crew.progress_of(running[0])) is not None:
            progress.on_frame(*told)

    # A clip in shards.

    def _clip(self, job: Job, progress: Progress) -> HasNotes | None:
        shards: list[ClipShards] = []

        def shape(work: Any, events: Any, dst: Any) -> Any:
            if not work.at_once or shards:
                return work
            store = None if self.shards is None else kept_shards_of(job, self.ask, self.shards)
            shards.append(ClipShards(self.crew, self.token(_NAME_BYTES), key_of(job), store))
            return FarWork(work, shards[0], cancel=progress.cancel)

        is_made = False
        try:
            with shaping_steps(shape):
                report = job.make(progress)
            is_made = True
            return report
        finally:
            for each in shards:
                each.close(is_made=is_made)


class FarFailure(PaintreelError):
    """A job that failed on a node, for the reason that is its text."""


def _size(job: Job) -> int:
    total = 0
    for path in job.inputs:
        try:
            total += path.stat().st_size
        except (OSError, ValueError):
            continue
    return total
