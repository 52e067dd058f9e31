"""Train the support vector machine of words on the seeds, and measure it on seeds left out.

    python -m paintreel.learn.release.word_machine

Writes machine.npz and machine.toml, its card, into src/paintreel/words. Words are held out by the
letters that they begin with, so that "joy" is never asked about where "joyful" was learnt. Width of
the kernel and cost are chosen by that too; no labelled line is looked at.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path, checked_file
from paintreel.learn.trainers.kernel_machine import fit_machine
from paintreel.learn.trainers.provenance import read_source
from paintreel.runtime.card import sha256_of
from paintreel.runtime.system import describe_machine
from paintreel.words.nearness import Nearness, bundled_nearness
from paintreel.words.seeds import SEEDS_FILE
from paintreel.words.support_vectors import MACHINE_FILE, WordMachine, word_features
from paintreel.words.taxonomy import TAXONOMY_FILE

__all__ = ["main", "train_words", "training_words"]

GAMMAS, COSTS = (0.003, 0.01), (1.0, 4.0)
FOLDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class TrainingWords:
    """What is learnt from.

    words     the seeds
    known     (N, F) features of each as a word that is known
    strange   (N, F) and as a stranger
    signs     (N,) 1 good, -1 bad, 0 neither
    folds     (N,) in which fold a word is asked about
    """

    words: tuple[str, ...]
    known: Array
    strange: Array
    signs: Array
    folds: Array


def training_words(nearness: Nearness) -> TrainingWords:
    """The seeds with their features, but for those that are neither good, bad nor plain."""
    words, known, strange, signs = [], [], [], []
    good, bad = set(nearness.seeds.positive), set(nearness.seeds.negative)
    plain = set(nearness.seeds.of_label("neutral"))
    for (word, part), concept in nearness.seeds.words.items():
        if concept not in good | bad | plain or (concept in good and concept in bad):
            continue
        own = word_features(nearness, word, (part,))
        other = word_features(nearness, word, (part,), stranger=True)
        assert own is not None, "seeds are in the taxonomy"
        assert other is not None, "seeds are in the taxonomy"
        words.append(word)
        known.append(own)
        strange.append(other)
        signs.append((concept in good) - (concept in bad))
    families = {start: i for i, start in enumerate(sorted({word[:4] for word in words}))}
    folds = np.array([families[word[:4]] % FOLDS for word in words])
    return TrainingWords(tuple(words), np.array(known), np.array(strange), np.array(signs), folds)


def train_words(words: TrainingWords, *, gamma: float, cost: float) -> WordMachine:
    """Both machines, from all words given, each as a known one and as a stranger."""
    features = np.concatenate([words.known, words.strange])
    signs = np.tile(words.signs, 2)
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0)
    scaled = (features - mean) / spread
    felt = fit_machine(scaled, np.where(signs != 0, 1, -1), gamma=gamma, cost=cost)
    sided = signs != 0
    good = fit_machine(scaled[sided], signs[sided], gamma=gamma, cost=cost)
    return WordMachine(felt, good, mean, spread)


def held_out_recall(words: TrainingWords, *, gamma: float, cost: float) -> float:
    """Macro recall of good, bad and neither over words that were not learnt, all as strangers."""
    right = np.zeros(len(words.words), bool)
    for fold in range(FOLDS):
        asked = words.folds == fold
        rest = (words.known[~asked], words.strange[~asked], words.signs[~asked])
        machine = train_words(TrainingWords((), *rest, words.folds[~asked]), gamma=gamma, cost=cost)
        for i in np.flatnonzero(asked):
            right[i] = np.sign(machine.tendency(words.strange[i])) == words.signs[i]
    return float(np.mean([right[words.signs == sign].mean() for sign in (-1, 0, 1)]))


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], float] = time.monotonic) -> int:
    """Choose, train, write. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=MACHINE_FILE, metavar="FILE.npz")
    parser.add_argument("--allow-dirty", action="store_true")
    args = parser.parse_args(argv)
    source, begun_s = read_source(allow_dirty=args.allow_dirty), clock()
    nearness = bundled_nearness()
    words = training_words(nearness)
    found = {}
    for gamma, cost in itertools.product(GAMMAS, COSTS):
        found[gamma, cost] = held_out_recall(words, gamma=gamma, cost=cost)
        print(f"gamma {gamma} cost {cost}: macro recall {found[gamma, cost]:.3f}", flush=True)
    gamma, cost = max(found, key=lambda key: found[key])
    machine = train_words(words, gamma=gamma, cost=cost)
    with atomic_path(args.out, overwrite=True) as partial, checked_file(partial) as file:
        np.savez_compressed(file, allow_pickle=False, **machine.arrays())
    card: dict[str, Any] = {
        "file": args.out.name,
        "sha256": sha256_of(args.out),
        "size_bytes": args.out.stat().st_size,
        "description": "Tells good, bad and plain words of English, by their place in WordNet.",
        "licence": "CC-BY-4.0",
        "credit": "Paintreel; features of WordNet 3.0, Princeton University",
        "training": {
            "command": " ".join(
                ["python -m paintreel.learn.release.word_machine", *(argv or sys.argv[1:])]
            ),
            "wall_time_s": round(clock() - begun_s),
            "data_hash": f"seeds {sha256_of(SEEDS_FILE)[:16]}, "
            f"taxonomy {sha256_of(TAXONOMY_FILE)[:16]}",
            **source.facts(),
            "machine": describe_machine("cpu"),
            "words": len(words.words),
            "vectors": len(machine.felt.weights) + len(machine.good.weights),
            "measures": {"macro_recall": round(found[gamma, cost], 4)},
            "settings": {"gamma": gamma, "cost": cost, "folds": FOLDS},
        },
    }
    with atomic_path(args.out.with_suffix(".toml"), overwrite=True) as partial:
        partial.write_text(tomli_w.dumps(card), "utf-8")
    print(f"{args.out}: {args.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
