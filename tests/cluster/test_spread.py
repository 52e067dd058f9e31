"""Tasks that fail or are slow, on nodes that are played: no Ray is needed."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from carried_work import LOSSLESS, Work, frames_in

from paintreel.cluster import clip_shards, spread
from paintreel.cluster.asking import Ask, TaskAnswer
from paintreel.cluster.clip_shards import ClipShards
from paintreel.cluster.crew import Lost
from paintreel.cluster.shard_store import KeptShards
from paintreel.cluster.spread import Spread
from paintreel.errors import BackendError
from paintreel.grade.options import GradeOptions
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.executor import Health
from paintreel.jobs.job import Job, Progress
from paintreel.jobs.run import Batch
from paintreel.media.far_steps import FarWork
from paintreel.media.kept_steps import pack_shard, pack_step, shaping_steps
from paintreel.media.video import transform_video
from paintreel.notes import Note
from paintreel.storage.staged import plan_anywhere

ASK = Ask("stylize", {}, "/", {}, {}, 1)


class Node:
    """A node that answers by a script: what each try of a task gives, and how long it takes."""

    def __init__(self, name: str) -> None:
        self.name, self.is_lost, self.running = name, False, 0


class PlayedCrew:
    """`Crew` for whole files: `answers` of a key are given one after another."""

    def __init__(self, answers: dict[str, list], delays_s: dict[str, list[float]] = {}) -> None:  # noqa: B006
        self.answers, self.delays_s = answers, delays_s
        self.cancelled, self.machines, self.places = threading.Event(), set(), 4
        self.clock = time.monotonic
        self.nodes = [Node("one"), Node("two")]
        self.tries: list[tuple[str, str]] = []
        self._turn = itertools.count()
        self._lock = threading.Lock()
        self.ended: list[str] = []

    def members(self):
        return self.nodes

    def health(self) -> Health:
        return Health(4, 0)

    def spawn(self, task, *, avoid=()):
        free = [node for node in self.nodes if node not in set(avoid)] or self.nodes
        with self._lock:
            node = free[next(self._turn) % len(free)]
            number = sum(key == task.key for key, _ in self.tries)
            self.tries.append((task.key, node.name))
        delays = self.delays_s.get(task.key, [0.0])
        over_s = time.monotonic() + delays[min(number, len(delays) - 1)]
        return SimpleNamespace(
            task=task, member=node, number=number, over_s=over_s, began_s=time.monotonic()
        )

    def is_over(self, spawned, wait_s):
        time.sleep(min(wait_s, 0.01))
        return time.monotonic() >= spawned.over_s

    def take(self, spawned):
        answers = self.answers[spawned.task.key]
        answer = answers[min(spawned.number, len(answers) - 1)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def cancel(self, spawned):
        self.ended.append(spawned.member.name)

    def has_idle_member(self, *, beside):
        return True

    def progress_of(self, spawned):
        return None


def made_by(crew: PlayedCrew, names: list[str]):
    jobs = tuple(Job(f"in/{name}", (Path(name),), lambda _: None) for name in names)
    outcomes = Spread("stylize", ASK, crew).run(Batch(jobs, skips_done=True))  # type: ignore[arg-type]
    return {Path(outcome.job.name).name: outcome for outcome in outcomes}


def test_what_fails_three_times_is_named_and_the_rest_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    flaky = TaskAnswer("failed", "no space left on the disk")
    good = TaskAnswer("made", notes=(Note("a", "b"),))
    crew = PlayedCrew({"bad.png": [flaky], "good.png": [good], "third.png": [flaky, flaky, good]})
    outcomes = made_by(crew, ["bad.png", "good.png", "third.png"])
    assert outcomes["good.png"].status == outcomes["third.png"].status == "made"
    assert outcomes["good.png"].notes == (Note("a", "b"),)
    assert outcomes["bad.png"].status == "failed"
    reason = str(outcomes["bad.png"].error)
    assert reason.startswith("3 tries failed: ")
    assert "no space left on the disk" in reason
    assert len([key for key, _ in crew.tries if key == "bad.png"]) == 3
    assert {node for key, node in crew.tries if key == "bad.png"} == {"one", "two"}


def test_a_file_that_is_at_fault_itself_is_tried_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    crew = PlayedCrew({"a.png": [TaskAnswer("failed", "cannot read a.png: torn", is_final=True)]})
    assert str(made_by(crew, ["a.png"])["a.png"].error) == "cannot read a.png: torn"
    assert len(crew.tries) == 1


def test_what_is_lost_with_its_node_is_made_on_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    crew = PlayedCrew({"a.png": [Lost("one"), TaskAnswer("made")]})
    assert made_by(crew, ["a.png"])["a.png"].status == "made"
    assert len({node for _, node in crew.tries}) == 2


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_a_lost_node_had_put_into_storage_is_made(bucket, tmp_path, overwrite):
    """The second try finds it there; of what was to be replaced nobody knows that it was."""
    write_picture(tmp_path / "a.png", Picture(np.full((16, 24, 3), 90, np.uint8)))
    options = GradeOptions(
        inputs=(str(tmp_path / "a.png"),),
        output=f"{bucket}/a.png",
        emotion="sadness",
        overwrite=overwrite,
    )
    batch = plan_anywhere("grade", options)
    (job,) = batch.jobs
    assert not job.is_done
    there = TaskAnswer("failed", f"{bucket}/a.png exists; use --overwrite to replace it")
    crew = PlayedCrew({f"{bucket}/a.png": [Lost("one"), there]})
    take = crew.take

    def makes_and_is_lost(spawned):
        if spawned.number == 0:
            job.make(Progress(overwrite=overwrite))
        return take(spawned)

    crew.take = makes_and_is_lost  # type: ignore[method-assign]
    (outcome,) = Spread("grade", ASK, crew).run(batch, overwrite=overwrite)  # type: ignore[arg-type]
    assert job.is_done
    assert outcome.status == ("failed" if overwrite else "made"), outcome.error
    assert len(crew.tries) == (3 if overwrite else 2)


def test_a_straggler_runs_twice_and_the_first_to_end_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spread, "_LEAST_LATE_S", 0.2)
    names = ["0.png", "1.png", "2.png", "slow.png"]
    crew = PlayedCrew({name: [TaskAnswer("made")] for name in names}, {"slow.png": [60.0, 0.0]})
    began_s = time.monotonic()
    outcomes = made_by(crew, names)
    assert {outcome.status for outcome in outcomes.values()} == {"made"}
    assert time.monotonic() - began_s < 10
    tries = [node for key, node in crew.tries if key == "slow.png"]
    assert len(tries) == len(set(tries)) == 2
    assert crew.ended == [tries[0]]


def test_large_files_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, size in (("a", 1), ("b", 300), ("c", 20)):
        (tmp_path / "in" / name).write_bytes(bytes(size))
    crew = PlayedCrew({})
    jobs = tuple(Job(f"in/{name}", (Path(name),), lambda _: None) for name in "abc")
    batch = Spread("stylize", ASK, crew).spread(Batch(jobs))  # type: ignore[arg-type]
    assert [Path(job.name).name for job in batch.jobs] == ["b", "c", "a"]


def test_a_run_that_is_cancelled_ends_its_tasks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    crew = PlayedCrew({"a.png": [TaskAnswer("made")]}, {"a.png": [60.0]})
    threading.Timer(0.3, crew.cancelled.set).start()
    assert made_by(crew, ["a.png"])["a.png"].status == "cancelled"
    assert len(crew.ended) == 1


# Shards of a clip.


class ShardNode(Node):
    """Gives shards of a clip at once; some fail, and some are never given."""

    def __init__(self, name: str, shards: dict[int, bytes], fails=(), hangs=()) -> None:
        super().__init__(name)
        self.given: list[int] = []

        def shard(clip: str, key: str, number: int):
            self.given.append(number)
            if number in fails:
                return RuntimeError("a bad disk")
            return None if number in hangs else shards.get(number, b"")

        self.actor = SimpleNamespace(
            shard=SimpleNamespace(remote=lambda *a: _Call(shard(*a))),
            notes=SimpleNamespace(remote=lambda _: _Call(TaskAnswer("made").as_json())),
            cancel=SimpleNamespace(remote=lambda _: None),
        )


class _Call:
    def __init__(self, gives) -> None:
        self.gives = gives


class ShardCrew:
    def __init__(self, nodes: list[ShardNode]) -> None:
        self.nodes, self.cancelled = nodes, threading.Event()
        self.clock = time.monotonic
        self.most_open = 0
        self.ray = SimpleNamespace(wait=self._wait)

    def members(self):
        return [node for node in self.nodes if not node.is_lost]

    def _wait(self, calls, timeout):
        self.most_open = max(self.most_open, len(calls))
        done = [call for call in calls if call.gives is not None]
        if not done:
            time.sleep(0.01)
        return done, []

    def get(self, member, call, wait_s=None):
        if isinstance(call.gives, Exception):
            raise call.gives
        return call.gives


COUNT = 120


@pytest.fixture
def clip(make_lossless_clip, tmp_path):
    rng = np.random.default_rng(2)
    frames = rng.integers(0, 256, (COUNT, 16, 24, 3), np.uint8)
    return make_lossless_clip(tmp_path / "clip.mkv", list(frames))


@pytest.fixture
def shards(clip) -> dict[int, bytes]:
    """The first steps of `Work`, as nodes give them."""
    from paintreel.media.reader import read_frames

    with read_frames(clip) as frames:
        steps = [pack_step(255 - frame.pixels) for frame in frames]
    return {n: pack_shard(steps[24 * n : 24 * n + 24]) for n in range(COUNT // 24)}  # type: ignore[arg-type]


def painted(clip, place: Path, crew: ShardCrew, work: Work, store: Store | None = None):
    far = ClipShards(crew, "one", "key", store)  # type: ignore[arg-type]
    try:
        with shaping_steps(lambda work, events, dst: FarWork(work, far)):
            return transform_video(clip, place, work.two(), encoding=LOSSLESS)
    finally:
        far.close(is_made=True)


@pytest.fixture
def whole(clip, tmp_path) -> list[np.ndarray]:
    transform_video(clip, tmp_path / "whole", Work().two(), encoding=LOSSLESS)
    return frames_in(tmp_path / "whole")


def test_shards_are_handed_out_once_each_and_not_far_ahead(clip, shards, whole, tmp_path):
    crew, work = ShardCrew([ShardNode("one", shards), ShardNode("two", shards)]), Work()
    painted(clip, tmp_path / "far", crew, work)
    given = [number for node in crew.nodes for number in node.given]
    assert sorted(number for number in given if number < COUNT // 24) == list(range(COUNT // 24))
    assert max(given) <= COUNT // 24 + 4
    assert crew.most_open <= 4
    assert work.steps == 0
    assert all(map(np.array_equal, whole, frames_in(tmp_path / "far")))


def test_a_shard_that_fails_on_a_node_goes_elsewhere(clip, shards, whole, tmp_path):
    crew = ShardCrew([ShardNode("one", shards, fails={1, 2}), ShardNode("two", shards, fails={1})])
    report = painted(clip, tmp_path / "far", crew, Work())
    assert all(map(np.array_equal, whole, frames_in(tmp_path / "far")))
    assert report.frames == COUNT


def test_a_shard_that_is_late_is_made_here(clip, shards, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(clip_shards, "_LEAST_LATE_S", 0.2)
    crew, work = ShardCrew([ShardNode("one", shards, hangs={2})]), Work()
    report = painted(clip, tmp_path / "far", crew, work)
    assert work.steps == 24
    assert all(map(np.array_equal, whole, frames_in(tmp_path / "far")))
    assert [note.kind for note in report.notes if note.kind == "shards-moved"]


def test_without_a_node_that_is_left_the_rest_is_made_here(clip, shards, whole, tmp_path):
    node = ShardNode("one", shards, hangs={2, 3})
    crew, work = ShardCrew([node]), Work()

    def lose() -> None:
        while 3 not in node.given:
            time.sleep(0.01)
        node.is_lost = True

    threading.Thread(target=lose, daemon=True).start()
    painted(clip, tmp_path / "far", crew, work)
    assert work.steps == 72
    assert all(map(np.array_equal, whole, frames_in(tmp_path / "far")))


@pytest.mark.parametrize("in_storage", [False, True])
def test_kept_shards_are_told_of_without_being_read(in_storage, tmp_path, request):
    place = request.getfixturevalue("bucket") if in_storage else str(tmp_path)
    kept = KeptShards(f"{place}/film")
    kept.write(3, b"abc")
    assert (kept.has(3), kept.has(2), kept.read(3), kept.read(2)) == (True, False, b"abc", None)
    kept.clear()
    assert not kept.has(3)


class Store:
    """Shards that are kept; counts what is read of them."""

    def __init__(self, shards: dict[int, bytes]) -> None:
        self.shards, self.reads, self.asked = shards, [], []

    def has(self, number):
        self.asked.append(number)
        return number in self.shards

    def read(self, number):
        self.reads.append(number)
        time.sleep(0.05)  # so that frames of it meet
        return self.shards.get(number)

    def write(self, number, shard):
        self.shards[number] = shard

    def clear(self):
        pass


def test_a_shard_that_is_kept_is_read_once_for_all_its_frames(clip, shards, whole, tmp_path):
    """Those of an earlier run; what comes from a node is not read again at all."""
    store = Store({n: shards[n] for n in (0, 1, 3)})
    node = ShardNode("one", shards)
    painted(clip, tmp_path / "far", ShardCrew([node]), work := Work(), store)
    assert work.steps == 0
    assert sorted(store.reads) == [0, 1, 3]
    assert sorted(n for n in node.given if n < COUNT // 24) == [2, 4]
    assert store.shards.keys() == set(shards)
    assert all(map(np.array_equal, whole, frames_in(tmp_path / "far")))


def test_a_shard_that_goes_while_it_is_kept_is_made_here(clip, shards, whole, tmp_path):
    store = Store(shards)
    store.read = lambda number: None if number == 1 else shards[number]  # type: ignore[method-assign]
    painted(clip, tmp_path / "far", ShardCrew([ShardNode("one", {})]), work := Work(), store)
    assert work.steps == 24
    assert all(map(np.array_equal, whole, frames_in(tmp_path / "far")))


def test_nobody_waits_while_the_store_is_asked_what_it_has(clip, shards, tmp_path):
    store, is_painted, waited = Store({0: shards[0]}), threading.Event(), []
    has = store.has

    def slow(number):
        if number == 1:  # a server that is slow to answer
            waited.append(is_painted.wait(10))
        return has(number)

    class Painting(Work):
        def finish(self, frame, result):
            is_painted.set()
            return super().finish(frame, result)

    store.has = slow  # type: ignore[method-assign]
    painted(clip, tmp_path / "far", ShardCrew([ShardNode("one", shards)]), Painting(), store)
    assert waited[0]


def test_a_shard_that_fails_three_times_is_named(clip, shards, tmp_path):
    class Bad(Work):
        def begin(self, frame):
            def step():
                raise RuntimeError("no memory")

            return step

    crew = ShardCrew([ShardNode("one", shards, fails={1})])
    with pytest.raises(BackendError) as failed:
        painted(clip, tmp_path / "far", crew, Bad())
    text = str(failed.value)
    assert text.startswith("shard 2 (frames 25 to 48) failed 3 times: on one: a bad disk; here: ")
    assert "no memory" in text
    assert not (tmp_path / "far").exists()


def test_a_clip_whose_shard_fails_is_named_and_the_rest_goes_on(
    clip, shards, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "a.png", Picture(np.full((16, 24, 3), 90, np.uint8)))
    nodes = [ShardNode("one", shards, fails={1}), ShardNode("two", shards, fails={1})]
    crew = PlayedCrew({"out/a.png": [TaskAnswer("made")]})
    crew.nodes, of_shards = nodes, ShardCrew(nodes)  # type: ignore[assignment]
    crew.ray, crew.get = of_shards.ray, of_shards.get  # type: ignore[attr-defined]
    here = ClipShards.work_here

    def bad_disk() -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(
        ClipShards, "work_here", lambda self, number, step: here(self, number, bad_disk)
    )
    options = GradeOptions(inputs=("a.png", str(clip)), output="out/", emotion="sadness")
    outcomes = Spread("grade", ASK, crew).run(plan_anywhere("grade", options))  # type: ignore[arg-type]
    failed, made = sorted(outcomes, key=lambda outcome: outcome.status)
    assert (failed.status, made.status) == ("failed", "made")
    assert "shard 2 (frames 25 to 48) failed 3 times" in str(failed.error)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_what_a_driver_holds_of_a_clip_is_the_same_however_long_it_is(shards):
    """Shards that were shown are let go of, and few are fetched ahead."""
    most = {}
    for count in (40, 400):
        made = dict.fromkeys(range(count), shards[0])
        far = ClipShards(ShardCrew([ShardNode("one", made)]), "one", "key")  # type: ignore[arg-type]
        most[count] = 0
        for number in range(count):
            far.begin(number)
            assert far.step(number, 0, lambda: True)
            held = [shard for shard in far._shards.values() if shard.content]
            most[count] = max(most[count], len(held))
        far.close(is_made=True)
        assert len(far._times_s) <= 50
    assert max(most.values()) <= 8


def test_what_a_driver_holds_of_a_folder_is_the_same_however_many_files_it_has(monkeypatch):
    monkeypatch.setattr(spread, "_LOOK_S", 0.0)
    crew = PlayedCrew({str(n): [TaskAnswer("made")] for n in range(200)})
    run = Spread("stylize", ASK, crew)  # type: ignore[arg-type]
    for number in range(200):
        run._whole(Job("in", (Path(str(number)),), lambda _: None), Progress(), {})
    assert len(run._times_s) <= 50


def test_cancelling_wakes_what_waits_for_a_shard(clip, shards, tmp_path):
    crew = ShardCrew([ShardNode("one", shards, hangs={0})])
    threading.Timer(0.3, crew.cancelled.set).start()
    with pytest.raises(CancelledError):
        painted(clip, tmp_path / "far", crew, Work())


# What is told.


def test_an_answer_and_an_ask_come_back_from_json():
    answer = TaskAnswer("made", "", False, (Note("a", "b", 3, True),), {"backend": "x"})
    assert TaskAnswer.from_json(answer.as_json()) == answer
    from paintreel.stylize.options import StylizeOptions

    options = StylizeOptions(
        inputs=("a.png", "b"), output="out", size=(64, 48), brush=12.0, ray="h:1", shards="kept"
    )
    ask = Ask.from_json(Ask.of("stylize", options).as_json())
    built = ask.build()
    assert (built.inputs, built.output, built.size, built.brush) == (  # type: ignore[attr-defined]
        ("a.png", "b"), "out", (64, 48), 12.0,
    )  # fmt: skip
    assert built.ray is None
    assert ask.models.keys() == {"style"}


def test_progress_tells_of_no_overwriting_unless_it_is_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen: list[bool] = []
    crew = PlayedCrew({"a.png": [TaskAnswer("made")]})
    spawn = crew.spawn
    crew.spawn = lambda task, **how: (seen.append(task.overwrite), spawn(task, **how))[1]  # type: ignore[method-assign]
    job = Job("in/a.png", (Path("a.png"),), lambda _: None)
    far = Spread("stylize", ASK, crew).spread(Batch((job,))).jobs[0]  # type: ignore[arg-type]
    far.make(Progress())
    far.make(Progress(overwrite=True))
    assert seen == [False, True]
