"""`paintreel compare`: rank systems by paired tests on the same pictures."""

from __future__ import annotations

from paintreel import __version__
from paintreel.cli.exit_codes import planning
from paintreel.cli.scoring import carry_out, check_reports, suggest, tell, with_workers
from paintreel.cli.terminal import say, say_notes, show
from paintreel.compare.options import CompareOptions
from paintreel.wording import counted


def run(options: CompareOptions) -> int:
    """Score every system, test, write, print; or write sheets for raters. Returns the exit code."""
    if options.blind is not None:
        return _write_sheets(options)
    from paintreel.compare.asking import plan_systems
    from paintreel.compare.compare import ScoredSystem, compare_systems
    from paintreel.compare.results import comparison_lines
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json

    options = with_workers(options)
    with planning():
        plans = plan_systems(options)
        scored = [each for s in plans for each in s.runs.values()]
        check_reports(options.json, (options.report,), scored)
    runs = iter(carry_out("compare", scored, options))
    systems = [ScoredSystem(s.name, {trial: next(runs) for trial in s.runs}) for s in plans]
    code = max(
        tell(each, quiet=options.quiet, name="/".join(filter(None, (s.name, trial))))
        for s in systems
        for trial, each in s.runs.items()
    )
    comparison = compare_systems(systems, seed=options.seed, resamples=options.resamples)
    if not options.quiet and options.json != STANDARD_OUTPUT:
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


def _write_sheets(options: CompareOptions) -> int:
    from paintreel.cli.pulse import stage
    from paintreel.compare.blind import write_trial
    from paintreel.compare.blind_plan import plan_blind
    from paintreel.scoring.blind_trial import BALLOT_NAME, GUIDE_NAME, KEY_NAME

    with planning():
        plan = plan_blind(options)
    trial = write_trial(
        plan, on_sheet=lambda done, count: stage(f"{done} of {count} sheets are written")
    )
    if options.quiet:
        return 0
    say_notes((*plan.notes, *trial.notes))
    key, folder = trial.key, trial.folder
    there = f", {trial.kept} of them there already" if trial.kept else ""
    kind = "pairs" if key.scale is None else f"pictures to rate from 1 to {key.scale}"
    pictures, sheets = counted(len(key.pictures), "picture"), counted(len(key.sheets), "sheet")
    show(
        f"{sheets} in {folder} ({kind}, of {pictures} in {', '.join(key.sets)}){there}",
        f"for raters: the sheets, {BALLOT_NAME} and {GUIDE_NAME}, but never {KEY_NAME}, which says "
        "whose is whose",
        f"then: paintreel agree BALLOT... --key {folder / KEY_NAME}",
    )
    return 0
