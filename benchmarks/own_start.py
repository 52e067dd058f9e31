"""What colouring in a sketch, and making a loose rough whole, costs before a network finishes it.

    python benchmarks/own_start.py [--size 512] [--save] [--quick]

All of examples/roughs at one size: processor time of one thread, the least of three, and the mean
over the drawings. Beside it the bundled network on the same picture, on ONNX Runtime in f32. The
worlds of a category are drawn once before the count begins.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2
from report import PROJECT, Report, common_options, finish

from paintreel.roughs.start import Start, read_start
from paintreel.runtime.catalog import find_model
from paintreel.scenes import DEFAULT_METHOD
from paintreel.scenes.network import Finisher
from paintreel.scenes.own_start import prepare_start
from paintreel.worlds.categories import find_category

FOLDER = PROJECT / "examples" / "roughs"
CATEGORY = "open land"
TIMES = 3


def least_s(work: Callable[[], object], times: int) -> float:
    """Seconds of processor time, the least of several."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def starts(kind: str, side_px: int, count: int | None) -> list[Start]:
    """Of all drawings: "sketch", "rough", or "both" of those that have both."""
    roughs = sorted(p for p in FOLDER.glob("*.png") if not p.stem.endswith("-lines"))
    pairs = [(path, path.with_name(f"{path.stem}-lines.png")) for path in roughs]
    size = (side_px, side_px)

    def of(rough: Path, sketch: Path) -> Start:
        return read_start(
            None if kind == "sketch" else rough, None if kind == "rough" else sketch, size=size
        )

    return [of(*pair) for pair in pairs if kind == "rough" or pair[1].exists()][:count]


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--size", type=int, default=512, help="side in px (default 512)")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    category, times, count = find_category(CATEGORY), TIMES, None
    if args.quick:
        args.size, times, count = 64, 1, 1
    title = "Sketches and loose roughs before they are painted"
    report = Report("own_start", title, quick=args.quick)
    rows = []
    for title, kind, leans in (
        ("a sketch coloured in", "sketch", True),
        ("a loose rough made whole", "rough", False),
        ("the same beside its sketch", "both", False),
        ("a loose rough with a category", "rough", True),
    ):
        asked = category if leans else None
        found = starts(kind, args.size, count)
        prepare_start(found[0], asked)
        taken = [least_s(lambda s=s, a=asked: prepare_start(s, a), times) for s in found]
        rows.append((title, len(found), f"{statistics.mean(taken):.3f}", f"{max(taken):.3f}"))
    path = find_model(DEFAULT_METHOD, "scene").path
    network = Finisher(path, backend="onnxruntime", threads=1)
    whole = [prepare_start(start, None)[0] for start in starts("rough", args.size, count)]
    paint = [lambda s=s: network.finish(s.rough) for s in whole]
    paint[0]()
    taken = [least_s(each, times) for each in paint]
    rows.append(("the network", len(whole), f"{statistics.mean(taken):.3f}", f"{max(taken):.3f}"))
    columns = ("what", "drawings", "processor s, mean", "most")
    report.table(f"At {args.size}x{args.size}", columns, rows)
    finish(report, args)


if __name__ == "__main__":
    main()
