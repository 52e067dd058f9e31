"""Whether a text is English: other languages are said, not guessed at."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from paintreel.words.taxonomy import Taxonomy
from paintreel.words.tokens import Token

__all__ = ["FUNCTION_WORDS", "language_of", "tells_language"]

_SMALL_WORDS = tomllib.loads(Path(__file__).with_name("small_words.toml").read_text("utf-8"))
_SMALL: dict[str, frozenset[str]] = {
    name: frozenset(text.split()) for name, text in _SMALL_WORDS["small"].items()
}

FUNCTION_WORDS = _SMALL.pop("English")
"""English words that hold sentences together; they carry no feeling of their own."""

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
_OTHER_SHARE = 0.25
_KNOWN_SHARE = 0.5


def language_of(
    tokens: Sequence[Token], taxonomy: Taxonomy, *, around: str | None = None
) -> str | None:
    """The language of a text that is not English, in words; None of English.

    Told by letters of another script, by the small words of some languages, and, where neither says
    anything, by how few words are English ones: "another language".

    around  language of the text around, None: English; what is too short to tell is in it, unless
            it has a small word of English
    """
    words = [token.text for token in tokens if token.kind == "word"]
    scripts = Counter(script for word in words if (script := _script_of(word)))
    if scripts and scripts.total() > len(words) / 2:
        return _SCRIPTS[scripts.most_common(1)[0][0]]
    english = sum(word in FUNCTION_WORDS for word in words)
    if not tells_language(tokens):
        foreign = sum(word in _SMALL.get(around or "", ()) for word in words)
        return None if english > foreign else around
    counts = {name: sum(word in small for word in words) for name, small in _SMALL.items()}
    name = max(counts, key=lambda each: counts[each])
    several = len(_SMALL[name] & set(words)) > 1  # "la la la" is no French
    if several and counts[name] > english and counts[name] >= _OTHER_SHARE * len(words):
        return name
    known = sum(
        word in FUNCTION_WORDS or not token.islower() or bool(taxonomy.lemmas(word))
        for word, token in zip(words, (t.written for t in tokens if t.kind == "word"), strict=True)
    )
    return None if known >= _KNOWN_SHARE * len(words) else "another language"


def tells_language(tokens: Sequence[Token]) -> bool:
    """Whether there are words enough to tell the language by."""
    return sum(token.kind == "word" for token in tokens) >= _FEWEST_WORDS


def _script_of(word: str) -> str | None:
    name = unicodedata.name(word[0], "").split(" ")[0]
    return name if name in _SCRIPTS else None
