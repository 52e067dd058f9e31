"""What verbs say of their options, in words of the page."""

from __future__ import annotations

import re
from functools import cache

from paintreel.studio.forms.fields import fields_of

__all__ = ["in_words"]

_FLAG = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)( [A-Z][A-Z|:x]*\b)?")
_RESULTS = re.compile(r",?( and)? -o [A-Z]+\b")
_PLACES = re.compile(r"\bjob/(in/[a-z_]+/?|out/?)")


@cache
def _labels(verb: str) -> dict[str, str]:
    return {field.flag: field.label for field in fields_of(verb) if field.flag}


def in_words(verb: str, text: str) -> str:
    """A text with options called as the form calls them, and without places of results and files.

    >>> in_words("scene", "give words, --category NAME or --rough PICTURE, and -o OUT")
    "give words, 'Category' or 'Rough'"
    """

    def label(found: re.Match[str]) -> str:
        known = _labels(verb).get(found[1])
        return found[0] if known is None else f"'{known}'"

    return _PLACES.sub("", _FLAG.sub(label, _RESULTS.sub("", text)))
