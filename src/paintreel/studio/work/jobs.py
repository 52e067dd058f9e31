"""Jobs as users have them: asked for, looked at, cancelled, deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from paintreel.errors import InputError, PaintreelError
from paintreel.studio.accounts.users import User
from paintreel.studio.files.names import TakenNames, clean_path
from paintreel.studio.files.stored import check_room, remove_from_disk, touch
from paintreel.studio.forms.values import check_answers, clean_answers
from paintreel.studio.forms.verbs import offered
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store
from paintreel.studio.work.events import add_event

__all__ = [
    "ACTIVE",
    "JobRequest",
    "KeyReused",
    "StudioJob",
    "cancel_job",
    "create_jobs",
    "delete_job",
    "inputs_of_job",
    "job_by_id",
    "list_jobs",
    "queue_position",
    "verbs_of",
]

ACTIVE = ("queued", "running")
MOST_ACTIVE = 2000
"""Jobs that a user may have waiting."""
MOST_FILES = 5000
"""Files that one job is given."""


class KeyReused(PaintreelError):
    """An idempotency key was used for another request."""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a user asks for. files: option -> (id of the upload, its path as the user has it)."""

    verb: str
    answers: Mapping[str, Any]
    files: Mapping[str, Sequence[tuple[str, str]]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class StudioJob:
    """A job; see `tables.jobs`."""

    id: str
    user_id: str
    batch_id: str | None
    verb: str
    title: str
    answers: Mapping[str, Any]
    status: str
    created_s: float
    started_s: float | None
    ended_s: float | None
    starts: int
    deaths: int
    done: int
    expected: int | None
    stage: str
    memory_bytes: int
    is_cancelled: bool
    error: str | None
    lease: str | None

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ACTIVE

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None where that is not known."""
        return min(1.0, self.done / self.expected) if self.expected else None


def as_job(row: Any) -> StudioJob:
    """A row of `tables.jobs`."""
    return StudioJob(
        row.id,
        row.user_id,
        row.batch_id,
        row.verb,
        row.title,
        json.loads(row.options),
        row.status,
        row.created_s,
        row.started_s,
        row.ended_s,
        row.starts,
        row.deaths,
        row.done,
        row.expected,
        row.stage,
        row.memory_bytes,
        row.is_cancelled,
        row.error,
        row.lease,
    )


def create_jobs(
    store: Store,
    user: User,
    requests: Sequence[JobRequest],
    *,
    key: str | None = None,
    settings: StudioSettings | None = None,
) -> list[str]:
    """The ids of new jobs, of one batch where there are several.

    key       with the same key the same request gives the jobs that it made first
    settings  by which the user's room is looked at, None where it is not

    Raises InputError for what a verb refuses and for files that are not the user's, KeyReused, and
    StoreFull where there is no room for results.
    """
    cleaned = [_checked(request) for request in requests]
    digest = hashlib.sha256(json.dumps([_plain(r) for r in cleaned]).encode()).hexdigest()

    def change(c: Connection) -> list[str]:
        if key is not None and (before := _made_before(c, user, key, digest)) is not None:
            return before
        _check_count(c, user, len(cleaned))
        if settings is not None:
            check_room(c, settings, user, 1)
        batch = store.new_id() if len(cleaned) > 1 else None
        made = [_insert(c, store, user, request, batch) for request in cleaned]
        if key is not None:
            row = {"user_id": user.id, "key": key[:200], "digest": digest}
            row |= {"job_ids": json.dumps(made)}
            c.execute(insert(tables.idempotency).values(created_s=store.now(), **row))
        return made

    return store.write(change)


def _checked(request: JobRequest) -> JobRequest:
    verb = offered(request.verb)
    if verb is None:
        raise InputError(f"there is no verb {request.verb[:40]!r}")
    answers = clean_answers(verb.name, request.answers)
    files: dict[str, list[tuple[str, str]]] = {}
    count = sum(map(len, request.files.values()))
    if count > MOST_FILES:
        raise InputError(f"{count} files are given, a job takes at most {MOST_FILES}; send fewer")
    for field, given in request.files.items():
        paths = [clean_path(path) for _, path in given]
        names = TakenNames.beside(paths)
        rows = [(row[0], names.give(path)) for row, path in zip(given, paths, strict=True)]
        if rows:
            files[field] = rows
    check_answers(verb.name, answers, {f: [path for _, path in rows] for f, rows in files.items()})
    title = " ".join(request.title.split())[:200] or _title(verb.title, answers, files)
    return JobRequest(verb.name, answers, files, title)


def _title(
    verb: str, answers: Mapping[str, Any], files: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    paths = [path for rows in files.values() for _, path in rows]
    told = ("name", "title", "words", "text", "category", "emotion", "identity", "paper")
    words = next((answers[name] for name in told if isinstance(answers.get(name), str | list)), "")
    what = words if isinstance(words, str) else " ".join(words or ())
    if paths and "name" not in answers:
        what = paths[0].rsplit("/", 1)[-1]
        what += f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{verb}: {what}"[:200] if what else verb


def _plain(request: JobRequest) -> list[Any]:
    files = {f: [list(row) for row in rows] for f, rows in sorted(request.files.items())}
    return [request.verb, dict(sorted(request.answers.items())), files, request.title]


def _made_before(c: Connection, user: User, key: str, digest: str) -> list[str] | None:
    table = tables.idempotency
    query = select(table).where(table.c.user_id == user.id, table.c.key == key[:200])
    row = c.execute(query).first()
    if row is None:
        return None
    if row.digest != digest:
        raise KeyReused("this Idempotency-Key was used for another request; take a new one")
    made = [str(job) for job in json.loads(row.job_ids)]
    if not c.scalar(select(func.count()).where(tables.jobs.c.id.in_(made[:500]))):
        raise KeyReused("what this Idempotency-Key made was deleted; take a new one")
    return made


def _check_count(c: Connection, user: User, more: int) -> None:
    jobs = tables.jobs
    active = select(func.count()).where(jobs.c.user_id == user.id, jobs.c.status.in_(ACTIVE))
    if (c.scalar(active) or 0) + more > MOST_ACTIVE:
        raise InputError(
            f"more than {MOST_ACTIVE} jobs would wait; cancel some, or come back later"
        )


def _insert(c: Connection, store: Store, user: User, request: JobRequest, batch: str | None) -> str:
    files = tables.files
    ids = sorted({file_id for rows in request.files.values() for file_id, _ in rows})
    query = select(files.c.id).where(
        files.c.id.in_(ids),
        files.c.user_id == user.id,
        files.c.kind != "",
        files.c.offset_bytes == files.c.size_bytes,
    )
    missing = set(ids) - set(c.scalars(query))
    if missing:
        raise InputError(f"there is no whole upload {sorted(missing)[0][:60]}")
    touch(c, store, ids)
    job_id = store.new_id()
    row = {
        "id": job_id,
        "user_id": user.id,
        "batch_id": batch,
        "verb": request.verb,
        "title": request.title,
        "options": json.dumps(request.answers),
        "status": "queued",
        "created_s": store.now(),
    }
    c.execute(insert(tables.jobs).values(row))
    for field, given in request.files.items():
        shared = {"job_id": job_id, "field": field}
        rows = [
            shared | {"position": position, "file_id": file_id, "path": path}
            for position, (file_id, path) in enumerate(given)
        ]
        c.execute(insert(tables.job_files), rows)
    add_event(c, store, job_id, user.id, "status", {"status": "queued"})
    return job_id


# Looking.


def job_by_id(c: Connection, job_id: str) -> StudioJob | None:
    """The job of an id, whoever's it is: only `web.access` and the manager may ask."""
    row = c.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).first()
    return None if row is None else as_job(row)


