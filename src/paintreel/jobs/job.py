"""One job of a run: the results that it makes, and what it may ask of the run that makes them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from paintreel.jobs.find import Kind
from paintreel.notes import Note

__all__ = ["HasNotes", "Job", "Progress", "Report", "is_there"]


class HasNotes(Protocol):
    """What a job reports: a clip's report, or the `Report` here."""

    @property
    def notes(self) -> tuple[Note, ...]: ...


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a job that has nothing but notes, and perhaps an answer.

    answer  of verbs that answer of files: what was found of this one
    """

    notes: tuple[Note, ...] = ()
    answer: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Results to make.

    name     what a failure is told of: the input, or the result of jobs without one
    outputs  files, or folders of frames, that appear whole or not at all
    make     writes them; called with the run's Progress, it may return a report with notes
    kind     pictures may be made side by side, a clip fills the machine alone
    sources  files it is made of; () is the file that `name` names, where that is no result
    facts    settings of this job alone, such as its seed, for the record; one of the name of an
             option stands for it
    machine  gives what it has run on, for the record; a rerun does not compare it
    are_made  says whether the results are there, where that is not seen by looking at `outputs`,
             as in storage
    """

    name: str
    outputs: tuple[Path, ...]
    make: Callable[[Progress], HasNotes | None]
    kind: Kind = "picture"
    sources: tuple[Path, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    machine: Callable[[], Mapping[str, str]] | None = None
    are_made: Callable[[], bool] | None = None

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files it is made of."""
        named = Path(self.name)
        return self.sources or (() if named in self.outputs else (named,))

    @property
    def is_done(self) -> bool:
        """Whether there are results, and every one is there."""
        if self.are_made is not None:
            return self.are_made()
        return bool(self.outputs) and all(is_there(path) for path in self.outputs)


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """What a job asks of its run.

    on_frame   called with (frames done, frames expected or None) while a clip runs
    on_stage   called with what is done now, in a few words, where a job has several parts
    cancel     set when the run is to stop; None where nothing cancels it
    overwrite  whether results that are there are replaced
    resumes    whether results that are there are left, and what is missing is made
    """

    on_frame: Callable[[int, int | None], None] | None = None
    cancel: threading.Event | None = None
    overwrite: bool = False
    resumes: bool = False
    on_stage: Callable[[str], None] | None = None

    def wants(self, path: Path) -> bool:
        """Whether the job should write `path`: not where a run that goes on has it already."""
        return self.overwrite or not (self.resumes and is_there(path))


def is_there(path: Path) -> bool:
    """Whether a path exists; a name that is too long does not."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for a name too long
