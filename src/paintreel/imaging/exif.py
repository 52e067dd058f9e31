"""The EXIF block of a picture file: its orientation, and the block that fits upright pixels.

The block is patched in place, never rebuilt: maker notes hold offsets into it that survive
only when nothing moves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["orient", "read_orientation", "reset_exif", "state_size"]

_PREFIX = b"Exif\x00\x00"
_ORIENTATION, _THUMBNAIL_OFFSET, _THUMBNAIL_BYTES = 0x0112, 0x0201, 0x0202
_EXIF_DIRECTORY, _WIDTHS, _HEIGHTS = 0x8769, (0x0100, 0xA002), (0x0101, 0xA003)
_FORMATS = {1: "B", 3: "H", 4: "I"}
_SHORT, _LONG = 3, 4


class _Malformed(Exception):
    """The block breaks its own format; never leaves this module."""


def read_orientation(exif: bytes | None) -> int:
    """The EXIF orientation, 1 to 8; 1 (upright) when there is none or it makes no sense."""
    try:
        for tag, value, _ in _entries(*_open(exif)):
            if tag == _ORIENTATION and 1 <= value <= 8:
                return value
    except _Malformed:
        pass
    return 1


def reset_exif(exif: bytes | None) -> bytes | None:
    """The block for the picture turned upright: no orientation, no thumbnail of the old pixels.

    Comes without the "Exif\\0\\0" prefix of JPEG. A malformed block gives None: other programs
    would stumble over it.
    """
    try:
        data, order, first = _open(exif)
        for tag, _, at in list(_entries(data, order, first)):
            if tag == _ORIENTATION:
                _remove_entry(data, order, first, at)
                break
        link = first + 2 + 12 * _unpack(order + "H", data, first)
        second = _unpack(order + "I", data, link)
        if second:
            struct.pack_into(order + "I", data, link, 0)
            data = _without_thumbnail(data, order, second)
    except _Malformed:
        return None
    return bytes(data)


def state_size(exif: bytes | None, width_px: int, height_px: int) -> bytes | None:
    """The block with the size of the pixels wherever it states one; others stay as they are."""
    try:
        data, order, first = _open(exif)
        for directory in (first, _directory_of_exif(data, order, first)):
            if not directory:
                continue
            for tag, _, at in list(_entries(data, order, directory)):
                size = width_px if tag in _WIDTHS else height_px if tag in _HEIGHTS else None
                if size is not None:
                    kind = _SHORT if size < 1 << 16 else _LONG
                    value = struct.pack(order + _FORMATS[kind], size)
                    struct.pack_into(order + "H", data, at + 2, kind)
                    data[at + 8 : at + 12] = value + bytes(4 - len(value))
    except _Malformed:
        return exif
    return bytes(data)


def _directory_of_exif(data: bytearray, order: str, first: int) -> int:
    entries = _entries(data, order, first)
    return next((value for tag, value, _ in entries if tag == _EXIF_DIRECTORY), 0)


def _remove_entry(data: bytearray, order: str, directory: int, at: int) -> None:
    """Close the gap within the directory: nothing outside it moves."""
    count = _unpack(order + "H", data, directory)
    end = directory + 2 + 12 * count + 4  # after the link to the next directory
    _unpack(order + "I", data, end - 4)
    data[at : end - 12] = data[at + 12 : end]
    struct.pack_into(order + "H", data, directory, count - 1)


def _without_thumbnail(data: bytearray, order: str, directory: int) -> bytearray:
    """`data` cut before the thumbnail when that is the last thing in it, as cameras place it."""
    try:
        values = {tag: value for tag, value, _ in _entries(data, order, directory)}
    except _Malformed:
        return data  # unlinked already, so nobody reads it
    start, length = values.get(_THUMBNAIL_OFFSET, 0), values.get(_THUMBNAIL_BYTES, 0)
    if length and directory < start and start + length >= len(data):
        return data[:start]
    return data


def _open(exif: bytes | None) -> tuple[bytearray, str, int]:
    """(block without prefix, byte order for struct, offset of the first directory)."""
    data = bytearray((exif or b"").removeprefix(_PREFIX))
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(bytes(data[:4]))
    if order is None:
        raise _Malformed
    return data, order, _unpack(order + "I", data, 4)


def _entries(data: bytearray, order: str, directory: int) -> Iterator[tuple[int, int, int]]:
    """(tag, value, offset of the entry) of every single unsigned integer of a directory."""
    for index in range(_unpack(order + "H", data, directory)):
        at = directory + 2 + 12 * index
        tag = _unpack(order + "H", data, at)
        kind = _unpack(order + "H", data, at + 2)
        count = _unpack(order + "I", data, at + 4)
        if count == 1 and kind in _FORMATS:
            yield tag, _unpack(order + _FORMATS[kind], data, at + 8), at
        else:
            _unpack(order + "I", data, at + 8)  # the entry itself must be there


def _unpack(layout: str, data: bytearray, offset: int) -> int:
    """The one unsigned integer of `layout`, as `struct` names it, at `offset`."""
    try:
        (value,) = struct.unpack_from(layout, data, offset)
    except struct.error:
        raise _Malformed from None
    return int(value)


def orient(pixels: Array, orientation: int) -> Array:
    """`pixels` (H, W, ...) turned and mirrored as the EXIF `orientation` 1 to 8 asks.

    Upright pixels come back uncopied, others contiguous.
    """
    turns = {
        1: lambda x: x,
        2: lambda x: x[:, ::-1],
        3: lambda x: x[::-1, ::-1],
        4: lambda x: x[::-1],
        5: lambda x: x.swapaxes(0, 1),
        6: lambda x: x[::-1].swapaxes(0, 1),
        7: lambda x: x[::-1, ::-1].swapaxes(0, 1),
        8: lambda x: x[:, ::-1].swapaxes(0, 1),
    }
    if orientation not in turns:
        raise InputError(f"EXIF orientation must be 1 to 8, got {orientation}")
    return np.ascontiguousarray(turns[orientation](pixels))
