"""The record in a folder of results: how each of them was made, so that a later run can tell.

`.paintreel.json` holds

    format    1
    runs      id -> verb, version of Paintreel, settings, and the models with the hash of each
    results   path below the folder -> id of its run, facts of its own (a seed), what it was made
              on, and the fingerprints of its sources and of itself

A fingerprint is a file's size, time of change and SHA-256. Names that are not UTF-8 are kept
exactly, by the escapes of JSON. The file is written whole or not at all, by one process at a time,
and what others have written meanwhile stays. What it says is taken for foreign: one that is
damaged, newer, a link or no regular file is told of, not used, and left as it is.
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
    "Fingerprint",
    "Provenance",
    "Record",
    "add_provenances",
    "find_provenance",
    "fingerprint_of",
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
class Fingerprint:
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
        """Whether the file has the content that this is of: it is read only where in doubt."""
        try:
            now = path.stat()
        except (OSError, ValueError):
            return False
        if not path.is_dir():
            if now.st_size != self.size_bytes or not self.sha256:
                return False
            if now.st_mtime_ns == self.mtime_ns:
                return True
        other = fingerprint_of(path, path.parent)
        return other is not None and other.sha256 == self.sha256


@dataclass(frozen=True, slots=True)
class Provenance:
    """How one result was made.

    verb, version   of the command and of Paintreel
    settings        option -> value as JSON has it, of the whole run
    facts           the same of this result alone, such as its seed
    models          option -> {"name", "sha256"} of the model that it names
    sources         fingerprints of what it was made of, in order
    result          fingerprint of the result as it was written
    machine         backend and device of its networks; {} without one
    """

    verb: str
    version: str
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]
    models: Mapping[str, Mapping[str, str]]
    sources: tuple[Fingerprint, ...]
    result: Fingerprint
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

    def provenance_of(self, key: str) -> Provenance | None:
        """How the result of that path below the folder was made; None where it is not said."""
        try:
            entry = self.results[key]
            run = self.runs[entry["run"]]
            return Provenance(
                verb=_text(run["verb"]),
                version=_text(run["paintreel"]),
                settings=_table(run["settings"]),
                facts=_table(entry.get("facts", {})),
                models={
                    _text(name): {"name": _text(m["name"]), "sha256": _text(m["sha256"])}
                    for name, m in _table(run["models"]).items()
                },
                sources=tuple(_fingerprint(each) for each in entry["sources"]),
                result=_fingerprint(entry["result"]),
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


def find_provenance(path: Path) -> tuple[Provenance, Path] | None:
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
            if (provenance := record.provenance_of(part.as_posix())) is not None:
                return provenance, folder
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


def add_provenances(folder: Path, provenances: Mapping[str, Provenance]) -> str:
    """Write provenances, by the paths of their results below `folder`, into its record.

    What the record says of others stays. Returns why it could not be written, "" where it was.
    """
    with _locked(folder):
        record = read_record(folder)
        if record.problem:
            return record.problem
        for key, provenance in provenances.items():
            run = {
                "verb": provenance.verb,
                "paintreel": provenance.version,
                "settings": dict(provenance.settings),
                "models": {name: dict(model) for name, model in provenance.models.items()},
            }
            text = json.dumps(run, sort_keys=True)
            name = hashlib.sha256(text.encode()).hexdigest()[:_ID_DIGITS]
            record.runs[name] = run
            entry: dict[str, Any] = {"run": name}
            if provenance.facts:
                entry["facts"] = dict(provenance.facts)
            if provenance.machine:
                entry["machine"] = dict(provenance.machine)
            entry["sources"] = [_as_dict(fingerprint) for fingerprint in provenance.sources]
            entry["result"] = _as_dict(provenance.result)
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


def fingerprint_of(path: Path, folder: Path) -> Fingerprint | None:
    """That of a file or folder as it is now, seen from `folder`; None where it is gone."""
    shown = _seen_from(path, folder)
    try:
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.is_file())
            sizes = [(p.relative_to(path).as_posix(), p.stat().st_size) for p in files]
            listing = json.dumps(sizes).encode()
            return Fingerprint(
                shown, sum(s for _, s in sizes), 0, hashlib.sha256(listing).hexdigest()
            )
        before = path.stat()
        digest = hashlib.sha256()
        with unreadable_file(path), open_regular(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        after = path.stat()
    except (OSError, ValueError, PaintreelError):
        return None
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return Fingerprint(
        shown, before.st_size, before.st_mtime_ns, digest.hexdigest() if same else ""
    )


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


def _as_dict(fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        "path": fingerprint.path,
        "bytes": fingerprint.size_bytes,
        "mtime_ns": fingerprint.mtime_ns,
        "sha256": fingerprint.sha256,
    }


def _fingerprint(value: Any) -> Fingerprint:
    numbers = value["bytes"], value["mtime_ns"]
    if not all(isinstance(n, int) for n in numbers):
        raise TypeError("a fingerprint has numbers")
    return Fingerprint(_text(value["path"]), *numbers, _text(value["sha256"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("expected a table")
    return value
