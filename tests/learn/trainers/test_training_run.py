"""A run's folder is refused where a run would lose or mix things."""

from __future__ import annotations

import pytest

from paintreel.errors import OutputError
from paintreel.learn.trainers.training_run import claim


def test_a_new_folder_is_taken(tmp_path):
    claim(tmp_path / "run", resume=False, reads=(tmp_path / "art",))


def test_a_run_that_is_there_must_be_resumed(tmp_path):
    (tmp_path / "checkpoint.pt").touch()
    with pytest.raises(OutputError, match="--resume"):
        claim(tmp_path, resume=False, reads=())
    claim(tmp_path, resume=True, reads=())


def test_a_run_that_is_not_there_cannot_be_resumed(tmp_path):
    with pytest.raises(OutputError, match="no checkpoint"):
        claim(tmp_path, resume=True, reads=())


def test_a_run_does_not_write_among_what_it_reads(tmp_path):
    with pytest.raises(OutputError, match="read for pictures"):
        claim(tmp_path / "art" / "run", resume=False, reads=(tmp_path / "photos", tmp_path / "art"))
