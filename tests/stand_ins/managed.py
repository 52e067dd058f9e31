"""A manager at work beside a test, processes of jobs that a test speaks for, and waiting."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Mute:
    """A job's process that says and makes what a test does; stands for `manager.child.Child`."""

    def __init__(self, folder: Any, told: Any) -> None:
        self.folder, self.messages = folder, deque[Any]()
        self.where, self.is_over, self.has_begun = "nowhere", False, True
        folder.results.mkdir(exist_ok=True)

    def memory_bytes(self) -> int:
        return 1

    def kill(self) -> None:
        self.is_over = True

    def wait(self) -> None:
        """There is nothing to wait for."""

    def how_it_ended(self) -> str:
        return "gone"


@contextmanager
def at_work(manager: Any) -> Iterator[Any]:
    """The manager in a thread of its own, stopped at the end."""
    thread = threading.Thread(target=manager.run)
    thread.start()
    try:
        yield manager
    finally:
        manager.stop.set()
        thread.join()


def until(is_so: Callable[[], object], *, within_s: float = 200) -> None:
    """Wait until it is so."""
    end_s = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end_s, "it did not come so"
        time.sleep(0.05)


def muted_manager(place: Any, monkeypatch: Any) -> Any:
    """A manager whose jobs are `Mute`."""
    from paintreel.studio.manager.manager import Manager

    monkeypatch.setattr("paintreel.studio.manager.executors.Child", Mute)
    return Manager(place.store, place.settings, name="tests")


def turn(manager: Any) -> None:
    """One round of its work, everything due now."""
    manager._due.clear()
    manager._turn()
