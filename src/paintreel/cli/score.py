"""`paintreel score`: measure pictures and clips, alone or against a reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.exit_codes import planning
from paintreel.cli.scoring import carry_out, check_reports, suggest, tell, with_workers
from paintreel.cli.terminal import show
from paintreel.score.options import ScoreOptions

if TYPE_CHECKING:
    from paintreel.scoring.score_run import ScoreRun


def run(options: ScoreOptions) -> int:
    """Score, write, print. Returns the exit code."""
    from paintreel.jobs.pair import group_of
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json
    from paintreel.score.asking import plan_score
    from paintreel.score.results import run_lines, score_facts

    options = with_workers(options)
    with planning():
        _check_statistics_path(options.save_statistics)
        plan = plan_score(options)
        if options.by is not None:
            group_of(plan.pairing.items[0], options.by)
        check_reports(options.json, (options.report, options.save_statistics), [plan])
    [scored] = carry_out("score", [plan], options)
    code = tell(scored, quiet=options.quiet)
    if not options.quiet and options.json != STANDARD_OUTPUT:  # before writing, which may fail
        show(*run_lines(scored))
        suggest([scored])
        if options.by is not None:
            _print_groups(scored, options.by)
    if options.save_statistics:
        assert scored.gathered is not None
        scored.gathered.save(options.save_statistics, overwrite=True)
    if options.json:
        write_json(options.json, score_facts(scored, options.by, version=__version__))
    if options.report:
        _write_report(options.report, scored, options)
    return code


def _write_report(path: str, scored: ScoreRun, options: ScoreOptions) -> None:
    from paintreel.score.report import score_report
    from paintreel.scoring.report_parts import write_report

    both = list(filter(None, (options.generated, options.reference)))
    page = score_report(
        scored,
        title=" against ".join(Path(each).resolve().name for each in both),
        where=" against ".join(both),
        by=options.by,
        version=__version__,
    )
    write_report(path, page)


def _check_statistics_path(path: str | None) -> None:
    """Raise InputError before a run whose statistics no --reference would take back."""
    from paintreel.errors import InputError
    from paintreel.scoring.score_plan import STATISTICS_SUFFIX

    if path is not None and Path(path).suffix.lower() != STATISTICS_SUFFIX:
        raise InputError(f"--save-statistics {path}: expected a name ending in {STATISTICS_SUFFIX}")


def _print_groups(run: ScoreRun, by: str) -> None:
    from paintreel.score.results import groups_of, summary_lines

    for group, summary in groups_of(run, by).items():
        show("", Path(group).as_posix())
        show(*summary_lines(summary, run.plan.question))
