"""What stands on a node of a cluster for one job of a studio; it needs no web and no database."""

from __future__ import annotations

import json
from pathlib import Path

from paintreel.cluster.asking import package_facts
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.manager.child import Child

__all__ = ["JobHost"]


class JobHost:
    """On a node: starts the process of one job, and hands on what it tells."""

    def __init__(self) -> None:
        self._child: Child | None = None

    def start(self, folder: str, told: str) -> str:
        """Start it; gives the facts of the package here, and an error where it cannot."""
        facts = dict(package_facts())
        place = JobFolder(Path(folder))
        try:
            if not (place.root / "spec.json").is_file():
                return json.dumps({**facts, "error": f"it does not see the folder {place.root}"})
            self._child = Child(place, json.loads(told))
        except OSError as error:
            return json.dumps({**facts, "error": error.strerror or "the system refused"})
        return json.dumps(facts)

    def take(self) -> str:
        """What has been told since, and how the process is."""
        child = self._child
        assert child is not None
        is_over = child.is_over  # before its last messages are taken, or some would be missed
        messages = [child.messages.popleft() for _ in range(len(child.messages))]
        facts = {"messages": messages, "is_over": is_over, "memory_bytes": child.memory_bytes()}
        return json.dumps({**facts, "end": child.how_it_ended() if is_over else ""})

    def kill(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
