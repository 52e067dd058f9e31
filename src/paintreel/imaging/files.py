"""Pictures on disk: reading what a file really holds, writing it whole or not at all.

Reads JPEG, PNG, WebP, TIFF, AVIF, BMP and still GIF, and HEIC with an optional package; the content
decides the format, never the suffix. Writes the same formats but HEIC, chosen by the suffix. Pixels
stay uint8 or uint16 all the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from PIL import ImageFile
from PIL.TiffImagePlugin import BITSPERSAMPLE, TiffImageFile

from paintreel.errors import (
    InputError,
    OutputError,
    PaintreelError,
    PictureTooLarge,
    UnreadableFile,
    system_reason,
)
from paintreel.imaging.arrays import Array, check_image, full_scale, to_8bit
from paintreel.imaging.atomic import TEMPORARY_PREFIX, atomic_path, checked_file
from paintreel.imaging.carried import carried_from, fit_for, gather
from paintreel.imaging.coding_points import HDR_TRANSFERS
from paintreel.imaging.encoding import encode
from paintreel.imaging.exif import orient, read_orientation
from paintreel.imaging.file_signatures import SIGNATURE_BYTES, format_of, is_foreign_picture
from paintreel.imaging.formats import (
    ANIMATED_FORMATS,
    IMAGE_SUFFIXES,
    PICTURE_FORMATS,
    PictureFormat,
    format_of_suffix,
)
from paintreel.imaging.heif_boxes import META_BYTES, bits_of_boxes
from paintreel.imaging.high_range import tone_mapped
from paintreel.imaging.jpeg_scans import check_scans
from paintreel.imaging.metadata import NOTHING, Gathered, Metadata
from paintreel.imaging.profiles import describe_icc, icc_fits, to_display_mode, to_srgb
from paintreel.imaging.sixteen_bit import decode_16bit
from paintreel.imaging.stated_colour import (
    StatedColour,
    narrow_range_note,
    stated_colour,
    to_full_range,
)
from paintreel.imaging.tiff import (
    check_developed,
    count_pages,
    exif_at,
    exif_from_tiff,
    first_directory,
    read_tiff_16bit,
)
from paintreel.imaging.tiff_samples import TiffLayout, layout_of, read_samples
from paintreel.imaging.untrusted_files import (
    open_image,
    open_regular,
    read_head,
    to_array,
    unreadable_file,
)
from paintreel.notes import Note

__all__ = [
    "DEFAULT_MAX_PIXELS",
    "IMAGE_SUFFIXES",
    "TEMPORARY_PREFIX",
    "Picture",
    "PictureInfo",
    "atomic_path",
    "check_writable",
    "inspect_picture",
    "is_animated",
    "is_image",
    "looks_like_picture",
    "read_picture",
    "write_picture",
]

DEFAULT_MAX_PIXELS = 200_000_000
"""Pictures above this are taken for decompression bombs: 0.6 GB of RGB."""


@dataclass(frozen=True, slots=True, eq=False)  # arrays do not compare to one truth
class Picture:
    """A picture and what its file says about it.

    `pixels` are upright uint8 or uint16: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGB with
    straight alpha. `icc` is the colour profile they are in (None: sRGB) and `exif` the EXIF
    block, without "Exif" prefix, its orientation reset to upright. `metadata` is what else goes
    over to a picture made of this one: XMP, IPTC, texts, resolution. `format` and `mode` tell
    where they come from: Pillow's names, such as "PNG" and "P" for one with a palette; both are
    "" for pictures made in memory. `notes` say what was changed or left out in reading. Change
    pixels with `dataclasses.replace`.
    """

    pixels: Array
    icc: bytes | None = None
    exif: bytes | None = None
    metadata: Metadata = NOTHING
    format: str = ""
    mode: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def has_metadata(self) -> bool:
        """Whether its file says something of it: EXIF, XMP, IPTC, texts ..."""
        metadata = self.metadata
        return any((self.exif, metadata.xmp, metadata.iptc, metadata.resources, metadata.texts))


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """What the header of a picture file says, without its pixels.

    `width` and `height` are those of the upright picture, in pixels; `mode` is Pillow's name;
    `bits` counts per channel of what `read_picture` returns; `icc` is the name of the profile;
    `pages` counts those of a TIFF; `metadata` is what it carries beside profile and EXIF; `hdr`
    names the curve of high dynamic range, which is tone-mapped when it is read.
    """

    width: int
    height: int
    format: str
    mode: str
    bits: int
    alpha: bool
    orientation: int
    icc: str | None
    exif: bool
    animated: bool
    pages: int = 1
    metadata: Metadata = NOTHING
    hdr: str | None = None


def is_image(path: str | PathLike[str]) -> bool:
    """Whether the content of the file starts as a readable picture or animation does.

    False also for what is missing, no file or not permitted; a true one may still be damaged.
    """
    try:
        return format_of(read_head(Path(path))) is not None
    except UnreadableFile:
        return False


def looks_like_picture(path: str | PathLike[str]) -> bool:
    """Whether the file is a picture, of a format that is read or of one that is not.

    Reading one that is not (PSD, SVG, PDF, JPEG XL, raw photographs ...) says what it is and what
    to do. False for what is missing, no file or not permitted.
    """
    try:
        head = read_head(Path(path))
    except UnreadableFile:
        return False
    return format_of(head) is not None or is_foreign_picture(head)


def is_animated(path: str | PathLike[str]) -> bool:
    """Whether the file is a GIF, WebP, PNG or AVIF of two or more frames.

    They are decoded in `paintreel.media`. False for whatever cannot be read as one. Of a TIFF of
    several pages `read_picture` takes the first.
    """
    try:
        if format_of(read_head(Path(path))) not in ANIMATED_FORMATS:
            return False
        with open_image(Path(path)) as image:
            return _has_frames(image)
    except UnreadableFile:
        return False


def inspect_picture(path: str | PathLike[str]) -> PictureInfo:
    """What the file is, from its header alone. Raises `UnreadableFile`."""
    path = Path(path)
    layout, pages = _tiff_facts(path)
    if layout is not None and not layout.is_usual:
        return _inspect_unusual_tiff(path, layout, pages)
    with open_image(path) as image:
        stated = stated_colour(path, image)
        exif = _exif_of(image)
        orientation = read_orientation(exif)
        width, height = image.size if orientation < 5 else image.size[::-1]
        gathered = gather(path, image, image.format or "")
        carried = carried_from(gathered, exif, (width, height), orientation)
        points = stated.high_range
        icc = None if points else stated.profile(grey=image.mode in ("1", "L"))
        return PictureInfo(
            width=width,
            height=height,
            format=image.format or "",
            mode=image.mode,
            bits=16 if _is_16bit(path, image) else 8,
            alpha=image.has_transparency_data,
            orientation=orientation,
            icc=describe_icc(icc) if icc else None,
            exif=carried.exif is not None,
            animated=_has_frames(image),
            pages=pages,
            metadata=carried.metadata,
            hdr=None if points is None else HDR_TRANSFERS[points.transfer],
        )


def _tiff_facts(path: Path) -> tuple[TiffLayout | None, int]:
    """(layout of the first page, number of pages) of a TIFF; (None, 1) of anything else.

    Raises `UnreadableFile`, also for raw photographs.
    """
    with unreadable_file(path), open_regular(path) as file:
        if format_of(file.read(SIGNATURE_BYTES)) != "TIFF":
            return None, 1
        check_developed(file)
        return layout_of(first_directory(file)), count_pages(file)


def _inspect_unusual_tiff(path: Path, layout: TiffLayout, pages: int) -> PictureInfo:
    return PictureInfo(
        width=layout.width,
        height=layout.height,
        format="TIFF",
        mode=layout.description,
        bits=16,
        alpha=layout.has_alpha,
        orientation=1,
        icc=None,
        exif=False,
        animated=False,
        pages=pages,
    )


def read_picture(path: str | PathLike[str], *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Picture:
    """The picture in the file at `path`, upright, with its colour profile and EXIF.

    Grey stays grey, except with transparency; palettes, CMYK and Lab become RGB(A). 16-bit PNG
    and TIFF give uint16, also TIFF of 32 bits and floats, all else uint8. Colour that is stated by
    gamma, primaries or codes in place of a profile becomes a profile; high dynamic range (PQ, HLG)
    is tone-mapped to sRGB. An animation gives its first
    frame, a TIFF its first page; `notes` say so.

    Raises `UnreadableFile` with the reason for files that are missing, empty, truncated, damaged
    or no picture; `PictureTooLarge` before anything is decoded when the
    header states more than `max_pixels` pixels.
    """
    path = Path(path)
    layout, pages = _tiff_facts(path)
    if layout is not None and not layout.is_usual:
        return _read_unusual_tiff(path, layout, pages, max_pixels)
    with open_image(path) as image:
        _check_pixel_count(path, image.width * image.height, max_pixels)
        stated = stated_colour(path, image)
        if image.format in ("JPEG", "MPO"):
            with open_regular(path) as file:
                check_scans(file)
        origin = {"format": image.format or "", "mode": image.mode}
        animated = _has_frames(image)
        if _is_16bit(path, image):
            pixels, keeps_icc = _read_16bit(path, image), True
        else:
            converted, keeps_icc = to_display_mode(image)
            pixels = to_array(converted)
        if stated.is_narrow:
            pixels = to_full_range(pixels)
        points = stated.high_range if keeps_icc else None
        pixels, mapping_notes = tone_mapped(path, origin["format"], pixels, points)
        return _upright(
            pixels,
            _exif_of(image),
            gather(path, image, image.format or ""),
            stated if keeps_icc and points is None else StatedColour(),
            origin,
            (
                *_reading_notes(animated=animated, pages=pages),
                *((narrow_range_note(),) if stated.is_narrow else ()),
                *(mapping_notes or _bits_notes(path, image)),
            ),
        )


def _check_pixel_count(path: Path, count: int, limit: int) -> None:
    if count > limit:
        raise PictureTooLarge(path, count, limit)


def _read_unusual_tiff(path: Path, layout: TiffLayout, pages: int, max_pixels: int) -> Picture:
    _check_pixel_count(path, layout.width * layout.height, max_pixels)
    with unreadable_file(path), open_regular(path) as file:
        tags = first_directory(file)
        pixels, notes = read_samples(file, tags)
        stated = StatedColour(icc=tags.get(_ICC_TAG))
        pixels, mapping_notes = tone_mapped(path, "TIFF", pixels, stated.high_range)
        stated = StatedColour() if mapping_notes else stated
        orientation = int(tags.get(_ORIENTATION_TAG, 1))
        pixels = orient(pixels, orientation if 1 <= orientation <= 8 else 1)
        origin = {"format": "TIFF", "mode": layout.description}
        all_notes = (*_reading_notes(animated=False, pages=pages), *notes, *mapping_notes)
        gathered = gather(path, None, "TIFF")
        return _upright(pixels, exif_at(file), gathered, stated, origin, all_notes)


_ICC_TAG, _ORIENTATION_TAG = 34675, 274


def _upright(
    pixels: Array,
    exif: bytes | None,
    gathered: Gathered,
    stated: StatedColour,
    origin: dict[str, str],
    notes: tuple[Note, ...],
) -> Picture:
    orientation = read_orientation(exif)
    pixels = orient(pixels, orientation)
    height, width = pixels.shape[:2]
    carried = carried_from(gathered, exif, (width, height), orientation)
    icc = stated.profile(grey=pixels.ndim == 2)
    if stated.icc and icc is None:
        notes = (*notes, Note("profile-damaged", "the colour profile is damaged: taken as sRGB"))
    return Picture(
        pixels=pixels,
        icc=icc,
        exif=carried.exif,
        metadata=carried.metadata,
        notes=(*notes, *carried.notes),
        **origin,
    )


def _reading_notes(*, animated: bool, pages: int) -> Iterator[Note]:
    if animated:
        yield Note("frames-left-out", "an animation: only the first frame was taken", loss=True)
    if pages > 1:
        text = f"only the first of {pages} pages was taken; save the others as files of their own"
        yield Note("pages-left-out", text, loss=True)


def _bits_notes(path: Path, image: ImageFile.ImageFile) -> Iterator[Note]:
    if image.format in ("AVIF", "HEIF"):
        with open_regular(path) as file:
            bits = bits_of_boxes(file.read(META_BYTES))
        if bits > 8:
            text = f"{bits} bits a channel of the source become 8"
            yield Note("bits-reduced", text, loss=True)


def _has_frames(image: ImageFile.ImageFile) -> bool:
    return image.format in ANIMATED_FORMATS and bool(getattr(image, "is_animated", False))


def _exif_of(image: ImageFile.ImageFile) -> bytes | None:
    if isinstance(image, TiffImageFile):
        return exif_from_tiff(image)
    return image.info.get("exif") or None


def _is_16bit(path: Path, image: ImageFile.ImageFile) -> bool:
    """Whether the file has 16 bits a channel of grey or RGB(A)."""
    if image.format == "PNG":
        return read_head(path)[24] == 16  # the bit depth in IHDR, which always comes first
    if isinstance(image, TiffImageFile):
        grey_or_rgb = image.mode in ("RGB", "RGBA", "RGBa", "RGBX") or image.mode.startswith("I;16")
        return grey_or_rgb and set(image.tag_v2.get(BITSPERSAMPLE, ())) == {16}
    return False


def _read_16bit(path: Path, image: ImageFile.ImageFile) -> Array:
    if isinstance(image, TiffImageFile):
        return read_tiff_16bit(path, image)
    pixels = decode_16bit(path)
    transparent = image.info.get("transparency")
    if pixels.ndim == 2 and isinstance(transparent, int):  # cv2 leaves out this one case
        opaque = np.where(pixels == transparent, 0, 65535).astype(np.uint16)
        return np.dstack([pixels, pixels, pixels, opaque])
    return pixels


def check_writable(path: str | PathLike[str], width_px: int, height_px: int) -> None:
    """Raise `OutputError` unless a picture of that size can be written in the format of the suffix.

    Known before anything is painted: JPEG ends at 65,500 pixels a side, WebP at 16,383 ...
    """
    _check_side(Path(path), _format_for(Path(path)), width_px, height_px)


def _format_for(path: Path) -> PictureFormat:
    format = format_of_suffix(path.suffix)
    if format is None:
        known = " ".join(sorted(IMAGE_SUFFIXES))
        raise OutputError(f"cannot write {path}: suffix {path.suffix!r} is none of {known}")
    return format


def _check_side(path: Path, format: PictureFormat, width: int, height: int) -> None:
    if max(width, height) > format.side_px:
        raise OutputError(
            f"cannot write {path}: {width}x{height} px, and {format.title} ends at "
            f"{format.side_px} px a side; write PNG or TIFF, or a smaller picture with --max-side"
        )


def write_picture(
    path: str | PathLike[str], picture: Picture, *, quality: int = 95, overwrite: bool = False
) -> tuple[Note, ...]:
    """Write `picture` to `path` in the format of its suffix, whole or not at all.

    `quality`, 1 to 100, counts for JPEG, WebP and AVIF. uint16 is kept by PNG and TIFF and
    rounded to 8 bits for the others. The profile is left out where it does not fit the pixels
    (a grey one on colour); where the format holds none, GIF and BMP, colours become sRGB. EXIF is
    left out where the format or its size does not allow it; it and the metadata state the size of
    the pixels. Returns notes of what was changed or left out.

    Raises `OutputError` when the suffix is unknown, `path` exists and `overwrite` is false, the
    format cannot hold the picture (transparency in JPEG, more than 16383 pixels a side in WebP)
    or the disk refuses; `InputError` for unusable pixels or quality.
    """
    path = Path(path)
    format = _format_for(path)
    if not 1 <= quality <= 100:
        raise InputError(f"quality must be 1 to 100, got {quality}")
    check_image(picture.pixels, name="picture.pixels")
    height, width = picture.pixels.shape[:2]
    _check_side(path, format, width, height)
    pixels = _storable(picture.pixels, format, path)
    stays_grey = pixels.ndim == 2 and format.name not in ("WEBP", "AVIF")
    icc = picture.icc if icc_fits(picture.icc, grey=stays_grey) else None
    carried = fit_for(format, picture.exif, picture.metadata, (width, height))
    notes = (*_writing_notes(picture, format, icc), *carried.notes)
    if icc and not format.profile:
        pixels, icc = _as_srgb(pixels, icc), None
    try:
        with atomic_path(path, overwrite=overwrite) as partial, checked_file(partial) as file:
            encode(file, pixels, format, quality=quality, icc=icc, carried=carried)
    except PaintreelError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {system_reason(error)}") from error
    except Exception as error:  # encoders refuse with ValueError, SystemError, ...
        raise OutputError(f"cannot write {path}: {str(error) or type(error).__name__}") from error
    return notes


def _as_srgb(pixels: Array, icc: bytes) -> Array:
    converted = to_srgb(pixels, icc)
    return pixels if converted is None else converted


def _writing_notes(picture: Picture, format: PictureFormat, icc: bytes | None) -> Iterator[Note]:
    if picture.icc and icc is None:
        text = "the colour profile does not fit the pixels and was left out"
        yield Note("profile-left-out", text, loss=True)
    elif icc and not format.profile:
        yield Note("profile-applied", f"{format.title} holds no profile: colours became sRGB")
    if picture.pixels.dtype == np.uint16 and format.bits == 8:
        text = f"{format.title} holds 8 bits a channel: 16 were rounded"
        yield Note("depth-reduced", text, loss=True)


def _storable(pixels: Array, format: PictureFormat, path: Path) -> Array:
    """`pixels` with the dtype and the channels that files of `format` hold."""
    if pixels.dtype.kind == "f":
        raise InputError(
            f"files hold uint8 or uint16, picture.pixels are {pixels.dtype}; "
            "convert them with imaging.arrays.from_float"
        )
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if not format.alpha and pixels.ndim == 3 and pixels.shape[2] == 4:
        if pixels[..., 3].min() < full_scale(pixels.dtype):
            raise OutputError(
                f"cannot write {path}: {format.title} holds no transparency; write {_with_alpha()}"
            )
        pixels = pixels[..., :3]
    if pixels.dtype == np.uint16 and format.bits == 8:
        pixels = to_8bit(pixels)
    return np.ascontiguousarray(pixels)


def _with_alpha() -> str:
    *first, last = (row.title for row in PICTURE_FORMATS.values() if row.alpha)
    return f"{', '.join(first)} or {last}"
