"""The seeds: words that everybody feels something at, and what else is known by heart.

They stand in `seeds.toml`, written for this program. Emotions of happiness and calm are positive,
of sadness, anger, fear, disgust and boredom negative; surprise is neither.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from paintreel.words.taxonomy import Taxonomy, bundled_taxonomy

__all__ = [
    "FEELINGS",
    "NEGATIVE",
    "PLAIN",
    "POSITIVE",
    "SEEDS_FILE",
    "Seeds",
    "bundled_seeds",
    "sign_of",
]

SEEDS_FILE = Path(__file__).with_name("seeds.toml")

POSITIVE = ("happiness", "calm")
NEGATIVE = ("sadness", "anger", "fear", "disgust", "boredom")
FEELINGS = (*POSITIVE, *NEGATIVE, "surprise")
"""Emotions that have seeds; neutral is where no word has any."""

PLAIN = "plain"
"""Stands for the emotion of turns of speech that have none."""


def sign_of(emotion: str) -> int:
    """1 of a positive emotion, -1 of a negative one, 0 of surprise and neutral."""
    return (emotion in POSITIVE) - (emotion in NEGATIVE)


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """What is known of words before any is looked up.

    concepts    meaning -> the emotions that it is a seed of, "positive", "negative", "neutral"
    words       (word, part of speech) -> the meaning that it is a seed by
    labels      (word, part of speech) -> what it itself is a seed of; others may share its meaning
    sounds      interjection -> emotion
    emoji, emoticons, phrases    sign, or words with spaces between -> emotion, or `PLAIN`
    negations, stronger, weaker, comforted, given_names, titles    words
    """

    concepts: Mapping[int, tuple[str, ...]]
    words: Mapping[tuple[str, int], int]
    labels: Mapping[tuple[str, int], tuple[str, ...]]
    sounds: Mapping[str, str]
    emoji: Mapping[str, str]
    emoticons: Mapping[str, str]
    phrases: Mapping[str, str]
    negations: frozenset[str]
    stronger: frozenset[str]
    weaker: frozenset[str]
    comforted: frozenset[str]
    given_names: frozenset[str]
    titles: frozenset[str]

    def of_label(self, *labels: str) -> tuple[int, ...]:
        """The concepts of some labels, in order."""
        return tuple(c for c, own in self.concepts.items() if set(own) & set(labels))

    @property
    def positive(self) -> tuple[int, ...]:
        """Seeds of good tendency."""
        return self.of_label(*POSITIVE, "positive")

    @property
    def negative(self) -> tuple[int, ...]:
        """Seeds of bad tendency."""
        return self.of_label(*NEGATIVE, "negative")


def read_seeds(path: Path, taxonomy: Taxonomy) -> Seeds:
    """The seeds of a file. Raises InputError for a word that the taxonomy lacks."""
    table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    concepts: dict[int, tuple[str, ...]] = {}
    words: dict[tuple[str, int], int] = {}
    labels: dict[tuple[str, int], tuple[str, ...]] = {}
    lists = {name: each["words"] for name, each in table["emotions"].items()} | table["tendency"]
    for label, text in lists.items():
        for entry in text.split():
            word, _, part = entry.partition(":")
            concept = taxonomy.concept_of(word, part)
            concepts[concept] = tuple(dict.fromkeys((*concepts.get(concept, ()), label)))
            place = (word.replace("-", " "), int(taxonomy.parts[concept]))
            words[place] = concept
            labels[place] = tuple(dict.fromkeys((*labels.get(place, ()), label)))
    sounds = {
        sound.replace("-", " "): name
        for name, each in table["emotions"].items()
        for sound in each["sounds"].split()
    }
    turning = {name: frozenset(text.split()) for name, text in table["turning"].items()}
    turning["weaker"] = frozenset(word.replace("-", " ") for word in turning["weaker"])
    return Seeds(
        concepts,
        words,
        labels,
        sounds,
        emoji={sign: name for name, signs in table["emoji"].items() for sign in signs},
        emoticons={
            sign: name for name, text in table["emoticons"].items() for sign in text.split()
        },
        phrases={
            " ".join(phrase.split()): name
            for name, text in table["phrases"].items()
            for phrase in text.split(",")
        },
        **turning,
    )


@lru_cache(maxsize=1)
def bundled_seeds() -> Seeds:
    """The seeds of the package, loaded once."""
    return read_seeds(SEEDS_FILE, bundled_taxonomy())
