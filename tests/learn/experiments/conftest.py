"""Records of a scene experiment that nobody had to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from paintreel.learn.experiments.scene.results import Results
from paintreel.roughs.rough import LEVELS

CROPS = {"a.png": "forest", "b.png": "water", "c.png": "water"}


def scene_record(condition: str, trial: int, scores: Mapping[str, Sequence[float]]) -> dict:
    """A record with `scores` {measure: a value a crop} at every level of rough."""
    return {
        "condition": condition,
        "trial": trial,
        "source": {"command": "x", "commit": None, "machine": "m", "device": "cpu"},
        "scores": {level: {m: list(v) for m, v in scores.items()} for level in LEVELS},
        "paint_s": 0.25,
    }


@pytest.fixture(scope="session")
def make_results() -> Callable[..., Results]:
    """A function (**{condition: [{measure: a value a crop}, a dict a trial]}) to Results."""

    def make(**scores: list[dict[str, Sequence[float]]]) -> Results:
        records: dict[str, dict[int, dict[str, Any]]] = {
            name: {t: scene_record(name, t, row) for t, row in enumerate(trials)}
            for name, trials in scores.items()
        }
        return Results(records, CROPS)

    return make


@pytest.fixture(scope="session")
def make_record() -> Callable[..., dict]:
    return scene_record
