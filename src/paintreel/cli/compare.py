"""`paintreel compare`: rank systems by paired tests on the same pictures."""

from __future__ import annotations

import argparse
import sys

from paintreel import __version__
from paintreel.cli.scoring import add_scoring_options, carry_out, options_of, tell

EPILOG = """\
Each SYSTEM is a folder of results; files are paired by name over all of them. Every two systems
are tested by every measure: paired two-tailed t-test, p corrected over all tests (Holm), effect
size d_z, bootstrap interval of the mean difference. Name few measures: the correction counts all.
Exit code: 0 all scored, 1 some failed (each is named, the rest is compared), 2 bad usage.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel compare`."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("systems", nargs="+", metavar="SYSTEM", help="folder of one system")
    add_scoring_options(parser)
    parser.add_argument(
        "--trials",
        action="store_true",
        help="subfolders of a system are trials (runs, seeds) and the tests go over them; "
        "without subfolders every picture is a trial",
    )


def run(args: argparse.Namespace) -> int:
    """Score every system, test, write, print. Returns the exit code."""
    from paintreel.compare.compare import ScoredSystem, compare_systems
    from paintreel.compare.plan import plan_comparison
    from paintreel.compare.results import comparison_lines
    from paintreel.errors import PaintreelError
    from paintreel.scoring.results import write_json

    try:
        options = options_of(args)
        plans = plan_comparison(args.systems, args.reference, options, trials=args.trials)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    runs = iter(carry_out([each for s in plans for each in s.runs.values()], shown=not args.quiet))
    systems = [ScoredSystem(s.name, {trial: next(runs) for trial in s.runs}) for s in plans]
    code = max(
        tell(each, quiet=args.quiet, name="/".join(filter(None, (s.name, trial))))
        for s in systems
        for trial, each in s.runs.items()
    )
    comparison = compare_systems(systems, seed=options.seed, resamples=options.resamples)
    if not args.quiet and args.json != "-":
        print("\n".join(comparison_lines(comparison)))
        for note in comparison.notes:
            print(f"note: {note}", file=sys.stderr)
    if args.json:
        write_json(args.json, comparison.as_dict())
    if args.report:
        from paintreel.compare.report import comparison_report
        from paintreel.scoring.report_parts import write_report

        title = " against ".join(comparison.systems)
        write_report(args.report, comparison_report(comparison, title=title, version=__version__))
    return code
