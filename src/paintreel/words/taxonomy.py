"""The taxonomy of meanings: which words mean what, and what hangs on what.

WordNet 3.0 (Fellbaum 1998; its licence lies beside) as one small file, which
`paintreel.learn.release.taxonomy` makes. Nouns and verbs hang on their kind. Adjectives and adverbs
have no kinds: they hang on what they resemble, on what they are an attribute of, and on the noun or
adjective that they are derived from. That makes one tree, more or less, in which "joyous" is near
"joy" and far from "sorrow".
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.arrays import Array

__all__ = [
    "MOST_STEPS",
    "PARTS",
    "TAXONOMY_FILE",
    "Sense",
    "Taxonomy",
    "bundled_taxonomy",
    "joined",
    "path_similarity",
]

TAXONOMY_FILE = Path(__file__).with_name("taxonomy.npz")

PARTS = ("n", "v", "a", "r")
"""Parts of speech by their number: noun, verb, adjective, adverb."""

MOST_STEPS = 12
"""Steps upward that are looked at: no concept of WordNet lies much deeper."""

_ARRAYS = (
    *("files", "parts", "up_counts", "up_steps"),
    *("words", "sense_counts", "senses", "counted", "forms"),
)

_ENDINGS: Mapping[int, Sequence[tuple[str, str]]] = {
    0: (
        *(("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z")),
        *(("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")),
    ),
    1: (
        *(("s", ""), ("ies", "y"), ("es", "e"), ("es", "")),
        *(("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    ),
    2: (("er", ""), ("est", ""), ("er", "e"), ("est", "e"), ("ier", "y"), ("iest", "y")),
    3: (),
}
"""Part of speech -> endings of its forms and of the word, as WordNet's own lookup has them."""


class Sense(NamedTuple):
    """A meaning of a word.

    concept  its number in the taxonomy
    share    how much of the word's use it is: shares of a word sum to 1
    """

    concept: int
    share: float


def path_similarity(steps: Array | float, alpha: float) -> Array | float:
    """Eq. 11: alpha / (d + alpha), 1 at no distance and less the longer the path is.

    steps  d, the length of the path between two meanings
    alpha  how far similarity reaches, above 0: the distance at which it is one half

    >>> path_similarity(0, 1.6), path_similarity(1.6, 1.6)
    (1.0, 0.5)
    """
    return alpha / (steps + alpha)


