"""A verb run for the studio: its results, previews and log."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.errors import PaintreelError
from paintreel.jobs.job import Job
from paintreel.jobs.run import Batch, Outcome, reason, run_batch
from paintreel.media.kept_steps import StepKeeper, keeping_steps
from paintreel.options import VERBS, command_of, plan_of
from paintreel.studio.forms.values import JobFolder, build_options
from paintreel.studio.worker.previews import preview_of
from paintreel.studio.worker.telling import InWords, Teller

__all__ = ["JobSpec", "run_job"]

_MOST_PREVIEWS = 200
_HASH_BYTES = 2**20
_TEXTS = frozenset({".txt", ".json", ".csv", ".toml"})
"""Come after what is looked at."""
_OF_THE_COMMAND = frozenset({"no-credits-due"})
"""Notes about what nobody asked for here."""


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What a job is, as `spec.json` has it.

    files    option -> [(id of the upload, path below the option's folder)]
    kept     names of the shards that are finished
    threads  of processor
    """

    verb: str
    answers: Mapping[str, Any]
    files: Mapping[str, Sequence[tuple[str, str]]]
    kept: frozenset[str]
    threads: int
    training: bool

    @classmethod
    def load(cls, path: Path) -> JobSpec:
        """Read the file that the manager wrote."""
        read = json.loads(path.read_text("utf-8"))
        files = {f: [(row[0], row[1]) for row in rows] for f, rows in read["files"].items()}
        return cls(
            read["verb"],
            read["answers"],
            files,
            frozenset(read["kept"]),
            read["threads"],
            read["training"],
        )


@dataclass(frozen=True, slots=True)
class EndedJob:
    """How a job ended, and what it made: files below its folder, with role and source."""

    status: str
    error: str | None
    files: list[dict[str, Any]]


def run_job(spec: JobSpec, folder: JobFolder, teller: Teller) -> None:
    """Run the verb and tell how it ended. Whatever a verb raises ends the job, not the manager."""
    told = InWords(teller, spec.verb)
    for place in (folder.results, folder.kept, folder.previews):
        place.mkdir(exist_ok=True)
    try:
        paths = {f: [path for _, path in rows] for f, rows in spec.files.items()}
        options = build_options(spec.verb, spec.answers, paths, folder, threads=spec.threads)
        if VERBS[spec.verb].plan:
            ended = _run_plan(spec, options, folder, told)
        elif spec.training:
            from paintreel.studio.worker.training import run_training

            error = run_training(spec.verb, options, folder, told)
            ended = EndedJob("failed" if error else "finished", error, _found(folder, {}))
        else:
            ended = _run_command(spec, options, folder, told)
    except MemoryError:
        ended = EndedJob(
            "failed", "it needs more memory than a job may have; try a smaller size", []
        )
    except Exception as error:  # told to the user, as the command tells it
        ended = EndedJob("failed", _plainly(reason(error), folder), [])
        if not isinstance(error, PaintreelError):
            told.tell("log", text=f"unexpected: {type(error).__name__}")
    told.tell("ended", status=ended.status, error=ended.error, files=ended.files)


# Verbs that make files.


