"""Colour profiles (ICC.1) of picture files, and pictures in inks or Lab turned into RGB."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile

__all__ = ["describe_icc", "icc_fits", "is_icc", "to_display_mode"]

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
    converted to sRGB, CMYK through the embedded profile where that works. Raises ValueError for
    pixels of more than 8 bits.
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
    raise ValueError(f"pixels of kind {mode}; expected 8 or 16 bits a channel: convert the file")


def _from_cmyk(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    icc = image.info.get("icc_profile")
    if icc is not None and _space_of(icc) == _CMYK:
        try:
            return _through_profiles(image, ImageCms.ImageCmsProfile(BytesIO(icc)))
        except (ImageCms.PyCMSError, OSError):
            pass  # a damaged profile: the plain formula is the best that is left
    return image.convert("RGB")


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
