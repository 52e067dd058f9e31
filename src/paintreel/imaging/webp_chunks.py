"""The chunks of a WebP file (RFC 9649) beside its picture: XMP read, and both added to a file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from paintreel.imaging.metadata import CREDENTIALS, LARGEST_XMP, Gathered

__all__ = ["add_chunks", "gather_webp"]

_KNOWN = frozenset(
    (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP ")
)
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, length) of the chunks of an open WebP."""
    size = file.seek(0, io.SEEK_END)
    at = 12
    while at + 8 <= size:
        file.seek(at)
        kind, length = struct.unpack("<4sI", file.read(8))
        yield kind, at + 8, length
        at += 8 + length + length % 2


def gather_webp(file: BinaryIO) -> Gathered:
    """What an open WebP holds beside its pictures, profile and EXIF."""
    gathered = Gathered()
    for kind, start, length in _chunks(file):
        if kind == b"XMP ":
            file.seek(start)
            gathered.add_xmp(file.read(min(length, LARGEST_XMP + 1)))
        elif kind == b"C2PA":
            gathered.left_out["content-credentials-left-out"] = CREDENTIALS
        elif kind not in _KNOWN:
            gathered.add_part(kind.decode("latin-1").strip())
    return gathered


def add_chunks(file: BinaryIO, xmp: bytes | None, exif: bytes | None) -> None:
    """Add XMP and EXIF to a whole animated WebP that is open for reading and writing."""
    header = next(((s, n) for kind, s, n in _chunks(file) if kind == b"VP8X"), None)
    if header is None:
        raise ValueError("the WebP has no extended header")
    file.seek(header[0])
    flags = file.read(1)[0] | (_HAS_EXIF if exif else 0) | (_HAS_XMP if xmp else 0)
    file.seek(header[0])
    file.write(bytes((flags,)))
    size = file.seek(0, io.SEEK_END)
    if size % 2:
        file.write(b"\0")
    for kind, content in ((b"EXIF", exif), (b"XMP ", xmp)):
        if content:
            padding = b"\0" * (len(content) % 2)
            file.write(struct.pack("<4sI", kind, len(content)) + content + padding)
    size = file.seek(0, io.SEEK_END)
    file.seek(4)
    file.write(struct.pack("<I", size - 8))
