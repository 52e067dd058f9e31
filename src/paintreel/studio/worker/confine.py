"""Limits of a job's process: memory, files, time, and which folders it sees at all.

Limits of memory and of open files are the system's (`setrlimit`). Where the kernel has Landlock,
the process can read the program, the system's libraries, the models and its own folder, write to
its own folder alone, open no connection, and signal no other process: a flaw in a decoder then
reaches no other job's files.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

__all__ = ["confine_to", "limit_process", "readable_places"]

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every processor
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKES = sum(1 << bit for bit in range(4, 13))  # remove, make of every kind
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
_NETWORK = 3  # bind, connect
_SCOPES = 3  # sockets without a path, and signals, of processes that are not confined with it
_ABI_REFER, _ABI_TRUNCATE, _ABI_NETWORK, _ABI_IOCTL, _ABI_SCOPES = 2, 3, 4, 5, 6


def limit_process(*, memory_bytes: int, file_bytes: int, open_files: int = 512) -> None:
    """Limit this process and its children. Beyond the memory allocations fail, as any other."""
    import resource

    wanted = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, open_files),
    )
    for which, most in wanted:
        _, hard = resource.getrlimit(which)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (allowed, allowed))


def readable_places(extra: Iterable[Path] = ()) -> list[Path]:
    """What a job reads beside its folder: the program, its libraries, the system's, the models."""
    package = Path(__file__).resolve().parents[2]
    system = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts")
    kernel = ("/proc", "/sys/devices/system", "/sys/fs/cgroup", "/dev/null", "/dev/urandom")
    ours = [package, *map(Path, {sys.prefix, sys.base_prefix, sys.exec_prefix})]
    on_path = [Path(entry) for entry in sys.path if entry]
    return [*map(Path, (*system, *kernel)), *ours, *on_path, *extra]


def confine_to(folder: Path, readable: Iterable[Path]) -> bool:
    """Let this process see `readable`, and write below `folder` alone; whether the kernel can.

    For good, and for every process that it starts.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        abi = libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    except (OSError, AttributeError):
        return False
    if abi < 1:
        return False
    reads = _EXECUTE | _READ_FILE | _READ_DIR
    everything = reads | _WRITE_FILE | _MAKES
    everything |= _REFER if abi >= _ABI_REFER else 0
    everything |= _TRUNCATE if abi >= _ABI_TRUNCATE else 0
    handled = everything | (_IOCTL if abi >= _ABI_IOCTL else 0)
    network = _NETWORK if abi >= _ABI_NETWORK else 0
    rules = (ctypes.c_uint64 * 3)(handled, network, _SCOPES if abi >= _ABI_SCOPES else 0)
    size = 24 if abi >= _ABI_SCOPES else 16 if abi >= _ABI_NETWORK else 8
    ruleset = libc.syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    try:
        _allow(libc, ruleset, folder, everything)
        _allow(libc, ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)
        for place in readable:
            _allow(libc, ruleset, place, reads)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, place: Path, access: int) -> None:
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no leave
    try:
        if not os.path.isdir(place):  # noqa: PTH112 - rights of folders do not go with files
            access &= _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE
        packed = access.to_bytes(8, sys.byteorder) + descriptor.to_bytes(4, sys.byteorder)
        libc.syscall(_ADD, ruleset, 1, ctypes.create_string_buffer(packed, 12), 0)
    finally:
        os.close(descriptor)
