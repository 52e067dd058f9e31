"""Tables as text files: a header, and rows that know their number."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from paintreel.errors import InputError, UnreadableFile, system_reason

__all__ = ["TextTable", "read_table"]


@dataclass(frozen=True, slots=True)
class TextTable:
    """What a table file holds.

    header  names of the columns, each once
    rows    (number, cells) of every row that is not blank; the header is row 1, as in a
            spreadsheet. Cells are without spaces around them, and may be fewer or more than the
            columns
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(path: str | PathLike[str]) -> TextTable:
    """Read a table with a header (UTF-8; tabs, else commas, else semicolons between cells).

    Raises UnreadableFile for a file that is missing, no text, or has no row below its header;
    InputError for a column that is named twice.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFile(path, system_reason(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, "not UTF-8 text") from error
    head = next(iter(text.splitlines()), "")
    delimiter = next((each for each in "\t,;" if each in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        numbered = [
            (number, tuple(cell.strip() for cell in row))
            for number, row in enumerate(reader, start=1)
            if row
        ]
    except csv.Error as error:
        raise UnreadableFile(path, f"no table: {error}") from None
    if len(numbered) < 2:
        raise UnreadableFile(path, "no table: expected a header and one row a rating")
    header = numbered[0][1]
    if len(set(header)) < len(header):
        raise InputError(f"{path} names a column twice: {', '.join(header)}")
    return TextTable(header, tuple(numbered[1:]))
