"""Texts, XMP, IPTC and resolution in the chunks of a PNG file (W3C recommendation).

What PNG has no chunk for, programs write as text in hexadecimal under the keyword "Raw profile
type ..."; that of IPTC is read and written so, as ImageMagick and ExifTool do.
"""

from __future__ import annotations

import binascii
import re
import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from paintreel.imaging.metadata import (
    COMMENT,
    CREDENTIALS,
    LARGEST_EXIF,
    LARGEST_IPTC,
    LARGEST_XMP,
    Density,
    Gathered,
    Text,
    make_density,
    whole_ratio,
)
from paintreel.imaging.photoshop_resources import gather_resources
from paintreel.imaging.png import PngChunk, list_chunks

__all__ = ["density_chunk", "gather_png", "text_chunks", "xmp_chunk"]

_XMP = "XML:com.adobe.xmp"
_RAW = "Raw profile type "
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# How the file is coded, what is read elsewhere, and hints for showing the source's own colours.
_KNOWN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sRGB cICP mDCV cLLI sBIT bKGD hIST sPLT pHYs tIME "
    b"eXIf acTL fcTL fdAT iDOT vpAg".split()
)
_PACKED_FROM = 1024  # bytes from which text is compressed
_LONGEST_KEYWORD = 79
_MOST_PER_METRE = (1 << 31) - 1
_LARGEST_RAW = 2 * max(LARGEST_XMP, LARGEST_IPTC, LARGEST_EXIF) + (1 << 20)
"""Characters of a block in hexadecimal, with its line feeds."""
# A name of one word or two ("IPTC profile" by ExifTool), and how many bytes follow.
_RAW_HEAD = re.compile(r"\s*[^\n]*\n\s*\d+\s*\n")


def gather_png(file: BinaryIO) -> Gathered:
    """What an open PNG holds beside its picture, profile and EXIF."""
    gathered = Gathered()
    chunks = list_chunks(file)
    raw: list[tuple[str, Text | None]] = []
    for chunk in chunks:
        if chunk.kind in _TEXTS:
            _gather_text(chunk, _content(file, chunk), gathered, raw)
        elif chunk.kind == b"pHYs" and chunk.length >= 9:
            x, y, unit = struct.unpack_from(">IIB", _content(file, chunk))
            gathered.density = make_density(x, y, "metre" if unit == 1 else "aspect")
        elif chunk.kind == b"caBX":
            gathered.left_out["content-credentials-left-out"] = CREDENTIALS
        elif chunk.kind not in _KNOWN:
            gathered.add_part(chunk.kind.decode("latin-1"))
    # After all else, so that PNG's own chunks count.
    own = next((_content(file, chunk) for chunk in chunks if chunk.kind == b"eXIf"), None)
    for name, text in raw:
        _gather_raw(name, text, gathered, own)
    if chunks and chunks[-1].kind == b"IEND":
        gathered.add_trailer(file, chunks[-1].end)
    return gathered


def _content(file: BinaryIO, chunk: PngChunk) -> bytes:
    """The content, cut where nothing that long is carried."""
    file.seek(chunk.start)
    return file.read(min(chunk.length, _LARGEST_RAW + 1000))


def _gather_text(
    chunk: PngChunk, content: bytes, gathered: Gathered, raw: list[tuple[str, Text | None]]
) -> None:
    """Keep the text; one in hexadecimal goes to `raw`, with the name of its kind."""
    raw_keyword, _, rest = content.partition(b"\0")
    keyword = raw_keyword[:_LONGEST_KEYWORD].decode("latin-1")
    if keyword == _XMP or keyword.startswith(_RAW):
        limit = _LARGEST_RAW
    else:
        limit = gathered.text_bytes_left
    text = _unpacked(chunk, rest, keyword, limit, gathered)
    if keyword == _XMP:
        gathered.add_xmp(b"" if text is None else text.text.encode())
        if text is None:
            gathered.left_out["xmp-left-out"] = "XMP left out: damaged, or more than is carried"
    elif keyword.startswith(_RAW):
        raw.append((keyword.removeprefix(_RAW), text))
    else:
        gathered.add_text(text)


