"""Several files as one ZIP, written while it is sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

__all__ = ["zipped"]

_PIECE_BYTES = 2**18


class _Pieces:
    """A file that is only written to; what was written is taken out in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._count = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._count += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._count

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def zipped(members: Iterable[tuple[str, Path | bytes]]) -> Iterator[bytes]:
    """A ZIP of (name, file or its content) in pieces; pictures and clips are packed already.

    A file that is gone is left out.
    """
    pieces = _Pieces()
    with zipfile.ZipFile(cast("IO[bytes]", pieces), "w", zipfile.ZIP_STORED) as archive:
        for name, path in members:
            try:
                source = io.BytesIO(path) if isinstance(path, bytes) else path.open("rb")
            except FileNotFoundError:
                continue
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            with source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(_PIECE_BYTES):
                    target.write(piece)
                    yield pieces.taken()
            yield pieces.taken()
    yield pieces.taken()
