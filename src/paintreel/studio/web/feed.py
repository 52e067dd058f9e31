"""News of jobs for those who watch: one look at the store for all of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from paintreel.errors import PaintreelError
from paintreel.studio.work.events import JobEvent, events_after, last_event_id

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from paintreel.studio.store.database import Store

__all__ = ["EventFeed", "TooManyStreams"]

_LOOK_S, _QUIET_S = 0.3, 15.0
_MOST_A_USER = 24


class TooManyStreams(PaintreelError):
    """A user watches in more tabs than are served."""


class EventFeed:
    """Wakes whoever watches when the store has a new event."""

    def __init__(self) -> None:
        self._newest = 0
        self._changed = asyncio.Event()
        self._watchers: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self.is_closing = False

    @property
    def watching(self) -> int:
        """How many streams are open."""
        return self._watchers.total()

    def close(self) -> None:
        """Let every stream end."""
        self.is_closing = True
        self._changed.set()
        if self._task is not None:
            self._task.cancel()

    def check_room(self, user_id: str) -> None:
        """Raise TooManyStreams where a user watches often enough; to be asked before an answer."""
        if self._watchers[user_id] >= _MOST_A_USER:
            raise TooManyStreams(f"{_MOST_A_USER} pages watch already; close some")

    @asynccontextmanager
    async def _watcher(self, user_id: str, store: Store) -> AsyncIterator[None]:
        self._watchers[user_id] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(store))
        try:
            yield
        finally:
            self._watchers[user_id] -= 1
            if not self._watchers.total() and self._task is not None:
                self._task.cancel()

    async def _look(self, store: Store) -> None:
        def newest() -> int:
            with store.reading() as c:
                return last_event_id(c)

        while True:
            with suppress(PaintreelError):  # a busy store is asked again
                found = await run_in_threadpool(newest)
                if found != self._newest:
                    self._newest = found
                    self._changed.set()
                    self._changed = asyncio.Event()
            await asyncio.sleep(_LOOK_S)

    async def follow(
        self,
        store: Store,
        user_id: str,
        after: int,
        *,
        job_id: str | None = None,
        is_over: Callable[[JobEvent], bool] = lambda _: False,
        may_go_on: Callable[[Connection], bool] = lambda _: True,
    ) -> AsyncIterator[JobEvent | None]:
        """The events of a user, or of one job, that came after one; None now and then, in quiet.

        Ends after an event that `is_over`, and as soon as it may not go on, which is asked before
        anything is given: whoever watched was signed out, or what was watched is gone.
        """

        def read(after: int) -> list[JobEvent] | None:
            with store.reading() as c:
                if not may_go_on(c):
                    return None
                return events_after(c, after, job_id=job_id, user_id=user_id)

        async with self._watcher(user_id, store):
            while not self.is_closing:
                changed = self._changed
                found: list[JobEvent] | None = []
                with suppress(PaintreelError):
                    found = await run_in_threadpool(read, after)
                if found is None:
                    return
                for event in found:
                    after = event.id
                    yield event
                    if is_over(event):
                        return
                if found:
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), _QUIET_S)
                except TimeoutError:
                    yield None
