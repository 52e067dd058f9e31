"""Pictures on disk: reading what a file really holds, writing it whole or not at all.

Reads JPEG, PNG, WebP, TIFF, AVIF and still GIF; the content decides the format, never the
suffix. Writes the same formats, chosen by the suffix. Pixels stay uint8 or uint16 all the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFile
from PIL.TiffImagePlugin import BITSPERSAMPLE, TiffImageFile

from paintreel.errors import (
    InputError,
    OutputError,
    PaintreelError,
    PictureTooLarge,
    UnreadableFile,
)
from paintreel.imaging.arrays import Array, check_image, full_scale, to_8bit
from paintreel.imaging.atomic import TEMPORARY_PREFIX, atomic_path
from paintreel.imaging.exif import orient, read_orientation, reset_exif
from paintreel.imaging.file_signatures import format_of
from paintreel.imaging.formats import (
    ANIMATED_FORMATS,
    IMAGE_SUFFIXES,
    PictureFormat,
    format_of_suffix,
)
from paintreel.imaging.profiles import describe_icc, icc_fits, is_icc, to_display_mode
from paintreel.imaging.sixteen_bit import decode_16bit, write_png_16bit
from paintreel.imaging.tiff import exif_from_tiff, read_tiff_16bit, write_tiff
from paintreel.imaging.untrusted_files import open_image, read_head, to_array

__all__ = [
    "DEFAULT_MAX_PIXELS",
    "IMAGE_SUFFIXES",
    "TEMPORARY_PREFIX",
    "Picture",
    "PictureInfo",
    "atomic_path",
    "inspect_picture",
    "is_animated",
    "is_image",
    "read_picture",
    "write_picture",
]

DEFAULT_MAX_PIXELS = 200_000_000
"""Pictures above this are taken for decompression bombs: 0.6 GB of RGB."""

_JPEG_EXIF_BYTES = 65_533 - 6  # what one APP1 segment holds beside its prefix
_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"subsampling": "4:4:4"},
    "PNG": {"compress_level": 4},
    "WEBP": {"method": 4},
    "AVIF": {"subsampling": "4:4:4", "speed": 8},
}


@dataclass(frozen=True, slots=True, eq=False)  # arrays do not compare to one truth
class Picture:
    """A picture and what its file says about it.

    `pixels` are upright uint8 or uint16: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGB with
    straight alpha. `icc` is the colour profile they are in (None: sRGB) and `exif` the EXIF
    block, without "Exif" prefix, its orientation reset to upright. `format` and `mode` tell
    where they come from: Pillow's names, such as "PNG" and "P" for one with a palette; both are
    "" for pictures made in memory. Change pixels with `dataclasses.replace`.
    """

    pixels: Array
    icc: bytes | None = None
    exif: bytes | None = None
    format: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """What the header of a picture file says, without its pixels.

    `width` and `height` are those of the upright picture, in pixels; `mode` is Pillow's name;
    `bits` counts per channel of what `read_picture` returns; `icc` is the name of the profile.
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


def is_image(path: str | PathLike[str]) -> bool:
    """Whether the content of the file starts as a readable picture or animation does.

    False also for what is missing, no file or not permitted; a true one may still be damaged.
    """
    try:
        return format_of(read_head(Path(path))) is not None
    except UnreadableFile:
        return False


def is_animated(path: str | PathLike[str]) -> bool:
    """Whether the file is a GIF or WebP of two or more frames (decoded in `paintreel.media`).

    False for whatever cannot be read as one. Of other formats with several pictures in a file
    (TIFF pages, APNG, AVIF sequences) `read_picture` takes the first.
    """
    try:
        with open_image(Path(path)) as image:
            return _has_frames(image)
    except UnreadableFile:
        return False


def inspect_picture(path: str | PathLike[str]) -> PictureInfo:
    """What the file is, from its header alone. Raises `UnreadableFile`."""
    path = Path(path)
    with open_image(path) as image:
        exif, icc = _exif_of(image), image.info.get("icc_profile")
        orientation = read_orientation(exif)
        width, height = image.size if orientation < 5 else image.size[::-1]
        return PictureInfo(
            width=width,
            height=height,
            format=image.format or "",
            mode=image.mode,
            bits=16 if _is_16bit(path, image) else 8,
            alpha=image.has_transparency_data,
            orientation=orientation,
            icc=describe_icc(icc) if icc else None,
            exif=exif is not None,
            animated=_has_frames(image),
        )


