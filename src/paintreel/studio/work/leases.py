"""Jobs as managers have them: taken in fair turns, reported on, ended once.

A running job has a lease, which names the one process that may speak for it. A manager that comes
back after others took its jobs over finds its leases gone, and what it reports is not heard.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from paintreel.studio.store import tables
from paintreel.studio.store.database import Store
from paintreel.studio.work.events import add_event
from paintreel.studio.work.jobs import StudioJob, as_job, job_by_id

__all__ = [
    "FoundFile",
    "LeaseLost",
    "cancelled_leases",
    "claim_job",
    "count_by_status",
    "finish_job",
    "keep_shard",
    "lose_process",
    "reclaim_jobs",
    "report_job",
    "say_alive",
    "shards_of",
    "show_sample",
    "take_back",
]

MANAGER_LOST_S = 12.0
"""A manager that was not heard of for so long is gone, and its jobs wait again."""


class LeaseLost(Exception):
    """Another process has this job now, or it is over."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that a job made, where it lies already; see `tables.files`."""

    id: str
    name: str
    kind: str
    media_type: str
    size_bytes: int
    role: str
    source_id: str | None
    sha256: str


def claim_job(store: Store, manager: str) -> StudioJob | None:
    """The job whose turn it is, now running for `manager`; None where none waits.

    It is the turn of the user with the fewest running jobs, of these of the one whose last began
    longest ago, and of that user's oldest.
    """
    jobs, users = tables.jobs, tables.users

    def change(c: Connection) -> StudioJob | None:
        running = (
            select(jobs.c.user_id, func.count().label("running"))
            .where(jobs.c.status == "running")
            .group_by(jobs.c.user_id)
            .subquery()
        )
        query = (
            select(jobs.c.id, jobs.c.user_id, jobs.c.starts)
            .join(users, users.c.id == jobs.c.user_id)
            .outerjoin(running, running.c.user_id == jobs.c.user_id)
            .where(jobs.c.status == "queued")
            .order_by(
                func.coalesce(running.c.running, 0),
                users.c.turn_s,
                jobs.c.created_s,
                jobs.c.id,
            )
            .limit(1)
        )
        row = c.execute(query).first()
        if row is None:
            return None
        now = store.now()
        values = {
            "status": "running",
            "lease": store.new_id(),
            "manager": manager,
            "started_s": now,
            "seen_s": now,
            "ended_s": None,
            "starts": row.starts + 1,
            "stage": "starting",
        }
        # Another manager may have taken it since.
        taken = update(jobs).where(jobs.c.id == row.id, jobs.c.status == "queued").values(values)
        if c.execute(taken).rowcount != 1:
            return None
        c.execute(update(users).where(users.c.id == row.user_id).values(turn_s=now))
        add_event(c, store, row.id, row.user_id, "status", {"status": "running"})
        return job_by_id(c, row.id)

    return store.write(change)


def report_job(
    store: Store,
    job: StudioJob,
    *,
    memory_bytes: int | None = None,
    progress: Mapping[str, Any] | None = None,
    lines: Sequence[str] = (),
) -> None:
    """Note that the process of a job lives and what it tells. Raises LeaseLost."""
    values: dict[str, Any] = {"seen_s": store.now()}
    if memory_bytes is not None:
        values["memory_bytes"] = memory_bytes
    if progress is not None:
        values["done"] = int(progress.get("done") or 0)
        values["expected"] = progress.get("expected")
        values["stage"] = str(progress.get("stage") or "")[:200]

    def change(c: Connection) -> None:
        _held(c, job, values)
        if progress is not None:
            add_event(c, store, job.id, job.user_id, "progress", progress)
        for line in lines:
            add_event(c, store, job.id, job.user_id, "log", {"text": line[:1000]})

    store.write(change)


def _held(c: Connection, job: StudioJob, values: Mapping[str, Any]) -> None:
    """Change the row of a job whose lease is still held. Raises LeaseLost."""
    jobs = tables.jobs
    mine = (jobs.c.id == job.id) & (jobs.c.lease == job.lease) & (jobs.c.status == "running")
    if c.execute(update(jobs).where(mine).values(**values)).rowcount != 1:
        raise LeaseLost(job.id)


def keep_shard(store: Store, job: StudioJob, name: str, size_bytes: int) -> None:
    """Note that a piece of a job is finished. Raises LeaseLost."""
    table = tables.shards

    def change(c: Connection) -> None:
        _held(c, job, {"seen_s": store.now()})
        c.execute(delete(table).where(table.c.job_id == job.id, table.c.name == name))
        row = {"job_id": job.id, "name": name, "size_bytes": size_bytes, "at_s": store.now()}
        c.execute(insert(table).values(row))

    store.write(change)


def shards_of(c: Connection, job_id: str) -> list[tuple[str, int]]:
    """(name, size in bytes) of the finished pieces of a job."""
    table = tables.shards
    query = select(table).where(table.c.job_id == job_id).order_by(table.c.name)
    return [(row.name, row.size_bytes) for row in c.execute(query)]


def finish_job(
    store: Store,
    job: StudioJob,
    status: str,
    *,
    found: Sequence[FoundFile] = (),
    error: str | None = None,
) -> None:
    """End a job with what it made, all at once. Raises LeaseLost, and nothing is changed then."""

    def change(c: Connection) -> None:
        now = store.now()
        values = {"status": status, "ended_s": now, "error": error, "lease": None, "stage": ""}
        _held(c, job, values)
        _insert_found(c, store, job, found)
        c.execute(delete(tables.shards).where(tables.shards.c.job_id == job.id))
        told = {"status": status, "error": error, "results": sum(f.role == "result" for f in found)}
        add_event(c, store, job.id, job.user_id, "status", told)

    store.write(change)


