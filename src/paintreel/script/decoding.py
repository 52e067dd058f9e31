"""The text of a file, in whatever encoding it was written."""

from __future__ import annotations

from pathlib import Path

from paintreel.errors import UnreadableFile
from paintreel.imaging.plain_text import GUESSED, decoded
from paintreel.imaging.untrusted_files import open_regular, unreadable_file
from paintreel.notes import Note

__all__ = ["MOST_BYTES", "read_text"]

MOST_BYTES = 16 << 20
"""Largest script: a feature film has 0.3 MB."""

_FOREIGN = (
    (b"%PDF", "it is a PDF; export the script as Fountain or plain text"),
    (b"PK\x03\x04", "it is a document or an archive; export the script as Fountain or plain text"),
    (b"\xd0\xcf\x11\xe0", "it is a document of Word; export the script as Fountain or plain text"),
    (b"{\\rtf", "it is rich text; save it as plain text"),
    (b"<?xml", "it is XML, as Final Draft writes; export the script as Fountain or plain text"),
)


def read_text(path: Path) -> tuple[str, tuple[Note, ...]]:
    """The text, lines ending in a line feed, and in which encoding it was where that is a guess.

    Raises UnreadableFile for what is missing, too large, no text, or has nothing in it.
    """
    with unreadable_file(path), open_regular(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableFile(path, f"it is larger than {MOST_BYTES >> 20} MB, no script is")
    for begin, reason in _FOREIGN:
        if data.startswith(begin):
            raise UnreadableFile(path, reason)
    text, encoding = _decode(path, data)
    if not text.strip():
        raise UnreadableFile(path, "it holds no text; give a script with a line in it")
    notes: tuple[Note, ...] = ()
    if encoding == GUESSED:
        notes = (
            Note(
                "encoding-guessed",
                "the file is not in UTF-8; it was read as Windows-1252, so that letters with "
                "accents may be wrong: save it as UTF-8 where they are",
            ),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _decode(path: Path, data: bytes) -> tuple[str, str]:
    try:
        return decoded(data)
    except ValueError as error:
        reason = "" if isinstance(error, UnicodeError) else f" ({error})"
        raise UnreadableFile(path, f"it is no text{reason}; expected a script in UTF-8") from None
