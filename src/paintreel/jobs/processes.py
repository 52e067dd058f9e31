"""Work spread over processes: results in order, memory bounded, a killed process survived."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

__all__ = ["ProcessMap"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4
"""Results that may wait for each worker."""


@dataclass(frozen=True, slots=True)
class ProcessMap(Generic[Item, Result]):
    """A map over worker processes that are started afresh (spawned, not forked).

    work        called with each item in a worker; a function of a module, as are its items and
                results things that can be pickled. What it raises ends the map
    on_killed   the result of an item that kills its process, called here
    workers     processes, from 1
    initialise  called once in every worker before the first item
    arguments   of `initialise`

    Workers ignore Ctrl-C: the process that started them ends the run. They end at once, whatever
    they are doing, when the map is left early, and with that process, even when it is killed. A
    script that uses more than one process needs a main guard.
    """

    work: Callable[[Item], Result]
    on_killed: Callable[[Item], Result]
    workers: int
    initialise: Callable[..., None] | None = None
    arguments: tuple[Any, ...] = ()

    def __call__(self, items: Iterable[Item]) -> Iterator[tuple[Item, Result]]:
        """Every item with its result, in the order of `items`, which are taken as they are needed.

        At most four results a worker wait to be taken. When a process is killed (by the system,
        for its memory), the items in flight are done again, each in a process of its own, so that
        only the one that kills it is lost.
        """
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        remaining = _Remaining(items)
        while remaining or waiting:
            try:
                with self._pool(self.workers) as pool:
                    while remaining or waiting:
                        while remaining and len(waiting) < _AHEAD * self.workers:
                            item = remaining.first
                            waiting.append((item, pool.submit(self.work, item)))
                            remaining.drop_first()
                        item, future = waiting[0]
                        result = future.result()
                        waiting.popleft()
                        yield item, result
            except BrokenProcessPool:
                # One of those in flight has killed its process; alone, each shows whether it is it.
                while waiting:
                    item, _ = waiting.popleft()
                    yield item, self._alone(item)

    def _alone(self, item: Item) -> Result:
        with self._pool(1) as pool:
            try:
                return pool.submit(self.work, item).result()
            except BrokenProcessPool:
                return self.on_killed(item)

    @contextmanager
    def _pool(self, workers: int) -> Iterator[ProcessPoolExecutor]:
        """A pool whose processes end at once when the block is left, and with this process."""
        # Not by fork: OpenCV and ONNX Runtime have threads that a fork would lose.
        context = multiprocessing.get_context("spawn")
        # The system closes this end of the pipe with this process, even when that is killed.
        theirs, ours = context.Pipe(duplex=False)
        arguments = (theirs, self.initialise, self.arguments)
        pool = ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=arguments)
        try:
            yield pool
        finally:
            ours.close()
            pool.shutdown(wait=True, cancel_futures=True)
            theirs.close()


class _Remaining(Generic[Item]):
    """Items that are not handed out yet; true while there are any."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self._next: deque[Item] = deque()

    def __bool__(self) -> bool:
        if not self._next:
            for item in self._items:
                self._next.append(item)
                break
        return bool(self._next)

    @property
    def first(self) -> Item:
        return self._next[0]

    def drop_first(self) -> None:
        self._next.popleft()


def _start_worker(
    lifeline: Connection, initialise: Callable[..., None] | None, arguments: tuple[Any, ...]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    if initialise is not None:
        initialise(*arguments)


def _end_with(lifeline: Connection) -> None:
    """End this process when the other end of a pipe, which nobody writes to, is closed."""
    multiprocessing.connection.wait([lifeline])
    os._exit(1)
