"""Files of sound that the tests make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from voices import write_sound


@pytest.fixture
def make_sound(tmp_path: Path) -> Callable[..., Path]:
    """`make_sound("name.wav", channels, ...)`: see `write_sound`."""

    def make(name: str, channels: np.ndarray, *args: object, **settings: object) -> Path:
        return write_sound(tmp_path / name, channels, *args, **settings)

    return make
