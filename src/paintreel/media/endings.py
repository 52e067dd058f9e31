"""Whether the file of a clip is all there, by the lengths that its container states.

FFmpeg reads a file that was cut off up to where it ends and says nothing. Every container states
how long its pieces are; a last piece that goes beyond the end of the file was cut. Where a second
file was joined to it, which players and FFmpeg do not read, that is told too.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

__all__ = ["FileEnd", "end_of_file"]


class FileEnd(NamedTuple):
    """is_cut: the last piece is not whole; is_joined: another file follows that is not read."""

    is_cut: bool = False
    is_joined: bool = False


_Data: TypeAlias = mmap.mmap

_EBML, _SEGMENT, _CLUSTER, _TRACKS = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B
_TRACK, _PRIVATE = 0xAE, 0x63A2
_UNKNOWN = -1
_FLV_TAGS = (8, 9, 18)
_FLV_HEADER_BYTES, _FLV_TAG_BYTES = 13, 15
_ASF_HEAD = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_BROADCAST = 1
_OGG_LAST_PAGE = 4
_OGG_HEADER_BYTES = 27
_TAIL_BYTES = 1 << 17
_PES_FROM = 0xBC  # codes from here on are those of packets, below them of what is in the packets
_TS_SYNC, _TS_SIZES = 0x47, ((188, 0), (192, 4), (204, 0))


def end_of_file(path: Path, demuxer: str | None) -> FileEnd:
    """What the container says of the end of the file; nothing where it cannot be looked at.

    `demuxer` is FFmpeg's name of the container, as in `paintreel.media.containers`.
    """
    look = _LOOKS.get(demuxer or "")
    if look is None:
        return FileEnd()
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return look(data)
    except (OSError, ValueError, struct.error, IndexError):
        return FileEnd()  # gone, or damaged in its structure: the decoder tells of that


def _iso(data: _Data) -> FileEnd:
    """Boxes of ISO 14496-12."""
    at, movies = 0, 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
        if length == 0:
            break  # up to the end of the file
        if length < 8 or not kind.isalnum():
            return FileEnd(is_joined=movies > 1)
        movies += kind == b"moov"
        at += length
    return FileEnd(is_cut=at > len(data), is_joined=movies > 1)


def _elements(data: _Data, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(id, start of content, its length) of EBML elements; `_UNKNOWN` where that is not said."""
    while at < end:
        id_bytes = 9 - data[at].bit_length()
        number = int.from_bytes(data[at : at + id_bytes], "big")
        at += id_bytes
        length_bytes = 9 - data[at].bit_length()
        most = (1 << 7 * length_bytes) - 1
        length = int.from_bytes(data[at : at + length_bytes], "big") & most
        at += length_bytes
        if id_bytes > 4 or length_bytes > 8:
            return
        yield number, at, _UNKNOWN if length == most else length
        # What has no length is ended by the next element that cannot lie in it: go into it.
        at += 0 if length == most else length


def _matroska(data: _Data) -> FileEnd:
    """Segments with their clusters; of a second file the parameters must be those of the first."""
    last, codecs = 0, []
    for number, start, length in _elements(data, 0, len(data)):
        last = start + max(0, length)
        if number == _SEGMENT:
            codecs.append(_matroska_codecs(data, start, len(data)))
    return FileEnd(is_cut=last > len(data), is_joined=any(c != codecs[0] for c in codecs[1:]))


def _matroska_codecs(data: _Data, start: int, end: int) -> bytes:
    """What the decoders of a segment's tracks are set up with."""
    for number, at, length in _elements(data, start, end):
        if number == _CLUSTER:
            break
        if number == _TRACKS and length >= 0:
            tracks = [e for e in _elements(data, at, at + length) if e[0] == _TRACK]
            parts = [e for _, start, size in tracks for e in _elements(data, start, start + size)]
            return b"".join(data[at : at + size] for part, at, size in parts if part == _PRIVATE)
    return b""


