"""What a file holds, by the signature in its first bytes: the suffix may lie."""

from __future__ import annotations

from paintreel.imaging.formats import PICTURE_FORMATS

__all__ = [
    "SIGNATURE_BYTES",
    "format_of",
    "is_foreign_picture",
    "is_text",
    "why_blank",
    "why_refused",
]

SIGNATURE_BYTES = 256
"""How many bytes from the start of a file the functions below look at."""

_FOREIGN = (
    (0, b"%PDF", "a PDF document; export its pages as PNG"),
    (0, b"8BPS", "a Photoshop document; export it as PNG or TIFF"),
    (0, b"\x00\x00\x01\x00", "an icon; convert it to PNG"),
    (0, b"PK\x03\x04", "a ZIP archive; unpack it"),
    (0, b"\x1f\x8b", "a gzip archive; unpack it"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (0, b"version https://git-lfs", "a Git LFS pointer; fetch the file with 'git lfs pull'"),
    (0, b"\x1aE\xdf\xa3", "a video, not a picture"),
    (0, b"\xff\x0a", "a JPEG XL picture; convert it to PNG"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture; convert it to PNG"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture; convert it to PNG"),
    (4, b"ftypcrx ", "a raw photograph (Canon CR3): develop it first, then paint the result"),
    (0, b"FUJIFILMCCD-RAW", "a raw photograph (Fuji RAF): develop it first, then paint the result"),
    (0, b"IIU\x00", "a raw photograph (Panasonic RW2): develop it first, then paint the result"),
    (0, b"IIRO", "a raw photograph (Olympus ORF): develop it first, then paint the result"),
    (0, b"IIRS", "a raw photograph (Olympus ORF): develop it first, then paint the result"),
    (0, b"MMOR", "a raw photograph (Olympus ORF): develop it first, then paint the result"),
    (0, b"FOVb", "a raw photograph (Sigma X3F): develop it first, then paint the result"),
    (0, b"v/1\x01", "an OpenEXR picture of high dynamic range; tone-map it to PNG"),
    (0, b"#?RADIANCE", "a Radiance picture of high dynamic range; tone-map it to PNG"),
    (0, b"qoif", "a QOI picture; convert it to PNG"),
    (0, b"gimp xcf", "a GIMP document; export it as PNG or TIFF"),
    (4, b"ftyp", "a video, not a picture"),
    (0, b"%!PS", "a PostScript drawing; export it as PNG"),
    (0, b"<", "a text file (HTML, XML or SVG), not a picture of pixels"),
)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_BMP_HEADER_BYTES = (12, 40, 52, 56, 64, 108, 124)
_NOT_PICTURES = (
    "a video, not a picture",
    "a ZIP archive; unpack it",
    "a gzip archive; unpack it",
    "a 7z archive; unpack it",
    "a text file (HTML, XML or SVG), not a picture of pixels",
    "a Git LFS pointer; fetch the file with 'git lfs pull'",
)
_TITLES = [row.title for row in PICTURE_FORMATS.values()]
_READABLE = f"expected {', '.join(_TITLES[:-1])} or {_TITLES[-1]}"


def format_of(head: bytes) -> str | None:
    """The picture format that a file starting with `head` has, as Pillow names it, or None.

    "HEIF" needs an optional package to be read (see `untrusted_files.pillow_image`).

    >>> format_of(b"GIF89a...")
    'GIF'
    """
    if head[8:12] == b"WEBP" and head[:4] != b"RIFF":
        return None
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") not in _BMP_HEADER_BYTES:
        return None  # two letters may start any text
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        # Of general brands the one that counts stands among the compatible ones.
        general = head[8:12] in (b"mif1", b"msf1")
        brands = head[16 : int.from_bytes(head[:4], "big")]
        return "AVIF" if general and b"avi" in brands else "HEIF"
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
    meaning = _foreign_meaning(head)
    if meaning is not None:
        return f"it is {meaning}"
    if is_text(head):
        return f"it is a text file, not a picture or clip; {_READABLE}"
    return f"it is not a picture of a known format; {_READABLE}"


def is_text(head: bytes) -> bool:
    r"""Whether a file starting with `head` is text in UTF-8, of whatever kind.

    >>> is_text("# Entrée".encode()), is_text(b"GIF89a\x00")
    (True, False)
    """
    text = head.decode("utf-8", "ignore").lstrip("\ufeff")
    whole = len(head) - len(text.encode()) <= 3 + 3  # the last may be cut; a mark of order
    return (
        whole
        and any(not c.isspace() for c in text)
        and all(c.isprintable() or c.isspace() for c in text)
    )


def is_foreign_picture(head: bytes) -> bool:
    """Whether a file starting with `head` is a picture or drawing of a format that is not read.

    Such a file is no clip either: `why_refused` says what it is and what to do.

    >>> is_foreign_picture(b"8BPS...")
    True
    """
    meaning = _foreign_meaning(head)
    return meaning is not None and (meaning not in _NOT_PICTURES or b"<svg" in head)


def _foreign_meaning(head: bytes) -> str | None:
    if b"<svg" in head[:SIGNATURE_BYTES]:
        return "an SVG drawing; export it as PNG"
    return next((meaning for at, sign, meaning in _FOREIGN if head.startswith(sign, at)), None)
