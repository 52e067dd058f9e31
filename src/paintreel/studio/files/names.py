"""Names that users give to files, made fit to be names of files here."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

__all__ = ["clean_name", "clean_path", "unlike"]

_MOST_BYTES, _MOST_DEEP = 120, 6
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""What names of files on Windows cannot be, where results are taken home to."""


def clean_name(name: str) -> str:
    """One part of a path: no separator, no control character, not hidden, not too long.

    >>> clean_name("../../etc/passwd"), clean_name("  .bashrc "), clean_name("")
    ('etc_passwd', 'bashrc', 'file')
    """
    text = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C"
    )
    text = _FORBIDDEN.sub("_", text).strip(" ._")
    text = re.sub(r"(^|_)\.+(_|$)", "_", text).strip(" ._")
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, dot, suffix = text, "", ""
    while len(f"{stem}{dot}{suffix}".encode()) > _MOST_BYTES:
        stem = stem[:-1]
    text = f"{stem}{dot}{suffix}"
    if not text or _RESERVED.fullmatch(text):
        text = f"file_{text}" if text else "file"
    return text


def clean_path(path: str) -> str:
    """A path of a dropped folder, relative, each part as `clean_name` makes it.

    >>> clean_path("holiday/../day 1/a.jpg"), clean_path("C:\\\\x\\\\a.jpg"), clean_path("/etc/a")
    ('holiday/day 1/a.jpg', 'C/x/a.jpg', 'etc/a')
    """
    parts = [part for part in re.split(r"[/\\]", path) if part.strip(" .")]
    clean = [clean_name(part) for part in parts[-_MOST_DEEP:]] or ["file"]
    return "/".join(clean)


def unlike(path: str, taken: set[str]) -> str:
    """`path`, numbered where it is in `taken` already, in whatever case; added to it.

    >>> taken = {"a.jpg"}; unlike("A.jpg", taken), unlike("a.jpg", taken)
    ('A-2.jpg', 'a-3.jpg')
    """
    pure, number, name = PurePosixPath(path), 1, path
    lower = {each.casefold() for each in taken}
    while name.casefold() in lower:
        number += 1
        name = str(pure.with_name(f"{pure.stem}-{number}{pure.suffix}"))
    taken.add(name)
    return name
