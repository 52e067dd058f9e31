"""Files of 16 bits a channel, which Pillow reads as 8 and does not write in colour.

cv2 decodes them. PNG is written here (TIFF in `tiff`) in bands, so that a picture of any size
costs the memory of one band beside its pixels, and profile and EXIF go in as they are.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.png import PNG_SIGNATURE, PngChunk, list_chunks, read_chunk

__all__ = ["ZLIB_LEVEL", "bands", "decode_16bit", "write_png_16bit"]

_BAND_BYTES = 4 << 20
_PIECE_BYTES = 1 << 18
_SAMPLES = {0: 1, 2: 3, 4: 2, 6: 4}
"""Samples a pixel by the colour type of a PNG of 16 bits."""
_STORED = {0: [0], 2: [0, 1, 2], 4: [0, 3], 6: [0, 1, 2, 3]}
"""Which channels of the decoded pixels are stored, by colour type: grey comes back as RGBA."""
# On photographs of 8 and 16 bits 7 % and 0.5 % above the size of level 6, five times and one
# and a half times as fast.
ZLIB_LEVEL = 2


def decode_16bit(path: Path) -> Array:
    """The pixels of a 16-bit PNG or TIFF: (H, W), (H, W, 3) or (H, W, 4) RGB(A) as stored.

    EXIF orientation is not applied to PNG and already applied to TIFF. Raises ValueError where
    the file is damaged or of a kind that the decoder does not know.
    """
    data = np.memmap(path, np.uint8, mode="r")
    if data[:8].tobytes() != PNG_SIGNATURE:
        return _decode(data)
    with path.open("rb") as file:
        chunks = list_chunks(file)
        _check_chunks(chunks)
        file.seek(chunks[0].start)
        header = file.read(13)
        if header[12]:  # interlaced: its passes are no bands of rows
            return _decode(data)
        return _decode_png_bands(file, chunks, header)


def _decode(data: Array) -> Array:
    """What cv2 makes of a whole file, as RGB(A). Raises ValueError."""
    import cv2  # costs 0.1 s, and 16-bit files are rare

    log = cv2.utils.logging
    level = log.setLogLevel(log.LOG_LEVEL_SILENT)  # what it would report is raised below
    try:
        pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    finally:
        log.setLogLevel(level)
    if pixels is None:
        raise ValueError("damaged, truncated, or a kind of 16-bit file that is not supported")
    if pixels.ndim == 3:
        for band in bands(pixels):
            band[..., :3] = band[..., 2::-1].copy()  # BGR to RGB without a second picture
    return pixels


def _check_chunks(chunks: list[PngChunk]) -> None:
    """Raise ValueError unless the chunks go from the header to the end of the file.

    The decoder would take the memory that a chunk's length asks for, up to 4 GB, before it
    notices that the file is shorter.
    """
    if not chunks or chunks[0].kind != b"IHDR" or chunks[-1].kind != b"IEND":
        raise ValueError("a chunk ends beyond the end of the file")


def _decode_png_bands(file: BinaryIO, chunks: list[PngChunk], header: bytes) -> Array:
    """The pixels of a PNG that is not interlaced, with the memory of one band beside them.

    Each band of rows goes to the decoder as a small PNG of its own, whose first row is the last one
    before: rows are stored as differences to the row above.
    """
    width, height = struct.unpack(">II", header[:8])
    row_bytes = 1 + 2 * width * _SAMPLES[header[9]]
    rows = max(1, min(height, _BAND_BYTES // row_bytes))
    transparent = read_chunk(file, chunks, b"tRNS")
    stream = _inflated(file, chunks, rows * row_bytes)
    above, out = bytes(row_bytes), None
    for top in range(0, height, rows):
        count = min(rows, height - top)
        content = next(stream, b"")[: count * row_bytes]
        if len(content) < count * row_bytes:
            raise ValueError(f"the pixels end in row {top + len(content) // row_bytes} of {height}")
        small = io.BytesIO()
        small.write(PNG_SIGNATURE)
        _write_chunk(small, b"IHDR", struct.pack(">II", width, count + 1) + header[8:])
        if transparent:
            _write_chunk(small, b"tRNS", transparent)
        _write_chunk(small, b"IDAT", zlib.compress(above + content, 0))
        _write_chunk(small, b"IEND", b"")
        decoded = _decode(np.frombuffer(small.getbuffer(), np.uint8))[1:]
        if out is None:
            out = np.empty((height, *decoded.shape[1:]), decoded.dtype)
        out[top : top + count] = decoded
        last = decoded[-1] if decoded.ndim == 2 else decoded[-1][:, _STORED[header[9]]]
        above = b"\0" + last.astype(">u2").tobytes()
    assert out is not None  # a PNG has a row at least
    return out


def _inflated(file: BinaryIO, chunks: list[PngChunk], piece_bytes: int) -> Iterator[bytes]:
    """The unpacked content of all IDAT, `piece_bytes` at a time. Raises ValueError for damage."""
    unpacker, piece = zlib.decompressobj(), bytearray()
    for chunk in chunks:
        if chunk.kind != b"IDAT":
            continue
        file.seek(chunk.start)
        check, left = zlib.crc32(b"IDAT"), chunk.length
        while left:
            packed = file.read(min(left, _PIECE_BYTES))
            if not packed:
                raise ValueError("the file ends within the pixels")
            left -= len(packed)
            check = zlib.crc32(packed, check)
            while packed and not unpacker.eof:
                try:
                    piece += unpacker.decompress(packed, piece_bytes - len(piece))
                except zlib.error as error:
                    raise ValueError(f"the pixels are damaged ({error})") from None
                packed = unpacker.unconsumed_tail
                if len(piece) == piece_bytes:
                    yield bytes(piece)
                    piece.clear()
        if file.read(4) != struct.pack(">I", check):
            raise ValueError("the check sum of the pixels is wrong")
    while not unpacker.eof and (more := unpacker.decompress(b"", piece_bytes - len(piece))):
        piece += more
        if len(piece) == piece_bytes:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def bands(pixels: Array) -> Iterator[Array]:
    """Views of whole rows, about `_BAND_BYTES` each."""
    rows = max(1, _BAND_BYTES // pixels[0].nbytes)
    for top in range(0, len(pixels), rows):
        yield pixels[top : top + rows]


def write_png_16bit(
    file: BinaryIO,
    pixels: Array,
    *,
    icc: bytes | None = None,
    exif: bytes | None = None,
    chunks: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Write `pixels`, uint16 (H, W), (H, W, 3) or (H, W, 4), as PNG (W3C recommendation).

    chunks  kind and content of more to stand before the pixels
    """
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    colour_type = {1: 0, 3: 2, 4: 6}[channels]
    file.write(PNG_SIGNATURE)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    _write_chunk(file, b"IHDR", header)
    if icc:
        _write_chunk(file, b"iCCP", b"ICC Profile\x00\x00" + zlib.compress(icc))
    if exif:
        _write_chunk(file, b"eXIf", exif)
    for kind, content in chunks:
        _write_chunk(file, kind, content)
    compressor = zlib.compressobj(ZLIB_LEVEL)
    above = np.zeros((1, width * channels * 2), np.uint8)
    for band in bands(pixels):
        rows = band.astype(">u2").view(np.uint8).reshape(len(band), -1)
        filtered = np.empty((len(rows), 1 + rows.shape[1]), np.uint8)
        filtered[:, 0] = 2  # filter "up": the byte minus the one above it
        np.subtract(rows, np.concatenate([above, rows[:-1]]), out=filtered[:, 1:])
        above = rows[-1:]
        _write_chunk(file, b"IDAT", compressor.compress(filtered.data))
    _write_chunk(file, b"IDAT", compressor.flush())
    _write_chunk(file, b"IEND", b"")


def _write_chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    if data or kind == b"IEND":  # the compressor may have nothing to give yet
        file.write(struct.pack(">I", len(data)) + kind)
        file.write(data)
        file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))
