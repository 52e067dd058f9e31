"""A studio as users start it: `paintreel studio` in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import paintreel

SOURCES = Path(paintreel.__file__).parents[1]


class LiveStudio:
    """Started in `data` on a free port; a context manager. options: more of the command line."""

    def __init__(self, data: Path, *options: str, database: str = "") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.data, self.address = data, f"http://127.0.0.1:{self.port}"
        self.options = options
        self.environment = os.environ | {
            "PYTHONPATH": str(SOURCES),
            "PAINTREEL_STUDIO_DATABASE": database,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.with_suffix(".log")

    def command(self, *words: str) -> str:
        """Run another action of the command; what it prints."""
        done = subprocess.run(
            [*self._begin, *words, "--data", str(self.data), "--port", str(self.port)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    _begin = (sys.executable, "-m", "paintreel", "studio")

    def start(self) -> None:
        words = ["--data", str(self.data), "--port", str(self.port), *self.options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._begin, *words], env=self.environment, stdout=log, stderr=log
            )
        self.wait_until_ready()

    def wait_until_ready(self, within_s: float = 150) -> None:
        end_s = time.monotonic() + within_s
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5):
                    return
            except (OSError, urllib.error.URLError):
                assert time.monotonic() < end_s, self.log.read_text("utf-8")
                time.sleep(0.2)

    def first_link(self) -> str:
        """The link that the start printed."""
        (link,) = set(re.findall(r"http\S+/join/\S+", self.log.read_text("utf-8")))
        return link

    def children(self, role: str) -> list[int]:
        """The processes of a role: web, workers, or worker (of a job)."""
        wanted = "paintreel.studio.worker" if role == "worker" else f"--role {role}"
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if wanted in words and str(self.data) in words:
                found.append(int(path.parent.name))
        return found

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(40)
            self.process = None

    def __enter__(self) -> LiveStudio:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
