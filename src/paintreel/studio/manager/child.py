"""One job's process as whoever starts it has it: pipes, environment, end.

Nodes of a cluster start it too: nothing here needs the database.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from paintreel.studio.files.names import storable
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.worker.telling import memory_of_all

__all__ = ["Child", "RunningJob"]

_HANDED_ON = (
    *("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PAINTREEL_MODELS", "CUDA_VISIBLE_DEVICES"),
    *("PAINTREEL_ALLOW_DIRTY", "PAINTREEL_JOB_CONFINED"),
)
"""Of the environment: no address of a database, no secret."""
_MOST_LINE_BYTES = 1_000_000
_HEAR_S = 0.05
_MOST_WAITING = 500
"""Lines that wait to be heard; a process that tells more, faster than one listens, waits too."""


class RunningJob(Protocol):
    """A process that runs a job, wherever it is."""

    folder: JobFolder
    messages: deque[dict[str, Any]]

    @property
    def has_begun(self) -> bool:
        """Whether its process runs: it may have to wait for a place."""

    @property
    def is_over(self) -> bool:
        """Whether it has ended and all that it told was heard."""

    @property
    def where(self) -> str:
        """Where it runs, for the log."""

    def memory_bytes(self) -> int:
        """What it holds in memory; 0 where that is not known."""

    def kill(self) -> None:
        """End it and all that it started, at once."""

    def wait(self) -> None:
        """Wait until it is over."""

    def how_it_ended(self) -> str:
        """Why it ended where it told nothing of its end."""


class Child:
    """A process that runs a job; what it tells waits in `messages`, what it prints in `printed`.

    told  variables of its environment: what the studio allows it
    """

    def __init__(self, folder: JobFolder, told: Mapping[str, str]) -> None:
        self.folder = folder
        self.messages: deque[dict[str, Any]] = deque()
        self.printed: deque[str] = deque(maxlen=50)
        self._is_killed = False
        hear, tell = os.pipe()
        environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        if "PYTHONPATH" in os.environ:  # relative to this folder, which is not the child's
            entries = os.environ["PYTHONPATH"].split(os.pathsep)
            environment["PYTHONPATH"] = os.pathsep.join(str(Path(e).absolute()) for e in entries)
        threads = json.loads((folder.root / "spec.json").read_text("utf-8"))["threads"]
        environment |= {
            **told,
            "HOME": str(folder.root),
            "TMPDIR": str(folder.root / "tmp"),
            "PAINTREEL_JOB_REPORT": str(tell),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": str(threads),
        }
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "paintreel.studio.worker", str(folder.root)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(tell,),
                env=environment,
                start_new_session=True,
                preexec_fn=_step_back,
                cwd=folder.root,
            )
        except BaseException:
            os.close(hear)
            raise
        finally:
            os.close(tell)
        self._threads = [
            threading.Thread(target=self._hear, args=(hear,), daemon=True),
            threading.Thread(target=self._read, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _hear(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as lines:
            while line := lines.readline(_MOST_LINE_BYTES):
                # A process that was killed leaves half a line, one that was taken over anything.
                with suppress(ValueError, RecursionError):
                    message = json.loads(line)
                    if isinstance(message, dict):
                        self.messages.append(_plain(message))
                while len(self.messages) >= _MOST_WAITING and not self._is_killed:
                    time.sleep(_HEAR_S)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            while line := lines.readline(_MOST_LINE_BYTES):
                text = storable(line.decode("utf-8", "replace"))
                self.printed.append(text.rstrip()[:1000])

    @property
    def has_begun(self) -> bool:
        """A process of this machine does not wait."""
        return True

    @property
    def is_over(self) -> bool:
        """Whether the process has ended and all that it told was heard."""
        return self.process.poll() is not None and not any(t.is_alive() for t in self._threads)

    @property
    def where(self) -> str:
        """The process, for the log."""
        return str(self.process.pid)

    def memory_bytes(self) -> int:
        """What it and all that it started hold in memory."""
        return memory_of_all(self.process.pid)

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        self._is_killed = True
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until it is over and its pipes are closed."""
        self.process.wait()
        for thread in self._threads:
            thread.join(5)
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()

    def how_it_ended(self) -> str:
        """Why a process ended that told nothing of its end, in words."""
        code = self.process.returncode
        if code is not None and code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = str(-code)
            killed = "; perhaps it took more memory than there is" if name == "SIGKILL" else ""
            return f"killed by {name}{killed}"
        last = next((line for line in reversed(self.printed) if line.strip()), "")
        return f"exit code {code}" + (f": {last[:300]}" if last else "")


def _plain(told: Any) -> Any:
    """What a process tells, with texts that can be stored."""
    if isinstance(told, str):
        return storable(told)
    if isinstance(told, list):
        return [_plain(each) for each in told]
    if isinstance(told, dict):
        return {storable(name): _plain(each) for name, each in told.items()}
    return told


def _step_back() -> None:
    """Pages come before jobs."""
    with suppress(OSError):
        os.nice(10)
    with suppress(OSError):  # of systems that share the processor by sessions, which ignore nice
        Path("/proc/self/autogroup").write_text("10", "ascii")
