"""Uploads by tus 1.0, with creation and termination, and files given back."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, HTTPException, Request
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from paintreel.errors import InputError
from paintreel.studio.files.archive import zipped
from paintreel.studio.files.names import TakenNames
from paintreel.studio.files.stored import StoredFile, files_of_job, place_of, uploads_of
from paintreel.studio.files.uploads import Receiver, begin_upload, drop_upload
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.web.access import NOT_THERE, AnyVisitor, Here, OwnFile, OwnJob
from paintreel.studio.web.api_models import ErrorOut, FileOut
from paintreel.studio.work.jobs import list_jobs

__all__ = ["download", "router"]

_FAILURES: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut}
    for code in (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503, 507)
}
router = APIRouter(tags=["files"], responses=_FAILURES)
_TUS = "1.0.0"
_CHUNK_TYPE = "application/offset+octet-stream"
Resumable = Annotated[str | None, Header(alias="Tus-Resumable", max_length=20)]


def _check_version(version: str | None) -> None:
    if version != _TUS:
        raise HTTPException(412, f"this speaks tus {_TUS}", {"tus-version": _TUS})


def _offset_headers(offset: int, size: int) -> dict[str, str]:
    return {
        "tus-resumable": _TUS,
        "upload-offset": str(offset),
        "upload-length": str(size),
        "cache-control": "no-store",
    }


@router.options("/api/v1/uploads", status_code=204)
def tus_options(studio: Here) -> Response:
    """What of tus this speaks."""
    headers = {
        "tus-resumable": _TUS,
        "tus-version": _TUS,
        "tus-extension": "creation,termination",
        "tus-max-size": str(studio.settings.max_upload_bytes),
    }
    return Response(status_code=204, headers=headers)


@router.post("/api/v1/uploads", status_code=201, response_class=Response)
def tus_create(
    visitor: AnyVisitor,
    studio: Here,
    version: Resumable = None,
    length: Annotated[int | None, Header(alias="Upload-Length", ge=0, le=2**62)] = None,
    metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=4000)] = "",
) -> Response:
    """Begin an upload of `Upload-Length` bytes; `Upload-Metadata` has `filename` in base64."""
    _check_version(version)
    if length is None:
        raise HTTPException(400, "Upload-Length is missing; deferred lengths are not taken")
    name = _metadata(metadata).get("filename", "file")
    file_id = begin_upload(
        studio.store, studio.settings, visitor.user, size_bytes=length, name=name
    )
    headers = {"location": f"/api/v1/uploads/{file_id}", "tus-resumable": _TUS}
    return Response(status_code=201, headers=headers)


def _metadata(header: str) -> dict[str, str]:
    """{key: text} of an Upload-Metadata header. Raises HTTPException."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, packed = pair.partition(" ")
        try:
            found[key] = base64.b64decode(packed, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise HTTPException(
                400, f"Upload-Metadata: {key[:40]} is not UTF-8 in base64"
            ) from None
    return found


def _upload(file: StoredFile) -> StoredFile:
    if file.role != "upload":
        raise HTTPException(404, NOT_THERE)
    return file


@router.head("/api/v1/uploads/{file_id}", response_class=Response)
def tus_head(file: OwnFile, version: Resumable = None) -> Response:
    """Where an upload is."""
    _check_version(version)
    _upload(file)
    return Response(headers=_offset_headers(file.offset_bytes, file.size_bytes))


@router.patch("/api/v1/uploads/{file_id}", status_code=204, response_class=Response)
async def tus_patch(
    request: Request,
    file: OwnFile,
    studio: Here,
    version: Resumable = None,
    offset: Annotated[int | None, Header(alias="Upload-Offset", ge=0, le=2**62)] = None,
    content_type: Annotated[str, Header(alias="Content-Type", max_length=100)] = "",
) -> Response:
    """Send bytes from `Upload-Offset` on; what has come is kept when the connection breaks."""
    _check_version(version)
    _upload(file)
    if content_type != _CHUNK_TYPE:
        raise HTTPException(415, f"Content-Type is {content_type[:60]!r}, expected {_CHUNK_TYPE}")
    if offset is None:
        raise HTTPException(400, "Upload-Offset is missing")
    receiver = Receiver(studio.store, studio.settings, file, offset)
    await run_in_threadpool(receiver.__enter__)
    try:
        async for piece in request.stream():
            if piece:
                await run_in_threadpool(receiver.take, piece)
    except ClientDisconnect:
        pass  # nobody hears the answer; the next request goes on
    finally:
        await run_in_threadpool(receiver.__exit__, None, None, None)
    try:
        await run_in_threadpool(receiver.finish)
    except InputError as error:
        raise HTTPException(415, str(error)) from None
    headers = _offset_headers(receiver.offset_bytes, file.size_bytes)
    return Response(status_code=204, headers=headers)


@router.delete("/api/v1/uploads/{file_id}", status_code=204, response_class=Response)
def tus_delete(file: OwnFile, studio: Here) -> Response:
    """Remove an upload that no job is made of."""
    _upload(file)
    used = select(tables.job_files.c.job_id).where(tables.job_files.c.file_id == file.id)
    with studio.store.reading() as c:
        if c.scalar(used.limit(1)) is not None:
            raise HTTPException(409, "a job is made of this file; delete that first")
    drop_upload(studio.store, studio.settings, file.id)
    return Response(status_code=204, headers={"tus-resumable": _TUS})


@router.get("/api/v1/uploads")
def get_uploads(visitor: AnyVisitor, studio: Here) -> list[FileOut]:
    """Your uploads, the newest first."""
    with studio.store.reading() as c:
        return [FileOut.of(file) for file in uploads_of(c, visitor.user)]


@router.get("/api/v1/uploads/{file_id}")
def get_upload(file: OwnFile) -> FileOut:
    """What is known of a file."""
    return FileOut.of(file)


# Downloads.


@router.get("/files/{file_id}", response_class=FileResponse)
def get_file(file: OwnFile, studio: Here) -> Response:
    """The content of a file of yours, as an attachment; parts of it by `Range`."""
    return download(studio.settings, file)


def download(settings: StudioSettings, file: StoredFile) -> Response:
    """A file as an attachment. Browsers show it in `img` and `video` alone, and run nothing."""
    path = place_of(settings, file.id)
    if not file.is_whole or not path.is_file():
        return JSONResponse({"error": NOT_THERE}, 404)
    media_type = file.media_type if file.is_shown else "application/octet-stream"
    name = file.name.rsplit("/", 1)[-1]
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=86400, immutable",
    }
    return FileResponse(path, media_type=media_type, headers=headers)