def _unpacked(
    chunk: PngChunk, rest: bytes, keyword: str, limit: int, gathered: Gathered
) -> Text | None:
    """The text; None where it is damaged or longer than `limit` bytes."""
    language = translated = ""
    is_packed, encoding = chunk.kind == b"zTXt", "latin-1"
    if is_packed:
        rest = rest[1:]
    elif chunk.kind == b"iTXt":
        encoding, is_packed = "utf-8", rest[:1] == b"\1"
        raw_language, _, rest = rest[2:].partition(b"\0")
        raw_translated, _, rest = rest.partition(b"\0")
        language = raw_language[:100].decode("latin-1")
        translated = raw_translated[:1000].decode("utf-8", "replace")
    if is_packed:
        limit = min(limit, gathered.work_left)
        try:
            rest = zlib.decompressobj().decompress(rest, limit + 1) if limit > 0 else b"\0"
        except zlib.error:
            return None
        gathered.work_left -= len(rest)
    if len(rest) > limit:
        return None
    return Text(rest.decode(encoding, "replace").replace("\0", " "), keyword, language, translated)


def _gather_raw(name: str, text: Text | None, gathered: Gathered, own_exif: bytes | None) -> None:
    """Take a block in hexadecimal apart; EXIF and XMP of PNG's own chunks go before it."""
    try:
        digits = "" if text is None else "".join(_RAW_HEAD.sub("", text.text, count=1).split())
        block = binascii.unhexlify(digits)
    except (ValueError, binascii.Error):
        block = b""
    if not block:
        gathered.too_many += 1
    elif name in ("iptc", "8bim"):
        if block.startswith(b"8BIM"):
            gather_resources(block, gathered)
        else:
            gathered.add_iptc(block)
    elif name == "xmp":
        gathered.add_xmp(block)
    elif name in ("exif", "APP1", "app1"):
        if block.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            gathered.add_xmp(block.partition(b"\0")[2])
        else:
            block, first = block.removeprefix(b"Exif\0\0"), own_exif or gathered.exif
            if first is None:
                gathered.exif = block
            elif block != first:
                gathered.add_second("EXIF")
    elif name not in ("icc", "icm"):  # profiles stand in a chunk of their own
        gathered.add_part(_RAW + name[:20])


def text_chunks(texts: Iterable[Text], resources: bytes) -> list[tuple[bytes, bytes]]:
    """(kind, content) of the chunks for texts and a block of Photoshop, mostly IPTC."""
    chunks = [_text_chunk(text) for text in texts]
    if resources:
        digits = resources.hex()
        lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
        raw = f"\niptc\n{len(resources):8d}\n{lines}\n".encode()
        chunks.append((b"zTXt", _RAW.encode() + b"iptc\0\0" + zlib.compress(raw)))
    return chunks


def _text_chunk(text: Text) -> tuple[bytes, bytes]:
    keyword = _keyword(text.keyword)
    try:
        raw = text.text.encode("latin-1")
    except UnicodeEncodeError:
        raw = None
    if raw is not None and not (text.language or text.translated):
        if len(raw) < _PACKED_FROM:
            return b"tEXt", keyword + b"\0" + raw
        return b"zTXt", keyword + b"\0\0" + zlib.compress(raw)
    raw = text.text.encode()
    is_packed = len(raw) >= _PACKED_FROM
    head = keyword + (b"\0\1\0" if is_packed else b"\0\0\0")
    head += text.language.encode("latin-1", "ignore") + b"\0" + text.translated.encode() + b"\0"
    return b"iTXt", head + (zlib.compress(raw) if is_packed else raw)


def _keyword(keyword: str) -> bytes:
    """One to 79 characters of Latin-1 without control characters, as PNG has it."""
    clean = "".join(c for c in keyword if c.isprintable()).strip()
    return clean.encode("latin-1", "ignore")[:_LONGEST_KEYWORD] or COMMENT.encode()


def xmp_chunk(packet: bytes) -> tuple[bytes, bytes]:
    """(kind, content) of the chunk for XMP, which is not compressed, so that others find it."""
    return b"iTXt", _XMP.encode() + b"\0\0\0\0\0" + packet


def density_chunk(density: Density) -> tuple[bytes, bytes] | None:
    """(kind, content) of the chunk for the resolution; None for numbers that it cannot hold."""
    if density.unit == "aspect":
        return b"pHYs", struct.pack(">IIB", *whole_ratio(density, _MOST_PER_METRE), 0)
    numbers = density.whole("metre", _MOST_PER_METRE)
    return None if numbers is None else (b"pHYs", struct.pack(">IIB", *numbers, 1))
