"""Speed and memory of the bundled styles, beside networks of published shapes.

    python benchmarks/stylize.py [--style NAME]... [--save] [--quick]

First the network alone at 720p, every style side by side with AnimeGANv2's shape and CartoonGAN's
(untrained) in the same runtime, in interleaved rounds, each in its own process. Then the whole
`paintreel stylize` command on a 720p clip with sound, on ones in each runtime, and on twos and
threes in the fastest. Needs the `train` and `openvino` extras.

    python benchmarks/stylize.py --only on     # the last part alone
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
from report import HERE, PROJECT, Report, common_options, finish, verdict
from rounds import interleave, paired_ratio
from sound_clip import count_streams, make_clip
from subjects import ANIMEGAN, CARTOONGAN, COUNTED_PX, Subject, find_styles, make_references

from paintreel.errors import PaintreelError
from paintreel.stylize.style import DEFAULT_STYLE

EXAMPLES = PROJECT / "examples"
GOAL_RATIO = 60.0
EXPOSURES = {
    "on ones": (),
    "on twos": ("--on", "2"),
    "on threes": ("--on", "3"),
    "on twos, carried": ("--on", "2", "--carry"),
}
GOAL_ON_TWOS = 1.6


class Runtime(NamedTuple):
    """A backend in a precision, and the frames per second wanted of the whole command at 720p."""

    backend: str
    precision: str
    goal_fps: float

    def __str__(self) -> str:
        return f"{self.backend} {self.precision}"


RUNTIMES = (
    Runtime("onnxruntime", "f32", 12.0),
    Runtime("openvino", "f32", 13.0),
    Runtime("openvino", "bf16", 24.0),
)


class Worker:
    """A `network_worker.py` process holding one network in one runtime."""

    def __init__(self, subject: Subject, runtime: Runtime, args: argparse.Namespace) -> None:
        command = [
            *(sys.executable, str(HERE / "network_worker.py")),
            *(str(subject.path), str(EXAMPLES / "photo.jpg")),
            *("--backend", runtime.backend, "--precision", runtime.precision),
            *("--width", str(args.width), "--height", str(args.height)),
            *(("--threads", str(args.threads)) if args.threads else ()),
        ]
        self.label = f"{subject.label} in {runtime}"
        self.peak_mb = 0.0
        self._turn_s = args.turn_s
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Worker:
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def turn(self) -> float:
        """Seconds of one run, the best within this worker's turn."""
        answer = self._ask({"seconds": self._turn_s})
        self.peak_mb = answer["peak_mb"]
        return answer["seconds"]

    def keep(self, path: Path) -> np.ndarray:
        """The network's result for the example photograph."""
        self._ask({"keep": str(path)})
        return np.load(path)

    def _ask(self, order: dict) -> dict:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.label}: its process ended with {self._process.wait()}")
        return json.loads(line)


class Row(NamedTuple):
    """What one network did in one runtime: seconds a round, peak memory, result."""

    seconds: list[float]
    peak_mb: float
    result: np.ndarray


def measure_networks(
    subjects: list[Subject], runtime: Runtime, args: argparse.Namespace, folder: Path
) -> dict[str, Row]:
    """All networks in one runtime, in interleaved rounds: {label: Row}."""
    with ExitStack() as stack:
        workers = {s.label: stack.enter_context(Worker(s, runtime, args)) for s in subjects}
        seconds = interleave(
            {label: worker.turn for label, worker in workers.items()},
            args.rounds,
            lambda done, total: print(f"{runtime}: round {done}/{total}", file=sys.stderr),
        )
        kept = folder / "kept.npy"
        return {
            label: Row(seconds[label], worker.peak_mb, worker.keep(kept))
            for label, worker in workers.items()
        }


