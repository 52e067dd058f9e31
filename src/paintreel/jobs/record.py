"""The record in a folder of results: how each of them was made, so that a later run can tell.

`.paintreel.json` holds

    format    1
    runs      id -> verb, version of Paintreel, settings, and the models with the hash of each
    results   path below the folder -> id of its run, facts of its own (a seed), what it was made
              on, and the marks of its sources and of itself

A mark is a file's size, time of change and SHA-256. Names that are not UTF-8 are kept exactly, by
the escapes of JSON. The file is written whole or not at all, by one process at a time, and what
others have written meanwhile stays. What it says is taken for foreign: one that is damaged, newer,
a link or no regular file is told of, not used, and left as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paintreel.errors import OutputError, PaintreelError
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.untrusted_files import open_regular, unreadable_file

__all__ = [
    "RECORD_NAME",
    "Making",
    "Mark",
    "Record",
    "add_makings",
    "find_making",
    "mark_of",
    "read_record",
    "record_places",
]

RECORD_NAME = ".paintreel.json"
_FORMAT = 1
_MAX_BYTES = 64 << 20
_ID_DIGITS = 16
_CHUNK_BYTES = 1 << 20
_LOCK_TRIES, _LOCK_PAUSE_S = 100, 0.05
_FOLDERS_UP = 8
"""So far above a file its record is looked for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells whether a file is still the same.

    path       as seen from the folder of the record, for people
    size_bytes, mtime_ns   of the file; of a folder the sum, and 0
    sha256     of the content; of a folder, of the names and sizes in it; "" where it was changed
               while it was read, which no file equals
    """

    path: str
    size_bytes: int
    mtime_ns: int
    sha256: str

    def fits(self, path: Path) -> bool:
        """Whether the file has the content that was marked: it is read only where in doubt."""
        try:
            now = path.stat()
        except (OSError, ValueError):
            return False
        if not path.is_dir():
            if now.st_size != self.size_bytes or not self.sha256:
                return False
            if now.st_mtime_ns == self.mtime_ns:
                return True
        other = mark_of(path, path.parent)
        return other is not None and other.sha256 == self.sha256


@dataclass(frozen=True, slots=True)
class Making:
    """How one result was made.

    verb, version   of the command and of Paintreel
    settings        option -> value as JSON has it, of the whole run
    facts           the same of this result alone, such as its seed
    models          option -> {"name", "sha256"} of the model that it names
    sources         marks of what it was made of, in order
    result          mark of the result as it was written
    machine         backend and device of its networks; {} without one
    """

    verb: str
    version: str
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]
    models: Mapping[str, Mapping[str, str]]
    sources: tuple[Mark, ...]
    result: Mark
    machine: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """What a folder's record says: its two tables as they are in the file.

    problem  why it is not used, "" where it is; what is written then goes nowhere
    """

    folder: Path
    runs: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    is_there: bool = False
    problem: str = ""

    def making_of(self, key: str) -> Making | None:
        """How the result of that path below the folder was made; None where it is not said."""
        try:
            entry = self.results[key]
            run = self.runs[entry["run"]]
            return Making(
                verb=_text(run["verb"]),
                version=_text(run["paintreel"]),
                settings=_table(run["settings"]),
                facts=_table(entry.get("facts", {})),
                models={
                    _text(name): {"name": _text(m["name"]), "sha256": _text(m["sha256"])}
                    for name, m in _table(run["models"]).items()
                },
                sources=tuple(_mark(each) for each in entry["sources"]),
                result=_mark(entry["result"]),
                machine={
                    _text(name): _text(value)
                    for name, value in _table(entry.get("machine", {})).items()
                },
            )
        except (LookupError, TypeError, AttributeError):
            return None


def read_record(folder: Path) -> Record:
    """The record of a folder, empty where there is none. Raises nothing."""
    path = folder / RECORD_NAME
    record = Record(folder)
    if not os.path.lexists(path):
        return record
    record.is_there = True
    if path.is_symlink():
        record.problem = "it is a link"
        return record
    try:
        with unreadable_file(path), open_regular(path) as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            record.problem = f"it is larger than {_MAX_BYTES:,} bytes"
            return record
        table = _table(json.loads(data))
        if table.get("format") != _FORMAT:
            record.problem = "it is of another version of Paintreel"
            return record
        record.runs, record.results = _table(table["runs"]), _table(table["results"])
    except PaintreelError as error:
        record.problem = getattr(error, "reason", str(error))
    except (ValueError, TypeError, LookupError, RecursionError):
        record.problem = "it is damaged"
    return record


def find_making(path: Path) -> tuple[Making, Path] | None:
    """How a file, or the result that it is part of, was made, and the folder that tells.

    The folders above are asked for their record, the nearest first. None where none tells.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - a link is a result of its own
    for folder in list(path.parents)[:_FOLDERS_UP]:
        if not os.path.lexists(folder / RECORD_NAME):
            continue
        record = read_record(folder)
        below = path.relative_to(folder)
        for part in (below, *list(below.parents)[:-1]):
            if (making := record.making_of(part.as_posix())) is not None:
                return making, folder
    return None


