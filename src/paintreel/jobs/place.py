"""Which files a run reads, and where each result goes.

The rules, for `paintreel stylize INPUT... -o OUT`:

    one file, OUT with a suffix     OUT is the file
    otherwise                       OUT is a folder; the tree below an input folder is kept, and
                                    goes below the folder's own name when there are more inputs
    no OUT                          beside the input: photo-hereva.jpg, folder-hereva/

The suffix is kept unless a format is asked for or the suffix cannot be written.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from os import PathLike
from pathlib import Path
from typing import Literal, NamedTuple

from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import IMAGE_SUFFIXES, is_animated, is_image
from paintreel.media.suffixes import VIDEO_SUFFIXES

CLIP_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".webm", ".gif", ".webp"})
"""Suffixes that clips and animations are written with."""
FORMATS = tuple(sorted(s[1:] for s in IMAGE_SUFFIXES | CLIP_SUFFIXES))

# What only some containers hold; "" is a folder of numbered pictures.
_SUFFIX_OF_CODEC = {"ffv1": ".mkv", "prores": ".mov", "png": ""}

Kind = Literal["picture", "clip"]


@dataclass(frozen=True, slots=True)
class Job:
    """One file to paint. `dst` is a file, or a folder of frames for clips in codec ``png``."""

    src: Path
    dst: Path
    kind: Kind

    @property
    def is_done(self) -> bool:
        """Whether the result is there: results appear whole or not at all."""
        return os.path.exists(self.dst)  # noqa: PTH110 - Path.exists raises for a name too long


class _Found(NamedTuple):
    """An input file and its place below OUT."""

    src: Path
    place: Path


def plan_jobs(
    inputs: Sequence[str | PathLike[str]],
    output: str | PathLike[str] | None = None,
    *,
    label: str,
    format: str | None = None,
    codec: str | None = None,
) -> list[Job]:
    """Expand `inputs` (files, folders, glob patterns) into jobs, in a stable order.

    `label` names results that go beside their input. `format`, one of `FORMATS`, changes the
    suffix of those files that it can hold. A file that is missing or damaged is planned all the
    same: the run reports it.

    Raises InputError when an input is an empty folder or a pattern without a match, when two
    results would have one name, and when OUT is a file but a folder is needed or has a suffix
    that its kind is not written with; OutputError when a result would replace an input.
    """
    if format is not None and format not in FORMATS:
        raise InputError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")
    sources = [source for pattern in inputs for source in _expand(os.fspath(pattern))]
    out = None if output is None else Path(output)
    if out is None:
        return _checked(_without_results(_beside(sources, label, format, codec)))
    if _names_file(os.fspath(output), [source.src for source in sources]):
        job = Job(sources[0].src, out, kind_of(sources[0].src))
        _check_suffix(job, codec)
        return _checked([job])
    jobs = [
        _job(found, out, format, codec)
        for source in sources
        for found in _files_of(source, out, name_folder=len(sources) > 1)
    ]
    return _checked(jobs)


def kind_of(path: Path) -> Kind:
    """Whether a file is painted as a picture or as a clip, by its content where it tells."""
    if is_animated(path):
        return "clip"
    if is_image(path) or path.suffix.lower() in IMAGE_SUFFIXES:
        return "picture"
    return "clip"


def _expand(pattern: str) -> list[_Found]:
    """The paths that one argument stands for; a path that exists is no pattern."""
    if os.path.lexists(pattern) or not glob.has_magic(pattern):
        return [_Found(Path(pattern), Path(Path(pattern).name))]
    # Not Path.glob: it takes no absolute patterns and finds hidden files.
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207
    matches = [Path(match) for match in sorted(found)]
    if not matches:
        raise InputError(f"no file matches {pattern}")
    # A pattern with ** matches folders beside the files in them: once is enough.
    files = [match for match in matches if match.is_file()]
    fixed = Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))
    return [_Found(match, match.relative_to(fixed)) for match in files or matches]


def _files_of(source: _Found, out: Path | None, *, name_folder: bool) -> Iterator[_Found]:
    """The source itself when it is a file, else the files in it with their places."""
    if not source.src.is_dir():
        yield source
        return
    place = Path(source.src.resolve().name) if name_folder else Path()
    empty = True
    for src in _walk(source.src, out):
        empty = False
        yield _Found(src, place / src.relative_to(source.src))
    if empty:
        raise InputError(
            f"folder {source.src} holds no picture or clip; expected JPEG, PNG, mp4 ..."
        )


def _walk(folder: Path, out: Path | None) -> Iterator[Path]:
    """Pictures and clips below `folder`, sorted; hidden ones and those in `out` are left out."""
    suffixes = IMAGE_SUFFIXES | VIDEO_SUFFIXES
    # Results of an earlier run are no inputs, unless OUT is the input folder, which is refused.
    left_out = None if out is None or _same(out, folder) else out.resolve()
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != left_out
        )
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield here / name


def _names_file(output: str, sources: list[Path]) -> bool:
    """Whether OUT is the name of the one result rather than of a folder for results.

    Raises InputError when it is a file but has to be a folder.
    """
    out = Path(output)
    if os.path.isdir(out) or output.endswith(("/", os.sep)):  # noqa: PTH112 - as in `is_done`
        return False
    one_file = len(sources) == 1 and not sources[0].is_dir()
    if one_file and out.suffix:
        return True
    if out.is_file() or out.suffix.lower()[1:] in FORMATS:
        if one_file:
            raise InputError(f"output {out} is a file without a suffix; give it one, such as .png")
        what = f"folder {sources[0]}" if len(sources) == 1 else f"{len(sources)} inputs"
        raise InputError(f"output {out} is a file name, but {what} need a folder")
    return False


def _check_suffix(job: Job, codec: str | None) -> None:
    """Refuse a name that the result cannot be written under, before anything is painted."""
    if job.kind == "clip" and codec == "png":  # a folder of frames may be called anything
        return
    what, writable = (
        ("a picture", IMAGE_SUFFIXES)
        if job.kind == "picture"
        else ("a clip or an animation", CLIP_SUFFIXES | {".m4v"})
    )
    if job.dst.suffix.lower() not in writable:
        raise InputError(
            f"output {job.dst}: {job.src} is {what}, which is written as "
            f"{' '.join(sorted(writable))}"
        )


def _job(found: _Found, out: Path, format: str | None, codec: str | None) -> Job:
    kind = kind_of(found.src)
    place = found.place.with_suffix(_suffix(found.src, kind, format, codec))
    return Job(found.src, out / place, kind)


def _beside(
    sources: list[_Found], label: str, format: str | None, codec: str | None
) -> Iterator[Job]:
    """Jobs whose results lie next to the file or folder that they come from."""
    for source in sources:
        if source.src.is_dir():
            folder = source.src.resolve()
            out = folder.with_name(f"{folder.name}-{label}")
            for found in _files_of(source, out, name_folder=False):
                yield _job(found, out, format, codec)
        else:
            name = f"{source.src.stem}-{label}{source.src.suffix}"
            yield _job(_Found(source.src, Path(name)), source.src.parent, format, codec)


def _without_results(jobs: Iterable[Job]) -> list[Job]:
    """Leave out inputs that are results of an earlier run: `*.jpg` finds both."""
    jobs = list(jobs)
    results = {job.dst for job in jobs}
    return [job for job in jobs if job.src not in results]


def _suffix(src: Path, kind: Kind, format: str | None, codec: str | None) -> str:
    own = src.suffix
    writable = IMAGE_SUFFIXES if kind == "picture" else CLIP_SUFFIXES
    if format is not None and f".{format}" in writable:
        return f".{format}"
    if kind == "clip" and codec in _SUFFIX_OF_CODEC:
        return _SUFFIX_OF_CODEC[codec]
    if own.lower() in writable:
        return own
    if kind == "picture":
        return ".png"
    return ".gif" if is_animated(src) else ".mp4"


def _checked(jobs: list[Job]) -> list[Job]:
    jobs = list(dict.fromkeys(jobs))
    sources = {os.path.realpath(job.src) for job in jobs}
    taken: dict[str, Path] = {}
    for job in jobs:
        dst = os.path.realpath(job.dst)
        if dst in sources or _same(job.src, job.dst):
            raise OutputError(f"output {job.dst} is an input; choose another name or folder")
        if dst in taken:
            raise InputError(
                f"{taken[dst]} and {job.src} would both be written to {job.dst}; "
                "give them different names or outputs"
            )
        taken[dst] = job.src
    return jobs


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False