def report_networks(
    report: Report,
    subjects: list[Subject],
    rows: dict[Runtime, dict[str, Row]],
    args: argparse.Namespace,
) -> None:
    """The table of sizes, then one table of speed a runtime."""
    sizes = [
        (
            s.label,
            f"{s.parameters / 1e6:.3f} M" if s.parameters else "not known",
            f"{s.gmac:.2f}" if s.gmac else "not known",
            f"{s.path.stat().st_size / 1e6:.2f} MB",
        )
        for s in subjects
    ]
    columns = ("network", "parameters", f"GMAC at {COUNTED_PX}x{COUNTED_PX}", "file")
    report.table("Size", columns, sizes)
    megapixels = args.width * args.height / 1e6
    exact = rows[RUNTIMES[0]]
    for runtime, found in rows.items():
        table = []
        for label, row in found.items():
            seconds = statistics.median(row.seconds)
            difference = np.abs(row.result - exact[label].result) * 255
            table.append(
                (
                    label,
                    f"{1000 * seconds:.1f}",
                    f"{megapixels / seconds:.2f}",
                    *(_ratio(found, name, row) for name in (ANIMEGAN, CARTOONGAN)),
                    f"{row.peak_mb:.0f}",
                    f"{difference.mean():.2f} / {difference.max():.1f}",
                )
            )
        report.table(
            f"Network alone, {args.width}x{args.height}, {runtime}",
            (
                *("network", "ms", "Mpx/s", f"times {ANIMEGAN}", f"times {CARTOONGAN}"),
                *("peak MB", f"off {RUNTIMES[0]}, of 255, mean / max"),
            ),
            table,
        )
    report.say(
        f"ms: median over {args.rounds} interleaved rounds of the best run in {args.turn_s:g} s. "
        "times: median of the ratios within a round, lowest and highest in brackets. peak MB: "
        "resident high-water mark of a process that holds Python, the runtime and the network.\n"
    )


def _ratio(found: dict[str, Row], reference: str, row: Row) -> str:
    middle, low, high = paired_ratio(found[reference].seconds, row.seconds)
    return f"{middle:.1f} ({low:.1f} to {high:.1f})"


def judge_networks(
    report: Report, styles: list[Subject], rows: dict[Runtime, dict[str, Row]]
) -> None:
    """Say of every style and runtime whether the goal of the ratio is reached."""
    for runtime, found in rows.items():
        for style in styles:
            ratio, _, _ = paired_ratio(found[ANIMEGAN].seconds, found[style.label].seconds)
            report.say(
                f"- {style.label}, {runtime}: {ratio:.1f} times {ANIMEGAN} "
                f"(goal {GOAL_RATIO:.0f}: {verdict(ratio >= GOAL_RATIO)})"
            )
    report.say("")


def measure_command(
    report: Report,
    style: Subject,
    runtimes: list[Runtime],
    args: argparse.Namespace,
    folder: Path,
) -> None:
    """Frames per second of the whole `paintreel stylize` on a 720p clip with sound."""
    clip = folder / "clip.mp4"
    frames = make_clip(
        EXAMPLES / "clip.mp4", clip, width=args.width, height=args.height, repeats=args.repeats
    )
    _, sound = count_streams(clip)

    def turn(runtime: Runtime) -> float:
        painted = folder / "painted.mp4"
        start = time.perf_counter()
        subprocess.run(_command(style, clip, painted, runtime, args), check=True)
        seconds = time.perf_counter() - start
        if count_streams(painted) != (frames, sound):
            raise SystemExit(
                f"{runtime}: wrote {count_streams(painted)} frames and sound packets, "
                f"expected {(frames, sound)}"
            )
        return seconds

    seconds = interleave({r: (lambda r=r: turn(r)) for r in runtimes}, args.command_rounds)
    table = []
    for runtime in runtimes:
        middle, best = statistics.median(seconds[runtime]), min(seconds[runtime])
        ratio, _, _ = paired_ratio(seconds[runtimes[0]], seconds[runtime])
        fps = frames / middle
        table.append(
            (
                str(runtime),
                f"{middle:.2f}",
                f"{fps:.1f}",
                f"{frames / best:.1f}",
                f"{ratio:.2f}",
                f"{runtime.goal_fps:.0f}: {verdict(fps >= runtime.goal_fps)}",
            )
        )
    report.table(
        f"Whole command, {args.width}x{args.height}, {frames} frames with sound, {style.label}",
        ("runtime", "s", "frames/s", "best", f"times {runtimes[0]}", "goal, frames/s"),
        table,
    )
    report.say(
        f"From the start of Python to the end of the process; median and best of "
        f"{args.command_rounds} interleaved rounds. Every output was read back: all frames and "
        "sound packets are there."
    )


