"""Runs on two nodes: the results of one machine, whatever happens to a node."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from carried_work import frames_in
from managed import at_work, until

from paintreel.cli.main import main
from paintreel.cluster import asking, crew
from paintreel.imaging.files import Picture, write_picture
from paintreel.storage.objects import fetch, is_stored, list_objects, put

pytest.importorskip("ray", reason="needs the extra cluster")

LOSSLESS = ("--codec", "png", "--backend", "onnxruntime", "--threads", "1")
COUNT = 132


@pytest.fixture
def clip(make_lossless_clip, tmp_path) -> Path:
    """Shapes that move, with a cut; five shards and a half."""
    rng = np.random.default_rng(3)
    grounds = [rng.integers(0, 256, (6, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1) for _ in "ab"]
    frames = [np.roll(grounds[k > 70], k, axis=1) for k in range(COUNT)]
    return make_lossless_clip(tmp_path / "clip.mkv", frames)


@pytest.fixture
def on(tiny_style, two_nodes):
    """Run `stylize` on the two nodes; gives the exit code."""

    def run(*words: object) -> int:
        style = ("--style", tiny_style, "--ray", two_nodes.address)
        return main(["stylize", *map(str, words), *style])

    return run


@pytest.fixture
def painted_here(clip, tiny_style, tmp_path) -> list[np.ndarray]:
    here = tmp_path / "here"
    words = ["stylize", str(clip), "-o", f"{here}/", "--style", tiny_style, "-q", *LOSSLESS]
    assert main(words) == 0
    return frames_in(here / "clip")


def slack_s() -> float:
    """What the limits of time are given more: a process takes as long to come and go just now.

    Half a second on a quiet machine.
    """
    began_s = time.monotonic()
    subprocess.run([sys.executable, "-c", "import numpy, cv2"], check=True)
    return 0.2 + 1.5 * (time.monotonic() - began_s)


def equal(a: list[np.ndarray], b: list[np.ndarray]) -> bool:
    return len(a) == len(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.fixture
def far_shards(monkeypatch) -> list[tuple[object, int]]:
    """The shards that nodes have given so far: which node, and how many bytes."""
    shards: list[tuple[object, int]] = []
    taken = crew.Crew.get

    def get(self, member, call, **how):
        gave = taken(self, member, call, **how)
        if isinstance(gave, bytes):
            shards.append((member, len(gave)))
        return gave

    monkeypatch.setattr(crew.Crew, "get", get)
    return shards


def test_a_clip_has_the_frames_of_one_machine(on, clip, painted_here, tmp_path, far_shards, capfd):
    assert on(clip, "-o", f"{tmp_path}/far/", *LOSSLESS) == 0
    assert len(painted_here) == COUNT
    assert equal(frames_in(tmp_path / "far" / "clip"), painted_here)
    told = capfd.readouterr()
    assert told.out == f"{tmp_path}/far/clip\n"
    if "late" not in told.err:  # a busy machine may paint a shard itself in the meantime
        assert "worked on here" not in told.err
        assert sum(size > 0 for _, size in far_shards) == -(-COUNT // 24)
    assert len({member for member, _ in far_shards}) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("lineart", "--method", "rule"),
        ("grade", "--emotion", "sadness"),
        ("stylize", "--on", "3", "--carry", "--backend", "onnxruntime", "--threads", "1"),
    ],
    ids=lambda words: words[0],
)
def test_other_work_on_clips_is_that_of_one_machine(
    words, make_lossless_clip, tiny_style, two_nodes, tmp_path, far_shards, capfd
):
    """Lines, grades, and paint that is carried from frame to frame, of shots with a cut between."""
    rng = np.random.default_rng(4)
    grounds = [rng.integers(0, 256, (6, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1) for _ in "ab"]
    frames = [np.roll(grounds[k > 30], 2 * k, axis=1) for k in range(50)]
    clip = make_lossless_clip(tmp_path / "clip.mkv", frames)
    verb, *options = words
    style = ["--style", tiny_style] if verb == "stylize" else []
    common = [verb, str(clip), "--codec", "png", *options, *style]
    assert main([*common, "-o", f"{tmp_path}/here/", "-q"]) == 0
    assert main([*common, "-o", f"{tmp_path}/far/", "--ray", two_nodes.address]) == 0
    assert "failed" not in capfd.readouterr().err
    here, far = frames_in(tmp_path / "here" / "clip"), frames_in(tmp_path / "far" / "clip")
    assert len(here) == 50
    assert equal(far, here)
    assert far_shards


def test_a_folder_has_the_pictures_of_one_machine_and_names_what_fails(
    on, tiny_style, tmp_path, capfd
):
    rng = np.random.default_rng(1)
    folder = tmp_path / "in"
    for number in range(5):
        pixels = rng.integers(0, 256, (40 + number, 56, 3), np.uint8)
        write_picture(folder / f"{number}.png", Picture(pixels))
    (folder / "broken.png").write_bytes((folder / "1.png").read_bytes()[:90])
    options = ("--backend", "onnxruntime", "--threads", "1")
    report = tmp_path / "report.json"
    assert on(folder, "-o", tmp_path / "far", "--json", report, *options) == 1
    err = capfd.readouterr().err
    assert "failed: " in err
    assert "broken.png" in err
    main(["stylize", str(folder), "-o", f"{tmp_path}/here", "--style", tiny_style, "-q", *options])
    for number in range(5):
        far, here = (tmp_path / place / f"{number}.png" for place in ("far", "here"))
        assert far.read_bytes() == here.read_bytes()
    files = json.loads(report.read_text())["files"]
    assert sorted(row["status"] for row in files) == ["failed", *["made"] * 5]
    assert json.loads((tmp_path / "far" / ".paintreel.json").read_text())  # of the driver
    # What is there is left, and no node is asked for it.
    assert on(folder, "-o", tmp_path / "far", "--json", report, *options) == 1
    files = json.loads(report.read_text())["files"]
    assert sorted(row["status"] for row in files) == ["failed", *["skipped"] * 5]


def test_files_are_measured_on_nodes_as_on_one_machine(two_nodes, tmp_path, capfd):
    """Figures to the bit, among them those of whole sets, whose features come from the nodes."""
    rng = np.random.default_rng(1)
    for number in range(16):  # from here on one machine measures in processes of a thread, too
        pixels = rng.integers(0, 256, (72, 88, 3), np.uint8)
        write_picture(tmp_path / "in" / f"{number:02}.png", Picture(pixels))
        write_picture(tmp_path / "ref" / f"{number:02}.png", Picture(255 - pixels))
    (tmp_path / "in" / "00.png").write_bytes((tmp_path / "in" / "01.png").read_bytes()[:90])
    words = ["score", f"{tmp_path}/in", "--reference", f"{tmp_path}/ref", "--allow-biased"]
    words += ["--metrics", "image_loss,fd,kd,radial_spectrum_distance"]
    told = {}
    for place, more in (("here", ["--workers", "2"]), ("far", ["--ray", two_nodes.address])):
        assert main([*words, "--json", f"{tmp_path}/{place}.json", *more]) == 1
        told[place] = capfd.readouterr()
    assert told["far"].out == told["here"].out
    here, far = (json.loads((tmp_path / f"{place}.json").read_text()) for place in ("here", "far"))
    assert far == here
    assert len(here["pairs"]) == 15


def test_a_node_that_is_killed_in_the_middle_costs_no_frame(
    on, clip, painted_here, tmp_path, kill_a_node, monkeypatch, capfd
):
    began, killed = threading.Event(), []
    taken = crew.Crew.get

    def get(self, member, call, **how):
        gave = taken(self, member, call, **how)
        if isinstance(gave, bytes) and not began.is_set():  # the first shard
            began.set()
            kill_a_node()
            killed.append(member)
        return gave

    monkeypatch.setattr(crew.Crew, "get", get)
    assert on(clip, "-o", f"{tmp_path}/far/", *LOSSLESS) == 0
    assert killed
    assert equal(frames_in(tmp_path / "far" / "clip"), painted_here)
    told = capfd.readouterr()
    assert "was lost" in told.err
    assert told.out.endswith(f"{tmp_path}/far/clip\n")  # Ray may tell of the node before it


def test_finished_shards_are_kept_for_the_next_run_and_then_gone(
    on, clip, painted_here, tmp_path, monkeypatch
):
    kept = tmp_path / "shards"
    many = threading.Event()
    from paintreel.cluster import shard_store

    written: list[int] = []
    write = shard_store.KeptShards.write

    def fails_later(self, number, shard):
        if len(written) == 3:
            many.set()
            raise OSError(28, "No space left on device")
        write(self, number, shard)
        written.append(number)

    monkeypatch.setattr(shard_store.KeptShards, "write", fails_later)
    place = ("-o", f"{tmp_path}/far/", "--shards", kept, *LOSSLESS)
    assert on(clip, *place) == 1
    assert len(list(kept.rglob("*.zip"))) == 3
    assert not (tmp_path / "far" / "clip").exists()
    before = set(written)
    monkeypatch.setattr(
        shard_store.KeptShards,
        "write",
        lambda self, number, shard: (written.append(number), write(self, number, shard)),
    )
    del written[:]
    assert on(clip, *place) == 0
    assert not before & set(written)
    assert equal(frames_in(tmp_path / "far" / "clip"), painted_here)
    assert not list(kept.rglob("*.zip"))


def test_ctrl_c_ends_it_within_two_seconds(two_nodes, tiny_style, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), np.uint8)
    for number in range(40):
        write_picture(tmp_path / "in" / f"{number:02}.bmp", Picture(pixels))
    words = ("-o", str(tmp_path / "far"), "--style", tiny_style, "--ray", two_nodes.address)
    running = subprocess.Popen(
        [sys.executable, "-m", "paintreel", "stylize", str(tmp_path / "in"), *words],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    until_s = time.monotonic() + 60
    while not list((tmp_path / "far").glob("*.bmp")) and time.monotonic() < until_s:
        time.sleep(0.05)
    began_s = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    took_s = time.monotonic() - began_s
    assert running.returncode == 130, err
    made = [path.name for path in (tmp_path / "far").iterdir() if path.suffix == ".bmp"]
    assert 0 < len([name for name in made if not name.startswith(".")]) < 40
    assert took_s < 2 + slack_s()


ASKS_TO_THE_END = """
import sys, time
from paintreel.cluster.session import RayThread, connected

