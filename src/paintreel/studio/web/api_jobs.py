"""The API of jobs: verbs, jobs, batches, events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query
from sqlalchemy.engine import Connection
from starlette.responses import Response, StreamingResponse

from paintreel.studio.files.stored import files_of_job
from paintreel.studio.forms.schema import files_schema, options_schema
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.web.access import NOT_THERE, AnyVisitor, Here, OwnJob, is_still_there
from paintreel.studio.web.api_models import (
    BatchIn,
    BatchOut,
    ErrorOut,
    GivenFile,
    JobIn,
    JobOut,
    VerbOut,
)
from paintreel.studio.work.events import JobEvent, events_after
from paintreel.studio.work.jobs import (
    JobRequest,
    cancel_job,
    create_jobs,
    delete_job,
    job_by_id,
    list_jobs,
)

__all__ = ["router"]

_FAILURES: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut} for code in (400, 401, 403, 404, 413, 422, 429, 503)
}
router = APIRouter(prefix="/api/v1", tags=["jobs"], responses=_FAILURES)
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
_OVER = frozenset({"finished", "failed", "cancelled"})
_BIG = 2**62


@router.get("/verbs")
def get_verbs(visitor: AnyVisitor) -> list[VerbOut]:
    """Every verb that makes jobs."""
    return [VerbOut(name=verb.name, summary=verb.summary) for verb in OFFERED.values()]


@router.get("/verbs/{verb}")
def get_verb(verb: str, visitor: AnyVisitor) -> VerbOut:
    """What a verb's jobs take: a JSON schema of its options, and its files."""
    found = OFFERED.get(verb)
    if found is None:
        raise HTTPException(404, NOT_THERE)
    schema, files = options_schema(verb), files_schema(verb)
    return VerbOut(name=verb, summary=found.summary, options=schema, files=files)


def _given(files: Sequence[GivenFile]) -> list[tuple[str, str]]:
    return [(file.id, file.path or file.id) for file in files]


@router.post("/jobs", status_code=201)
def post_job(asked: JobIn, visitor: AnyVisitor, studio: Here, key: Key = None) -> JobOut:
    """Ask for a job. With an Idempotency-Key the same request again gives the same job."""
    files = {name: _given(rows) for name, rows in asked.files.items()}
    request = JobRequest(asked.verb, asked.options, files, asked.title)
    (job_id,) = create_jobs(
        studio.store, visitor.user, [request], key=key, settings=studio.settings
    )
    with studio.store.reading() as c:
        job = job_by_id(c, job_id)
    if job is None:  # it was deleted since
        raise HTTPException(404, NOT_THERE)
    return JobOut.of(job)


@router.post("/batches", status_code=201)
def post_batch(asked: BatchIn, visitor: AnyVisitor, studio: Here, key: Key = None) -> BatchOut:
    """Ask for one job a file."""
    shared = {name: _given(rows) for name, rows in asked.files.items()}
    requests = [
        JobRequest(asked.verb, asked.options, {**shared, asked.field: [row]})
        for row in _given(asked.each)
    ]
    ids = create_jobs(studio.store, visitor.user, requests, key=key, settings=studio.settings)
    with studio.store.reading() as c:
        jobs = [job for job_id in ids if (job := job_by_id(c, job_id)) is not None]
    if not jobs:
        raise HTTPException(404, NOT_THERE)
    return BatchOut(id=jobs[0].batch_id or jobs[0].id, jobs=[JobOut.of(job) for job in jobs])


@router.get("/batches/{batch_id}")
def get_batch(batch_id: str, visitor: AnyVisitor, studio: Here) -> BatchOut:
    """The jobs of a batch of yours."""
    with studio.store.reading() as c:
        jobs = list_jobs(c, visitor.user, batch_id=batch_id, limit=1000)
    if not jobs:
        raise HTTPException(404, NOT_THERE)
    return BatchOut(id=batch_id, jobs=[JobOut.of(job) for job in jobs])


