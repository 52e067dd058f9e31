"""Runs whose inputs or results lie in storage: a file is fetched, worked on, put back, forgotten.

One file at a time for each that works, so that a bucket of any size needs little room on a disk.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from paintreel.errors import InputError, OutputError, PaintreelError
from paintreel.imaging.files import IMAGE_SUFFIXES
from paintreel.jobs.find import Kind
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.place import place_results
from paintreel.jobs.run import Batch
from paintreel.media.codecs import suffix_for
from paintreel.media.containers import CLIP_SUFFIXES, FILM_SUFFIXES, VIDEO_SUFFIXES
from paintreel.media.sequence import TIMES_FILE
from paintreel.notes import Note
from paintreel.options import VERBS, FileOptions, described, flag_of, plan_of
from paintreel.storage.objects import (
    check_url,
    fetch,
    is_stored,
    is_url,
    list_objects,
    put,
    put_folder,
    remove_below,
)
from paintreel.wording import counted

__all__ = ["StoredPath", "plan_anywhere"]


class StoredPath(type(Path())):  # type: ignore[misc]
    """The URL of a result, where runs have paths; no file of this machine is called so."""

    def __str__(self) -> str:
        scheme, _, rest = super().__str__().partition(":/")
        return f"{scheme}://{rest.lstrip('/')}"

    def __fspath__(self) -> str:
        return str(self)


def plan_anywhere(verb: str, options: FileOptions) -> Batch:
    """The plan of a call, wherever its files lie: that of the verb, or one that fetches and puts.

    Raises what the verb's plan does; InputError for URLs where a verb takes none.
    """
    urls = _urls_of(options)
    if not urls:
        batch: Batch = plan_of(verb)(options)
        return batch
    _check(verb, options, urls)
    if getattr(options, "output", None) is None:
        raise InputError("what lies in storage has no place beside it; give -o")
    pairs = _placed(verb, options)
    several = len(pairs) > 1
    kept: list[Note] = []
    if several and not (options.overwrite or options.update):
        left = [pair for pair in pairs if not (is_url(pair.dst) and is_stored(pair.dst))]
        if len(left) < len(pairs):
            text = f"{counted(len(pairs) - len(left), 'result')} in storage already; --overwrite "
            kept.append(Note("stored-already", f"{text}replaces them", len(pairs) - len(left)))
            pairs = left
    jobs = tuple(_job(verb, options, pair) for pair in pairs)
    workers = int(getattr(options, "workers", 1))
    return Batch(jobs, skips_done=several, workers=workers, notes=tuple(kept))


@dataclasses.dataclass(frozen=True, slots=True)
class _StagedFile:
    """An input and its result, each a URL or the name of a file."""

    src: str
    dst: str
    kind: Kind


def _urls_of(options: FileOptions) -> dict[str, str]:
    """Option -> the first URL that it is given."""
    found: dict[str, str] = {}
    for field, _, _ in described(type(options)):
        if field.name in ("ray", "shards"):
            continue
        value = getattr(options, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and is_url(each):
                found.setdefault(field.name, each)
    return found


def _check(verb: str, options: FileOptions, urls: dict[str, str]) -> None:
    if not VERBS[verb].of_each:
        able = ", ".join(name for name, row in VERBS.items() if row.of_each)
        raise InputError(f"{verb} takes files of this machine; storage is for {able}")
    flags = {field.name: flag_of(field, facts) for field, facts, _ in described(type(options))}
    for name, url in urls.items():
        check_url(url)
        if name not in ("inputs", "output"):
            raise InputError(f"{flags[name]} takes a file of this machine, not {url}")


def _placed(verb: str, options: FileOptions) -> list[_StagedFile]:
    """Every file with its result, the tree below what was named kept."""
    inputs: Sequence[str] = options.inputs  # type: ignore[attr-defined]  # verbs of_each have it
    output = str(options.output)  # type: ignore[attr-defined]
    format = getattr(options, "format", None)
    codec = getattr(options, "codec", None)
    here = [each for each in inputs if not is_url(each)]
    pairs = []
    if here:
        for each in place_results(here, output, label=verb, format=format, codec=codec):
            dst = str(StoredPath(each.dst)) if is_url(output) else str(each.dst)
            pairs.append(_StagedFile(str(each.src), dst, each.kind))
    for url in inputs:
        if not is_url(url):
            continue
        found = list_objects(url)
        files = [file for file in found if _kind(file.name) is not None]
        if not files:
            raise InputError(f"{url} holds no picture or clip by the names of its objects")
        alone = len(inputs) == 1 and len(files) == 1 and files[0].url == url
        for file in files:
            kind = _kind(file.name) or "picture"
            if alone and PurePosixPath(output).suffix and not output.endswith("/"):
                pairs.append(_StagedFile(file.url, output, kind))
                continue
            name = PurePosixPath(file.name)
            place = f"{output.rstrip('/')}/{name.with_suffix(_suffix(name, kind, format, codec))}"
            pairs.append(_StagedFile(file.url, place, kind))
    taken: dict[str, str] = {}
    for pair in pairs:
        if pair.dst in taken or pair.dst == pair.src:
            other = taken.get(pair.dst, pair.src)
            raise InputError(f"{other} and {pair.src} would both be {pair.dst}")
        taken[pair.dst] = pair.src
    return pairs


def _kind(name: str) -> Kind | None:
    """By the name alone: to look into them all would be to fetch them."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in VIDEO_SUFFIXES or suffix in CLIP_SUFFIXES - IMAGE_SUFFIXES or suffix == ".gif":
        return "clip"
    return "picture" if suffix in IMAGE_SUFFIXES else None


