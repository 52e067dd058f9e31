"""TIFF 6.0: what the decoders leave open, and writing of 8 and 16 bits a channel.

Pillow writes no 16-bit colour and cv2 no profile and no kind of alpha, so the strips are made
here; only their compressed bytes are kept beside the picture.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, TiffImagePlugin, TiffTags
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from paintreel.errors import OutputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.metadata import NOTHING, Metadata
from paintreel.imaging.sixteen_bit import ZLIB_LEVEL, bands, decode_16bit
from paintreel.imaging.tiff_tags import STORAGE_TAGS, add_metadata, tag_name
from paintreel.imaging.untrusted_files import UnsupportedPicture

__all__ = [
    "DESCRIPTIVE_TAGS",
    "check_developed",
    "count_pages",
    "exif_at",
    "exif_from_tiff",
    "exif_tags_left_out",
    "first_directory",
    "first_tags",
    "read_tiff_16bit",
    "write_tiff",
]

_EXIF_DIRECTORY, _GPS_DIRECTORY, _INTERCHANGE = 0x8769, 0x8825, 0xA005
DESCRIPTIVE_TAGS = (
    *(11, 269, 270, 271, 272, 282, 283, 285, 296, 297, 305, 306, 315, 316, 337, 18246, 18249),
    *(33432, 40091, 40092, 40093, 40094, 40095, 51081, 51105),
    # What cameras of TIFF/EP state here and others in the EXIF directory.
    *(33434, 33437, 34850, 34852, 34855, 36867, 36868, *range(37377, 37397)),
)
"""What describes the picture and not how its pixels are stored: programs, names of document and
page, title, camera, resolution, dates, artist, computer, printer, rating, copyright, texts by
Windows, history, reel, exposure."""
_WHITE_IS_ZERO = 0
_PREMULTIPLIED = 1
_SEPARATE_PLANES = 2
_LARGEST_BYTES = 1 << 32
_SUBFILE_TYPE, _REDUCED, _MASK = 254, 1, 4
_SUB_DIRECTORIES = 330
_COLOUR_FILTER_ARRAY, _LINEAR_RAW = 32803, 34892
_DNG_VERSION = 50706
_MOST_PAGES, _MOST_TAGS = 10_000, 1000


def first_directory(file: BinaryIO) -> ImageFileDirectory_v2:
    """The tags of the first page of an open TIFF. Raises any exception for damage."""
    directory = ImageFileDirectory_v2(_head_of(file))
    file.seek(directory.next)
    directory.load(file)
    return directory


def first_tags(file: BinaryIO) -> list[int]:
    """The numbers of all tags of the first page of an open TIFF, as far as the file goes."""
    head = _head_of(file)
    order, big = ("<" if head[:2] == b"II" else ">"), b"+" in head[2:4]
    number, entry, link = ("Q", "HHQQ", "Q") if big else ("H", "HHII", "I")
    (at,) = struct.unpack_from(order + link, head, 8 if big else 4)
    file.seek(at)
    try:
        (count,) = _read(file, order + number)
        return [_read(file, order + entry)[0] for _ in range(min(count, _MOST_TAGS))]
    except struct.error:
        return []


def count_pages(file: BinaryIO) -> int:
    """The pages of an open TIFF, without its previews and masks; at most _MOST_PAGES are counted.

    As far as the chain of pages is whole: the first page is what is read.
    """
    head = _head_of(file)
    order, big = ("<" if head[:2] == b"II" else ">"), b"+" in head[2:4]
    number, entry, link = ("Q", "HHQQ", "Q") if big else ("H", "HHII", "I")
    (at,) = struct.unpack_from(order + link, head, 8 if big else 4)
    visited: set[int] = set()
    count = 0
    try:
        while at and at not in visited and len(visited) < _MOST_PAGES:
            visited.add(at)
            file.seek(at)
            (entries,) = _read(file, order + number)
            kind = 0
            for _ in range(min(entries, _MOST_TAGS)):
                tag, _, _, value = _read(file, order + entry)
                if tag == _SUBFILE_TYPE:
                    # A short one lies in the first half of its field.
                    kind = value if order == "<" else max(value, value >> 16)
            count += not kind & (_REDUCED | _MASK)
            (at,) = _read(file, order + link)
    except struct.error:
        pass
    return max(1, count)


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def check_developed(file: BinaryIO) -> None:
    """Raise `UnsupportedPicture` for a raw photograph, of which any decoder takes the thumbnail.

    Such are DNG by their version, CR2 by its mark, and NEF, ARW, PEF, SRW and others by pixels that
    are those of a sensor, in the first page or a directory below it.
    """
    file.seek(0)
    head = file.read(16)
    tags = first_directory(file)
    raw = head[8:10] == b"CR" and len(head) >= 10 and head[2:4] in (b"*\0", b"\0*")
    raw = raw or _DNG_VERSION in tags or _is_sensor(tags)
    if not raw and _SUB_DIRECTORIES in tags:
        raw = any(_is_sensor(each) for each in _below(file, tags))
    if raw:
        raise UnsupportedPicture("a raw photograph: develop it first, then paint the result")


def _is_sensor(tags: ImageFileDirectory_v2) -> bool:
    photometric = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION)
    return photometric in (_COLOUR_FILTER_ARRAY, _LINEAR_RAW)


def _below(file: BinaryIO, tags: ImageFileDirectory_v2) -> Iterator[ImageFileDirectory_v2]:
    offsets = tags[_SUB_DIRECTORIES]
    for offset in (offsets if isinstance(offsets, tuple) else (offsets,))[:16]:
        try:
            directory = ImageFileDirectory_v2(_head_of(file))
            file.seek(int(offset))
            directory.load(file)
        except Exception:  # a damaged directory says nothing
            continue
        yield directory


def _head_of(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(8)
    return head + file.read(8) if b"+" in head[2:4] else head


def exif_from_tiff(image: TiffImagePlugin.TiffImageFile) -> bytes | None:
    """The descriptive tags of an open TIFF as an EXIF block, or None where there are none.

    Without orientation: both decoders turn TIFF upright themselves.
    """
    try:
        block = _descriptive_block(image.getexif())
        return block.tobytes() if len(block) else None
    except Exception:  # tags hold anything; pixels with no EXIF are worth more than none
        return None


def exif_at(file: BinaryIO) -> bytes | None:
    """As `exif_from_tiff`, of an open TIFF that Pillow does not know."""
    try:
        head = _head_of(file)
        directory = ImageFileDirectory_v2(head)
        source = Image.Exif()
        source.bigtiff, source.endian = b"+" in head[2:4], "<" if head[:2] == b"II" else ">"
        source.load_from_fp(file, directory.next)
        block = _descriptive_block(source)
        return block.tobytes() if len(block) else None
    except Exception:  # as above
        return None


def _descriptive_block(source: Image.Exif) -> Image.Exif:
    block = Image.Exif()
    for tag in DESCRIPTIVE_TAGS:
        if tag in source:
            block[tag] = source[tag]
    for directory in (_EXIF_DIRECTORY, _GPS_DIRECTORY):
        entries = source.get_ifd(directory)
        if entries:
            block[directory] = dict(entries)
    interchange = source.get_ifd(_INTERCHANGE)
    if _EXIF_DIRECTORY in block:
        block[_EXIF_DIRECTORY].pop(_INTERCHANGE, None)  # a place in the source
        if interchange:
            block[_EXIF_DIRECTORY][_INTERCHANGE] = dict(interchange)
    return block


def read_tiff_16bit(path: Path, image: TiffImagePlugin.TiffImageFile) -> Array:
    """The pixels of a 16-bit TIFF of which `image` is the open header, upright.

    (H, W), (H, W, 3) or (H, W, 4), with black 0 and straight alpha. Raises ValueError for damage
    and for separate colour planes, which the decoder silently takes for interleaved ones.
    """
    tags = image.tag_v2
    if tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == _SEPARATE_PLANES and image.mode != "I;16":
        raise ValueError("16-bit colour in separate planes; save it with interleaved channels")
    pixels = decode_16bit(path)
    if tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO:
        return np.subtract(65535, pixels, dtype=np.uint16)
    if pixels.ndim == 2 or pixels.shape[2] == 3:
        return pixels
    if not image.has_transparency_data:
        return np.ascontiguousarray(pixels[..., :3])  # the fourth sample has no stated meaning
    if _PREMULTIPLIED in tags.get(TiffImagePlugin.EXTRASAMPLES, ()):
        for band in bands(pixels):
            alpha = np.maximum(band[..., 3:], 1).astype(np.float32)
            band[..., :3] = np.minimum(np.rint(band[..., :3] * (65535 / alpha)), 65535)
    return pixels


def write_tiff(
    file: BinaryIO,
    pixels: Array,
    *,
    icc: bytes | None = None,
    exif: bytes | None = None,
    metadata: Metadata = NOTHING,
) -> None:
    """Write `pixels`, uint8 or uint16 (H, W), (H, W, 3) or (H, W, 4), compressed by deflate.

    Of `exif` the descriptive tags and the EXIF and GPS directories are kept, of `metadata` all
    but its texts. Raises `OutputError` beyond 4 GiB, where TIFF ends.
    """
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    strips = [zlib.compress(_differences(band).data, ZLIB_LEVEL) for band in bands(pixels)]
    lengths = tuple(len(strip) for strip in strips)
    tags, _ = _tags_from_exif(exif)
    add_metadata(tags, metadata)
    tags[TiffImagePlugin.IMAGEWIDTH] = width
    tags[TiffImagePlugin.IMAGELENGTH] = height
    tags[TiffImagePlugin.BITSPERSAMPLE] = (8 * pixels.itemsize,) * channels
    tags[TiffImagePlugin.COMPRESSION] = 8  # deflate
    tags[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = 1 if channels == 1 else 2
    # Counted from the end of the directory: its writer adds where that is.
    tags[TiffImagePlugin.STRIPOFFSETS] = tuple(accumulate(lengths[:-1], initial=0))
    tags.tagtype[TiffImagePlugin.STRIPOFFSETS] = TiffTags.LONG
    tags[TiffImagePlugin.SAMPLESPERPIXEL] = channels
    tags[TiffImagePlugin.ROWSPERSTRIP] = len(next(bands(pixels)))
    tags[TiffImagePlugin.STRIPBYTECOUNTS] = lengths
    tags[TiffImagePlugin.PLANAR_CONFIGURATION] = 1
    tags[TiffImagePlugin.PREDICTOR] = 2
    if channels == 4:
        tags[TiffImagePlugin.EXTRASAMPLES] = 2  # straight alpha
    if icc:
        tags[TiffImagePlugin.ICCPROFILE] = icc
    if sum(lengths) + len(tags.tobytes()) >= _LARGEST_BYTES:
        raise OutputError(f"cannot write {width}x{height} px as TIFF, which ends at 4 GiB; use PNG")
    tags.save(file)
    file.writelines(strips)


def _differences(band: Array) -> Array:
    """Every sample minus the one of the pixel to its left, modulo its range: predictor 2."""
    out = band.astype(band.dtype.newbyteorder("<"))
    out[:, 1:] -= band[:, :-1]
    return out


def exif_tags_left_out(exif: bytes | None) -> list[str]:
    """The names of what `exif` says about the picture and `write_tiff` does not take."""
    return _tags_from_exif(exif)[1]


def _tags_from_exif(exif: bytes | None) -> tuple[ImageFileDirectory_v2, list[str]]:
    """A little-endian tag directory that holds what `exif` says about the picture.

    With it the names of tags that it does not hold.
    """
    left_out: list[str] = []
    tags = _empty_directory()
    if not exif:
        return tags, left_out
    try:
        source = Image.Exif()
        source.load(exif)
        entries = dict(_descriptive_block(source).items())
        others = set(source) - set(entries) - STORAGE_TAGS
    except Exception:  # as above
        return tags, ["all of it"]
    left_out += [tag_name(tag) for tag in sorted(others)]
    for tag, value in entries.items():
        try:
            alone = _empty_directory()
            alone[tag] = value
            alone.tobytes(8)
            tags[tag] = value
        except Exception:  # entries that cannot be stored must not cost the picture
            left_out.append(tag_name(tag))
    return tags, left_out


def _empty_directory() -> ImageFileDirectory_v2:
    return ImageFileDirectory_v2(b"II*\x00\x08\x00\x00\x00")
