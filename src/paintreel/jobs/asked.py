"""What a verb asks of files that answers and makes none: jobs whose reports hold the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from paintreel.jobs.run import Batch, Outcome

__all__ = ["Answering", "AskedOfFiles", "keep_answer"]


class AskedOfFiles(Protocol):
    """A call of such a verb, planned alike wherever it is: here, and on the nodes of a cluster."""

    @property
    def batch(self) -> Batch:
        """A job a file, each of its own name; `Report.answer` is what it has found."""

    @property
    def threads(self) -> int:
        """Of the networks, for one file: the last bits of what they give depend on it."""


class Answering(AskedOfFiles, Protocol):
    """One that gathers its answers while the files are looked at."""

    @property
    def answers(self) -> dict[Path, Any]:
        """Of the files that could be answered."""


def keep_answer(asked: Answering, outcome: Outcome) -> None:
    """Gather what was found of a file; of one that failed that is nothing."""
    answer = getattr(outcome.report, "answer", None)
    if answer is not None:
        asked.answers[Path(outcome.job.name)] = answer
