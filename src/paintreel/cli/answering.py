"""What verbs share that answer of files and make none: the run, and what is said on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say

if TYPE_CHECKING:
    from paintreel.jobs.run import Batch, Outcome

Say = Callable[[str], None]
"""Prints a line above the bars of progress."""


def answer_files(
    batch: Batch,
    *,
    quiet: bool,
    unit: str = "frame",
    tell: Callable[[Outcome, Say], None] | None = None,
) -> list[Outcome]:
    """Run a batch under bars of progress, and say what becomes of each file as it is done.

    quiet  leaves only what failed and what is lost
    unit   what the bar of a clip counts
    tell   says it of one file; in place of `tell_outcome`
    """
    from paintreel.jobs.run import run_batch

    for note in batch.notes:
        if note.loss or not quiet:
            say(f"note: {note.text}")
    with ProgressBars(len(batch.jobs), shown=not quiet, unit=unit) as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            if tell is None:
                tell_outcome(outcome, progress.say, quiet=quiet)
            else:
                tell(outcome, progress.say)

        return list(run_batch(batch, on_outcome=finished, on_frame=progress.frame))


def tell_outcome(outcome: Outcome, say: Say, *, quiet: bool) -> None:
    """Print why a job failed, and what is not as it was; `quiet` leaves only what is lost."""
    tell_failure(outcome, say)
    for note in outcome.notes:
        if note.loss or not quiet:
            say(f"note: {outcome.job.name}: {note.text}")


def tell_failure(outcome: Outcome, say: Say) -> None:
    """Print why a job failed, where it did, with the file's name once."""
    from paintreel.jobs.run import reason

    if outcome.error is None:
        return
    name, text = outcome.job.name, reason(outcome.error)
    say(f"failed: {text}" if name in text else f"failed: {name}: {text}")
