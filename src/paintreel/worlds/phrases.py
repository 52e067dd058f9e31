"""Reads what a scene is asked for in words: "a castle at night in the snow".

Words are looked up in `vocabulary`, longest first; there is no grammar but this: of several
worlds the first is painted, of two that stand together the second ("a forest castle"), and what a
phrase says no to is left out (`negations`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from paintreel.errors import InputError
from paintreel.near_names import near_names
from paintreel.worlds.categories import CATEGORIES, Category
from paintreel.worlds.conditions import Conditions
from paintreel.worlds.negations import negated
from paintreel.worlds.vocabulary import FILLERS, PARTS, TRAITS, VOCABULARY, Meaning, Trait

__all__ = ["Phrase", "joined", "near_words", "read_phrase"]

_NIGHT = "night sky"
_MOST_WORDS = 60
_LONGEST = 4
_INCLUDES = {
    ("cloudy", "rain"): "rain",
    ("cloudy", "snow"): "snow",
    ("cloudy", "fog"): "fog",
    ("cloudy", "storm"): "storm",
    ("rain", "storm"): "storm",
    ("snow", "storm"): "snow",
}
"""Two weathers that are asked for together -> the one that is both."""


@dataclass(frozen=True)
class Phrase:
    """What was understood.

    text      as it was given
    category  the world, None where no word names one
    conditions  hour, season and weather
    soft      facets of `conditions` that an option may overrule
    nearest   words for worlds that there are none of, to which the category is the nearest
    left_out  words for other worlds than the one that is painted, and "snow (without)" for what
              is said no to
    unknown   words that are not understood
    """

    text: str
    category: Category | None
    conditions: Conditions
    soft: frozenset[str] = frozenset()
    nearest: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is no more than the name of its world."""
        return self.category is not None and _words(self.text) == self.category.name.split()


def read_phrase(text: str) -> Phrase:
    """What `text` asks for. Raises InputError where words contradict each other.

    >>> phrase = read_phrase("A castle at night, in the snow, with a dragon")
    >>> phrase.category.name, phrase.conditions.given, phrase.unknown
    ('medieval castle', {'time': 'night', 'weather': 'snow'}, ('dragon',))
    """
    if not isinstance(text, str):
        raise InputError(f"a category is a name such as 'forest', got {type(text).__name__}")
    words, breaks = _split(text)
    if len(words) > _MOST_WORDS:
        raise InputError(f"a scene is asked for in at most {_MOST_WORDS} words, got {len(words)}")
    found = list(_mentions(words))
    no, said = negated(words, breaks, {m.start: m.end for m in found})
    refused = [f"{m.text} ({no[m.start]})" for m in found if m.start in no]
    found = [m for m in found if m.start not in no and m.start not in said]
    facets, soft = _facets(found)
    world, near, left_out, used = _world(found)
    rows = [(m.text, m.meaning) for m in found if isinstance(m.meaning, Meaning)]
    sky = [text for text, row in rows if row.category == _NIGHT and row.strength != "hint"]
    if sky and world != _NIGHT and "time" not in facets:  # "a castle below the night sky"
        facets, soft = {"time": "night", **facets}, soft | {"time"}
        left_out = tuple(word for word in left_out if word not in sky)
    unknown = [
        m.text
        for m in found
        if m.meaning is None or (isinstance(m.meaning, Trait) and m.meaning not in used)
    ]
    category = next((category for category in CATEGORIES if category.name == world), None)
    left_out = tuple(dict.fromkeys([*left_out, *refused]))
    return Phrase(
        text, category, Conditions.of(facets), soft, near, left_out, tuple(dict.fromkeys(unknown))
    )


@dataclass(frozen=True)
class _Mention:
    """Some words of a phrase; `meaning` None where they are not understood."""

    text: str
    start: int
    end: int
    meaning: Meaning | Trait | None


def _words(text: str) -> list[str]:
    """The words in lower case, without marks and the possessive; a pictogram is a word."""
    return _split(text)[0]


