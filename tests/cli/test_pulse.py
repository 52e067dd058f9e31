"""What takes long gives a sign of life, and never on standard output."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli import main as cli
from paintreel.cli import pulse as home
from paintreel.cli.progress import ProgressBars
from paintreel.cli.pulse import Pulse, at_work, stage
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.job import Job


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch, request) -> None:
    """The tests beat themselves, but for those of whole commands."""
    if "quick" not in request.fixturenames:
        monkeypatch.setattr(home, "_BEAT_S", 3600.0)


def beats(pulse: Pulse, clock: Clock, *times_s: float) -> None:
    for clock.now_s in times_s:
        pulse.beat()


def test_one_line_every_ten_seconds_without_a_terminal():
    clock, stream = Clock(), io.StringIO()
    with Pulse("scene", stream=stream, clock=clock) as pulse:
        beats(pulse, clock, 2, 9)
        assert stream.getvalue() == ""
        beats(pulse, clock, 10, 11, 19)
        stage("finishing\n\x1b[31m")
        beats(pulse, clock, 20, 21)
    assert stream.getvalue().splitlines() == [
        "scene: getting ready, 10 s",
        r"scene: finishing\n\x1b[31m, 20 s",
    ]


def test_a_line_in_its_place_on_a_terminal_that_makes_room(monkeypatch):
    clock, stream = Clock(), Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Pulse("scene", clock=clock) as pulse:
        beats(pulse, clock, 1)
        assert stream.getvalue() == ""
        beats(pulse, clock, 2, 3)
        assert stream.getvalue().endswith("\r\x1b[Kscene: getting ready, 3 s")
        print("a message", file=sys.stderr)
        assert stream.getvalue().endswith("3 s\r\x1b[Ka message\n")
        beats(pulse, clock, 4)
        assert stream.getvalue().endswith("a message\n")
        beats(pulse, clock, 6)
        print("result")  # on standard output: the same terminal
        assert stream.getvalue().endswith("6 s\r\x1b[K")
        beats(pulse, clock, 9)
    assert stream.getvalue().endswith("9 s\r\x1b[K")  # nothing is left at the end
    assert sys.stderr is stream


def test_a_command_that_speaks_by_itself_gets_no_sign(monkeypatch):
    clock, stream = Clock(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Pulse("train", clock=clock) as pulse:
        for second in range(1, 40):
            clock.now_s = second
            if second % 5 == 0:
                print("step", file=sys.stdout if second % 2 else sys.stderr)
            pulse.beat()
    assert "train" not in stream.getvalue()


def test_quiet_gives_none(monkeypatch):
    clock, stream = Clock(), Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Pulse("scene", shown=False, clock=clock):
        assert sys.stderr is stream


def test_it_tells_how_far_the_files_and_frames_are():
    clock, stream = Clock(), io.StringIO()
    clip = Job("in/clip.mp4", (Path("out.mp4"),), lambda progress: None, "clip")
    with Pulse("stylize", stream=stream, clock=clock) as pulse:
        with ProgressBars(3, shown=True, stream=stream) as progress:
            progress.file()
            beats(pulse, clock, 10)
            progress.frame(clip, 7, 90)
            beats(pulse, clock, 20)
            progress.file()
            beats(pulse, clock, 30)
        beats(pulse, clock, 40)
    assert stream.getvalue().splitlines() == [
        "stylize: 1 of 3 files, 10 s",
        "stylize: 1 of 3 files; clip.mp4: frame 7 of 90, 20 s",
        "stylize: 2 of 3 files, 30 s",
        "stylize: finishing, 40 s",
    ]


def test_bars_of_a_terminal_go_on(monkeypatch):
    clock, stream = Clock(), Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Pulse("stylize", clock=clock) as pulse, ProgressBars(3, shown=True) as progress:
        progress.file()
        drawn = len(stream.getvalue())
        beats(pulse, clock, 5)
        text = stream.getvalue()[drawn:]
    assert "file/s" in text
    assert "stylize:" not in text


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds are a tenth of one."""
    monkeypatch.setattr(home, "_BEAT_S", 0.02)
    monkeypatch.setattr(home, "_LINE_S", 0.1)


SLOW = {
    "rough": ("paintreel.rough.batch.make_rough", ["rough", "a.png", "-o", "r.png", "--json", "-"]),
    "score": (
        "paintreel.scoring.evaluate.read_picture",
        ["score", "a.png", "--metrics", "gini_gradient", "--json", "-"],
    ),
    "compare": (
        "paintreel.compare.compare.compare_systems",
        ["compare", "x", "y", "--metrics", "gini_gradient", "--json", "-"],
    ),
    "agree": ("paintreel.agree.agree.agree", ["agree", "r.tsv", "--json"]),
    "models": ("paintreel.runtime.catalog.read_catalogue", ["models", "--json"]),
}


@pytest.mark.parametrize("verb", SLOW)
def test_every_verb_gives_a_sign_and_json_stays_pure(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, quick
):
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(3).integers(0, 256, (40, 40, 3), np.uint8)
    for name in ("a.png", "x/a.png", "y/a.png", "x/b.png", "y/b.png"):
        write_picture(name, Picture(pixels))
    Path("r.tsv").write_text("item\trater\tmood\n1\ta\tx\n1\tb\tx\n2\ta\ty\n2\tb\ty\n")
    place, words = SLOW[verb]
    import importlib

    module, name = place.rsplit(".", 1)
    work = getattr(importlib.import_module(module), name)

    def slow(*args, **keywords):
        time.sleep(0.3)
        return work(*args, **keywords)

    monkeypatch.setattr(place, slow)
    assert cli.main(words) == 0
    printed = capsys.readouterr()
    assert f"{verb}: " in printed.err
    json.loads(printed.out)
    assert at_work() is None
    quiet = [*words, "--quiet"] if verb in ("rough", "score", "compare") else None
    if quiet:
        cli.main([*quiet, *(["--overwrite"] if verb == "rough" else [])])
        assert f"{verb}: " not in capsys.readouterr().err


def test_the_streams_are_given_back_after_an_error(monkeypatch, capsys):
    from paintreel.cli import models

    out, err = sys.stdout, sys.stderr
    monkeypatch.setattr(models, "run", lambda options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["models"])
    assert (sys.stdout, sys.stderr, at_work()) == (out, err, None)
