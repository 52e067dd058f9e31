"""Make the compact taxonomy of words from WordNet's own files.

    apt-get download wordnet-base && dpkg -x wordnet-base_*.deb wordnet
    python -m paintreel.learn.release.taxonomy --wordnet wordnet/usr/share/wordnet

Writes src/paintreel/words/taxonomy.npz, which `paintreel.words.taxonomy` reads; nothing is
downloaded. Debian's package wordnet-base 1:3.0-37 holds WordNet 3.0; its files are known by their
hashes, so that the same taxonomy comes out everywhere.

Left out, to stay small: glosses, frames of verbs, names of people and places (instances), Latin
names of plants and animals, and what has a digit in it. Kept: what is a kind of what, what an
adjective resembles, is an attribute of or is derived from, the words with their senses and how
often each was counted, irregular forms.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path, checked_file
from paintreel.words.taxonomy import TAXONOMY_FILE, joined

__all__ = ["main"]

HASHES = {
    "data.adj": "c89120dfc1f046ddff4a631bf9b7e9fa1a36b5e86565a23bf82dbe14f30b88a7",
    "data.adv": "444a63bf3955080ab7524f5079cfc07ff9bc682cb98bdb1db73b0fb9829f1139",
    "data.noun": "fea17d2f9656611334eac790e5d69e47645fa180c4aa481fb4cd9b3520754ca2",
    "data.verb": "adcf43e35b581e8036d8b5a52d63d9cd3d3b4870b2720d3c03c799df44777bc2",
    "cntlist.rev": "a198580b8f705fa02797bba8b13e5cbe4a9f9f40cb1697e774c7fc6a5865b035",
    "adj.exc": "8824cc24bbedd797b9702316b27f07cd4c2b76b629539f0a1276f03926758016",
    "adv.exc": "e7291461b629abfe63301bbe1998cee09fd575ed7107abd7ea9763adb05bf0a8",
    "noun.exc": "2b5d675c380b39ecf595af9fa9d4e7feb1d58c643b0bff08c40ed5bfe41fab7a",
    "verb.exc": "dbbcf9a601b2d77e934e413b91d90e88ec7f933a8b77cfc00602a923b891b42c",
}
"""SHA-256 of the files of wordnet-base 1:3.0-37."""

_POINTERS = {"@": "is_a", "&": "similar", "=": "attribute", "+": "derived", "\\": "derived"}
"""WordNet's signs of what leads upward; "!" are opposites, the rest is left out."""
_PART_OF = {"n": 0, "v": 1, "a": 2, "s": 2, "r": 3}
_LIVING = (5, 20)
"""Numbers of WordNet's files of animals and plants, whose Latin names are left out."""
_MOST_WORDS = 3
_MOST_COUNT = 255


@dataclass(slots=True)
class _Concept:
    """A line of a data file: a set of words of one meaning."""

    part: int
    file: int
    words: list[str]
    counts: list[int]
    is_instance: bool
    links: list[tuple[str, tuple[int, int]]] = field(default_factory=list)
    opposites: list[tuple[int, int]] = field(default_factory=list)


class _Sense(NamedTuple):
    """Of a word: the concept, and how often it was counted in texts."""

    key: tuple[int, int]
    counted: int
    order: int


def read_wordnet(folder: Path) -> dict[tuple[int, int], _Concept]:
    """(part of speech, offset) -> concept. Raises InputError for files of another version."""
    for name, expected in HASHES.items():
        path = folder / name
        if not path.is_file():
            raise InputError(f"{path} is not there; --wordnet is the folder that holds {name}")
        got = hashlib.sha256(path.read_bytes()).hexdigest()
        if got != expected:
            raise InputError(
                f"{path} has SHA-256 {got[:12]}, expected {expected[:12]}: it is not of Debian's "
                "wordnet-base 1:3.0-37"
            )
    counts = _counts(folder / "cntlist.rev")
    concepts: dict[tuple[int, int], _Concept] = {}
    for name in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{name}").read_text("latin-1").splitlines():
            if not line.startswith(" "):  # the licence stands at the head, indented
                key, concept = _concept(line, counts)
                concepts[key] = concept
    return concepts


def _counts(path: Path) -> dict[tuple[str, int, int, int], int]:
    """(word, kind, file, number in the file) -> how often the sense was counted."""
    counts: dict[tuple[str, int, int, int], int] = {}
    for line in path.read_text("latin-1").splitlines():
        key, _, count = line.split()
        word, sense = key.split("%", 1)
        kind, file, number = sense.split(":")[:3]
        place = (word, min(int(kind), 5), int(file), int(number))
        counts[place] = counts.get(place, 0) + int(count)
    return counts


def _concept(
    line: str, counts: Mapping[tuple[str, int, int, int], int]
) -> tuple[tuple[int, int], _Concept]:
    cells = line.split("|")[0].split()
    offset, file, kind, size = int(cells[0]), int(cells[1]), cells[2], int(cells[3], 16)
    spelt = [cells[4 + 2 * i].split("(")[0] for i in range(size)]
    numbers = [int(cells[5 + 2 * i], 16) for i in range(size)]
    code = {"n": 1, "v": 2, "a": 3, "r": 4, "s": 5}[kind]
    found = [counts.get((w.lower(), code, file, n), 0) for w, n in zip(spelt, numbers, strict=True)]
    at = 4 + 2 * size
    pointers = [cells[at + 1 + 4 * i : at + 5 + 4 * i] for i in range(int(cells[at]))]
    instance = any(sign == "@i" for sign, *_ in pointers)
    concept = _Concept(_PART_OF[kind], file, spelt, found, instance)
    for sign, target, part, _ in pointers:
        key = (_PART_OF[part], int(target))
        if sign == "!":
            concept.opposites.append(key)
        elif (link := _POINTERS.get(sign)) is not None:
            concept.links.append((link, key))
    return (concept.part, offset), concept


