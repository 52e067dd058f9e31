"""One run at a time in a folder: a second would write its steps between those of the first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paintreel.errors import OutputError, system_reason


@contextmanager
def held(folder: Path, *, what: str) -> Iterator[None]:
    """Make the folder, and keep other runs out of it while the block runs.

    The system lets go of it when the process ends, however it ends; where the system locks no
    folders nobody is kept out. One that is made and stays empty goes again.

    Raises OutputError, which names `what` is at work, where another run is in it, and where it
    cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {folder}: {system_reason(error)}") from None
    handle = _locked(folder, what)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)
        with suppress(OSError):
            folder.rmdir()  # which only an empty one allows


def _locked(folder: Path, what: str) -> int | None:
    """The open folder; None where there are no locks."""
    try:
        import fcntl
    except ImportError:  # no POSIX
        return None
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise OutputError(f"cannot read {folder}: {system_reason(error)}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise OutputError(
            f"{what} is at work in {folder}; wait until it is done, or give another --out"
        ) from None
    except OSError:  # a network drive without locks
        os.close(handle)
        return None
    return handle
