"""What every benchmark prints: machine, versions and tables in markdown, kept when asked."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from paintreel.runtime.system import describe_machine, describe_system, usable_cores

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
RESULTS = HERE / "results"
PACKAGES = ("numpy", "opencv-python-headless", "onnxruntime", "openvino", "av", "pillow", "torch")
QUIET_LOAD = 0.3
"""Waiting processes a core above which the machine is called busy."""


class Report:
    """Prints a benchmark as markdown while it runs, and keeps it for `save`.

    name: stem of the file in `benchmarks/results`.  title: its heading.  quick: says that sizes
    are too small to judge by, and keeps the result apart.  timed: whether the load matters.
    """

    def __init__(self, name: str, title: str, *, quick: bool = False, timed: bool = True) -> None:
        self.name = f"{name}-quick" if quick else name
        self._lines: list[str] = []
        self.say(f"# {title}\n")
        for line in circumstances(quick=quick, timed=timed):
            self.say(f"- {line}")
        self.say("")

    def say(self, text: str) -> None:
        """A paragraph, printed at once."""
        print(text, flush=True)
        self._lines.append(text)

    def table(self, heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A section with one table; the first column is text, the others are right-aligned."""
        self.say(f"## {heading}\n")
        self.say(markdown_table(columns, rows) + "\n")

    def save(self) -> Path:
        """Write `benchmarks/results/<name>.md`, replacing an earlier run."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.md"
        path.write_text("\n".join(self._lines).rstrip() + "\n", "utf-8")
        return path


def common_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that every benchmark takes."""
    parser.add_argument("--quick", action="store_true", help="small and few: only that it runs")
    parser.add_argument("--save", action="store_true", help="keep in benchmarks/results/")
    return parser


def finish(report: Report, args: argparse.Namespace) -> None:
    """Save the report when it was asked for."""
    if args.save:
        print(f"saved to {report.save().relative_to(PROJECT)}")


def verdict(reached: bool) -> str:
    """What is said of a goal."""
    return "reached" if reached else "not reached"


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A padded markdown table.

    >>> print(markdown_table(["what", "ms"], [["relu", 3], ["conv", 12]]))
    | what | ms |
    | ---- | -: |
    | relu |  3 |
    | conv | 12 |
    """
    cells = [[str(value) for value in row] for row in rows]
    widths = [max(2, *map(len, column)) for column in zip(columns, *cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        padded = [row[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(line(row) for row in [list(columns), rule, *cells])


def circumstances(*, quick: bool = False, timed: bool = True) -> list[str]:
    """Machine, load where something is `timed`, versions, commit and time, one line each."""
    cores = usable_cores()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    busy = " (busy: these times are not for the record)" if load > QUIET_LOAD * cores else ""
    found = [f"{package} {v}" for package in PACKAGES if (v := _version(package))]
    note = ["quick run: too small and too short to judge by"] if quick else []
    return [
        *note,
        f"machine: {describe_machine()} {platform.release()}; {describe_system('')['memory']}",
        *([f"load before the run: {load:.2f}{busy}"] if timed else []),
        f"versions: Python {platform.python_version()}, {', '.join(found)}",
        f"commit: {_commit()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    ]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str:
    """Short hash of the checkout, marked when files differ from it."""

    def git(*command: str) -> str:
        return subprocess.run(
            ["git", "-C", str(PROJECT), *command], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
