"""A sign of life of a command that prints nothing for a while: on a terminal a line that stays in
its place, elsewhere one line every ten seconds, on standard error.

It watches what is written to both streams, so that it is silent while the command speaks by itself.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TextIO, cast

from paintreel.visible import visible

__all__ = ["Pulse", "at_work", "stage"]

_TERMINAL_S, _LINE_S = 2.0, 10.0
"""So long nothing has been printed when the sign comes, on a terminal and elsewhere."""
_BEAT_S = 1.0
_CLEAR = "\r\x1b[K"


class Pulse:
    """Shows what a command is at; a context manager.

    with Pulse("stylize") as pulse:
        pulse.status = lambda: "3 of 40 files"

    verb    what is at work
    shown   False: never a sign
    stream  standard error, unless another is given
    clock   seconds; when signs are shown

    status   called for what is being done, in a few words
    refresh  on a terminal, called in place of a line where something else shows the progress
    """

    def __init__(
        self,
        verb: str,
        *,
        shown: bool = True,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.status: Callable[[], str] = lambda: "getting ready"
        self.refresh: Callable[[], None] | None = None
        self._verb, self._shown, self._clock = verb, shown, clock
        self._stream = stream or sys.stderr
        dumb = os.environ.get("TERM") == "dumb"
        self._is_terminal = bool(self._stream and self._stream.isatty()) and not dumb
        self._began_s = self._spoken_s = clock()
        self._is_drawn = False
        self._end = threading.Event()
        self._watched: list[tuple[str, Any]] = []

    def __enter__(self) -> Pulse:
        global _current
        if self._shown and self._stream is not None:
            for name in ("stdout", "stderr"):
                stream = getattr(sys, name)
                if stream is not None:
                    self._watched.append((name, stream))
                    setattr(sys, name, cast("TextIO", _Watched(stream, self.spoken)))
            threading.Thread(target=self._run, name="paintreel-pulse", daemon=True).start()
        self._before, _current = _current, self
        return self

    def __exit__(self, *exc: object) -> None:
        global _current
        _current = self._before
        self._end.set()
        self.spoken()
        for name, stream in self._watched:
            setattr(sys, name, stream)

    def spoken(self) -> None:
        """Something is about to be printed: the line makes room."""
        self._spoken_s = self._clock()
        if self._is_drawn:
            self._is_drawn = False
            self._write(_CLEAR)

    def beat(self) -> None:
        """Show the sign, where it is time."""
        now_s = self._clock()
        quiet_s = now_s - self._spoken_s
        if not self._is_terminal:
            if quiet_s >= _LINE_S:
                self._spoken_s = now_s
                self._write(f"{self._line(now_s)}\n")
        elif quiet_s >= _TERMINAL_S:
            if self.refresh is not None:
                self.refresh()
            else:
                self._is_drawn = True
                self._write(f"{_CLEAR}{self._line(now_s)[: _width() - 1]}")

    def _line(self, now_s: float) -> str:
        return visible(f"{self._verb}: {self.status()}, {now_s - self._began_s:.0f} s")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody listens any more
            self._end.set()

    def _run(self) -> None:
        while not self._end.wait(_BEAT_S):
            self.beat()


class _Watched:
    """A stream that tells before anything is written to it."""

    def __init__(self, stream: TextIO, tell: Callable[[], None]) -> None:
        self._stream, self._tell = stream, tell

    def write(self, text: str) -> int:
        self._tell()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


_current: Pulse | None = None


def at_work() -> Pulse | None:
    """The pulse of the command that is running; None where there is none."""
    return _current


def stage(text: str) -> None:
    """Say what the command is at from here on, in a few words."""
    if _current is not None:
        _current.status = lambda: text


def _width() -> int:
    try:
        return os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2).columns or 80
    except (OSError, ValueError):
        return 80
