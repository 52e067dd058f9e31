"""A model file read once into memory: what is checked is what is loaded."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from paintreel.errors import ModelFileError, UnreadableFile
from paintreel.imaging.untrusted_files import open_regular, unreadable_file

__all__ = ["MAX_MODEL_BYTES", "read_bounded", "read_model_bytes"]

MAX_MODEL_BYTES = 2**31 - 1
"""No ONNX file can be larger: it is one message of Protocol Buffers."""


def read_model_bytes(path: str | PathLike[str]) -> bytes:
    """The content of a model file.

    Raises ModelFileError when it is missing, not permitted, too large or no regular file.
    """
    try:
        return read_bounded(path, MAX_MODEL_BYTES)
    except UnreadableFile as error:
        raise ModelFileError(f"cannot read model file {path}: {error.reason}") from error


def read_bounded(path: str | PathLike[str], max_bytes: int) -> bytes:
    """The content of a regular file. Raises UnreadableFile, also when it is longer."""
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        size_bytes = path.stat().st_size
        data = b"" if size_bytes > max_bytes else file.read(max_bytes + 1)
        if max(size_bytes, len(data)) > max_bytes:
            raise UnreadableFile(path, f"it is larger than {max_bytes:,} bytes")
        return data
