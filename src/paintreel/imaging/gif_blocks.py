"""The blocks of a GIF file (GIF89a): comments, XMP and loops read, and what is to be put in."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from paintreel.imaging.metadata import LARGEST_XMP, Gathered, Text, decoded

__all__ = [
    "GifBlock",
    "first_frame_of_gif",
    "gather_gif",
    "gif_extensions",
    "gif_loop_count",
    "walk_gif",
]

_FRAME, _EXTENSION = b"\x2c", b"\x21"
_PLAIN_TEXT, _CONTROL, _COMMENT, _APPLICATION = 0x01, 0xF9, 0xFE, 0xFF
_XMP = b"XMP DataXMP"
# The packet lies bare; these bytes lead a reader of blocks from any place in it to its end.
_XMP_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_HEAD_BYTES = 11


@dataclass(frozen=True, slots=True)
class GifBlock:
    """label: of an extension, None for a frame; name: of an application's; start: of its data.

    begin: the offset of the whole block
    """

    label: int | None
    name: bytes
    start: int
    begin: int


def walk_gif(file: BinaryIO) -> Iterator[GifBlock]:
    """The frames and extensions of an open GIF, as far as it goes. Costs a few reads a block.

    Its position may be changed while it is walked.
    """
    file.seek(10)
    flags = file.read(3)
    if len(flags) < 3:
        return
    _skip_palette(file, flags[0])
    while introducer := file.read(1):
        label, name, begin = None, b"", file.tell() - 1
        if introducer == _EXTENSION:
            label = (file.read(1) or b"\0")[0]
            if label == _APPLICATION:
                name = file.read((file.read(1) or b"\0")[0])
        elif introducer == _FRAME:
            descriptor = file.read(9)
            if len(descriptor) < 9:
                return
            _skip_palette(file, descriptor[8])
            file.seek(1, io.SEEK_CUR)
        else:
            return
        start = file.tell()
        yield GifBlock(label, name, start, begin)
        file.seek(start)
        while (length := file.read(1)) and length[0]:
            file.seek(length[0], io.SEEK_CUR)


def _skip_palette(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << ((flags & 7) + 1), io.SEEK_CUR)


def _data(file: BinaryIO, block: GifBlock, limit: int) -> bytes | None:
    """The data of an extension, its pieces joined; None where it is longer than `limit`."""
    file.seek(block.start)
    data = bytearray()
    while (length := file.read(1)) and length[0]:
        data += file.read(length[0])
        if len(data) > limit:
            return None
    return bytes(data)


def gather_gif(file: BinaryIO) -> Gathered:
    """What an open GIF holds beside its pictures."""
    gathered = Gathered()
    for block in walk_gif(file):
        if block.label == _COMMENT:
            raw = _data(file, block, gathered.text_bytes_left)
            gathered.add_text(None if raw is None else Text(decoded(raw)))
        elif block.name == _XMP:
            file.seek(block.start)
            # The packet ends before the byte that begins the trailer.
            bare = file.read(LARGEST_XMP + len(_XMP_TRAILER))
            packet, found, _ = bare.partition(_XMP_TRAILER[:8])
            gathered.add_xmp(packet if found else bare)
        elif block.name and block.name not in _LOOPS:
            gathered.add_part(block.name.decode("latin-1"))
        elif block.label == _PLAIN_TEXT:
            text = "text that GIF sets over the picture (plain text extension) left out"
            gathered.left_out["plain-text-left-out"] = text
        elif block.label not in (None, _CONTROL, _APPLICATION):
            gathered.add_part(f"extension {block.label:02X}")
    return gathered


def gif_loop_count(file: BinaryIO) -> int:
    """How often an open GIF plays, 0 for ever; 1 where it says nothing.

    The file says how often it is played again: browsers and FFmpeg take it so.
    """
    for block in walk_gif(file):
        if block.name in _LOOPS:
            data = _data(file, block, 255) or b""
            if len(data) >= 3 and data[0] == 1:
                (again,) = struct.unpack_from("<H", data, 1)
                return again + 1 if again else 0
    return 1


def first_frame_of_gif(file: BinaryIO) -> int:
    """The offset of the first frame of an open GIF, where extensions may be put in."""
    frame = next((b for b in walk_gif(file) if b.label in (None, _CONTROL)), None)
    if frame is None:
        raise ValueError("the GIF has no frame")
    return frame.begin


def gif_extensions(xmp: bytes | None, comments: Iterable[str]) -> bytes:
    """The blocks for XMP and comments."""
    pieces = []
    if xmp is not None:
        head = bytes((_EXTENSION[0], _APPLICATION, _HEAD_BYTES))
        pieces.append(head + _XMP + xmp + _XMP_TRAILER)
    for comment in comments:
        raw = comment.encode()
        pieces.append(bytes((_EXTENSION[0], _COMMENT)))
        pieces += [
            bytes((len(raw[at : at + 255]),)) + raw[at : at + 255] for at in range(0, len(raw), 255)
        ]
        pieces.append(b"\0")
    return b"".join(pieces)
