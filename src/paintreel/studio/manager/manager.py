"""The manager: takes jobs in fair turns, gives each a process, watches, ends, starts again."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from paintreel.errors import PaintreelError
from paintreel.studio.accounts.users import user_by_id
from paintreel.studio.files.names import in_bytes
from paintreel.studio.files.sniffing import type_of
from paintreel.studio.files.stored import (
    has_disk,
    place_of,
    quota_of,
    remove_from_disk,
    used_bytes,
)
from paintreel.studio.files.taking import take_file
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.forms.verbs import offered
from paintreel.studio.logs import logged
from paintreel.studio.manager.child import RunningJob
from paintreel.studio.manager.executors import JobExecutor, Processes
from paintreel.studio.manager.housekeeping import keep_house
from paintreel.studio.manager.layout import lay_out
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store.database import Store, StoreBusy, StoreFull
from paintreel.studio.work import leases
from paintreel.studio.work.jobs import StudioJob, inputs_of_job, job_by_id
from paintreel.studio.work.leases import FoundFile, LeaseLost

__all__ = ["Manager", "lock_place"]

_LOG = logging.getLogger("paintreel.studio")
_LOOK_S, _CLAIM_S, _ALIVE_S, _RECLAIM_S, _HOUSE_S = 0.1, 0.4, 2.0, 4.0, 600.0
_WEIGH_S = 3.0
"""From look to look at what a job has made, and at the disk."""
_MOST_HEARD = 200
"""Lines of one process in a turn: other jobs are watched too."""
_SILENT_S = 60.0
"""A process that says nothing for so long hangs: it says every second that it lives."""


@dataclass(eq=False)
class _Running:
    job: StudioJob
    child: RunningJob
    began_s: float
    heard_s: float
    limit_s: float
    stopped: str = ""
    ended: dict[str, Any] | None = None
    weighed_s: float = float("-inf")
    lines: list[str] = field(default_factory=list)
    """Told, and not yet kept, as its last progress."""
    progress: dict[str, Any] | None = None


class Manager:
    """Runs the jobs of a studio, `settings.workers` at once, until `stop` is set.

    executor  where jobs run; None for processes of this machine
    name      of this manager, the same after it was killed and started again
    """

    def __init__(
        self,
        store: Store,
        settings: StudioSettings,
        *,
        executor: JobExecutor | None = None,
        name: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store, self.settings = store, settings
        self._executor: JobExecutor = executor or Processes(settings)
        self.name = (name or socket.gethostname())[:80]
        self.stop = threading.Event()
        self._clock = monotonic
        self._running: list[_Running] = []
        self._losses: tuple[str, ...] = ()
        self._due: dict[str, float] = {}
        self._lock: IO[str] | None = None

    def run(self) -> None:
        """Run until `stop` is set; then processes end, and their jobs wait for the next manager."""
        self._take_place()
        try:
            self._begin()
            while not self.stop.is_set():
                try:
                    self._turn()
                except (StoreBusy, StoreFull) as error:  # the next turn tries again
                    logged(_LOG, logging.WARNING, "store", reason=str(error))
                self.stop.wait(_LOOK_S)
        finally:
            self._end_all()

    def _take_place(self) -> None:
        """Be the one manager of this name. Raises PaintreelError where there is another."""
        self.settings.make_folders()
        self._lock = lock_place(self.settings, self.name)

    def _begin(self) -> None:
        lost = leases.take_back(self.store, self.name)
        for job_id in lost:  # of a manager that was killed: its processes ended with it
            logged(_LOG, logging.INFO, "job taken up again", job=job_id)

    def _turn(self) -> None:
        now = self._clock()
        for running in list(self._running):
            try:
                self._watch(running, now)
            except LeaseLost:
                logged(_LOG, logging.WARNING, "lease lost", job=running.job.id)
                self._let_go(running, keep=True)
            except StoreBusy:
                raise
            except StoreFull as error:  # the next turn tries again, and others go on meanwhile
                logged(_LOG, logging.WARNING, "store", job=running.job.id, reason=str(error))
            except Exception as error:  # of what one process tells no other job suffers
                self._give_up(running, error)
        if self._is_due("cancel", _CLAIM_S / 2, now):
            cancelled = leases.cancelled_leases(self.store, self.name) if self._running else set()
            for running in self._running:
                if running.job.lease in cancelled and not running.stopped:
                    running.stopped = "cancelled"
                    self._executor.cancel(running.child)
        self._say_alive(now)
        if self._is_due("reclaim", _RECLAIM_S, now):
            leases.reclaim_jobs(self.store)
            held = {running.job.lease for running in self._running if running.job.lease}
            for job_id in leases.take_back(self.store, self.name, held=held):
                logged(_LOG, logging.WARNING, "job was not begun", job=job_id)
        if self._is_due("house", _HOUSE_S, now):
            keep_house(self.store, self.settings)
        if len(self._running) < self.settings.workers and self._is_due("claim", _CLAIM_S, now):
            self._claim(now)

    def _say_alive(self, now: float) -> None:
        if self._is_due("alive", _ALIVE_S, now):
            health = self._executor.health()
            for loss in health.lost:
                if loss not in self._losses:
                    logged(_LOG, logging.WARNING, "lost", reason=loss)
            self._losses = health.lost
            facts = {"slots": health.places, "running": health.running}
            leases.say_alive(self.store, self.name, pid=os.getpid(), **facts)

    def _say_alive_meanwhile(self) -> None:
        """Live on for other managers while large results are read."""
        with suppress(StoreBusy, StoreFull):
            self._say_alive(self._clock())

    def _is_due(self, what: str, every_s: float, now: float) -> bool:
        if now < self._due.get(what, now):
            return False
        self._due[what] = now + every_s
        return True

    def _claim(self, now: float) -> None:
        if not has_disk(self.settings):
            logged(_LOG, logging.WARNING, "no job is begun", reason="the disk is nearly full")
            return
        while len(self._running) < self.settings.workers:
            job = leases.claim_job(self.store, self.name)
            if job is None:
                return
            try:
                self._start(job, now)
            except (StoreBusy, StoreFull):
                raise
            except Exception as error:
                logged(_LOG, logging.ERROR, "cannot start", job=job.id, reason=str(error))
                reason = getattr(error, "strerror", None) or "the system refused"
                with suppress(LeaseLost):
                    leases.lose_process(
                        self.store, job, attempts=self.settings.attempts, reason=reason
                    )
                return

    def _give_up(self, running: _Running, error: Exception) -> None:
        """End a process that nothing sensible is heard of; that counts as its death."""
        job = running.job
        logged(_LOG, logging.ERROR, "not understood", job=job.id, reason=repr(error)[:500])
        self._executor.cancel(running.child)
        status = ""
        with suppress(LeaseLost):
            reason = "what it told was not understood"
            status = leases.lose_process(
                self.store, job, attempts=self.settings.attempts, reason=reason
            )
        self._let_go(running, keep=status == "queued")

    def _start(self, job: StudioJob, now: float) -> None:
        with self.store.reading() as c:
            inputs, kept = inputs_of_job(c, job.id), leases.shards_of(c, job.id)
        folder = lay_out(self.settings, job, inputs, kept, threads=self._executor.threads)
        verb = offered(job.verb)
        trains = verb is not None and verb.training
        limit_s = self.settings.training_s if trains else self.settings.job_s
        child = self._executor.spawn(folder)
        self._running.append(_Running(job, child, now, now, limit_s))
        facts = {"job": job.id, "user": job.user_id, "verb": job.verb, "pid": child.where}
        logged(_LOG, logging.INFO, "job started", start=job.starts, **facts)

    # Watching.

    def _watch(self, running: _Running, now: float) -> None:
        child, job = running.child, running.job
        if not child.has_begun:  # to wait for a node is no work
            running.began_s = now
        is_over = child.is_over  # before its last messages are taken, or some would be missed
        self._hear(running, now)
        if is_over:
            if not child.messages:  # all was heard
                self._ended(running)
            return
        if running.stopped:
            return
        used = child.memory_bytes()
        if used > self.settings.memory_bytes:
            running.stopped = (
                f"failed: it took more than {self.settings.memory_bytes / 2**30:.1f} GB of memory, "
                "which is the limit of a job; try a smaller size"
            )
        elif now - running.began_s > running.limit_s:
            hours = running.limit_s / 3600
            running.stopped = f"failed: it took longer than {hours:.3g} h, the limit of a job"
        elif now >= running.weighed_s + _WEIGH_S:
            running.weighed_s = now
            running.stopped = self._too_much(running)
        elif now - running.heard_s > _SILENT_S:
            running.stopped = "died: it said nothing for a minute"
        if running.stopped:
            self._executor.cancel(child)
            logged(_LOG, logging.WARNING, "job stopped", job=job.id, reason=running.stopped)

    def _too_much(self, running: _Running) -> str:
        """Why a job is ended that makes more than there is room for; "" for one that does not."""
        if not has_disk(self.settings):
            return "failed: the disk of the studio is full; tell its admin"
        job = running.job
        with self.store.reading() as c:
            user = user_by_id(c, job.user_id)
            used = used_bytes(c, job.user_id)
        if user is None:
            return ""
        made = _size_of(running.child.folder.results)
        if made + used <= quota_of(self.settings, user):
            return ""
        return f"failed: its results take {in_bytes(made)}, more than is left of your quota"

    def _hear(self, running: _Running, now: float) -> None:
        child, job = running.child, running.job
        progress, memory, lines = None, None, running.lines
        for _ in range(min(len(child.messages), _MOST_HEARD)):
            message = child.messages[0]  # taken out below, when what it tells is kept
            running.heard_s = now
            kind = message.get("kind")
            if kind == "progress":
                progress = _progress(message)
            elif kind == "alive":
                memory = child.memory_bytes()
            elif kind == "log":
                lines.append(str(message.get("text", "")))
            elif kind == "shard":
                self._keep(job, child.folder, message)
            elif kind == "sample":
                self._show_sample(running, message)
            elif kind == "ended":
                running.ended = message
            child.messages.popleft()
        del lines[:-200]
        progress = running.progress = progress or running.progress
        if progress is not None or memory is not None or lines:
            leases.report_job(self.store, job, memory_bytes=memory, progress=progress, lines=lines)
            running.lines, running.progress = [], None

    def _keep(self, job: StudioJob, folder: JobFolder, message: dict[str, Any]) -> None:
        name = str(message.get("name", ""))
        with suppress(OSError):
            found = (folder.kept / name).lstat()
            if PurePosixPath(name).name == name and stat.S_ISREG(found.st_mode):
                leases.keep_shard(self.store, job, name, found.st_size)

    def _show_sample(self, running: _Running, message: dict[str, Any]) -> None:
        found = self._found_file(running.child, {"path": message.get("path"), "role": "sample"}, {})
        if found is not None:
            try:
                leases.show_sample(self.store, running.job, found)
            except BaseException:
                remove_from_disk(self.settings, [found.id])
                raise

    # Ending.

    def _ended(self, running: _Running) -> None:
        child, job, ended = running.child, running.job, running.ended
        if running.stopped == "cancelled":
            leases.finish_job(self.store, job, "cancelled")
        elif running.stopped.startswith("failed: "):
            error = running.stopped.removeprefix("failed: ")
            leases.finish_job(self.store, job, "failed", error=error)
        elif ended is not None and ended.get("status") in ("finished", "failed"):
            self._take_results(job, child, ended)
        else:
            reason = running.stopped.removeprefix("died: ") or child.how_it_ended()
            status = leases.lose_process(
                self.store, job, attempts=self.settings.attempts, reason=reason
            )
            logged(_LOG, logging.WARNING, "process died", job=job.id, reason=reason, then=status)
            self._let_go(running, keep=status == "queued")
            return
        logged(_LOG, logging.INFO, "job ended", job=job.id, verb=job.verb)
        self._let_go(running, keep=False)

    def _take_results(self, job: StudioJob, child: RunningJob, ended: dict[str, Any]) -> None:
        """Link what was made to its places and end the job, in this order: nothing is lost."""
        ids: dict[str, str] = {}
        found = []
        error = ended.get("error")
        try:
            for row in ended.get("files") or []:
                if isinstance(row, dict) and (file := self._found_file(child, row, ids)):
                    found.append(file)
            leases.finish_job(
                self.store,
                job,
                str(ended["status"]),
                found=found,
                error=None if error is None else str(error)[:2000],
            )
        except BaseException:
            remove_from_disk(self.settings, [file.id for file in found])
            raise

    def _found_file(
        self, child: RunningJob, row: dict[str, Any], ids: dict[str, str]
    ) -> FoundFile | None:
        """What a process says it made, looked at without trust: a plain file of its own folder.

        Raises StoreFull where the studio's own disk does not take it, which is no fault of the job.
        """
        below = PurePosixPath(str(row.get("path", "")))
        role = str(row.get("role"))
        file_id = self.store.new_id()
        place = place_of(self.settings, file_id)
        try:
            digest = take_file(
                child.folder.root,
                below.as_posix(),
                place,
                copied=role == "sample",  # its process goes on, and may write to it again
                tick=self._say_alive_meanwhile,
            )
        except OSError as error:
            raise StoreFull(f"the disk of the studio takes no results: {error.strerror}") from error
        if digest is None:
            return None
        ids[below.as_posix()] = file_id
        kind = type_of(place, below.name, is_result=True)
        source = ids.get(str(row["of"])) if "of" in row else row.get("source_id")
        name = below.as_posix().removeprefix("out/") if role == "result" else below.name
        return FoundFile(
            file_id,
            name[-255:],
            kind.kind,
            kind.media_type,
            place.stat().st_size,
            role if role in ("result", "preview", "before", "sample") else "result",
            None if source is None else str(source)[:43],
            digest,
        )

    def _let_go(self, running: _Running, *, keep: bool) -> None:
        running.child.kill()
        running.child.wait()
        self._running.remove(running)
        if not keep or self._is_forgotten(running.job):
            shutil.rmtree(running.child.folder.root, ignore_errors=True)

    def _is_forgotten(self, job: StudioJob) -> bool:
        """Whether a job was deleted with its account: nothing of it is left anywhere."""
        with suppress(StoreBusy, StoreFull), self.store.reading() as c:
            return job_by_id(c, job.id) is None
        return False

    def _end_all(self) -> None:
        for running in list(self._running):
            self._let_go(running, keep=True)
        with suppress(PaintreelError):
            leases.take_back(self.store, self.name)
        if self._lock is not None:
            self._lock.close()


def lock_place(settings: StudioSettings, name: str | None = None) -> IO[str]:
    """A lock on being the manager of a name, held until it is closed.

    Raises PaintreelError where another holds it.
    """
    import fcntl

    lock = (settings.data / f"manager-{(name or socket.gethostname())[:80]}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise PaintreelError(
            f"another studio runs the jobs of {settings.data} on this machine; end it first, or "
            "give that one more workers"
        ) from None
    return lock


def _size_of(folder: Path) -> int:
    """Bytes of all files below a folder, which a job may change meanwhile."""
    size = 0
    for above, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += (Path(above) / name).lstat().st_size
    return size


def _progress(message: dict[str, Any]) -> dict[str, Any]:
    """What a process says of its progress, of the types that it should have."""
    done, expected = message.get("done"), message.get("expected")
    return {
        "done": done if isinstance(done, int) and 0 <= done < 2**31 else 0,
        "expected": expected if isinstance(expected, int) and 0 < expected < 2**31 else None,
        "stage": str(message.get("stage", ""))[:200],
    }