def _split(text: str) -> tuple[list[str], frozenset[int]]:
    """(the words, indices of those that a mark such as a comma stands before)."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    plain = re.sub(r"n't\b", " not", plain)
    plain = re.sub(r"'s\b|s'(?=\s)", lambda m: "s" if m[0] == "s'" else "", plain)
    plain = "".join(f" {c} " if unicodedata.category(c) == "So" else c for c in plain)
    words: list[str] = []
    breaks = set()
    for part in re.split(r"([,;:.!?()\n\u2013\u2014])", plain):
        if len(part) == 1 and not part.isalnum() and unicodedata.category(part) != "So":
            breaks.add(len(words))
            continue
        for word in part.split():
            if unicodedata.category(word[0]) == "So":
                words.append(word[0])
            words += re.findall(r"[^\W_]+", word)
    return words, frozenset(breaks)


_ENDINGS = (
    ("leaves", "leaf"),
    ("ies", "y"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("sses", "ss"),
    ("xes", "x"),
)
"""Plural ending -> that of the word; any other "s" falls."""


def _stem(word: str) -> str:
    """A word without its plural ending.

    >>> [_stem(word) for word in ("castles", "cities", "leaves", "marshes", "moss")]
    ['castle', 'city', 'leaf', 'marsh', 'moss']
    """
    if len(word) < 4 or word.endswith(("ss", "us")):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    return word.removesuffix("s")


@cache
def _known() -> Mapping[tuple[str, ...], Meaning | Trait]:
    """{words: what they say}, the names of the worlds before all others."""
    rows: list[Meaning | Trait] = [Meaning(c.name, c.name) for c in reversed(CATEGORIES)]
    known: dict[tuple[str, ...], Meaning | Trait] = {}
    for row in (*VOCABULARY, *TRAITS, *rows):
        for words in row.words.split(","):
            known[tuple(words.split())] = row
    for key in list(known):
        known.setdefault(tuple(map(_stem, key)), known[key])
    return known


def _mentions(words: list[str]) -> Iterator[_Mention]:
    known, start = _known(), 0
    while start < len(words):
        for end in range(min(start + _LONGEST, len(words)), start, -1):
            key = tuple(words[start:end])
            filler = len(key) == 1 and key[0] in FILLERS
            meaning = known.get(key)
            if meaning is None and not filler:
                meaning = known.get(tuple(map(_stem, key)))
            if meaning is not None or filler:
                break
        if not filler:
            yield _Mention(" ".join(key), start, end, meaning)
        start = end


def _facets(found: list[_Mention]) -> tuple[dict[str, str], frozenset[str]]:
    """{facet: word} of all mentions, and the facets that only soft ones say."""
    facets: dict[str, str] = {}
    soft = set()
    meant = [(m, m.meaning) for m in found if isinstance(m.meaning, Meaning)]
    for facet in ("time", "season"):
        said = [(m.text, getattr(row, facet), row.soft) for m, row in meant if getattr(row, facet)]
        firm = [(text, value) for text, value, is_soft in said if not is_soft]
        asked = firm or [(text, value) for text, value, _ in said]
        for text, value in asked[1:]:
            if value != asked[0][1]:
                raise _contradiction(facet, asked[0][0], text)
        if not asked:
            continue
        facets[facet] = asked[0][1]
        if not firm:
            soft.add(facet)
        opposed = {"day": "night", "night": "day"}.get(asked[0][1])
        for text, value, _ in said:
            if value == opposed:
                raise _contradiction(facet, *sorted((asked[0][0], text)))
    said = [(m.text, row.weather, False) for m, row in meant if row.weather]
    for text, value, _ in said:
        facets = joined(facets, value, said[0][0], text)
    return facets, frozenset(soft)


def joined(facets: dict[str, str], weather: str, first: str, then: str) -> dict[str, str]:
    """The facets with one more weather: that which is both, and snow lies under any other.

    first, then  what said the two, for the InputError where they contradict each other
    """
    before = facets.get("weather", weather)
    both = _INCLUDES.get((before, weather)) or _INCLUDES.get((weather, before))
    if before == weather or both is not None:
        return {**facets, "weather": both or weather}
    if "snow" in (before, weather) and {before, weather} & {"clear", "fog"}:
        other = weather if before == "snow" else before
        return {"season": "winter", **facets, "weather": other}
    raise _contradiction("weather", first, then)


def _contradiction(facet: str, one: str, other: str) -> InputError:
    return InputError(f"'{one}' and '{other}' contradict each other; a scene has one {facet}")


def _world(
    found: list[_Mention],
) -> tuple[str, tuple[str, ...], tuple[str, ...], list[Trait]]:
    """(world, words that it is only the nearest to, words for other worlds, traits that it has)."""
    named = [(m, m.meaning) for m in found if isinstance(m.meaning, Meaning) and m.meaning.category]
    firm = [(m, row) for m, row in named if row.strength != "hint"]
    traits = [m.meaning for m in found if isinstance(m.meaning, Trait)]
    if over := [pair for pair in firm if pair[1].strength == "over"]:
        head = over[0]
    elif firm:
        head, *later = firm
        for pair in later:
            if pair[0].start != head[0].end or pair[1].category == head[1].category:
                break
            head = pair
    else:
        hints = [row.category for _, row in named]
        turned = [(t, t.turns[hints[0]]) for t in traits if hints and hints[0] in t.turns]
        alone = turned or [(t, t.alone) for t in traits if t.alone]
        if alone:
            return alone[0][1], (), (), [alone[0][0]]
        return (hints or [""])[0], (), (), []
    world = head[1].category
    near = {
        m.text if " " in m.text else _stem(m.text): None
        for m, row in (head, *firm)
        if row.strength == "near" and row.category == world
    }
    if head[1].strength != "near":
        drawn = PARTS.get(world, "").split(", ")
        near = {word: None for word in near if word not in drawn}
    used = []
    for trait in traits:
        if world in trait.turns:
            world = trait.turns[world]
            near = {}
            used.append(trait)
    others = [m.text for m, row in firm if row.category not in (head[1].category, world)]
    return world, tuple(near), tuple(dict.fromkeys(others)), used


def near_words(word: str) -> list[str]:
    """The known word that a misspelt one is nearest to; none where none is near."""
    return near_names(word, [key[0] for key in _known() if len(key) == 1], cutoff=0.8)
