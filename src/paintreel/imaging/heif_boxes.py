"""What the boxes of an AVIF or HEIC file (ISO 14496-12 and 23008-12) say of what is in it.

Pillow hands on the ICC profile of such files, and not the codes of H.273 beside it or in its place,
the bits of a channel, or that there is more than the picture.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from paintreel.imaging.coding_points import CodingPoints
from paintreel.imaging.metadata import (
    COMMENT,
    CREDENTIALS,
    DEPTH_MAP,
    GAIN_MAP,
    LARGEST_XMP,
    Gathered,
    Text,
    decoded,
)

__all__ = ["META_BYTES", "bits_of_boxes", "coding_points_of_boxes", "gather_boxes", "read_boxes"]

META_BYTES = 1 << 20
"""How much of the start of a file is looked at: the boxes before the pixels."""

_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp", b"ipco")
_SAMPLE_ENTRIES = (b"av01", b"hvc1", b"hev1")
_VISUAL_ENTRY_BYTES = 78
_DEEPEST = 10
_CREDENTIALS_ID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_OF_PIXELS = (b"mdat", b"free", b"skip")
_MOST_BYTES = META_BYTES + LARGEST_XMP
_ENCODER, _UTF8 = b"\xa9too", 1
_KEYWORDS = {
    b"\xa9nam": "Title", b"\xa9ART": "Author", b"\xa9cmt": COMMENT, b"desc": "Description",
    b"cprt": "Copyright", b"\xa9day": "Creation Time",
}  # fmt: skip
"""The names that PNG has for those of films."""
_ALPHAS = (b":auxiliary:alpha", b"hevc:2015:auxid:1\0")
_DEPTHS = (b":depth", b"hevc:2015:auxid:2\0", b":disparity")


def coding_points_of_boxes(head: bytes) -> CodingPoints | None:
    """The codes of the picture itself in a file that starts with `head`; None without any.

    Those of the primary picture; failing that, the first of any track.
    """
    primary = 0
    listed: dict[int, list[int]] = {}
    properties: list[CodingPoints | None] = []
    tracks: list[CodingPoints | None] = []
    for path, content in _walk(head):
        if path[-1] == b"pitm":
            wide = content[:1] != b"\0"
            (primary,) = struct.unpack_from(">I" if wide else ">H", content, 4)
        elif path[-2:-1] == (b"ipco",):
            properties.append(_points(content) if path[-1] == b"colr" else None)
        elif path[-1] == b"ipma":
            listed.update(_associations(content))
        elif path[-1] == b"colr":
            tracks.append(_points(content))
    own = [properties[i] for i in listed.get(primary, ()) if 0 <= i < len(properties)]
    if not own:
        own = properties
    return next((points for points in (*own, *tracks) if points is not None), None)


def bits_of_boxes(head: bytes) -> int:
    """Bits a channel of the pictures in a file that starts with `head`: 8, 10 or 12."""
    bits = 8
    for path, content in _walk(head):
        if path[-1] == b"av1C" and len(content) > 2 and content[2] & 0x40:
            bits = max(bits, 12 if content[2] & 0x20 else 10)
        elif path[-1] == b"hvcC" and len(content) > 17:
            bits = max(bits, 8 + (content[17] & 7))
    return bits


def read_boxes(file: BinaryIO) -> bytes:
    """The boxes of an open file but those of pixels, wherever they stand; at most some MB."""
    length, at, boxes = file.seek(0, io.SEEK_END), 0, bytearray()
    while at + 8 <= length and len(boxes) < _MOST_BYTES:
        file.seek(at)
        head = file.read(16)
        size, kind = struct.unpack_from(">I4s", head)
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack_from(">Q", head, 8)
        size = length - at if size == 0 else size
        if size < 8:
            break
        if kind not in _OF_PIXELS:
            file.seek(at)
            boxes += file.read(min(size, _MOST_BYTES - len(boxes)))
        at += size
    return bytes(boxes)


def gather_boxes(head: bytes) -> Gathered:
    """What a file that has the boxes `head` holds that is not its picture."""
    gathered = Gathered()
    for path, content in _walk(head):
        if path == (b"uuid",) and content.startswith(_CREDENTIALS_ID):
            gathered.left_out["content-credentials-left-out"] = CREDENTIALS
        elif path == (b"uuid",) and content.startswith(_XMP_ID):
            gathered.add_xmp(content[len(_XMP_ID) :])
        elif path == (b"uuid",):
            gathered.add_part(f"uuid {content[:16].hex()}")
        elif path[-2:] == (b"moov", b"udta"):
            _add_film_metadata(content, gathered)
        elif path[-1] == b"auxC":
            _note_auxiliary(content[4:] + b"\0", gathered)
        elif path[-1] == b"iinf":
            items = content[6 if content[:1] == b"\0" else 8 :]
            if any(kind[-1] == b"infe" and b"tmap" in item[6:14] for kind, item in _walk(items)):
                gathered.left_out["gain-map-left-out"] = GAIN_MAP
    return gathered


def _add_film_metadata(content: bytes, gathered: Gathered) -> None:
    """Take the metadata of a film as FFmpeg writes them; others of the box are told by name."""
    for path, inner in _walk(content):
        if path == (b"meta",):
            for names, value in _walk(inner[4:]):
                if names == (b"ilst",):
                    _add_list(value, gathered)
        elif len(path) == 1 and inner.strip(b"\0"):
            gathered.add_part(path[0].decode("latin-1"))


def _add_list(content: bytes, gathered: Gathered) -> None:
    for (name, *inner), value in _walk(content):
        if inner or name == _ENCODER:
            continue
        size, kind, form = struct.unpack_from(">I4sI", value + bytes(12))
        if kind == b"data" and form == _UTF8:
            keyword = _KEYWORDS.get(name, name.decode("latin-1").strip("\xa9"))
            gathered.add_text(Text(decoded(value[16:size]), keyword))
        else:
            gathered.add_part(name.decode("latin-1"))


def _note_auxiliary(name: bytes, gathered: Gathered) -> None:
    """Say what a picture beside the picture is for; alpha is read."""
    if any(alpha in name for alpha in _ALPHAS):
        return
    if b"gainmap" in name:
        gathered.left_out["gain-map-left-out"] = GAIN_MAP
    elif any(depth in name for depth in _DEPTHS):
        gathered.left_out["depth-map-left-out"] = DEPTH_MAP
    else:
        gathered.add_part(name.partition(b"\0")[0].decode("latin-1")[:80])


def _points(colr: bytes) -> CodingPoints | None:
    if colr[:4] not in (b"nclx", b"nclc") or len(colr) < 10:
        return None
    primaries, transfer = struct.unpack_from(">HH", colr, 4)
    return CodingPoints(primaries, transfer)


def _walk(data: bytes, path: tuple[bytes, ...] = ()) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
    """((names from outside in), content) of every box, those within boxes after these."""
    at = 0
    while at + 8 <= len(data) and len(path) < _DEEPEST:
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if size == 0 else min(at + size, len(data))
        if end < start:
            return
        content, here = data[start:end], (*path, kind)
        yield here, content
        if kind in _CONTAINERS:
            yield from _walk(content, here)
        elif kind == b"meta":
            yield from _walk(content[4:], here)
        elif kind == b"stsd":
            yield from _walk(content[8:], here)
        elif kind in _SAMPLE_ENTRIES:
            yield from _walk(content[_VISUAL_ENTRY_BYTES:], here)
        at = end


def _associations(ipma: bytes) -> dict[int, list[int]]:
    """Which properties, counted from 0, each item of the file has."""
    wide_items, wide_places = ipma[:1] != b"\0", bool(ipma[3:4] and ipma[3] & 1)
    listed: dict[int, list[int]] = {}
    try:
        (count,) = struct.unpack_from(">I", ipma, 4)
        at = 8
        for _ in range(count):
            (item,) = struct.unpack_from(">I" if wide_items else ">H", ipma, at)
            at += 4 if wide_items else 2
            places, at = ipma[at], at + 1
            for _ in range(places):
                if wide_places:
                    (place,) = struct.unpack_from(">H", ipma, at)
                    place, at = place & 0x7FFF, at + 2
                else:
                    place, at = ipma[at] & 0x7F, at + 1
                listed.setdefault(item, []).append(place - 1)
    except (struct.error, IndexError):
        pass  # a box that is cut short: what was read counts
    return listed