def _run_plan(spec: JobSpec, options: Any, folder: JobFolder, teller: InWords) -> EndedJob:
    teller.progress(0, None, "reading")
    batch: Batch = plan_of(spec.verb)(options)
    for note in batch.notes:
        if note.kind in _OF_THE_COMMAND:
            continue
        teller.tell("log", text=_plainly(note.text, folder))
    total, done = len(batch.jobs), 0

    def ended(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        name = _plainly(outcome.job.name, folder)
        for note in outcome.notes:
            teller.tell("log", text=f"{name}: {_plainly(note.text, folder)}")
        if outcome.error is not None:
            teller.tell("log", text=f"failed: {name}: {_plainly(reason(outcome.error), folder)}")
        if total > 1:
            teller.progress(done, total, batch.verb_done)

    stage = "frames"

    def on_stage(job: Job, text: str) -> None:
        nonlocal stage
        stage = text

    def on_frame(job: Job, frames: int, expected: int | None) -> None:
        if total == 1:
            teller.progress(frames, expected, stage)
        elif expected:
            name = _plainly(job.name, folder)
            teller.progress(done, total, f"{name}: frame {frames} of {expected}")

    def on_shard(name: str, size_bytes: int) -> None:
        teller.tell("shard", name=name, size_bytes=size_bytes)

    keeper = StepKeeper(folder.kept, on_shard=on_shard, is_whole=spec.kept.__contains__)
    if total == 1 and batch.jobs[0].kind == "picture":
        teller.progress(0, 1, "working")
    with keeping_steps(keeper):
        # What an earlier process of this job has made is there whole, and left.
        outcomes = run_batch(
            dataclasses.replace(batch, skips_done=True),
            on_outcome=ended,
            on_frame=on_frame,
            on_stage=on_stage,
        )
    if batch.finish is not None:
        batch.finish(outcomes)
    return _judged(spec, outcomes, folder, teller)


def _judged(
    spec: JobSpec, outcomes: Sequence[Outcome], folder: JobFolder, teller: InWords
) -> EndedJob:
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    error = None
    if failed:
        assert failed[0].error is not None
        text = _plainly(reason(failed[0].error), folder)
        error = text if len(outcomes) == 1 else f"{len(failed)} of {len(outcomes)} failed: {text}"
    teller.progress(len(outcomes), len(outcomes), "making previews")
    sources = {
        output: next(iter(outcome.job.inputs), None)
        for outcome in outcomes
        for output in outcome.job.outputs
    }
    files = _found(folder, _ids_of(spec, sources, folder))
    is_lost = len(failed) == len(outcomes)
    return EndedJob("failed" if is_lost else "finished", error, files)


def _ids_of(
    spec: JobSpec, sources: Mapping[Path, Path | None], folder: JobFolder
) -> dict[Path, tuple[str, Path]]:
    """Result -> (id of the upload it is of, its place)."""
    ids = {
        folder.inputs / field / path: file_id
        for field, rows in spec.files.items()
        for file_id, path in rows
    }
    return {
        result: (ids[source], source)
        for result, source in sources.items()
        if source is not None and source in ids
    }


# Verbs that print.


def _run_command(spec: JobSpec, options: Any, folder: JobFolder, teller: InWords) -> EndedJob:
    teller.progress(0, None, "working")
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        code = command_of(spec.verb)(options)
    lines = [_plainly(line, folder) for line in said.getvalue().splitlines() if line.strip()]
    for line in lines[-200:]:
        teller.tell("log", text=line.rsplit("\r", 1)[-1])
    text = _plainly(printed.getvalue(), folder)
    if text.strip():
        (folder.results / f"{spec.verb}.txt").write_text(text, "utf-8")
        for line in text.splitlines()[:200]:
            teller.tell("log", text=line)
    files = _found(folder, {})
    if code and not files:
        return EndedJob("failed", lines[-1] if lines else f"{spec.verb} ended with code {code}", [])
    return EndedJob("finished", lines[-1] if code and lines else None, files)


# What was made.


def _found(folder: JobFolder, of: Mapping[Path, tuple[str, Path]]) -> list[dict[str, Any]]:
    """Every file among the results, with a preview where there is something to see."""
    made: list[dict[str, Any]] = []
    befores: dict[Path, str] = {}
    paths = [p for p in folder.results.rglob("*") if p.is_file() and not p.is_symlink()]
    paths.sort(key=lambda path: (path.suffix.lower() in _TEXTS, path))
    for number, path in enumerate(p for p in paths if not p.name.startswith(".")):
        source = of.get(path)
        row: dict[str, Any] = {"path": _below(path, folder), "role": "result"}
        row["sha256"] = _hash(path)
        row["source_id"] = None if source is None else source[0]
        made.append(row)
        if number >= _MOST_PREVIEWS:
            continue
        preview = folder.previews / f"{number:05}.jpg"
        if not preview_of(path, preview):
            continue
        made.append({"path": _below(preview, folder), "role": "preview", "of": row["path"]})
        if source is not None and source[1] not in befores:
            before = folder.previews / f"{number:05}-before.jpg"
            if preview_of(source[1], before):
                befores[source[1]] = _below(before, folder)
        if source is not None and source[1] in befores:
            made.append({"path": befores[source[1]], "role": "before", "of": row["path"]})
    return made


def _below(path: Path, folder: JobFolder) -> str:
    return path.relative_to(folder.root).as_posix()


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_HASH_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _plainly(text: str, folder: JobFolder) -> str:
    """Text without the places of files on this machine."""
    for field in folder.inputs.iterdir() if folder.inputs.is_dir() else ():
        text = text.replace(f"{field}/", "").replace(str(field), "the files")
    text = text.replace(f"{folder.results}/", "").replace(f"{folder.root}/", "")
    return text.replace(str(folder.results), "the results")
