"""How many frames an animated picture has, from the lengths of its blocks: nothing is decoded."""

from __future__ import annotations

import io
import struct
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from paintreel.imaging.file_signatures import SIGNATURE_BYTES, format_of
from paintreel.imaging.gif_blocks import walk_gif
from paintreel.imaging.png import list_chunks, read_chunk
from paintreel.imaging.untrusted_files import open_regular, pillow_image, unreadable_file

__all__ = ["count_frames", "is_cut_off"]

_GIF_END = b"\x3b"


def count_frames(path: str | PathLike[str]) -> int:
    """The frames of a GIF, WebP, PNG or AVIF file; 1 for a still one and for other formats.

    As far as the file goes: a damaged one may hold fewer. Costs a few reads a frame. Raises
    `UnreadableFile` where it is missing or no regular file.
    """
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        name = format_of(file.read(SIGNATURE_BYTES))
        if name == "GIF":
            return max(1, sum(block.label is None for block in walk_gif(file)))
        if name == "WEBP":
            return max(1, _count_webp(file))
        if name == "PNG":
            control = read_chunk(file, list_chunks(file), b"acTL")
            return max(1, struct.unpack_from(">I", control)[0]) if control else 1
        if name == "AVIF":
            file.seek(0)
            return int(getattr(pillow_image(path, file, name), "n_frames", 1))
        return 1


def is_cut_off(path: str | PathLike[str]) -> bool:
    """Whether a GIF ends before the byte that closes it; False for other formats.

    Raises `UnreadableFile` where it is missing or no regular file.
    """
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        if format_of(file.read(SIGNATURE_BYTES)) != "GIF":
            return False
        for _block in walk_gif(file):
            pass
        file.seek(-1, io.SEEK_CUR)
        return file.read(1) != _GIF_END


def _count_webp(file: BinaryIO) -> int:
    size = file.seek(0, io.SEEK_END)
    at, count = 12, 0
    while at + 8 <= size:
        file.seek(at)
        kind, length = struct.unpack("<4sI", file.read(8))
        count += kind == b"ANMF"
        at += 8 + length + length % 2
    return count
