"""How the command ends when it is told to: Ctrl-C, SIGTERM and SIGHUP clean up and say so.

It ends with the exit code that shells know, 128 and the number of the signal: 130, 143, 129.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from types import FrameType

__all__ = ["Ended", "SignalWatch", "say"]

_WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "terminal closed"}
_RETRY_S = 0.005
_PATIENCE = 3
"""So many signals end the process at once, whatever is not cleaned up."""


class Ended(KeyboardInterrupt):
    """A signal ends the command; raised wherever the main thread is.

    It is a KeyboardInterrupt, so that whatever cleans up after Ctrl-C cleans up after it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal."""
        return 128 + self.number

    @property
    def word(self) -> str:
        """What has happened, in a word or two."""
        return _WORDS.get(signal.Signals(self.number).name, "ended by a signal")


class SignalWatch:
    """Handles the signals that end a command, in the main thread of its process.

    ended: the signal that has come, as it is raised; None as long as none has.
    """

    def __init__(self) -> None:
        self.ended: Ended | None = None
        self._count = 0
        self._final_code: int | None = None

    def install(self) -> None:
        """Take over Ctrl-C, SIGTERM and SIGHUP; those that are ignored (nohup) stay so."""
        for name in _WORDS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)

    def finish(self, code: int) -> None:
        """The work is over: a signal that comes from here on ends the process with `code`."""
        self._final_code = code

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
        ended = self.ended or Ended(number)
        if self._final_code is not None:
            os._exit(self._final_code)
        if self._count >= _PATIENCE:
            os._exit(ended.exit_code)
        if self.ended is None:
            self.ended = ended
            self._raise_when_safe(frame)
        else:
            say("cleaning up; once more ends it at once")

    def _raise_when_safe(self, frame: FrameType | None) -> None:
        """Raise now, or after the import that the main thread is in.

        In the midst of an import, code in C turns the exception into an ImportError or a
        SystemError, and modules that try one import after another pass over it.
        """
        if _imports(frame):
            timer = threading.Timer(_RETRY_S, self._retry)
            timer.daemon = True
            timer.start()
        else:
            assert self.ended is not None
            raise self.ended

    def _retry(self) -> None:
        # Handlers run in the main thread alone, so a signal takes the question there.
        ended, self.ended = self.ended, None
        assert ended is not None
        self._count -= 1
        signal.raise_signal(ended.number)


def _imports(frame: FrameType | None) -> bool:
    """Whether an import is going on in this frame or in those that have called it."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def say(text: str) -> None:
    """A line on standard error, without anything that may wait or fail."""
    with suppress(OSError):  # nobody listens
        os.write(2, f"paintreel: {text}\n".encode())
