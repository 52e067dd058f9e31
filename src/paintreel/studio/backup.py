"""A studio as one file, and back: rows as JSON lines, whatever the database, and all files.

A backup of SQLite can be restored into PostgreSQL and the other way round. It holds password hashes
and everybody's pictures: keep it as safe as the studio.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from paintreel.errors import InputError, OutputError, PaintreelError, system_reason
from paintreel.imaging.atomic import atomic_path
from paintreel.studio.files.stored import place_of, remove_from_disk
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store
from paintreel.studio.store.migrate import migrate, version_of

__all__ = ["Restored", "back_up", "restore"]

_ID = re.compile(r"[A-Za-z0-9_-]{8,43}")
_ROWS_AT_ONCE = 500
_LEFT_OUT = frozenset({"managers", "attempts", "sessions"})
"""What is of the moment: who is signed in, who runs."""


def back_up(store: Store, settings: StudioSettings, target: Path, *, overwrite: bool) -> int:
    """Write everything to the archive `target`, whole or not at all; how many files it holds.

    The rows are those of one moment; a studio may go on meanwhile. Raises OutputError.
    """
    if target.exists() and not overwrite:
        raise OutputError(f"{target} exists; use --overwrite to replace it")
    with atomic_path(target, overwrite=overwrite) as partial, tarfile.open(partial, "w") as archive:
        _add(archive, "version.json", json.dumps({"version": version_of(store)}).encode())
        ids: list[str] = []
        with store.reading() as c:
            for table in tables.metadata.sorted_tables:
                if table.name in _LEFT_OUT:
                    continue
                rows = [dict(row) for row in c.execute(select(table)).mappings()]
                if table.name == "files":
                    ids = [row["id"] for row in rows]
                lines = "".join(json.dumps(row) + "\n" for row in rows)
                _add(archive, f"tables/{table.name}.jsonl", lines.encode())
        count = 0
        for file_id in ids:
            path = place_of(settings, file_id)
            if path.is_file():  # one that was deleted since is left out
                archive.add(path, f"files/{file_id}", recursive=False)
                count += 1
    return count


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a backup. lacking: names of whole files that it should hold and does not."""

    files: int
    lacking: tuple[str, ...]


def restore(store: Store, settings: StudioSettings, source: Path) -> Restored:
    """Bring a backup into a studio that has no accounts yet.

    Jobs that ran wait again. Raises InputError for an archive that is none of ours or damaged, and
    for a studio that is in use, OutputError where the disk does not take it; no account and no file
    is there then, so that it can be tried again.
    """
    settings.make_folders()
    with _opened(source) as (archive, members):
        version = _json(archive, members, "version.json").get("version")
        if not isinstance(version, str):
            raise InputError(f"{source} is no backup of a studio: it has no version")
        _check_empty(store)
        migrate(store, version)
        written: list[str] = []
        try:
            lacking = store.write(lambda c: _bring_in(c, settings, archive, members, written))
        except PaintreelError:
            remove_from_disk(settings, written)
            raise
        except (SQLAlchemyError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
            remove_from_disk(settings, written)
            kind = type(error).__name__
            raise InputError(f"{source} is damaged: it cannot be read ({kind})") from None
        except BaseException:
            remove_from_disk(settings, written)
            raise
        migrate(store)
    return Restored(len(written), lacking)


def _bring_in(
    c: Connection,
    settings: StudioSettings,
    archive: tarfile.TarFile,
    members: dict[str, tarfile.TarInfo],
    written: list[str],
) -> tuple[str, ...]:
    """Rows, which hold when all files are written too; names of files that are lacking."""
    _fill(c, archive, members)
    lacking = _lacking(archive, members)
    written.clear()  # of a try before this one
    for name, member in members.items():
        folder, _, file_id = name.partition("/")
        if folder == "files" and _ID.fullmatch(file_id):  # no other path is written to
            written.append(file_id)
            _write(archive, member, place_of(settings, file_id))
    return lacking


def _lacking(archive: tarfile.TarFile, members: dict[str, Any]) -> tuple[str, ...]:
    """Names of files that rows call whole, and that are missing or of another size."""
    lacking = []
    for rows in _batches(_read(archive, members, "tables/files.jsonl") or b""):
        for row in rows:
            member = members.get(f"files/{row['id']}")
            is_whole = row["offset_bytes"] == row["size_bytes"]
            if is_whole and (member is None or member.size != row["size_bytes"]):
                lacking.append(str(row["name"]))
    return tuple(lacking)


@contextmanager
def _opened(source: Path) -> Iterator[tuple[tarfile.TarFile, dict[str, tarfile.TarInfo]]]:
    """An archive and its plain files by name. Raises InputError for what is none."""
    with ExitStack() as held:
        try:
            archive = held.enter_context(tarfile.open(source, "r:"))
            members = {m.name: m for m in archive if m.isfile()}
        except (tarfile.TarError, OSError) as error:
            raise InputError(f"{source} is no backup of a studio: {error}") from None
        yield archive, members


def _check_empty(store: Store) -> None:
    if version_of(store) is None:
        return
    with store.reading() as c:
        if c.scalar(select(func.count()).select_from(tables.users)):
            raise InputError(
                "this studio has accounts; restore into a new --data folder or database"
            )


def _json(archive: tarfile.TarFile, members: dict[str, Any], name: str) -> dict[str, Any]:
    content = _read(archive, members, name)
    try:
        read = json.loads(content or b"{}")
    except ValueError:
        read = {}
    return read if isinstance(read, dict) else {}


def _read(archive: tarfile.TarFile, members: dict[str, Any], name: str) -> bytes | None:
    member = members.get(name)
    file = None if member is None else archive.extractfile(member)
    return None if file is None else file.read()


def _fill(c: Connection, archive: tarfile.TarFile, members: dict[str, Any]) -> None:
    known = MetaData()
    known.reflect(bind=c)
    for table in known.sorted_tables:
        if table.name in _LEFT_OUT or f"tables/{table.name}.jsonl" not in members:
            continue
        for rows in _batches(_read(archive, members, f"tables/{table.name}.jsonl") or b""):
            if table.name == "jobs":
                rows = [_waiting(row) for row in rows]
            c.execute(insert(table), rows)
        _count_on(c, table)


def _batches(content: bytes) -> Iterator[list[dict[str, Any]]]:
    lines = content.decode("utf-8").splitlines()
    for start in range(0, len(lines), _ROWS_AT_ONCE):
        rows = [json.loads(line) for line in lines[start : start + _ROWS_AT_ONCE]]
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("a line is no row")
        yield rows


def _waiting(row: dict[str, Any]) -> dict[str, Any]:
    if row["status"] != "running":
        return row
    return row | {"status": "queued", "lease": None, "manager": None}


def _count_on(c: Connection, table: Table) -> None:
    """Numbers that the database gives go on after those that came."""
    if c.dialect.name == "postgresql" and table.name in ("events", "idempotency"):
        newest = f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table.name}"
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        c.execute(text(f"SELECT setval({sequence}, ({newest}), false)"))


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    content = archive.extractfile(member)
    assert content is not None  # a plain file
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with atomic_path(place, overwrite=True) as partial, partial.open("wb") as target:
            shutil.copyfileobj(content, target)
    except OSError as error:
        raise OutputError(f"cannot write {place}: {system_reason(error)}") from error
