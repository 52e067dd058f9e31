"""Three stages at work at the same time: one thread reads, the caller works, one thread writes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

__all__ = ["Channel", "Closed", "run_stages"]

T = TypeVar("T")
U = TypeVar("U")


class Closed(Exception):
    """The channel was closed before its end: somebody else failed."""


class Channel(Generic[T]):
    """A first-in first-out queue between two threads, bounded by the cost of what is in it.

    `put` waits while the new item would take the cost above `capacity`, unless the channel is
    empty. Iterating takes items out until `finish()` was called and all are gone. `close()`
    wakes everybody; from then on `put` and iterating raise `Closed`.
    """

    def __init__(self, capacity: int, cost: Callable[[T], int]) -> None:
        self._capacity, self._cost = capacity, cost
        self._items: deque[tuple[T, int]] = deque()
        self._load = 0
        self._finished = self._closed = False
        self._changed = threading.Condition()

    def put(self, item: T) -> None:
        """Add `item` at the end."""
        cost = self._cost(item)
        with self._changed:
            while self._items and self._load + cost > self._capacity and not self._closed:
                self._changed.wait()
            if self._closed:
                raise Closed
            self._items.append((item, cost))
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
                while not (self._items or self._finished or self._closed):
                    self._changed.wait()
                if self._closed:
                    raise Closed
                if not self._items:
                    return
                item, cost = self._items.popleft()
                self._load -= cost
                self._changed.notify_all()
            yield item


def run_stages(
    source: Iterable[T],
    transform: Callable[[T], Iterable[U]],
    sink: Callable[[U], None],
    *,
    finish: Callable[[], Iterable[U]] = tuple,
    capacity: int,
    cost: Callable[[T | U], int],
) -> None:
    """`sink` of all that `transform` gives for the items of `source`, the three overlapping.

    What `transform` gives for an item may be nothing yet; `finish` gives what is left at the end.
    `source` is iterated in one thread, `sink` called in another, `transform` in the calling one
    (so that Ctrl-C reaches it). Between them wait items of at most `capacity` in total `cost`.
    When anything raises, all three stop, both threads have ended and the exception goes on.
    """
    to_transform: Channel[T] = Channel(capacity, cost)
    to_sink: Channel[U] = Channel(capacity, cost)
    failures: list[BaseException] = []

    def stop() -> None:
        to_transform.close()
        to_sink.close()

    def produce() -> None:
        for item in source:
            to_transform.put(item)
        to_transform.finish()

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

    threads = [
        threading.Thread(target=guarded, args=(work,), name=f"paintreel-{work.__name__}")
        for work in (produce, consume)
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
