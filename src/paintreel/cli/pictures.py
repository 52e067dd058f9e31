"""The run of a verb over its pictures: skip what is there, go on after a failure, tell the end."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from paintreel.cli.progress import Progress
from paintreel.errors import InputError, OutputError


@dataclass(frozen=True, slots=True)
class Task:
    """One picture to make. `make` writes `outputs`; `name` is what a failure is told of."""

    name: str
    outputs: tuple[Path, ...]
    make: Callable[[], None]

    @property
    def is_done(self) -> bool:
        """Whether every result is there: results appear whole or not at all."""
        return all(path.exists() for path in self.outputs)


def check_suffix(dst: Path) -> None:
    """Raise InputError unless pictures can be written with the suffix of `dst`."""
    from paintreel.imaging.files import IMAGE_SUFFIXES

    if dst.suffix.lower() not in IMAGE_SUFFIXES:
        known = " ".join(sorted(IMAGE_SUFFIXES))
        raise InputError(f"output {dst} has suffix '{dst.suffix}', expected one of {known}")


def run_tasks(
    tasks: Sequence[Task], *, overwrite: bool, quiet: bool = False, word: str = "painted"
) -> int:
    """Make every task and return the exit code: 0 all, 1 some failed (each is named).

    Of several tasks those whose results are there are skipped, so that a run goes on when it is
    started again; of one alone they are an error. `overwrite` makes all again. `word` says what
    was done to them.
    """
    skipping = len(tasks) > 1 and not overwrite
    counts: Counter[str] = Counter()
    with Progress(len(tasks), shown=not quiet) as progress:
        for task in tasks:
            if skipping and task.is_done:
                counts["skipped"] += 1
            else:
                counts[_attempt(task, overwrite or skipping, progress.say, word)] += 1
            progress.file()
    if not quiet:
        _print_summary(tasks, counts, word)
    return 1 if counts["failed"] else 0


def _attempt(task: Task, may_exist: bool, say: Callable[[str], None], word: str) -> str:
    from paintreel.jobs.run import reason

    try:
        for path in task.outputs:
            if path.exists() and not may_exist:  # found out now, not after the work
                raise OutputError(f"{path} exists; use --overwrite to replace it")
        task.make()
    except Exception as error:
        # Whatever went wrong with this picture, the others are still to be made.
        text = reason(error)
        say(f"failed: {text}" if task.name in text else f"failed: {task.name}: {text}")
        return "failed"
    return word


def _print_summary(tasks: Sequence[Task], counts: Counter[str], word: str) -> None:
    """What was made, on standard output: the files, or the numbers of a run over several."""
    if len(tasks) == 1:
        if counts[word]:
            print(*tasks[0].outputs, sep="\n")
    else:
        print(", ".join(f"{counts[status]} {status}" for status in (word, "skipped", "failed")))
    if counts["skipped"]:
        print(f"skipped what is there already; --overwrite has it {word} again", file=sys.stderr)