def list_jobs(
    c: Connection,
    user: User,
    *,
    status: Sequence[str] = (),
    verb: str | None = None,
    batch_id: str | None = None,
    before_s: float | None = None,
    limit: int = 50,
) -> list[StudioJob]:
    """Jobs of a user, the newest first."""
    jobs = tables.jobs
    query: Select[Any] = select(jobs).where(jobs.c.user_id == user.id)
    if status:
        query = query.where(jobs.c.status.in_(status))
    if verb is not None:
        query = query.where(jobs.c.verb == verb)
    if batch_id is not None:
        query = query.where(jobs.c.batch_id == batch_id)
    if before_s is not None:
        query = query.where(jobs.c.created_s < before_s)
    rows = c.execute(query.order_by(jobs.c.created_s.desc(), jobs.c.id).limit(limit))
    return [as_job(row) for row in rows]


def verbs_of(c: Connection, user: User) -> list[str]:
    """The verbs that a user has jobs of, by name."""
    jobs = tables.jobs
    query = select(jobs.c.verb).where(jobs.c.user_id == user.id).distinct()
    return sorted(c.scalars(query))


def inputs_of_job(c: Connection, job_id: str) -> list[tuple[str, str, str]]:
    """(option, id of the file, path) of what a job is given, in order."""
    table = tables.job_files
    query = select(table).where(table.c.job_id == job_id).order_by(table.c.field, table.c.position)
    return [(row.field, row.file_id, row.path) for row in c.execute(query)]


def queue_position(c: Connection, job: StudioJob) -> int:
    """How many queued jobs of all users are older, and this one: an estimate of its turn."""
    jobs = tables.jobs
    older = select(func.count()).where(jobs.c.status == "queued", jobs.c.created_s < job.created_s)
    return int(c.scalar(older) or 0) + 1


# Ending.


def cancel_job(store: Store, job: StudioJob) -> bool:
    """Cancel a job that waits, or ask the manager to end one that runs; whether it was active."""
    jobs = tables.jobs

    def change(c: Connection) -> bool:
        waiting = update(jobs).where(jobs.c.id == job.id, jobs.c.status == "queued")
        now = {"status": "cancelled", "is_cancelled": True, "ended_s": store.now()}
        if c.execute(waiting.values(now)).rowcount:
            add_event(c, store, job.id, job.user_id, "status", {"status": "cancelled"})
            return True
        running = update(jobs).where(jobs.c.id == job.id, jobs.c.status == "running")
        return c.execute(running.values(is_cancelled=True)).rowcount > 0

    return store.write(change)


def delete_job(store: Store, settings: StudioSettings, job: StudioJob) -> None:
    """Forget a job that has ended, with its results. Raises InputError for one that has not."""
    files, jobs = tables.files, tables.jobs

    def change(c: Connection) -> list[str]:
        now = job_by_id(c, job.id)
        if now is not None and now.is_active:
            raise InputError("the job is not over; cancel it first")
        ids = list(c.scalars(select(files.c.id).where(files.c.job_id == job.id)))
        # A result that another job starts from stays with that one, as an upload of its own.
        used = select(tables.job_files.c.file_id).where(
            tables.job_files.c.file_id.in_(ids), tables.job_files.c.job_id != job.id
        )
        kept = set(c.scalars(used))
        c.execute(update(files).where(files.c.id.in_(kept)).values(job_id=None, role="upload"))
        c.execute(delete(tables.job_files).where(tables.job_files.c.job_id == job.id))
        gone = [file_id for file_id in ids if file_id not in kept]
        c.execute(delete(files).where(files.c.id.in_(gone)))
        c.execute(delete(jobs).where(jobs.c.id == job.id))
        return gone

    remove_from_disk(settings, store.write(change))
