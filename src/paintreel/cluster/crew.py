"""The processes of a run on the nodes of a cluster: enlisted, given tasks, replaced when lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from paintreel.cluster.asking import Ask, TaskAnswer, package_facts
from paintreel.cluster.node import Node
from paintreel.cluster.session import NodePlace, RayThread, places
from paintreel.errors import BackendError, PaintreelError
from paintreel.jobs.executor import Health

__all__ = ["Crew", "FileTask", "Lost", "Member", "Spawned", "check_package"]

_LOOK_S, _HEALTH_S = 0.1, 2.0
_ENLIST_S, _FIRST_S, _ALONE_S = 20.0, 240.0, 60.0
_THREADS = 64
"""Calls that one process on a node serves at once: most of them wait."""
_MOST_STARTS = 3


class Lost(Exception):
    """The process that a task ran in, or its node, is gone."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """Results to be made on a node.

    id     of this task
    key    of the job, as `key_of` calls it
    """

    id: str
    key: str
    overwrite: bool
    is_clip: bool


@dataclass(eq=False)
class Member:
    """A process on a node."""

    place: NodePlace
    actor: Any
    running: int = 0
    is_ready: bool = False
    is_lost: bool = False

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.place.host} ({self.place.node[:8]})"


@dataclass(eq=False)
class Spawned:
    """A task that runs."""

    task: FileTask
    member: Member
    answer: Any
    began_s: float


class Crew:
    """Processes on the nodes, which all have planned the same call of a verb.

        with Crew(ray, ask, at_once=2) as crew:
            spawned = crew.spawn(FileTask("1", "painted/a.png", False, False))

    at_once  pictures that a process works on at the same time
    cancel   set when the run is to stop: what waits raises CancelledError
    limit    processes at most; None for one at every place
    clock    seconds
    """

    def __init__(
        self,
        ray: ModuleType,
        ask: Ask,
        *,
        at_once: int,
        cancel: threading.Event,
        limit: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.ray, self._ask, self._at_once, self.cancelled = ray, ask, at_once, cancel
        self._limit = limit
        self._members: list[Member] = []
        self._starts: dict[tuple[str, int], int] = {}
        self._lost: list[str] = []
        self._refused: PaintreelError | None = None
        self.machines: set[str] = set()
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._watcher = RayThread(self._watch, name="nodes")

    def __enter__(self) -> Crew:
        found = places(self.ray, self._ask.threads)
        if not found:
            raise BackendError(
                "the cluster has no node that works; 'ray start --address=HEAD:6379' on a machine "
                "adds it"
            )
        self._enlist(found)
        try:
            self._wait_for_members()
        except BaseException:
            self._end()
            raise
        self._watcher.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    # What runs ask of it.

    def members(self) -> list[Member]:
        """The processes that are ready."""
        with self._changed:
            return [m for m in self._members if m.is_ready and not m.is_lost]

    @property
    def places(self) -> int:
        """Pictures that can be worked on at once, when all nodes are here."""
        with self._changed:
            return max(1, self._at_once * sum(not m.is_lost for m in self._members))

    def spawn(self, task: FileTask, *, avoid: Iterable[Member] = ()) -> Spawned:
        """Start a task where there is room, at best not where it was; waits for room."""
        avoided = set(avoid)
        with self._changed:
            alone_since = self.clock()
            while True:
                self._check_cancelled()
                ready = [m for m in self._members if m.is_ready and not m.is_lost]
                if ready:
                    alone_since = self.clock()
                elif self.clock() - alone_since > _ALONE_S:
                    raise BackendError("no node of the cluster is left")
                free = [m for m in ready if m.running < self._room(task)]
                if wanted := [m for m in free if m not in avoided] or free:
                    member = min(wanted, key=lambda m: m.running)
                    member.running += self._weight(task)
                    break
                self._changed.wait(_LOOK_S)
        call = member.actor.make.remote(task.id, task.key, task.overwrite)
        return Spawned(task, member, call, self.clock())

    def has_idle_member(self, *, beside: Member) -> bool:
        """Whether another process has nothing to do."""
        return any(m.running == 0 for m in self.members() if m is not beside)

    def is_over(self, spawned: Spawned, wait_s: float) -> bool:
        """Whether a task has ended, waiting so long for it."""
        return bool(self.ray.wait([spawned.answer], timeout=wait_s)[0])

    def take(self, spawned: Spawned) -> TaskAnswer:
        """What became of a task that is over. Raises `Lost`."""
        try:
            return TaskAnswer.from_json(*self.get(spawned.member, spawned.answer))
        finally:
            with self._changed:
                spawned.member.running -= self._weight(spawned.task)
                self._changed.notify_all()

    def get(self, member: Member, call: Any, *, wait_s: float | None = None) -> Any:
        """What a call gives. Raises `Lost`, TimeoutError, and what the call raises."""
        exceptions = self.ray.exceptions
        try:
            return self.ray.get(call, timeout=wait_s)
        except exceptions.GetTimeoutError:
            raise TimeoutError from None
        except exceptions.RayTaskError as error:
            raise error.cause if isinstance(error.cause, Exception) else error from None
        except exceptions.RayError as error:
            self.lose(member, str(error).strip().splitlines()[0] if str(error) else "")
            raise Lost(member.name) from None

    def cancel(self, running: Spawned) -> None:
        """End a task before its next picture or frame."""
        with suppress(Exception):  # it may be gone
            running.member.actor.cancel.remote(running.task.id)

    def health(self) -> Health:
        """How it is now."""
        with self._changed:
            alive = [m for m in self._members if not m.is_lost]
            running = sum(m.running for m in alive)
            return Health(self._at_once * len(alive), running, tuple(self._lost))

    def progress_of(self, running: Spawned) -> tuple[int, int | None] | None:
        """(frames done, frames expected) of a clip that is worked on whole."""
        try:
            told = self.ray.get(running.member.actor.progress.remote(), timeout=1)
        except Exception:  # it is lost, which the task itself will say
            return None
        found = json.loads(told).get(running.task.id)
        return None if found is None else (found[0], found[1])

    def lose(self, member: Member, why: str) -> None:
        """A process is gone."""
        with self._changed:
            if member.is_lost:
                return
            member.is_lost = True
            if not self._over.is_set():
                self._lost.append(f"{member.name} was lost")
            self._changed.notify_all()

    # Members.

    def _room(self, task: FileTask) -> int:
        return 1 if task.is_clip else self._at_once

    def _weight(self, task: FileTask) -> int:
        return self._at_once if task.is_clip else 1

    def _check_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise CancelledError

    def _enlist(self, found: Iterable[NodePlace]) -> None:
        """Start processes at places that have none."""
        for place in found:
            with self._changed:
                here = [m for m in self._members if m.place == place and not m.is_lost]
                alive = sum(not m.is_lost for m in self._members)
                starts = self._starts.get((place.node, place.number), 0)
                full = self._limit is not None and alive >= self._limit
                if here or full or starts >= _MOST_STARTS or self._over.is_set():
                    continue
                self._starts[place.node, place.number] = starts + 1
                member = Member(place, self._start(place))
                self._members.append(member)
            RayThread(self._make_ready, member, name="enlisting").start()

    def _start(self, place: NodePlace) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        actor = self.ray.remote(
            num_cpus=place.cpus,
            num_gpus=place.gpus,
            max_concurrency=_THREADS,
            max_restarts=0,
            scheduling_strategy=NodeAffinitySchedulingStrategy(place.node, soft=False),
        )(Node)
        return actor.remote()

    def _make_ready(self, member: Member) -> None:
        """See that a process is fit for the run: it is refused, or told of where it comes late."""
        try:
            facts = json.loads(self.get(member, member.actor.facts.remote()))
            check_package(member.name, facts)
            opened = self.get(member, member.actor.open.remote(self._ask.as_json()))
            answer = TaskAnswer.from_json(opened)
            if answer.status != "made":
                raise BackendError(f"node {member.name}: {answer.error}")
        except Lost:
            return
        except PaintreelError as error:
            self._refuse(member, error)
            return
        except Exception as error:  # the package is not there, or cannot be loaded
            text = " ".join(str(error).split())[-300:]
            self._refuse(member, BackendError(f"node {member.name} cannot load paintreel: {text}"))
            return
        with self._changed:
            if answer.machine is not None:
                self.machines.add(", ".join(map(str, answer.machine.values())))
            member.is_ready = True
            self._changed.notify_all()

    def _refuse(self, member: Member, error: PaintreelError) -> None:
        with self._changed:
            self._refused = self._refused or error
            member.is_lost = True
            self._lost.append(f"{member.name} was left out: {error}")
            self._starts[member.place.node, member.place.number] = _MOST_STARTS
            self._changed.notify_all()
        with suppress(Exception):
            self.ray.kill(member.actor)

    def _wait_for_members(self) -> None:
        """Until all nodes are ready, or the first for a while: others are busy and come later."""
        began_s = self.clock()
        first_s: float | None = None
        with self._changed:
            while True:
                self._check_cancelled()
                if self._refused is not None:
                    raise self._refused
                now = self.clock()
                alive = [m for m in self._members if not m.is_lost]
                ready = [m for m in alive if m.is_ready]
                first_s = first_s or (now if ready else None)
                if not alive:
                    raise BackendError(f"no node of the cluster is left: {'; '.join(self._lost)}")
                if len(ready) == len(alive) or (first_s and now - first_s > _ENLIST_S):
                    return
                if not ready and now - began_s > _FIRST_S:
                    raise BackendError(
                        "every node of the cluster is busy with other work; 'ray status' shows it"
                    )
                self._changed.wait(_LOOK_S)

    def _watch(self) -> None:
        """Lose members whose node is gone, and enlist nodes that have come."""
        while not self._over.wait(_HEALTH_S):
            try:
                found = places(self.ray, self._ask.threads)
            except Exception:  # the head does not answer: calls will say so
                continue
            there = {place.node for place in found}
            for member in list(self._members):
                if member.place.node not in there:
                    self.lose(member, "its node is gone")
            self._enlist(found)

    def _end(self) -> None:
        """End all processes, whatever they do."""
        with self._changed:
            self._over.set()
            members = list(self._members)
        for member in members:
            if not member.is_lost:
                with suppress(Exception):
                    self.ray.kill(member.actor, no_restart=True)


def check_package(name: str, facts: dict[str, str]) -> None:
    """Raise BackendError where a node would make other results than the driver."""
    own = package_facts()
    if facts["version"] != own["version"]:
        raise BackendError(
            f"node {name} has paintreel {facts['version']}, this machine {own['version']}; install "
            "the same everywhere"
        )
    if facts["code"] != own["code"]:
        raise BackendError(
            f"node {name} has other code of paintreel {own['version']} ({facts['code']}) than this "
            f"machine ({own['code']}); install the same everywhere"
        )
