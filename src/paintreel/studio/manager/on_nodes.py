"""Jobs on the nodes of a Ray cluster: the same limited process, started there, heard from here.

A node sees the folder of the studio under the same name, as on a network file system. What is told
goes as text; results lie in the folder of the job, as those of this machine do.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from paintreel.cluster.crew import check_package
from paintreel.cluster.session import RayThread, connected
from paintreel.errors import PaintreelError
from paintreel.jobs.executor import Health
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.manager.child import RunningJob
from paintreel.studio.manager.job_host import JobHost
from paintreel.studio.manager.layout import environment_of
from paintreel.studio.settings import StudioSettings

__all__ = ["FarJob", "Nodes", "nodes_of"]

_OF_STUDIO = ("PAINTREEL_JOB_CONFINED", "PAINTREEL_MODELS")
"""Variables that hold for the jobs of a studio wherever they run."""
_LOOK_S, _WAIT_S, _KILL_S, _SILENT_S = 0.3, 5.0, 1.5, 60.0
_NODES_S, _MOST_LOST = 5.0, 20
_LOOKS_AT_START = 10
"""A process is there after about as many; what takes longer waits for a node that has room."""


class FarJob:
    """A job on a node, as its manager has it."""

    def __init__(self, ray: ModuleType, actor: Any, folder: JobFolder, told: str) -> None:
        self.folder = folder
        self.messages: deque[dict[str, Any]] = deque()
        self._ray, self._actor = ray, actor
        self._memory_bytes, self._end = 0, ""
        self._begun, self._over, self._stop = (threading.Event() for _ in range(3))
        self._thread = RayThread(self._run, told, name="job-on-node")
        self._thread.start()

    @property
    def has_begun(self) -> bool:
        """Whether its process runs; until then it waits for a node that has room."""
        return self._begun.is_set()

    @property
    def is_over(self) -> bool:
        """Whether it has ended and all that it told was heard."""
        return self._over.is_set()

    @property
    def where(self) -> str:
        """The process, for the log."""
        return f"on a node, {self.folder.root.name}"

    def memory_bytes(self) -> int:
        """What it holds in memory."""
        return self._memory_bytes

    def kill(self) -> None:
        """End the process and all that it started; the node does it, or dies."""
        if self._stop.is_set():
            return
        self._stop.set()
        with suppress(Exception):  # it may be lost
            if not self._over.is_set():
                self._ray.wait([self._actor.kill.remote()], timeout=_KILL_S)
            self._ray.kill(self._actor, no_restart=True)
        self._over.set()

    def wait(self) -> None:
        """Wait until it is over."""
        self._thread.join(_WAIT_S)

    def how_it_ended(self) -> str:
        """Why it ended where it told nothing of its end."""
        return self._end or "ended with its node"

    def _run(self, told: str) -> None:
        try:
            self._start(told)
            while not self._stop.is_set():
                facts = json.loads(self._get(self._actor.take.remote()))
                self._memory_bytes = int(facts["memory_bytes"])
                self.messages.extend(facts["messages"])
                if facts["is_over"]:
                    self._end = str(facts["end"])
                    return
                self._stop.wait(_LOOK_S)
        except PaintreelError as error:
            self._end = str(error)
        except Exception as error:  # of Ray: the node, or the process on it, is gone
            self._end = f"its node was lost ({type(error).__name__})"
        finally:
            self._over.set()

    def _start(self, told: str) -> None:
        call = self._actor.start.remote(str(self.folder.root), told)
        looks = 0
        while not self._ray.wait([call], timeout=_LOOK_S)[0]:
            if self._stop.is_set():
                return
            if looks == _LOOKS_AT_START:
                self._tell_stage("waiting for a node")
            elif looks % _LOOKS_AT_START == 0:
                self.messages.append({"kind": "alive"})
            looks += 1
        if looks > _LOOKS_AT_START:
            self._tell_stage("starting")
        facts = json.loads(self._ray.get(call))
        check_package("of the cluster", facts)
        if facts.get("error"):
            raise PaintreelError(f"the node cannot run it: {facts['error']}")
        self._begun.set()

    def _tell_stage(self, stage: str) -> None:
        self.messages.append({"kind": "progress", "done": 0, "expected": None, "stage": stage})

    def _get(self, call: Any) -> str:
        """What a call gives; a node that is silent is lost, as a process is."""
        return str(self._ray.get(call, timeout=_SILENT_S))


class Nodes:
    """Jobs as processes on the nodes of a cluster."""

    def __init__(self, ray: ModuleType, settings: StudioSettings) -> None:
        self._ray, self._settings = ray, settings
        self._running: list[FarJob] = []
        self._processors: dict[str, int] = {}
        self._lost: list[str] = []

    def watch(self, stop: threading.Event) -> None:
        """Look which nodes there are, until `stop` is set: whoever asks for `health` waits not."""
        while not stop.is_set():
            try:
                self.look()
            except Exception as error:  # of Ray: the head is gone
                self._now_there({}, f" (the cluster does not answer: {type(error).__name__})")
            stop.wait(_NODES_S)

    def look(self) -> None:
        """See which nodes there are. Raises what Ray does."""
        alive = [node for node in self._ray.nodes() if node.get("Alive")]
        self._now_there({_name_of(node): int(node["Resources"].get("CPU", 0)) for node in alive})

    def _now_there(self, processors: dict[str, int], why: str = "") -> None:
        gone = sorted(self._processors.keys() - processors)
        self._processors = processors
        self._lost = [*self._lost, *(f"node {name} was lost{why}" for name in gone)][-_MOST_LOST:]

    @property
    def threads(self) -> int:
        """As many for each job as leave all of them room on the nodes. Raises OSError."""
        try:
            self.look()
        except Exception as error:  # of Ray: the head is gone
            raise OSError(0, f"the cluster does not answer ({type(error).__name__})") from None
        return _threads_each([*self._processors.values()], self._settings.workers)

    def spawn(self, task: JobFolder) -> FarJob:
        """Run the job that is laid out in a folder. Raises OSError."""
        spec = json.loads((task.root / "spec.json").read_text("utf-8"))
        try:
            actor = self._ray.remote(
                num_cpus=spec["threads"], max_concurrency=4, max_restarts=0,
                scheduling_strategy="SPREAD",
            )(JobHost).remote()  # fmt: skip
        except Exception as error:  # of Ray: the head is gone
            raise OSError(0, f"the cluster refused it ({type(error).__name__})") from None
        job = FarJob(self._ray, actor, task, json.dumps(_told(self._settings)))
        self._running.append(job)
        return job

    def cancel(self, running: RunningJob) -> None:
        """End a job."""
        running.kill()

    def end(self) -> None:
        """End all that run."""
        for job in self._running:
            job.kill()

    def health(self) -> Health:
        """How many run, and how many could on the nodes that there are."""
        self._running = [job for job in self._running if not job.is_over]
        processors, workers = [*self._processors.values()], self._settings.workers
        threads = _threads_each(processors, workers)
        places = min(workers, sum(each // threads for each in processors))
        return Health(places, len(self._running), tuple(self._lost))


def _name_of(node: dict[str, Any]) -> str:
    return f"{node.get('NodeManagerAddress', '?')} ({node['NodeID'][:8]})"


def _threads_each(processors: list[int], jobs: int) -> int:
    """The most threads a job that so many jobs can have at once, each on one node."""
    most = sum(processors) // max(1, jobs)
    fit = (n for n in range(most, 1, -1) if sum(each // n for each in processors) >= jobs)
    return next(fit, 1)


def _told(settings: StudioSettings) -> dict[str, str]:
    """The environment of a job on a node: what holds in the studio holds there."""
    told = {name: os.environ[name] for name in _OF_STUDIO if os.environ.get(name)}
    if models := told.get("PAINTREEL_MODELS"):  # relative to this folder, which is not the job's
        places = [str(Path(each).absolute()) for each in models.split(os.pathsep) if each]
        told["PAINTREEL_MODELS"] = os.pathsep.join(places)
    return {**told, **environment_of(settings)}


@contextmanager
def nodes_of(settings: StudioSettings) -> Iterator[Nodes]:
    """The nodes of the cluster that the settings name."""
    with connected(settings.ray) as ray:
        nodes, stop = Nodes(ray, settings), threading.Event()
        with suppress(Exception):  # the first look, so that nobody is told of no nodes
            nodes.look()
        RayThread(nodes.watch, stop, name="nodes-of-studio").start()
        try:
            yield nodes
        finally:
            stop.set()
            nodes.end()
