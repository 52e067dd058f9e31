"""Files linked or copied from folder to folder, also out of one that somebody hostile writes to."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

__all__ = ["link_or_copy", "take_file"]

_PIECE_BYTES = 2**20


def _flags(*names: str) -> int:
    """Those that the system has: modules can be read on Windows, where no studio runs."""
    flags = os.O_RDONLY
    for name in names:
        flags |= getattr(os, name, 0)
    return flags


_FOLDER = _flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
_FILE = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC")
_NEW_FILE = _flags("O_CLOEXEC") | os.O_WRONLY | os.O_CREAT | os.O_EXCL


def link_or_copy(source: Path, target: Path) -> None:
    """A second name of a file, or a copy on another file system or one without links."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def take_file(
    root: Path,
    below: str,
    place: Path,
    *,
    copied: bool = False,
    tick: Callable[[], None] = lambda: None,
) -> str | None:
    """Take the plain file `below` the folder `root` to `place`; its SHA-256, or None.

    copied  not linked, for a file that its maker may still write to
    tick    called from time to time

    None is for what is no plain file there. The folder may change meanwhile: no link in it is
    followed, and what lies at `place` is the file that was looked at. Raises OSError where `place`
    cannot be written.
    """
    parts = PurePosixPath(below).parts
    if not parts or parts[0] == "/" or ".." in parts:
        return None
    with ExitStack() as opened:
        try:
            folder = _opened(opened, root, _FOLDER)
            for part in parts[:-1]:
                folder = _opened(opened, part, _FOLDER, folder)
            file = _opened(opened, parts[-1], _FILE, folder)
        except OSError:
            return None
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            return None
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            if not copied and _is_linked(parts[-1], folder, found, place):
                return _read(file, found.st_size, None, tick)
            target = os.open(place, _NEW_FILE, 0o600)
            opened.callback(os.close, target)
            digest = _read(file, found.st_size, target, tick)
            os.fsync(target)
        except BaseException:
            with suppress(OSError):
                place.unlink()
            raise
        return digest


def _opened(opened: ExitStack, path: Path | str, flags: int, above: int | None = None) -> int:
    descriptor = os.open(path, flags, dir_fd=above)
    opened.callback(os.close, descriptor)
    return descriptor


def _is_linked(name: str, folder: int, found: os.stat_result, place: Path) -> bool:
    """Whether `place` is now a name of the file that was found, and of no other."""
    try:
        os.link(name, place, src_dir_fd=folder, follow_symlinks=False)
    except OSError:  # another file system, one without links, or the file was taken away
        return False
    if os.path.samestat(place.lstat(), found):
        return True
    place.unlink()  # another file, or a link, was put there since
    return False


def _read(file: int, size_bytes: int, target: int | None, tick: Callable[[], None]) -> str:
    """The SHA-256 of a file's first bytes, which are copied on the way."""
    digest, left = hashlib.sha256(), size_bytes
    while left and (piece := os.read(file, min(left, _PIECE_BYTES))):
        digest.update(piece)
        left -= len(piece)
        while target is not None and piece:
            piece = piece[os.write(target, piece) :]
        tick()
    return digest.hexdigest()
