"""What one studio is set up with; the same for its web and manager processes."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from paintreel.errors import InputError

__all__ = ["StudioSettings", "Surroundings"]

_MB, _GB, _DAY_S = 2**20, 2**30, 86_400
DATABASE_VARIABLE = "PAINTREEL_STUDIO_DATABASE"
"""Holds the URL of the database where a command line, which others can see, should not."""


@dataclass(frozen=True)
class Surroundings:
    """Clock and chance, so that tests can bring their own.

    clock  seconds since the epoch
    token  an unguessable text of so many random bytes, fit for URLs
    """

    clock: Callable[[], float] = field(default=time.time)
    token: Callable[[int], str] = field(default=secrets.token_urlsafe)


@dataclass(frozen=True, kw_only=True)
class StudioSettings:
    """Where everything lies, and how much is allowed.

    data             folder of uploads, results and, by default, the database
    database         URL of another database, "" for SQLite in `data`
    workers          jobs at once
    executor, ray    where jobs run: "processes" of this machine, or "ray", the nodes of the cluster
                     at that address, which see `data` under the same name
    max_upload_bytes of one file
    quota_bytes      of all files of a user who has no quota of their own
    keep_days        after so many days without use uploads and results go; 0 keeps them
    memory_bytes     of one job's process
    job_s            longest time of a job; trainings have `training_s`
    attempts         how often a job is started at most when its process dies
    is_secure        whether browsers come by TLS: cookies are sent over it alone
    address          what links to the studio begin with, such as https://studio.example.org
    """

    data: Path
    database: str = ""
    workers: int = 1
    executor: Literal["processes", "ray"] = "processes"
    ray: str = ""
    max_upload_bytes: int = 4 * _GB
    quota_bytes: int = 50 * _GB
    keep_days: int = 0
    memory_bytes: int = 6 * _GB
    job_s: float = 6 * 3600.0
    training_s: float = 24 * 3600.0
    attempts: int = 3
    is_secure: bool = False
    address: str = "http://127.0.0.1:8321"
    session_s: float = 14.0 * _DAY_S
    invitation_s: float = 7.0 * _DAY_S
    surroundings: Surroundings = field(default_factory=Surroundings)

    def __post_init__(self) -> None:
        if not self.address.startswith(("http://", "https://")):
            raise InputError(f"address is {self.address!r}, expected http://... or https://...")

    @property
    def database_url(self) -> str:
        """The URL that SQLAlchemy opens."""
        given = self.database or os.environ.get(DATABASE_VARIABLE, "")
        if not given:
            return f"sqlite:///{self.data / 'studio.sqlite'}"
        for plain in ("postgresql://", "postgres://"):
            if given.startswith(plain):  # the driver that the extra installs
                return f"postgresql+psycopg://{given.removeprefix(plain)}"
        return given

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file beside the data."""
        return self.database_url.startswith("sqlite")

    @property
    def uploads(self) -> Path:
        """What users have sent, under generated names."""
        return self.data / "files"

    @property
    def work(self) -> Path:
        """A folder a job that is going on."""
        return self.data / "work"

    def make_folders(self) -> None:
        """Make what is missing, open to this account of the system alone. Raises OSError."""
        for folder in (self.data, self.uploads, self.work):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
