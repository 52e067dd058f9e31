"""The optional TensorBoard log."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from paintreel.errors import MissingExtra
from paintreel.learn.engine.journal import Journal


@pytest.fixture
def boards(monkeypatch) -> list:
    """Stands for torch's writer; every board that is opened, in order."""
    opened = []

    class Board:
        def __init__(self, folder: str, purge_step: int | None = None) -> None:
            self.folder, self.purge_step, self.is_open = folder, purge_step, True
            self.scalars: list[tuple[str, float, int]] = []
            opened.append(self)

        def add_scalar(self, name: str, value: float, step: int) -> None:
            assert self.is_open
            self.scalars.append((name, value, step))

        def flush(self) -> None:
            pass

        def close(self) -> None:
            self.is_open = False

    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = Board
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    return opened


def journal_in(folder: Path, *, keep: bool = False, speak: bool = True) -> Journal:
    return Journal(folder / "j.jsonl", keep=keep, speak=speak, board=folder / "tb")


def test_terms_and_measures_reach_the_board(tmp_path: Path, boards) -> None:
    journal = journal_in(tmp_path)
    journal.add(3, 0.1, 1.0, {"painted": 0.5})
    journal.measure(3, {"gini": 0.7})
    assert boards[0].scalars == [("terms/painted", 0.5, 3), ("held out/gini", 0.7, 3)]
    assert boards[0].folder == str(tmp_path / "tb")


def test_steps_that_are_taken_again_are_purged(tmp_path: Path, boards) -> None:
    journal = journal_in(tmp_path)
    for step in (1, 2, 3):
        journal.add(step, 0.1, 1.0, {"painted": 0.5})
    journal.forget_after(2)
    journal.add(3, 0.1, 1.0, {"painted": 0.4})
    first, second = boards
    assert not first.is_open
    assert second.purge_step == 3
    assert second.scalars == [("terms/painted", 0.4, 3)]


def test_a_new_run_hides_what_lay_there_and_a_resumed_one_does_not(tmp_path: Path, boards) -> None:
    journal_in(tmp_path)
    journal_in(tmp_path, keep=True)
    assert [board.purge_step for board in boards] == [0, None]


def test_followers_open_no_board(tmp_path: Path, boards) -> None:
    journal_in(tmp_path, speak=False).forget_after(0)
    assert boards == []


def test_purged_events_are_not_shown(tmp_path: Path, capsys) -> None:
    """With the real package, where it is installed."""
    accumulate = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    journal = journal_in(tmp_path)
    for step in (1, 2, 3, 4):
        journal.add(step, 0.1, 1.0, {"painted": float(step)})
    journal.forget_after(2)
    journal.add(3, 0.1, 1.0, {"painted": 30.0})
    journal.board.close()
    events = accumulate.EventAccumulator(str(tmp_path / "tb"))
    events.Reload()
    shown = [(event.step, event.value) for event in events.Scalars("terms/painted")]
    assert shown == [(1, 1.0), (2, 2.0), (3, 30.0)]


def test_missing_package_says_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingExtra, match=r"paintreel\[tensorboard\]"):
        journal_in(tmp_path)
