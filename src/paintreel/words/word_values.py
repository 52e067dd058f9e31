"""What a single word feels like, by either method: its tendency, and its emotions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.words.nearness import Nearness
from paintreel.words.seeds import FEELINGS
from paintreel.words.support_vectors import WordMachine, word_features

__all__ = ["MachineValue", "NearnessValue", "Weights", "WordValue"]

_INDEX = {name: i for i, name in enumerate(FEELINGS)}


@dataclass(frozen=True, slots=True)
class Weights:
    """How words are added up; chosen on the lines to develop on.

    quiet        tendency of a word below which it says nothing
    scale        tendency of a word that is as clear as can be
    floor        nearness to an emotion that any word has
    others       how much of the other emotions stays in a word that is a seed of one
    denied_good, denied_bad  how much of a feeling a negation turns around
    told_bad     how much of a bad word stays in a bidding: "don't hurt me"
    absence      what a bare "nobody" or "nothing" adds to sadness and boredom
    settled      how much feeling is half a certainty of the tendency
    general      how much of a tendency that no emotion stands for is taken as happiness or sadness
    doubt        how much feeling is half a certainty of the emotion
    decided      tendency of a line from which on it is positive or negative
    """

    quiet: float = 0.025
    scale: float = 0.09
    floor: float = 0.09
    others: float = 0.5
    denied_good: float = 0.8
    denied_bad: float = 0.5
    told_bad: float = 0.75
    absence: float = 0.15
    settled: float = 0.35
    general: float = 0.5
    doubt: float = 0.4
    decided: float = 0.2


class WordValue(Protocol):
    """A method: from a word to its tendency and its emotions."""

    def __call__(self, word: str, parts: Sequence[int] | None) -> tuple[float, Array] | None:
        """(tendency in [-1, 1], (8,) nearness of `FEELINGS` in [0, 1]); None: not known."""


class NearnessValue:
    """Eq. 9: the tendency of a word by its nearness to the seeds."""

    def __init__(self, nearness: Nearness, weights: Weights) -> None:
        self._nearness, self._weights = nearness, weights
        self._known: dict[tuple[str, Sequence[int] | None], tuple[float, Array] | None] = {}

    def __call__(self, word: str, parts: Sequence[int] | None) -> tuple[float, Array] | None:
        key = (word, parts)
        if key not in self._known:
            self._known[key] = self._find(word, parts)
        return self._known[key]

    def _find(self, word: str, parts: Sequence[int] | None) -> tuple[float, Array] | None:
        similar = self._nearness.similarities(word, parts)
        if similar is None:
            return None
        weights = self._weights
        if self._nearness.is_plain(similar):
            return 0.0, np.zeros(len(FEELINGS))
        raw = self._nearness.tendency(similar)
        clear = max(0.0, abs(raw) - weights.quiet) / weights.scale
        near = self._nearness.emotions(similar, FEELINGS)
        near = np.maximum(0, near - weights.floor) / weights.scale
        near /= max(1.0, near.max())
        if own := self._own_feelings(word, parts):
            near[[i for name, i in _INDEX.items() if name not in own]] *= weights.others
        return float(np.copysign(min(1.0, clear), raw)), near

    def _own_feelings(self, word: str, parts: Sequence[int] | None) -> set[str]:
        """Emotions that the word is a seed of itself."""
        own: set[str] = set()
        for lemma, part in self._nearness.taxonomy.lemmas(word):
            if parts is None or part in parts:
                own |= set(self._nearness.seeds.labels.get((lemma, part), ()))
        return own & set(FEELINGS)


class MachineValue:
    """Eq. 10: the tendency of a word by the support vector machine, its emotions by nearness."""

    def __init__(self, machine: WordMachine, nearness: Nearness, weights: Weights) -> None:
        self._machine, self._nearness = machine, nearness
        self._near = NearnessValue(nearness, weights)
        self._known: dict[tuple[str, Sequence[int] | None], tuple[float, Array] | None] = {}

    def __call__(self, word: str, parts: Sequence[int] | None) -> tuple[float, Array] | None:
        key = (word, parts)
        if key not in self._known:
            features = word_features(self._nearness, word, parts)
            near = self._near(word, parts)
            self._known[key] = (
                None
                if features is None or near is None
                else (self._machine.tendency(features), near[1])
            )
        return self._known[key]
