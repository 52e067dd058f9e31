"""The process on a node of a cluster that does what the driver asks: files, and shards of clips."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import threading
import traceback
from collections import deque
from concurrent.futures import CancelledError
from typing import Any

from paintreel.cluster.asking import Ask, TaskAnswer, models_of, package_facts, planned
from paintreel.errors import InputError, ModelError, OutputError, PaintreelError
from paintreel.jobs.job import Job, Progress
from paintreel.jobs.run import Batch, Outcome, reason, run_batch
from paintreel.media.far_steps import StepsTaken, StepTaker
from paintreel.media.kept_steps import pack_shard, shaping_steps
from paintreel.notes import Note

__all__ = ["Node"]

_WAIT_S = 0.2


class Node:
    """Runs jobs of one call of a verb. Texts go in; texts, shards and what is found come out.

    Its methods are called from several threads: jobs run side by side, and `cancel` beside them.
    """

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._cancels: dict[str, threading.Event] = {}
        self._progress: dict[str, tuple[int, int | None]] = {}
        self._passes: dict[str, _ClipPass] = {}
        self._stop = threading.Event()

    def facts(self) -> str:
        """Which package is here."""
        return json.dumps({**package_facts(), "host": socket.gethostname(), "pid": os.getpid()})

    def open(self, ask: str) -> str:
        """Plan what the driver has planned. Gives an `TaskAnswer`."""
        try:
            machine = self._open(Ask.from_json(ask))
        except PaintreelError as error:
            return TaskAnswer("failed", str(error), True).as_json()
        except OSError as error:
            return TaskAnswer("failed", reason(error), True).as_json()
        return TaskAnswer("made", machine=machine).as_json()

    def _open(self, asked: Ask) -> dict[str, str] | None:
        os.environ.update(asked.environment)
        try:
            os.chdir(asked.folder)
        except OSError:
            raise InputError(
                f"it does not see the folder {asked.folder}; inputs and results lie where every "
                "node finds them under the same name, or in storage (s3://...)"
            ) from None
        options = asked.build()
        if getattr(options, "threads", 0) is None:
            options = dataclasses.replace(options, threads=asked.threads)  # type: ignore[call-arg]
        found = models_of(options)
        for name, sha256 in asked.models.items():
            value = getattr(options, name)
            if name not in found:
                raise ModelError(f"it has no model {value}; put its file where the driver has it")
            if found[name] != sha256:
                raise ModelError(f"its model {value} is another one than that of the driver")
        batch = planned(asked.verb, options)
        self._jobs = {key_of(job): job for job in batch.jobs}
        return next((dict(job.machine()) for job in batch.jobs if job.machine is not None), None)

    def make(self, task: str, key: str, overwrite: bool) -> tuple[str, Any]:
        """Make the results of a job. Gives a `TaskAnswer`, and what was found of the file."""
        job = self._jobs.get(key)
        if job is None:
            unknown = TaskAnswer("failed", f"it plans no {key}: does it see the same files?")
            return unknown.as_json(), None
        cancel = self._cancels.setdefault(task, threading.Event())
        if self._stop.is_set():
            cancel.set()

        def on_frame(_: Job, done: int, expected: int | None) -> None:
            self._progress[task] = done, expected

        try:
            outcome = run_batch(
                Batch((job,)), overwrite=overwrite, on_frame=on_frame, cancel=cancel
            )[0]
        finally:
            self._cancels.pop(task, None)
            self._progress.pop(task, None)
        return _answer_of(outcome).as_json(), getattr(outcome.report, "answer", None)

    def progress(self) -> str:
        """Task -> (frames done, frames expected) of the clips that are worked on whole."""
        return json.dumps(dict(self._progress))

    def cancel(self, task: str) -> None:
        """End a task before its next picture or frame; "" ends all."""
        if not task:
            self._stop.set()
        for name, event in list(self._cancels.items()):
            if task in ("", name):
                event.set()
        for name, clip in list(self._passes.items()):
            if task in ("", name):
                clip.stop()

    # Shards.

    def shard(self, clip: str, key: str, number: int) -> bytes:
        """A shard of a clip, packed; b"" beyond its end. Raises `ShardFailed`.

        clip  of one run; its shards are asked for in ascending order
        """
        running = self._passes.get(clip)
        if running is None or running.is_over:
            running = self._passes[clip] = _ClipPass(self._jobs[key])
        return running.shard(number)

    def notes(self, clip: str) -> str:
        """What the work on the shards of a clip had to say, as an `TaskAnswer`, and its end."""
        running = self._passes.pop(clip, None)
        if running is None:
            return TaskAnswer("made").as_json()
        running.stop()
        return TaskAnswer("made", notes=running.notes).as_json()


class ShardFailed(RuntimeError):
    """A shard cannot be made here, for the reason that is its text."""


class _ClipPass:
    """One reading of a clip, from its beginning, with the shards asked for on the way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._wanted: deque[int] = deque()
        self._at = 0
        self._made: dict[int, bytes] = {}
        self._error = ""
        self._cancel = threading.Event()
        self._changed = threading.Condition()
        self.is_over = False
        self.notes: tuple[Note, ...] = ()
        self._thread = threading.Thread(target=self._run, name="clip-pass", daemon=True)
        self._thread.start()

    def shard(self, number: int) -> bytes:
        """Wait for a shard, packed."""
        with self._changed:
            if number < self._at:
                raise ShardFailed(f"the clip has been read beyond shard {number}")
            self._wanted.append(number)
            self._changed.notify_all()
            while number not in self._made:
                if self.is_over or self._cancel.is_set():
                    raise ShardFailed(self._error or "cancelled")
                self._changed.wait(_WAIT_S)
            return self._made.pop(number)

    def stop(self) -> None:
        """End before the next frame."""
        self._cancel.set()
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        taker = StepTaker(self._next, self._keep, cancel=self._cancel)
        try:
            with shaping_steps(taker):
                self._job.make(Progress(cancel=self._cancel, overwrite=True))
            self._error = "its frames are not worked on in shards"
        except StepsTaken:
            self._error = "the clip is over"
        except CancelledError:
            self._error = "cancelled"
        except Exception as error:
            self._error = reason(error)
            if not isinstance(error, PaintreelError):
                traceback.print_exc()  # into the log of the node
        finally:
            with self._changed:
                self.is_over = True
                self._changed.notify_all()

    def _next(self, number: int) -> int | None:
        with self._changed:
            while not self._wanted:
                if self._cancel.is_set():
                    return None
                self._changed.wait(_WAIT_S)
            self._at = max(number, self._wanted.popleft()) + 1
            return self._at - 1

    def _keep(self, number: int, members: list[bytes], notes: tuple[Note, ...]) -> None:
        with self._changed:
            self._made[number] = pack_shard(members) if members else b""
            self.notes = notes
            self._changed.notify_all()


def key_of(job: Job) -> str:
    """What a job is called between driver and nodes."""
    return str(job.outputs[0]) if job.outputs else job.name


def _answer_of(outcome: Outcome) -> TaskAnswer:
    error = outcome.error
    # What the file is to blame for would fail everywhere; a disk that is full may be of this node.
    is_final = isinstance(error, PaintreelError) and not isinstance(error, OutputError)
    machine = None if outcome.job.machine is None else dict(outcome.job.machine())
    text = "" if error is None else reason(error)
    return TaskAnswer(outcome.status, text, is_final, outcome.notes, machine)
