"""What a driver tells its nodes and what they answer: JSON, and no pickle of what users give.

What a node has found of a file (`TaskAnswer.found`) comes back as an object of this package.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from paintreel import __version__
from paintreel.errors import PaintreelError
from paintreel.jobs.run import Batch
from paintreel.notes import Note
from paintreel.options import VERBS, FileOptions, Options, asked_of, described, options_of
from paintreel.runtime.catalog import find_model
from paintreel.runtime.system import usable_cores
from paintreel.storage.staged import plan_anywhere

__all__ = ["Ask", "TaskAnswer", "models_of", "package_facts", "planned"]

_ASKED_OF_THE_DRIVER = frozenset(
    {"ray", "shards", "json", "csv", "plot", "report", "quiet", "dry_run", "record", "credits"}
)
"""Options that nodes have no use for."""
_HANDED_ON = ("PAINTREEL_MODELS",)


@dataclass(frozen=True, slots=True)
class Ask:
    """A call of a verb as a node is told of it.

    options      by name, those that are not as they are by default
    folder       that relative names begin at
    environment  variables that models are found by
    models       option -> hash of the model that it names here
    threads      of the networks of each process: as here, as the last bits of what a network gives
                 depend on it
    """

    verb: str
    options: Mapping[str, Any]
    folder: str
    environment: Mapping[str, str]
    models: Mapping[str, str]
    threads: int

    @classmethod
    def of(cls, verb: str, options: Options, threads: int | None = None) -> Ask:
        """What is asked here. threads: None for those of the options, or of this machine."""
        given = {
            field.name: getattr(options, field.name)
            for field in fields(options)
            if field.name not in _ASKED_OF_THE_DRIVER
            and getattr(options, field.name) != field.default
        }
        environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        threads = threads or getattr(options, "threads", None) or usable_cores()
        models = models_of(options)
        return cls(verb, given, str(Path.cwd()), environment, models, threads)

    def as_json(self) -> str:
        """For a node."""
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}, default=str)

    @classmethod
    def from_json(cls, text: str) -> Ask:
        """Of the driver."""
        return cls(**json.loads(text))

    def build(self) -> Options:
        """The options, checked again as a command line is. Raises InputError."""
        made = options_of(self.verb)
        hints = {field.name: kind for field, _, kind in described(made)}
        given = {name: _back(value, hints.get(name)) for name, value in self.options.items()}
        return made(**given)


def _back(value: Any, kind: Any) -> Any:
    """A value as it was before JSON: tuples are lists there, and paths texts."""
    if isinstance(value, list):
        return tuple(_back(each, None) for each in value)
    if isinstance(value, str) and kind in (Path, Path | None):
        return Path(value)
    return value


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What became of a task on a node.

    status   "made", "skipped", "cancelled" or "failed"
    error    why it failed, "" where it did not
    is_final whether it would fail the same way elsewhere: the file is at fault and not the machine
    found    what verbs that answer have found of the file; goes beside the JSON
    """

    status: str
    error: str = ""
    is_final: bool = False
    notes: tuple[Note, ...] = ()
    machine: Mapping[str, str] | None = None
    found: Any = None

    def as_json(self) -> str:
        """For the driver."""
        machine = None if self.machine is None else dict(self.machine)
        row = {"status": self.status, "error": self.error, "is_final": self.is_final}
        return json.dumps({**row, "machine": machine, "notes": [n.as_dict() for n in self.notes]})

    @classmethod
    def from_json(cls, text: str, found: Any = None) -> TaskAnswer:
        """Of a node."""
        row = json.loads(text)
        notes = tuple(Note(**note) for note in row["notes"])
        return cls(**{**row, "notes": notes, "found": found})


def planned(verb: str, options: Options) -> Batch:
    """The jobs of a call of a verb, whether it makes files or answers of them.

    Raises what planning does.
    """
    if VERBS[verb].asks:
        batch: Batch = asked_of(verb)(options).batch
        return batch
    assert isinstance(options, FileOptions)
    return plan_anywhere(verb, options)


def models_of(options: Options) -> dict[str, str]:
    """Option -> hash of the model that it names; those that are not found are left out."""
    models = {}
    for field, facts, _ in described(type(options)):
        value = getattr(options, field.name)
        if facts.is_model and value is not None:
            try:
                models[field.name] = find_model(value).card.sha256
            except PaintreelError:
                continue
    return models


@cache
def package_facts() -> dict[str, str]:
    """Version and code of the package that is installed here."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return {"version": __version__, "code": digest.hexdigest()[:12]}
