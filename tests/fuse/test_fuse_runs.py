"""Runs of `fuse` that are counted, killed, doubled, or short of disk."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from painted_clips import painted
from PIL import Image

import paintreel
from paintreel.errors import OutputError
from paintreel.fuse import adapting
from paintreel.media.carrying import PaintedKey
from paintreel.media.reader import read_frames

COMMAND = (sys.executable, "-m", "paintreel", "fuse")


def ask(clip: Path, frames: list, model: Path, *more: str) -> list[str]:
    """A command that learns the first frame's painting."""
    Image.fromarray(painted(frames[0])).save(clip.with_name("key.png"))
    words = [*COMMAND, str(clip.with_name("key.png")), str(clip), "--key-frame", "0"]
    out = str(clip.with_name("out.mkv"))
    return [*words, "--model", str(model), "--codec", "ffv1", "--threads", "1", "-o", out, *more]


def test_steps_stand_for_the_time_of_the_learning(pan, fuse_model, monkeypatch):
    clip, frames = pan
    budgets = []

    def run(options, folder, *_):
        budgets.append(options.budget)
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(fuse_model.read_bytes())

    monkeypatch.setattr(adapting, "_run", run)
    given = {"key_frames": 0, "model": str(fuse_model), "codec": "ffv1", "overwrite": True}
    for more in ({}, {"adapt_s": 3.0}, {"adapt_steps": 7}):
        paintreel.fuse(painted(frames[0]), clip, clip.with_name("o.mkv"), **given, **more)
    assert budgets == ["100s", "3s", "7steps"]


def test_counted_in_steps_two_runs_give_the_same(pan, fuse_model):
    clip, frames = pan
    results = []
    for name in ("one.mkv", "two.mkv"):
        out = clip.with_name(name)
        paintreel.fuse(
            painted(frames[0]), clip, out, key_frames=0, model=str(fuse_model), adapt_steps=2,
            codec="ffv1", threads=1,
        )  # fmt: skip
        with read_frames(out) as read:
            results.append(np.stack([frame.pixels.copy() for frame in read]))
    assert np.array_equal(*results)


def test_a_second_run_of_one_result_is_refused_while_the_first_is_at_it(pan, fuse_model):
    clip, frames = pan
    out = clip.with_name("out.mkv")
    with adapting.sole_use(out), pytest.raises(OutputError, match="another run is making"):
        paintreel.fuse(painted(frames[0]), clip, out, key_frames=0, adapt=False)
    paintreel.fuse(painted(frames[0]), clip, out, key_frames=0, model=str(fuse_model), adapt=False)
    assert out.is_file()
    assert not list(clip.parent.glob("*.lock")) + list(clip.parent.glob(".*.lock"))


@pytest.fixture
def learn(fuse_model, tmp_path, monkeypatch):
    """Learn a key of one grey level; how often it was begun is `learn.begun`."""
    begun = []

    def run(options, folder, *_):
        begun.append(folder)
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(fuse_model.read_bytes())

    monkeypatch.setattr(adapting, "_run", run)

    def of_grey(level: int) -> Path:
        picture = np.full((48, 64, 3), level, np.uint8)
        keys = [PaintedKey(picture, picture)]
        return adapting.adapt(keys, tmp_path / "o.mkv", model=str(fuse_model), budget="1s")

    of_grey.begun = begun
    return of_grey


def test_what_was_half_written_is_learnt_anew(learn, tmp_path):
    learn(10)
    learn(10)
    assert len(learn.begun) == 1
    said = adapting.work_folder(tmp_path / "o.mkv") / "asked.json"
    said.write_text(said.read_text()[:20])
    assert learn(20).is_file()
    assert len(learn.begun) == 2


def test_the_network_of_another_painting_is_never_handed_back(learn, tmp_path, monkeypatch):
    learn(10)

    def refused(path, *_, **more):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(adapting.shutil, "rmtree", refused)
    with pytest.raises(OutputError, match=r"of another learning: .*delete it"):
        learn(20)
    assert len(learn.begun) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no lock")
def test_a_lock_that_was_taken_away_meanwhile_is_taken_anew(tmp_path, monkeypatch):
    import fcntl

    out = tmp_path / "out.mkv"
    lock = adapting.work_folder(out).with_suffix(".lock")
    really, taken = fcntl.flock, []

    def after_another_ended(handle, how):
        taken.append(how)
        if len(taken) == 1:
            lock.unlink()  # the run before ends between our opening and our locking
        return really(handle, how)

    monkeypatch.setattr(fcntl, "flock", after_another_ended)
    with adapting.sole_use(out):
        assert len(taken) == 2
        assert lock.is_file()
        with pytest.raises(OutputError, match="another run"), adapting.sole_use(out):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="processes are killed as Linux does")
def test_a_run_that_was_killed_goes_on_and_leaves_nothing(pan, fuse_model):
    clip, frames = pan
    out = clip.with_name("out.mkv")
    first = subprocess.Popen(ask(clip, frames, fuse_model, "--adapt-steps", "100000"))
    checkpoint = adapting.work_folder(out) / "run" / "checkpoint.pt"
    until = time.monotonic() + 240
    while not checkpoint.is_file() and time.monotonic() < until:
        assert first.poll() is None
        time.sleep(0.1)
    assert checkpoint.is_file()
    first.send_signal(signal.SIGKILL)
    first.wait()
    _wait_for_no_process_of(checkpoint.parent)
    assert not out.exists()
    done = subprocess.run(
        ask(clip, frames, fuse_model, "--adapt-steps", "2"), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert out.is_file()
    assert {p.name for p in clip.parent.iterdir()} == {clip.name, "key.png", out.name}


def _wait_for_no_process_of(folder: Path) -> None:
    """The child that learns ends with the run that started it."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        lines = []
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and int(process.name) != os.getpid():
                try:
                    lines.append((process / "cmdline").read_bytes())
                except OSError:
                    continue
        if not any(str(folder).encode() in line for line in lines):
            return
        time.sleep(0.1)
    raise AssertionError(f"a process still works on {folder}")


@pytest.mark.skipif(sys.platform != "linux", reason="limits files as Linux does")
def test_a_full_disk_is_said_and_leaves_no_result(pan, fuse_model):
    clip, frames = pan

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        ask(clip, frames, fuse_model, "--no-adapt"),
        capture_output=True,
        text=True,
        preexec_fn=full,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "out.mkv" in done.stderr
    assert not clip.with_name("out.mkv").exists()
