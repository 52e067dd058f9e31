"""`paintreel score`: measure pictures and clips, alone or against a reference."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.scoring import add_scoring_options, carry_out, options_of, tell

if TYPE_CHECKING:
    from paintreel.scoring.run import ScoreRun

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


def run(args: argparse.Namespace) -> int:
    """Score, write, print. Returns the exit code."""
    from paintreel.errors import PaintreelError
    from paintreel.jobs.pair import group_of
    from paintreel.score.results import score_facts
    from paintreel.scoring.plan import plan_scores
    from paintreel.scoring.results import summary_lines, write_json

    try:
        _check_statistics_path(args.save_statistics)
        plan = plan_scores(args.generated, args.reference, options_of(args))
        if args.by is not None:
            group_of(plan.pairing.items[0], args.by)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    [scored] = carry_out([plan], shown=not args.quiet)
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
        from paintreel.score.report import score_report
        from paintreel.scoring.report_parts import write_report

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
    from paintreel.scoring.plan import STATISTICS_SUFFIX

    if path is not None and Path(path).suffix.lower() != STATISTICS_SUFFIX:
        raise InputError(f"--save-statistics {path}: expected a name ending in {STATISTICS_SUFFIX}")


def _print_groups(run: ScoreRun, by: str) -> None:
    from paintreel.score.results import groups_of
    from paintreel.scoring.results import summary_lines

    for group, summary in groups_of(run, by).items():
        print(f"\n{Path(group).as_posix()}")
        print("\n".join(summary_lines(summary)))
