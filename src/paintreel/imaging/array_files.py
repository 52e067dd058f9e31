"""``.npz`` files read as if they were hostile: what they unpack to is bounded before it is."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Collection
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.untrusted_files import open_regular, unreadable_file

__all__ = ["MAX_UNPACKED_BYTES", "arrays_in", "read_arrays"]

MAX_UNPACKED_BYTES = 1 << 30
"""All arrays of a file together, unpacked: zeros pack a thousandfold."""

_MAX_MEMBERS = 1024
_PLAIN_KINDS = "biufU"
"""Kinds of dtype that are read: numbers, truth values, text."""


def read_arrays(
    path: str | PathLike[str],
    names: Collection[str] | None = None,
    *,
    max_bytes: int = MAX_UNPACKED_BYTES,
) -> dict[str, Array]:
    """The arrays of a regular ``.npz`` file, as `arrays_in` gives them. Raises UnreadableFile."""
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        if path.stat().st_size > max_bytes:
            raise UnreadableFile(path, f"it is larger than {max_bytes:,} bytes")
        data = file.read(max_bytes + 1)
    return arrays_in(data, path, names, max_bytes=max_bytes)


def arrays_in(
    data: bytes,
    path: str | PathLike[str],
    names: Collection[str] | None = None,
    *,
    max_bytes: int = MAX_UNPACKED_BYTES,
) -> dict[str, Array]:
    """The arrays of ``.npz`` bytes by name; only those of `names` that are there, if given.

    path       is named in errors
    max_bytes  of all arrays together, unpacked

    Raises UnreadableFile for damaged bytes, for more than that, and for arrays of objects.
    """
    path = Path(path)
    with unreadable_file(path), zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise UnreadableFile(path, f"it holds {len(members):,} arrays, at most {_MAX_MEMBERS}")
        wanted = {
            member.filename.removesuffix(".npy"): member
            for member in members
            if names is None or member.filename.removesuffix(".npy") in names
        }
        # A member never unpacks to more than its header says: zipfile stops there.
        total = sum(member.file_size for member in wanted.values())
        if total > max_bytes:
            raise UnreadableFile(
                path, f"its arrays take {total:,} bytes unpacked, the limit is {max_bytes:,}"
            )
        return {name: _array(archive.read(member)) for name, member in wanted.items()}


def _array(data: bytes) -> Array:
    """The array of ``.npy`` bytes. Raises ValueError unless they are as long as its header says."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise ValueError(f"an array of version {version}")
    if dtype.kind not in _PLAIN_KINDS:
        raise ValueError(f"an array of {dtype}")
    # numpy would take the memory that the header asks for before it looks for the values.
    size_bytes = math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or size_bytes != len(data) - file.tell():
        raise ValueError(f"an array {shape} of {dtype} in {len(data):,} bytes")
    file.seek(0)
    array: Array = np.lib.format.read_array(file, allow_pickle=False)
    return array
