"""Files as the store has them: rows, places on disk, and room that is left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from paintreel.studio.accounts.users import User
from paintreel.studio.files.names import in_bytes
from paintreel.studio.files.sniffing import SHOWN_BY_BROWSERS
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store, StoreFull

__all__ = [
    "StoredFile",
    "add_file",
    "check_room",
    "delete_rows",
    "file_of",
    "files_of_job",
    "has_disk",
    "place_of",
    "quota_of",
    "remove_from_disk",
    "touch",
    "uploads_of",
    "used_bytes",
]

_KEPT_FREE_BYTES = 256 * 2**20
"""So much of the disk stays free, for the database and what is at work."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a user; see `tables.files`."""

    id: str
    user_id: str
    name: str
    kind: str
    media_type: str
    size_bytes: int
    offset_bytes: int
    created_s: float
    job_id: str | None
    role: str
    source_id: str | None
    sha256: str

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come."""
        return self.kind != "" and self.offset_bytes == self.size_bytes

    @property
    def is_shown(self) -> bool:
        """Whether a page can show it as it is."""
        return self.media_type in SHOWN_BY_BROWSERS


def as_file(row: Any) -> StoredFile:
    """A row of `tables.files`."""
    return StoredFile(
        row.id,
        row.user_id,
        row.name,
        row.kind,
        row.media_type,
        row.size_bytes,
        row.offset_bytes,
        row.created_s,
        row.job_id,
        row.role,
        row.source_id,
        row.sha256,
    )


def place_of(settings: StudioSettings, file_id: str) -> Path:
    """Where a file lies: under its id, whatever its user calls it."""
    assert file_id.replace("-", "").replace("_", "").isalnum()  # ids are ours, never a user's text
    return settings.uploads / file_id[:2] / file_id


def used_bytes(c: Connection, user_id: str) -> int:
    """What a user's files take."""
    files = tables.files
    return int(
        c.scalar(select(func.sum(files.c.size_bytes)).where(files.c.user_id == user_id)) or 0
    )


def quota_of(settings: StudioSettings, user: User) -> int:
    """The room of a user, in bytes: their own quota, also one of nothing, or the studio's."""
    return settings.quota_bytes if user.quota_bytes is None else user.quota_bytes


def has_disk(settings: StudioSettings) -> bool:
    """Whether the disk has more than what is kept free for database and log."""
    return shutil.disk_usage(settings.data).free > _KEPT_FREE_BYTES


def check_room(c: Connection, settings: StudioSettings, user: User, size_bytes: int) -> None:
    """Raise StoreFull where `size_bytes` more are beyond the user's quota, or the disk's."""
    quota = quota_of(settings, user)
    used = used_bytes(c, user.id)
    if used + size_bytes > quota:
        raise StoreFull(
            f"your files would take {in_bytes(used + size_bytes)}, your quota is "
            f"{in_bytes(quota)}; delete jobs or uploads that you do not need any more"
        )
    free = shutil.disk_usage(settings.data).free
    if size_bytes > free - _KEPT_FREE_BYTES:
        raise StoreFull("the disk of the studio is nearly full; tell its admin")


def add_file(c: Connection, store: Store, **values: Any) -> str:
    """A new row; its id."""
    now = store.now()
    row = {"id": store.new_id(), "created_s": now, "used_s": now, "sha256": ""} | values
    c.execute(insert(tables.files).values(row))
    return str(row["id"])


def file_of(c: Connection, file_id: str) -> StoredFile | None:
    """The file of an id, whoever's it is: only `web.access` may ask."""
    row = c.execute(select(tables.files).where(tables.files.c.id == file_id)).first()
    return None if row is None else as_file(row)


def files_of_job(c: Connection, job_id: str, *roles: str) -> list[StoredFile]:
    """What a job has made, in order."""
    files = tables.files
    query = select(files).where(files.c.job_id == job_id)
    if roles:
        query = query.where(files.c.role.in_(roles))
    return [as_file(row) for row in c.execute(query.order_by(files.c.created_s, files.c.name))]


def uploads_of(c: Connection, user: User, kinds: Sequence[str] = ()) -> list[StoredFile]:
    """What a user has sent, the newest first."""
    files = tables.files
    query = select(files).where(files.c.user_id == user.id, files.c.role == "upload")
    if kinds:
        query = query.where(files.c.kind.in_(kinds))
    return [as_file(row) for row in c.execute(query.order_by(files.c.created_s.desc()).limit(500))]


def touch(c: Connection, store: Store, file_ids: Sequence[str]) -> None:
    """Note that files are in use, so that they are kept for longer."""
    files = tables.files
    c.execute(update(files).where(files.c.id.in_(file_ids)).values(used_s=store.now()))


def delete_rows(c: Connection, file_ids: Sequence[str]) -> None:
    """Forget files; `remove_from_disk` comes after, when that is certain."""
    c.execute(delete(tables.files).where(tables.files.c.id.in_(file_ids)))


def remove_from_disk(settings: StudioSettings, file_ids: Sequence[str]) -> None:
    """Remove the content of files that the store has forgotten."""
    for file_id in file_ids:
        with suppress(FileNotFoundError):
            os.unlink(place_of(settings, file_id))  # noqa: PTH108 - as elsewhere, no second stat
