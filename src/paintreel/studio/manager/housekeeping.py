"""What goes with time: unfinished uploads, old jobs, and files that no row knows."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from paintreel.studio.files.stored import remove_from_disk
from paintreel.studio.logs import logged
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store
from paintreel.studio.work.jobs import ACTIVE, as_job, delete_job

__all__ = ["keep_house", "sweep"]

_LOG = logging.getLogger("paintreel.studio")
_DAY_S = 86_400.0
_UNFINISHED_S, _KEYS_S = 2 * _DAY_S, 7 * _DAY_S
_ORPHAN_S = _DAY_S
"""A file without a row may be one that is just being finished."""


def keep_house(store: Store, settings: StudioSettings) -> int:
    """Remove what is too old; how many uploads, jobs and stray files there were."""
    now = store.now()
    gone = _drop_uploads(store, settings, now - _UNFINISHED_S, unfinished=True)
    if settings.keep_days:
        limit_s = now - settings.keep_days * _DAY_S
        jobs = tables.jobs
        query = select(jobs).where(jobs.c.ended_s < limit_s, jobs.c.status.not_in(ACTIVE))
        with store.reading() as c:
            old = [as_job(row) for row in c.execute(query.limit(1000))]
        for job in old:
            delete_job(store, settings, job)
        gone += len(old) + _drop_uploads(store, settings, limit_s, unfinished=False)
    keys = tables.idempotency
    store.write(lambda c: c.execute(delete(keys).where(keys.c.created_s < now - _KEYS_S)))
    gone += sweep(store, settings)
    if gone:
        logged(_LOG, logging.INFO, "removed what is too old", count=gone)
    return gone


def _drop_uploads(
    store: Store, settings: StudioSettings, before_s: float, *, unfinished: bool
) -> int:
    """Remove uploads that nobody used since, and that no job is made of."""
    files = tables.files

    def change(c: Connection) -> list[str]:
        query = select(files.c.id).where(files.c.role == "upload", files.c.used_s < before_s)
        if unfinished:
            query = query.where(files.c.kind == "")
        query = query.where(files.c.id.not_in(select(tables.job_files.c.file_id)))
        ids = list(c.scalars(query.limit(1000)))
        c.execute(delete(files).where(files.c.id.in_(ids)))
        return ids

    ids = store.write(change)
    remove_from_disk(settings, ids)
    return len(ids)


def sweep(store: Store, settings: StudioSettings) -> int:
    """Remove files and folders of work that no row knows; how many."""
    count = 0
    for folder in _folders(settings.uploads):
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
        with store.reading() as c:
            known = set(c.scalars(select(tables.files.c.id).where(tables.files.c.id.in_(names))))
        for name in names:
            if name not in known and _age_s(folder / name, store) > _ORPHAN_S:
                (folder / name).unlink(missing_ok=True)
                count += 1
    for folder in _folders(settings.work):
        with store.reading() as c:
            active = c.scalar(
                select(tables.jobs.c.id).where(
                    tables.jobs.c.id == folder.name, tables.jobs.c.status.in_(ACTIVE)
                )
            )
        if active is None and _age_s(folder, store) > _ORPHAN_S:
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    for stray in sorted(settings.work.iterdir()) if settings.work.is_dir() else ():
        if not stray.is_dir() and _age_s(stray, store) > _ORPHAN_S:
            stray.unlink(missing_ok=True)
            count += 1
    return count


def _folders(place: Path) -> list[Path]:
    return sorted(entry for entry in place.iterdir() if entry.is_dir()) if place.is_dir() else []


def _age_s(path: Path, store: Store) -> float:
    try:
        return store.now() - os.stat(path).st_mtime  # noqa: PTH116 - one call, no second stat
    except OSError:
        return 0.0
