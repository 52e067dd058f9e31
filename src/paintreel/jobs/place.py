"""Which files a run reads, and where each result goes.

The rules, for a verb called with INPUT... -o OUT:

    one file, OUT with a suffix     OUT is the file
    otherwise                       OUT is a folder; the tree below an input folder is kept, and
                                    goes below the folder's own name when there are more inputs
    no OUT                          beside the input: photo-hereva.jpg, folder-hereva/

The suffix is kept unless a format is asked for or the suffix cannot be written; then it is that of
the file's own format where that is written, else a note says what it becomes.
"""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.imaging.file_signatures import format_of, is_text
from paintreel.imaging.files import IMAGE_SUFFIXES, is_animated
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.imaging.untrusted_files import read_head
from paintreel.jobs.find import Kind, is_known, kind_of, survey
from paintreel.media.codecs import suffix_for
from paintreel.media.containers import CLIP_SUFFIXES, FILM_SUFFIXES, WRITABLE_SUFFIXES
from paintreel.notes import Note

FORMATS = tuple(sorted(s[1:] for s in IMAGE_SUFFIXES | CLIP_SUFFIXES))


@dataclass(frozen=True, slots=True)
class Placement:
    """An input file and its result: a file, or a folder of frames for clips in codec ``png``."""

    src: Path
    dst: Path
    kind: Kind


class _Source(NamedTuple):
    """An input file and its place below OUT."""

    src: Path
    place: Path


def place_results(
    inputs: Sequence[str | PathLike[str]],
    output: str | PathLike[str] | None = None,
    *,
    label: str,
    format: str | None = None,
    codec: str | None = None,
    kind: Kind | None = None,
    notes: list[Note] | None = None,
) -> list[Placement]:
    """Expand `inputs` (files, folders, glob patterns) into files with results, in a stable order.

    `label` names results that go beside their input. `kind` takes only files of that kind from
    folders; a single file is taken whatever it is. `format`, one of `FORMATS`, changes the
    suffix of those files that it can hold. A file that is missing or damaged is planned all the
    same: the run reports it. What folders hold and is left out is added to `notes`, and which
    files get another format than theirs without being asked.

    Raises InputError when an input is an empty folder or a pattern without a match, when two
    results would have one name, and when OUT is a file but a folder is needed or has a suffix
    that its kind is not written with; OutputError when a result would replace an input.
    """
    if format is not None and format not in FORMATS:
        raise InputError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")
    if output is not None and not os.fspath(output):
        raise InputError("the output has no name; give a file or a folder")
    sources = [source for pattern in inputs for source in _expand(os.fspath(pattern))]
    surveyed = _Survey([] if notes is None else notes)
    placements = _checked(_placements(sources, output, label, format, codec, surveyed))
    several = len(sources) > 1 or sources[0].src.is_dir()
    if kind is not None and several:
        placements = [each for each in placements if each.kind == kind]
        if not placements:
            names = " ".join(map(str, inputs))
            raise InputError(f"{names} holds no {kind}; expected JPEG, PNG ...")
    if output is None or not _names_file(os.fspath(output), [source.src for source in sources]):
        surveyed.notes.extend(_changes(placements, format, codec))
    return placements


def list_inputs(
    inputs: Sequence[str | PathLike[str]], *, notes: list[Note] | None = None
) -> list[tuple[Path, Kind]]:
    """The files that `inputs` (files, folders, glob patterns) name, each once, with their kinds.

    For runs that make nothing of each file. A file that is missing or damaged is listed all the
    same: the run reports it. What folders hold and is left out is added to `notes`.

    Raises InputError when an input is an empty folder or a pattern without a match.
    """
    surveyed = _Survey([] if notes is None else notes)
    sources = [source for pattern in inputs for source in _expand(os.fspath(pattern))]
    files = (
        file.src for each in sources for file in surveyed.files_of(each, None, name_folder=False)
    )
    return [(path, kind_of(path)) for path in dict.fromkeys(files)]


