"""The connection to the store: transactions that are whole, and waits while others write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from paintreel.errors import InputError, PaintreelError
from paintreel.studio.settings import StudioSettings, Surroundings

__all__ = ["Store", "StoreBusy", "StoreFull", "open_store"]

T = TypeVar("T")
_BUSY_MS = 8_000
_WRITES = "paintreel_writes"
_TRIES, _PAUSE_S = 4, 0.05
_ONE_WRITER = 721
"""The number of PostgreSQL's lock for who writes."""
_OTHERS_WRITE = ("locked", "busy", "deadlock", "serializ", "lock timeout")


class StoreBusy(PaintreelError):
    """Others hold the database for longer than one waits; nothing was changed."""


class StoreFull(PaintreelError):
    """No room is left on the disk, or in the quota of a user; nothing was changed."""


class Store:
    """The database of a studio, and the clock and chance that its rows are made with."""

    def __init__(self, engine: Engine, around: Surroundings) -> None:
        self.engine, self.around = engine, around

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.around.clock()

    def new_id(self) -> str:
        """An id that nobody guesses."""
        return self.around.token(16)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the store. Raises StoreBusy."""
        with _told_plainly(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is carried out whole or not at all.

        Raises StoreBusy and StoreFull. One writes at a time, whatever the database; the lock is
        taken at the start, so that nobody fails in the middle, and what is counted first and
        written then is still so.
        """
        with _told_plainly(), self.engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin():
                yield writer

    def write(self, change: Callable[[Connection], T]) -> T:
        """What `change` gives, in a transaction that is tried again while others write."""
        for attempt in range(_TRIES):
            try:
                with self.writing() as connection:
                    return change(connection)
            except StoreBusy:
                if attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE_S * 4**attempt)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turns what the driver says of locks and a full disk into errors of ours."""
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        text = str(error.orig).lower()
        if any(word in text for word in _OTHERS_WRITE):
            raise StoreBusy("the database is busy; try again in a moment") from error
        if "full" in text or "no space" in text or "disk i/o" in text:
            raise StoreFull("no space is left for the database; free some and try again") from error
        if isinstance(error, DataError):
            raise InputError(_NOT_STORED) from error
        raise
    except (UnicodeEncodeError, OverflowError) as error:  # of the driver of SQLite
        raise InputError(_NOT_STORED) from error


_NOT_STORED = "a text or number cannot be stored; send plain Unicode, and smaller numbers"


def open_store(settings: StudioSettings) -> Store:
    """The store of a studio; its tables are made by `migrate`."""
    url = settings.database_url
    if not settings.is_sqlite:
        engine = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
        _prepare_postgresql(engine)
        return Store(engine, settings.surroundings)
    for name in ("", "-wal", "-shm"):  # of a studio that others could read
        with suppress(OSError):
            (settings.data / f"studio.sqlite{name}").chmod(0o600)
    engine = create_engine(
        url, pool_size=20, max_overflow=30, connect_args={"check_same_thread": False}
    )
    _prepare_sqlite(engine)
    return Store(engine, settings.surroundings)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def opened(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where it guesses
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",  # what was promised survives the machine
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgresql(engine: Engine) -> None:
    """One writes at a time, as in SQLite, and who reads sees one state.

    Whoever counts before they write (tries of passwords, quotas, the last admin) would count the
    same twice else, and events would come to light in another order than their ids.
    """

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_BUSY_MS}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
