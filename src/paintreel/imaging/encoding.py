"""A picture into the bytes of its format, with all that goes beside the pixels."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from paintreel.imaging.arrays import Array
from paintreel.imaging.carried import MOST_PER_METRE_OF_BMP, Carried
from paintreel.imaging.formats import PictureFormat
from paintreel.imaging.gif_blocks import first_frame_of_gif, gif_extensions
from paintreel.imaging.insertion import insert_at
from paintreel.imaging.jpeg_segments import metadata_segments, write_density
from paintreel.imaging.metadata import Metadata
from paintreel.imaging.photoshop_resources import wrap_resources
from paintreel.imaging.png import HEADER_END, packed_chunk
from paintreel.imaging.png_text import density_chunk, text_chunks, xmp_chunk
from paintreel.imaging.sixteen_bit import write_png_16bit
from paintreel.imaging.tiff import write_tiff

__all__ = ["SAVE_OPTIONS", "encode", "metadata_chunks"]

SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"subsampling": "4:4:4"},
    "PNG": {"compress_level": 4},
    "WEBP": {"method": 4},
    "AVIF": {"subsampling": "4:4:4", "speed": 8},
}
"""Of Pillow's `save`, by format. Lines stay sharp: no chroma subsampling."""
_BMP_DENSITY_AT = 38


def encode(
    file: BinaryIO,
    pixels: Array,
    format: PictureFormat,
    *,
    quality: int,
    icc: bytes | None,
    carried: Carried,
) -> None:
    """Write `pixels` and what `carried` and `icc` hold, fit for `format`, into an open file."""
    exif, metadata = carried.exif, carried.metadata
    if format.name == "TIFF":
        write_tiff(file, pixels, icc=icc, exif=exif, metadata=metadata)
        return
    if format.name == "PNG" and pixels.dtype == np.uint16:  # Pillow writes no RGB of 16 bits
        write_png_16bit(file, pixels, icc=icc, exif=exif, chunks=metadata_chunks(metadata))
        return
    options = dict(SAVE_OPTIONS.get(format.name, {}))
    if format.lossy:
        options["quality"] = quality
    if icc and format.profile:
        options["icc_profile"] = icc
    if exif:
        options["exif"] = b"Exif\x00\x00" + exif if format.name == "JPEG" else exif
    comments = [text.text for text in metadata.texts]
    if format.name == "JPEG":
        resources = wrap_resources(metadata.iptc, metadata.resources)
        options["extra"] = metadata_segments(metadata.xmp, resources, comments)
    elif metadata.xmp is not None and format.name in ("WEBP", "AVIF"):
        options["xmp"] = metadata.xmp
    target: Any = file
    if format.name == "PNG":
        chunks = b"".join(packed_chunk(*chunk) for chunk in metadata_chunks(metadata))
        target = _Inserting(file, chunks)
    Image.fromarray(pixels).save(target, format=format.name, **options)
    if format.name == "GIF":
        # Before the frame: many programs stop reading at it.
        insert_at(file, first_frame_of_gif(file), gif_extensions(metadata.xmp, comments))
    elif metadata.density is not None and format.name == "JPEG":
        write_density(file, metadata.density)
    elif metadata.density is not None and format.name == "BMP":
        per_metre = metadata.density.whole("metre", MOST_PER_METRE_OF_BMP)
        if per_metre is not None:
            file.seek(_BMP_DENSITY_AT)
            file.write(struct.pack("<II", *per_metre))


def metadata_chunks(metadata: Metadata) -> list[tuple[bytes, bytes]]:
    """(kind, content) of the chunks of a PNG for all that `metadata` holds."""
    chunks = [] if metadata.density is None else [density_chunk(metadata.density)]
    found = [chunk for chunk in chunks if chunk is not None]
    if metadata.xmp is not None:
        found.append(xmp_chunk(metadata.xmp))
    block = wrap_resources(metadata.iptc, metadata.resources)
    return found + text_chunks(metadata.texts, block)


class _Inserting:
    """A file that puts `content` after the header of the PNG that is written into it.

    Pillow would round the resolution, and refuses chunks that it does not know.
    """

    def __init__(self, file: BinaryIO, content: bytes) -> None:
        self._file, self._content = file, content
        self._left = HEADER_END

    def write(self, data: bytes) -> int:
        """Write on, `content` in its place."""
        head, rest = data[: self._left], data[self._left :]
        if self._left:
            self._file.write(head)
            self._left -= len(head)
            if not self._left:
                self._file.write(self._content)
        if rest:
            self._file.write(rest)
        return len(data)

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._file.flush()
