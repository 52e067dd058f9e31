"""What killed runs have left in a folder: unfinished files that nobody will finish."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from paintreel.imaging.temporary_names import TEMPORARY_PREFIX, is_abandoned

__all__ = ["remove_leftovers"]


def remove_leftovers(folder: Path, *, clock: Callable[[], float] = time.time) -> int:
    """Remove the unfinished files and folders of killed runs from a folder; how many there were.

    clock  seconds since the epoch

    What a run that is going on writes is left alone, whichever process does. A folder that is not
    there or may not be changed is no error.
    """
    removed = 0
    with suppress(OSError):
        for path in sorted(folder.glob(f"{TEMPORARY_PREFIX}*")):
            if is_abandoned(path, now=clock()):
                removed += _remove(path)
    return removed


def _remove(path: Path) -> bool:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        return True
    return False
