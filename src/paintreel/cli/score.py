"""`paintreel score`: measure pictures and clips, alone or against a reference."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli import option_types

if TYPE_CHECKING:
    from paintreel.scoring.runner import Options, Plan, ScoreRun

_LISTED = 20
EPILOG = """\
Folders are matched by name, subfolders included; clips frame by frame, aligned by time. Without
--reference the measures that need none are taken. --metrics takes names and groups with commas:
fidelity, abstraction, scene, temporal, distribution, all; docs/metrics.md defines every one.
--save-statistics keeps what the measures of sets need of GENERATED; the file can then be the
--reference of other runs. Exit code: 0 all scored, 1 some failed (each is named, the rest is
scored), 2 bad usage.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel score`."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("generated", metavar="GENERATED", help="picture, clip or folder to score")
    add_scoring_options(parser)
    parser.add_argument(
        "--save-statistics",
        metavar="FILE.npz",
        help="also write the features and spectra of GENERATED, to be a --reference later",
    )
    parser.add_argument(
        "--by",
        metavar="FOLDER",
        help="also by group: 'folder' for the subfolders of GENERATED, or a folder whose "
        "subfolders are the groups",
    )


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


def options_of(args: argparse.Namespace) -> Options:
    """The run's options. Raises InputError for those out of range."""
    from paintreel.scoring.runner import Options

    limits = {} if args.max_pixels is None else {"max_pixels": args.max_pixels}
    return Options(
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


def run(args: argparse.Namespace) -> int:
    """Score, write, print. Returns the exit code."""
    from paintreel.errors import PaintreelError
    from paintreel.jobs.pair import group_of
    from paintreel.scoring.results import score_facts, summary_lines, write_json
    from paintreel.scoring.runner import plan

    try:
        _check_statistics_path(args.save_statistics)
        found = plan(args.generated, args.reference, options_of(args))
        if args.by is not None:
            group_of(found.pairing.items[0], args.by)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    [scored] = carry_out([found], shown=not args.quiet)
    code = tell(scored, quiet=args.quiet)
    if not args.quiet and args.json != "-":  # before writing, which may fail
        print("\n".join(summary_lines(scored.summary())))
        if args.by is not None:
            _print_groups(scored, args.by)
    if args.save_statistics:
        assert scored.gathered is not None
        scored.gathered.save(args.save_statistics, overwrite=True)
    if args.json:
        write_json(args.json, score_facts(scored, args.by, version=__version__))
    if args.report:
        from paintreel.score.report import score_report, write_report

        both = list(filter(None, (args.generated, args.reference)))
        page = score_report(
            scored,
            title=" against ".join(Path(each).resolve().name for each in both),
            where=" against ".join(both),
            by=args.by,
            version=__version__,
        )
        write_report(args.report, page)
    return code


def _check_statistics_path(path: str | None) -> None:
    """Raise InputError before a run whose statistics no --reference would take back."""
    from paintreel.errors import InputError
    from paintreel.scoring.runner import STATISTICS_SUFFIX

    if path is not None and Path(path).suffix.lower() != STATISTICS_SUFFIX:
        raise InputError(f"--save-statistics {path}: expected a name ending in {STATISTICS_SUFFIX}")


def carry_out(plans: list[Plan], *, shown: bool) -> list[ScoreRun]:
    """Score what is planned, one after the other, under one progress bar."""
    from paintreel.cli.progress import Progress
    from paintreel.scoring.runner import count_jobs, score_plan

    with Progress(sum(map(count_jobs, plans)), shown=shown) as progress:
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


def _print_groups(run: ScoreRun, by: str) -> None:
    from paintreel.scoring.results import groups_of, summary_lines

    for group, summary in groups_of(run, by).items():
        print(f"\n{Path(group).as_posix()}")
        print("\n".join(summary_lines(summary)))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
