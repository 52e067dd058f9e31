"""The processes of a studio: web, manager, and the one that starts both again when they end."""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.studio.logs import logged, set_up_logs
from paintreel.studio.manager.executors import executor_of
from paintreel.studio.manager.manager import Manager, lock_place
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store.database import Store, open_store
from paintreel.studio.store.migrate import migrate

__all__ = ["WebPlace", "lock_place", "ready_store", "run_manager", "run_web", "supervise"]

_LOG = logging.getLogger("paintreel.studio")
_DIES_WITH_PARENT, _TERM = 1, 15
_LOOK_S, _SOON_S, _MOST_PAUSE_S = 0.2, 10.0, 30.0
_GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class WebPlace:
    """Where the web process listens. proxies: whose forwarded headers are believed."""

    host: str
    port: int
    proxies: str = "127.0.0.1"
    certificate: Path | None = None
    key: Path | None = None


def ready_store(settings: StudioSettings) -> Store:
    """The store with its tables made or brought up to date."""
    settings.make_folders()
    store = open_store(settings)
    migrate(store)
    return store


def run_web(settings: StudioSettings, place: WebPlace) -> None:
    """Serve pages and API until a signal ends it."""
    import uvicorn

    from paintreel.studio.web.app import make_app

    set_up_logs()
    store = ready_store(settings)
    options: dict[str, Any] = {}
    if place.certificate is not None:
        options |= {"ssl_certfile": str(place.certificate), "ssl_keyfile": str(place.key)}
    uvicorn.run(
        make_app(store, settings),
        host=place.host,
        port=place.port,
        forwarded_allow_ips=place.proxies,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=64 * 1024,
        **options,
    )
    store.close()


def run_manager(settings: StudioSettings) -> None:
    """Run jobs until a signal ends it; what runs then waits for the next manager."""
    set_up_logs()
    store = ready_store(settings)
    with executor_of(settings) as executor:
        manager = Manager(store, settings, executor=executor)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: manager.stop.set())
        manager.run()
    store.close()


class _KeptRunning:
    """A process that is started again when it ends, at once at first, then after a while."""

    def __init__(self, name: str, command: Sequence[str], clock: Callable[[], float]) -> None:
        self._name, self._command, self._clock = name, list(command), clock
        self._pause_s, self._next_s = 0.5, float("-inf")
        self._began_s = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start it where it does not run and it is time."""
        now = self._clock()
        if self.process is not None and self.process.poll() is not None:
            logged(
                _LOG, logging.ERROR, "process ended", what=self._name, code=self.process.returncode
            )
            self._pause_s = 0.5 if now - self._began_s > _SOON_S else self._pause_s * 2
            self._next_s = now + min(self._pause_s, _MOST_PAUSE_S)
            self.process = None
        if self.process is None and now >= self._next_s:
            on_linux = sys.platform == "linux"
            self.process = subprocess.Popen(
                self._command, preexec_fn=_end_with_parent if on_linux else None
            )
            self._began_s = now

    def end(self) -> None:
        """Ask it to end, and see to it."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _end_with_parent() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, _TERM, 0, 0, 0)


def supervise(
    commands: dict[str, Sequence[str]], clock: Callable[[], float] = time.monotonic
) -> None:
    """Keep a process of each command running until a signal ends this one."""
    set_up_logs()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    kept = [_KeptRunning(name, command, clock) for name, command in commands.items()]
    try:
        while not stop.is_set():
            for each in kept:
                each.look()
            stop.wait(_LOOK_S)
    finally:
        for each in kept:
            each.end()
