"""`paintreel stylize`: paint photographs, folders and clips."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.cli import option_types
from paintreel.errors import PaintreelError

if TYPE_CHECKING:
    from paintreel.jobs.place import Job
    from paintreel.jobs.run import Options, Outcome

EPILOG = """\
One file with -o NAME.png is written there; several files or a folder go into the folder OUT with
their names and tree kept; without -o results lie beside the input (photo-hereva.jpg). What is
there already is skipped, so an interrupted run goes on when it is started again.
Exit code: 0 all painted, 1 some failed (each is named), 2 bad usage, 130 interrupted.
"""
CODECS = ("h264", "hevc", "av1", "vp9", "ffv1", "prores", "png")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel stylize`."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="picture, clip, folder or glob")
    parser.add_argument("-o", "--output", metavar="OUT", help="file, or folder for several")
    style = parser.add_argument_group("style")
    style.add_argument("--style", default="hereva", help="name or .onnx file (default hereva)")
    style.add_argument("--strength", type=float, default=1.0, help="0 photograph .. 1 full style")
    size = style.add_mutually_exclusive_group()
    size.add_argument(
        "--size", type=option_types.size, metavar="WxH", help="paint at this size in pixels"
    )
    size.add_argument(
        "--max-side", type=option_types.count, metavar="PX", help="shrink the longer side to PX"
    )
    _add_file_options(parser.add_argument_group("files"))
    _add_clip_options(parser.add_argument_group("clips"))
    _add_machine_options(parser.add_argument_group("machine"))


def _add_file_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", type=_format, metavar="EXT", help="png, jpg, mp4, gif, ...")
    group.add_argument(
        "--quality", type=option_types.count, default=95, help="JPEG, WebP, AVIF (default 95)"
    )
    group.add_argument("--overwrite", action="store_true", help="replace what is there")
    group.add_argument("--dry-run", action="store_true", help="only print what would be done")
    group.add_argument(
        "--max-pixels", type=option_types.count, metavar="N", help="largest picture accepted"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="print failures only")


def _add_clip_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--codec", choices=CODECS, help="default: what suits the container")
    group.add_argument("--crf", type=int, metavar="N", help="quality of the codec, lower is better")
    group.add_argument("--preset", metavar="NAME", help="speed of the codec, e.g. medium")
    group.add_argument("--pixel-format", metavar="FMT", help="for example yuv420p or yuv444p")
    group.add_argument(
        "--steady",
        type=float,
        metavar="0..1",
        help="share of the paint carried along with the motion, against flicker (default 0.75)",
    )
    group.add_argument("--no-audio", action="store_true", help="leave the sound out")


def _add_machine_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--tile", type=option_types.tile, default="auto", metavar="auto|off|PX")
    group.add_argument(
        "--backend", default="auto", choices=("auto", "onnxruntime", "openvino"), help="runtime"
    )
    group.add_argument("--precision", default="auto", choices=("auto", "f32", "bf16"))
    group.add_argument(
        "--threads", type=option_types.count, metavar="N", help="threads of the network"
    )
    group.add_argument(
        "--workers", type=option_types.count, default=2, metavar="N", help="pictures at once"
    )


def run(args: argparse.Namespace) -> int:
    """Plan, paint, report. Returns the exit code."""
    from paintreel.jobs.place import plan_jobs
    from paintreel.runtime.catalog import find_model

    try:
        label = find_model(args.style).card.contract.name
        jobs = plan_jobs(
            args.inputs, args.output, label=label, format=args.format, codec=args.codec
        )
        options = _options(args)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    skip_done = len(args.inputs) > 1 or len(jobs) > 1 or Path(args.inputs[0]).is_dir()
    if args.dry_run:
        return _print_plan(jobs, overwrite=args.overwrite)
    return _paint(args, jobs, options, skip_done=skip_done)


def _options(args: argparse.Namespace) -> Options:
    from paintreel.jobs.run import Options

    limits = {} if args.max_pixels is None else {"max_pixels": args.max_pixels}
    steady = {} if args.steady is None else {"steady": args.steady}
    clip = {key: getattr(args, key) for key in ("codec", "crf", "preset", "pixel_format")}
    given = {key: value for key, value in clip.items() if value is not None}
    return Options(
        strength=args.strength,
        size=args.size,
        max_side_px=args.max_side,
        quality=args.quality,
        overwrite=args.overwrite,
        clip={**given, **limits, "audio": not args.no_audio},
        **limits,
        **steady,
    )


def _print_plan(jobs: list[Job], *, overwrite: bool) -> int:
    for job in jobs:
        done = " (there already, skipped)" if job.is_done and not overwrite else ""
        print(f"{job.kind:8} {job.src} -> {job.dst}{done}")
    return 0


def _paint(args: argparse.Namespace, jobs: list[Job], options: Options, *, skip_done: bool) -> int:
    from paintreel.cli.progress import Progress
    from paintreel.jobs.run import run_jobs
    from paintreel.stylize.style import Style

    style = Style(
        args.style,
        backend=args.backend,
        threads=args.threads,
        precision=args.precision,
        tile=args.tile,
    )
    with Progress(len(jobs), shown=not args.quiet) as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            _tell(outcome, progress.say)

        outcomes = run_jobs(
            jobs,
            style,
            options,
            workers=args.workers,
            skip_done=skip_done,
            on_outcome=finished,
            on_frame=progress.frame,
        )
    counts = Counter(outcome.status for outcome in outcomes)
    if not args.quiet:
        _print_summary(outcomes, counts)
    return 1 if counts["failed"] else 0


def _tell(outcome: Outcome, say: Callable[[str], None]) -> None:
    """Print why a job failed, and what of a clip is not as it was."""
    from paintreel.jobs.run import reason

    if outcome.error is not None:
        text = reason(outcome.error)
        name = str(outcome.job.src)
        say(f"failed: {text}" if name in text else f"failed: {name}: {text}")
    for note in getattr(outcome.report, "notes", ()):
        say(f"note: {outcome.job.src}: {note}")


def _print_summary(outcomes: list[Outcome], counts: Counter[str]) -> None:
    """What was made, on standard output: the file, or the numbers of a run over several."""
    if len(outcomes) == 1:
        if counts["painted"]:
            print(outcomes[0].job.dst)
    else:
        parts = [f"{counts[status]} {status}" for status in ("painted", "skipped", "failed")]
        print(", ".join(parts))
    if counts["skipped"]:
        print("skipped what is there already; --overwrite paints it again", file=sys.stderr)


def _format(text: str) -> str:
    from paintreel.jobs.place import FORMATS

    name = text.lower().removeprefix(".")
    if name not in FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(FORMATS)}")
    return name
