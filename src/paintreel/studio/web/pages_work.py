"""Pages of work: gallery, new job, job, batch, queue, files, styles."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from sqlalchemy import func, select
from starlette.responses import FileResponse, RedirectResponse, Response

from paintreel.imaging.formats import IMAGE_SUFFIXES
from paintreel.runtime.credits import credit_line
from paintreel.runtime.licences import terms_of
from paintreel.studio.files.sniffing import CLIP_SUFFIXES
from paintreel.studio.files.stored import file_of, quota_of, uploads_of, used_bytes
from paintreel.studio.forms import layout
from paintreel.studio.forms.fields import fields_of
from paintreel.studio.forms.verbs import OFFERED, shelves
from paintreel.studio.store import tables
from paintreel.studio.web import showing
from paintreel.studio.web.access import NOT_THERE, AnyVisitor, Here, OwnJob
from paintreel.studio.web.rendering import render
from paintreel.studio.work.events import events_after
from paintreel.studio.work.jobs import (
    ACTIVE,
    cancel_job,
    delete_job,
    job_by_id,
    list_jobs,
    queue_position,
    verbs_of,
)

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_A_PAGE = 48
Id = Annotated[str | None, Query(max_length=60)]


@router.get("/")
def gallery(
    request: Request,
    visitor: AnyVisitor,
    studio: Here,
    verb: Annotated[str | None, Query(max_length=40)] = None,
    before: float | None = None,
) -> Response:
    """What was made, the newest first, and above it what is being made."""
    ended = ("finished", "failed", "cancelled")
    with studio.store.reading() as c:
        active = list_jobs(c, visitor.user, status=ACTIVE, limit=12) if before is None else []
        jobs = list_jobs(
            c, visitor.user, status=ended, verb=verb, before_s=before, limit=_A_PAGE + 1
        )
        covers = showing.covers_of(c, [*active, *jobs])
        made = verbs_of(c, visitor.user)
    more = jobs[_A_PAGE - 1].created_s if len(jobs) > _A_PAGE else None
    facts: dict[str, Any] = {"active": active, "jobs": jobs[:_A_PAGE], "covers": covers}
    facts |= {"verbs": made, "chosen": verb, "more": more, "styles": _styles()}
    return render(request, "gallery.html", visitor, **facts)


def _styles() -> list[dict[str, Any]]:
    return [showing.facts_of(m) for m in showing.all_models() if m.sample is not None]


@router.get("/new")
def new(request: Request, visitor: AnyVisitor) -> Response:
    """All verbs, to choose one."""
    return render(request, "new.html", visitor, shelves=shelves(), pictured=showing.pictured())


@router.get("/new/{verb}")
def new_job(
    request: Request, verb: str, visitor: AnyVisitor, studio: Here, job: Id = None, file: Id = None
) -> Response:
    """The form of a verb; filled in as a job was, or with a file, where that is asked for."""
    found = OFFERED.get(verb)
    if found is None:
        raise HTTPException(404, NOT_THERE)
    answers: dict[str, Any] = {}
    given: dict[str, list[dict[str, str]]] = {}
    with studio.store.reading() as c:
        uploads = uploads_of(c, visitor.user)[:200]
        earlier = None if job is None else job_by_id(c, job)
        if earlier is not None and earlier.user_id == visitor.user.id and earlier.verb == verb:
            answers, given = dict(earlier.answers), showing.given_to(c, earlier)
        start = None if file is None else file_of(c, file)
        if start is not None and start.user_id == visitor.user.id:
            first = showing.option_for(verb, start)
            if first is not None:
                shown = "1" if start.is_shown else ""
                row = {"id": start.id, "path": start.name, "kind": start.kind, "shown": shown}
                given = {first: [row]}
    sections, folded = layout.form_sections(verb)
    models = {
        field.name: [showing.facts_of(m) for m in showing.models_for(field.models_of or verb)]
        for field in fields_of(verb)
        if field.kind == "model" and (field.default is not None or field.models_of)
    }
    facts: dict[str, Any] = {
        "verb": found,
        "sections": sections,
        "folded": folded,
        "models": models,
    }
    facts |= {
        "extra_words": showing.extra_words(verb),
        "answers": answers,
        "given": json.dumps(given),
    }
    facts |= {"reads": sorted(IMAGE_SUFFIXES | CLIP_SUFFIXES) if found.is_by_file else []}
    facts |= {"layout": layout, "pictured": showing.pictured()}
    facts |= {"uploads": [u for u in uploads if u.is_whole]}
    return render(request, "form.html", visitor, **facts)


@router.get("/jobs/{job_id}")
def job_page(request: Request, job: OwnJob, visitor: AnyVisitor, studio: Here) -> Response:
    """A job: how far it is, what it made, what it said."""
    with studio.store.reading() as c:
        results = showing.results_of(c, job)
        events = events_after(c, 0, job_id=job.id)
        samples = _samples(c, job.id)
        position = queue_position(c, job) if job.status == "queued" else 0
    lines = [json.loads(e.data)["text"] for e in events if e.kind == "log"]
    fields = {field.name: field for field in fields_of(job.verb)} if job.verb in OFFERED else {}
    options = [
        (fields[name].label if name in fields else name, _in_words(value))
        for name, value in job.answers.items()
    ]
    facts: dict[str, Any] = {"job": job, "results": results, "lines": lines, "samples": samples}
    facts |= {"verb": OFFERED.get(job.verb), "options": options, "position": position}
    facts |= {"last": events[-1].id if events else 0, "verbs": OFFERED}
    facts |= {"follow_ups": {r.file.id: showing.follow_ups(r.file) for r in results}}
    return render(request, "job.html", visitor, **facts)


def _in_words(value: Any) -> str:
    """An answer as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _samples(c: Any, job_id: str) -> list[str]:
    files = tables.files
    query = select(files.c.id).where(files.c.job_id == job_id, files.c.role == "sample")
    return list(c.scalars(query.order_by(files.c.created_s.desc()).limit(12)))


