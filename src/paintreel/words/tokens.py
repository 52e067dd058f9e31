"""A line of text as tokens: words, emoji, emoticons and stops."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

__all__ = ["Token", "split"]

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+(?:['’][^\W\d_]+)*)*['’]?"
_STOP = r"\.\.\.+|…|[!?¿¡‼⁉⁈]+|[.,;:()\[\]\"“”«»—–]|--+"
_KINDS = re.compile(rf"(?P<word>{_WORD})|(?P<number>\d[\d.,:]*)|(?P<stop>{_STOP})|(?P<other>\S)")

_JOINED = {"️", "︎", "‍", *(chr(code) for code in range(0x1F3FB, 0x1F400))}
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


def split(text: str, signs: Collection[str] = ()) -> list[Token]:
    """The tokens of a line, in order; contractions of "not" are two words.

    signs  emoji and emoticons, which are kept whole

    >>> [token.text for token in split("Don't cry, Mia! :-)", [":-)"])]
    ['do', 'not', 'cry', ',', 'mia', '!', ':-)']
    """
    text = "".join(c for c in text if c not in _JOINED)
    faces = sorted((sign for sign in signs if len(sign) > 1), key=len, reverse=True)
    marks = {sign for sign in signs if len(sign) == 1}
    tokens: list[Token] = []
    starts, at = True, 0
    while at < len(text):
        alone = at == 0 or not text[at - 1].isalnum()
        face = next((f for f in faces if alone and text.startswith(f, at)), None)
        if face is not None and text[at + len(face) : at + len(face) + 1].isalnum():
            face = None
        if face is not None or text[at] in marks:
            sign = face or text[at]
            tokens.append(Token(sign, sign, "sign"))
            at += len(sign)
            continue
        if text[at].isspace():
            at += 1
            continue
        match = _KINDS.match(text, at)
        assert match is not None, "whatever is no space is some token"
        at = match.end()
        written = match[0]
        if match["word"]:
            tokens += _words(written, starts)
            starts = False
        elif match["number"]:
            tokens.append(Token(written, written, "number", starts))
            starts = False
        elif match["stop"]:
            tokens.append(Token(written, written, "stop"))
            starts = starts or written[0] in ".!?…‼⁉⁈"
    return tokens


def _words(written: str, starts: bool) -> list[Token]:
    plain = written.replace("’", "'").strip("'")
    text = plain.lower()
    parts = _CONTRACTED.get(text)
    if parts is None and text.endswith("n't"):
        parts = (text[:-3], "not")
    if parts is None and text.endswith("in'"):
        parts = (f"{text[:-1]}g",)
    if parts is None:
        head, apostrophe, tail = text.rpartition("'")
        if apostrophe and tail in ("s", "m", "re", "ve", "ll", "d"):
            return [Token(head, plain[: len(head)], "word", starts)]
        return [Token(text, plain, "word", starts)]
    shouted = plain.isupper()
    return [
        Token(part, part.upper() if shouted else _as(part, plain, i), "word", starts and i == 0)
        for i, part in enumerate(parts)
    ]


def _as(part: str, plain: str, place: int) -> str:
    return part.capitalize() if place == 0 and plain[0].isupper() else part