def _suffix(name: PurePosixPath, kind: Kind, format: str | None, codec: str | None) -> str:
    writable = IMAGE_SUFFIXES if kind == "picture" else FILM_SUFFIXES | {".gif"}
    if format is not None and f".{format}" in writable:
        return f".{format}"
    of_codec = suffix_for(codec) if kind == "clip" and codec is not None else None
    if of_codec is not None:
        return of_codec
    if name.suffix.lower() in writable:
        return name.suffix
    return ".png" if kind == "picture" else ".mp4"


def _job(verb: str, options: FileOptions, pair: _StagedFile) -> Job:
    dst = StoredPath(pair.dst) if is_url(pair.dst) else Path(pair.dst)
    sources = () if is_url(pair.src) else (Path(pair.src),)
    return Job(
        pair.src,
        (dst,),
        lambda progress: _make(verb, options, pair, progress),
        pair.kind,
        sources,
        are_made=(lambda: _is_stored(pair.dst)) if is_url(pair.dst) else None,
    )


def _is_stored(url: str) -> bool:
    """Whether a result is in storage, and all that belongs to it: it is put last."""
    try:
        return is_stored(url)
    except PaintreelError:  # storage does not answer: nobody knows of it
        return False


def _make(verb: str, options: FileOptions, pair: _StagedFile, progress: Progress) -> Any:
    """Fetch, make, put. What it leaves on the disk is gone at its end, whichever that is."""
    overwrite = progress.overwrite or options.overwrite
    if is_url(pair.dst) and not overwrite and is_stored(pair.dst):
        raise OutputError(f"{pair.dst} exists; use --overwrite (overwrite=True) to replace it")
    with tempfile.TemporaryDirectory(prefix="paintreel-") as folder:
        src, dst = Path(pair.src), Path(pair.dst)
        if is_url(pair.src):
            src = Path(folder) / "in" / PurePosixPath(pair.src).name
            fetch(pair.src, src)
        if is_url(pair.dst):
            dst = Path(folder) / "out" / PurePosixPath(pair.dst).name
            dst.parent.mkdir()
        # A folder of frames is named by its clip, and a name without a suffix would be a place.
        output = str(dst) if dst.suffix else f"{dst.parent}/"
        own: dict[str, Any] = {"inputs": (str(src),), "output": output, "overwrite": overwrite}
        own |= {"update": False, "json": None, "ray": None, "shards": None}
        if hasattr(options, "credits"):
            own["credits"] = False
        try:
            batch: Batch = plan_of(verb)(dataclasses.replace(options, **own))
            reports = [job.make(progress) for job in batch.jobs]
        except PaintreelError as error:
            raise _renamed(error, {str(src): pair.src, str(dst): pair.dst}) from error
        if is_url(pair.dst):
            _publish([path for job in batch.jobs for path in job.outputs], dst, pair.dst)
        made = [note for report in reports if report is not None for note in report.notes]
        if len(reports) == 1 and dataclasses.is_dataclass(reports[0]):
            return dataclasses.replace(reports[0], notes=(*batch.notes, *made))
        return Report((*batch.notes, *made))


def _publish(outputs: Sequence[Path], dst: Path, url: str) -> None:
    """Put what was made: `dst` at `url`, and before it what lies beside it, such as layers.

    Where one fails, those that were put are removed again. Raises OutputError.
    """
    base, folder = url.rsplit("/", 1)[0], dst.parent.resolve()
    beside = {
        path: f"{base}/{path.resolve().relative_to(folder).as_posix()}"
        for path in outputs
        if path != dst and folder in path.resolve().parents  # others have places of this machine
    }
    put_so_far = []
    try:
        for path, target in {**beside, dst: url}.items():
            if path.is_dir():
                put_folder(path, target, last=TIMES_FILE)
            elif path.is_file():
                put(path, target)
            else:
                raise OutputError(f"cannot write {target}: it was not made")
            put_so_far.append(target)
    except BaseException:
        for target in put_so_far:
            with suppress(OutputError):
                remove_below(target)
        raise


def _renamed(error: PaintreelError, names: dict[str, str]) -> PaintreelError:
    """The error, about what the user has named."""
    text = str(error)
    for inner, outer in names.items():
        text = text.replace(inner, outer)
    kinds = (InputError, OutputError)
    return next((kind(text) for kind in kinds if isinstance(error, kind)), PaintreelError(text))
