from __future__ import annotations

import json

import pytest

from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.journal import Journal


def filled(path, *, speak=True):
    journal = Journal(path, keep=False, speak=speak)
    for step in (1, 2, 3):
        journal.add(step, step / 4, step * 0.5, {"painted": 1 / step})
        if step == 2:
            journal.say_progress(Budget(steps=4))
    journal.measure(2, {"gini": 0.7})
    journal.note("went wrong")
    return journal


def test_lines_on_disk_and_on_the_terminal(tmp_path, capsys):
    journal = filled(tmp_path / "run" / "journal.jsonl")
    entries = [json.loads(line) for line in journal.path.read_text().splitlines()]
    assert entries[0] == {"step": 1, "progress": 0.25, "elapsed_s": 0.5, "painted": 1.0}
    assert entries[3] == {"kind": "measure", "step": 2, "gini": 0.7}
    assert entries[4] == {"note": "went wrong"}
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        " 50%  step 2  1 s gone, 1 s left  painted 0.5000",
        "held out at step 2:  gini 0.700",
        "went wrong",
    ]


def test_followers_write_nothing(tmp_path, capsys):
    journal = filled(tmp_path / "journal.jsonl", speak=False)
    journal.forget_after(1)
    assert not journal.path.exists()
    assert [r["step"] for r in journal.rows] == [1]
    assert capsys.readouterr().err == ""


def test_kept_journal_equals_the_one_in_memory(tmp_path):
    old = filled(tmp_path / "journal.jsonl")
    new = Journal(old.path, keep=True, speak=True)
    assert (new.rows, new.measures, new.notes) == (old.rows, old.measures, old.notes)


def test_new_journal_starts_empty(tmp_path):
    path = filled(tmp_path / "journal.jsonl").path
    assert Journal(path, keep=False, speak=True).rows == []
    assert path.read_text() == ""


def test_forget_after_drops_rows_on_disk_too(tmp_path):
    journal = filled(tmp_path / "journal.jsonl")
    journal.forget_after(1)
    again = Journal(journal.path, keep=True, speak=True)
    for j in (journal, again):
        assert [r["step"] for r in j.rows] == [1]
        assert j.measures == []
        assert j.notes == ["went wrong"]


def test_torn_last_line_of_a_killed_run(tmp_path):
    journal = filled(tmp_path / "journal.jsonl")
    text = journal.path.read_text()
    journal.path.write_text(text + '{"step": 4, "progre')
    again = Journal(journal.path, keep=True, speak=True)
    assert again.rows == journal.rows


def test_curves_are_means_of_equal_parts(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl", keep=False, speak=False)
    for step in range(1, 9):
        terms = {"painted": float(step)} | ({"texture": 2.0} if step > 6 else {})
        journal.add(step, 0.0, 0.0, terms)
    assert journal.curves(points=4) == {
        "painted": {"step": [2, 4, 6, 8], "value": [1.5, 3.5, 5.5, 7.5]},
        "texture": {"step": [7, 8], "value": [2.0, 2.0]},
    }
    assert Journal(tmp_path / "none.jsonl", keep=True, speak=False).curves() == {}


def test_no_measures_no_line(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl", keep=False, speak=True)
    journal.measure(3, {})
    assert journal.path.read_text() == ""


@pytest.mark.parametrize(
    ("budget", "left"),
    [(Budget(steps=500), "4 min"), (Budget(seconds=7500.0), "2.0 h"), (Budget(steps=100), "0 s")],
)
def test_the_time_that_is_left_follows_the_last_steps(tmp_path, capsys, budget, left):
    """A slow start does not count: the last 40 steps took 0.6 s each."""
    journal = Journal(tmp_path / "journal.jsonl", keep=False, speak=True)
    journal.say_progress(budget)
    assert capsys.readouterr().err == ""  # nothing to say before the first step
    for step in range(1, 101):
        journal.add(step, step / 500, 140 + step * 0.6, {"painted": 0.5})
    journal.say_progress(budget)
    assert capsys.readouterr().err == f" 20%  step 100  3 min gone, {left} left  painted 0.5000\n"
