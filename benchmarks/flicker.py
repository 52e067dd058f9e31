"""How much styles flicker on real clips: their warping error beside that of the source.

    python benchmarks/flicker.py --clips ../shared/data/video [--style NAME]... [--save] [--quick]
    python benchmarks/flicker.py --clips ../shared/data/video --drawn [--save] [--quick]

The beginning of each clip, as large as it is, is painted with the defaults; the default style held
and carried, too. With --drawn the lines of each clip at 480 px, beside the clip, and their colours
beside the lines. 1 is as steady as the source (`warping_ratio`, docs/metrics.md). Nothing is timed.
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

from paintreel.imaging.geometry import fit_max_side, resize
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
DRAWN_PX = 480
DRAWN = {
    "lines": ("lineart",),
    "lines, held longer": ("lineart", "--steady", "0.9"),
    "lines by rule": ("lineart", "--method", "rule"),
}
COLOURED = {"colours": ("colorize",), "colours of dusk": ("colorize", "--palette", "dusk")}
"""Commands whose flicker is measured, of a clip and of its lines."""
ENDINGS = frozenset({".mp4", ".mkv", ".webm", ".mov", ".gif"})


def begin(clip: Path, to: Path, seconds: float, max_side_px: int | None = None) -> None:
    """Write the first `seconds` of a clip without loss and without sound, as Matroska."""
    with read_frames(clip) as source, av.open(str(to), "w") as sink:
        rate = source.info.rate or Fraction(25)
        width, height = source.info.width, source.info.height
        width, height = fit_max_side(width, height, max_side_px or max(width, height))
        size = {"width": width, "height": height}
        stream = sink.add_stream("ffv1", rate=rate, pix_fmt="bgr0", **size)
        for number, frame in enumerate(source):
            if number >= seconds * rate:
                break
            pixels = resize(frame.pixels, width, height)
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = number, 1 / rate
            sink.mux(stream.encode(picture.reformat(format="bgr0")))
        sink.mux(stream.encode(None))


def ratio(clip: Path, painted: Path, how: tuple[str, ...]) -> float:
    """Warping error of `clip` made into `painted` by the command `how`, over that of the clip."""
    verb, *options = how
    _paintreel(verb, clip, "-o", painted, "--codec", "ffv1", "--overwrite", *options)
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


def styles(report: Report, clips: list[Path], names: list[str], seconds: float) -> None:
    """A table a style."""
    with tempfile.TemporaryDirectory() as folder:
        painted = Path(folder) / "painted.mkv"
        for style in names:
            ways = EXPOSURES if style == DEFAULT_STYLE else {ON_ONES: ()}
            rows = []
            for clip in clips:
                start = Path(folder) / f"{clip.stem}.mkv"
                begin(clip, start, seconds)
                found = [
                    ratio(start, painted, ("stylize", "--style", style, *how))
                    for how in ways.values()
                ]
                rows.append([clip.stem, *(f"{value:.2f}" for value in found)])
                print(*rows[-1], flush=True)
            report.table(f"{style}, the first {seconds:g} s of each clip", ["clip", *ways], rows)
            most = max(float(row[1]) for row in rows)
            report.say(f"- on ones at most {most:.2f} (goal {GOAL}: {verdict(most <= GOAL)})\n")


def drawn(report: Report, clips: list[Path], seconds: float) -> None:
    """One table: lines beside their clip, colours beside their lines."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        start, lines, coloured = (Path(folder) / f"{name}.mkv" for name in "abc")
        for clip in clips:
            begin(clip, start, seconds, DRAWN_PX)
            found = [ratio(start, coloured, how) for how in DRAWN.values()]
            ratio(start, lines, DRAWN["lines"])
            found += [ratio(lines, coloured, how) for how in COLOURED.values()]
            rows.append([clip.stem, *(f"{value:.2f}" for value in found)])
            print(*rows[-1], flush=True)
    title = f"The first {seconds:g} s of each clip, {DRAWN_PX} px"
    report.table(title, ["clip", *DRAWN, *COLOURED], rows)
    for column, name in ((1, "lines"), (1 + len(DRAWN), "colours")):
        most = max(float(row[column]) for row in rows)
        report.say(f"- {name} at most {most:.2f} (goal {GOAL}: {verdict(most <= GOAL)})\n")


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--clips", type=Path, required=True, help="folder of clips")
    parser.add_argument("--style", action="append", help="default: every bundled one")
    parser.add_argument("--drawn", action="store_true", help="lines and their colours, no styles")
    args = parser.parse_args()
    clips = sorted(p for p in args.clips.iterdir() if p.suffix in ENDINGS)[
        : 1 if args.quick else None
    ]
    seconds = QUICK_SECONDS if args.quick else SECONDS
    if args.drawn:
        report = Report(
            "flicker-drawn", "Flicker of lines and colours", quick=args.quick, timed=False
        )
        drawn(report, clips, seconds)
    else:
        report = Report("flicker", "Flicker of styles", quick=args.quick, timed=False)
        styles(report, clips, args.style or [model.name for model in list_models()], seconds)
    finish(report, args)


if __name__ == "__main__":
    main()