def _avi(data: _Data) -> FileEnd:
    """RIFF, of which there are several in long files."""
    at = 0
    while at + 8 <= len(data) and data[at : at + 4] == b"RIFF":
        (length,) = struct.unpack_from("<I", data, at + 4)
        if length in (0, 0xFFFFFFFF):  # written to a pipe
            return FileEnd()
        at += 8 + length
        if at > len(data):
            return FileEnd(is_cut=True)
        at += length % 2
    return FileEnd()


def _mpegts(data: _Data) -> FileEnd:
    for size, first in _TS_SIZES:
        places = range(first, min(len(data), first + 5 * size), size)
        if all(data[at] == _TS_SYNC for at in places):
            return FileEnd(is_cut=len(data) % size != 0)
    return FileEnd()


def _mpeg(data: _Data) -> FileEnd:
    """The last packet of a programme stream."""
    at = len(data)
    while (at := data.rfind(b"\x00\x00\x01", max(0, len(data) - _TAIL_BYTES), at)) >= 0:
        if at + 6 > len(data):
            return FileEnd(is_cut=True)
        if data[at + 3] >= _PES_FROM:
            (length,) = struct.unpack_from(">H", data, at + 4)
            return FileEnd(is_cut=at + 6 + length > len(data))
    return FileEnd()


def _flv(data: _Data) -> FileEnd:
    at = _FLV_HEADER_BYTES
    while at + _FLV_TAG_BYTES <= len(data) and data[at] & 0x1F in _FLV_TAGS:
        at += _FLV_TAG_BYTES + int.from_bytes(data[at + 1 : at + 4], "big")
    is_within = at < len(data) and data[at] & 0x1F in _FLV_TAGS
    return FileEnd(is_cut=at > len(data) or is_within, is_joined=data[at : at + 3] == b"FLV")


def _asf(data: _Data) -> FileEnd:
    at, end = 30, struct.unpack_from("<Q", data, 16)[0]
    while at + 24 <= min(end, len(data)):
        (length,) = struct.unpack_from("<Q", data, at + 16)
        if data[at : at + 16] == _ASF_PROPERTIES:
            (size,) = struct.unpack_from("<Q", data, at + 40)
            (flags,) = struct.unpack_from("<I", data, at + 88)
            if flags & _ASF_BROADCAST or not size:
                return FileEnd()
            return FileEnd(size > len(data), data[size : size + 16] == _ASF_HEAD)
        at += max(24, length)
    return FileEnd()


def _ogg(data: _Data) -> FileEnd:
    """The last page is whole, and is the last one of its stream."""
    at = data.rfind(b"OggS", max(0, len(data) - _TAIL_BYTES))
    if at < 0:
        return FileEnd()
    if at + _OGG_HEADER_BYTES > len(data):
        return FileEnd(is_cut=True)
    table = data[at + _OGG_HEADER_BYTES : at + _OGG_HEADER_BYTES + data[at + 26]]
    is_whole = at + _OGG_HEADER_BYTES + len(table) + sum(table) <= len(data)
    return FileEnd(is_cut=not is_whole or not data[at + 5] & _OGG_LAST_PAGE)


def _mxf(data: _Data) -> FileEnd:
    """Keys, lengths and values of SMPTE ST 336."""
    at = 0
    while at + 17 <= len(data) and data[at : at + 4] == b"\x06\x0e\x2b\x34":
        length, at = data[at + 16], at + 17
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        at += length
    return FileEnd(is_cut=at > len(data))


_LOOKS: dict[str, Callable[[_Data], FileEnd]] = {
    "mov": _iso,
    "matroska": _matroska,
    "avi": _avi,
    "mpegts": _mpegts,
    "mpeg": _mpeg,
    "flv": _flv,
    "asf": _asf,
    "ogg": _ogg,
    "mxf": _mxf,
}
