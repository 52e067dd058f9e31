"""One run at a time in a folder: a second would write its steps between those of the first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paintreel.errors import OutputError, system_reason

_HELD: set[int] = set()
"""Open folders, which forked workers close: else one that outlives a killed run goes on holding."""

_TRIES = 100
"""How often a folder is made again that other runs take away, each at its end."""


@contextmanager
def held(folder: Path, *, what: str) -> Iterator[None]:
    """Make the folder, and keep other runs out of it while the block runs.

    The system lets go of it when the process ends, however it ends; where the system locks no
    folders nobody is kept out. One that is made here and stays empty goes again.

    Raises OutputError, which names `what` is at work, where another run is in it, and where it
    cannot be made.
    """
    is_new = not folder.exists()
    handle = _locked(folder, what)
    if handle is not None:
        _HELD.add(handle)
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):
                folder.rmdir()  # which only an empty one allows
        if handle is not None:
            _HELD.discard(handle)
            _unlock(handle)


def _locked(folder: Path, what: str) -> int | None:
    """The open folder; None where there are no locks."""
    try:
        import fcntl
    except ImportError:  # no POSIX
        fcntl = None  # type: ignore[assignment]
    for _ in range(_TRIES):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = None if fcntl is None else os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # another run has just taken it away again
            continue
        except OSError as error:
            raise OutputError(f"cannot make {folder}: {system_reason(error)}") from None
        if handle is None:
            return None
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
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle), folder.stat()):
                return handle
        os.close(handle)  # it was taken away between opening and locking
    return None  # a drive whose folders have no identity


def _unlock(handle: int) -> None:
    """Let go of a folder, also where a worker forked this moment has not closed it yet."""
    import fcntl

    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def _let_go() -> None:
    while _HELD:
        os.close(_HELD.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
