"""What grading costs a frame of 1920x1080, with all that belongs to it.

    python benchmarks/grade.py [--rounds 3] [--save] [--quick]

Processor time a frame, whatever else the machine does, and the ratio to the same clip read and
written as it is (intensity 0), taken within each round. The goal, 25 frames a second on two cores,
is 80 ms of processor time a frame.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from frame_parts import CLIP
from report import Report, common_options, finish, verdict
from rounds import interleave, paired_ratio
from sound_clip import make_clip

import paintreel
from paintreel.grade.survey import survey_shots

GOAL_MS = 80.0
CHANGING = [(0.0, {"calm": 1.0}), (3.0, {"fear": 1.0})]
ASKED: dict[str, dict[str, Any]] = {
    "as it is (intensity 0)": {"emotion": "fear", "intensity": 0.0},
    "fear": {"emotion": "fear"},
    "happiness": {"emotion": "happiness"},
    "fear, colour alone": {"emotion": "fear", "light": False},
    "from calm to fear": {"timeline": CHANGING},
}


def turns_of(clip: Path, out: Path, frames: int) -> dict[str, Callable[[], float]]:
    """{what: a function that does it and gives its milliseconds of processor time a frame}."""

    def timed(work: Callable[[], Any]) -> Callable[[], float]:
        def turn() -> float:
            begin = time.process_time()
            work()
            return (time.process_time() - begin) * 1000 / frames

        return turn

    def graded(options: dict[str, Any]) -> Callable[[], Any]:
        return lambda: paintreel.grade_video(clip, out, overwrite=True, **options)

    return {
        "shots found and measured": timed(lambda: survey_shots(clip)),
        **{name: timed(graded(options)) for name, options in ASKED.items()},
    }


def rows_of(spent: dict[str, list[float]]) -> list[list[str]]:
    """What stands in the table: median and ratio to the clip as it is."""
    base = spent[next(iter(ASKED))]
    rows = []
    for name, each in spent.items():
        ratio, low, high = paired_ratio(each, base)
        rows.append([name, f"{median(each):.1f}", f"{ratio:.2f} ({low:.2f} to {high:.2f})"])
    return rows


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of all (default 3)")
    args = common_options(parser).parse_args()
    report = Report("grade", "Grading clips", quick=args.quick, timed=False)
    width, height = (320, 180) if args.quick else (1920, 1080)
    with tempfile.TemporaryDirectory(prefix="paintreel-") as folder:
        clip, out = Path(folder) / "clip.mp4", Path(folder) / "out.mp4"
        frames = make_clip(CLIP, clip, width=width, height=height, repeats=1)
        spent = interleave(turns_of(clip, out, frames), 1 if args.quick else args.rounds)
    report.table(
        f"{frames} frames of {width}x{height}, H.264 at the usual preset",
        ["what", "ms of processor time a frame", "of the clip as it is"],
        rows_of(spent),
    )
    most = max(median(spent[name]) for name in ASKED)
    report.say(f"Goal {GOAL_MS:.0f} ms: {verdict(most <= GOAL_MS)}, {most:.1f} ms at most")
    finish(report, args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
