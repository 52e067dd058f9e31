"""`paintreel rough`: make a colour block-in and a line sketch of a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.errors import InputError, PaintreelError

if TYPE_CHECKING:
    from paintreel.cli.pictures import Task
    from paintreel.imaging.files import Picture

EPILOG = """\
PICTURE may be a folder: -o and --sketch are then folders too, names and tree are kept, the roughs
are PNG, and what is there already is skipped.
Exit code: 0 all made, 1 some failed (each is named), 2 bad usage, 130 interrupted.
"""
LEVELS = ("coarse", "standard", "fine")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel rough`."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("picture", metavar="PICTURE", help="picture or folder")
    parser.add_argument("-o", "--output", metavar="ROUGH", help="where the block-in goes")
    parser.add_argument("--sketch", metavar="LINES", help="where the line sketch goes")
    parser.add_argument(
        "--level",
        choices=LEVELS,
        default="standard",
        help="flat regions for 256x256 px: coarse 24, no lines; standard 64; fine 256",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    parser.add_argument("--max-pixels", type=int, metavar="N", help="largest picture accepted")
    parser.add_argument("-q", "--quiet", action="store_true", help="print failures only")


def run(args: argparse.Namespace) -> int:
    """Plan, make, report. Returns the exit code."""
    from paintreel.cli.pictures import run_tasks

    try:
        _check_usage(args)
        tasks = _tasks(args)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    return run_tasks(tasks, overwrite=args.overwrite, quiet=args.quiet, word="made")


def _check_usage(args: argparse.Namespace) -> None:
    from paintreel.roughs.rough import LEVELS as MEANING

    if args.output is None and args.sketch is None:
        raise InputError("nothing to write; give -o ROUGH, --sketch LINES or both")
    if args.sketch is not None and not MEANING[args.level].lines:
        raise InputError(f"level {args.level} draws no lines; use standard or fine with --sketch")
    if args.max_pixels is not None and args.max_pixels < 1:
        raise InputError(f"--max-pixels is {args.max_pixels}, expected 1 or more")


def _tasks(args: argparse.Namespace) -> list[Task]:
    from paintreel.cli.pictures import Task, check_suffix
    from paintreel.jobs.place import plan_jobs

    format = "png" if Path(args.picture).is_dir() else None
    places: dict[Path, dict[str, Path]] = {}
    for what, output in (("blocks", args.output), ("lines", args.sketch)):
        if output is not None:
            for job in plan_jobs([args.picture], output, label="rough", format=format):
                if format is None or job.kind == "picture":  # a folder may hold clips too
                    check_suffix(job.dst)
                    places.setdefault(job.src, {})[what] = job.dst
    if not places:
        raise InputError(f"folder {args.picture} holds no picture; expected JPEG, PNG ...")
    results = [path.resolve() for to in places.values() for path in to.values()]
    if len(set(results)) < len(results):
        raise InputError("the block-in and the sketch would be one file; give them two names")

    def task(src: Path, to: dict[str, Path]) -> Task:
        return Task(str(src), tuple(to.values()), lambda: _make(src, to, args, len(places) > 1))

    return [task(src, to) for src, to in places.items()]


def _make(src: Path, to: dict[str, Path], args: argparse.Namespace, skipping: bool) -> None:
    import dataclasses

    from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture, write_picture
    from paintreel.roughs.rough import make_rough
    from paintreel.roughs.start import as_bytes, on_white

    picture = read_picture(src, max_pixels=args.max_pixels or DEFAULT_MAX_PIXELS)
    rough = make_rough(as_bytes(on_white(picture.pixels)), args.level)
    made: dict[str, Picture] = {
        "blocks": dataclasses.replace(picture, pixels=rough.blocks),
        "lines": dataclasses.replace(picture, pixels=rough.lines, icc=None),
    }
    for what, dst in to.items():
        if not (skipping and not args.overwrite and dst.exists()):
            write_picture(dst, made[what], overwrite=args.overwrite)
