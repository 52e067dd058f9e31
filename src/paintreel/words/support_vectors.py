"""Eq. 10: a kernel support vector machine on the features of a word.

    f(x) = sum_i a_i y_i K(x_i, x) + b,    K(x, z) = exp(-gamma |x - z|^2)

The sign of f is the class; only words with a_i > 0, the support vectors, are kept. One machine
tells words that one feels something at from those of every day, a second one the good from the bad.
Trained on the seeds by `paintreel.learn.release.word_machine`; `machine.toml` says how.

Differences from the paper: it names neither features nor kernel. Ours are the nearness of the word
to the seeds of every class, the subjects that WordNet files it under, and a few beginnings and
endings such as un- and -less. The machines learn every seed twice: as a word that is known, and as
a stranger, without all seeds that begin as it does.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.words.nearness import Nearness, mean_of_nearest
from paintreel.words.seeds import FEELINGS

__all__ = ["MACHINE_FILE", "KernelMachine", "WordMachine", "bundled_machine", "word_features"]

MACHINE_FILE = Path(__file__).with_name("machine.npz")

_COUNTS = (1, 4, 16)
_SURE = 0.5
"""Value of the first machine from which on a word is taken to be felt at."""
_FAMILY = 4
_FILES = 45
_BEGINNINGS = ("un", "dis", "mis", "in")
_ENDINGS = ("less", "ful")


@dataclass(frozen=True, slots=True, eq=False)
class KernelMachine:
    """One machine.

    vectors  (M, F) the support vectors
    weights  (M,) a_i y_i
    bias     b
    gamma    of the kernel, above 0
    """

    vectors: Array
    weights: Array
    bias: float
    gamma: float

    def decide(self, features: Array) -> float:
        """f(x) of Eq. 10; its sign is the class, beyond 1 and -1 it is sure.

        >>> m = KernelMachine(np.zeros((1, 2)), np.array([1.0]), -0.5, 1.0)
        >>> m.decide(np.zeros(2)), m.decide(np.full(2, 9.0))
        (0.5, -0.5)
        """
        away = ((self.vectors - features) ** 2).sum(axis=1)
        return float(self.weights @ np.exp(-self.gamma * away) + self.bias)


@dataclass(frozen=True, slots=True, eq=False)
class WordMachine:
    """The two machines, and how features are scaled before them.

    felt  above 0 for words that one feels something at
    good  above 0 for the good ones among them
    mean, spread  (F,) of the features of the seeds
    """

    felt: KernelMachine
    good: KernelMachine
    mean: Array
    spread: Array

    def tendency(self, features: Array) -> float:
        """The tendency of a word in [-1, 1]; 0 where the first machine finds nothing to feel."""
        scaled = (features - self.mean) / self.spread
        felt = self.felt.decide(scaled)
        if felt <= _SURE:
            return 0.0
        return float(min(1.0, felt) * np.clip(self.good.decide(scaled), -1, 1))

    def arrays(self) -> dict[str, Array]:
        """For a file."""
        found = {"mean": self.mean.astype(np.float32), "spread": self.spread.astype(np.float32)}
        for name, machine in (("felt", self.felt), ("good", self.good)):
            found[f"{name}_vectors"] = machine.vectors.astype(np.float16)
            found[f"{name}_weights"] = machine.weights.astype(np.float32)
            found[f"{name}_facts"] = np.array([machine.bias, machine.gamma])
        return found

    @classmethod
    def load(cls, path: Path) -> WordMachine:
        """The machines of a file. Raises ModelFileError."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name].astype(np.float64) for name in file.files}
            machines = [
                KernelMachine(
                    arrays[f"{name}_vectors"],
                    arrays[f"{name}_weights"],
                    *arrays[f"{name}_facts"].tolist(),
                )
                for name in ("felt", "good")
            ]
            felt, good = machines
            return cls(felt, good, arrays["mean"], arrays["spread"])
        except (
            OSError,
            ValueError,
            KeyError,
            EOFError,
            TypeError,
            BadZipFile,
            zlib.error,
        ) as error:
            raise ModelFileError(
                f"{path} is no machine of words ({error}); install the package again"
            ) from error


def word_features(
    nearness: Nearness, word: str, parts: Sequence[int] | None = None, *, stranger: bool = False
) -> Array | None:
    """(F,) float64 features of a word; None of what is not in the taxonomy.

    Nearness to the 8 emotions, to good, bad and plain seeds, each by the nearest one, four and
    sixteen; Eq. 9; the share of every subject file; beginnings and endings.

    stranger: seeds that begin as the word does are left out, as if it and its kin were unknown
    """
    similar = nearness.similarities(word, parts)
    if similar is None:
        return None
    kept = ~nearness.is_family(word[:_FAMILY]) if stranger else np.ones(len(similar), bool)
    groups = [nearness.is_of[name] for name in (*FEELINGS, "neutral")]
    groups += [nearness.is_positive, nearness.is_negative]
    near = [[mean_of_nearest(similar[g & kept], n) for n in _COUNTS] for g in groups]
    good, bad = (np.array(row) for row in near[-2:])
    files = np.zeros(_FILES)
    for concept, share in nearness.taxonomy.senses(word, parts):
        files[int(nearness.taxonomy.files[concept])] += share
    shape = [word.startswith(b) and len(word) > len(b) + 2 for b in _BEGINNINGS]
    shape += [word.endswith(e) for e in _ENDINGS]
    return np.concatenate([np.ravel(near), good - bad, files, np.array(shape, float)])


@lru_cache(maxsize=1)
def bundled_machine() -> WordMachine:
    """The machines of the package, loaded once."""
    return WordMachine.load(MACHINE_FILE)
