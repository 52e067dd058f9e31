"""The picture formats, one row each; apart, so that a folder is searched without loading Pillow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ANIMATED_FORMATS",
    "IMAGE_SUFFIXES",
    "PICTURE_FORMATS",
    "PictureFormat",
    "format_of_suffix",
]


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """What the program knows of one picture format.

    name        as Pillow calls it
    title       as people write it
    suffixes    lower case, with dot; any is read and written, results get the first
    signatures  (offset, bytes) of which a file has one
    reader      module below `PIL` and class that open it
    alpha       whether it holds transparency
    bits        most bits a channel that are read and written: 8 or 16
    lossy       whether `quality` counts when it is written
    animated    whether its animations are painted as clips (see `paintreel.media.containers`)
    profile     whether it holds colour profiles; without, pixels are written as sRGB
    exif        whether it holds EXIF
    xmp         whether it holds XMP
    iptc        whether it holds IPTC-IIM
    texts       whether it holds texts: with keywords, as comments, or none
    density     where the resolution stands: in a field of its own, in EXIF, or nowhere
    side_px     longest side that can be written (of JPEG, what libjpeg sets)
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    signatures: tuple[tuple[int, bytes], ...]
    reader: tuple[str, str]
    alpha: bool = True
    bits: int = 8
    lossy: bool = False
    animated: bool = False
    profile: bool = True
    exif: bool = True
    xmp: bool = True
    iptc: bool = False
    texts: Literal["keywords", "comments", ""] = ""
    density: Literal["own", "EXIF", ""] = "EXIF"
    side_px: int = 2**31 - 1

    @property
    def mime(self) -> str:
        """The type that a file of it has on the web.

        >>> PICTURE_FORMATS["WEBP"].mime
        'image/webp'
        """
        return f"image/{self.name.lower()}"


_BIG_TIFF = ((0, b"II+\x00"), (0, b"MM\x00+"))

PICTURE_FORMATS = {
    row.name: row
    for row in (
        PictureFormat(
            "JPEG", "JPEG", (".jpg", ".jpeg"), ((0, b"\xff\xd8\xff"),),
            ("JpegImagePlugin", "JpegImageFile"), alpha=False, lossy=True, iptc=True,
            texts="comments", density="own", side_px=65_500,
        ),
        PictureFormat(
            "PNG", "PNG", (".png",), ((0, b"\x89PNG\r\n\x1a\n"),),
            ("PngImagePlugin", "PngImageFile"), bits=16, animated=True, iptc=True, texts="keywords",
            density="own",
        ),
        PictureFormat(
            "WEBP", "WebP", (".webp",), ((8, b"WEBP"),),
            ("WebPImagePlugin", "WebPImageFile"), lossy=True, animated=True, side_px=16_383,
        ),
        PictureFormat(
            "TIFF", "TIFF", (".tif", ".tiff"), ((0, b"II*\x00"), (0, b"MM\x00*"), *_BIG_TIFF),
            ("TiffImagePlugin", "TiffImageFile"), bits=16, iptc=True, density="own",
        ),
        PictureFormat(
            "AVIF", "AVIF", (".avif",), ((4, b"ftypavif"), (4, b"ftypavis")),
            ("AvifImagePlugin", "AvifImageFile"), lossy=True, animated=True, side_px=65_536,
        ),
        PictureFormat(
            "GIF", "GIF", (".gif",), ((0, b"GIF87a"), (0, b"GIF89a")),
            ("GifImagePlugin", "GifImageFile"), animated=True, profile=False, exif=False,
            texts="comments", density="", side_px=65_535,
        ),
        PictureFormat(
            "BMP", "BMP", (".bmp",), ((0, b"BM"),), ("BmpImagePlugin", "BmpImageFile"),
            alpha=False, profile=False, exif=False, xmp=False, density="own",
        ),
    )
}  # fmt: skip
"""The formats by Pillow's name."""

IMAGE_SUFFIXES = frozenset(suffix for row in PICTURE_FORMATS.values() for suffix in row.suffixes)
"""Suffixes (lower case, with dot) of the pictures that are read and written."""
ANIMATED_FORMATS = tuple(row.name for row in PICTURE_FORMATS.values() if row.animated)
"""Pillow's names of the formats whose animations are painted as clips."""


def format_of_suffix(suffix: str) -> PictureFormat | None:
    """The format that files with `suffix` (with dot, in any case) are written in, or None.

    >>> format_of_suffix(".JPG").name
    'JPEG'
    """
    rows = PICTURE_FORMATS.values()
    return next((row for row in rows if suffix.lower() in row.suffixes), None)
