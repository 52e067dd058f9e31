from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from paintreel.errors import OutputError, TrainingError
from paintreel.learn.engine.checkpoint import load_checkpoint, save_checkpoint


def test_round_trip_is_exact(tmp_path):
    path = tmp_path / "checkpoint.pt"
    state = {"w": torch.randn(3, 4), "nested": {"list": [1, 2.5, "x"], "none": None}, "step": 7}
    save_checkpoint(path, state)
    back = load_checkpoint(path)
    assert torch.equal(back["w"], state["w"])
    assert back["nested"] == state["nested"]
    assert back["step"] == 7
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_memory_format_survives(tmp_path):
    weight = torch.randn(4, 3, 3, 3).contiguous(memory_format=torch.channels_last)
    save_checkpoint(tmp_path / "c.pt", {"w": weight})
    assert load_checkpoint(tmp_path / "c.pt")["w"].stride() == weight.stride()


@pytest.mark.parametrize("damage", ["empty", "truncated", "text", "missing", "folder"])
def test_damaged(tmp_path, damage):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"w": torch.randn(100)})
    whole = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        content = {"empty": b"", "truncated": whole[: len(whole) // 2], "text": b"hello"}[damage]
        path.write_bytes(content)
    message = {
        "missing": r"cannot read checkpoint .*checkpoint\.pt: there is no such file",
        "folder": r"cannot read checkpoint .*checkpoint\.pt: it is a folder",
    }.get(damage, r"checkpoint .*checkpoint\.pt is damaged.*new --out$")
    with pytest.raises(TrainingError, match=message):
        load_checkpoint(path)


@pytest.mark.parametrize("state", [{"format": 99}, {"w": 1}, [1, 2]])
def test_other_format(tmp_path, state):
    torch.save(state, tmp_path / "c.pt")
    with pytest.raises(TrainingError, match="not of format 2"):
        load_checkpoint(tmp_path / "c.pt")


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("exploded",)


def test_no_code_runs_on_loading(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"format": 2, "x": Bomb()}, tmp_path / "c.pt")
    with pytest.raises(TrainingError):
        load_checkpoint(tmp_path / "c.pt")
    assert not (tmp_path / "exploded").exists()


def test_failed_save_keeps_the_last_one(tmp_path):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"step": 1})
    with pytest.raises(Exception, match="pickle"):
        save_checkpoint(path, {"step": 2, "bad": lambda: None})
    assert load_checkpoint(path)["step"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """What a full disk does, without filling one."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_full_disk(tmp_path):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"step": 1})
    with (
        files_of_at_most(50_000),
        pytest.raises(OutputError, match=r"cannot write .*checkpoint\.pt"),
    ):
        save_checkpoint(path, {"step": 2, "w": torch.zeros(100_000)})
    assert load_checkpoint(path)["step"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_folder_in_the_way(tmp_path):
    (tmp_path / "checkpoint.pt").mkdir()
    with pytest.raises(OutputError, match="it is a folder"):
        save_checkpoint(tmp_path / "checkpoint.pt", {})
