"""Letters to the sounds that a mouth makes for them, by rules a language: no dictionary.

English is spelt as it likes; what counts here is how the mouth stands, and that its m, b, p, f and
v are found, which letters show well. A vowel that is off by one costs little, for the sound itself
says where it lies. Words that no rule gets are listed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from paintreel.audio.spelling_rules import LANGUAGES
from paintreel.audio.spelling_words import NUMBERS, TRANSLITERATED, WORDS
from paintreel.errors import InputError
from paintreel.notes import Note

__all__ = ["SpokenSound", "language_of", "sounds_of_text", "sounds_of_word"]


@dataclass(frozen=True, slots=True)
class SpokenSound:
    """One sound of a text.

    kind     of `paintreel.audio.mouth_sounds.KINDS`; "rest" stands for a pause that may be left out
    word     number of the word, from 0; of a pause that of the word after it
    is_sure  whether it is spoken whenever the word is; others are often swallowed
    """

    kind: str
    word: int
    is_sure: bool = True


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_SWALLOWED = frozenset({"schwa", "r", "t", "th"})
_MOST_DIGITS = 2


def sounds_of_text(text: str, language: str = "auto") -> tuple[list[SpokenSound], list[Note]]:
    """The sounds of a text with a pause before, after and between its words, and notes.

    Raises InputError for an unknown language, and where no letter of the text is known.
    """
    if language not in (*LANGUAGES, "auto"):
        raise InputError(f"language is {language!r}, expected auto or {', '.join(LANGUAGES)}")
    name = language_of(text) if language == "auto" else language
    sounds = [SpokenSound("rest", 0, is_sure=False)]
    unknown = 0
    for number, word in enumerate(_WORD.findall(text)):
        kinds = sounds_of_word(word, name)
        unknown += not kinds
        sounds += [SpokenSound(kind, number, _is_sure(kind, word)) for kind in kinds]
        if kinds:
            sounds.append(SpokenSound("rest", number + 1, is_sure=False))
    if len(sounds) == 1:
        shown = text.strip()[:40]
        raise InputError(
            f"the text {shown!r} has no letter that is known; write the line as it is spoken, in "
            "Latin, Greek or Cyrillic letters"
        )
    notes = []
    if unknown:
        said = "word of the text is" if unknown == 1 else "words of the text are"
        notes.append(
            Note("words-unknown", f"{unknown} {said} in letters that are not known", unknown)
        )
    return sounds, notes


def _is_sure(kind: str, word: str) -> bool:
    """Lips are never left open; what is weak may be."""
    return kind not in _SWALLOWED or len(word) == 1


def language_of(text: str) -> str:
    """The language whose small words the text has most of: "en" or "de"; "any" for neither.

    >>> language_of("Das ist nicht der Vater."), language_of("Where is my hat?")
    ('de', 'en')
    >>> language_of("Buongiorno principessa")
    'any'
    """
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {name: sum(w in row.small_words for w in words) for name, row in LANGUAGES.items()}
    if any(letter in "äöüß" for letter in text.lower()):
        counts["de"] += 2
    best = max(counts, key=lambda name: counts[name])
    if counts[best]:
        return best
    return "en" if len(words) == 1 and text.isascii() else "any"


def sounds_of_word(word: str, language: str = "en") -> list[str]:
    """The kinds of sound of one word.

    >>> sounds_of_word("maybe")
    ['m', 'e', 'i', 'p', 'i']
    >>> sounds_of_word("lamb"), sounds_of_word("phone")
    (['l', 'e', 'm'], ['f', 'o', 'u', 'n'])
    >>> sounds_of_word("Schaf", "de")
    ['s', 'a', 'f']
    """
    row = LANGUAGES[language]
    if word.isdigit():
        names = NUMBERS.get(language, NUMBERS["en"])
        parts = [word] if len(word) <= _MOST_DIGITS and word in names else list(word)
        return [kind for part in parts for kind in sounds_of_word(names[part], language)]
    plain = _plain(word, keep=row.letters)
    listed = WORDS.get(language, {}).get(plain)
    if listed is not None:
        return listed.split()
    return _by_rules(plain, language)


def _by_rules(word: str, language: str) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(word):
        for pattern, kinds in _compiled(language):
            found = pattern.match(word, at)
            if found is not None and found.end() > at:
                out += kinds
                at = found.end()
                break
        else:
            at += 1
    # A doubled sound is one.
    return [kind for i, kind in enumerate(out) if i == 0 or kind != out[i - 1]]


def _plain(word: str, *, keep: str) -> str:
    """Lower case, accents off but those of `keep`, other scripts in Latin letters."""
    out = []
    for letter in unicodedata.normalize("NFC", word.lower()):
        if letter in keep or letter in TRANSLITERATED:
            out.append(TRANSLITERATED.get(letter, letter))
            continue
        for part in unicodedata.normalize("NFKD", letter):
            out.append(part if part.isascii() else TRANSLITERATED.get(part, ""))
    return "".join(out).replace("’", "'")


@lru_cache(maxsize=4)
def _compiled(language: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """The rules in order; `^` in a rule is the start of the word, `$` its end."""
    out = []
    for line in LANGUAGES[language].rules.strip().splitlines():
        pattern, kinds = re.split(r"\s+=\s*", line, maxsplit=1)
        out.append((re.compile(pattern), tuple(kinds.split())))
    return tuple(out)
