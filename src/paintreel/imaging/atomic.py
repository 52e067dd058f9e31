"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path

from paintreel.errors import OutputError
from paintreel.imaging.temporary_names import TEMPORARY_PREFIX, temporary_name

__all__ = ["TEMPORARY_PREFIX", "atomic_path"]

_NOT_WRITABLE = {
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EIO: "the disk reports an error",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "part of the path is a file, not a folder",
    errno.EEXIST: "part of the path is a file, not a folder",
}
_NEARLY_FULL_BYTES = 1 << 16


@contextmanager
def atomic_path(dst: str | PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary path beside `dst` that becomes `dst` when the block ends well.

    Write one file to the yielded path (it does not exist yet and has the suffix of `dst`). At
    the end of the block it is flushed to the disk and renamed to `dst` in one step, so that a
    reader or a crash never sees half a file. Whatever leaves the block early, Ctrl-C included,
    removes it. Missing parent folders are made; a link is followed, not replaced.

    Raises `OutputError` when `dst` exists and `overwrite` is false (at the start and again at
    the end), when it is a folder, and for errors of the disk (full, read-only, no permission)
    inside the block.
    """
    final = Path(os.path.realpath(dst))
    partial = final.with_name(temporary_name(final.suffix))
    try:
        _refuse_existing(final, overwrite)
        final.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        _flush(partial)
        _refuse_existing(final, overwrite)
        partial.replace(final)
    except OSError as error:
        reason = _why_not_written(error, final.parent)
        if reason is None:
            raise
        raise OutputError(f"cannot write {final}: {reason}") from error
    finally:
        with suppress(OSError):  # missing, or in a folder that cannot be
            partial.unlink()


def _refuse_existing(final: Path, overwrite: bool) -> None:
    if final.is_dir():
        raise OutputError(f"cannot write {final}: it is a folder; name a file in it")
    if not overwrite and final.exists():
        raise OutputError(f"{final} exists; use --overwrite (overwrite=True) to replace it")


def _flush(partial: Path) -> None:
    with partial.open("rb+") as file:
        os.fsync(file.fileno())


def _why_not_written(error: OSError, folder: Path) -> str | None:
    """The reason when `error` is about the disk, None when it is about anything else."""
    if error.errno in _NOT_WRITABLE:
        return _NOT_WRITABLE[error.errno]
    # Encoders written in C report a failed write without its errno.
    if error.errno is None and shutil.disk_usage(folder).free < _NEARLY_FULL_BYTES:
        return _NOT_WRITABLE[errno.ENOSPC]
    return None
