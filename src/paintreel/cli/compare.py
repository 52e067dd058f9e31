"""`paintreel compare`: rank systems by paired tests on the same pictures."""

from __future__ import annotations

from paintreel import __version__
from paintreel.cli.exit_codes import planning
from paintreel.cli.scoring import carry_out, check_reports, suggest, tell, with_workers
from paintreel.cli.terminal import say, show
from paintreel.compare.options import CompareOptions


def run(options: CompareOptions) -> int:
    """Score every system, test, write, print. Returns the exit code."""
    from paintreel.compare.compare import ScoredSystem, compare_systems
    from paintreel.compare.comparison_plan import plan_comparison
    from paintreel.compare.results import comparison_lines
    from paintreel.jobs.reports import write_json

    options = with_workers(options)
    with planning():
        plans = plan_comparison(options.systems, options.reference, options, trials=options.trials)
        scored = [each for s in plans for each in s.runs.values()]
        check_reports((options.json, options.report), scored)
    runs = iter(carry_out(scored, shown=not options.quiet))
    systems = [ScoredSystem(s.name, {trial: next(runs) for trial in s.runs}) for s in plans]
    code = max(
        tell(each, quiet=options.quiet, name="/".join(filter(None, (s.name, trial))))
        for s in systems
        for trial, each in s.runs.items()
    )
    comparison = compare_systems(systems, seed=options.seed, resamples=options.resamples)
    if not options.quiet and options.json != "-":
        show(*comparison_lines(comparison))
        suggest([run for system in systems for run in system.runs.values()])
        for note in comparison.notes:
            say(f"note: {note}")
    if options.json:
        write_json(options.json, comparison.as_dict())
    if options.report:
        from paintreel.compare.report import comparison_report
        from paintreel.scoring.report_parts import write_report

        title = " against ".join(comparison.systems)
        write_report(
            options.report, comparison_report(comparison, title=title, version=__version__)
        )
    return code
