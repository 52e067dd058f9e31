"""How many scans a JPEG file (ITU-T T.81) has and where it ends, without decoding it.

Every scan of a progressive file passes over the whole picture again, so that a small file can ask
for minutes of work.
"""

from __future__ import annotations

import mmap
import re
import struct
from typing import BinaryIO, NamedTuple

from paintreel.imaging.untrusted_files import UnsupportedPicture

__all__ = ["MAX_SCANS", "check_scans", "count_scans", "end_of_picture", "late_segments"]

MAX_SCANS = 100
"""Encoders write 1 to 20, those that search for the smallest file a few more."""

_START_OF_SCAN, _END, _COMMENT, _APPS = 0xDA, 0xD9, 0xFE, range(0xE0, 0xF0)
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
# In coded data FF is followed by 00 or a restart marker, else a marker starts.
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def count_scans(file: BinaryIO) -> int:
    """The scans of the first picture in an open JPEG file, whose position is kept."""
    return _walk(file).scans


def end_of_picture(file: BinaryIO) -> int:
    """The offset behind the first picture in an open JPEG file; its length where it has no end."""
    return _walk(file).end


def late_segments(file: BinaryIO) -> list[tuple[int, int, int]]:
    """(marker, start, length) of comments and APP segments behind the first scan of the picture."""
    return _walk(file).late


class _Walked(NamedTuple):
    scans: int
    end: int
    late: list[tuple[int, int, int]]


def _walk(file: BinaryIO) -> _Walked:
    position = file.tell()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = _walked(data)
    file.seek(position)
    return found


def _walked(data: mmap.mmap) -> _Walked:
    count, at = 0, 2
    late: list[tuple[int, int, int]] = []
    while match := _MARKER.search(data, at):
        marker, at = data[match.end() - 1], match.end()
        if marker == _END:
            return _Walked(count, at, late)
        if marker in _WITHOUT_LENGTH:
            continue
        if marker == _START_OF_SCAN:
            count += 1
        if at + 2 > len(data):
            break
        length = max(2, struct.unpack_from(">H", data, at)[0])
        if count and (marker == _COMMENT or marker in _APPS):
            late.append((marker, at + 2, length - 2))
        at += length
    return _Walked(count, len(data), late)


def check_scans(file: BinaryIO) -> None:
    """Raise `UnsupportedPicture` for more than `MAX_SCANS` scans."""
    count = count_scans(file)
    if count > MAX_SCANS:
        raise UnsupportedPicture(
            f"a JPEG picture of {count:,} scans, each of which passes over all of it; at most "
            f"{MAX_SCANS} are read. Save it anew with another program"
        )
