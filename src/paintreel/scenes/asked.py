"""What a scene is asked for, from words and options together, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from paintreel.errors import InputError
from paintreel.near_names import did_you_mean, near_names
from paintreel.notes import Note
from paintreel.scenes import CATEGORY_OF_SKETCHES
from paintreel.worlds.categories import CATEGORIES, Category, find_category
from paintreel.worlds.conditions import FACETS, Conditions
from paintreel.worlds.feelings import WorldFeeling
from paintreel.worlds.phrases import Phrase, joined, near_words, read_phrase
from paintreel.worlds.rule import find_rule

__all__ = ["Asked", "ask", "check_start"]


@dataclass(frozen=True)
class Asked:
    """A world and its conditions, none of them that the world has not.

    category    None where a rough or a sketch is painted and nothing is said of it
    conditions  that are drawn
    notes       what of the words was taken, and what the world lacks
    facts       the same for programs: words, category, time, season, weather, nearest_to,
                left_out, not_understood, not_drawn
    """

    category: Category | None
    conditions: Conditions
    notes: tuple[Note, ...]
    facts: dict[str, Any]

    @property
    def title(self) -> str:
        """For captions: "medieval castle, night, winter, snow"."""
        name = [] if self.category is None else [self.category.name]
        return ", ".join([*name, *self.conditions.given.values()])

    @property
    def settings(self) -> dict[str, str | None]:
        """What pictures of it differ in: {"category": ..., "time": ..., ...}."""
        name = None if self.category is None else self.category.name
        facets = {facet: getattr(self.conditions, facet) for facet in FACETS}
        return {"category": name, **facets}

    @property
    def nearest_to(self) -> tuple[str, ...]:
        """The words that the category is only the nearest to, such as "desert"."""
        return tuple(self.facts["nearest_to"])

    @property
    def slug(self) -> str:
        """For file names: "medieval-castle-night-winter-snow"."""
        return self.title.replace(", ", "-").replace(" ", "-")


def ask(
    *texts: str | None,
    time: str | None = None,
    season: str | None = None,
    weather: str | None = None,
    feeling: WorldFeeling | None = None,
    own_start: bool = False,
    has_light: bool = True,
) -> Asked:
    """Read what is asked for.

    texts      words, and the name of a category or words for it; None for what is not given
    feeling    that light and colours follow; its hour and weather stand where none are asked for
    own_start  a rough or a sketch is painted: of the words the world alone is a hint
    has_light  that start has colours, and so an hour of its own; of a sketch alone hour, season and
               weather may be asked for

    Raises InputError for nothing, for words that name no world, and for words and options that
    contradict each other.
    """
    phrases = [_read(text) for text in texts if text is not None]
    categories = [phrase.category for phrase in phrases if phrase.category is not None]
    if len(set(categories)) > 1:
        first, then = categories[:2]
        raise InputError(
            f"the words ask for '{first.name}', the category for '{then.name}'; leave one out"
        )
    options = Conditions(time, season, weather)
    if own_start and has_light:
        return _of_a_rough(phrases, options)
    if not phrases and not own_start:
        raise InputError("nothing to paint from; give words, a category, a rough or a sketch")
    if phrases and not categories:
        raise _no_world(phrases)
    category = categories[0] if categories else find_category(CATEGORY_OF_SKETCHES)
    wanted = options
    for phrase in phrases:
        wanted = _both(phrase, wanted)
    wanted = wanted.settled
    drawn, lacking = _drawn(category, wanted)
    drawn = drawn if feeling is None else _felt(drawn, feeling, category)
    notes = [note for note in (_taken(phrases, drawn), lacking) if note is not None]
    named = category if categories else None
    return Asked(named, drawn, tuple(notes), _facts(phrases, named, wanted, drawn))


def check_start(own: bool, *, of_words: Mapping[str, bool], resize: bool) -> None:
    """Raise InputError where what is given goes with another start.

    own       a rough or a sketch is painted, and no scene from words
    of_words  {option: whether it is given} of those that only scenes from words have
    resize    whether a sketch is to be fitted to a rough
    """
    for option, is_given in of_words.items():
        if own and is_given:
            raise InputError(f"{option} is for scenes made from a word; a rough has none")
    if resize and not own:
        raise InputError("resize fits a sketch to a rough; give a rough and a sketch")


def _read(text: str) -> Phrase:
    phrase = read_phrase(text)
    if phrase.unknown and isinstance(text, str):
        names = [category.name for category in CATEGORIES]
        wanted = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
        if near := near_names(wanted, names, cutoff=0.85):
            raise InputError(f"category {text!r} not found; {did_you_mean(near)}")
    return phrase


def _no_world(phrases: list[Phrase]) -> InputError:
    text = " ".join(phrase.text for phrase in phrases)
    text = text if len(text) < 100 else f"{text[:97]}..."
    near = [near for phrase in phrases for word in phrase.unknown for near in near_words(word)]
    known = f"there are: {', '.join(category.name for category in CATEGORIES)}"
    if any(phrase.conditions.given for phrase in phrases):
        hint = did_you_mean(near[:1], known)
        return InputError(f"{text!r} says when, but names no world; {hint}")
    known += ", and English words for them such as village, lake or meadow"
    hint = did_you_mean(near[:1], known)
    return InputError(f"no world is known by these words: {text!r}; {hint}")


def _both(phrase: Phrase, options: Conditions) -> Conditions:
    """The conditions of words and options. Raises InputError where they contradict each other."""
    facets = dict(options.given)
    said = phrase.conditions.given
    for facet in ("time", "season"):
        word, option = said.get(facet), facets.get(facet)
        if word is None or word == option:
            continue
        opposed = {word, option} == {"day", "night"}
        if option is not None and (facet not in phrase.soft or opposed):
            raise _opposed(facet, option, word)
        facets.setdefault(facet, word)
    if (word := said.get("weather")) is not None:
        option = facets.get("weather")
        try:
            facets = joined(facets, word, "", "")
        except InputError:
            assert option is not None
            raise _opposed("weather", option, word) from None
        if option not in (None, facets["weather"]):
            raise _opposed("weather", option, word)
    return Conditions.of(facets)


def _opposed(facet: str, option: str, word: str) -> InputError:
    return InputError(f"{facet} is '{option}', but the words say '{word}'; leave one of them out")


def _drawn(category: Category, wanted: Conditions) -> tuple[Conditions, Note | None]:
    """What the world has of the conditions, and what it is told to lack."""
    rule = find_rule(category.rule)
    given = wanted.given
    lacks = {facet: word for facet, word in given.items() if word not in rule.has(facet)}
    kept = {facet: word for facet, word in given.items() if facet not in lacks}
    if not lacks:
        return wanted, None
    what = " and ".join(
        f"no {word}" if rule.has(facet) else f"no {facet}" for facet, word in lacks.items()
    )
    has = "; ".join(f"{facet} {', '.join(rule.has(facet))}" for facet in FACETS if rule.has(facet))
    text = f"{category.name} has {what}: {', '.join(lacks.values())} is left out"
    text += f". It has {has}" if has else "; it looks the same at every hour and in every weather"
    return Conditions.of(kept), Note("not-drawn", text, len(lacks))


def _felt(drawn: Conditions, feeling: WorldFeeling, category: Category) -> Conditions:
    """With the hour and the weather of a feeling where none are drawn, if the world has them."""
    rule, sky = find_rule(category.rule), feeling.sky
    time, weather = sky.time, sky.weather
    if weather == "rain" and drawn.snowy:
        weather = "snow"
    if drawn.time is None and time in rule.has("time"):
        drawn = replace(drawn, time=time)
    if drawn.weather is None and weather in rule.has("weather"):
        drawn = replace(drawn, weather=weather)
    return replace(drawn, feeling=feeling)


def _taken(phrases: list[Phrase], drawn: Conditions) -> Note | None:
    """One line of what the words were taken for, none where they are a category's name alone."""
    if all(phrase.is_plain for phrase in phrases):
        return None
    category = next(p.category for p in phrases if p.category is not None)
    parts = [f"took: {', '.join([category.name, *drawn.given.values()])}"]
    for phrase in phrases:
        if phrase.nearest:
            *first, last = phrase.nearest
            what = f"{', '.join(first)} or {last}" if first else last
            parts.append(f"no {what} world: nearest is {category.name}")
    for what, words in (
        ("left out", [word for phrase in phrases for word in phrase.left_out]),
        ("not understood", [_guessed(word) for phrase in phrases for word in phrase.unknown]),
    ):
        if words:
            parts.append(f"{what}: {', '.join(words)}")
    return Note("took", "; ".join(parts))


