"""Random streams by name: every part of a picture has a generator of its own.

So a part may draw more or fewer numbers, because the frame is wider or a detail is left out,
and no other part of the picture changes.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

__all__ = ["RandomStreams"]


class RandomStreams:
    """Generators (PCG64, the same on every machine) for the parts of one picture."""

    def __init__(self, seed: int, name: str) -> None:
        self._seed = seed
        self._name = crc32(name.encode())

    def stream(self, part: str) -> np.random.Generator:
        """A fresh generator for `part`: asked twice, it gives the same numbers twice."""
        return self._generator(self._seed, part)

    def pick(self, part: str, count: int) -> int:
        """One of `count` options, 0..count-1, dealt out so that seeds do not repeat themselves.

        Of `count` seeds in a row, starting at a multiple of `count`, each gets another option.
        """
        block, place = divmod(self._seed, count)
        return int(self._generator(block, f"deal {part}").permutation(count)[place])

    def _generator(self, number: int, part: str) -> np.random.Generator:
        key = (number, self._name, crc32(part.encode()))
        return np.random.default_rng(np.random.SeedSequence(key))
