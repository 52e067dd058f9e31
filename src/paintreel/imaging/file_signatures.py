"""What a file holds, by the signature in its first bytes: the suffix may lie."""

from __future__ import annotations

from paintreel.imaging.formats import PICTURE_FORMATS

__all__ = ["SIGNATURE_BYTES", "format_of", "why_blank", "why_refused"]

SIGNATURE_BYTES = 64
"""How many bytes from the start of a file the functions below look at."""

_FOREIGN = (
    (0, b"%PDF", "a PDF document; export its pages as PNG"),
    (0, b"8BPS", "a Photoshop document; export it as PNG or TIFF"),
    (0, b"BM", "a BMP picture; convert it to PNG"),
    (0, b"\x00\x00\x01\x00", "an icon; convert it to PNG"),
    (0, b"PK\x03\x04", "a ZIP archive; unpack it"),
    (0, b"\x1f\x8b", "a gzip archive; unpack it"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (0, b"version https://git-lfs", "a Git LFS pointer; fetch the file with 'git lfs pull'"),
    (0, b"\x1aE\xdf\xa3", "a video, not a picture"),
    (0, b"\xff\x0a", "a JPEG XL picture; convert it to PNG"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture; convert it to PNG"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture; convert it to PNG"),
    (4, b"ftyphei", "a HEIC picture; convert it to JPEG"),
    (4, b"ftypmif1", "a HEIF picture; convert it to JPEG"),
    (4, b"ftyp", "a video, not a picture"),
    (0, b"<", "a text file (HTML, XML or SVG), not a picture of pixels"),
)
_TITLES = [row.title for row in PICTURE_FORMATS.values()]
_READABLE = f"expected {', '.join(_TITLES[:-1])} or {_TITLES[-1]}"


def format_of(head: bytes) -> str | None:
    """The picture format that a file starting with `head` has, as Pillow names it, or None.

    >>> format_of(b"GIF89a...")
    'GIF'
    """
    if head[8:12] == b"WEBP" and head[:4] != b"RIFF":
        return None
    if head[4:12] == b"ftypmif1" and b"avif" in head[:SIGNATURE_BYTES]:
        return "AVIF"  # the brand that counts stands among the compatible ones
    for row in PICTURE_FORMATS.values():
        if any(head.startswith(signature, offset) for offset, signature in row.signatures):
            return row.name
    return None


def why_blank(head: bytes) -> str | None:
    """Why a file starting with `head` holds nothing at all; None where it may hold something."""
    if not head:
        return "the file is empty"
    return None if any(head) else "the file starts with zeros, perhaps a broken copy"


def why_refused(head: bytes) -> str:
    """Why a file starting with `head`, which has no readable format, is not one."""
    blank = why_blank(head)
    if blank is not None:
        return f"{blank}; {_READABLE}" if head else blank
    for offset, signature, meaning in _FOREIGN:
        if head.startswith(signature, offset):
            return f"it is {meaning}"
    return f"it is not a picture of a known format; {_READABLE}"
