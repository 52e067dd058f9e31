"""Captions: what a panel or a drawn world shows, in the words of a small closed vocabulary.

Of a panel its category is known; of a world its name, hour, season and weather too, and what
stands in it, by the names of its layers.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.worlds.categories import CATEGORIES, LABELS, Category
from paintreel.worlds.conditions import FACETS, Conditions

__all__ = ["ELEMENTS", "LENGTH", "VOCABULARY", "caption_of_label", "caption_of_world", "tokens"]

LENGTH = 16
"""Words of a caption; what is longer is cut, what is shorter filled with 0."""

ELEMENTS = (
    *("bay", "boats", "bubbles", "castle", "city", "fish", "garden", "gateway", "hamlet"),
    *("headland", "islets", "kelp", "lake", "meadow", "planets", "ruins", "stars", "street"),
    *("tarn", "traffic", "valley", "village", "visitor"),
)
"""Names of layers that say what is seen; others ("front", "frame") say where."""

_MOST_ELEMENTS = 3
_LINKS = ("a", "an", "scene", "at", "in", "under", "sky", "with", "and")
_SKIES = ("clear", "cloudy")


def _vocabulary() -> dict[str, int]:
    names = [word for category in CATEGORIES for word in category.name.split()]
    labels = [word for label in LABELS for word in label.split("_")]
    facets = [word for words in FACETS.values() for word in words]
    known = dict.fromkeys([*_LINKS, *names, *labels, *facets, *ELEMENTS])
    return {word: number for number, word in enumerate(known, start=1)}


VOCABULARY = _vocabulary()
"""{word: its number}, from 1; 0 is no word."""


def caption_of_label(label: str | None) -> str:
    """What is known of a panel.

    >>> caption_of_label("night_sky"), caption_of_label("interior"), caption_of_label(None)
    ('a night sky', 'an interior', 'a scene')
    """
    return _named("scene" if label is None else label.replace("_", " "))


def caption_of_world(category: Category, conditions: Conditions, layers: Iterable[str]) -> str:
    """What is known of a drawn world; `layers` are the names of its layers, back to front.

    >>> from paintreel.worlds.categories import find_category
    >>> castle = find_category("medieval castle")
    >>> caption_of_world(castle, Conditions(time="night", weather="snow"), ("sky", "castle hill"))
    'a medieval castle at night in snow with castle'
    """
    given = conditions.given
    words = [_named(category.name)]
    words += [f"at {given['time']}"] if "time" in given else []
    words += [f"in {given['season']}"] if "season" in given else []
    if (weather := given.get("weather")) is not None:
        words.append(f"under a {weather} sky" if weather in _SKIES else f"in {weather}")
    named = dict.fromkeys(word for layer in layers for word in layer.split() if word in ELEMENTS)
    seen = list(named)[-_MOST_ELEMENTS:]  # the nearest ones
    words += [f"with {' and '.join(seen)}"] if seen else []
    return " ".join(words)


def _named(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def tokens(caption: str) -> Array:
    """(LENGTH,) int64 numbers of the words of a caption; words that are not known are passed over.

    >>> tokens("a forest")[:3].tolist() == [VOCABULARY["a"], VOCABULARY["forest"], 0]
    True
    """
    numbers = [VOCABULARY[word] for word in caption.split() if word in VOCABULARY][:LENGTH]
    padded = np.zeros(LENGTH, np.int64)
    padded[: len(numbers)] = numbers
    return padded
