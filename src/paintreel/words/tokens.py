"""A line of text as tokens: words, emoji, emoticons and stops."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["Token", "split"]

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+(?:['’][^\W\d_]+)*)*['’]?"
_STOP = r"\.\.\.+|…|[!?¿¡‼⁉⁈]+|[.,;:()\[\]\"“”«»—–]|--+"

_JOINED = dict.fromkeys((0xFE0F, 0xFE0E, 0x200D, *range(0x1F3FB, 0x1F400)))
"""Variation selectors, joiners and tones of skin: how an emoji looks and not what it says."""

_CONTRACTED = {
    "won't": ("will", "not"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "didnt": ("did", "not"),
    "wont": ("will", "not"),
    "cant": ("can", "not"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
}

_SHORTENED = {"s": "is", "m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_SUBJECTS = {
    *("he", "she", "it", "that", "there", "here", "this", "what", "who", "where", "how"),
    *("everything", "everyone", "everybody", "nothing", "nobody", "something", "someone"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    text     in lower case; an apostrophe is the straight one
    written  as it stands
    kind     what it is
    starts   whether it begins a sentence
    """

    text: str
    written: str
    kind: Literal["word", "number", "stop", "sign"]
    starts: bool = False

    @property
    def is_capital(self) -> bool:
        """Whether it is written with a capital first letter."""
        return self.written[:1].isupper()

    @property
    def is_shouted(self) -> bool:
        """Whether it is written in capitals throughout, and is no single letter."""
        return len(self.written) > 1 and self.written.isupper()


@lru_cache(maxsize=8)
def _pattern(signs: frozenset[str]) -> re.Pattern[str]:
    """What tokens look like; emoticons stand by themselves, emoji anywhere."""
    faces = sorted((re.escape(sign) for sign in signs if len(sign) > 1), key=len, reverse=True)
    marks = "".join(sorted(re.escape(sign) for sign in signs if len(sign) == 1))
    known = [rf"(?<![^\W_])(?:{'|'.join(faces)})(?![^\W_])"] if faces else []
    known += [f"[{marks}]"] if marks else []
    sign = rf"(?P<sign>{'|'.join(known)})|" if known else ""
    return re.compile(
        rf"{sign}(?P<word>{_WORD})|(?P<number>\d[\d.,:]*)|(?P<stop>{_STOP})|(?P<other>\S)"
    )


def split(text: str, signs: frozenset[str] = frozenset()) -> list[Token]:
    """The tokens of a line, in order; contractions of "not" are two words.

    signs  emoji and emoticons, which are kept whole

    >>> [token.text for token in split("Don't cry, Mia! :-)", frozenset([":-)"]))]
    ['do', 'not', 'cry', ',', 'mia', '!', ':-)']
    """
    tokens: list[Token] = []
    starts = True
    for match in _pattern(signs).finditer(text.translate(_JOINED)):
        written, kind = match[0], match.lastgroup
        if kind == "sign":
            tokens.append(Token(written, written, "sign"))
        elif kind == "word":
            tokens += _words(written, starts)
            starts = False
        elif kind == "number":
            tokens.append(Token(written, written, "number", starts))
            starts = False
        elif kind == "stop":
            tokens.append(Token(written, written, "stop"))
            starts = starts or written[0] in ".!?…‼⁉⁈"
    return tokens


def _words(written: str, starts: bool) -> list[Token]:
    plain = written.replace("’", "'").strip("'")
    text = plain.lower()
    parts: tuple[str, ...] | None = _CONTRACTED.get(text)
    if parts is None and text.endswith("n't"):
        parts = (text[:-3], "not")
    if parts is None and text.endswith("in'"):
        parts = (f"{text[:-1]}g",)
    if parts is None:
        head, apostrophe, tail = text.rpartition("'")
        if not apostrophe or tail not in _SHORTENED:
            return [Token(text, plain, "word", starts)]
        found = [Token(head, plain[: len(head)], "word", starts)]
        if tail != "s" or head in _SUBJECTS:  # else it says whose
            found.append(Token(_SHORTENED[tail], _SHORTENED[tail], "word"))
        return found
    shouted = plain.isupper()
    return [
        Token(part, part.upper() if shouted else _as(part, plain, i), "word", starts and i == 0)
        for i, part in enumerate(parts)
    ]


def _as(part: str, plain: str, place: int) -> str:
    return part.capitalize() if place == 0 and plain[0].isupper() else part
