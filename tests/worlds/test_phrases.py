"""Scenes asked for in words: what is understood, what is told, what is refused."""

from __future__ import annotations

import pytest

from paintreel.errors import InputError
from paintreel.worlds.categories import CATEGORIES
from paintreel.worlds.conditions import FACETS
from paintreel.worlds.phrases import near_words, read_phrase
from paintreel.worlds.vocabulary import FILLERS, TRAITS, VOCABULARY


def row(text, category=None, facets="", *, nearest="", left_out="", unknown=""):
    """A phrase and what it is taken for; several words are parted by commas."""
    id_ = text if len(text) < 50 else text[:50]
    return pytest.param(text, category, facets, nearest, left_out, unknown, id=id_)


@pytest.mark.parametrize(
    ("text", "category", "facets", "nearest", "left_out", "unknown"),
    [
        row("a castle at night in the snow", "medieval castle", "night, snow"),
        row("A CASTLE, AT NIGHT - IN THE SNOW!", "medieval castle", "night, snow"),
        row("castles", "medieval castle"),
        row("the castle's towers", "medieval castle"),
        row("fortresses", "medieval castle"),
        row("an enchanted forest in autumn", "fantasy forest", "autumn"),
        row("magic woods", "fantasy forest"),
        row("enchanted trees", "fantasy forest"),
        row("woods", "forest"),
        row("the woods in the fall", "forest", "autumn"),
        row("snow falls on the woods", "forest", "snow"),
        row("misty morning in the forest", "forest", "dawn, fog"),
        row("dark forest", "forest", "night"),
        row("a futuristic city in the rain", "future city", "rain"),
        row("sci-fi skyline at dusk", "future city", "dusk"),
        row("cyberpunk alley by night", "future city", "night"),
        row("medieval city", "settlement"),
        row("an old town at sunset", "settlement", "dusk"),
        row("villages", "settlement"),
        row("under the sea", "underwater world"),
        row("an underwater castle", "underwater world", left_out="castle"),
        row("coral reefs", "underwater world"),
        row("outer space", "starry universe"),
        row("planets and galaxies", "starry universe"),
        row("inside a castle at night", "interior", "night", left_out="castle"),
        row("rooms", "interior"),
        row("a starry night", "night sky", "night, clear"),
        row("the moon", "night sky", "night"),
        row("a castle under the stars", "medieval castle", "night"),
        row("a castle below the night sky", "medieval castle", "night"),
        row("a cloudy sky over a castle", "medieval castle", "cloudy"),
        row("a castle on a starry night", "medieval castle", "night, clear"),
        row("flowering meadow in spring", "open land", "spring", unknown="flowering"),
        row("fields in summer", "open land", "summer"),
        # Worlds that there are none of are told, with the nearest.
        row("a desert", "open land", nearest="desert"),
        row("mountains in winter", "open land", "winter", nearest="mountain"),
        row("beaches", "water", nearest="beach"),
        row("a village, christmas market", "settlement", "winter", nearest="market"),
        row("a village with a house and a market", "settlement", nearest="market"),
        row("a beach by the sea", "water", nearest="beach, sea"),
        row("a stormy sea", "water", "storm", nearest="sea"),
        row("ocean at dawn", "water", "dawn", nearest="ocean"),
        row("a street at night", "settlement", "night", nearest="street"),
        row("cities", "future city", nearest="city"),
        row("caves", "interior", nearest="cave"),
        row("jungle", "forest", nearest="jungle"),
        row("the harbour", "water", nearest="harbour"),
        row("the harbor", "water", nearest="harbor"),
        row("ruins in fog", "medieval castle", "fog", nearest="ruin"),
        # Of two worlds the first, of two that stand together the second.
        row("a castle in the forest", "medieval castle", left_out="forest"),
        row("a forest castle", "medieval castle", left_out="forest"),
        row("a forest near a castle", "forest", left_out="castle"),
        # Seasons and weathers.
        row("castle, cherry blossoms", "medieval castle", "spring"),
        row("castle with golden leaves", "medieval castle", "autumn"),
        row("frozen castle", "medieval castle", "winter"),
        row("castle, snow-covered, blue sky", "medieval castle", "winter, clear"),
        row("a clear winter's day over a snowy village", "settlement", "day, winter, clear"),
        row("village in snow and fog", "settlement", "winter, fog"),
        row("gray sky over fields", "open land", "cloudy"),
        row("grey clouds and rain over fields", "open land", "rain"),
        row("thunderstorms over fields", "open land", "storm"),
        row("sunny village", "settlement", "day, clear"),
        row("sunny winter morning in a village", "settlement", "dawn, winter, clear"),
        row("a rainy day at dusk in the village", "settlement", "dusk, rain"),
        row("blizzard over the castle", "medieval castle", "snow"),
        # What is not understood is told.
        row("castle with a dragon", "medieval castle", unknown="dragon"),
        row("an old castle", "medieval castle", unknown="old"),
        row("castle of glass glass", "medieval castle", unknown="glass"),
        row("Schloss bei Nacht", None, unknown="schloss, bei, nacht"),
        row("\u57ce castle", "medieval castle", unknown="\u57ce"),
        row("castle \U0001f409", "medieval castle", unknown="\U0001f409"),
        row("castle\u2744\ufe0f\U0001f409", "medieval castle", unknown="\u2744, \U0001f409"),
        # What is said no to is left out and told.
        row("a castle without snow", "medieval castle", left_out="snow (without)"),
        row("a castle with no snow at night", "medieval castle", "night", left_out="snow (no)"),
        row("no castle", None, left_out="castle (no)"),
        row("a castle, not at night", "medieval castle", left_out="at night (not)"),
        row("not a castle but a forest", "forest", left_out="castle (not)"),
        row("it isn't night in the village", "settlement", left_out="night (not)"),
        row(
            "village without any heavy snow by day",
            "settlement",
            "day",
            left_out="heavy (without), snow (without)",
        ),
        row(
            "castle without snow, rain or fog",
            "medieval castle",
            left_out="snow (without), rain (without), fog (without)",
        ),
        row(
            "castle without snow and fog",
            "medieval castle",
            left_out="snow (without), fog (without)",
        ),
        row("castle, no snow, rain", "medieval castle", "rain", left_out="snow (no)"),
        row("no snow and at night, a castle", "medieval castle", "night", left_out="snow (no)"),
        row("a snow-free castle", "medieval castle", left_out="snow (free)"),
        row("neither castle nor forest", None, left_out="castle (neither), forest (neither)"),
        row("not only a castle in the snow", "medieval castle", "snow", unknown="only"),
        row("a never-ending forest", "forest", unknown="ending"),
        row("a castle not without snow", "medieval castle", "snow"),
        row("a castle with no", "medieval castle", unknown="no"),
        row("night in the snow", None, "night, snow"),
        row("", None),
        row("of the", None),
    ],
)
def test_phrases(text, category, facets, nearest, left_out, unknown):
    phrase = read_phrase(text)
    assert (phrase.category.name if phrase.category else None) == category
    assert ", ".join(phrase.conditions.given.values()) == facets
    assert ", ".join(phrase.nearest) == nearest
    assert ", ".join(phrase.left_out) == left_out
    assert ", ".join(phrase.unknown) == unknown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("castle by day and night", "'by day' and 'night' contradict each other; a scene has one"),
        ("day and night", "'day' and 'night' contradict"),
        ("castle at dawn and at dusk", "a scene has one time"),
        ("castle on a sunny night", "'night' and 'sunny' contradict"),
        ("castle in summer and winter", "'summer' and 'winter' contradict"),
        ("castle in rain and fog", "'rain' and 'fog' contradict each other; a scene has one weath"),
        ("clear sky and rain over a castle", "'clear sky' and 'rain' contradict"),
        ("castle " * 61, "at most 60 words, got 61"),
    ],
)
def test_contradictions_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        read_phrase(text)


