"""Names that users give to files, made fit to be names of files here; sizes in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

__all__ = ["TakenNames", "clean_name", "clean_path", "in_bytes", "is_storable", "storable"]

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


def is_storable(text: str) -> bool:
    """Whether every database and every answer can hold a text.

    >>> is_storable("Aé"), is_storable("\\ud800"), is_storable("a\\0")
    (True, False, False)
    """
    return "\0" not in text and text.encode("utf-8", "replace").decode() == text


def storable(text: str) -> str:
    """A text without what cannot be stored.

    >>> storable("a\\ud800b\\0c")
    'a?bc'
    """
    return text.encode("utf-8", "replace").decode().replace("\0", "")


class TakenNames:
    """Paths of files that are given out once each, in whatever case; `folders` are taken too.

    >>> names = TakenNames()
    >>> names.give("a.jpg"), names.give("A.jpg"), names.give("a.jpg")
    ('a.jpg', 'A-2.jpg', 'a-3.jpg')
    """

    def __init__(self, folders: Iterable[str] = ()) -> None:
        self._taken = {folder.casefold() for folder in folders}
        self._last: dict[str, int] = {}

    def give(self, path: str) -> str:
        """`path`, numbered where it is taken."""
        pure, wanted, name = PurePosixPath(path), path.casefold(), path
        number = self._last.get(wanted, 1)
        while name.casefold() in self._taken:
            number += 1
            name = str(pure.with_name(f"{pure.stem}-{number}{pure.suffix}"))
        self._last[wanted] = number  # names of one kind are counted on, not anew
        self._taken.add(name.casefold())
        return name

    @classmethod
    def beside(cls, paths: Iterable[str]) -> TakenNames:
        """For files that will lie in one tree: none is called as a folder of another."""
        return cls(str(above) for path in paths for above in PurePosixPath(path).parents)


def in_bytes(count: float) -> str:
    """A size for people.

    >>> in_bytes(1_530_000), in_bytes(900)
    ('1.5 MB', '900 bytes')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"
