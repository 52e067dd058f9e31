"""A clip with a drawn face and a voice that is no person's, and a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from performances import ONE, write_performance
from voices import RATE_HZ, spoken, write_sound


@pytest.fixture(scope="session")
def performance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds: a face all the time, a voice in the first two."""
    samples = np.concatenate([spoken(7, 2.0).samples, np.zeros(RATE_HZ, np.float32)])
    path = tmp_path_factory.mktemp("clips") / "both.mkv"
    return write_performance(path, faces=[[ONE]] * 30, samples=samples)


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of silence, two of a voice, with the faint noise that all recordings have."""
    samples = np.concatenate([np.zeros(RATE_HZ), spoken(7, 2.0).samples])
    samples += 0.001 * np.random.default_rng(1).normal(size=len(samples))
    return write_sound(tmp_path_factory.mktemp("sounds") / "line.wav", samples[None])
