"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.errors import SYSTEM_REASONS, OutputError, system_reason
from paintreel.imaging.temporary_names import TEMPORARY_PREFIX, temporary_name

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "TEMPORARY_PREFIX",
    "atomic_path",
    "check_takes_files",
    "checked_file",
    "why_not_written",
    "write_whole",
]

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}
_NEARLY_FULL_BYTES = 1 << 16
_LONGEST_SUFFIX = 32  # characters; what looks like a longer one is part of a long name


@contextmanager
def atomic_path(dst: str | PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary path beside `dst` that becomes `dst` when the block ends well.

    Write one file to the yielded path (it does not exist yet and has the suffix of `dst`). At
    the end of the block it is flushed to the disk and renamed to `dst` in one step, so that a
    reader or a crash never sees half a file. Whatever leaves the block early, Ctrl-C included,
    removes it. Missing parent folders are made. A link of that name is replaced itself: what it
    leads to, perhaps in another folder, stays as it is.

    Raises `OutputError` when `dst` exists and `overwrite` is false (at the start and again at
    the end), when it is a folder, a pipe or a device, and for errors of the disk (full, read-only,
    no permission) inside the block.

    Encoders written in C may take a short write for a whole one: give them `checked_file`.
    """
    final = _resolved(dst)
    suffix = final.suffix if len(final.suffix) <= _LONGEST_SUFFIX else ""
    partial = final.with_name(temporary_name(suffix))
    try:
        _refuse_existing(final, overwrite)
        final.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        if not partial.exists():
            raise _NothingWritten(errno.ENOENT, "the block wrote nothing", str(partial))
        _flush(partial)
        _refuse_existing(final, overwrite, meanwhile=True)
        partial.replace(final)
    except _NothingWritten:
        raise
    except OSError as error:
        reason = why_not_written(error, final.parent)
        if reason is None or _is_elsewhere(error, (partial, final)):
            raise
        raise OutputError(f"cannot write {final}: {reason}") from error
    finally:
        with suppress(OSError):  # missing, or in a folder that cannot be
            partial.unlink()


@contextmanager
def checked_file(partial: Path) -> Iterator[io.BufferedRandom]:
    """A new binary file at `partial` in which every byte arrives or an OSError is raised.

    The file has no descriptor to be written to behind its back, as C encoders do, which take a
    short write for a whole one. At the end of the block it is flushed to the disk, and its length
    there compared with what was written.
    """
    with _CheckedFile(io.FileIO(partial, "x+b")) as file:
        yield file
        file.flush()
        os.fsync(file.raw.fileno())
        stored = os.fstat(file.raw.fileno()).st_size
        if stored != file.end:
            raise OSError(errno.ENOSPC, f"{stored} of {file.end} bytes were written")


def write_whole(
    dst: str | PathLike[str], chunks: bytes | Iterable[bytes], *, overwrite: bool = False
) -> None:
    """Write the bytes to the file `dst`, whole or not at all. Raises as `atomic_path` does."""
    with atomic_path(dst, overwrite=overwrite) as partial, checked_file(partial) as file:
        file.writelines([chunks] if isinstance(chunks, bytes) else chunks)


def check_takes_files(dst: str | PathLike[str]) -> None:
    """Raise `OutputError` where no file can be made that would become `dst`; leaves nothing."""
    final = _resolved(dst)
    folder = final.parent
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    trial = folder / temporary_name()
    try:
        _refuse_existing(final, overwrite=True)
        trial.touch(exist_ok=False)
        trial.unlink()
    except OSError as error:
        raise OutputError(f"cannot write {final}: {why_not_written(error, folder)}") from error


class _CheckedFile(io.BufferedRandom):
    """A buffered file, which writes on after a short write, that knows where its end must be."""

    end = 0

    def fileno(self) -> int:
        raise io.UnsupportedOperation("written through its buffer alone")

    def write(self, data: Buffer, /) -> int:
        at = self.tell()
        written = super().write(data)
        self.end = max(self.end, at + written)
        return written

    def truncate(self, size: int | None = None, /) -> int:
        self.end = super().truncate(size)
        return self.end


def _resolved(dst: str | PathLike[str]) -> Path:
    """The name in its real folder, a link not followed.

    Raises `OutputError` for a name that no file system takes.
    """
    if "\0" in os.fsdecode(dst):
        raise OutputError(
            f"cannot write {os.fspath(dst)}: its name holds a zero byte, which no file has"
        )
    named = Path(os.path.abspath(dst))  # noqa: PTH100 - resolve() follows the last link too
    try:
        return Path(os.path.realpath(named.parent)) / named.name
    except OSError as error:  # a link that cannot be read
        raise OutputError(f"cannot write {os.fspath(dst)}: {system_reason(error)}") from error


def _refuse_existing(final: Path, overwrite: bool, *, meanwhile: bool = False) -> None:
    if final.is_dir():
        raise OutputError(f"cannot write {final}: it is a folder; name a file in it")
    if final.exists() and not final.is_file():
        raise OutputError(f"cannot write {final}: it is a pipe or a device, not a regular file")
    if not overwrite and os.path.lexists(final):
        how = "was written by another run meanwhile and is kept" if meanwhile else "exists"
        raise OutputError(f"{final} {how}; use --overwrite (overwrite=True) to replace it")


def _flush(partial: Path) -> None:
    with partial.open("rb+") as file:
        os.fsync(file.fileno())


def why_not_written(error: OSError, folder: Path) -> str | None:
    """The reason when `error` is about the disk, None when it is about anything else."""
    if error.errno == errno.EEXIST:
        return "part of the path is a file, not a folder"
    if error.errno == errno.ENOENT:  # the folder was made: it takes no files, or is gone again
        return "no file can be made in that folder"
    if error.errno in SYSTEM_REASONS or error.filename is not None:
        return system_reason(error)
    if error.errno is not None:
        return None
    # Encoders written in C report a failed write without its errno.
    if _free_bytes(folder) < _NEARLY_FULL_BYTES:
        return system_reason(OSError(errno.ENOSPC, ""))
    return None


class _NothingWritten(FileNotFoundError):
    """A fault of the program and not of the disk."""


def _is_elsewhere(error: OSError, ours: tuple[Path, ...]) -> bool:
    """Whether the block failed at a file of its own, such as one that it reads."""
    if error.filename is None or error.errno in _DISK_FULL:
        return False
    named = Path(os.fsdecode(error.filename))
    return named not in ours and named not in ours[0].parents


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _NEARLY_FULL_BYTES
