"""The command of a verb that makes files: plan, run with progress, tell what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say, show
from paintreel.errors import PaintreelError
from paintreel.options import FileOptions, plan_of

if TYPE_CHECKING:
    from paintreel.jobs.run import Batch, Outcome


def run_files(verb: str, options: FileOptions) -> int:
    """Run a verb on its files. Returns the exit code: 0 all made, 1 some failed, 2 bad usage."""
    from paintreel.jobs.reports import (
        STANDARD_OUTPUT,
        check_beside_results,
        check_report,
        write_json,
    )

    try:
        batch: Batch = plan_of(verb)(options)
        sources = [Path(job.name) for job in batch.jobs]
        results = [path for job in batch.jobs for path in job.outputs]
        check_report(options.json, sources)
        check_beside_results(options.json, results)
    except PaintreelError as error:
        say(f"paintreel: {error}")
        return 2
    if getattr(options, "dry_run", False):
        return _print_plan(batch, overwrite=options.overwrite)
    outcomes = _run(batch, options)
    speaks = not options.quiet and options.json != STANDARD_OUTPUT
    if speaks:
        _print_summary(batch, outcomes)
    if batch.finish is not None:
        files = batch.finish()
        if speaks:
            _show_files(files)
    if options.json is not None:
        write_json(options.json, _facts(verb, batch, outcomes))
    unseen = any(note.loss for note in batch.notes)
    return 1 if unseen else exit_code(outcomes, strict=options.strict)


def exit_code(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """1 where a file failed or, with `strict`, where something of a source is lost; else 0."""
    failed = any(outcome.status in ("failed", "cancelled") for outcome in outcomes)
    lost = strict and any(note.loss for outcome in outcomes for note in outcome.notes)
    return 1 if failed or lost else 0


def _facts(verb: str, batch: Batch, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "paintreel": __version__,
        "verb": verb,
        **batch.facts,
        "notes": [note.as_dict() for note in batch.notes],
        "files": [outcome.as_dict() for outcome in outcomes],
    }


def _run(batch: Batch, options: FileOptions) -> list[Outcome]:
    from paintreel.jobs.run import run_batch

    for note in batch.notes:
        if note.loss or not options.quiet:
            say(f"note: {note.text}")
    with ProgressBars(len(batch.jobs), shown=not options.quiet) as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            _tell(outcome, progress.say)

        return run_batch(
            batch, overwrite=options.overwrite, on_outcome=finished, on_frame=progress.frame
        )


def _print_plan(batch: Batch, *, overwrite: bool) -> int:
    for job in batch.jobs:
        done = " (there already, skipped)" if job.is_done and not overwrite else ""
        show(f"{job.kind:8} {job.name} -> {', '.join(map(str, job.outputs))}{done}")
    return 0


def _tell(outcome: Outcome, say: Callable[[str], None]) -> None:
    """Print why a job failed, and what of a clip is not as it was."""
    from paintreel.jobs.run import reason

    name = outcome.job.name
    if outcome.error is not None:
        text = reason(outcome.error)
        say(f"failed: {text}" if name in text else f"failed: {name}: {text}")
    for note in outcome.notes:
        say(f"note: {name}: {note.text}")


def _print_summary(batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """What was made, on standard output: the files, or the numbers of a run over several."""
    counts = Counter(outcome.status for outcome in outcomes)
    if len(outcomes) == 1:
        if counts["made"]:
            _show_files(outcomes[0].job.outputs)
    else:
        done = f"{counts['made']} {batch.verb_done}"
        print(f"{done}, {counts['skipped']} skipped, {counts['failed']} failed")
    if counts["skipped"]:
        say("skipped what is there already; --overwrite replaces it")


def _show_files(paths: Sequence[Path]) -> None:
    for path in paths:
        show(str(path))
