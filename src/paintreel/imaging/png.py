"""The chunks of a PNG file (W3C recommendation): what they say of colour, and text left unread.

Chunks are walked by their lengths, so that a picture of any size costs a few bytes a chunk. Pillow
keeps all text of a file in memory and refuses a file with much of it, or with a profile above 1 MB;
text is read in `png_text`, and profiles are read here.
"""

from __future__ import annotations

import io
import struct
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO

__all__ = [
    "HEADER_END",
    "PNG_SIGNATURE",
    "PngChunk",
    "list_chunks",
    "packed_chunk",
    "read_chunk",
    "read_profile",
    "without_text",
]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER_END = 33
"""The offset after IHDR, where chunks may be put in."""

_HIDDEN = frozenset((b"tEXt", b"zTXt", b"iTXt", b"iCCP"))
_BUFFER_BYTES = 1 << 16
_LARGEST_PROFILE = 32 << 20  # bytes, unpacked; profiles of scanners and printers have up to 4 MB


@dataclass(frozen=True, slots=True)
class PngChunk:
    """kind: its four letters; start: offset of its content in the file; length: bytes of it."""

    kind: bytes
    start: int
    length: int

    @property
    def end(self) -> int:
        """The offset after its check sum."""
        return self.start + self.length + 4


def list_chunks(file: BinaryIO) -> list[PngChunk]:
    """The chunks of an open PNG up to IEND, or to where the file breaks off."""
    size = file.seek(0, io.SEEK_END)
    at, chunks = len(PNG_SIGNATURE), []
    while at + 8 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        chunks.append(PngChunk(kind, at + 8, length))
        at = chunks[-1].end
        if kind == b"IEND":
            break
    return chunks


def read_chunk(file: BinaryIO, chunks: list[PngChunk], kind: bytes) -> bytes | None:
    """The content of the first chunk of that kind before the pixels; None where there is none."""
    for chunk in chunks:
        if chunk.kind == b"IDAT":
            break
        if chunk.kind == kind:
            file.seek(chunk.start)
            return file.read(chunk.length)
    return None


def read_profile(file: BinaryIO, chunks: list[PngChunk]) -> bytes | None:
    """The profile in the chunk iCCP; None where there is none or it cannot be unpacked."""
    content = read_chunk(file, chunks, b"iCCP")
    if content is None:
        return None
    _, _, packed = content.partition(b"\x00")
    try:
        return zlib.decompressobj().decompress(packed[1:], _LARGEST_PROFILE)
    except zlib.error:
        return None


def packed_chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk with its length and check sum."""
    check = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def without_text(file: BinaryIO, chunks: list[PngChunk]) -> BinaryIO:
    """The file without its chunks of text and its profile; the file itself where it has none."""
    spans, start = [], 0
    for chunk in chunks:
        if chunk.kind in _HIDDEN:
            spans.append((start, chunk.start - 8))
            start = chunk.end
    if not spans:
        return file
    spans.append((start, max(start, file.seek(0, io.SEEK_END))))
    excerpts = _Excerpts(file, [span for span in spans if span[0] < span[1]])
    return io.BufferedReader(excerpts, _BUFFER_BYTES)


class _Excerpts(io.RawIOBase):
    """Spans (start, end) of a file, read as one file."""

    def __init__(self, file: BinaryIO, spans: list[tuple[int, int]]) -> None:
        self._file, self._spans = file, spans
        # Where each span starts here, and where the last one ends.
        self._starts = [0, *accumulate(end - start for start, end in spans)]
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # no Buffer in 3.11
        index = bisect_right(self._starts, self._at) - 1
        if index >= len(self._spans):
            return 0
        start, end = self._spans[index]
        position = start + self._at - self._starts[index]
        self._file.seek(position)
        content = self._file.read(min(len(buffer), end - position))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
