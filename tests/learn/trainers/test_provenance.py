"""What a card says of the run that made the weights."""

from __future__ import annotations

import dataclasses
import json

from paintreel.learn.trainers.provenance import ModelFacts, origin, source_commit


@dataclasses.dataclass(frozen=True)
class Settings:
    seed: int = 3
    rate: float = 1e-3


def test_origin_says_how_to_run_it_again():
    told = origin(
        ModelFacts("mine"),
        Settings(),
        command=["paintreel", "train"],
        wall_s=59.6,
        data_hash="art 12",
    )
    assert told["command"] == "paintreel train"
    assert (told["recipe"], told["seed"], told["wall_time_s"]) == ("mine", 3, 60)
    assert told["settings"] == {"seed": 3, "rate": 1e-3}
    assert told["data_hash"] == "art 12"
    assert json.loads(json.dumps(told)) == told


def test_commit_is_none_outside_of_a_source_tree(monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere/at/all")
    assert source_commit() is None
