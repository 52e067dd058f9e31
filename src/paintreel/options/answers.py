"""Options that verbs share which answer of files: tables, reports, limits of what is read."""

from __future__ import annotations

from typing import Any

from paintreel.options.description import option

__all__ = ["csv_option", "json_option", "max_pixels_option", "quiet_option", "threads_option"]


def csv_option(rows: str) -> Any:
    """`--csv`, which - prints. rows: what a row is of, "a row a line"."""
    return option(None, f"write a table: {rows}; - prints it", group="results", metavar="FILE.csv")


def json_option(beside: str) -> Any:
    """`--json`, which - prints. beside: what it tells beside the answers, "notes"."""
    text = f"write everything, with {beside}; - prints it"
    return option(None, text, group="results", metavar="FILE")


def max_pixels_option(*functions: str) -> Any:
    """`--max-pixels` of pictures and clips. functions: that take it as a keyword."""
    return option(
        None,
        "largest picture or frame accepted (default: 200 million, 67 million of a clip)",
        group="run",
        low=1,
        metavar="N",
        keywords=functions,
    )


def threads_option(default: str, *functions: str) -> Any:
    """`--threads` of a network. default: what None stands for, in words."""
    return option(
        None,
        f"threads of the network (default: {default})",
        group="run",
        low=1,
        high=256,
        metavar="N",
        keywords=functions,
    )


def quiet_option() -> Any:
    """`--quiet`."""
    return option(False, "print failures only", group="run", short="-q")
