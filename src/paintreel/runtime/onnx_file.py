"""What an ONNX file says and asks for, read without a runtime.

ModelProto is a flat run of Protocol Buffers fields (onnx.proto of ONNX 1.17); every field that is
not looked into is stepped over by its length, which also shows a truncated file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike

from paintreel.errors import ModelFileError
from paintreel.runtime.schema import MAX_DEPTH

__all__ = ["check_graph", "read_metadata", "why_refused"]

_GRAPH, _METADATA = 7, 14

_CHILDREN: Mapping[str, Mapping[int, str]] = {
    "model": {_GRAPH: "graph", 20: "training", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "function": {7: "node", 11: "attribute"},
    "training": {1: "graph", 2: "graph"},
    "tensor": {},
}
"""Message -> number of a field -> the message in it, as far as tensors and nodes lie there."""

_NODE_OPERATOR, _EXTERNAL_DATA, _DATA_LOCATION = 4, 13, 14
_LOOPS = {"Loop", "Scan", "SequenceMap"}
_MAX_LEVELS = 8 * MAX_DEPTH


def read_metadata(data: bytes, path: str | PathLike[str]) -> dict[str, str]:
    """The ``metadata_props`` of an ONNX file's bytes; its graph is not parsed.

    Raises ModelFileError, which names `path`, for what is truncated or no ONNX model.
    """
    if not data:
        raise ModelFileError(f"{path} is empty, expected an ONNX model")
    metadata: dict[str, str] = {}
    has_graph = False
    try:
        for number, value in _fields(memoryview(data)):
            if number == _GRAPH:
                has_graph = True
            elif number == _METADATA:
                entry = {n: bytes(v).decode("utf-8") for n, v in _fields(value)}
                metadata[entry.get(1, "")] = entry.get(2, "")
    except (IndexError, ValueError, TypeError):
        raise ModelFileError(f"{path} is truncated or not an ONNX model") from None
    if not has_graph:
        raise ModelFileError(f"{path} is truncated or not an ONNX model")
    return metadata


def check_graph(data: bytes, path: str | PathLike[str]) -> None:
    """Raise ModelFileError for a graph that is broken or that `why_refused` refuses."""
    try:
        reason = why_refused(data)
    except ValueError:
        raise ModelFileError(f"{path} is truncated or not an ONNX model") from None
    if reason is not None:
        raise ModelFileError(f"{path} {reason}")


def why_refused(data: bytes, *, loops: bool = False) -> str | None:
    """Why the graph in an ONNX file's bytes is not run; None for one that may be.

    Weights in files of their own lie outside the hash of the model file. A loop, which no picture
    network needs, may run for ever; with `loops` it may be there. Raises ValueError for bytes that
    are broken.
    """
    try:
        for message, number, value in _walk(memoryview(data)):
            if message == "tensor" and (
                number == _EXTERNAL_DATA or (number == _DATA_LOCATION and any(value))
            ):
                return (
                    "keeps weights in another file, which no hash covers; save it as one file "
                    "(onnx.save_model with save_as_external_data=False)"
                )
            if message == "node" and number == _NODE_OPERATOR and not loops:
                operator = bytes(value).decode("utf-8", errors="replace")
                if operator in _LOOPS:
                    return f"has a loop ({operator}), which may run for ever; export it without"
    except IndexError:
        raise ValueError("truncated") from None
    return None


def _walk(data: memoryview) -> Iterator[tuple[str, int, memoryview]]:
    """Yield (message, field number, bytes) of every field where tensors and nodes may lie."""
    stack = [("model", data, 0)]
    while stack:
        message, content, level = stack.pop()
        if level > _MAX_LEVELS:
            raise ValueError("too deep")
        for number, value in _fields(content):
            yield message, number, value
            if (child := _CHILDREN[message].get(number)) is not None:
                stack.append((child, value, level + 1))


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
