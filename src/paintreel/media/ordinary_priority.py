"""Encoders at the priority of any other program.

SVT-AV1, where root runs it, gives its threads and the one that opens it real-time priority, which
whatever these start has too. Such threads wait for nobody: as many as there are cores stand a
machine still.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["ordinary_priority"]

_THREADS = Path("/proc/self/task")


@contextmanager
def ordinary_priority() -> Iterator[None]:
    """Take back real-time priority that threads of this process get while the block runs.

    Those that had it before keep it, and so does all where the thread that calls was started with
    it. Nothing is done without Linux, or where the system does not tell.
    """
    before = _in_real_time()
    try:
        yield
    finally:
        if before is not None and threading.get_native_id() not in before:
            for thread in (_in_real_time() or set()) - before:
                with suppress(OSError):  # it has ended
                    os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _in_real_time() -> set[int] | None:
    """The threads of this process that have real-time priority; None where that is not told."""
    if not hasattr(os, "sched_getscheduler"):
        return None
    try:
        os.sched_getscheduler(0)
        threads = [int(entry.name) for entry in _THREADS.iterdir()]
    except OSError:
        return None
    found = set()
    for thread in threads:
        with suppress(OSError):  # it has ended
            if os.sched_getscheduler(thread) in (os.SCHED_FIFO, os.SCHED_RR):
                found.add(thread)
    return found