_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


@router.get("/api/v1/jobs/{job_id}/zip", response_class=StreamingResponse, responses=_ZIP)
def job_zip(job: OwnJob, studio: Here) -> Response:
    """All results of a job as one ZIP."""
    with studio.store.reading() as c:
        files = files_of_job(c, job.id, "result")
    return _as_zip(studio.settings, "paintreel", [("", file) for file in files])


@router.get("/api/v1/batches/{batch_id}/zip", response_class=StreamingResponse, responses=_ZIP)
def batch_zip(batch_id: str, visitor: AnyVisitor, studio: Here) -> Response:
    """All results of a batch as one ZIP."""
    with studio.store.reading() as c:
        jobs = list_jobs(c, visitor.user, batch_id=batch_id, limit=1000)
        files = [("", f) for job in reversed(jobs) for f in files_of_job(c, job.id, "result")]
    if not jobs:
        raise HTTPException(404, NOT_THERE)
    return _as_zip(studio.settings, "paintreel-batch", files)


def _as_zip(settings: StudioSettings, name: str, rows: list[tuple[str, StoredFile]]) -> Response:
    names, seen = TakenNames(), set()
    kept = []
    for row in rows:  # whom to credit is said once, however many jobs said it
        said = row[1].sha256 if row[1].name == "CREDITS.txt" else ""
        if not said or said not in seen:
            kept.append(row)
        seen.add(said)
    members = [
        (names.give(f"{folder}{file.name}"), place_of(settings, file.id)) for folder, file in kept
    ]
    headers = {"content-disposition": f'attachment; filename="{name}.zip"'}
    return StreamingResponse(zipped(members), media_type="application/zip", headers=headers)
