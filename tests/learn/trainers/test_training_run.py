"""A run's folder is refused where a run would lose or mix things."""

from __future__ import annotations

import pytest

from paintreel.errors import OutputError, TrainingError
from paintreel.learn.engine.checkpoint import save_checkpoint
from paintreel.learn.trainers.training_run import claim, progress_of


def test_a_new_folder_is_taken(tmp_path):
    claim(tmp_path / "run", resume=False, reads=(tmp_path / "art",))


def test_a_run_that_is_there_must_be_resumed(tmp_path):
    save_checkpoint(tmp_path / "checkpoint.pt", {"step": 3})
    with pytest.raises(OutputError, match="--resume"):
        claim(tmp_path, resume=False, reads=())
    claim(tmp_path, resume=True, reads=())
    (tmp_path / "checkpoint.pt").write_bytes(b"cut off")
    with pytest.raises(TrainingError, match="is damaged"):
        claim(tmp_path, resume=True, reads=())


def test_a_run_that_is_not_there_cannot_be_resumed(tmp_path):
    with pytest.raises(OutputError, match="no checkpoint"):
        claim(tmp_path, resume=True, reads=())


def test_a_run_does_not_write_among_what_it_reads(tmp_path):
    with pytest.raises(OutputError, match="read for pictures"):
        claim(tmp_path / "art" / "run", resume=False, reads=(tmp_path / "photos", tmp_path / "art"))


def test_progress_is_told_in_tenths_and_not_among_the_results(capsys):
    said = progress_of("roughs", speak=True)
    for done in range(1, 41):
        said(done, 40)
    progress_of("roughs", speak=False)(40, 40)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [f"roughs {done}/40" for done in range(4, 41, 4)]
