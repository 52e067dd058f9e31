"""How near words are to the seeds in the taxonomy, and what that says of their tendency.

Eq. 9 and 11 of the paper whose abstract begins "The aim of this article is to investigate an
intelligent approach for constructing animation scenes": the tendency of a word is its mean
similarity to the positive seeds less that to the negative ones, similarity falling with the path
between them.

Differences from the paper: it says neither how the seeds are chosen nor how many they are. Ours are
some 1,900 words, and the mean of Eq. 9 is over the n nearest of each side: of hundreds the most are
far from any word, and their mean says how deep in the tree a word lies rather than what it feels
like (measured by `paintreel experiment script`). A step down to a seed is longer than one up. Its
sememes are HowNet's, ours the concepts of WordNet; a word of several meanings has the mean of their
similarities, by how common each is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.words.seeds import FEELINGS, NEGATIVE, POSITIVE, Seeds, bundled_seeds
from paintreel.words.taxonomy import Sense, Taxonomy, bundled_taxonomy, path_similarity

__all__ = ["ALPHA", "FAR_STEPS", "NEAREST", "Nearness", "bundled_nearness", "mean_of_nearest"]

ALPHA = 0.5
"""Of Eq. 11, chosen on the lines to develop on."""

NEAREST = 6
"""n and m of Eq. 9: how many seeds of each side the mean is over."""

DOWNWARD = 2.0
"""Length of a step down to a seed, where one up is 1: a kind of fear is feared, but not all of
which fear is a kind. To creep is a way to walk, and walking is not creepy for that."""

FAR_STEPS = 16
"""The distance of what is not joined at all."""


def mean_of_nearest(similarities: Array, count: int | None) -> float:
    """The mean of the `count` largest of (S,) similarities, None: of all; 0 without any.

    >>> mean_of_nearest(np.array([0.1, 0.9, 0.5]), 2)
    0.7
    """
    if not len(similarities):
        return 0.0
    if count is not None and count < len(similarities):
        similarities = np.partition(similarities, -count)[-count:]
    return float(similarities.mean())


class Nearness:
    """Similarity of words to all seeds.

    alpha    of Eq. 11
    nearest  n and m of Eq. 9; None: all seeds, as the equation is written
    downward  length of a step down to a seed; 1: paths as Eq. 11 has them
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        seeds: Seeds,
        *,
        alpha: float = ALPHA,
        nearest: int | None = NEAREST,
        downward: float = DOWNWARD,
    ) -> None:
        self.taxonomy, self.seeds, self.alpha, self.nearest = taxonomy, seeds, alpha, nearest
        self._entries = [(c, label) for c, labels in seeds.concepts.items() for label in labels]
        self.concepts = tuple(concept for concept, _ in self._entries)
        """The seeds in the order of all arrays here; one that is of two emotions stands twice."""
        self._place = {entry: i for i, entry in enumerate(self._entries)}
        self.is_positive = self._once(self._of(*POSITIVE, "positive"))
        self.is_negative = self._once(self._of(*NEGATIVE, "negative"))
        self.is_of = {name: self._of(name) for name in (*FEELINGS, "neutral")}
        self._hung: dict[int, tuple[Array, Array]] = {}
        hung: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for seed, concept in enumerate(self.concepts):
            for above, steps in taxonomy.upward(concept).items():
                hung[above].append((seed, steps))
        for above, pairs in hung.items():
            table = np.array(pairs)
            self._hung[above] = (table[:, 0], downward * table[:, 1])
        self._families: dict[str, Array] = {}
        self._of_word: dict[tuple[str, tuple[int, ...] | None], Array | None] = {}

    def steps(self, concept: int) -> Array:
        """(S,) float64, the length of the path from a concept to every seed."""
        found = np.full(len(self.concepts), float(FAR_STEPS))
        for above, ours in self.taxonomy.upward(concept).items():
            if (hung := self._hung.get(above)) is not None:
                seeds, theirs = hung
                found[seeds] = np.minimum(found[seeds], ours + theirs)
        return found

    def similarities(self, word: str, parts: Sequence[int] | None = None) -> Array | None:
        """(S,) in (0, 1], Eq. 11 of a word with every seed; None of what is not in the taxonomy.

        parts  parts of speech that it may be, None: all
        """
        key = (word, None if parts is None else tuple(parts))
        if key not in self._of_word:
            senses = self.taxonomy.senses(word, parts)
            self._of_word[key] = None if not senses else self._of_senses(word, senses)
        return self._of_word[key]

    def is_family(self, beginning: str) -> Array:
        """(S,) bool, which seeds are words that begin so."""
        if beginning not in self._families:
            own = {c for (word, _), c in self.seeds.words.items() if word.startswith(beginning)}
            self._families[beginning] = np.array([c in own for c in self.concepts])
        return self._families[beginning]

    def _of(self, *labels: str) -> Array:
        """(S,) bool, which seeds are of one of the labels."""
        return np.array([label in labels for _, label in self._entries])

    def _once(self, chosen: Array) -> Array:
        """The chosen seeds, each meaning once."""
        seen: set[int] = set()
        kept = np.zeros_like(chosen)
        for i in np.flatnonzero(chosen):
            kept[i] = self.concepts[i] not in seen
            seen.add(self.concepts[i])
        return kept

    def _of_senses(self, word: str, senses: Sequence[Sense]) -> Array:
        """The mean over the meanings; of what is a seed itself 1, by how often it is that word."""
        total = np.zeros(len(self.concepts))
        for concept, share in senses:
            total += share * path_similarity(self.steps(concept), self.alpha)
        for lemma, part in self.taxonomy.lemmas(word):
            if (seed := self.seeds.words.get((lemma, part))) is not None:
                of_part = sum(s.share for s in senses if self.taxonomy.parts[s.concept] == part)
                for label in self.seeds.labels[lemma, part]:
                    place = self._place[seed, label]
                    total[place] = max(total[place], of_part)
        return total

    def tendency(self, similarities: Array) -> float:
        """Eq. 9 over (S,) similarities: above 0 nearer to what is good, below to what is bad."""
        good = mean_of_nearest(similarities[self.is_positive], self.nearest)
        return good - mean_of_nearest(similarities[self.is_negative], self.nearest)

    def is_plain(self, similarities: Array) -> bool:
        """Whether the nearest of all seeds is a plain word: walking is no kind of stalking."""
        plain = self.is_of["neutral"]
        return bool(similarities[plain].max() >= similarities[~plain].max())

    def emotions(self, similarities: Array, names: Sequence[str]) -> Array:
        """(E,) mean similarity to the seeds of every emotion: Eq. 9's sum, a class at a time."""
        return np.array(
            [mean_of_nearest(similarities[self.is_of[name]], self.nearest) for name in names]
        )


@lru_cache(maxsize=1)
def bundled_nearness() -> Nearness:
    """Of the taxonomy and the seeds of the package, made once."""
    return Nearness(bundled_taxonomy(), bundled_seeds())
