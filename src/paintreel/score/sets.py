"""The measures of whole sets: what is kept of each picture, and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from paintreel.errors import InputError
from paintreel.metrics.distribution import (
    FeatureStatistics,
    frechet_distance,
    kernel_distance,
)
from paintreel.score.summary import Summary

__all__ = ["SetMaterial", "SetSide", "set_scores"]

MOST_VECTORS = 20_000
"""Feature vectors kept for the kernel distance; of more, a random sample of this many."""


@dataclass(slots=True)
class SetMaterial:
    """Spectra (bins,) and feature vectors (D,) of the pictures of one file."""

    spectra: list[np.ndarray] = field(default_factory=list)
    features: list[np.ndarray] = field(default_factory=list)


class SetSide:
    """What is kept of all pictures of one side, in bounded memory.

    Of spectra, the mean over each file (a clip's frames are not independent); of features, count,
    mean and scatter, and a random sample of the vectors.

    name: of the extractor.
    rng: draws the sample.
    """

    def __init__(self, name: str | None, *, rng: np.random.Generator) -> None:
        self.statistics: FeatureStatistics | None = None
        self.spectra: list[np.ndarray] = []
        self._name, self._rng = name or "", rng
        self._vectors = self._keys = np.empty(0)

    def add(self, material: SetMaterial) -> None:
        """Take in one file."""
        if material.spectra:
            self.spectra.append(np.mean(material.spectra, axis=0))
        if not material.features:
            return
        rows = np.stack(material.features)
        if self.statistics is None:
            self.statistics = FeatureStatistics(rows.shape[1], name=self._name)
            self._vectors = np.empty((0, rows.shape[1]), np.float32)
        self.statistics.update(rows)
        self._vectors = np.concatenate([self._vectors, rows.astype(np.float32)])
        self._keys = np.concatenate([self._keys, self._rng.random(len(rows))])
        if len(self._keys) > 2 * MOST_VECTORS:
            self._thin()

    @property
    def vectors(self) -> np.ndarray:
        """(n, D) float32, at most `MOST_VECTORS` of those seen."""
        if len(self._keys) > MOST_VECTORS:
            self._thin()
        return self._vectors

    def _thin(self) -> None:
        # The vectors of the smallest random keys are a sample without replacement of all seen.
        kept = np.sort(np.argpartition(self._keys, MOST_VECTORS)[:MOST_VECTORS])
        self._vectors, self._keys = self._vectors[kept], self._keys[kept]


def set_scores(
    names: Sequence[str],
    generated: SetSide,
    reference: SetSide,
    *,
    rng: np.random.Generator,
    allow_biased: bool,
) -> tuple[dict[str, Summary], dict[str, str]]:
    """The measures of sets among `names`: (measure -> figures, measure -> why it has none)."""
    makers = {"radial_spectrum_distance": _spectrum, "fd": _frechet, "kd": _kernel}
    scores: dict[str, Summary] = {}
    undefined: dict[str, str] = {}
    for name in names:
        try:
            scores[name] = makers[name](generated, reference, rng=rng, allow_biased=allow_biased)
        except InputError as error:
            undefined[name] = str(error)
    return scores, undefined


def _spectrum(generated: SetSide, reference: SetSide, **_: object) -> Summary:
    """`radial_spectrum_distance` of the spectra that were kept.

    It has no interval: a distance grows with the noise of resampling, so that bootstrap draws
    lie above the estimate.
    """
    if not generated.spectra or not reference.spectra:
        raise InputError("one side has no picture of the 64 pixels a side that spectra need")
    left, right = np.mean(generated.spectra, axis=0), np.mean(reference.spectra, axis=0)
    value = float(np.sqrt(np.mean(np.square(left - right))))
    return Summary(value, None, min(len(generated.spectra), len(reference.spectra)), None)


def _frechet(generated: SetSide, reference: SetSide, *, allow_biased: bool, **_: object) -> Summary:
    first, second = _both(generated, reference)
    value = frechet_distance(first, second, allow_biased=allow_biased)
    return Summary(value, None, min(first.count, second.count), None)


def _kernel(
    generated: SetSide, reference: SetSide, *, rng: np.random.Generator, **_: object
) -> Summary:
    first, second = _both(generated, reference)
    found = kernel_distance(generated.vectors, reference.vectors, rng=rng)
    return Summary(found.mean, found.sd, min(first.count, second.count), (found.low, found.high))


def _both(generated: SetSide, reference: SetSide) -> tuple[FeatureStatistics, FeatureStatistics]:
    if generated.statistics is None or reference.statistics is None:
        raise InputError("one side has no picture that could be read")
    return generated.statistics, reference.statistics