@router.post("/jobs/{job_id}/cancel")
def cancel(job: OwnJob, studio: Here) -> Response:
    """End it."""
    cancel_job(studio.store, job)
    return RedirectResponse(f"/jobs/{job.id}", 303)


@router.post("/jobs/{job_id}/delete")
def delete(job: OwnJob, studio: Here) -> Response:
    """Delete it with its results."""
    delete_job(studio.store, studio.settings, job)
    return RedirectResponse("/", 303)


@router.get("/batches/{batch_id}")
def batch_page(request: Request, batch_id: str, visitor: AnyVisitor, studio: Here) -> Response:
    """The jobs of a batch."""
    with studio.store.reading() as c:
        jobs = list(reversed(list_jobs(c, visitor.user, batch_id=batch_id, limit=1000)))
        covers = showing.covers_of(c, jobs)
    if not jobs:
        raise HTTPException(404, NOT_THERE)
    facts: dict[str, Any] = {
        "jobs": jobs,
        "covers": covers,
        "batch_id": batch_id,
        "verb": OFFERED.get(jobs[0].verb),
    }
    return render(request, "batch.html", visitor, **facts)


@router.post("/batches/{batch_id}/cancel")
def cancel_batch(batch_id: str, visitor: AnyVisitor, studio: Here) -> Response:
    """End every job of a batch that is not over."""
    with studio.store.reading() as c:
        jobs = list_jobs(c, visitor.user, batch_id=batch_id, status=ACTIVE, limit=1000)
    for job in jobs:
        cancel_job(studio.store, job)
    return RedirectResponse(f"/batches/{batch_id}", 303)


@router.post("/batches/{batch_id}/delete")
def delete_batch(batch_id: str, visitor: AnyVisitor, studio: Here) -> Response:
    """Delete every job of a batch that is over, with its results."""
    with studio.store.reading() as c:
        jobs = list_jobs(c, visitor.user, batch_id=batch_id, limit=1000)
    for job in jobs:
        if not job.is_active:
            delete_job(studio.store, studio.settings, job)
    return RedirectResponse("/", 303)


@router.get("/queue")
def queue(request: Request, visitor: AnyVisitor, studio: Here) -> Response:
    """What waits and runs: one's own by name, all in numbers."""
    jobs = tables.jobs
    with studio.store.reading() as c:
        mine = list(reversed(list_jobs(c, visitor.user, status=ACTIVE, limit=500)))
        places = {job.id: queue_position(c, job) for job in mine if job.status == "queued"}
        counts = select(jobs.c.status, func.count().label("n")).where(jobs.c.status.in_(ACTIVE))
        totals = {row.status: row.n for row in c.execute(counts.group_by(jobs.c.status))}
    facts: dict[str, Any] = {"mine": mine, "places": places, "totals": totals, "verbs": OFFERED}
    return render(request, "queue.html", visitor, **facts)


@router.get("/my-files")
def my_files(request: Request, visitor: AnyVisitor, studio: Here) -> Response:
    """Uploads, and how much room is left."""
    with studio.store.reading() as c:
        uploads, used = uploads_of(c, visitor.user), used_bytes(c, visitor.user.id)
    quota = quota_of(studio.settings, visitor.user)
    return render(request, "files.html", visitor, uploads=uploads, used=used, quota=quota)


@router.get("/styles")
def styles(request: Request, visitor: AnyVisitor) -> Response:
    """The models with a look of their own: picture, licence, what they do badly."""
    rows = []
    for model in showing.all_models():
        licence = model.card.contract.licence
        facts = showing.facts_of(model) | {"credit": credit_line(model.card)}
        rows.append(
            facts | {"may_be_sold": terms_of(licence).sold, "means": terms_of(licence).means}
        )
    return render(request, "styles.html", visitor, models=rows)


@router.get("/styles/{name}/sample.jpg", response_model=None)
def style_sample(name: str, visitor: AnyVisitor) -> FileResponse:
    """The picture of a bundled model."""
    model = next((m for m in showing.all_models() if m.name == name), None)
    if model is None or model.sample is None:
        raise HTTPException(404, NOT_THERE)
    headers = {"cache-control": "private, max-age=86400"}
    return FileResponse(model.sample, media_type="image/jpeg", headers=headers)
