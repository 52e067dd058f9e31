"""What the API takes and gives, for its schema."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from paintreel.studio.files.names import is_storable
from paintreel.studio.files.stored import StoredFile
from paintreel.studio.work.jobs import StudioJob

__all__ = ["BatchIn", "BatchOut", "ErrorOut", "FileOut", "JobIn", "JobOut", "VerbOut"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, data: Any) -> Any:
        """Neither a database nor an answer takes halves of surrogates, and one no NUL either."""
        waiting = [data]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict):
                waiting += [*part.keys(), *part.values()]
            elif isinstance(part, list):
                waiting += part
            elif isinstance(part, str) and not is_storable(part):
                raise ValueError("a text holds half a character or a NUL; send plain Unicode")
        return data


class ErrorOut(BaseModel):
    """What is wrong, what was expected, and what to do."""

    error: str


class GivenFile(_Strict):
    """An upload, or a result of another job, as a job is given it."""

    id: str = Field(max_length=60, description="of an upload or result of yours")
    path: str = Field(
        "", max_length=500, description="its name for the job, with folders where it is of one"
    )


class JobIn(_Strict):
    """A job to be done."""

    verb: str = Field(max_length=40, description="one of GET /api/v1/verbs")
    options: dict[str, Any] = Field(
        default_factory=dict, description="as GET /api/v1/verbs/{verb} describes them"
    )
    files: dict[str, list[GivenFile]] = Field(
        default_factory=dict, description="option -> the files that it is given"
    )
    title: str = Field("", max_length=200)


class BatchIn(_Strict):
    """One job for each file of `each`; the files of `files` go to every one."""

    verb: str = Field(max_length=40)
    options: dict[str, Any] = Field(default_factory=dict)
    field: str = Field("inputs", max_length=60, description="the option that takes the file")
    each: list[GivenFile] = Field(min_length=1, max_length=1000)
    files: dict[str, list[GivenFile]] = Field(default_factory=dict)


class FileOut(BaseModel):
    """An upload or a result. role: upload, result, preview, before or sample."""

    id: str
    name: str
    kind: str
    media_type: str
    size_bytes: int
    received_bytes: int
    role: str
    source_id: str | None
    sha256: str
    url: str

    @classmethod
    def of(cls, file: StoredFile) -> FileOut:
        """A file as programs see it."""
        return cls(
            id=file.id,
            name=file.name,
            kind=file.kind,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            received_bytes=file.offset_bytes,
            role=file.role,
            source_id=file.source_id,
            sha256=file.sha256,
            url=f"/files/{file.id}",
        )


class JobOut(BaseModel):
    """A job. status: queued, running, finished, failed or cancelled."""

    id: str
    batch_id: str | None
    verb: str
    title: str
    options: dict[str, Any]
    status: str
    created_s: float
    started_s: float | None
    ended_s: float | None
    starts: int
    done: int
    expected: int | None
    stage: str
    error: str | None
    files: list[FileOut] = []

    @classmethod
    def of(cls, job: StudioJob, files: list[StoredFile] | None = None) -> JobOut:
        """A job as programs see it."""
        return cls(
            id=job.id,
            batch_id=job.batch_id,
            verb=job.verb,
            title=job.title,
            options=dict(job.answers),
            status=job.status,
            created_s=job.created_s,
            started_s=job.started_s,
            ended_s=job.ended_s,
            starts=job.starts,
            done=job.done,
            expected=job.expected,
            stage=job.stage,
            error=job.error,
            files=[FileOut.of(file) for file in files or []],
        )


class BatchOut(BaseModel):
    """The jobs of a batch."""

    id: str
    jobs: list[JobOut]


class VerbOut(BaseModel):
    """A verb. options: a JSON schema of a job's `options`; files: what it is given."""

    name: str
    summary: str
    options: dict[str, Any] = {}
    files: dict[str, Any] = {}
