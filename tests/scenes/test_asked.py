"""Words and options together, and what is told of them."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from paintreel.errors import InputError
from paintreel.options import base_type, described
from paintreel.scene.options import SceneOptions
from paintreel.scenes.asked import ask
from paintreel.worlds.conditions import FACETS


def test_the_options_take_the_words_of_the_conditions():
    kinds = {field.name: base_type(kind)[0] for field, _, kind in described(SceneOptions)}
    assert {facet: get_args(kinds[facet]) for facet in FACETS} == FACETS


@pytest.mark.parametrize(
    ("texts", "options", "told"),
    [
        (["castle"], {}, ["took: medieval castle"]),
        (["medieval castle"], {}, []),
        (["medieval castle"], {"time": "night", "weather": "fog"}, []),
        (
            ["a castle at night in the snow with a dragon"],
            {},
            ["took: medieval castle, night, winter, snow; not understood: dragon"],
        ),
        (["castle in the rain"], {"time": "dusk"}, ["took: medieval castle, dusk, rain"]),
        (["at night", "castle"], {}, ["took: medieval castle, night"]),
        (["castle in the snow"], {"weather": "clear"}, ["took: medieval castle, winter, clear"]),
        (["cloudy castle"], {"weather": "rain"}, ["took: medieval castle, rain"]),
        (["a day by the castle"], {"time": "dusk"}, ["took: medieval castle, dusk"]),
        (
            ["a snowy alpine village at blue hour, christmas market"],
            {},
            [
                "took: settlement, dusk, winter, snow; no market world: nearest is settlement; "
                "not understood: alpine"
            ],
        ),
        (
            ["a beach by the sea"],
            {},
            ["took: water; no beach or sea world: nearest is water"],
        ),
        (["desert"], {}, ["took: open land; no desert world: nearest is open land"]),
        (
            ["castle in a forrest by a lake"],
            {},
            ["took: medieval castle; left out: lake; not understood: forrest (forest?)"],
        ),
        (
            ["space in winter"],
            {},
            [
                "took: starry universe",
                "starry universe has no season: winter is left out; it looks the same at every "
                "hour and in every weather",
            ],
        ),
        (
            ["night sky"],
            {"time": "day", "weather": "storm"},
            [
                "night sky has no day and no storm: day, storm is left out. It has time night; "
                "season spring, summer, autumn, winter; weather clear, cloudy, snow, fog"
            ],
        ),
    ],
)
def test_what_is_told(texts, options, told):
    asked = ask(*texts, **options)
    assert [note.text for note in asked.notes] == told
    assert not any(note.loss for note in asked.notes)


def test_facts_for_programs():
    asked = ask("a street in the stary night by a lake", season="winter", weather="storm")
    assert asked.facts == {
        "words": "a street in the stary night by a lake",
        "category": "settlement",
        "time": "night",
        "season": "winter",
        "weather": "storm",
        "nearest_to": ["street"],
        "left_out": ["lake"],
        "not_understood": ["stary"],
        "not_drawn": [],
    }
    lacking = ask("starry universe", time="day").facts
    assert (lacking["time"], lacking["not_drawn"]) == (None, ["day"])


def test_names_of_files_say_what_is_asked_for():
    assert ask("fantasy forest").slug == "fantasy-forest"
    assert ask("a castle at night in the snow").slug == "medieval-castle-night-winter-snow"
    assert ask("castle", time="night").title == "medieval castle, night"


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (["dragon"], {}, "these words: 'dragon'; there are: fantasy forest, future city"),
        (["casle"], {}, "did you mean 'castle'\\? there are: fantasy forest"),
        (["fantsy forrest"], {}, "did you mean 'fantasy forest'"),
        (["fantasy forrest"], {}, "did you mean 'fantasy forest'"),
        (["night in the snow"], {}, "says when, but names no world; there are: fantasy"),
        (["ski resort"], {}, "no world is known by these words: 'ski resort'; there are: fantasy"),
        (["ski resort"], {}, "and English words for them such as village"),
        ([""], {}, "no world is known by these words: ''"),
        (["castle at night"], {"time": "day"}, "time is 'day', but the words say 'night'"),
        (["sunny castle"], {"time": "night"}, "time is 'night', but the words say 'day'"),
        (["castle in spring"], {"season": "winter"}, "season is 'winter', but the words say 'spr"),
        (["castle in fog"], {"weather": "clear"}, "weather is 'clear', but the words say 'fog'"),
        (["rainy castle"], {"weather": "cloudy"}, "weather is 'cloudy', but the words say 'rain'"),
        (["castle", "forest"], {}, "ask for 'medieval castle', the category for 'forest'"),
        (["at night", "castle by day"], {}, "time is 'night', but the words say 'day'"),
        (["castle"], {"time": "noon"}, "time is 'noon', expected one of dawn"),
        ([7], {}, "got int"),
    ],
)
def test_what_is_refused(texts, options, message):
    with pytest.raises(InputError, match=message):
        ask(*texts, **options)


def test_beside_a_rough_the_world_is_a_hint():
    asked = ask("a castle at night", own_start=True)
    assert asked.category.name == "medieval castle"
    assert asked.conditions.given == {}
    assert [note.text for note in asked.notes] == [
        "took: medieval castle",
        "a rough has its own light and weather: night is left out",
    ]
    assert ask(None, own_start=True).category is None
    with pytest.raises(InputError, match="time is for scenes made from a word"):
        ask("castle", time="night", own_start=True)
    with pytest.raises(InputError, match="these words: 'dragon'"):
        ask("dragon", own_start=True)


def test_options_are_refused_that_are_no_words():
    with pytest.raises(InputError, match="season is 'fall', expected one of spring"):
        SceneOptions(output="x.png", season="fall")
    assert {f.name for f in dataclasses.fields(SceneOptions)} >= {"words", *FACETS}
