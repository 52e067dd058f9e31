"""Verbs that answer of files, on nodes that are played: the answers of one machine, to the bit.

A node is the real one, in this process; what it gives goes through pickle, as Ray sends it.
"""

from __future__ import annotations

import pickle
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.cluster import session, spread
from paintreel.cluster.asking import Ask, TaskAnswer
from paintreel.cluster.crew import Lost
from paintreel.cluster.node import Node
from paintreel.cluster.spread import Spread
from paintreel.errors import OutputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.executor import Health
from paintreel.jobs.job import Job
from paintreel.options import VERBS
from paintreel.storage import objects, staged

TAKEN = re.compile(r"\d+\.\d s\)|\"processing_s\": [0-9.e-]+")
"""Times that a run took, which no two runs share."""


class NodesHere:
    """A crew of two nodes. loses: how many tasks, from the first on, are lost with their node."""

    def __init__(self, ask: Ask, *, loses: int = 0) -> None:
        self.cancelled, self.machines, self.places = threading.Event(), set(), 2
        self.clock, self.tasks = time.monotonic, 0
        self._loses, self._lock = loses, threading.Lock()
        self.nodes = [SimpleNamespace(name=name, node=Node()) for name in ("one", "two")]
        for each in self.nodes:
            opened = TaskAnswer.from_json(each.node.open(ask.as_json()))
            assert opened.status == "made", opened.error

    def members(self) -> list[Any]:
        return self.nodes

    def health(self) -> Health:
        return Health(2, 0, ("two was lost",) if self._loses else ())

    def spawn(self, task, *, avoid=()):
        with self._lock:
            self.tasks += 1
            number, member = self.tasks, self.nodes[self.tasks % 2]
        return SimpleNamespace(task=task, member=member, number=number, began_s=time.monotonic())

    def is_over(self, spawned, wait_s):
        return True

    def take(self, spawned) -> TaskAnswer:
        if spawned.number <= self._loses:
            raise Lost(spawned.member.name)
        gave = spawned.member.node.make(spawned.task.id, spawned.task.key, spawned.task.overwrite)
        return TaskAnswer.from_json(*pickle.loads(pickle.dumps(gave)))

    def cancel(self, spawned) -> None:
        """Nothing runs on."""

    def has_idle_member(self, *, beside):
        return False

    def progress_of(self, spawned):
        return None


@pytest.fixture
def crews(monkeypatch) -> list[NodesHere]:
    """The crews of the runs so far, each of which loses its first task."""
    made: list[NodesHere] = []

    @contextmanager
    def on_cluster(verb, options, address, *, threads=None, limit=None) -> Iterator[Spread]:
        ask = Ask.of(verb, options, threads)
        made.append(NodesHere(ask, loses=1))
        yield Spread(verb, ask, made[-1])  # type: ignore[arg-type]

    monkeypatch.setattr(spread, "on_cluster", on_cluster)
    monkeypatch.setattr(session, "check_cluster", lambda _: None)
    return made