def read_picture(path: str | PathLike[str], *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Picture:
    """The picture in the file at `path`, upright, with its colour profile and EXIF.

    Grey stays grey, except with transparency; palettes, CMYK and Lab become RGB(A). 16-bit PNG
    and TIFF give uint16, all else uint8. An animation gives its first frame.

    Raises `UnreadableFile` with the reason for files that are missing, empty, truncated, damaged
    or no picture; `PictureTooLarge` before anything is decoded when the header states more than
    `max_pixels` pixels.
    """
    path = Path(path)
    with open_image(path) as image:
        pixel_count = image.width * image.height
        if pixel_count > max_pixels:
            raise PictureTooLarge(path, pixel_count, max_pixels)
        origin = {"format": image.format or "", "mode": image.mode}
        if _is_16bit(path, image):
            pixels, keeps_icc = _read_16bit(path, image), True
        else:
            converted, keeps_icc = to_display_mode(image)
            pixels = to_array(converted)
        exif, icc = _exif_of(image), image.info.get("icc_profile")
        return Picture(
            pixels=orient(pixels, read_orientation(exif)),
            icc=icc if keeps_icc and is_icc(icc) else None,
            exif=reset_exif(exif),
            **origin,
        )


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


def write_picture(
    path: str | PathLike[str], picture: Picture, *, quality: int = 95, overwrite: bool = False
) -> None:
    """Write `picture` to `path` in the format of its suffix, whole or not at all.

    `quality`, 1 to 100, counts for JPEG, WebP and AVIF. uint16 is kept by PNG and TIFF and
    rounded to 8 bits for the others. The profile is left out where it does not fit the pixels
    (a grey one on colour), EXIF where the format or its size does not allow it.

    Raises `OutputError` when the suffix is unknown, `path` exists and `overwrite` is false, the
    format cannot hold the picture (transparency in JPEG, more than 16383 pixels a side in WebP)
    or the disk refuses; `InputError` for unusable pixels or quality.
    """
    path = Path(path)
    format = format_of_suffix(path.suffix)
    if format is None:
        known = " ".join(sorted(IMAGE_SUFFIXES))
        raise OutputError(f"cannot write {path}: suffix {path.suffix!r} is none of {known}")
    if not 1 <= quality <= 100:
        raise InputError(f"quality must be 1 to 100, got {quality}")
    check_image(picture.pixels, name="picture.pixels")
    pixels = _storable(picture.pixels, format, path)
    stays_grey = pixels.ndim == 2 and format.name not in ("WEBP", "AVIF")
    icc = picture.icc if icc_fits(picture.icc, grey=stays_grey) else None
    try:
        with atomic_path(path, overwrite=overwrite) as partial:
            if format.name == "TIFF":
                write_tiff(partial, pixels, icc=icc, exif=picture.exif)
            elif pixels.dtype == np.uint16:
                write_png_16bit(partial, pixels, icc=icc, exif=picture.exif)
            else:
                options = _save_options(format, quality, icc, picture.exif)
                Image.fromarray(pixels).save(partial, format=format.name, **options)
    except PaintreelError:
        raise
    except Exception as error:  # encoders refuse with OSError, ValueError, SystemError, ...
        raise OutputError(f"cannot write {path}: {str(error) or type(error).__name__}") from error


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
                f"cannot write {path}: {format.title} holds no transparency; "
                "write PNG, WebP, TIFF or AVIF"
            )
        pixels = pixels[..., :3]
    if pixels.dtype == np.uint16 and format.bits == 8:
        pixels = to_8bit(pixels)
    return np.ascontiguousarray(pixels)


def _save_options(
    format: PictureFormat, quality: int, icc: bytes | None, exif: bytes | None
) -> dict[str, Any]:
    """Options of Pillow's `save`. Lines stay sharp: no chroma subsampling."""
    options = dict(_SAVE_OPTIONS.get(format.name, {}))
    if format.lossy:
        options["quality"] = quality
    if format.name == "GIF":  # holds neither
        return options
    if icc:
        options["icc_profile"] = icc
    is_jpeg = format.name == "JPEG"
    if exif and not (is_jpeg and len(exif) > _JPEG_EXIF_BYTES):
        options["exif"] = b"Exif\x00\x00" + exif if is_jpeg else exif
    return options
