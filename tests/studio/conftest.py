"""A studio in a folder of its own, with a clock that tests move."""

from __future__ import annotations

import io
import itertools
import os
import shutil
import subprocess
import tempfile
import time
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


# PostgreSQL, where the system's packages have it.


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def _server() -> Iterator[tuple[str, str]]:
    """(name, folder) of a server of our own."""
    programs = _programs()
    if programs is None:
        pytest.skip("needs PostgreSQL")
    # Not below pytest's folder, which another run closes to other accounts.
    folder = Path(tempfile.mkdtemp(prefix="paintreel-pg-"))
    as_user: list[str] = []
    if os.getuid() == 0:  # the server refuses to be root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    run: dict[str, Any] = {"check": True, "capture_output": True}
    subprocess.run([*as_user, programs / "initdb", "-D", data, "-A", "trust"], **run)
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    start = [*as_user, programs / "pg_ctl", "-D", data, "-w", "-o", options]
    subprocess.run([*start, "-l", str(folder / "log"), "start"], **run)
    name = "postgres" if as_user else os.environ.get("USER", "postgres")
    yield name, str(folder)
    subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(_server: tuple[str, str]) -> str:
    """The URL of an empty database."""
    import psycopg

    name, folder = _server
    made = f"studio{next(_NUMBERS)}"
    with psycopg.connect(f"postgresql://{name}@/postgres?host={folder}", autocommit=True) as c:
        c.execute(f"CREATE DATABASE {made}")
    return f"postgresql://{name}@/{made}?host={folder}"


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest, make_place: Callable[..., Place]) -> Place:
    """A studio of either kind of database, with the clock of the machine."""
    if request.param == "sqlite":
        return make_place("sqlite", clock=time.time)
    url = request.getfixturevalue("postgresql")
    return make_place("postgresql", database=url, clock=time.time)
