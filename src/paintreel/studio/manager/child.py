"""One job's process as its manager has it: folder, pipes, limits, end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from paintreel.studio.files.names import storable
from paintreel.studio.files.stored import place_of
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.forms.verbs import offered
from paintreel.studio.settings import StudioSettings
from paintreel.studio.work.jobs import StudioJob

__all__ = ["Child", "lay_out"]

_HANDED_ON = (
    *("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PAINTREEL_MODELS", "CUDA_VISIBLE_DEVICES"),
    *("PAINTREEL_ALLOW_DIRTY", "PAINTREEL_JOB_CONFINED"),
)
"""Of the environment: no address of a database, no secret."""
_MOST_LINE_BYTES = 1_000_000
_SPARE = 4
"""Address space that libraries reserve and do not use, beside what a job holds."""


def lay_out(
    settings: StudioSettings,
    job: StudioJob,
    inputs: Sequence[tuple[str, str, str]],
    kept: Sequence[tuple[str, int]],
) -> JobFolder:
    """The folder of a job with what it is given; what an earlier process has finished stays.

    inputs  (option, id of the upload, path)
    kept    (name, size in bytes) of finished shards; others are removed
    """
    folder = JobFolder(settings.work / job.id)
    for place in (folder.root, folder.root / "tmp", folder.kept):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for field, file_id, path in inputs:
        target = folder.inputs / field / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            _link(place_of(settings, file_id), target)
    sizes = dict(kept)
    for shard in folder.kept.iterdir():
        if not shard.is_file() or sizes.get(shard.name) != shard.stat().st_size:
            shard.unlink()
    verb = offered(job.verb)
    files: dict[str, list[tuple[str, str]]] = {}
    for field, file_id, path in inputs:
        files.setdefault(field, []).append((file_id, path))
    spec = {
        "verb": job.verb,
        "answers": dict(job.answers),
        "files": files,
        "kept": sorted(name for name in sizes if (folder.kept / name).is_file()),
        "threads": max(1, (os.cpu_count() or 1) // max(1, settings.workers)),
        "training": verb is not None and verb.training,
    }
    (folder.root / "spec.json").write_text(json.dumps(spec), "utf-8")
    return folder


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


class Child:
    """A process that runs a job; what it tells waits in `messages`, what it prints in `printed`."""

    def __init__(self, settings: StudioSettings, job: StudioJob, folder: JobFolder) -> None:
        self.job, self.folder = job, folder
        self.messages: deque[dict[str, Any]] = deque()
        self.printed: deque[str] = deque(maxlen=50)
        hear, tell = os.pipe()
        environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        if "PYTHONPATH" in os.environ:  # relative to this folder, which is not the child's
            entries = os.environ["PYTHONPATH"].split(os.pathsep)
            environment["PYTHONPATH"] = os.pathsep.join(str(Path(e).absolute()) for e in entries)
        environment |= {
            "HOME": str(folder.root),
            "TMPDIR": str(folder.root / "tmp"),
            "PAINTREEL_JOB_REPORT": str(tell),
            "PAINTREEL_JOB_MEMORY": str(settings.memory_bytes * _SPARE),
            "PAINTREEL_JOB_FILE": str(settings.quota_bytes),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // max(1, settings.workers))),
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

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            while line := lines.readline(_MOST_LINE_BYTES):
                text = storable(line.decode("utf-8", "replace"))
                self.printed.append(text.rstrip()[:1000])

    @property
    def is_over(self) -> bool:
        """Whether the process has ended and all that it told was heard."""
        return self.process.poll() is not None and not any(t.is_alive() for t in self._threads)

    def kill(self) -> None:
        """End the process and all that it started, at once."""
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
