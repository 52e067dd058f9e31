"""What `paintreel score` and `paintreel compare` share: the run, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from paintreel.cli.answering import spreading
from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say
from paintreel.scoring.options import ScoringCommandOptions
from paintreel.wording import some_of

if TYPE_CHECKING:
    from paintreel.cluster.spread import Spread
    from paintreel.scoring.score_plan import ScorePlan
    from paintreel.scoring.score_run import Measured, ScoreRun

_LISTED = 20
"""Unmatched files that are named."""

T = TypeVar("T", bound=ScoringCommandOptions)


def with_workers(options: T) -> T:
    """The options with a process for every core, where no number is given."""
    from paintreel.runtime.system import usable_cores

    return options if options.workers is not None else replace(options, workers=usable_cores())


def carry_out(
    verb: str, plans: Sequence[ScorePlan], options: ScoringCommandOptions
) -> list[ScoreRun]:
    """Score what is planned, one after the other, under one progress bar; here or on nodes."""
    from paintreel.notes import merge_notes
    from paintreel.scoring.asking import asked_scores
    from paintreel.scoring.score_run import score_plan

    shown = not options.quiet
    for note in merge_notes(note for plan in plans for note in plan.notes) if shown else ():
        say(f"note: {note}")
    with (
        spreading(verb, options, options.ray, asked_scores(plans)) as spread,
        ProgressBars(sum(len(each.jobs) for each in plans), shown=shown) as progress,
    ):
        return [
            score_plan(
                plan,
                on_file=progress.file,
                on_frame=progress.frame,
                measured=None if spread is None else _far(plan, number, spread),
            )
            for number, plan in enumerate(plans)
        ]


def _far(plan: ScorePlan, number: int, spread: Spread) -> Measured:
    """The files of a plan as the nodes measure them."""
    from paintreel.errors import PaintreelError
    from paintreel.scoring.asking import jobs_of
    from paintreel.scoring.evaluate import FileScores

    for job, (_, report) in zip(plan.jobs, spread.each(jobs_of(plan, number)), strict=True):
        if isinstance(report, PaintreelError):
            yield job, FileScores(job.item, error=str(report))
        else:
            yield job, report.answer


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
        say(f"{name}: {line}" if name else line)
    return 1 if failed or missing else 0


def suggest(runs: Sequence[ScoreRun]) -> None:
    """Print a hint, on standard error, where another question would fit the results."""
    from paintreel.scoring.verdict import suggestion

    if hint := suggestion(runs):
        say(f"note: {hint}")


def _remarks(run: ScoreRun, missing: list[str]) -> list[str]:
    """What is no failure: files without counterpart, frames left out, measures without value."""
    from paintreel.scoring.results import notes_of

    lines = []
    pairing = run.plan.pairing
    for side, paths in (("scored", pairing.only_generated), ("reference", pairing.only_reference)):
        if paths:
            more = " (all in --json)" * (len(paths) > _LISTED)
            names = some_of(paths, _LISTED) + more
            lines.append(f"unmatched: {len(paths)} {side} without counterpart: {names}")
    lines += [f"note: {note}" for note in notes_of(run)]
    return lines + [
        f"note: no {name}: {reason}"
        for name, reason in run.undefined.items()
        if not any(text.startswith(f"{name}:") for text in missing)
    ]


def check_reports(
    json: str | None, others: Sequence[str | None], plans: Sequence[ScorePlan]
) -> None:
    """Raise OutputError, before the work, where a report would replace a file that is scored."""
    from paintreel.jobs.reports import check_apart, check_report

    check_apart([json, *others])

    files = [
        file
        for plan in plans
        for item in plan.pairing.items
        for file in (item.generated, item.reference)
        if file is not None
    ]
    files += [Path(plan.art.path) for plan in plans if plan.art is not None]
    files += [item.generated for plan in plans if plan.art for item in plan.art.items]
    check_report(json, files, is_printed=True)
    for path in others:
        check_report(path, files)