def joined(words: Sequence[str]) -> Array:
    """Words as an array of bytes, a line each, as the file keeps them."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


class Taxonomy:
    """The taxonomy of a file.

        taxonomy = bundled_taxonomy()
        taxonomy.senses("joyous")            # (Sense(concept=..., share=1.0),)
        taxonomy.steps_between(a, b)         # edges of the shortest path, None: there is none

    Raises ModelFileError for a file that is none.
    """

    def __init__(self, path: Path = TAXONOMY_FILE) -> None:
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            raise ModelFileError(
                f"{path} is no taxonomy of words ({error}); install the package again"
            ) from error
        self.parts = arrays["parts"]
        """(C,) uint8, the part of speech of every concept, a number into `PARTS`."""
        self.files = arrays["files"]
        """(C,) uint8, WordNet's 45 files of subjects: 12 nouns of feeling, 37 verbs of emotion."""
        self.words = _lines(arrays["words"])
        """Every word and fixed phrase, in lower case, sorted."""
        self._index = {word: i for i, word in enumerate(self.words)}
        self._starts = np.concatenate([[0], np.cumsum(arrays["sense_counts"], dtype=np.int64)])
        self._senses, self._counted = arrays["senses"], arrays["counted"]
        counts = arrays["up_counts"].astype(np.int64)
        ups = arrays["up_steps"] + np.repeat(np.arange(len(counts)), counts)
        self._up_starts, self._up = np.concatenate([[0], np.cumsum(counts)]), ups
        self._irregular: dict[str, list[tuple[int, str]]] = {}
        for row in _lines(arrays["forms"]):
            form, part, lemma = row.split()
            self._irregular.setdefault(form, []).append((PARTS.index(part), lemma))
        self._upward: dict[int, dict[int, int]] = {}
        self._lemmas: dict[str, list[tuple[str, int]]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._index

    def __len__(self) -> int:
        return len(self.parts)

    # Words.

    def lemmas(self, form: str) -> list[tuple[str, int]]:
        """(word, part of speech) of everything that a form may be of, in lower case.

        >>> bundled_taxonomy().lemmas("wept")
        [('weep', 1)]
        """
        if form in self._lemmas:
            return self._lemmas[form]
        found = [(form, part) for part in range(4) if self._of_part(form, part)]
        found += [(lemma, part) for part, lemma in self._irregular.get(form, ())]
        for part, endings in _ENDINGS.items():
            for ending, stem in endings:
                if form.endswith(ending) and len(form) > len(ending) + 1:
                    word = form[: -len(ending)] + stem
                    doubled = part == 1 and not stem and len(word) > 2 and word[-1] == word[-2]
                    for each in (word, word[:-1]) if doubled else (word,):
                        if each != form and self._of_part(each, part):
                            found.append((each, part))
        self._lemmas[form] = list(dict.fromkeys(found))
        return self._lemmas[form]

    def senses(self, form: str, parts: Sequence[int] | None = None) -> tuple[Sense, ...]:
        """Meanings of a word or of a form of it, each with its share; () for what is unknown.

        Shares follow how often WordNet's authors counted each meaning in texts; those that were
        never counted have a little, the first more than the next.

        parts  parts of speech that are asked for, None: all
        """
        weights: dict[int, float] = {}
        for word, part in self.lemmas(form):
            if parts is None or part in parts:
                for place, (concept, count) in enumerate(self._of_part(word, part)):
                    weight = count + 0.5 / (1 + place)
                    weights[concept] = max(weights.get(concept, 0.0), weight)
        total = sum(weights.values())
        return tuple(Sense(concept, weight / total) for concept, weight in weights.items())

    def _of_part(self, word: str, part: int) -> list[tuple[int, int]]:
        """(concept, count) of a word as this part of speech, commonest first."""
        at = self._index.get(word)
        if at is None:
            return []
        span = range(self._starts[at], self._starts[at + 1])
        return [
            (int(self._senses[i]), int(self._counted[i]))
            for i in span
            if self.parts[self._senses[i]] == part
        ]

    # Paths.

    def upward(self, concept: int) -> dict[int, int]:
        """Everything that a concept hangs on, itself too -> steps to it."""
        known = self._upward.get(concept)
        if known is not None:
            return known
        steps, edge = {concept: 0}, [concept]
        for step in range(1, MOST_STEPS + 1):
            reached = []
            for each in edge:
                for i in range(self._up_starts[each], self._up_starts[each + 1]):
                    above = int(self._up[i])
                    if above not in steps:
                        steps[above] = step
                        reached.append(above)
            edge = reached
        self._upward[concept] = steps
        return steps

    def steps_between(self, a: int, b: int) -> int | None:
        """Edges of the shortest path between two concepts over what both hang on; None: none."""
        ours, theirs = self.upward(a), self.upward(b)
        return min((d + theirs[c] for c, d in ours.items() if c in theirs), default=None)

    def concept_of(self, word: str, part: str = "") -> int:
        """The commonest meaning of a word, of one part of speech where it is given.

        Raises InputError for a word that the taxonomy lacks.
        """
        wanted = None if not part else (PARTS.index(part),)
        senses = self.senses(word.replace("-", " "), wanted) or self.senses(word, wanted)
        if not senses:
            raise InputError(f"word {word!r} is not in the taxonomy; leave it out or respell it")
        return max(senses, key=lambda sense: sense.share).concept


def _lines(packed: Array) -> list[str]:
    return packed.tobytes().decode().split("\n")


@lru_cache(maxsize=1)
def bundled_taxonomy() -> Taxonomy:
    """The taxonomy of the package, loaded once."""
    return Taxonomy()