@router.get("/jobs")
def get_jobs(
    visitor: AnyVisitor,
    studio: Here,
    status: Annotated[str | None, Query(max_length=20)] = None,
    verb: Annotated[str | None, Query(max_length=40)] = None,
    before_s: float | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[JobOut]:
    """Your jobs, the newest first; `before_s` goes on where a list ended."""
    states = () if status is None else (status,)
    with studio.store.reading() as c:
        jobs = list_jobs(c, visitor.user, status=states, verb=verb, before_s=before_s, limit=limit)
    return [JobOut.of(job) for job in jobs]


@router.get("/jobs/{job_id}")
def get_job(job: OwnJob, studio: Here) -> JobOut:
    """A job of yours with the files that it made."""
    with studio.store.reading() as c:
        return JobOut.of(job, files_of_job(c, job.id))


@router.post("/jobs/{job_id}/cancel")
def post_cancel(job: OwnJob, studio: Here) -> JobOut:
    """End a job that waits or runs; one that is over is left as it is."""
    cancel_job(studio.store, job)
    with studio.store.reading() as c:
        now = job_by_id(c, job.id)
    return JobOut.of(now or job)


@router.delete("/jobs/{job_id}", status_code=204)
def remove_job(job: OwnJob, studio: Here) -> None:
    """Delete a job that is over, with its results."""
    delete_job(studio.store, studio.settings, job)


# Events.

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


class _Events(StreamingResponse):
    media_type = "text/event-stream"


@router.get("/jobs/{job_id}/events", response_class=_Events, responses=_STREAM)
def job_events(
    job: OwnJob,
    visitor: AnyVisitor,
    studio: Here,
    last: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=_BIG)] = None,
    after: Annotated[int, Query(ge=0, le=_BIG)] = 0,
) -> Response:
    """What happens to a job, as Server-Sent Events; ends when the job is over.

    Those since `Last-Event-ID` come first, so that nothing is missed between two connections. 204,
    after which browsers do not come back: the job is over, and nothing came since.
    """
    studio.feed.check_room(job.user_id)
    begin = after if last is None else last
    with studio.store.reading() as c:
        if not _goes_on(c, job.id, begin):
            return Response(status_code=204)
    follow = studio.feed.follow(
        studio.store,
        job.user_id,
        begin,
        job_id=job.id,
        is_over=lambda event: event.kind == "status" and _status(event) in _OVER,
        may_go_on=lambda c: is_still_there(c, studio.store, visitor) and _goes_on(c, job.id, begin),
    )
    return _stream(follow)


def _goes_on(c: Connection, job_id: str, after: int) -> bool:
    """Whether anything of a job is to be told yet: it is active, or something came since."""
    job = job_by_id(c, job_id)
    return job is not None and (job.is_active or bool(events_after(c, after, job_id=job_id)))


@router.get("/events", response_class=_Events, responses=_STREAM)
def all_events(
    visitor: AnyVisitor,
    studio: Here,
    last: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=_BIG)] = None,
    after: Annotated[int, Query(ge=0, le=_BIG)] = 0,
) -> StreamingResponse:
    """What happens to all your jobs, as Server-Sent Events, until you go."""
    studio.feed.check_room(visitor.user.id)
    begin = after if last is None else last
    follow = studio.feed.follow(
        studio.store,
        visitor.user.id,
        begin,
        may_go_on=lambda c: is_still_there(c, studio.store, visitor),
    )
    return _stream(follow)


def _status(event: JobEvent) -> str:
    return str(json.loads(event.data).get("status"))


def _stream(events: AsyncIterator[JobEvent | None]) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async for event in events:
            if event is None:
                yield ": quiet\n\n"
                continue
            data = json.dumps({"job": event.job_id, "at_s": event.at_s} | json.loads(event.data))
            yield f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n"

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return _Events(lines(), headers=headers)