def _guessed(word: str) -> str:
    near = near_words(word) if len(word) > 3 else []
    return f"{word} ({near[0]}?)" if near else word


def _of_a_rough(phrases: list[Phrase], options: Conditions) -> Asked:
    """A hint beside a rough, which has its own light."""
    if given := options.given:
        raise InputError(
            f"{next(iter(given))} is for scenes made from a word; a rough has its own light"
        )
    said = [word for phrase in phrases for word in phrase.conditions.given.values()]
    category = next((p.category for p in phrases if p.category is not None), None)
    if phrases and category is None:
        raise _no_world(phrases)
    notes = [note for note in (_taken(phrases, Conditions()),) if note is not None]
    if said:
        text = f"a rough has its own light and weather: {', '.join(said)} is left out"
        notes.append(Note("not-drawn", text, len(said)))
    facts = _facts(phrases, category, Conditions(), Conditions())
    return Asked(category, Conditions(), tuple(notes), facts)


def _facts(
    phrases: list[Phrase], category: Category | None, wanted: Conditions, drawn: Conditions
) -> dict[str, Any]:
    return {
        "words": " ".join(phrase.text for phrase in phrases) or None,
        "category": None if category is None else category.name,
        **{facet: getattr(drawn, facet) for facet in FACETS},
        "nearest_to": [word for phrase in phrases for word in phrase.nearest],
        "left_out": [word for phrase in phrases for word in phrase.left_out],
        "not_understood": [word for phrase in phrases for word in phrase.unknown],
        "not_drawn": [w for facet, w in wanted.given.items() if getattr(drawn, facet) is None],
    }