# What is kept.


def _kept_words(concept: _Concept) -> Iterator[tuple[str, int]]:
    if concept.is_instance:
        return
    for word, count in zip(concept.words, concept.counts, strict=True):
        if word[0].isupper() and concept.file in _LIVING:
            continue
        plain = word.lower()
        if (
            plain.count("_") < _MOST_WORDS
            and plain.replace("_", "").replace("-", "").replace("'", "").replace(".", "").isalpha()
        ):
            yield plain.replace("_", " "), count


def _upward(
    concept: _Concept, concepts: Mapping[tuple[int, int], _Concept]
) -> list[tuple[int, int]]:
    """The links of a concept that lead toward the top; of nouns those of kinds alone.

    Adjectives and adverbs have no kinds in WordNet: they hang on what they resemble, on what they
    are an attribute of, and on the noun or adjective that they are derived from.
    """
    kept = []
    for link, key in dict.fromkeys(concept.links):
        other = concepts[key].part
        if link == "derived" and (concept.part == 0 or other == concept.part):
            continue
        if link == "derived" and concept.part == 1 and other != 0:
            continue
        if link == "attribute" and concept.part != 2:
            continue
        if link == "similar" and concept.words and _is_head(concept, concepts, key):
            continue
        kept.append(key)
    return list(dict.fromkeys(kept))


def _is_head(
    concept: _Concept, concepts: Mapping[tuple[int, int], _Concept], key: tuple[int, int]
) -> bool:
    """Whether `concept` is the head that `key` resembles: heads have opposites or attributes."""
    return bool(concept.opposites) and not concepts[key].opposites


def compact(folder: Path) -> dict[str, Array]:
    """The arrays of the taxonomy file."""
    concepts = read_wordnet(folder)
    words: dict[str, list[_Sense]] = {}
    links = {key: _upward(concept, concepts) for key, concept in concepts.items()}
    used: set[tuple[int, int]] = set()
    order = _sense_orders(folder)
    for key, concept in concepts.items():
        for word, count in _kept_words(concept):
            rank = order.get((word, key), 99)
            words.setdefault(word, []).append(_Sense(key, min(count, _MOST_COUNT), rank))
            used.add(key)
    waiting = list(used)
    while waiting:  # what the used ones hang on
        for key in links[waiting.pop()]:
            if key not in used:
                used.add(key)
                waiting.append(key)
    keys = sorted(used)
    number = {key: i for i, key in enumerate(keys)}
    spelt = sorted(words)
    senses = [sorted(words[word], key=lambda s: (s.key[0], s.order)) for word in spelt]
    upward = [[number[key] for key in links[k]] for k in keys]
    starts = np.repeat(np.arange(len(keys)), [len(each) for each in upward])
    flat = np.array([to for each in upward for to in each], np.int32)
    return {
        "files": np.array([concepts[key].file for key in keys], np.uint8),
        "parts": np.array([key[0] for key in keys], np.uint8),
        "up_counts": np.array([len(each) for each in upward], np.uint8),
        "up_steps": (flat - starts).astype(np.int32),
        "words": joined(spelt),
        "sense_counts": np.array([len(each) for each in senses], np.uint8),
        "senses": np.array([number[s.key] for each in senses for s in each], np.int32),
        "counted": np.array([s.counted for each in senses for s in each], np.uint8),
        "forms": joined(_irregular(folder, words)),
    }


def _sense_orders(folder: Path) -> dict[tuple[str, tuple[int, int]], int]:
    """(word, concept) -> its place among the senses of the word, the commonest first."""
    places = {}
    for name, part in (("noun", 0), ("verb", 1), ("adj", 2), ("adv", 3)):
        for line in (folder / f"index.{name}").read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue
            cells = line.split()
            offsets = cells[-int(cells[2]) :]
            for place, offset in enumerate(offsets):
                places[cells[0].replace("_", " "), (part, int(offset))] = place
    return places


def _irregular(folder: Path, words: Mapping[str, object]) -> list[str]:
    """ "FORM PART LEMMA" of every irregular form of a known word, sorted."""
    rows = set()
    for name, part in (("noun", "n"), ("verb", "v"), ("adj", "a"), ("adv", "r")):
        for line in (folder / f"{name}.exc").read_text("latin-1").splitlines():
            form, *lemmas = line.split()
            rows |= {
                f"{form} {part} {lemma}"
                for lemma in lemmas
                if "_" not in form + lemma and lemma in words and form != lemma
            }
    return sorted(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the taxonomy. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=TAXONOMY_FILE, metavar="FILE.npz")
    args = parser.parse_args(argv)
    arrays = compact(args.wordnet)
    with atomic_path(args.out, overwrite=True) as partial, checked_file(partial) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    print(f"{args.out}: {args.out.stat().st_size:,} bytes, {len(arrays['parts']):,} concepts")

    return 0


if __name__ == "__main__":
    raise SystemExit(main())
