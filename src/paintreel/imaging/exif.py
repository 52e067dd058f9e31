"""The EXIF block of a picture file: its orientation, and the block that fits upright pixels.

The block is patched in place, never rebuilt: maker notes hold offsets into it that survive
only when nothing moves.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.metadata import Density, Unit, make_density, rational

__all__ = [
    "orient",
    "read_density",
    "read_orientation",
    "reset_exif",
    "state_density",
    "state_size",
    "turn_density",
]

_PREFIX = b"Exif\x00\x00"
_ORIENTATION, _THUMBNAIL_OFFSET, _THUMBNAIL_BYTES = 0x0112, 0x0201, 0x0202
_EXIF_DIRECTORY, _WIDTHS, _HEIGHTS = 0x8769, (0x0100, 0xA002), (0x0101, 0xA003)
_FORMATS = {1: "B", 3: "H", 4: "I"}
_SHORT, _LONG, _RATIONAL = 3, 4, 5
_X_DENSITY, _Y_DENSITY, _DENSITY_UNIT = 0x011A, 0x011B, 0x0128
_UNITS: dict[int, Unit] = {1: "aspect", 2: "inch", 3: "cm"}
_CODES = {unit: code for code, unit in _UNITS.items()}
_FOCAL_X_DENSITY, _FOCAL_Y_DENSITY = 0xA20E, 0xA20F
# How a JPEG starts, in the segments of one after that, and what ends it.
_JPEG_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")
_JPEG_END = b"\xff\xd9"
_SCAN, _ALONE = 0xDA, range(0xD0, 0xDA)
_MOST_PREVIEWS = 100


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

    Previews, also those within maker notes, become zeros. Comes without the "Exif\\0\\0" prefix of
    JPEG. A malformed block gives None: other programs would stumble over it.
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
    _blank_previews(data)
    return bytes(data)


def _blank_previews(data: bytearray) -> None:
    """Fill every whole JPEG in the block with zeros: nothing that points beyond it moves."""
    at = 0
    for _ in range(_MOST_PREVIEWS):
        start = _JPEG_START.search(data, at)
        if start is None:
            return
        end = _end_of_jpeg(data, start.start())
        at = start.end()
        if end is not None:
            data[start.start() : end] = bytes(end - start.start())
            at = end


def _end_of_jpeg(data: bytearray, start: int) -> int | None:
    """Where the JPEG ends; None where these bytes are none."""
    at = start + 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or marker < 0xC0 or marker in _ALONE:
            return None
        at += 2 + length
        if marker == _SCAN:
            end = data.find(_JPEG_END, at)  # in coded data FF is followed by zero
            return end + 2 if end >= 0 else None
    return None


def read_density(exif: bytes | None) -> Density | None:
    """The resolution that the block states."""
    try:
        data, order, first = _open(exif)
        found = {tag: (kind, at) for tag, kind, _, at in _raw_entries(data, order, first)}
        numbers = []
        for tag in (_X_DENSITY, _Y_DENSITY):
            kind, at = found.get(tag, (0, 0))
            if kind != _RATIONAL:
                return None
            value = _unpack(order + "I", data, at + 8)
            above, below = (_unpack(order + "I", data, value + shift) for shift in (0, 4))
            numbers.append(Fraction(above, below or 1) if below else Fraction(0))
        unit = 2
        if _DENSITY_UNIT in found:
            unit = _unpack(order + "H", data, found[_DENSITY_UNIT][1] + 8)
    except _Malformed:
        return None
    return make_density(numbers[0], numbers[1], _UNITS.get(unit, "aspect"))


def state_density(exif: bytes | None, density: Density) -> bytes:
    """The block with that resolution; a new one where there is none.

    The first directory is written anew at the end; all that it points to stays where it is.
    """
    density = density.printed
    if exif is not None and read_density(exif) == density:
        return exif
    try:
        data, order, first = _open(exif)
        new = {_X_DENSITY, _Y_DENSITY, _DENSITY_UNIT}
        entries = [
            (tag, bytes(data[at : at + 12]))
            for tag, _, _, at in _raw_entries(data, order, first)
            if tag not in new
        ]
        link = _unpack(order + "I", data, first + 2 + 12 * _unpack(order + "H", data, first))
    except _Malformed:
        data, order, entries, link = bytearray(b"II*\0\0\0\0\0"), "<", [], 0
    data += bytes(len(data) % 2)
    directory = len(data)
    values = directory + 2 + 12 * (len(entries) + 3) + 4
    struct.pack_into(order + "I", data, 4, directory)
    for tag, at in ((_X_DENSITY, values), (_Y_DENSITY, values + 8)):
        entries.append((tag, struct.pack(order + "HHII", tag, _RATIONAL, 1, at)))
    code = _CODES[density.unit]
    entries.append((_DENSITY_UNIT, struct.pack(order + "HHIHH", _DENSITY_UNIT, _SHORT, 1, code, 0)))
    data += struct.pack(order + "H", len(entries))
    data += b"".join(entry for _, entry in sorted(entries)) + struct.pack(order + "I", link)
    for number in (density.x, density.y):
        data += struct.pack(order + "II", *rational(number))
    return bytes(data)


def turn_density(exif: bytes | None) -> bytes | None:
    """The block of a picture that was turned by a quarter: across and down change places."""
    pairs = ((_X_DENSITY, _Y_DENSITY), (_FOCAL_X_DENSITY, _FOCAL_Y_DENSITY))
    try:
        data, order, first = _open(exif)
        for directory in (first, _directory_of_exif(data, order, first)):
            if not directory:
                continue
            places = {tag: at + 2 for tag, _, _, at in _raw_entries(data, order, directory)}
            for across, down in pairs:
                if across in places and down in places:
                    x, y = places[across], places[down]
                    data[x : x + 10], data[y : y + 10] = data[y : y + 10], data[x : x + 10]
    except _Malformed:
        return exif
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
    for tag, kind, count, at in _raw_entries(data, order, directory):
        if count == 1 and kind in _FORMATS:
            yield tag, _unpack(order + _FORMATS[kind], data, at + 8), at


def _raw_entries(
    data: bytearray, order: str, directory: int
) -> Iterator[tuple[int, int, int, int]]:
    """(tag, kind of value, number of values, offset of the entry) of every entry."""
    for index in range(_unpack(order + "H", data, directory)):
        at = directory + 2 + 12 * index
        tag = _unpack(order + "H", data, at)
        kind = _unpack(order + "H", data, at + 2)
        count = _unpack(order + "I", data, at + 4)
        _unpack(order + "I", data, at + 8)  # the entry itself must be there
        yield tag, kind, count, at


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
