"""Reports that a run writes beside its results: JSON and pages, never over somebody's picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from paintreel.errors import OutputError
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import is_image

__all__ = ["STANDARD_OUTPUT", "check_report", "write_json"]

STANDARD_OUTPUT = "-"
"""Stands for standard output where a report may go."""


def check_report(
    path: str | PathLike[str] | None,
    inputs: Iterable[str | PathLike[str]],
    *,
    what: str = "report",
    is_ours: Callable[[Path], bool] = lambda path: False,
) -> None:
    """Raise OutputError where a report would replace an input or any picture.

    Reports of an earlier run are replaced. Called before the work, not after it.

    what     how a message calls it
    is_ours  tells pictures of earlier runs, which are replaced, from somebody's
    """
    if path is None or fspath(path) == STANDARD_OUTPUT:
        return
    report = Path(path)
    for each in inputs:
        if _same(report, Path(each)):
            raise OutputError(f"{what} {report} is an input; choose another name")
    if is_image(report) and not is_ours(report):
        raise OutputError(f"{what} {report} is a picture that is there; choose another name")


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False


def write_json(path: str | PathLike[str], facts: Mapping[str, Any]) -> None:
    """Write `facts`, whole or not at all, over what is there; "-" prints. Raises OutputError."""
    text = json.dumps(facts, indent=2, allow_nan=False, ensure_ascii=False)
    if path == STANDARD_OUTPUT:
        print(text)
        return
    with atomic_path(path, overwrite=True) as partial:
        partial.write_text(text + "\n", "utf-8")
