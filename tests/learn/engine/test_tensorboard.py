"""The optional TensorBoard log."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import MissingExtra
from paintreel.learn.engine import journal as module
from paintreel.learn.engine.journal import Journal


class Board:
    def __init__(self) -> None:
        self.scalars: list[tuple[str, float, int]] = []

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.scalars.append((name, value, step))

    def flush(self) -> None:
        pass


def test_terms_and_measures_reach_the_board(tmp_path: Path, monkeypatch) -> None:
    board = Board()
    monkeypatch.setattr(module, "_open_board", lambda folder: board)
    journal = Journal(tmp_path / "j.jsonl", keep=False, speak=True, board=tmp_path / "tb")
    journal.add(3, 0.1, 1.0, {"painted": 0.5}, speak=False)
    journal.measure(3, {"gini": 0.7})
    assert board.scalars == [("terms/painted", 0.5, 3), ("held out/gini", 0.7, 3)]


def test_missing_package_says_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingExtra, match=r"paintreel\[tensorboard\]"):
        Journal(tmp_path / "j.jsonl", keep=False, speak=True, board=tmp_path / "tb")
