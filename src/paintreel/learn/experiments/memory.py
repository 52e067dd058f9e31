"""The most memory that a process has held."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def peak_growth_mb(warm_up: Callable[[], None], run: Callable[[], None]) -> float | None:
    """By how much `run` raises the most memory that this process has held; None if unknown.

    `warm_up` runs first: what loading libraries and weights takes is not counted. Ask in a process
    of its own, since one that has trained holds on to more than it needs.
    """
    warm_up()
    before = _high_water_mb()
    run()
    after = _high_water_mb()
    return None if before is None or after is None else after - before


def _high_water_mb() -> float | None:
    """The most resident memory so far; None where the system does not say.

    Not by getrusage: Linux lets a new process inherit the mark of the one that started it, which
    has just trained.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    kib = status.read_text("utf-8").split("VmHWM:")[1].split()[0]
    return int(kib) / 1024