def _insert_found(c: Connection, store: Store, job: StudioJob, found: Sequence[FoundFile]) -> None:
    now = store.now()
    for number, file in enumerate(found):
        row = {
            "id": file.id,
            "user_id": job.user_id,
            "name": file.name,
            "kind": file.kind,
            "media_type": file.media_type,
            "size_bytes": file.size_bytes,
            "offset_bytes": file.size_bytes,
            "created_s": now + number * 1e-4,  # their order
            "used_s": now,
            "job_id": job.id,
            "role": file.role,
            "source_id": file.source_id,
            "sha256": file.sha256,
        }
        c.execute(insert(tables.files).values(row))


def lose_process(store: Store, job: StudioJob, *, attempts: int, reason: str) -> str:
    """What becomes of a job whose process died: queued again, or failed after so many deaths.

    Finished shards are kept. Raises LeaseLost.
    """

    def change(c: Connection) -> str:
        row = job_by_id(c, job.id)
        deaths = 1 + (0 if row is None else row.deaths)
        is_over = deaths >= attempts
        values: dict[str, Any] = {"deaths": deaths, "lease": None}
        if is_over:
            error = f"its process ended {deaths} times: {reason}"
            values |= {"status": "failed", "error": error, "ended_s": store.now(), "stage": ""}
        else:
            error = f"its process ended ({reason}); it is started again"
            values |= {"status": "queued", "stage": "waiting to go on"}
        _held(c, job, values)
        status = str(values["status"])
        add_event(c, store, job.id, job.user_id, "log", {"text": error})
        add_event(c, store, job.id, job.user_id, "status", {"status": status, "error": error})
        return status

    return store.write(change)


def cancelled_leases(store: Store, manager: str) -> set[str]:
    """The leases of running jobs of a manager whose users have cancelled them."""
    jobs = tables.jobs
    query = select(jobs.c.lease).where(
        jobs.c.status == "running", jobs.c.is_cancelled.is_(True), jobs.c.manager == manager
    )
    with store.reading() as c:
        return {lease for lease in c.scalars(query) if lease is not None}


def reclaim_jobs(store: Store) -> list[str]:
    """Let jobs wait again whose manager is gone; their ids. No process of theirs died."""
    jobs, managers = tables.jobs, tables.managers

    def change(c: Connection) -> list[str]:
        lost_s = store.now() - MANAGER_LOST_S
        alive = select(managers.c.name).where(managers.c.seen_s > lost_s)
        query = select(jobs).where(
            jobs.c.status == "running",
            jobs.c.seen_s < lost_s,
            jobs.c.manager.not_in(alive),
        )
        lost = [as_job(row) for row in c.execute(query)]
        for job in lost:
            _wait_again(c, store, job)
        c.execute(delete(managers).where(managers.c.seen_s < lost_s - 86_400))
        return [job.id for job in lost]

    return store.write(change)


def take_back(store: Store, manager: str, *, held: Collection[str] = ()) -> list[str]:
    """Let the jobs of a manager wait again that it does not run; their ids.

    held  leases of those that it does: none of one that has just started, or ends

    It is the only one of its name, so nobody runs the others.
    """
    jobs = tables.jobs
    query = select(jobs).where(
        jobs.c.status == "running", jobs.c.manager == manager, jobs.c.lease.not_in(list(held))
    )
    with store.reading() as c:
        if c.execute(query.limit(1)).first() is None:
            return []

    def change(c: Connection) -> list[str]:
        lost = [as_job(row) for row in c.execute(query)]
        for job in lost:
            _wait_again(c, store, job)
        return [job.id for job in lost]

    return store.write(change)


def _wait_again(c: Connection, store: Store, job: StudioJob) -> None:
    jobs = tables.jobs
    status = "cancelled" if job.is_cancelled else "queued"
    ended_s = store.now() if job.is_cancelled else None
    values = {"status": status, "lease": None, "ended_s": ended_s, "stage": "waiting to go on"}
    c.execute(update(jobs).where(jobs.c.id == job.id).values(values))
    add_event(c, store, job.id, job.user_id, "status", {"status": status})


def show_sample(store: Store, job: StudioJob, sample: FoundFile) -> None:
    """Show a sample of a training that goes on. Raises LeaseLost."""

    def change(c: Connection) -> None:
        _held(c, job, {"seen_s": store.now()})
        _insert_found(c, store, job, [sample])
        add_event(c, store, job.id, job.user_id, "sample", {"file": sample.id})

    store.write(change)


def say_alive(store: Store, name: str, *, pid: int, slots: int, running: int) -> None:
    """Note that a manager lives."""
    table = tables.managers
    now = store.now()
    values = {"pid": pid, "slots": slots, "running": running, "seen_s": now}

    def change(c: Connection) -> None:
        row = update(table).where(table.c.name == name).values(values)
        if c.execute(row).rowcount == 0:
            c.execute(insert(table).values(name=name, started_s=now, **values))

    store.write(change)


def count_by_status(c: Connection) -> dict[str, int]:
    """How many jobs of all users there are in each state."""
    jobs = tables.jobs
    rows = c.execute(select(jobs.c.status, func.count().label("n")).group_by(jobs.c.status))
    return {row.status: row.n for row in rows}
