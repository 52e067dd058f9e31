"""What pages show of jobs and verbs: previews beside results, styles with their pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from paintreel.runtime.catalog import ModelFile, read_catalogue
from paintreel.studio.files.stored import StoredFile, as_file, file_of, files_of_job
from paintreel.studio.forms.fields import fields_of
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.store import tables
from paintreel.studio.web.rendering import STATIC
from paintreel.studio.work.jobs import StudioJob, inputs_of_job

__all__ = ["ShownResult", "covers_of", "given_to", "models_for", "results_of"]

_MOST_BYTES_SHOWN = 12_000_000


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result with what is seen of it. before: a picture or clip of the same moment."""

    file: StoredFile
    preview: StoredFile | None
    before: StoredFile | None

    @property
    def kind(self) -> str:
        """How it is shown: clips, clip, slider, picture or link."""
        is_clip = self.file.kind == "clip" and self.file.is_shown
        if is_clip:
            return "clips" if self.before is not None and self.before.kind == "clip" else "clip"
        if self.preview is None:
            return "link"
        return "slider" if self.before is not None else "picture"

    @property
    def picture(self) -> StoredFile:
        """What an `img` shows: the result itself where it is small and browsers know it."""
        small = self.file.is_shown and self.file.size_bytes < _MOST_BYTES_SHOWN
        own = self.file.kind == "picture" and small
        return self.file if own or self.preview is None else self.preview


def results_of(c: Connection, job: StudioJob) -> list[ShownResult]:
    """The results of a job, in order."""
    files = files_of_job(c, job.id)
    of = {(file.role, file.source_id): file for file in files if file.role != "result"}
    shown = []
    for file in files:
        if file.role != "result":
            continue
        preview, before = of.get(("preview", file.id)), of.get(("before", file.id))
        if file.kind == "clip" and file.source_id is not None:
            source = file_of(c, file.source_id)
            is_own = source is not None and source.user_id == job.user_id
            if is_own and source is not None and source.kind == "clip" and source.is_shown:
                before = source  # else the still of it
        shown.append(ShownResult(file, preview, before))
    return shown


def covers_of(c: Connection, jobs: Sequence[StudioJob]) -> dict[str, StoredFile]:
    """Job -> the picture that stands for it in a list: its first preview or sample."""
    files = tables.files
    query = (
        select(files)
        .where(
            files.c.job_id.in_([job.id for job in jobs]), files.c.role.in_(("preview", "sample"))
        )
        .order_by(files.c.created_s.desc())
    )
    return {row.job_id: as_file(row) for row in c.execute(query)}


_FOLLOW_UPS: Mapping[str, tuple[str, ...]] = {
    "picture": (
        *("stylize", "fuse", "grade", "lineart", "colorize", "scene", "character"),
        *("classify", "sheet", "score"),
    ),
    "clip": ("stylize", "fuse", "grade", "lineart", "colorize", "emotion", "character", "score"),
    "sound": ("emotion", "character"),
    ".json": ("grade", "character"),
    ".cube": ("grade",),
    ".cdl": ("grade",),
}
"""Kind or suffix of a result -> the verbs that it may go to next."""
_OPTIONS: Mapping[str, str] = {
    "scene picture": "rough",
    "character picture": "background",
    "character clip": "from_clip",
    "character sound": "voice",
    "character .json": "emotion",
    "grade .json": "timeline",
    "grade .cube": "lut",
    "grade .cdl": "cdl",
}
"""Verb and kind -> the option that takes it, where that is not the verb's first of files."""
_TASKS: Mapping[str, str] = {"style": "stylize"}
"""Stem of a trained model's file -> the verb that uses it, where it is not that."""


def _kinds(file: StoredFile) -> tuple[str, str]:
    return file.kind, PurePosixPath(file.name).suffix.lower()


def follow_ups(file: StoredFile) -> tuple[str, ...]:
    """The verbs that a result may go to next."""
    if file.kind == "model":  # trainings call what they export by its task
        task = _TASKS.get(stem := PurePosixPath(file.name).stem, stem)
        return (task,) if task in OFFERED else ()
    return next((_FOLLOW_UPS[kind] for kind in _kinds(file) if kind in _FOLLOW_UPS), ())


def option_for(verb: str, file: StoredFile) -> str | None:
    """The option of a verb that takes a file."""
    if file.kind == "model":
        return next((f.name for f in fields_of(verb) if f.kind == "model"), None)
    for kind in _kinds(file):
        if (name := _OPTIONS.get(f"{verb} {kind}")) is not None:
            return name
    return next((f.name for f in fields_of(verb) if f.kind in ("file", "files")), None)


def given_to(c: Connection, job: StudioJob) -> dict[str, list[dict[str, str]]]:
    """Option -> what a job was given, as a form takes it up again."""
    given: dict[str, list[dict[str, str]]] = {}
    for field, file_id, path in inputs_of_job(c, job.id):
        file = file_of(c, file_id)
        kind = "" if file is None else file.kind
        shown = "1" if file is not None and file.is_shown else ""
        given.setdefault(field, []).append(
            {"id": file_id, "path": path, "kind": kind, "shown": shown}
        )
    return given


@cache
def _catalogue() -> tuple[ModelFile, ...]:
    return tuple(read_catalogue(task=None).models)


def models_for(verb: str) -> list[ModelFile]:
    """The models that a verb's job may name, those for research last."""
    models = [model for model in _catalogue() if model.card.contract.task == verb]
    return sorted(models, key=lambda model: (model.card.research, model.name))


def all_models() -> list[ModelFile]:
    """Every model that is there to be used, those with a picture first."""
    known = [model for model in _catalogue() if not model.card.research and model.card.look]
    return sorted(
        known, key=lambda m: (m.card.contract.task != "stylize", m.sample is None, m.name)
    )


def extra_words(verb: str) -> Mapping[str, str]:
    """What a verb takes in place of a model's name -> what that means."""
    return _EXTRA_WORDS.get(verb, {})


_EXTRA_WORDS: Mapping[str, Mapping[str, str]] = {
    "scene": {"grbm": "the drawing itself, unpainted"},
    "lineart": {
        "auto": "the network; rule for pencil drawings",
        "rule": "edges by rule, no network",
    },
    "colorize": {"auto": "the network, where there is one", "rule": "flat colours by rule"},
}


@cache
def pictured() -> frozenset[str]:
    """What the pages have pictures of: verbs/<verb> and words/<option>-<word>."""
    return frozenset(f"{path.parent.name}/{path.stem}" for path in STATIC.glob("*/*.jpg"))


def facts_of(model: ModelFile) -> dict[str, Any]:
    """What a page says of a model."""
    return {
        "name": model.name,
        "look": model.card.look,
        "sample": model.sample is not None,
        "research": model.card.research,
        "task": model.card.contract.task,
        "licence": model.card.contract.licence,
        "description": " ".join(model.card.description.split()),
        "weaknesses": list(model.card.weaknesses),
    }
