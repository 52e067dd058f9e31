"""Bytes as text, in whatever encoding a program wrote them."""

from __future__ import annotations

import codecs

__all__ = ["GUESSED", "decoded"]

GUESSED = "cp1252"
"""The encoding of what is neither marked nor UTF-8 nor UTF-16: a guess."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes) -> tuple[str, str]:
    """(text, encoding) of bytes: by their mark, as UTF-8, as UTF-16, else as Windows-1252.

    Raises ValueError for what is no text.

    >>> decoded("café".encode("cp1252")), decoded("café".encode("utf-16-le"))
    (('café', 'cp1252'), ('café', 'utf-16-le'))
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding), encoding
    sample = data[:4096]
    if b"\0" in sample:  # every other byte of plain letters in UTF-16
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) > 0.3 * len(sample) / 2 and min(even, odd) == 0:
            encoding = "utf-16-le" if odd else "utf-16-be"
            return data.decode(encoding), encoding
        raise ValueError("it holds zero bytes")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    odd_marks = sum((not c.isprintable() and c not in "\n\r\t\f") or c == "�" for c in text)
    if odd_marks > 0.02 * len(text):
        raise ValueError("it holds bytes of no text")
    return text, "cp1252"