def record_places(outputs: Sequence[Path]) -> list[tuple[Path, str, Path]]:
    """(folder of the record, key in it, path) of each result of one job.

    A result in a folder of another's, such as the layers of a picture, is kept with that one.
    """
    parents = list(dict.fromkeys(path.parent for path in outputs))
    places = []
    for path in outputs:
        above = [p for p in parents if path.is_relative_to(p)]
        folder = min(above, key=lambda p: len(p.parts))
        places.append((folder, path.relative_to(folder).as_posix(), path))
    return places


def add_makings(folder: Path, makings: Mapping[str, Making]) -> str:
    """Write makings, by the paths of their results below `folder`, into its record.

    What the record says of others stays. Returns why it could not be written, "" where it was.
    """
    with _locked(folder):
        record = read_record(folder)
        if record.problem:
            return record.problem
        for key, making in makings.items():
            run = {
                "verb": making.verb,
                "paintreel": making.version,
                "settings": dict(making.settings),
                "models": {name: dict(model) for name, model in making.models.items()},
            }
            text = json.dumps(run, sort_keys=True)
            name = hashlib.sha256(text.encode()).hexdigest()[:_ID_DIGITS]
            record.runs[name] = run
            entry: dict[str, Any] = {"run": name}
            if making.facts:
                entry["facts"] = dict(making.facts)
            if making.machine:
                entry["machine"] = dict(making.machine)
            entry["sources"] = [_as_dict(mark) for mark in making.sources]
            entry["result"] = _as_dict(making.result)
            record.results[key] = entry
        used = {str(e.get("run")) for e in record.results.values() if isinstance(e, dict)}
        runs = {name: run for name, run in record.runs.items() if name in used}
        table = {"format": _FORMAT, "runs": runs, "results": record.results}
        try:
            with atomic_path(folder / RECORD_NAME, overwrite=True) as partial:
                partial.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
        except OutputError as error:
            return str(error)
    return ""


def mark_of(path: Path, folder: Path) -> Mark | None:
    """The mark of a file or folder as it is now, seen from `folder`; None where it is gone."""
    shown = _seen_from(path, folder)
    try:
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.is_file())
            sizes = [(p.relative_to(path).as_posix(), p.stat().st_size) for p in files]
            listing = json.dumps(sizes).encode()
            return Mark(shown, sum(s for _, s in sizes), 0, hashlib.sha256(listing).hexdigest())
        before = path.stat()
        digest = hashlib.sha256()
        with unreadable_file(path), open_regular(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        after = path.stat()
    except (OSError, ValueError, PaintreelError):
        return None
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return Mark(shown, before.st_size, before.st_mtime_ns, digest.hexdigest() if same else "")


def _seen_from(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time is in the block, where the system can lock a folder.

    Elsewhere, and where one does not let go, the block runs all the same: a run writes all that
    it has made again at its end.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        for _ in range(_LOCK_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_LOCK_PAUSE_S)
            except OSError:  # a network drive without locks
                break
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def _as_dict(mark: Mark) -> dict[str, Any]:
    return {
        "path": mark.path,
        "bytes": mark.size_bytes,
        "mtime_ns": mark.mtime_ns,
        "sha256": mark.sha256,
    }


def _mark(value: Any) -> Mark:
    numbers = value["bytes"], value["mtime_ns"]
    if not all(isinstance(n, int) for n in numbers):
        raise TypeError("a mark has numbers")
    return Mark(_text(value["path"]), *numbers, _text(value["sha256"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("expected a table")
    return value
