"""One run at a time in a folder."""

import multiprocessing
import os
import signal

import pytest

from paintreel.errors import OutputError
from paintreel.learn.engine.held_folder import held


def test_a_second_run_is_refused_until_the_first_ends(tmp_path):
    folder = tmp_path / "runs" / "a"
    with held(folder, what="a training"):
        with (
            pytest.raises(OutputError, match=r"a training is at work in .*a; wait until"),
            held(folder, what="a training"),
        ):
            pass
        (folder / "model.onnx").touch()
    with held(folder, what="a training"):
        pass
    assert [path.name for path in folder.iterdir()] == ["model.onnx"]


def test_a_folder_that_nothing_came_of_goes_again(tmp_path):
    with pytest.raises(KeyError), held(tmp_path / "runs", what="a training"):
        raise KeyError
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_was_there_stays(tmp_path):
    (tmp_path / "own").mkdir()
    with pytest.raises(KeyError), held(tmp_path / "own", what="a training"):
        raise KeyError
    assert (tmp_path / "own").is_dir()


def test_a_forked_worker_does_not_hold_on(tmp_path):
    with held(tmp_path, what="a training"):
        worker = multiprocessing.get_context("fork").Process(target=signal.pause)
        worker.start()
    try:
        with held(tmp_path, what="a training"):
            pass
    finally:
        worker.kill()
        worker.join()


def test_a_killed_run_holds_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    run = context.Process(target=_hold, args=(tmp_path, ready))
    run.start()
    assert ready.wait(60)
    with pytest.raises(OutputError), held(tmp_path, what="a training"):
        pass
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    run.join()
    with held(tmp_path, what="a training"):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot make"), held(tmp_path / "file", what="a run"):
        pass


def _hold(folder, ready):
    with held(folder, what="a training"):
        ready.set()
        signal.pause()
