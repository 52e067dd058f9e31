"""How much styles flicker on real clips: their warping error beside that of the source.

    python benchmarks/flicker.py --clips ../shared/data/video [--style NAME]... [--save] [--quick]

The beginning of each clip, as large as it is, is painted with the defaults; the default style held
and carried, too. 1 is as steady as the source (`warping_ratio`, docs/metrics.md). Nothing is timed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import av
from report import Report, common_options, finish, verdict

from paintreel.media.reader import read_frames
from paintreel.runtime.catalog import list_models
from paintreel.stylize.style import DEFAULT_STYLE

ON_ONES = "on ones"
EXPOSURES: dict[str, tuple[str, ...]] = {
    ON_ONES: (),
    "on twos": ("--on", "2"),
    "on twos, carried": ("--on", "2", "--carry"),
    "on threes, carried": ("--on", "3", "--carry"),
}
GOAL = 1.15
SECONDS, QUICK_SECONDS = 2.0, 0.3
ENDINGS = frozenset({".mp4", ".mkv", ".webm", ".mov", ".gif"})


def begin(clip: Path, to: Path, seconds: float) -> None:
    """Write the first `seconds` of a clip without loss and without sound, as Matroska."""
    with read_frames(clip) as source, av.open(str(to), "w") as sink:
        rate = source.info.rate or Fraction(25)
        size = {"width": source.info.width, "height": source.info.height}
        stream = sink.add_stream("ffv1", rate=rate, pix_fmt="bgr0", **size)
        for number, frame in enumerate(source):
            if number >= seconds * rate:
                break
            picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgb24")
            picture.pts, picture.time_base = number, 1 / rate
            sink.mux(stream.encode(picture.reformat(format="bgr0")))
        sink.mux(stream.encode(None))


def ratio(clip: Path, style: str, options: tuple[str, ...], folder: Path) -> float:
    """Warping error of `clip` painted by the command over that of the clip."""
    painted = folder / "painted.mkv"
    _paintreel(
        *("stylize", clip, "-o", painted, "--style", style, "--codec", "ffv1", "--overwrite"),
        *options,
    )
    told = _paintreel(
        "score", painted, "--reference", clip, "--metrics", "warping_ratio", "--json", "-"
    )
    (found,) = _figures(json.loads(told), "warping_ratio")
    return found


def _figures(tree: object, name: str) -> list[float]:
    """The means that stand under `name` in the tables of `score --json`."""
    if not isinstance(tree, dict):
        return []
    here = tree.get(name)
    if isinstance(here, dict) and "mean" in here:
        return [float(here["mean"])]
    return [figure for each in tree.values() for figure in _figures(each, name)]


def _paintreel(*words: object) -> str:
    command = [sys.executable, "-m", "paintreel", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--clips", type=Path, required=True, help="folder of clips")
    parser.add_argument("--style", action="append", help="default: every bundled one")
    args = parser.parse_args()
    clips = sorted(p for p in args.clips.iterdir() if p.suffix in ENDINGS)[
        : 1 if args.quick else None
    ]
    seconds = QUICK_SECONDS if args.quick else SECONDS
    report = Report("flicker", "Flicker of styles", quick=args.quick, timed=False)
    with tempfile.TemporaryDirectory() as folder:
        for style in args.style or [model.name for model in list_models()]:
            ways = EXPOSURES if style == DEFAULT_STYLE else {ON_ONES: ()}
            rows = []
            for clip in clips:
                start = Path(folder) / f"{clip.stem}.mkv"
                begin(clip, start, seconds)
                found = [ratio(start, style, how, Path(folder)) for how in ways.values()]
                rows.append([clip.stem, *(f"{value:.2f}" for value in found)])
                print(*rows[-1], flush=True)
            report.table(f"{style}, the first {seconds:g} s of each clip", ["clip", *ways], rows)
            most = max(float(row[1]) for row in rows)
            report.say(f"- on ones at most {most:.2f} (goal {GOAL}: {verdict(most <= GOAL)})\n")
    finish(report, args)


if __name__ == "__main__":
    main()
