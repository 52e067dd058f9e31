"""Encoders at the priority of any other program.

SVT-AV1, where root runs it, gives its threads and the one that opens it real-time priority, which
whatever these start has too. Such threads wait for nobody: as many as there are cores stand a
machine still.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["ordinary_priority"]

_THREADS = Path("/proc/self/task")


@contextmanager
def ordinary_priority() -> Iterator[None]:
    """Take back real-time priority that this process's threads are given while the block runs.

    One that was started with such a priority keeps it; without Linux nothing is done.
    """
    if not hasattr(os, "sched_getscheduler") or _is_real_time(0):
        yield
        return
    try:
        yield
    finally:
        for thread in _threads():
            with suppress(OSError):  # it has ended
                if _is_real_time(thread):
                    os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _threads() -> list[int]:
    try:
        return [int(entry.name) for entry in _THREADS.iterdir()]
    except OSError:  # no /proc: the thread that opened it is what the rest is started from
        return [0]


def _is_real_time(thread: int) -> bool:
    return os.sched_getscheduler(thread) in (os.SCHED_FIFO, os.SCHED_RR)
