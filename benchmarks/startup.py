"""Time to start: the help, and one photograph, as ratios to `python -c "import numpy"`.

    python benchmarks/startup.py [--style NAME] [--profile] [--save] [--quick]

`--profile` adds what each command spends its import time on (`python -X importtime`).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from report import PROJECT, Report, common_options, finish, verdict
from rounds import interleave, paired_ratio
from subjects import find_styles

from paintreel.errors import PaintreelError

PHOTO = PROJECT / "examples" / "photo.jpg"
OFFENDERS = 12
IMPORT_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")


class Command(NamedTuple):
    """Arguments after `python`, and the seconds wanted (None: a yardstick)."""

    label: str
    arguments: tuple[str, ...]
    goal_s: float | None = None


def make_commands(style: Path, folder: Path) -> list[Command]:
    """The yardstick first, then the commands that are compared to it."""
    paint = ("-m", "paintreel", "stylize", str(PHOTO), "-o", str(folder / "painted.jpg"))
    paint += ("--style", str(style), "--overwrite", "--quiet", "--backend")
    commands = [
        Command('python -c "import numpy"', ("-c", "import numpy")),
        Command("paintreel --help", ("-m", "paintreel", "--help"), 0.25),
        Command("paintreel stylize photo.jpg, onnxruntime", (*paint, "onnxruntime"), 1.2),
    ]
    if importlib.util.find_spec("openvino"):
        commands.append(Command("paintreel stylize photo.jpg, openvino", (*paint, "openvino"), 1.2))
    return commands


def run(command: Command, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its failure ends the benchmark."""
    done = subprocess.run(
        [sys.executable, *flags, *command.arguments], capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{command.label} ended with {done.returncode}: {done.stderr[-500:]}")
    return done


def seconds_of(command: Command) -> float:
    """Wall time from the start of Python to the end of the process."""
    start = time.perf_counter()
    run(command)
    return time.perf_counter() - start


def report_times(report: Report, commands: list[Command], rounds: int) -> None:
    """The table of best times, ratios and goals."""
    for command in commands:  # once unmeasured: file caches and .pyc files
        run(command)
    seconds = interleave({c: (lambda c=c: seconds_of(c)) for c in commands}, rounds)
    yardstick = commands[0]
    rows = []
    for command in commands:
        best = min(seconds[command])
        ratio, low, high = paired_ratio(seconds[command], seconds[yardstick])
        goal = f"{command.goal_s} s: {verdict(best <= command.goal_s)}" if command.goal_s else ""
        rows.append(
            (
                command.label,
                f"{best:.3f}",
                f"{best / min(seconds[yardstick]):.2f}",
                f"{ratio:.2f} ({low:.2f} to {high:.2f})",
                goal,
            )
        )
    report.table(
        f"Best of {rounds} interleaved rounds",
        ("command", "s", "times numpy, best", "within a round, median (range)", "goal"),
        rows,
    )


def report_imports(report: Report, command: Command) -> None:
    """Where a command's import time goes: by package, then the slowest modules."""
    packages: dict[str, int] = defaultdict(int)
    modules = []
    for match in IMPORT_LINE.finditer(run(command, "-X", "importtime").stderr):
        own_us, name = int(match[1]), match[4]
        packages[name.partition(".")[0]] += own_us
        modules.append((own_us, int(match[2]), name))
    total_us = sum(packages.values())
    report.table(
        f"Imports of {command.label}: {total_us / 1000:.0f} ms, by package",
        ("package", "own ms", "share"),
        [
            (name, f"{us / 1000:.1f}", f"{us / total_us:.0%}")
            for name, us in sorted(packages.items(), key=lambda item: -item[1])[:OFFENDERS]
        ],
    )
    report.table(
        f"Imports of {command.label}: slowest modules",
        ("module", "own ms", "with what it imports, ms"),
        [
            (name, f"{own / 1000:.1f}", f"{whole / 1000:.1f}")
            for own, whole, name in sorted(modules, reverse=True)[:OFFENDERS]
        ],
    )


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--style", help="name or .onnx (default: the first that is bundled)")
    parser.add_argument("--rounds", type=int, default=15, help="default 15")
    parser.add_argument("--profile", action="store_true", help="show what imports cost")
    args = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            names = [args.style] if args.style else []
            style = find_styles(names, folder, counted=False)[0]
        except PaintreelError as error:
            raise SystemExit(f"benchmarks/startup.py: {error}") from None
        commands = make_commands(style.path, folder)
        report = Report("startup", "Time to start", quick=args.quick)
        report.say(f"Style: {style.label}. Photograph: examples/photo.jpg, 1 picture a run.\n")
        report_times(report, commands, 2 if args.quick else args.rounds)
        if args.profile:
            for command in commands:
                report_imports(report, command)
    finish(report, args)


if __name__ == "__main__":
    main()
