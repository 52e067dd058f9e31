"""Who does the work of a run: processes of this machine, or nodes of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

__all__ = ["Executor", "Health"]

Task = TypeVar("Task", contravariant=True)
Running = TypeVar("Running")


@dataclass(frozen=True, slots=True)
class Health:
    """How an executor is.

    places   tasks that can run at once
    running  tasks that run
    lost     what was lost since it began, in words: nodes, processes
    """

    places: int
    running: int
    lost: tuple[str, ...] = ()


class Executor(Protocol[Task, Running]):
    """Starts tasks, ends them, and says how it is. What it keeps may be lost with it."""

    def spawn(self, task: Task) -> Running:
        """Start a task. Raises OSError or PaintreelError where it cannot be started."""

    def cancel(self, running: Running) -> None:
        """End what was started, within two seconds; what is over already stays as it is."""

    def health(self) -> Health:
        """How it is now."""