@pytest.fixture
def files(tmp_path, monkeypatch, make_lossless_clip) -> Path:
    """Two folders of pictures of the same names, one of which is torn, and a clip."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(5)
    for number in range(5):
        pixels = rng.integers(0, 256, (9, 12, 3), np.uint8).repeat(8, 0).repeat(8, 1)
        write_picture(tmp_path / "a" / f"{number}.png", Picture(pixels))
        write_picture(tmp_path / "b" / f"{number}.png", Picture(255 - pixels))
    (tmp_path / "a" / "torn.png").write_bytes((tmp_path / "a" / "1.png").read_bytes()[:90])
    (tmp_path / "b" / "torn.png").write_bytes((tmp_path / "b" / "1.png").read_bytes())
    frames = rng.integers(0, 256, (30, 64, 80, 3), np.uint8)
    make_lossless_clip(tmp_path / "a" / "clip.mkv", list(frames))
    make_lossless_clip(tmp_path / "b" / "clip.mkv", list(frames[:, ::-1].copy()))
    return tmp_path


CALLS = {
    "classify": ("a", "--task", "medium", "--every", "0.3"),
    "emotion": ("a", "--by", "face", "--timeline", "{}-times", "--overwrite"),
    "spectrum": ("a", "b", "--bins", "8"),
    "score": ("a", "--reference", "b", "--metrics", "image_loss,fd,kd,flicker", "--allow-biased"),
    "compare": ("a", "b", "--metrics", "image_loss,radial_spectrum_distance", "--reference", "b"),
}


def test_every_verb_that_answers_of_many_files_is_tried_here():
    assert CALLS.keys() == {name for name, row in VERBS.items() if row.asks}


@pytest.mark.parametrize("verb", CALLS)
def test_answers_are_those_of_one_machine(verb, files, crews, capfd):
    """Figures to the bit, in the order of the files, with what is torn named; a node is lost."""
    told, reports = {}, {}
    for place, words in (("here", ["--workers", "2"]), ("far", ["--ray", "h:1"])):
        given = [word.format(place) for word in CALLS[verb]]
        given += ["--json", f"{place}.json", "--threads", "1"]
        if verb in ("score", "compare", "spectrum"):
            given = given[:-2]
        if verb == "emotion" and place == "here":
            words = []
        told[place] = main([verb, *given, *words]), *capfd.readouterr()
        reports[place] = TAKEN.sub("", Path(f"{place}.json").read_text())
    (crew,) = crews
    assert told["far"][0] == told["here"][0] == 1
    assert TAKEN.sub("", told["far"][1]) == TAKEN.sub("", told["here"][1])
    assert reports["far"].replace("far-times", "") == reports["here"].replace("here-times", "")
    assert "torn.png" in told["far"][2]
    assert "node two was lost" in told["far"][2]
    assert crew.tasks > 7
    if verb == "emotion":
        assert len(_texts("far-times")) == 6
        assert _texts("far-times") == _texts("here-times")


def _texts(folder: str) -> dict[str, str]:
    return {path.name: path.read_text() for path in Path(folder).iterdir()}


def test_heat_maps_are_written_by_the_nodes_and_nothing_is_replaced(files, crews, capfd):
    words = ["classify", "a/0.png", "a/1.png", "--explain", "-o", "maps"]
    assert main([*words, "--ray", "h:1"]) == 0, capfd.readouterr().err
    maps = {path.name: path.read_bytes() for path in Path("maps").iterdir()}
    assert len(maps) == 2
    assert main([*words, "--ray", "h:1"]) == 2
    assert "use --overwrite" in capfd.readouterr().err
    assert len(crews) == 1  # refused before any node is asked
    assert main([*words, "--overwrite"]) == 0
    assert maps == {path.name: path.read_bytes() for path in Path("maps").iterdir()}


def test_sheets_for_raters_need_no_nodes(files, capfd):
    assert main(["compare", "a", "b", "--blind", "sheets", "--ray", "h:1"]) == 2
    assert "--ray is of measures" in capfd.readouterr().err


# What goes wrong.


def test_storage_that_fails_in_the_middle_leaves_what_is_whole(
    bucket, crews, tmp_path, monkeypatch, capfd
):
    """What was put stays, each other file is named after three tries, and nothing is half there."""
    for name in "abc":
        write_picture(tmp_path / f"{name}.png", Picture(np.full((16, 24, 3), 90, np.uint8)))
        objects.put(tmp_path / f"{name}.png", f"{bucket}/in/{name}.png")
    put, puts = objects.put, []

    def fails_later(path: Path, url: str) -> None:
        puts.append(url)
        if len(puts) > 1:
            raise OutputError(f"cannot write {url}: the server does not answer")
        put(path, url)

    monkeypatch.setattr(staged, "put", fails_later)
    words = ["grade", f"{bucket}/in", "-o", f"{bucket}/out", "--emotion", "sadness"]
    assert main([*words, "--ray", "h:1"]) == 1
    err = capfd.readouterr().err
    assert err.count("3 tries failed: ") == 2
    assert "the server does not answer" in err
    assert [each.url for each in objects.list_objects(f"{bucket}/out")] == [puts[0]]
    monkeypatch.undo()


def test_a_network_that_a_node_has_not_is_named(files, capfd):
    """Networks of measures are files, which lie where the driver has them."""
    from paintreel.score.options import ScoreOptions

    options = ScoreOptions(generated="a", metrics="kd", reference="b", extractor="x.onnx")
    answer = TaskAnswer.from_json(Node().open(Ask.of("score", options, 1).as_json()))
    assert answer.status == "failed"
    assert "x.onnx" in answer.error


# Memory.


class Answers(NodesHere):
    """Nodes that answer at once, each with as much as a file may have found."""

    def __init__(self) -> None:
        super().__init__(Ask("spectrum", {"inputs": ["a/0.png"]}, str(Path.cwd()), {}, {}, 1))
        self.given = 0

    def take(self, spawned) -> TaskAnswer:
        with self._lock:
            self.given += 1
        return TaskAnswer("made", found=np.zeros(250_000, np.uint8))


@pytest.mark.usefixtures("files")
def test_answers_come_in_order_and_few_wait(monkeypatch):
    """However many there are, and however slowly they are taken."""
    crew = Answers()
    run = Spread("spectrum", Ask("spectrum", {}, "/", {}, {}, 1), crew)  # type: ignore[arg-type]
    taken = 0
    for number, (job, report) in enumerate(run.each(_jobs(400))):
        assert job.name == f"{number}.png"
        assert report.answer.size == 250_000  # type: ignore[union-attr]
        taken += 1
        assert crew.given - taken <= 4 * crew.places
    assert taken == 400


@pytest.mark.usefixtures("files")
def test_a_run_over_answers_that_is_left_ends_what_runs():
    crew = Answers()
    run = Spread("spectrum", Ask("spectrum", {}, "/", {}, {}, 1), crew)  # type: ignore[arg-type]
    answers = run.each(_jobs(400))
    next(answers)
    run.close()
    assert crew.cancelled.is_set()
    assert not [t for t in threading.enumerate() if t.name.startswith("cluster-each")]
    assert crew.given < 20


def _jobs(count: int) -> Iterator[Job]:
    return (Job(f"{number}.png", (), lambda _: None) for number in range(count))
