"""Stages at work at the same time: one thread reads, the caller works, one thread writes.

What of the work needs no order may be done before, on several items at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

__all__ = ["Ahead", "Channel", "Closed", "run_stages"]

T = TypeVar("T")
U = TypeVar("U")
S = TypeVar("S")


class Closed(Exception):
    """The channel was closed before its end: somebody else failed."""


class Channel(Generic[T]):
    """A first-in first-out queue between threads, bounded by the cost of what is in it.

    `put` waits while the new item would take the cost above `capacity`, unless it is the next to
    be taken. Iterating takes items out until `finish()` was called and all are gone. `close()`
    wakes everybody; from then on `put` and iterating raise `Closed`.
    """

    def __init__(self, capacity: int, cost: Callable[[T], int]) -> None:
        self._capacity, self._cost = capacity, cost
        self._items: dict[int, tuple[T, int]] = {}
        self._load = self._given = self._taken = 0
        self._finished = self._closed = False
        self._changed = threading.Condition()

    def put(self, item: T, number: int | None = None) -> None:
        """Add `item` at the end, or in the place `number`, where several threads put items."""
        cost = self._cost(item)
        with self._changed:
            if number is None:
                number = self._given
            self._given += 1
            while number != self._taken and self._load + cost > self._capacity and not self._closed:
                self._changed.wait()
            if self._closed:
                raise Closed
            self._items[number] = item, cost
            self._load += cost
            self._changed.notify_all()

    def finish(self) -> None:
        """There will be no more items."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def close(self) -> None:
        """Stop at once; what is in the channel is let go."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()

    def let_go(self) -> None:
        """Give back the lock where Ctrl-C came between taking it and the block that gives it back.

        To be called by the thread that was interrupted; the others would wait for ever.
        """
        with suppress(RuntimeError):  # it is not held any more
            while True:
                self._changed.release()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._changed:
                while not (self._taken in self._items or self._finished or self._closed):
                    self._changed.wait()
                if self._closed:
                    raise Closed
                if self._taken not in self._items:
                    return
                item, cost = self._items.pop(self._taken)
                self._taken += 1
                self._load -= cost
                self._changed.notify_all()
            yield item


@dataclass(frozen=True, slots=True)
class Ahead(Generic[T, S]):
    """What is done with items before their turn, on several of them at once.

    begin    called with every item, in order, in the thread that reads; gives the work on it
    at_once  how many threads do that work, in any order; what it gives goes to `transform`
    """

    begin: Callable[[T], Callable[[], S]]
    at_once: int = 1


def run_stages(
    source: Iterable[T],
    transform: Callable[[S], Iterable[U]],
    sink: Callable[[U], None],
    *,
    finish: Callable[[], Iterable[U]] = tuple,
    capacity: int,
    cost: Callable[[T | S | U], int],
    ahead: Ahead[T, S] | None = None,
) -> None:
    """`sink` of all that `transform` gives for the items of `source`, in order, all overlapping.

    What `transform` gives for an item may be nothing yet; `finish` gives what is left at the end.
    `source` is iterated in one thread, `sink` called in another, `transform` in the calling one
    (so that Ctrl-C reaches it), with what `ahead` made of the item. Between two stages wait items
    of at most `capacity` in total `cost`. When anything raises, all stop, all threads have ended
    and the exception goes on.
    """
    to_transform: Channel[Any] = Channel(capacity, cost)
    to_sink: Channel[U] = Channel(capacity, cost)
    work = _Work(ahead, to_transform, capacity, cost) if ahead is not None else None
    failures: list[BaseException] = []

    def stop() -> None:
        to_transform.close()
        to_sink.close()
        if work is not None:
            work.close()

    def produce() -> None:
        for item in source:
            to_transform.put(item) if work is None else work.put(item)
        to_transform.finish() if work is None else work.finish()

    def consume() -> None:
        for item in to_sink:
            sink(item)

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except Closed:
            pass
        except BaseException as error:
            failures.append(error)
            stop()

    tasks = [produce, consume, *((work.do,) * work.at_once if work is not None else ())]
    threads = [
        threading.Thread(target=guarded, args=(task,), name=f"paintreel-{task.__name__}")
        for task in tasks
    ]
    for thread in threads:
        thread.daemon = True  # a second Ctrl-C while they end must not hang the process
        thread.start()
    try:
        for item in to_transform:
            for made in transform(item):
                to_sink.put(made)
        for made in finish():
            to_sink.put(made)
        to_sink.finish()
    except Closed:
        pass
    except BaseException:
        stop()
        to_transform.let_go()
        to_sink.let_go()
        raise
    finally:
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


class _Work(Generic[T, S]):
    """The work of `Ahead`: between the thread that reads and the channel `done`."""

    def __init__(
        self, ahead: Ahead[T, S], done: Channel[S], capacity: int, cost: Callable[[T], int]
    ) -> None:
        self.at_once = self._at_work = ahead.at_once
        self._begin, self._done = ahead.begin, done
        self._waiting: Channel[tuple[int, T, Callable[[], S]]] = Channel(
            capacity, lambda waiting: cost(waiting[1])
        )
        self._given = 0
        self._leaving = threading.Lock()

    def put(self, item: T) -> None:
        self._waiting.put((self._given, item, self._begin(item)))
        self._given += 1

    def finish(self) -> None:
        self._waiting.finish()

    def close(self) -> None:
        self._waiting.close()

    def do(self) -> None:
        """What one of the threads does until there is no more."""
        for number, _, work in self._waiting:
            self._done.put(work(), number)
        with self._leaving:
            self._at_work -= 1
            if not self._at_work:
                self._done.finish()
