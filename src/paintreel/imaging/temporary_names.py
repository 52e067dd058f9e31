"""Names of unfinished files, which say whose they are, so that what a killed run left can go."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import uuid
from pathlib import Path

__all__ = ["TEMPORARY_PREFIX", "is_abandoned", "temporary_name"]

TEMPORARY_PREFIX = ".paintreel-"
"""How the name of every unfinished file starts; only a killed process leaves one behind."""

_ABANDONED_S = 7 * 24 * 3600.0
"""So long nobody works at a file without writing to it: whoever made it, it is abandoned."""

_NAME = re.compile(
    re.escape(TEMPORARY_PREFIX)
    + r"(?:(?P<machine>[0-9a-f]{8})-(?P<process>[0-9]{1,10})-)?[0-9a-f]{12}(?:\.[^/]*)?",
    re.DOTALL,
)


def temporary_name(suffix: str = "") -> str:
    """A new name for an unfinished file or folder of this process; `suffix` has its dot."""
    return f"{TEMPORARY_PREFIX}{_machine()}-{os.getpid()}-{uuid.uuid4().hex[:12]}{suffix}"


def is_abandoned(path: Path, *, now: float) -> bool:
    """Whether an unfinished file or folder is nobody's any more; False for any other file.

    now  seconds since the epoch

    It is when the process of its name is gone from this machine, or when nothing has been written
    for a week. What another machine may be writing on a shared disk is left alone until then.
    """
    name = _NAME.fullmatch(path.name)
    if name is None or path.is_symlink():
        return False
    if name["machine"] == _machine() and not _is_running(int(name["process"])):
        return True
    try:
        return now - path.lstat().st_mtime > _ABANDONED_S
    except OSError:
        return False


def _machine() -> str:
    """Eight hexadecimal digits for this machine, and this container where numbers are its own."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - it is no path
    except OSError:
        numbers = ""
    return hashlib.sha256(f"{platform.node()} {numbers}".encode()).hexdigest()[:8]


def _is_running(process: int) -> bool:
    """Whether a process of that number runs here; True where that cannot be asked."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's
        return True
    return True
