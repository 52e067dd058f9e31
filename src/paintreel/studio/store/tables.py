"""The tables of a studio.

Times are seconds since the epoch. Ids are unguessable texts. Secrets (session, token, invitation)
stand as SHA-256 alone: who reads the database cannot sign in with it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "attempts",
    "events",
    "files",
    "idempotency",
    "invitations",
    "job_files",
    "jobs",
    "managers",
    "metadata",
    "sessions",
    "shards",
    "tokens",
    "users",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_ID = String(43)
_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up plain integers alone


def _owner(name: str = "user_id", *, nullable: bool = False) -> Column[str]:
    target = ForeignKey("users.id", ondelete="CASCADE")
    return Column(name, _ID, target, nullable=nullable, index=True)


users = Table(
    "users",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("quota_bytes", BigInteger),
    Column("is_disabled", Boolean, nullable=False, default=False),
    Column("created_s", Float, nullable=False),
    Column("turn_s", Float, nullable=False, default=0.0),
)
"""role: admin or artist. quota_bytes: NULL is the studio's. turn_s: when a job of theirs began."""

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    _owner(),
    Column("csrf", String(64), nullable=False),
    Column("created_s", Float, nullable=False),
    Column("expires_s", Float, nullable=False, index=True),
    Column("agent", String(200), nullable=False, default=""),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", _ID, primary_key=True),
    _owner(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("created_s", Float, nullable=False),
    Column("used_s", Float),
)

invitations = Table(
    "invitations",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("note", String(200), nullable=False, default=""),
    _owner("inviter_id", nullable=True),
    _owner("reset_id", nullable=True),
    Column("created_s", Float, nullable=False),
    Column("expires_s", Float, nullable=False),
    Column("used_s", Float),
)
"""reset_id: whose password the link sets anew, of a link that makes no account."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False),
    Column("at_s", Float, nullable=False),
    Index("ix_attempts_key_at_s", "key", "at_s"),
)
"""Sign-ins that failed."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", _ID, primary_key=True),
    _owner(),
    Column("batch_id", _ID, index=True),
    Column("verb", String(40), nullable=False),
    Column("title", String(200), nullable=False),
    Column("options", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_s", Float, nullable=False),
    Column("started_s", Float),
    Column("ended_s", Float),
    Column("seen_s", Float),
    Column("lease", _ID),
    Column("manager", String(80)),
    Column("starts", Integer, nullable=False, default=0),
    Column("deaths", Integer, nullable=False, default=0),
    Column("done", Integer, nullable=False, default=0),
    Column("expected", Integer),
    Column("stage", String(200), nullable=False, default=""),
    Column("memory_bytes", BigInteger, nullable=False, default=0),
    Column("is_cancelled", Boolean, nullable=False, default=False),
    Column("error", Text),
    Index("ix_jobs_status_created_s", "status", "created_s"),
)
"""status: queued, running, finished, failed or cancelled. lease: of the process that runs it; what
another one reports is not heard. deaths: how often that has died."""

files = Table(
    "files",
    metadata,
    Column("id", _ID, primary_key=True),
    _owner(),
    Column("name", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("created_s", Float, nullable=False),
    Column("used_s", Float, nullable=False),
    Column("job_id", _ID, ForeignKey("jobs.id", ondelete="CASCADE"), index=True),
    Column("role", String(16), nullable=False),
    Column("source_id", _ID),
    Column("sha256", String(64), nullable=False, default=""),
)
"""role: upload, result, preview, before or sample. offset_bytes below size_bytes: still being
received. source_id: of a preview the file it is of, of a result the upload."""

job_files = Table(
    "job_files",
    metadata,
    Column("job_id", _ID, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(60), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("file_id", _ID, ForeignKey("files.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("path", String(500), nullable=False),
)
"""What a job is given: which option, and the name below its folder."""

events = Table(
    "events",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("job_id", _ID, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    _owner(),
    Column("kind", String(20), nullable=False),
    Column("at_s", Float, nullable=False),
    Column("data", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""id: never given twice, for who watches asks for what came after the last that they saw."""

shards = Table(
    "shards",
    metadata,
    Column("job_id", _ID, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("at_s", Float, nullable=False),
)
"""Pieces of a job that are finished and kept, should its process die."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    _owner(),
    Column("key", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("job_ids", Text, nullable=False),
    Column("created_s", Float, nullable=False),
    UniqueConstraint("user_id", "key"),
)

managers = Table(
    "managers",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    Column("started_s", Float, nullable=False),
    Column("seen_s", Float, nullable=False),
)
