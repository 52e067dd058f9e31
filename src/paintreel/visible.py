r"""Text that may hold anything, such as the name of a file, made fit to be shown in one line.

One form wherever a name is printed or stands on a page: what a terminal would obey, what would
break the line, and what would turn the text around is shown by its escape.

    \n \r \t     line breaks and tabs
    \x1b \x07    other control characters, by their code
    \xff         a byte of a name that is not UTF-8 (128 and more; no control character)
    \u202e       controls of 128 and more, separators of lines, marks of direction, surrogates

Programs that want the exact name take it from `--json`.
"""

from __future__ import annotations

import html

__all__ = ["escape", "json_safe", "visible"]

_HIGH_CONTROLS = (
    *range(0x7F, 0xA0),
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_SHOWN: dict[int, str] = {code: f"\\x{code:02x}" for code in range(32)}
_SHOWN |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_SHOWN |= {code: f"\\u{code:04x}" for code in (*_HIGH_CONTROLS, *range(0xD800, 0xE000))}
_SHOWN |= {0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)}  # Python's stand-ins

_IN_JSON = {code: f"\\u{code:04x}" for code in (*_HIGH_CONTROLS, *range(0xD800, 0xE000))}


def visible(text: str) -> str:
    r"""The text in one line, with nothing that a terminal obeys.

    >>> visible("a\x1b[31m\nb.png")
    'a\\x1b[31m\\nb.png'
    """
    return text.translate(_SHOWN)


def escape(text: str) -> str:
    """`visible` text for HTML."""
    return html.escape(visible(text))


def json_safe(text: str) -> str:
    """JSON with escapes for what a terminal obeys or UTF-8 has no form of; it says the same."""
    return text.translate(_IN_JSON)
