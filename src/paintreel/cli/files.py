"""The command of a verb that makes files: plan, run with progress, tell what became of each."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from paintreel.cli.progress import ProgressBars
from paintreel.errors import PaintreelError
from paintreel.options import FileOptions, plan_of

if TYPE_CHECKING:
    from paintreel.jobs.run import Batch, Outcome


def run_files(verb: str, options: FileOptions) -> int:
    """Run a verb on its files. Returns the exit code: 0 all made, 1 some failed, 2 bad usage."""
    try:
        batch: Batch = plan_of(verb)(options)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    if getattr(options, "dry_run", False):
        return _print_plan(batch, overwrite=options.overwrite)
    outcomes = _run(batch, options)
    if not options.quiet:
        _print_summary(batch, outcomes)
    if batch.finish is not None:
        files = batch.finish()
        if not options.quiet:
            print(*files, sep="\n", end="\n" if files else "")
    return 1 if any(outcome.status == "failed" for outcome in outcomes) else 0


def _run(batch: Batch, options: FileOptions) -> list[Outcome]:
    from paintreel.jobs.run import run_batch

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
        print(f"{job.kind:8} {job.name} -> {', '.join(map(str, job.outputs))}{done}")
    return 0


def _tell(outcome: Outcome, say: Callable[[str], None]) -> None:
    """Print why a job failed, and what of a clip is not as it was."""
    from paintreel.jobs.run import reason

    name = outcome.job.name
    if outcome.error is not None:
        text = reason(outcome.error)
        say(f"failed: {text}" if name in text else f"failed: {name}: {text}")
    for note in getattr(outcome.report, "notes", ()):
        say(f"note: {name}: {note}")


def _print_summary(batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """What was made, on standard output: the files, or the numbers of a run over several."""
    counts = Counter(outcome.status for outcome in outcomes)
    if len(outcomes) == 1:
        if counts["made"]:
            print(*outcomes[0].job.outputs, sep="\n")
    else:
        done = f"{counts['made']} {batch.verb_done}"
        print(f"{done}, {counts['skipped']} skipped, {counts['failed']} failed")
    if counts["skipped"]:
        print("skipped what is there already; --overwrite replaces it", file=sys.stderr)
