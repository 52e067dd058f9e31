from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli import files
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.job import Job
from paintreel.jobs.run import Batch
from paintreel.options import FileOptions
from paintreel.storage import staged


def run(jobs: list[Job], monkeypatch, *, word: str = "painted", **options: bool) -> int:
    """The command on a verb whose plan is these jobs."""
    batch = Batch(tuple(jobs), skips_done=len(jobs) > 1, verb_done=word)
    monkeypatch.setattr(staged, "plan_anywhere", lambda verb, options: batch)
    return files.run_files("verb", FileOptions(**options))


def job(path: Path, calls: list[str], error: Exception | None = None) -> Job:
    def make(progress) -> None:
        calls.append(path.name)
        if error is not None:
            raise error
        path.write_bytes(b"made")

    return Job(str(path), (path,), make)


def test_several_go_on_after_a_failure_and_start_again(tmp_path: Path, monkeypatch, capsys):
    calls: list[str] = []
    bad = job(tmp_path / "b", calls, InputError("too\nsmall"))
    jobs = [job(tmp_path / "a", calls), bad, job(tmp_path / "c", calls)]
    assert run(jobs, monkeypatch) == 1
    printed = capsys.readouterr()
    assert printed.out == "2 painted, 0 skipped, 1 failed\n"
    assert printed.err == f"failed: {tmp_path / 'b'}: too\\nsmall\n"
    assert run([jobs[0], jobs[2]], monkeypatch, word="made") == 0
    printed = capsys.readouterr()
    assert printed.out == "0 made, 2 skipped, 0 failed\n"
    assert "--overwrite" in printed.err
    assert calls == ["a", "b", "c"]
    assert run([jobs[0], jobs[2]], monkeypatch, overwrite=True, quiet=True) == 0
    assert calls == ["a", "b", "c", "a", "c"]
    assert capsys.readouterr().out == ""


def test_one_alone_is_not_replaced(tmp_path: Path, monkeypatch, capsys):
    calls: list[str] = []
    one = job(tmp_path / "a", calls)
    assert run([one], monkeypatch) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'a'}\n"
    assert run([one], monkeypatch) == 1
    assert "a exists; use --overwrite" in capsys.readouterr().err
    assert calls == ["a"]
    assert run([one], monkeypatch, overwrite=True) == 0


def test_what_is_half_there_is_made(tmp_path: Path, monkeypatch):
    calls: list[str] = []
    (tmp_path / "a").write_bytes(b"there")
    whole = job(tmp_path / "x", calls)
    half = Job("a", (tmp_path / "a", tmp_path / "b"), lambda progress: calls.append("half"))
    run([half, whole], monkeypatch)
    assert calls == ["half", "x"]


def test_a_bug_says_its_kind(tmp_path: Path, monkeypatch, capsys):
    run([job(tmp_path / "a", [], ZeroDivisionError("by zero"))], monkeypatch)
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "report"), [("a.png", "a.png"), ("b/", "b/photo.json"), ("c.png", "d.webp")]
)
def test_a_report_never_takes_the_place_of_a_result(tmp_path, capsys, output, report):
    photo = tmp_path / "photo.png"
    write_picture(photo, Picture(np.full((16, 16, 3), 99, np.uint8)))
    words = ["rough", str(photo), "-o", f"{tmp_path}/{output}", "--json", f"{tmp_path}/{report}"]
    expected = 0 if report == "b/photo.json" else 2
    assert main(words) == expected
    assert ("choose another" in capsys.readouterr().err) == (expected == 2)


def test_a_report_of_names_that_are_not_utf8(tmp_path):
    photo = tmp_path / "in" / os.fsdecode(b"\xff\xfe.png")
    photo.parent.mkdir()
    try:
        write_picture(photo, Picture(np.full((16, 16, 3), 99, np.uint8)))
    except OSError:
        pytest.skip("the file system takes no such names")
    report = tmp_path / "r.json"
    assert main(["rough", str(photo.parent), "-o", f"{tmp_path}/out", "--json", str(report)]) == 0
    (file,) = json.loads(report.read_text("utf-8"))["files"]
    assert os.fsencode(file["source"]).endswith(b"\xff\xfe.png")
