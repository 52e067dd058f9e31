"""Colour profiles (ICC.1) of picture files, and pictures in inks or Lab turned into RGB."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from paintreel.imaging.arrays import Array
from paintreel.imaging.coding_points import CodingPoints
from paintreel.imaging.untrusted_files import UnsupportedPicture

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile

__all__ = [
    "coding_points_of_icc",
    "describe_icc",
    "icc_fits",
    "is_icc",
    "repair_icc",
    "to_display_mode",
    "to_srgb",
]

_HEADER_BYTES = 128
_GREY, _RGB, _CMYK = b"GRAY", b"RGB ", b"CMYK"


def is_icc(icc: bytes | None) -> bool:
    """Whether `icc` has the header of a profile and the length that the header states."""
    return (
        icc is not None
        and len(icc) >= _HEADER_BYTES
        and icc[36:40] == b"acsp"
        and int.from_bytes(icc[:4], "big") == len(icc)
    )


def repair_icc(icc: bytes | None) -> bytes | None:
    """The profile with the length that its header states; None where it is damaged or none.

    Bytes after its end are cut off, as containers pad it. A header that states less than its tags
    take, or more than there is, is set right where every tag lies within `icc`.
    """
    if icc is None or len(icc) < _HEADER_BYTES + 4 or icc[36:40] != b"acsp":
        return None
    stated = int.from_bytes(icc[:4], "big")
    needed = max((start + length for _, start, length in _tags_of(icc)), default=0)
    if stated == len(icc):
        return icc
    if needed > len(icc) or needed <= _HEADER_BYTES:
        return None
    if needed <= stated < len(icc):
        return icc[:stated]
    padded = icc[:needed] + bytes(-needed % 4)
    return len(padded).to_bytes(4, "big") + padded[4:]


def _tags_of(icc: bytes) -> list[tuple[bytes, int, int]]:
    """(name, start, length) of every tag in the table of a profile."""
    count = min(int.from_bytes(icc[128:132], "big"), (len(icc) - 132) // 12)
    return [struct.unpack_from(">4sII", icc, 132 + 12 * i) for i in range(count)]


def coding_points_of_icc(icc: bytes) -> CodingPoints | None:
    """The codes of H.273 that the profile states in its tag cicp (ICC.1:2022); None without."""
    for name, start, length in _tags_of(icc):
        content = icc[start : start + length]
        if name == b"cicp" and content[:4] == b"cicp" and len(content) >= 12:
            return CodingPoints(content[8], content[9])
    return None


def icc_fits(icc: bytes | None, *, grey: bool) -> bool:
    """Whether a file with grey or RGB pixels may carry `icc`."""
    return _space_of(icc) == (_GREY if grey else _RGB)


def _space_of(icc: bytes | None) -> bytes | None:
    """The colour space (4 bytes) whose values the profile reads; None where it is no profile."""
    return icc[16:20] if icc is not None and is_icc(icc) else None


def describe_icc(icc: bytes) -> str:
    """The name that the profile gives itself; "unreadable profile" where it is damaged."""
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(icc))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "unreadable profile"


def to_display_mode(image: Image.Image) -> tuple[Image.Image, bool]:
    """`image` of 8 bits in Pillow's mode L, RGB or RGBA, and whether its profile still applies.

    Palettes are expanded, every kind of transparency becomes an alpha channel. CMYK and Lab are
    converted to sRGB, CMYK through the embedded profile where that works. Raises
    `UnsupportedPicture` for pixels of more than 8 bits.
    """
    mode = image.mode
    if mode in ("L", "RGB", "RGBA") and (mode == "RGBA" or not image.has_transparency_data):
        return image, True
    if mode == "1" and not image.has_transparency_data:
        return image.convert("L"), True
    if mode == "CMYK":
        return _from_cmyk(image), False
    if mode == "LAB":
        return _through_profiles(image, _lab_profile()), False
    if mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBa", "RGBX", "YCbCr"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB"), True
    raise UnsupportedPicture(
        f"a picture with pixels of kind {mode}; expected 8 or 16 bits a channel: convert the file"
    )


def _from_cmyk(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    icc = repair_icc(image.info.get("icc_profile"))
    if icc is not None and _space_of(icc) == _CMYK:
        try:
            return _through_profiles(image, ImageCms.ImageCmsProfile(BytesIO(icc)))
        except (ImageCms.PyCMSError, OSError):
            pass  # a damaged profile: the plain formula is the best that is left
    return image.convert("RGB")


def to_srgb(pixels: Array, icc: bytes) -> Array | None:
    """8-bit pixels, in the colours of the profile, as sRGB; None where it cannot be applied.

    (H, W) of a grey profile, (H, W, 3) or (H, W, 4) of an RGB one; alpha is kept.
    """
    from PIL import ImageCms

    try:
        converted = ImageCms.profileToProfile(
            Image.fromarray(np.ascontiguousarray(pixels[..., :3] if pixels.ndim == 3 else pixels)),
            ImageCms.ImageCmsProfile(BytesIO(icc)),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    assert converted is not None  # only `inPlace` gives None
    rgb = np.asarray(converted)
    if pixels.ndim == 2:
        return np.ascontiguousarray(rgb[..., 1])
    return np.dstack([rgb, pixels[..., 3]]) if pixels.shape[2] == 4 else rgb


def _through_profiles(image: Image.Image, source: ImageCmsProfile) -> Image.Image:
    from PIL import ImageCms

    converted = ImageCms.profileToProfile(
        image,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None  # only `inPlace` gives None
    return converted


def _lab_profile() -> ImageCmsProfile:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
