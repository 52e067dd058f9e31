"""Files of 16 bits a channel, which Pillow reads as 8 and does not write in colour.

cv2 decodes them. PNG is written here (TIFF in `tiff`) in bands, so that a picture of any size
costs the memory of one band beside its pixels, and profile and EXIF go in as they are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["ZLIB_LEVEL", "bands", "decode_16bit", "write_png_16bit"]

_BAND_BYTES = 4 << 20
# On photographs of 8 and 16 bits 7 % and 0.5 % above the size of level 6, five times and one
# and a half times as fast.
ZLIB_LEVEL = 2


def decode_16bit(path: Path) -> Array:
    """The pixels of a 16-bit PNG or TIFF: (H, W), (H, W, 3) or (H, W, 4) RGB(A) as stored.

    EXIF orientation is not applied to PNG and already applied to TIFF. Raises ValueError where
    the file is damaged or of a kind that the decoder does not know.
    """
    import cv2  # costs 0.1 s, and 16-bit files are rare

    data = np.memmap(path, np.uint8, mode="r")
    if data[:4].tobytes() == b"\x89PNG":
        _check_chunks(data)
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


def _check_chunks(data: Array) -> None:
    """Raise ValueError unless the PNG chunks follow each other to the end.

    The decoder would take the memory that a chunk's length asks for, up to 4 GB, before it
    notices that the file is shorter.
    """
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8].tobytes())
        if kind == b"IEND":
            return
        at += 12 + length
    raise ValueError("a chunk ends beyond the end of the file")


def bands(pixels: Array) -> Iterator[Array]:
    """Views of whole rows, about `_BAND_BYTES` each."""
    rows = max(1, _BAND_BYTES // pixels[0].nbytes)
    for top in range(0, len(pixels), rows):
        yield pixels[top : top + rows]


def write_png_16bit(
    path: Path, pixels: Array, *, icc: bytes | None = None, exif: bytes | None = None
) -> None:
    """Write `pixels`, uint16 (H, W), (H, W, 3) or (H, W, 4), as PNG (W3C recommendation)."""
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    colour_type = {1: 0, 3: 2, 4: 6}[channels]
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
        _write_chunk(file, b"IHDR", header)
        if icc:
            _write_chunk(file, b"iCCP", b"ICC Profile\x00\x00" + zlib.compress(icc))
        if exif:
            _write_chunk(file, b"eXIf", exif)
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