def _placements(
    sources: list[_Source],
    output: str | PathLike[str] | None,
    label: str,
    format: str | None,
    codec: str | None,
    surveyed: _Survey,
) -> list[Placement]:
    if output is None:
        return _without_results(_beside(sources, label, format, codec, surveyed))
    out = Path(output)
    if _names_file(os.fspath(output), [source.src for source in sources]):
        placement = Placement(sources[0].src, out, kind_of(sources[0].src))
        _check_suffix(placement, codec)
        return [placement]
    return [
        _placed(file, out, format, codec)
        for source in sources
        for file in surveyed.files_of(source, out, name_folder=len(sources) > 1)
    ]


def check_picture_suffix(dst: Path) -> None:
    """Raise InputError unless pictures can be written with the suffix of `dst`."""
    if dst.suffix.lower() not in IMAGE_SUFFIXES:
        known = " ".join(sorted(IMAGE_SUFFIXES))
        raise InputError(f"output {dst} has suffix '{dst.suffix}', expected one of {known}")


def _expand(pattern: str) -> list[_Source]:
    """The paths that one argument stands for; a path that exists is no pattern."""
    if not pattern:  # an unset variable of a script; "" would be the folder at hand
        raise InputError("an input has no name; give a file, a folder or a pattern")
    is_folder = pattern.endswith(("/", os.sep)) and not glob.has_magic(pattern)
    if is_folder and not os.path.lexists(pattern.rstrip(f"/{os.sep}")):
        raise InputError(f"there is no such folder: {pattern}")
    if os.path.lexists(pattern) or not glob.has_magic(pattern):
        return [_Source(Path(pattern), Path(Path(pattern).name))]
    # Not Path.glob: it takes no absolute patterns and finds hidden files.
    matches = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207
    if not matches:
        raise InputError(f"no file matches {pattern}")
    # A pattern with ** matches folders beside the files in them: once is enough.
    files = [match for match in matches if match.is_file()]
    fixed = Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))
    return [_Source(match, match.relative_to(fixed)) for match in files or matches]


@dataclass(frozen=True, slots=True)
class _Survey:
    """Looks into folders, and notes what it leaves out."""

    notes: list[Note]

    def files_of(
        self, source: _Source, out: Path | None, *, name_folder: bool
    ) -> Iterator[_Source]:
        """The source itself when it is a file, else the files in it with their places."""
        if not source.src.is_dir():
            yield source
            return
        place = Path(source.src.resolve().name) if name_folder else Path()
        # Results of an earlier run are no inputs, unless OUT is the input folder: that is refused.
        results = None if out is None or _same(out, source.src) else out
        found = survey(source.src, leave_out=results)
        self.notes.extend(found.notes())
        if not found.files:
            left_out = "".join(f"; {note.text}" for note in found.notes())
            raise InputError(
                f"folder {source.src} holds no picture or clip; expected JPEG, PNG, mp4 ..."
                f"{left_out}"
            )
        for src in found.files:
            yield _Source(src, place / src.relative_to(source.src))


def _names_file(output: str, sources: list[Path]) -> bool:
    """Whether OUT is the name of the one result rather than of a folder for results.

    Raises InputError when it is a file but has to be a folder.
    """
    out = Path(output)
    if os.path.isdir(out) or output.endswith(("/", os.sep)):  # noqa: PTH112 - Path.is_dir raises for a name too long
        return False
    one_file = len(sources) == 1 and not sources[0].is_dir()
    if one_file and out.suffix:
        return True
    if out.is_file() or out.suffix.lower()[1:] in FORMATS:
        if one_file:
            raise InputError(f"output {out} is a file without a suffix; give it one, such as .png")
        several = f"{len(sources)} inputs need"
        what = f"folder {sources[0]} needs" if len(sources) == 1 else several
        raise InputError(f"output {out} is a file name, but {what} a folder")
    return False


def _check_suffix(placement: Placement, codec: str | None) -> None:
    """Refuse a name that the result cannot be written under, before anything is painted."""
    if placement.kind == "clip" and codec is not None and suffix_for(codec) == "":
        return  # a folder of frames may be called anything
    what, writable = "a clip", FILM_SUFFIXES
    if placement.kind == "picture":
        what, writable = "a picture", IMAGE_SUFFIXES
    elif is_animated(placement.src):
        what, writable = "an animation", frozenset(WRITABLE_SUFFIXES)
    if placement.dst.suffix.lower() not in writable and is_known(placement.src):
        raise InputError(
            f"output {placement.dst}: {placement.src} is {what}, which is written as "
            f"{' '.join(sorted(writable))}"
        )


