"""A command that is told to end cleans up, says so in one line and leaves with the right code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.signals import Ended

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends signals")

SIGNALS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "terminal closed"}

BEGIN = """
import os, signal, sys
given, number = sys.argv[1:3]
"""
IN_AN_IMPORT = """
class Late:
    def find_spec(self, name, path=None, target=None):
        if name == given and self in sys.meta_path:
            sys.meta_path.remove(self)  # OpenCV imports itself twice
            os.kill(os.getpid(), getattr(signal, number))
            sum(range(100_000))  # the handler runs in here
sys.meta_path.insert(0, Late())
"""
WHILE_PAINTING = """
import paintreel.runtime.model as home
class Model(home.Model):
    def run_image(self, x):
        for _ in range(int(given)):
            os.kill(os.getpid(), getattr(signal, number))
        return super().run_image(x)
home.Model = Model
"""
RUN = """
sys.argv = ["paintreel", *sys.argv[3:]]
from paintreel.cli.entry import start
start()
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BEGIN + code + RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def paint(tmp_path: Path, style_file: Path) -> list[str]:
    """Arguments that paint a small picture."""
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(tmp_path / "a.png")
    machine = ["--style", str(style_file), "--backend", "onnxruntime", "--threads", "1"]
    return ["stylize", str(tmp_path / "a.png"), "-o", str(tmp_path / "out"), *machine]


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("module", ["argparse", "numpy", "cv2", "onnxruntime"])
def test_during_start_up(paint: list[str], tmp_path: Path, name: str, module: str):
    done = run(IN_AN_IMPORT, module, name, *paint)
    assert done.returncode == 128 + getattr(signal, name), done.stderr
    assert done.stderr == f"paintreel: {SIGNALS[name]}\n"
    # A signal that waits for an import may find the small picture painted: then it is whole, and
    # no path is printed of what is not there.
    result = tmp_path / "out" / "a.png"
    assert done.stdout in ("", f"{result}\n")
    assert result.exists() or not done.stdout
    if result.exists():
        Image.open(result).load()


@pytest.mark.parametrize("name", SIGNALS)
def test_while_painting_nothing_unfinished_stays(paint: list[str], tmp_path: Path, name: str):
    done = run(WHILE_PAINTING, "1", name, *paint)
    assert done.returncode == 128 + getattr(signal, name), done.stderr
    assert done.stderr.splitlines()[-1] == f"paintreel: {SIGNALS[name]}"
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"a.png"}


def test_what_is_ignored_stays_ignored(paint: list[str], tmp_path: Path):
    ignore = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    done = run(ignore + WHILE_PAINTING, "1", "SIGHUP", *paint)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").exists()


def test_a_run_without_signals_is_as_ever(paint: list[str]):
    assert run("", "", "", *paint).returncode == 0
    assert run("", "", "", "stylize", "absent.png", "-o", "x").returncode == 1


def test_code_and_word_of_a_signal():
    ended = Ended(signal.SIGTERM)
    assert isinstance(ended, KeyboardInterrupt)
    assert (ended.exit_code, ended.word) == (143, "terminated")
