"""Progress of a run over files: rate and time left on a terminal, counts for the pulse."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

from paintreel.cli.pulse import at_work
from paintreel.cli.terminal import say
from paintreel.visible import visible


class Named(Protocol):
    """What a bar is called after: a job of any kind."""

    @property
    def name(self) -> str: ...


class ProgressBars:
    """One bar for the files and, while a clip runs, one for its frames, or what `unit` calls them.

    Draws only when `shown` and `stream` (standard error) is a terminal; messages are printed
    either way. The pulse of the command is told how far the run is.
    """

    def __init__(
        self, jobs: int, *, shown: bool, stream: TextIO | None = None, unit: str = "frame"
    ) -> None:
        self._unit = unit
        self._stream = stream or sys.stderr
        self._bars: type[Any] | None = None
        self._files: Any = None
        self._frames: Any = None
        self._clip: Named | None = None
        self._jobs, self._done = jobs, 0
        self._of_clip = self._stage = ""
        if shown and self._stream.isatty():
            from tqdm import tqdm

            self._bars = tqdm
            if jobs > 1:
                self._files = tqdm(total=jobs, unit="file", dynamic_ncols=True, file=self._stream)

    def __enter__(self) -> ProgressBars:
        if (pulse := at_work()) is not None:
            pulse.status = self.status
            pulse.refresh = None if self._files is None else self._refresh
        return self

    def __exit__(self, *exc: object) -> None:
        if (pulse := at_work()) is not None:
            pulse.status, pulse.refresh = lambda: "finishing", None
        for bar in (self._frames, self._files):
            if bar is not None:
                bar.close()

    def status(self) -> str:
        """How far the run is, in words."""
        files = f"{self._done} of {self._jobs} files" if self._jobs != 1 else ""
        return "; ".join(filter(None, (files, self._of_clip))) or "at work"

    def frame(self, job: Named, done: int, total: int | None) -> None:
        """A clip has `done` frames of `total`."""
        name = Path(job.name).name
        stage = f"{self._stage}, " if self._stage else ""
        self._of_clip = f"{name}: {stage}{self._unit} {done}" + (f" of {total}" if total else "")
        if self._bars is None:
            return
        if job is not self._clip:
            if self._frames is not None:
                self._frames.close()
            self._clip = job
            self._frames = self._bars(
                total=total,
                unit=self._unit,
                desc=self._described(job),
                dynamic_ncols=True,
                leave=False,
                file=self._stream,
            )
            if (pulse := at_work()) is not None:
                pulse.refresh = self._refresh
        self._frames.update(done - self._frames.n)

    def stage(self, job: Named, text: str) -> None:
        """What is done for a clip now, in a few words."""
        self._stage = text
        self._of_clip = f"{Path(job.name).name}: {text}"
        if self._frames is not None:
            self._frames.set_description_str(self._described(job))

    def _described(self, job: Named) -> str:
        name = Path(job.name).name
        return visible(f"{name}, {self._stage}" if self._stage else name)

    def file(self) -> None:
        """One more file is finished."""
        self._done += 1
        self._of_clip = self._stage = ""
        if self._files is not None:
            self._files.update()

    def say(self, message: str) -> None:
        """Print a line above the bars."""
        if self._bars is not None:
            self._bars.write(visible(message), file=self._stream)
        else:
            say(message, self._stream)

    def _refresh(self) -> None:
        """Let the clocks of the bars go on, though nothing has been finished."""
        for bar in (self._files, self._frames):
            if bar is not None:
                with suppress(OSError, ValueError):  # closed meanwhile
                    bar.refresh()
