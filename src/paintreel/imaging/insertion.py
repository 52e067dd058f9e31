"""Bytes put into a file that is written already."""

from __future__ import annotations

import io
from typing import BinaryIO

__all__ = ["insert_at"]

_PIECE_BYTES = 1 << 20


def insert_at(file: BinaryIO, at: int, content: bytes) -> None:
    """Move what follows the offset `at` and put `content` there, a piece in memory at a time."""
    end = file.seek(0, io.SEEK_END)
    while end > at:
        start = max(at, end - _PIECE_BYTES)
        file.seek(start)
        piece = file.read(end - start)
        file.seek(start + len(content))
        file.write(piece)
        end = start
    file.seek(at)
    file.write(content)
