"""Exit codes of the command: 0 all done, and what an error that ends it means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from paintreel.errors import (
    OutputError,
    PaintreelError,
    PictureTooLarge,
    TrainingError,
    UnreadableFile,
    VideoError,
)

__all__ = ["BAD_USAGE", "FAILED", "INTERRUPTED", "Refused", "exit_code_of", "planning"]

FAILED, BAD_USAGE, INTERRUPTED = 1, 2, 130
_FAILURES = (UnreadableFile, VideoError, PictureTooLarge, OutputError, TrainingError)
"""What files and runs do wrong, and not who typed the command."""


class Refused(Exception):
    """What was asked for cannot be done, and nothing of it was begun; says what its cause says."""


@contextmanager
def planning() -> Iterator[None]:
    """While it is found out what is to be done: every error of ours is then bad usage."""
    try:
        yield
    except PaintreelError as error:
        raise Refused(error) from error


def exit_code_of(error: PaintreelError | Refused) -> int:
    """FAILED or BAD_USAGE."""
    return FAILED if isinstance(error, _FAILURES) else BAD_USAGE
