"""A user's data as they may ask for it: exported as one ZIP, or deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from paintreel.studio.accounts.users import User, update_user
from paintreel.studio.files.archive import zipped
from paintreel.studio.files.names import TakenNames
from paintreel.studio.files.stored import place_of, remove_from_disk
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store

__all__ = ["delete_account", "exported"]

_SECRET = frozenset({"password", "hash", "csrf", "lease", "manager"})


def exported(store: Store, settings: StudioSettings, user: User) -> Iterator[bytes]:
    """A ZIP of everything that is kept of a user: rows as JSON, and their files."""
    rows: dict[str, list[dict[str, Any]]] = {}
    with store.reading() as c:
        account = tables.users.c.id == user.id
        rows["account"] = _plain(c, select(tables.users).where(account))
        for table in (tables.jobs, tables.files, tables.tokens, tables.sessions, tables.events):
            query = select(table).where(table.c.user_id == user.id)
            rows[table.name] = _plain(c, query)
    names = TakenNames()
    members: list[tuple[str, Path | bytes]] = [("data.json", json.dumps(rows, indent=1).encode())]
    for file in rows["files"]:
        name = names.give(f"{file['role']}/{file['name']}")
        members.append((name, place_of(settings, file["id"])))
    return zipped(members)


def _plain(c: Connection, query: Any) -> list[dict[str, Any]]:
    rows = c.execute(query).mappings()
    return [{k: v for k, v in row.items() if k not in _SECRET} for row in rows]


def delete_account(store: Store, settings: StudioSettings, user: User) -> None:
    """Delete an account with all that is kept of it. Raises InputError for the only admin.

    Jobs that run go with it; their processes end when their manager finds their leases gone.
    """

    def change(c: Connection) -> list[str]:
        update_user(c, user.id, is_disabled=True)  # refuses the only admin
        files, jobs, job_files = tables.files, tables.jobs, tables.job_files
        of_user = select(jobs.c.id).where(jobs.c.user_id == user.id)
        ids = list(c.scalars(select(files.c.id).where(files.c.user_id == user.id)))
        c.execute(delete(job_files).where(job_files.c.job_id.in_(of_user)))
        for table in (tables.idempotency, tables.events):
            c.execute(delete(table).where(table.c.user_id == user.id))
        c.execute(delete(files).where(files.c.user_id == user.id))
        c.execute(delete(jobs).where(jobs.c.user_id == user.id))
        c.execute(delete(tables.users).where(tables.users.c.id == user.id))
        return ids

    remove_from_disk(settings, store.write(change))