def _placed(file: _Source, out: Path, format: str | None, codec: str | None) -> Placement:
    kind = kind_of(file.src)
    place = file.place.with_suffix(_suffix(file.src, kind, format, codec))
    return Placement(file.src, out / place, kind)


def _beside(
    sources: list[_Source],
    label: str,
    format: str | None,
    codec: str | None,
    surveyed: _Survey,
) -> Iterator[Placement]:
    """Jobs whose results lie next to the file or folder that they come from."""
    for source in sources:
        if source.src.is_dir():
            folder = source.src.resolve()
            out = folder.with_name(f"{folder.name}-{label}")
            for file in surveyed.files_of(source, out, name_folder=False):
                yield _placed(file, out, format, codec)
        else:
            name = f"{source.src.stem}-{label}{source.src.suffix}"
            yield _placed(_Source(source.src, Path(name)), source.src.parent, format, codec)


def _without_results(placements: Iterable[Placement]) -> list[Placement]:
    """Leave out inputs that are results of an earlier run: `*.jpg` finds both."""
    placements = list(placements)
    results = {placement.dst for placement in placements}
    return [placement for placement in placements if placement.src not in results]


def _suffix(src: Path, kind: Kind, format: str | None, codec: str | None) -> str:
    own, is_moving = src.suffix, kind == "clip" and is_animated(src)
    writable = IMAGE_SUFFIXES if kind == "picture" else CLIP_SUFFIXES
    if kind == "clip" and not is_moving:
        writable &= FILM_SUFFIXES
    if format is not None and f".{format}" in writable:
        return f".{format}"
    of_codec = None if kind == "picture" or codec is None else suffix_for(codec)
    if of_codec is not None:
        return of_codec
    if own.lower() in writable:
        return own
    if kind == "clip" and not is_moving:
        return ".mp4"
    row = PICTURE_FORMATS.get(_format_in(src) or "")
    return ".png" if row is None else row.suffixes[0]


def _format_in(src: Path) -> str | None:
    """The format of pictures that the file has by its content, as Pillow calls it."""
    try:
        return format_of(read_head(src))
    except UnreadableFile:
        return None


def _may_be_read(src: Path) -> bool:
    """Whether a file may be a picture or clip: by its name, or by being there and no text."""
    if is_known(src):
        return True
    try:
        return not is_text(read_head(src))
    except UnreadableFile:
        return False


def _changes(
    placements: Iterable[Placement], format: str | None, codec: str | None
) -> Iterator[Note]:
    """A note on the files whose format is only read, so that their results have another."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in placements:
        before, after = each.src.suffix.lower(), each.dst.suffix.lower()
        if before == after or f".{format}" == after or (codec is not None and each.kind == "clip"):
            continue
        if not _may_be_read(each.src):
            continue  # the run says what it is
        row = PICTURE_FORMATS.get(_format_in(each.src) or "")
        if row is None or after not in row.suffixes:
            counts[before or "(no suffix)", after] += 1
    if counts:
        pairs = [f"{n} {before} as {after}" for (before, after), n in counts.most_common()]
        text = f"written in another format, as theirs is only read: {', '.join(pairs)}"
        yield Note("format-changed", text, counts.total())


def _checked(placements: list[Placement]) -> list[Placement]:
    placements = list(dict.fromkeys(placements))
    sources = {os.path.realpath(placement.src) for placement in placements}
    taken: dict[str, Path] = {}
    for placement in placements:
        dst = os.path.realpath(placement.dst)
        if dst in sources or _same(placement.src, placement.dst):
            raise OutputError(f"output {placement.dst} is an input; choose another name or folder")
        if dst in taken:
            raise InputError(
                f"{taken[dst]} and {placement.src} would both be written to {placement.dst}; "
                "give them different names or outputs"
            )
        taken[dst] = placement.src
    return placements


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False
