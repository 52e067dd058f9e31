"""What `paintreel score` and `paintreel compare` share: options, the run, what is said of it."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from paintreel.cli import option_types

if TYPE_CHECKING:
    from paintreel.scoring.options import ScoreOptions
    from paintreel.scoring.plan import ScorePlan
    from paintreel.scoring.run import ScoreRun

_LISTED = 20
"""Unmatched files that are named."""


def add_scoring_options(parser: argparse.ArgumentParser) -> None:
    """The options that `score` and `compare` share."""
    parser.add_argument(
        "--reference",
        metavar="REF",
        help="what it should look like: picture, clip, folder, or statistics of a set (.npz)",
    )
    parser.add_argument("--metrics", metavar="LIST", help="names and groups, with commas")
    parser.add_argument("--report", metavar="FILE.html", help="write a self-contained report")
    parser.add_argument("--json", metavar="FILE", help="write the figures; - prints them")
    parser.add_argument(
        "--resize", action="store_true", help="resize pictures to their reference where they differ"
    )
    networks = parser.add_argument_group("networks")
    networks.add_argument(
        "--extractor",
        metavar="FILE.onnx",
        help="features behind perceptual, fd and kd (default: the bundled dske)",
    )
    networks.add_argument(
        "--detector", metavar="FILE.onnx", help="YOLO network that finds the elements of scenes"
    )
    networks.add_argument(
        "--allow-biased",
        action="store_true",
        help="Fréchet distance of fewer pictures than features",
    )
    run = parser.add_argument_group("run")
    run.add_argument(
        "--workers",
        type=option_types.count,
        default=_cores(),
        metavar="N",
        help="processes (default: cores)",
    )
    run.add_argument(
        "--max-pixels", type=option_types.count, metavar="N", help="largest picture accepted"
    )
    run.add_argument("--seed", type=int, default=0, help="of intervals (default: 0)")
    run.add_argument("-q", "--quiet", action="store_true", help="print failures only")


def options_of(args: argparse.Namespace) -> ScoreOptions:
    """The run's options. Raises InputError for those out of range."""
    from paintreel.scoring.options import ScoreOptions

    limits: dict[str, int] = {}
    if args.max_pixels is not None:
        limits["max_pixels"] = args.max_pixels
    return ScoreOptions(
        metrics=args.metrics,
        resize=args.resize,
        extractor=args.extractor,
        detector=args.detector,
        allow_biased=args.allow_biased,
        gather=getattr(args, "save_statistics", None) is not None,
        workers=args.workers,
        seed=args.seed,
        **limits,
    )


def carry_out(plans: list[ScorePlan], *, shown: bool) -> list[ScoreRun]:
    """Score what is planned, one after the other, under one progress bar."""
    from paintreel.cli.progress import Progress
    from paintreel.scoring.run import score_plan

    with Progress(sum(len(each.jobs) for each in plans), shown=shown) as progress:
        return [score_plan(each, on_file=progress.file, on_frame=progress.frame) for each in plans]


def tell(run: ScoreRun, *, quiet: bool, name: str = "") -> int:
    """Print what failed and what is missing, on standard error. Returns the exit code.

    name: of the system, where there are several.
    """
    missing = run.missing()
    lines = [] if quiet else _remarks(run, missing)
    failed = [(o.item.generated, o.error or "") for o in run.failed] + run.lost
    for path, text in failed:
        lines.append(f"failed: {text}" if str(path) in text else f"failed: {path}: {text}")
    lines += [f"not measured: {text}" for text in missing]
    if failed:
        total = len(run.outcomes) + len(run.failed)
        lines.append(f"{len(failed)} failed, {len(run.outcomes)} of {total} scored")
    for line in lines:
        print(f"{name}: {line}" if name else line, file=sys.stderr)
    return 1 if failed or missing else 0


def _remarks(run: ScoreRun, missing: list[str]) -> list[str]:
    """What is no failure: files without counterpart, frames left out, measures without value."""
    from paintreel.scoring.results import notes_of

    lines = []
    pairing = run.plan.pairing
    for side, paths in (("scored", pairing.only_generated), ("reference", pairing.only_reference)):
        if paths:
            names = ", ".join(str(path) for path in paths[:_LISTED])
            more = f" and {len(paths) - _LISTED} more (all in --json)" * (len(paths) > _LISTED)
            lines.append(f"unmatched: {len(paths)} {side} without counterpart: {names}{more}")
    lines += [f"note: {note}" for note in notes_of(run)]
    return lines + [
        f"note: no {name}: {reason}"
        for name, reason in run.undefined.items()
        if not any(text.startswith(f"{name}:") for text in missing)
    ]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