def measure_exposures(
    report: Report, style: Subject, runtime: Runtime, args: argparse.Namespace, folder: Path
) -> None:
    """Frames per second of the whole command on ones, twos and threes."""
    clip, painted = folder / "clip.mp4", folder / "painted.mp4"
    frames = make_clip(
        EXAMPLES / "clip.mp4", clip, width=args.width, height=args.height, repeats=args.repeats
    )
    streams = count_streams(clip)
    processor_s: dict[str, list[float]] = {name: [] for name in EXPOSURES}

    def turn(name: str) -> float:
        before, start = _children_s(), time.perf_counter()
        command = [*_command(style, clip, painted, runtime, args), *EXPOSURES[name]]
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - start
        processor_s[name].append(_children_s() - before)
        if count_streams(painted) != streams:
            raise SystemExit(f"{name}: wrote {count_streams(painted)}, expected {streams}")
        return seconds

    seconds = interleave(
        {name: (lambda name=name: turn(name)) for name in EXPOSURES}, args.command_rounds
    )
    ones, table = next(iter(EXPOSURES)), []
    for name in EXPOSURES:
        middle = statistics.median(seconds[name])
        table.append(
            (
                name,
                f"{middle:.2f}",
                f"{frames / middle:.1f}",
                "{:.2f} ({:.2f} to {:.2f})".format(*paired_ratio(seconds[ones], seconds[name])),
                f"{statistics.median(processor_s[name]):.2f}",
                "{:.2f} ({:.2f} to {:.2f})".format(
                    *paired_ratio(processor_s[ones], processor_s[name])
                ),
            )
        )
    report.table(
        f"On ones, twos, threes: {args.width}x{args.height}, {frames} frames with sound, "
        f"{style.label}, {runtime}",
        ("", "s", "frames/s", f"times {ones}", "processor s", f"times {ones}, processor"),
        table,
    )
    ratio, _, _ = paired_ratio(seconds[ones], seconds["on twos"])
    report.say(
        f"Ratios are medians within {args.command_rounds} interleaved rounds, lowest and highest "
        "in brackets; processor s is what all threads of the command took together. On twos "
        f"{ratio:.2f} times as fast (goal {GOAL_ON_TWOS}: {verdict(ratio >= GOAL_ON_TWOS)}).\n"
    )


def _children_s() -> float:
    """Processor seconds of all commands that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _command(
    style: Subject, src: Path, dst: Path, runtime: Runtime, args: argparse.Namespace
) -> list[str]:
    return [
        *(sys.executable, "-m", "paintreel", "stylize", str(src), "-o", str(dst)),
        *("--style", str(style.path), "--overwrite", "--quiet"),
        *("--backend", runtime.backend, "--precision", runtime.precision),
        *(("--threads", str(args.threads)) if args.threads else ()),
    ]


def parse_arguments() -> argparse.Namespace:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--style", action="append", default=[], help="name or .onnx; repeatable")
    parser.add_argument("--only", choices=("on",), help="on twos and threes alone")
    parser.add_argument("--threads", type=int, help="threads of the runtime (default: its choice)")
    parser.add_argument("--rounds", type=int, default=7, help="of the networks (default 7)")
    parser.add_argument("--command-rounds", type=int, default=3, help="of the command (default 3)")
    args = parser.parse_args()
    args.width, args.height, args.turn_s, args.repeats = 1280, 720, 1.0, 4
    if args.quick:
        args.width, args.height, args.turn_s, args.repeats = 160, 96, 0.1, 1
        args.rounds, args.command_rounds = 2, 1
    return args


def main() -> None:
    args = parse_arguments()
    runtimes = [r for r in RUNTIMES if importlib.util.find_spec(r.backend)]
    name = "stylize-on" if args.only else "stylize"
    report = Report(name, "Speed of stylization", quick=args.quick)
    for runtime in set(RUNTIMES) - set(runtimes):
        report.say(f"{runtime} is left out: {runtime.backend} is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            styles = find_styles(args.style, folder, counted=not args.only)
        except PaintreelError as error:
            raise SystemExit(f"benchmarks/stylize.py: {error}") from None
        default = next((s for s in styles if s.label == DEFAULT_STYLE), styles[0])
        if not args.only:
            subjects = styles + make_references(folder)
            rows = {r: measure_networks(subjects, r, args, folder) for r in runtimes}
            report_networks(report, subjects, rows, args)
            judge_networks(report, styles, rows)
            measure_command(report, default, runtimes, args, folder)
        measure_exposures(report, default, runtimes[-1], args, folder)
    finish(report, args)


if __name__ == "__main__":
    main()
