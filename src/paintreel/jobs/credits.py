"""`--credits`: a CREDITS.txt beside the results of a run, with the lines due for its models."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from paintreel.jobs.job import Job
from paintreel.jobs.reports import check_apart
from paintreel.jobs.run import Batch, Outcome
from paintreel.notes import Note
from paintreel.runtime.card import Card
from paintreel.runtime.credits import CREDITS_NAME, credit_line, merge_credits, write_credits

__all__ = ["with_credits"]


def with_credits(
    batch: Batch, cards: Iterable[Card], *, output: str | None, report: str | None = None
) -> Batch:
    """A batch that ends by writing whom to name for its results.

    cards   of the models that make them
    output  what -o says: a folder that holds all results gets one file for all of them
    report  what --json says, which must be another file

    A CREDITS.txt that holds words of others is kept and a note says so. Raises OutputError, before
    anything is made, for one that cannot be added to.
    """
    lines = [credit_line(card) for card in cards]
    if not lines:
        text = "--credits: no model is used here, so nobody has to be named"
        return dataclasses.replace(batch, notes=(*batch.notes, Note("no-credits-due", text)))
    notes = []
    for path in (folder / CREDITS_NAME for folder in _folders(batch.jobs, output)):
        check_apart([path, report])
        if merge_credits(path, lines).others:
            text = f"{path} holds words of others: they stay, the lines of Paintreel are added"
            notes.append(Note("credits-added", text))
    finish = partial(_finish, batch, lines, output)
    return dataclasses.replace(batch, finish=finish, notes=(*batch.notes, *notes))


def _finish(
    batch: Batch, lines: Sequence[str], output: str | None, outcomes: Sequence[Outcome]
) -> Sequence[Path]:
    """What the batch would have written at its end, and the credits of what is made so."""
    files = [] if batch.finish is None else list(batch.finish(outcomes))
    done = [outcome.job for outcome in outcomes if outcome.status in ("made", "skipped")]
    return [*files, *(write_credits(folder, lines) for folder in _folders(done, output))]


def _folders(jobs: Sequence[Job], output: str | None) -> list[Path]:
    """The folders beside whose results a file goes: OUT where it holds all, else those of each."""
    parents = {path.parent.resolve(): path.parent for job in jobs for path in job.outputs}
    out = Path(output or "").resolve()
    if output is not None and parents and all(p.is_relative_to(out) for p in parents):
        return [Path(output)]
    tops = (p for p in parents if not any(p != q and p.is_relative_to(q) for q in parents))
    return [parents[p] for p in sorted(tops)]
