"""What verbs share that answer of files and make none: the run, and what is said on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from paintreel.cli.exit_codes import planning
from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say

if TYPE_CHECKING:
    from paintreel.cluster.spread import Spread
    from paintreel.jobs.asked import Answering, AskedOfFiles
    from paintreel.jobs.run import Outcome
    from paintreel.options import Options

Say = Callable[[str], None]
"""Prints a line above the bars of progress."""


@contextmanager
def spreading(
    verb: str, options: Options, address: str | None, asked: AskedOfFiles
) -> Iterator[Spread | None]:
    """The nodes of a cluster, ready for a call of a verb; None where no address is given.

    What happened to the nodes is said at the end.
    """
    if address is None:
        yield None
        return
    from paintreel.cluster.spread import on_cluster

    with ExitStack() as cluster:
        with planning():
            nodes = on_cluster(verb, options, address, threads=asked.threads)
            spread = cluster.enter_context(nodes)
        yield spread
        for note in spread.notes():
            say(f"note: {note.text}")


def answer_files(
    asked: Answering,
    *,
    quiet: bool,
    unit: str = "frame",
    tell: Callable[[Outcome, Say], None] | None = None,
    spread: Spread | None = None,
) -> list[Outcome]:
    """Look at what is asked, under bars of progress, and say what becomes of each file.

    It is said in the order of the files, pictures before clips, and of each as soon as those before
    it are done; what is returned has the order of the files.

    quiet  leaves only what failed and what is lost
    unit   what the bar of a clip counts
    tell   says it of one file; in place of `tell_outcome`
    spread  the nodes that do it; None: it is done here
    """
    from paintreel.jobs.asked import keep_answer
    from paintreel.jobs.run import run_batch

    batch = asked.batch
    waiting = deque(job.name for job in sorted(batch.jobs, key=lambda job: job.kind == "clip"))
    done: dict[str, Outcome] = {}
    tell_one = tell or partial(tell_outcome, quiet=quiet)
    for note in batch.notes:
        if note.loss or not quiet:
            say(f"note: {note.text}")
    with ProgressBars(len(batch.jobs), shown=not quiet, unit=unit) as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            keep_answer(asked, outcome)
            done[outcome.job.name] = outcome
            while waiting and waiting[0] in done:
                tell_one(done[waiting.popleft()], progress.say)

        run = run_batch if spread is None else spread.run
        run(batch, on_outcome=finished, on_frame=progress.frame)
    return [done[job.name] for job in batch.jobs]


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
