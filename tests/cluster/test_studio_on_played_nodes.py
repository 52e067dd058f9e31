"""What nodes are told of a studio's jobs, on nodes that are played: no Ray is needed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paintreel.cluster.asking import package_facts

pytest.importorskip("fastapi", reason="needs the extra studio")

from managed import until
from studio_place import Place

from paintreel.studio.manager.executors import Processes
from paintreel.studio.manager.manager import Manager
from paintreel.studio.manager.on_nodes import Nodes
from paintreel.studio.worker.__main__ import CONFINED_VARIABLE


class PlayedRay:
    """A cluster whose nodes have no room until `has_room` is set; what jobs are told is kept."""

    def __init__(self, processors: list[int]) -> None:
        self.processors, self.has_room = processors, threading.Event()
        self.is_there = True
        self.asked: list[dict[str, Any]] = []
        self.told: list[dict[str, str]] = []

    def nodes(self) -> list[dict[str, Any]]:
        if not self.is_there:
            raise ConnectionError("no head")
        rows = [
            {"NodeID": str(k), "Alive": True, "Resources": {"CPU": float(n)}}
            for k, n in enumerate(self.processors)
        ]
        lost = {"NodeID": "lost", "Alive": False, "Resources": {"CPU": 64.0}}
        return [*rows, lost, {"NodeID": "leads", "Alive": True, "Resources": {}}]

    def remote(self, **asked: Any) -> Callable[[type], SimpleNamespace]:
        self.asked.append(asked)
        methods = {"start": self._start, "take": self._take, "kill": lambda: ""}
        actor = SimpleNamespace(
            **{name: SimpleNamespace(remote=method) for name, method in methods.items()}
        )
        return lambda _: SimpleNamespace(remote=lambda: actor)

    def wait(self, calls: list[str], timeout: float) -> tuple[list[str], list[str]]:
        return (calls, []) if self.has_room.wait(min(timeout, 0.005)) else ([], calls)

    def get(self, call: str, timeout: float | None = None) -> str:
        return call

    def kill(self, actor: Any, *, no_restart: bool) -> None:
        """It is gone."""

    def _start(self, folder: str, told: str) -> str:
        self.told.append(json.loads(told))
        return json.dumps(package_facts())

    def _take(self) -> str:
        alive = [{"kind": "alive"}]
        return json.dumps({"messages": alive, "is_over": False, "memory_bytes": 5, "end": ""})


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path / "data", time.time, workers=2, job_s=40.0)
    yield place
    place.store.close()


class Started:
    """A manager in a time of its own, with one job on the nodes."""

    def __init__(self, place: Place, ray: PlayedRay) -> None:
        self.now_s = 0.0
        nodes = Nodes(ray, place.settings)  # type: ignore[arg-type]
        self.manager = Manager(
            place.store, place.settings, executor=nodes, name="tests", monotonic=lambda: self.now_s
        )
        self.job = place.ask(place.user("ada"))
        self.manager._turn()
        (self.running,) = self.manager._running

    def turn(self, now_s: float) -> None:
        self.now_s = now_s
        self.manager._turn()


@pytest.fixture
def started(place):
    """Begin a job on nodes; it is ended with the test."""
    begun: list[Started] = []

    def start(ray: PlayedRay) -> Started:
        begun.append(Started(place, ray))
        return begun[-1]

    yield start
    for each in begun:
        each.manager._end_all()


@pytest.mark.parametrize(
    ("processors", "workers", "threads"),
    [
        ([1, 1], 2, 1),
        ([8, 8], 2, 8),
        ([8, 8], 4, 4),
        ([16, 4], 2, 8),
        ([8, 8], 3, 4),
        ([4, 4], 1, 4),
        ([1, 1], 8, 1),
        ([], 3, 1),
    ],
)
def test_a_job_asks_for_what_the_nodes_have(tmp_path, processors, workers, threads):
    settings = SimpleNamespace(workers=workers)
    assert Nodes(PlayedRay(processors), settings).threads == threads  # type: ignore[arg-type]


def test_the_processors_of_the_managers_machine_do_not_count_on_nodes(started, monkeypatch):
    """Nor do those of a machine that this process may not use, where jobs run on it."""
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    ray = PlayedRay([2, 2])
    child = started(ray).running.child
    assert ray.asked[0]["num_cpus"] == 2
    assert json.loads((child.folder.root / "spec.json").read_text("utf-8"))["threads"] == 2
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3, 4, 5}, raising=False)
    assert Processes(SimpleNamespace(workers=2)).threads == 3  # type: ignore[arg-type]


def test_what_holds_in_the_studio_holds_on_its_nodes(started, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CONFINED_VARIABLE, "needed")
    monkeypatch.setenv("PAINTREEL_MODELS", "mine:/models")
    monkeypatch.setenv("PAINTREEL_STUDIO_DATABASE", "postgresql://a:secret@b/c")
    ray = PlayedRay([2, 2])
    ray.has_room.set()
    started(ray)
    until(lambda: ray.told)
    (told,) = ray.told
    assert told[CONFINED_VARIABLE] == "needed"
    assert told["PAINTREEL_MODELS"] == f"{Path('mine').absolute()}:/models"
    assert told["PAINTREEL_JOB_MEMORY"]
    assert "secret" not in json.dumps(told)


def test_to_wait_for_a_node_is_told_and_is_no_work(started, place):
    ray = PlayedRay([2, 2])
    begun = started(ray)
    child, job = begun.running.child, begun.job
    until(lambda: any(told["kind"] == "progress" for told in child.messages))
    begun.turn(50)  # beyond the limit of a job, which is 40
    assert not begun.running.stopped
    assert place.job(job.id).stage == "waiting for a node"
    ray.has_room.set()
    until(lambda: child.has_begun and child.memory_bytes())
    begun.turn(80)
    assert not begun.running.stopped
    assert place.job(job.id).stage == "starting"
    begun.turn(95)
    assert "took longer than" in begun.running.stopped


def test_a_process_that_is_there_at_once_has_not_waited(started, place):
    ray = PlayedRay([2, 2])
    ray.has_room.set()
    child = started(ray).running.child
    until(lambda: child.memory_bytes())
    assert {told["kind"] for told in child.messages} == {"alive"}


def test_admins_see_how_many_jobs_the_nodes_have_room_for(started, place, caplog):
    """What the executor says of its health: on the page, in the figures, and losses in the log."""
    place.user("root", "admin")
    ray = PlayedRay([1, 1])
    ray.has_room.set()
    begun = started(ray)
    nodes, manager = begun.manager._executor, begun.manager

    def losses() -> list[str]:
        return [row.facts["reason"] for row in caplog.records if row.message == "lost"]

    def shown() -> str:
        with suppress(ConnectionError):
            nodes.look()
        manager._due.pop("alive")
        manager._say_alive(begun.now_s)
        return place.browser("root").get("/admin").text

    assert "tests: 1 of 2 at work" in shown()
    ray.processors.pop()
    assert "tests: 1 of 1 at work" in shown()
    assert losses() == ["node ? (1) was lost"]
    ray.is_there, stop = False, threading.Event()
    watcher = threading.Thread(target=nodes.watch, args=(stop,))
    watcher.start()
    until(lambda: not nodes.health().places)
    stop.set()
    watcher.join()
    assert "no node has room: jobs wait" in shown()
    assert losses()[1] == "node ? (0) was lost (the cluster does not answer: ConnectionError)"
