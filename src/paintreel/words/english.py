"""Whether a text is English: other languages are said, not guessed at."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from paintreel.words.taxonomy import Taxonomy
from paintreel.words.tokens import Token

__all__ = ["FUNCTION_WORDS", "language_of", "languages_of"]

_SMALL_WORDS = tomllib.loads(Path(__file__).with_name("small_words.toml").read_text("utf-8"))
_SMALL: dict[str, frozenset[str]] = {
    name: frozenset(text.split()) for name, text in _SMALL_WORDS["small"].items()
}

FUNCTION_WORDS = _SMALL.pop("English")
"""English words that hold sentences together; they carry no feeling of their own."""

_ENGLISH = FUNCTION_WORDS | {"no", "not", "never", "nothing", "nobody", "none"}

_SCRIPTS = {
    "CYRILLIC": "Russian or another language in Cyrillic",
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "ARABIC": "Arabic",
    "HEBREW": "Hebrew",
    "GREEK": "Greek",
    "DEVANAGARI": "Hindi",
    "THAI": "Thai",
}
_FEWEST_WORDS = 4
_OTHER_SHARE = 0.2
_KNOWN_SHARE = 0.5
_OTHER = "another language"

_Told: TypeAlias = str | Literal[False] | None
"""A language, None: English, False: neither can be told."""


def language_of(
    tokens: Sequence[Token], taxonomy: Taxonomy, *, around: str | None = None
) -> str | None:
    """The language of a text that is not English, in words; None of English.

    Told by letters of another script, by the small words of some languages, and, where neither says
    anything, by how few words are English ones: "another language".

    around  language of the text around, None: English; what cannot be told by itself is in it
    """
    told = _told(tokens, taxonomy, around)
    return around if told is False else told


def languages_of(lines: Sequence[Sequence[Token]], taxonomy: Taxonomy) -> list[str | None]:
    """The language of every line of one text, None of English.

    What cannot be told by itself ("Not!" is German too) is as the lines before and after it where
    they agree, else as the text is as a whole.
    """
    together = _told([token for line in lines for token in line], taxonomy, None, whole=True)
    whole = None if together is False else together
    told = [_told(line, taxonomy, whole) for line in lines]
    before, after = _nearest(told), _nearest(told[::-1])[::-1]
    return [
        own if own is not False else left if left == right and left is not False else whole
        for own, left, right in zip(told, before, after, strict=True)
    ]


def _nearest(told: Sequence[_Told]) -> list[_Told]:
    """What the last line before each says that can be told; False where there is none."""
    found: list[_Told] = []
    last: _Told = False
    for own in told:
        found.append(last)
        last = last if own is False else own
    return found


def _told(
    tokens: Sequence[Token], taxonomy: Taxonomy, around: str | None, *, whole: bool = False
) -> _Told:
    """What a text says by itself of its language."""
    written = {token.text: token.written for token in tokens if token.kind == "word"}
    words = [token.text for token in tokens if token.kind == "word"]
    scripts = Counter(script for word in words if (script := _script_of(word)))
    if scripts and scripts.total() > len(words) / 2:
        return _SCRIPTS[scripts.most_common(1)[0][0]]
    different = set(words)  # "la la la" is no French
    english = len(different & _ENGLISH)
    counts = {name: len(different & small) for name, small in _SMALL.items()}
    name = max(counts, key=lambda each: (counts[each], _alone(each, different)))
    known = {w for w in different if not written[w].islower() or taxonomy.lemmas(w)} | (
        different & _ENGLISH
    )
    if around is not None and around in counts and counts[around] > counts[name] - 2:
        name = around
    if counts[name] > max(1, english) and counts[name] >= _OTHER_SHARE * len(different):
        # "Er, man!" is no German, but it is among German.
        strange = different if whole else different & _SMALL[name]
        if name == around or any(w not in _ENGLISH and not taxonomy.lemmas(w) for w in strange):
            return name
    is_known = len(known) >= _KNOWN_SHARE * len(different)
    if english > counts[name] and is_known:
        return None
    if is_known or len(words) < _FEWEST_WORDS:
        return False
    return around or _OTHER


def _alone(name: str, words: set[str]) -> int:
    """How many of the words are small ones of this language and of no other."""
    others = frozenset().union(*(small for each, small in _SMALL.items() if each != name))
    return len(words & _SMALL[name] - others)


def _script_of(word: str) -> str | None:
    name = unicodedata.name(word[0], "").split(" ")[0]
    return name if name in _SCRIPTS else None
