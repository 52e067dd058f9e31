"""Where the processes of jobs run: on this machine, or on the nodes of a cluster.

Another place is a `JobExecutor` and a line in `_EXECUTORS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from paintreel.jobs.executor import Executor, Health
from paintreel.runtime.system import usable_cores
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.manager.child import Child, RunningJob
from paintreel.studio.manager.layout import environment_of
from paintreel.studio.settings import StudioSettings

__all__ = ["JobExecutor", "Processes", "executor_of"]


class JobExecutor(Executor[JobFolder, RunningJob], Protocol):
    """What runs the jobs of a studio."""

    @property
    def threads(self) -> int:
        """Of processor that a job is given, where `settings.workers` run at once."""


class Processes:
    """Jobs as processes of this machine."""

    def __init__(self, settings: StudioSettings) -> None:
        self._settings = settings
        self._running: list[RunningJob] = []

    @property
    def threads(self) -> int:
        """The processors of this machine, shared by the jobs."""
        return max(1, usable_cores() // max(1, self._settings.workers))

    def spawn(self, task: JobFolder) -> RunningJob:
        """Run the job that is laid out in a folder. Raises OSError."""
        child = Child(task, environment_of(self._settings))
        self._running.append(child)
        return child

    def cancel(self, running: RunningJob) -> None:
        """End a job."""
        running.kill()

    def health(self) -> Health:
        """How many run."""
        self._running = [child for child in self._running if not child.is_over]
        return Health(self._settings.workers, len(self._running))


@contextmanager
def executor_of(settings: StudioSettings) -> Iterator[JobExecutor]:
    """What the settings ask for. Raises what joining a cluster does."""
    with _EXECUTORS[settings.executor](settings) as executor:
        yield executor


@contextmanager
def _processes(settings: StudioSettings) -> Iterator[JobExecutor]:
    yield Processes(settings)


def _nodes(settings: StudioSettings) -> AbstractContextManager[JobExecutor]:
    from paintreel.studio.manager.on_nodes import nodes_of  # Ray is an extra

    return nodes_of(settings)


_EXECUTORS: dict[str, Callable[[StudioSettings], AbstractContextManager[JobExecutor]]] = {
    "processes": _processes,
    "ray": _nodes,
}
