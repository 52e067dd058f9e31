"""What the command prints: a name may hold anything, and a terminal obeys what it is given."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from paintreel.notes import Note
from paintreel.visible import visible

__all__ = [
    "OutputFull",
    "finish_output",
    "prepare_output",
    "say",
    "say_notes",
    "show",
    "writing_output",
]


def say(text: str, stream: TextIO | None = None) -> None:
    """Print one message in one line, on standard error unless another stream is given."""
    print(visible(text), file=stream or sys.stderr)


def say_notes(notes: Iterable[Note]) -> None:
    """Print notes on standard error, with how often each holds."""
    for note in notes:
        say(f"note: {note.text}" + (f" ({note.count:,} times)" if note.count > 1 else ""))


def show(*lines: str) -> None:
    """Print results on standard output, each in one line; `--json` has the exact names."""
    for line in lines:
        print(visible(line), flush=True)


def prepare_output() -> None:
    """Let names that the terminal's encoding does not know be printed with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class OutputFull(Exception):
    """Standard output took no more: says why."""


@contextmanager
def writing_output() -> Iterator[None]:
    """What fails inside because standard output takes no more becomes OutputFull."""
    try:
        yield
    except OSError as error:
        # Errors of files name the file; `print` does not.
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO) and error.filename is None:
            raise OutputFull(error.strerror) from error
        raise


def finish_output() -> str | None:
    """Flush standard output; why it could not be written, None where it was.

    Without this Python would notice at exit, print a traceback and lose the exit code.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return ""
    except OSError as error:
        _discard_output()
        return error.strerror or str(error)
    return None


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
