"""A studio in a folder of its own, with a clock that tests move."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("fastapi", reason="needs the extra studio")

from argon2 import PasswordHasher
from studio_place import Clock, Place

from paintreel.studio.accounts import passwords


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed with little work, but where a test asks for `real_hashes`."""
    if "real_hashes" not in request.fixturenames:
        quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        monkeypatch.setattr(passwords, "_HASHER", quick)
        monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody has this password"))


@pytest.fixture
def real_hashes() -> None:
    """The work of a studio that is used."""


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The command closes what it makes to other accounts, in its process."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path, clock: Clock) -> Iterator[Place]:
    made = Place(tmp_path / "data", clock)
    yield made
    made.store.close()


@pytest.fixture
def make_place(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Place]]:
    made: list[Place] = []

    def make(name: str = "other", **settings: Any) -> Place:
        made.append(Place(tmp_path / name, settings.pop("clock", clock), **settings))
        return made[-1]

    yield make
    for each in made:
        each.store.close()


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of 96x64 with shapes and grain."""
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (4, 6, 3), np.uint8).repeat(16, 0).repeat(16, 1)
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    return held.getvalue()
