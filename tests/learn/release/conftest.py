"""A tiny judge in a file, and what it is to tell apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from paintreel.learn.models.judge import PRESETS, Judge
from paintreel.learn.release.judge_training import export_judge
from paintreel.learn.trainers.provenance import ModelFacts


def _drawings(seed: int, count: int = 4) -> list[np.ndarray]:
    """Hard black stripes on white; six crops each."""
    rng = np.random.default_rng(seed)
    pictures = []
    for _ in range(count):
        x = np.full((330, 490, 3), 255, np.uint8)
        x[:, int(rng.integers(0, 8)) :: 8] = 0
        pictures.append(x)
    return pictures


@pytest.fixture(scope="session")
def drawings() -> Callable[..., list[np.ndarray]]:
    return _drawings


@pytest.fixture(scope="session")
def clouds(picture) -> Callable[..., list[np.ndarray]]:
    """A function (first, count) to soft pictures of the drawings' size."""

    def make(first: int, count: int = 4) -> list[np.ndarray]:
        return [picture(seed, 330, 490) for seed in range(first, first + count)]

    return make


@pytest.fixture(scope="session")
def tiny_judge() -> Judge:
    torch.manual_seed(0)
    return Judge(PRESETS["tiny"]).eval()


@pytest.fixture(scope="session")
def judge_file(tiny_judge, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "judge" / "model.onnx"
    export_judge(tiny_judge, path, ModelFacts("judge", "tiny"), {"seed": 0})
    return path
