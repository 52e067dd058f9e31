"""The resources that Photoshop puts into JPEG and TIFF, of which IPTC-IIM is one."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from paintreel.imaging.metadata import Gathered

__all__ = ["gather_resources", "without_previews", "wrap_iptc"]

_SIGNATURE = b"8BIM"
_IPTC = 0x0404
_PATHS = range(0x07D0, 0x0BB8)
_MARK = 0x1C
_PREVIEWS = {(2, 200), (2, 201), (2, 202)}
"""Record and data set of the preview: its format, its version, its pixels."""
_LONG = 0x8000


def gather_resources(data: bytes, gathered: Gathered) -> None:
    """Take the IPTC out of a block of resources, and note paths.

    Others are the state of an editor, or a thumbnail of the old pixels.
    """
    for number, content in _resources(data):
        if number == _IPTC:
            gathered.add_iptc(content)
        elif number in _PATHS and content:
            text = "paths of Photoshop left out: they follow the outlines of the source"
            gathered.left_out["paths-left-out"] = text


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while data[at : at + 4] == _SIGNATURE and at + 12 <= len(data):
        (number,) = struct.unpack_from(">H", data, at + 4)
        start = at + 6 + (data[at + 6] + 2) // 2 * 2  # after the name, with its length even
        if start + 4 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, start)
        yield number, data[start + 4 : start + 4 + length]
        at = start + 4 + length + length % 2


def wrap_iptc(iptc: bytes) -> bytes:
    """The records as a block of resources."""
    padding = b"\0" * (len(iptc) % 2)
    return _SIGNATURE + struct.pack(">HHI", _IPTC, 0, len(iptc)) + iptc + padding


def without_previews(iptc: bytes) -> bytes | None:
    """The records without pictures of the old pixels; None where they are damaged."""
    kept, at = [], 0
    while at + 5 <= len(iptc) and iptc[at] == _MARK:
        record, data_set, length = struct.unpack_from(">BBH", iptc, at + 1)
        start = at + 5
        if length & _LONG:
            count = length & ~_LONG
            length = int.from_bytes(iptc[start : start + count], "big")
            start += count
        if start + length > len(iptc):
            return None
        if (record, data_set) not in _PREVIEWS:
            kept.append(iptc[at : start + length])
        at = start + length
    if iptc[at:].strip(b"\0"):
        return None
    return b"".join(kept) or None
