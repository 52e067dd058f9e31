"""Progress of a run on the terminal: rate and time left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Protocol, TextIO

from paintreel.cli.terminal import say
from paintreel.visible import visible


class Named(Protocol):
    """What a bar is called after: a job of any kind."""

    @property
    def name(self) -> str: ...


class ProgressBars:
    """One bar for the files and, while a clip runs, one for its frames.

    Draws only when `shown` and `stream` (standard error) is a terminal; messages are printed
    either way.
    """

    def __init__(self, jobs: int, *, shown: bool, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._bars: type[Any] | None = None
        self._files: Any = None
        self._frames: Any = None
        self._clip: Named | None = None
        if shown and self._stream.isatty():
            from tqdm import tqdm

            self._bars = tqdm
            if jobs > 1:
                self._files = tqdm(total=jobs, unit="file", dynamic_ncols=True, file=self._stream)

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(self, *exc: object) -> None:
        for bar in (self._frames, self._files):
            if bar is not None:
                bar.close()

    def frame(self, job: Named, done: int, total: int | None) -> None:
        """A clip has `done` frames of `total`."""
        if self._bars is None:
            return
        if job is not self._clip:
            if self._frames is not None:
                self._frames.close()
            self._clip = job
            self._frames = self._bars(
                total=total,
                unit="frame",
                desc=visible(Path(job.name).name),
                dynamic_ncols=True,
                leave=False,
                file=self._stream,
            )
        self._frames.update(done - self._frames.n)

    def file(self) -> None:
        """One more file is finished."""
        if self._files is not None:
            self._files.update()

    def say(self, message: str) -> None:
        """Print a line above the bars."""
        if self._bars is not None:
            self._bars.write(visible(message), file=self._stream)
        else:
            say(message, self._stream)