def ask(until_s):
    while time.monotonic() < until_s:
        ray.nodes()

with connected(sys.argv[1]) as ray:
    RayThread(ask, time.monotonic() + 1.5, name="asks").start()
assert not ray.is_initialized()
print("alive")
"""


def test_a_program_outlives_its_run_whose_threads_ask_to_the_end(two_nodes):
    """Ray ends a process in which a thread asks it anything after the connection."""
    done = subprocess.run(
        [sys.executable, "-c", ASKS_TO_THE_END, two_nodes.address],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert done.stdout == "alive\n", done.stderr


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"version": "0.0.1", "code": "x"}, "has paintreel "),
        (
            {"version": asking.package_facts()["version"], "code": "x"},
            "has other code of paintreel",
        ),
    ],
)
def test_nodes_with_another_version_are_refused(
    on, clip, tmp_path, monkeypatch, capfd, facts, says
):
    monkeypatch.setattr(crew, "package_facts", lambda: facts)
    assert on(clip, "-o", f"{tmp_path}/far/", *LOSSLESS) == 2
    err = capfd.readouterr().err
    assert says in err
    assert "install the same everywhere" in err
    assert not (tmp_path / "far").exists()


def test_a_node_without_the_model_is_refused(
    two_nodes, clip, tmp_path, style_file, monkeypatch, capfd
):
    """The driver finds it by a variable that the nodes are not told of."""
    monkeypatch.setenv("PAINTREEL_MODELS", str(style_file.parent.parent))
    monkeypatch.setattr(asking, "_HANDED_ON", ())
    words = ("-o", f"{tmp_path}/far/", "--style", "tiny", "--ray", two_nodes.address)
    assert main(["stylize", str(clip), *words, *LOSSLESS]) == 2
    assert "it has no model tiny" in capfd.readouterr().err
    assert not (tmp_path / "far").exists()


def test_a_folder_that_nodes_do_not_see_is_named(on, clip, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(asking.Path, "cwd", lambda: Path("/nowhere/on/nodes"))
    assert on(clip, "-o", f"{tmp_path}/far/", *LOSSLESS) == 2
    assert "it does not see the folder /nowhere/on/nodes" in capfd.readouterr().err


def test_nodes_work_in_storage(on, clip, painted_here, tiny_style, tmp_path, request, capfd):
    """Input, result and shards at URLs; the keys reach the nodes by their own environment."""
    pytest.importorskip("s3fs", reason="needs the extra s3")
    bucket = request.getfixturevalue("bucket")
    put(clip, f"{bucket}/in/clip.mkv")
    write_picture(tmp_path / "a.png", Picture(np.full((40, 56, 3), 90, np.uint8)))
    put(tmp_path / "a.png", f"{bucket}/in/a.png")
    place = ("-o", f"{bucket}/out", "--shards", f"{bucket}/shards", *LOSSLESS)
    assert on(f"{bucket}/in", *place) == 0, capfd.readouterr().err
    for each in list_objects(f"{bucket}/out/clip"):
        fetch(each.url, tmp_path / "back" / each.name)
    assert equal(frames_in(tmp_path / "back"), painted_here)
    assert is_stored(f"{bucket}/out/a.png")
    assert not is_stored(f"{bucket}/shards")
    told = capfd.readouterr()
    assert "a-secret" not in told.out + told.err


# The studio.


@contextmanager
def managed_on_nodes(place: Any) -> Iterator[Any]:
    from paintreel.studio.manager.executors import executor_of
    from paintreel.studio.manager.manager import Manager

    with (
        executor_of(place.settings) as executor,
        at_work(Manager(place.store, place.settings, executor=executor, name="tests")) as manager,
    ):
        yield manager


@pytest.fixture
def studio(two_nodes, tmp_path) -> Iterator[Any]:
    pytest.importorskip("fastapi", reason="needs the extra studio")
    from studio_place import Place

    place = Place(tmp_path / "data", time.time, executor="ray", ray=two_nodes.address, workers=2)
    yield place
    place.store.close()


def test_a_studio_runs_its_jobs_on_nodes_and_again_where_one_is_lost(studio):
    import ray

    user = studio.user("ada")
    job = studio.ask(user, "scene", count=8, size="640x360")  # long enough to be met at work
    with managed_on_nodes(studio) as manager:
        until(lambda: manager._running and manager._running[0].child.memory_bytes())
        ray.kill(manager._running[0].child._actor)
        until(lambda: not studio.job(job.id).is_active)
        assert manager._executor.health().running == 0
    ended = studio.job(job.id)
    assert (ended.status, ended.error, ended.deaths, ended.starts) == ("finished", None, 1, 2)
    assert not list(studio.settings.work.iterdir())


def test_a_job_of_a_studio_is_cancelled_on_its_node_within_two_seconds(studio):
    from paintreel.studio.work.jobs import cancel_job

    user = studio.user("ada")
    job = studio.ask(user, "scene", count=50, size="1920x1080")
    with managed_on_nodes(studio) as manager:
        until(lambda: studio.job(job.id).memory_bytes)
        began_s = time.monotonic()
        cancel_job(studio.store, studio.job(job.id))
        until(lambda: not manager._running)
        took_s = time.monotonic() - began_s
    assert took_s < 2 + slack_s()
    assert studio.job(job.id).status == "cancelled"
