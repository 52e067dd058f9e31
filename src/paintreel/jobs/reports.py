"""Reports beside results: JSON, tables and pages, never written over somebody's file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from paintreel.errors import OutputError, PaintreelError
from paintreel.imaging.atomic import atomic_path, check_takes_files
from paintreel.imaging.files import is_image
from paintreel.imaging.formats import IMAGE_SUFFIXES
from paintreel.jobs.record import RECORD_NAME
from paintreel.media.containers import VIDEO_SUFFIXES
from paintreel.visible import json_safe

__all__ = [
    "PAGE_MARK",
    "STANDARD_OUTPUT",
    "begins_with",
    "check_apart",
    "check_beside_results",
    "check_is_named",
    "check_report",
    "is_report",
    "write_json",
    "write_table",
    "write_text",
]

PAGE_MARK = '<meta name="generator" content="Paintreel">'
"""Stands in the head of a page of ours."""

_HEAD_BYTES = 4096
_OUR_KEYS = ({"paintreel"}, {"summary", "pairs"}, {"systems", "contrasts"})

STANDARD_OUTPUT = "-"
"""Stands for standard output where a report may go."""


def is_report(path: Path) -> bool:
    """Whether a file is a report of ours, which the next one may replace; so is an empty file.

    A JSON object with the keys of a run, of scores or of a comparison, a page with our mark, or an
    archive of score statistics.
    """
    from paintreel.jobs.describe import FileContent

    try:
        content = FileContent(path)
        if not content.head or content.has_arrays("mean", "scatter"):
            return True
        if content.head.lstrip().startswith(b"{"):
            table = json.loads(path.read_bytes())
            return any(keys <= table.keys() for keys in _OUR_KEYS)
        with path.open("rb") as file:
            return PAGE_MARK.encode() in file.read(_HEAD_BYTES)
    except (OSError, PaintreelError, ValueError, RecursionError):
        return False


def begins_with(path: Path, text: str) -> bool:
    """Whether a file begins as one of ours does; so does an empty one, which is replaced too."""
    head = text.encode()
    try:
        with path.open("rb") as file:
            return file.read(len(head)) in (head, b"")
    except OSError:
        return False


def check_is_named(path: str | PathLike[str], what: str) -> None:
    """Raise OutputError for "-" where nothing is printed."""
    if fspath(path) == STANDARD_OUTPUT:
        raise OutputError(f"a {what} is not printed: name a file for it in place of -")


def check_report(
    path: str | PathLike[str] | None,
    inputs: Iterable[str | PathLike[str]],
    *,
    what: str = "report",
    is_ours: Callable[[Path], bool] = is_report,
    is_printed: bool = False,
) -> None:
    """Raise OutputError where a report would replace an input or any file that is none of ours.

    Reports of an earlier run are replaced. Called before the work, not after it.

    what        how a message calls it
    is_ours     tells files of earlier runs, which are replaced, from somebody's
    is_printed  whether "-" stands for standard output
    """
    if path is None or (is_printed and fspath(path) == STANDARD_OUTPUT):
        return
    check_is_named(path, what)
    report = Path(path)
    for each in inputs:
        if _same(report, Path(each)):
            raise OutputError(f"{what} {report} is an input; choose another name")
    if report.name == RECORD_NAME:
        raise OutputError(f"{what} {report} has the name of the record; choose another")
    check_takes_files(report)
    if not report.exists() or is_ours(report):
        return
    if is_image(report):
        raise OutputError(f"{what} {report} is a picture that is there; choose another name")
    raise OutputError(
        f"{what} {report} is there and no {what} of Paintreel; choose another name, or remove it"
    )


def check_beside_results(
    path: str | PathLike[str] | None, results: Iterable[str | PathLike[str]]
) -> None:
    """Raise OutputError where a report would take the place of a result, or lie inside of one."""
    if path is None or fspath(path) == STANDARD_OUTPUT:
        return
    report = Path(path).resolve()
    if report.suffix.lower() in (*IMAGE_SUFFIXES, *VIDEO_SUFFIXES):
        raise OutputError(f"report {path} has the name of a picture or clip; choose another")
    for each in results:
        if report.is_relative_to(Path(each).resolve()):
            raise OutputError(f"report {path} is a result of this run too; choose another name")


def check_apart(paths: Iterable[str | PathLike[str] | None]) -> None:
    """Raise OutputError where two reports of one run have one name, or both are to be printed."""
    paths = list(paths)
    if paths.count(STANDARD_OUTPUT) > 1:
        raise OutputError("only one report of a run can go to standard output; name a file too")
    files = [Path(path).resolve() for path in paths if path not in (None, STANDARD_OUTPUT)]
    for file in files:
        if files.count(file) > 1:
            raise OutputError(f"two results of this run are called {file.name}; choose two names")


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False


def write_json(path: str | PathLike[str], facts: Mapping[str, Any]) -> None:
    """Write `facts`, whole or not at all, over what is there; "-" prints. Raises OutputError."""
    text = json.dumps(facts, indent=2, allow_nan=False, ensure_ascii=False)
    text = json_safe(text)  # names of files that are not UTF-8 are escapes, which give them back
    write_text(path, text + "\n")


def write_text(path: str | PathLike[str], text: str) -> None:
    """Write a report, whole or not at all, over what is there; "-" prints. Raises OutputError.

    text  with the end of its last line
    """
    if fspath(path) == STANDARD_OUTPUT:
        print(text, end="")
        return
    with atomic_path(path, overwrite=True) as partial:
        partial.write_text(text, "utf-8")


def write_table(path: str | PathLike[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as CSV, the columns' names first, as `write_text` does. Raises OutputError."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_text(path, text.getvalue())
