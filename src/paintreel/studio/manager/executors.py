"""Where the processes of jobs run: on this machine, or on the nodes of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from paintreel.jobs.executor import Executor, Health
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.manager.child import Child, RunningJob
from paintreel.studio.manager.layout import environment_of
from paintreel.studio.settings import StudioSettings

__all__ = ["Processes", "executor_of"]


class Processes:
    """Jobs as processes of this machine."""

    def __init__(self, settings: StudioSettings) -> None:
        self._settings = settings
        self._running: list[RunningJob] = []

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
def executor_of(settings: StudioSettings) -> Iterator[Executor[JobFolder, RunningJob]]:
    """What the settings ask for. Raises what joining a cluster does."""
    if settings.executor == "processes":
        yield Processes(settings)
        return
    from paintreel.studio.manager.on_nodes import nodes_of

    with nodes_of(settings) as nodes:
        yield nodes