def test_every_category_is_found_by_its_name_and_is_plain():
    for category in CATEGORIES:
        for text in (category.name, category.name.upper(), category.name.replace(" ", "_")):
            phrase = read_phrase(text)
            assert phrase.category is category
            assert phrase.is_plain
            assert not phrase.unknown + phrase.left_out
    assert not read_phrase("castle").is_plain


def test_every_row_of_the_table_is_understood_as_it_says():
    for meaning in VOCABULARY:
        for words in meaning.words.split(","):
            phrase = read_phrase(words.strip())
            said = phrase.conditions.given
            wanted = {facet: getattr(meaning, facet) for facet in FACETS if getattr(meaning, facet)}
            assert said == wanted, words
            category = phrase.category.name if phrase.category else ""
            assert category == meaning.category, words
            assert not phrase.unknown, words


def test_the_table_names_worlds_and_conditions_that_there_are():
    names = {category.name for category in CATEGORIES} | {""}
    for meaning in VOCABULARY:
        assert meaning.category in names
        for facet, known in FACETS.items():
            assert getattr(meaning, facet) in (*known, "")
    for trait in TRAITS:
        assert {trait.alone, *trait.turns, *trait.turns.values()} <= names


def test_no_words_have_two_meanings():
    words = [
        tuple(words.split()) for entry in (*VOCABULARY, *TRAITS) for words in entry.words.split(",")
    ]
    assert len(set(words)) == len(words)
    assert not {" ".join(key) for key in words} & FILLERS


def test_a_misspelt_word_has_a_nearest():
    assert near_words("casle") == ["castle"]
    assert near_words("forrest") == ["forest"]
    assert near_words("xylophone") == []


def test_a_phrase_is_text():
    with pytest.raises(InputError, match="got int"):
        read_phrase(3)
