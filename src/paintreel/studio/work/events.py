"""What happens to jobs, in order, for whoever watches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from paintreel.studio.store import tables
from paintreel.studio.store.database import Store

__all__ = ["JobEvent", "add_event", "events_after", "last_event_id"]

_MOST_AT_ONCE = 500
_MOST_LINES = 2000
"""Lines of a job's log that are kept."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """kind: status, progress, log, sample or result; data as JSON."""

    id: int
    job_id: str
    user_id: str
    kind: str
    at_s: float
    data: str


def add_event(
    c: Connection, store: Store, job_id: str, user_id: str, kind: str, data: Mapping[str, Any]
) -> None:
    """Note what happened. Of progress the newest alone is kept."""
    events = tables.events
    if kind == "progress":
        c.execute(delete(events).where(events.c.job_id == job_id, events.c.kind == "progress"))
    row = {
        "job_id": job_id,
        "user_id": user_id,
        "kind": kind,
        "at_s": store.now(),
        "data": json.dumps(data),
    }
    added = c.execute(insert(events).values(row))
    if kind == "log":
        number = added.inserted_primary_key
        if number is not None and number[0] % 50 == 0:
            _prune(c, job_id)


def _prune(c: Connection, job_id: str) -> None:
    events = tables.events
    of_job = (events.c.job_id == job_id) & (events.c.kind == "log")
    newest = select(events.c.id).where(of_job).order_by(events.c.id.desc())
    oldest_kept = c.scalar(newest.offset(_MOST_LINES).limit(1))
    if oldest_kept is not None:
        c.execute(delete(events).where(of_job, events.c.id <= oldest_kept))


def events_after(
    c: Connection, after: int, *, job_id: str | None = None, user_id: str | None = None
) -> list[JobEvent]:
    """The events that came after one, of a job or of all jobs of a user, in order."""
    events = tables.events
    query = select(events).where(events.c.id > after)
    if job_id is not None:
        query = query.where(events.c.job_id == job_id)
    if user_id is not None:
        query = query.where(events.c.user_id == user_id)
    rows = c.execute(query.order_by(events.c.id).limit(_MOST_AT_ONCE))
    return [JobEvent(r.id, r.job_id, r.user_id, r.kind, r.at_s, r.data) for r in rows]


def last_event_id(c: Connection) -> int:
    """The newest event, 0 without one."""
    return int(c.scalar(select(func.max(tables.events.c.id))) or 0)
