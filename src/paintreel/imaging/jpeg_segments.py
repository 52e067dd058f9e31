"""What the segments of a JPEG file (ITU-T T.81) hold beside the picture, and writing of them.

XMP and its extension as in part 3 of Adobe's specification, several pictures in one file as in
CIPA DC-007.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from paintreel.imaging.jpeg_scans import end_of_picture, late_segments
from paintreel.imaging.metadata import (
    CREDENTIALS,
    DEPTH_MAP,
    GAIN_MAP,
    LARGEST_XMP,
    MOVING,
    Density,
    Gathered,
    Text,
    Unit,
    decoded,
    make_density,
    whole_ratio,
)
from paintreel.imaging.photoshop_resources import gather_resources
from paintreel.imaging.xmp import merge_packets

__all__ = ["LARGEST_SEGMENT", "gather_jpeg", "jfif_density", "metadata_segments", "write_density"]

LARGEST_SEGMENT = 65_533
"""Bytes of content."""

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_DIGEST_BYTES = 32
_START_OF_SCAN, _COMMENT, _APP0 = 0xDA, 0xFE, 0xE0
_ALONE = {0x01, *range(0xD0, 0xD9)}
# (segment, how its content begins): what is read elsewhere, or says how the file is coded.
_KNOWN = (
    (0, b"JFIF\0"), (0, b"JFXX\0"), (0, b"AVI1"), (0, b"CIFF"), (1, b"Exif\0"),
    (2, b"ICC_PROFILE\0"), (2, b"MPF\0"), (2, b"FPXR\0"), (12, b"Ducky"), (13, b"Adobe_CM"),
    (14, b"Adobe"),
)  # fmt: skip
_UNITS: dict[int, Unit] = {0: "aspect", 1: "inch", 2: "cm"}
_PREVIEW_KIND, _GAIN_MAP_KIND, _DEPTH_KIND = 0x01, 0x05, 0x020002
_JFIF_UNIT_AT, _MOST_PER_UNIT = 13, 0xFFFF


def gather_jpeg(file: BinaryIO) -> Gathered:
    """What an open JPEG holds beside its picture, profile and EXIF."""
    gathered = Gathered()
    resources: list[bytes] = []
    blocks: list[bytes] = []
    extension = _Extension()
    for marker, content in _segments(file):
        app = marker - _APP0
        if marker == _COMMENT:
            gathered.add_text(Text(decoded(content)))
        elif app == 0 and content.startswith(b"JFIF\0") and len(content) >= 12:
            unit, x, y = struct.unpack_from(">BHH", content, 7)
            gathered.density = make_density(x, y, _UNITS.get(unit, "aspect"))
        elif app == 1 and content.startswith(_XMP):
            gathered.add_xmp(content[len(_XMP) :])
        elif app == 1 and content.startswith(_EXTENSION):
            extension.add(content[len(_EXTENSION) :])
        elif app == 2 and content.startswith(b"MPF\0"):
            _note_pictures(content[4:], gathered)
        elif app == 11 and content.startswith(b"JP"):
            _note_boxes(content, gathered)
        elif app == 1 and content.startswith(_EXIF):
            blocks.append(content[len(_EXIF) :])
        elif app == 13 and content.startswith(_PHOTOSHOP):
            resources.append(content[len(_PHOTOSHOP) :])
        elif 0 <= app <= 15 and not any(
            app == number and content.startswith(start) for number, start in _KNOWN
        ):
            gathered.add_part(f"APP{app}")
    _add_blocks(gathered, blocks)
    gather_resources(b"".join(resources), gathered)
    _add_extension(gathered, extension)
    _note_trailer(file, gathered)
    return gathered


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(marker, content) of those that say something beside the picture."""
    yield from _early_segments(file)
    for marker, start, length in late_segments(file):
        file.seek(start)
        yield marker, file.read(length)


