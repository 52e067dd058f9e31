"""The metadata of an ONNX file, read without a runtime and without parsing the graph."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from paintreel.errors import ModelFileError


def read_metadata(path: str | PathLike[str]) -> dict[str, str]:
    """The ``metadata_props`` of an ONNX file, without parsing its graph.

    ModelProto is a flat run of protobuf fields (onnx.proto: graph = 7, metadata_props = 14); every
    other field is stepped over by its length, which also shows a truncated file.

    Raises ModelFileError when the file is missing, truncated or no ONNX model.
    """
    path = Path(path)
    try:
        data = memoryview(path.read_bytes())
    except OSError as error:
        raise ModelFileError(f"cannot read model file {path}: {error.strerror}") from error
    if not data:
        raise ModelFileError(f"{path} is empty, expected an ONNX model")
    metadata: dict[str, str] = {}
    has_graph = False
    try:
        for number, value in _fields(data):
            if number == 7:
                has_graph = True
            elif number == 14:
                entry = {n: bytes(v).decode("utf-8") for n, v in _fields(value)}
                metadata[entry.get(1, "")] = entry.get(2, "")
    except (IndexError, ValueError, TypeError):
        raise ModelFileError(f"{path} is truncated or not an ONNX model") from None
    if not has_graph:
        raise ModelFileError(f"{path} is truncated or not an ONNX model")
    return metadata


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield (field number, bytes) of one protobuf message; IndexError or ValueError if broken."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        start = position
        if wire_type == 0:
            _, position = _varint(data, position)
        elif wire_type == 1:
            position += 8
        elif wire_type == 2:
            length, start = _varint(data, position)
            position = start + length
        elif wire_type == 5:
            position += 4
        else:
            raise ValueError(f"wire type {wire_type}")
        if number == 0 or position > len(data):
            raise ValueError("truncated")
        yield number, data[start:position]


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    """Decode a base-128 number; gives it and the position after it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("varint longer than 10 bytes")
