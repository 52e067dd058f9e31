from __future__ import annotations

from pathlib import Path

from paintreel.cli.pictures import Task, run_tasks
from paintreel.errors import InputError


def task(path: Path, calls: list[str], error: Exception | None = None) -> Task:
    def make() -> None:
        calls.append(path.name)
        if error is not None:
            raise error
        path.write_bytes(b"made")

    return Task(str(path), (path,), make)


def test_several_go_on_after_a_failure_and_start_again(tmp_path: Path, capsys):
    calls: list[str] = []
    bad = task(tmp_path / "b", calls, InputError("too\nsmall"))
    tasks = [task(tmp_path / "a", calls), bad, task(tmp_path / "c", calls)]
    assert run_tasks(tasks, overwrite=False) == 1
    printed = capsys.readouterr()
    assert printed.out == "2 painted, 0 skipped, 1 failed\n"
    assert printed.err == f"failed: {tmp_path / 'b'}: too small\n"
    assert run_tasks([tasks[0], tasks[2]], overwrite=False, word="made") == 0
    printed = capsys.readouterr()
    assert printed.out == "0 made, 2 skipped, 0 failed\n"
    assert "--overwrite" in printed.err
    assert calls == ["a", "b", "c"]
    assert run_tasks([tasks[0], tasks[2]], overwrite=True, quiet=True) == 0
    assert calls == ["a", "b", "c", "a", "c"]
    assert capsys.readouterr().out == ""


def test_one_alone_is_not_replaced(tmp_path: Path, capsys):
    calls: list[str] = []
    one = task(tmp_path / "a", calls)
    assert run_tasks([one], overwrite=False) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'a'}\n"
    assert run_tasks([one], overwrite=False) == 1
    assert "a exists; use --overwrite" in capsys.readouterr().err
    assert calls == ["a"]
    assert run_tasks([one], overwrite=True) == 0


def test_what_is_half_there_is_made(tmp_path: Path):
    calls: list[str] = []
    (tmp_path / "a").write_bytes(b"there")
    whole = task(tmp_path / "x", calls)
    half = Task("a", (tmp_path / "a", tmp_path / "b"), lambda: calls.append("half"))
    run_tasks([half, whole], overwrite=False)
    assert calls == ["half", "x"]


def test_a_bug_says_its_kind(tmp_path: Path, capsys):
    run_tasks([task(tmp_path / "a", [], ZeroDivisionError("by zero"))], overwrite=False)
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err
