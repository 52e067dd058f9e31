"""Pictures of one feeling, by the tiny classifiers of the tests: red is anger, dark is fear."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

MEANS = {
    "happiness": (230, 205, 60),
    "calm": (100, 210, 110),
    "sadness": (60, 120, 215),
    "fear": (20, 20, 25),
    "anger": (215, 45, 45),
}


@pytest.fixture
def of_mood() -> Callable[..., np.ndarray]:
    """A function (mood, height, width) that gives a picture of it, with some contrast."""

    def make(mood: str, height: int = 64, width: int = 96) -> np.ndarray:
        wave = 18 * np.sin(np.arange(width) / 3)[None, :, None]
        return np.clip(np.array(MEANS[mood]) + wave + np.zeros((height, 1, 1)), 0, 255).astype(
            np.uint8
        )

    return make
