"""What is compared: the two methods, each part of them by itself, and plain counts of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import InputError, UnreadableFile, system_reason
from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.script.lines import Opinion
from paintreel.words.feelings import FeelingReader, bundled_reader
from paintreel.words.nearness import Nearness, bundled_nearness
from paintreel.words.seeds import FEELINGS, Seeds, bundled_seeds, sign_of
from paintreel.words.taxonomy import Taxonomy, bundled_taxonomy
from paintreel.words.tokens import split
from paintreel.words.word_values import Weights

__all__ = ["ABOUT", "Method", "count_of_file", "methods"]

Method = Callable[[str], Opinion]
"""From a line to what is said of it."""

ABOUT: Mapping[str, str] = {
    "nearness": "Eq. 9 and 11, what the verb does",
    "svm": "Eq. 10, what the verb does with --method svm",
    "all_seeds": "Eq. 9 as it is written: the mean over all seeds of a side, not the nearest",
    "even_paths": "Eq. 11 as it is written: a step down is as long as a step up",
    "seeds_alone": "the verb without the taxonomy: words that are seeds themselves, all else alike",
    "count": "good seeds less bad ones, counted",
    "file": "the same with the words of --lexicon",
}

_ALL_SEEDS = Weights(quiet=0.0003, scale=0.003, floor=0.08)
"""Means over hundreds of seeds lie closer together; chosen on the lines to develop on."""


def methods(lexicon: str | PathLike[str] | None = None) -> dict[str, Method]:
    """Name -> method, in the order of `ABOUT`. Raises as `count_of_file` does."""
    taxonomy, seeds = bundled_taxonomy(), bundled_seeds()
    every = Nearness(taxonomy, seeds, nearest=None)
    even = Nearness(taxonomy, seeds, downward=1.0)
    found: dict[str, Method] = {
        "nearness": _of(bundled_reader("nearness")),
        "svm": _of(bundled_reader("svm")),
        "all_seeds": _of(FeelingReader(nearness=every, weights=_ALL_SEEDS)),
        "even_paths": _of(FeelingReader(nearness=even)),
        "seeds_alone": _of(FeelingReader(_SeedsAlone(bundled_nearness()))),
        "count": lambda text: counted_opinion(text, seeds, taxonomy),
    }
    if lexicon is not None:
        found["file"] = count_of_file(lexicon)
    return found


def _of(reader: FeelingReader) -> Method:
    def ask(text: str) -> Opinion:
        found = reader.read(text)
        return Opinion(found.label, found.emotion)

    return ask


class _SeedsAlone:
    """The value of a word: that of the seed that it is."""

    def __init__(self, nearness: Nearness) -> None:
        self._seeds, self._taxonomy = nearness.seeds, nearness.taxonomy

    def __call__(self, word: str, parts: Sequence[int] | None) -> tuple[float, Array] | None:
        labels = _labels_of(word, self._seeds, self._taxonomy)
        near = np.array([float(name in labels) for name in FEELINGS])
        return float(np.sign(_sum_of(labels))), near


def _labels_of(word: str, seeds: Seeds, taxonomy: Taxonomy) -> set[str]:
    found: set[str] = set()
    for lemma in taxonomy.lemmas(word):
        found |= set(seeds.labels.get(lemma, ()))
    return found


def _sum_of(labels: set[str]) -> int:
    return sum(sign_of(label) + (label == "positive") - (label == "negative") for label in labels)


def counted_opinion(text: str, seeds: Seeds, taxonomy: Taxonomy) -> Opinion:
    """Good words less bad ones, and the emotion with the most: nothing is turned or raised."""
    total, emotions = 0, Counter[str]()
    for token in split(text):
        if token.kind == "word":
            labels = _labels_of(token.text, seeds, taxonomy)
            total += int(np.sign(_sum_of(labels)))
            emotions.update(label for label in labels if label in FEELINGS)
    emotion = emotions.most_common(1)[0][0] if emotions else "neutral"
    return Opinion(_label(total), emotion)


def count_of_file(path: str | PathLike[str]) -> Method:
    """The count with a list of words, a row a word with its value: `good<TAB>1.9`.

    It says no emotion. Raises UnreadableFile, and InputError where no row is so.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = system_reason(error) if isinstance(error, OSError) else "not UTF-8 text"
        raise UnreadableFile(path, reason) from error
    values: dict[str, float] = {}
    for row in text.splitlines():
        cells = row.split("\t")
        try:
            values[cells[0].strip().lower()] = float(cells[1])
        except (IndexError, ValueError):
            continue
    if not values:
        raise InputError(f"{path} has no row 'WORD<tab>VALUE'")

    signs = frozenset(word for word in values if not any(c.isalnum() for c in word))

    def ask(line: str) -> Opinion:
        words = (token.text for token in split(line, signs))
        total = sum(np.sign(values.get(word, 0.0)) for word in words)
        return Opinion(_label(int(total)), "neutral")

    return ask


def _label(total: int) -> str:
    return "neutral" if not total else "positive" if total > 0 else "negative"
