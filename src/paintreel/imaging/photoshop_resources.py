"""The resources that Photoshop puts into JPEG and TIFF: IPTC-IIM, and metadata of its own."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from paintreel.imaging.metadata import LARGEST_RESOURCES, Gathered

__all__ = ["gather_resources", "without_previews", "wrap_resources"]

_SIGNATURE = b"8BIM"
_IPTC = 0x0404
_XMP = 0x0424
_METADATA = (0x03F0, 0x040A, 0x040B, 0x041E)
"""What a person wrote: caption, copyright flag, web address, list of addresses."""
_PATHS = range(0x07D0, 0x0BB8)
_MARK = 0x1C
_PREVIEWS = {(2, 200), (2, 201), (2, 202)}
"""Record and data set of the preview: its format, its version, its pixels."""
_LONG = 0x8000


def gather_resources(data: bytes, gathered: Gathered) -> None:
    """Take IPTC and metadata out of a block of resources, and note paths.

    Others are the state of an editor, or a thumbnail of the old pixels.
    """
    kept = []
    for number, content in _resources(data):
        if number == _IPTC:
            gathered.add_iptc(content)
        elif number in _METADATA and content.strip(b"\0"):
            kept.append(_resource(number, content))
        elif number == _XMP and gathered.xmp is None:
            gathered.add_xmp(content)
        elif number in _PATHS and content:
            text = "paths of Photoshop left out: they follow the outlines of the source"
            gathered.left_out["paths-left-out"] = text
    block = b"".join(kept)
    if len(block) > LARGEST_RESOURCES:
        text = f"Photoshop's copyright and captions left out: {len(block):,} bytes"
        gathered.left_out["resources-left-out"] = f"{text}, at most {LARGEST_RESOURCES:,}"
    elif block:
        gathered.resources = block


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


def wrap_resources(iptc: bytes | None, others: bytes | None = None) -> bytes:
    """The records of IPTC and resources that are wrapped already, as one block."""
    wrapped = b"" if iptc is None else _resource(_IPTC, iptc)
    return wrapped + (others or b"")


def _resource(number: int, content: bytes) -> bytes:
    padding = b"\0" * (len(content) % 2)
    return _SIGNATURE + struct.pack(">HHI", number, 0, len(content)) + content + padding


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
