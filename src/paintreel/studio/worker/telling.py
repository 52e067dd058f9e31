"""What a job's process tells its manager: one line of JSON a message.

{"kind": "alive", "memory_bytes": 123}
{"kind": "progress", "done": 3, "expected": 10, "stage": "painting"}
{"kind": "log", "text": "..."}
{"kind": "shard", "name": "...", "size_bytes": 5}
{"kind": "sample", "path": "samples/0001.jpg"}
{"kind": "ended", "status": "finished", "error": null, "files": [...]}
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from paintreel.studio.forms.wording import in_words

__all__ = ["InWords", "Teller", "end_with_manager", "memory_bytes", "memory_of_all"]

_PROGRESS_S, _ALIVE_S = 0.3, 1.0


class Teller:
    """Writes messages to a file descriptor, from any thread."""

    def __init__(self, descriptor: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._descriptor, self._clock = descriptor, clock
        self._lock = threading.Lock()
        self._told_s = float("-inf")

    def tell(self, kind: str, **facts: Any) -> None:
        """Tell something. A manager that is gone hears nothing, and this process ends."""
        line = json.dumps({"kind": kind, **facts}) + "\n"
        with self._lock:
            data = memoryview(line.encode())
            try:
                while data:
                    data = data[os.write(self._descriptor, data) :]
            except OSError:
                os._exit(1)

    def progress(self, done: int, expected: int | None, stage: str) -> None:
        """Tell how far the work is, a few times a second at most."""
        now = self._clock()
        is_last = expected is not None and done >= expected
        if now - self._told_s < _PROGRESS_S and not is_last:
            return
        self._told_s = now
        self.tell("progress", done=done, expected=expected, stage=stage)

    def live(self) -> None:
        """Say every second that this process is alive, from now on."""

        def beat() -> None:
            while True:
                self.tell("alive", memory_bytes=memory_bytes())
                time.sleep(_ALIVE_S)

        threading.Thread(target=beat, name="alive", daemon=True).start()


class InWords:
    """A teller whose texts call options as the form does, and not by their flags."""

    def __init__(self, teller: Teller, verb: str) -> None:
        self._teller, self._verb = teller, verb

    def tell(self, kind: str, **facts: Any) -> None:
        """Tell something, its text and error in words."""
        for name in ("text", "error"):
            if isinstance(facts.get(name), str):
                facts[name] = in_words(self._verb, facts[name])
        self._teller.tell(kind, **facts)

    def progress(self, done: int, expected: int | None, stage: str) -> None:
        """Tell how far the work is."""
        self._teller.progress(done, expected, stage)


def memory_bytes(pid: int | str = "self") -> int:
    """What a process holds in memory; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def memory_of_all(pid: int) -> int:
    """What a process and all that it has started hold in memory."""
    held, waiting = 0, [pid]
    while waiting:
        each = waiting.pop()
        held += memory_bytes(each)
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            with suppress(OSError):  # it has ended meanwhile
                waiting += map(int, path.read_text("ascii").split())
    return held


def end_with_manager() -> None:
    """End this process when the manager closes its end of standard input, or is killed."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