def _early_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Those before the first scan."""
    file.seek(2)
    while len(head := file.read(2)) == 2 and head[0] == 0xFF:
        marker = head[1]
        if marker == 0xFF:  # filling
            file.seek(-1, io.SEEK_CUR)
            continue
        if marker in _ALONE:
            continue
        size = file.read(2)
        if marker == _START_OF_SCAN or len(size) < 2:
            return
        length = max(0, int.from_bytes(size, "big") - 2)
        if marker == _COMMENT or _APP0 <= marker < _APP0 + 16:
            yield marker, file.read(length)
        else:
            file.seek(length, io.SEEK_CUR)


def _add_blocks(gathered: Gathered, blocks: list[bytes]) -> None:
    """Tell of EXIF beside the first block, which may go on in segments without a header."""
    starts = [at for at, block in enumerate(blocks) if block.startswith((b"II*\0", b"MM\0*"))]
    if len(starts) < 2:
        return
    first = b"".join(blocks[starts[0] : starts[1]])
    # Pillow joins them all.
    gathered.exif = first
    if any(block not in first for block in blocks[starts[1] :]):
        gathered.add_second("EXIF")


class _Extension:
    """The pieces of a packet that is longer than a segment."""

    def __init__(self) -> None:
        self.digest, self.length = b"", 0
        self._pieces: dict[int, bytes] = {}
        self._kept = 0

    def add(self, content: bytes) -> None:
        """One segment: digest of the whole, its length, the offset of the piece, the piece."""
        if len(content) < _DIGEST_BYTES + 8:
            return
        digest = content[:_DIGEST_BYTES]
        length, offset = struct.unpack_from(">II", content, _DIGEST_BYTES)
        piece = content[_DIGEST_BYTES + 8 :]
        if self.digest and digest != self.digest:
            return  # of another file, left behind by an editor
        self.digest, self.length = digest, length
        # What is longer is not carried: a start of it tells what it is.
        if self._kept + len(piece) <= LARGEST_XMP:
            self._pieces[offset] = piece
            self._kept += len(piece)

    @property
    def start(self) -> bytes:
        """The first piece."""
        return self._pieces.get(0, b"")

    def whole(self) -> bytes | None:
        """The packet; None where a piece is missing."""
        packet = bytearray()
        for offset in sorted(self._pieces):
            if offset != len(packet):
                return None
            packet += self._pieces[offset]
        return bytes(packet) if len(packet) == self.length else None


def _add_extension(gathered: Gathered, extension: _Extension) -> None:
    if not extension.digest:
        return
    if b"1.0/depthmap/" in extension.start or b"1.0/image/" in extension.start:
        gathered.left_out["depth-map-left-out"] = DEPTH_MAP
        return
    packet = extension.whole()
    merged = None
    if packet is not None and gathered.xmp is not None:
        merged = merge_packets(gathered.xmp, packet)
    if merged is None:
        text = f"{extension.length:,} bytes of XMP left out: more than are carried, or damaged"
        gathered.left_out["xmp-left-out"] = text
    else:
        gathered.xmp = None
        gathered.add_xmp(merged)


def _note_pictures(index: bytes, gathered: Gathered) -> None:
    """Say which pictures beside the first are in the file; previews of it are none."""
    kinds = _picture_kinds(index)
    others = [kind for kind in kinds if kind >> 16 != _PREVIEW_KIND]
    for kind in others:
        if kind >> 16 == _GAIN_MAP_KIND:
            gathered.left_out["gain-map-left-out"] = GAIN_MAP
        elif kind == _DEPTH_KIND:
            gathered.left_out["depth-map-left-out"] = DEPTH_MAP
    further = sum(kind >> 16 != _GAIN_MAP_KIND and kind != _DEPTH_KIND for kind in others)
    if further:
        text = f"only the first of {further + 1} pictures in the file was taken"
        gathered.left_out["pictures-left-out"] = text


def _picture_kinds(index: bytes) -> list[int]:
    """The kinds (three bytes) of the pictures after the first, by an index of CIPA DC-007."""
    order = {b"II": "<", b"MM": ">"}.get(index[:2])
    if order is None:
        return []
    try:
        (at,) = struct.unpack_from(order + "I", index, 4)
        (count,) = struct.unpack_from(order + "H", index, at)
        for entry in range(min(count, 100)):
            tag, _, length, value = struct.unpack_from(order + "HHII", index, at + 2 + 12 * entry)
            if tag == 0xB002:
                words = [
                    struct.unpack_from(order + "IIIHH", index, value + 16 * i)[0]
                    for i in range(min(length // 16, 1000))
                ]
                return [word & 0xFFFFFF for word in words[1:]]
    except struct.error:
        pass
    return []


def _note_boxes(content: bytes, gathered: Gathered) -> None:
    """Say what a segment of boxes (ISO 19566-5) is: mostly content credentials."""
    if b"c2pa" in content[:200]:
        gathered.left_out["content-credentials-left-out"] = CREDENTIALS
    elif content[4:8] == b"\0\0\0\1":  # the first segment of a box, of which others go on
        gathered.add_part("boxes of APP11")


def _note_trailer(file: BinaryIO, gathered: Gathered) -> None:
    end = end_of_picture(file)
    file.seek(end)
    head = file.read(1 << 16)
    if b"ftyp" in head[:64] or b"MotionPhoto_Data" in head:
        gathered.left_out["moving-picture-left-out"] = MOVING
    elif not _is_picture_or_told(head, gathered):
        gathered.add_trailer(file, end)


def _is_picture_or_told(head: bytes, gathered: Gathered) -> bool:
    """Whether what follows is a picture of the index, which was told, or a preview."""
    told = {"gain-map-left-out", "depth-map-left-out", "pictures-left-out"}
    return head.lstrip(b"\0").startswith(b"\xff\xd8") or bool(told & gathered.left_out.keys())


def metadata_segments(xmp: bytes | None, resources: bytes, comments: Iterable[str]) -> bytes:
    """Segments to stand after that of EXIF; comments of at most `LARGEST_SEGMENT` bytes."""
    pieces = []
    if xmp is not None:
        pieces += _xmp_segments(xmp)
    step = LARGEST_SEGMENT - len(_PHOTOSHOP)
    pieces += [
        _segment(_APP0 + 13, _PHOTOSHOP + resources[at : at + step])
        for at in range(0, len(resources), step)
    ]
    pieces += [_segment(_COMMENT, comment.encode()) for comment in comments]
    return b"".join(pieces)


def _xmp_segments(packet: bytes) -> list[bytes]:
    if len(packet) <= LARGEST_SEGMENT - len(_XMP):
        return [_segment(_APP0 + 1, _XMP + packet)]
    digest = hashlib.md5(packet, usedforsecurity=False).hexdigest().upper()
    main = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
        'syntax-ns#"><rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        f'xmpNote:HasExtendedXMP="{digest}"/></rdf:RDF></x:xmpmeta>'
    )
    head = _EXTENSION + digest.encode()
    step = LARGEST_SEGMENT - len(head) - 8
    return [
        _segment(_APP0 + 1, _XMP + main.encode()),
        *(
            _segment(_APP0 + 1, head + struct.pack(">II", len(packet), at) + packet[at : at + step])
            for at in range(0, len(packet), step)
        ),
    ]


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def write_density(file: BinaryIO, density: Density) -> None:
    """State the resolution in the header of a JPEG just written, if that holds it."""
    file.seek(6)
    header = jfif_density(density)
    if file.read(5) == b"JFIF\0" and header is not None:
        file.seek(_JFIF_UNIT_AT)
        file.write(struct.pack(">BHH", *header))


def jfif_density(density: Density) -> tuple[int, int, int] | None:
    """(code of the unit, x, y), whole numbers of 16 bits; None where these do not hold it."""
    if density.unit == "aspect":
        return 0, *whole_ratio(density, _MOST_PER_UNIT)
    inch, cm = density.whole("inch", _MOST_PER_UNIT), density.whole("cm", _MOST_PER_UNIT)
    is_whole_cm = density.unit == "cm" and density.x.denominator == density.y.denominator == 1
    if cm is not None and (inch is None or is_whole_cm):
        return 2, *cm
    return None if inch is None else (1, *inch)
