"""The measures of whole sets: what is kept of each picture, and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Self

import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.array_files import read_arrays
from paintreel.imaging.arrays import Array
from paintreel.metrics.distribution import FeatureStatistics, KernelDistance
from paintreel.metrics.table import Measure
from paintreel.stats.summary import Summary

__all__ = ["SetMaterial", "SetSide", "set_scores"]

MOST_VECTORS = 20_000
"""Feature vectors kept for the kernel distance; of more, a random sample of this many."""


@dataclass(slots=True)
class SetMaterial:
    """Spectra (bins,) and feature vectors (D,) of the pictures of one file."""

    spectra: list[Array] = field(default_factory=list)
    features: list[Array] = field(default_factory=list)


class SetSide:
    """What is kept of all pictures of one side, in bounded memory.

    Of spectra, the sum of the means over each file (a clip's frames are not independent); of
    features, count, mean and scatter, and a random sample of the vectors. Sides of parts merge
    into that of the whole, and can be saved, so that a reference is read once.

    name: of the extractor.
    rng: draws the sample.
    files: how many were taken in.
    """

    def __init__(self, name: str | None, *, rng: np.random.Generator) -> None:
        self.statistics: FeatureStatistics | None = None
        self.spectrum_sum: Array | None = None
        self.files = self.spectrum_files = 0
        self._name, self._rng = name or "", rng
        self._vectors = self._keys = np.empty(0)

    def add(self, material: SetMaterial) -> None:
        """Take in one file."""
        self.files += 1
        if material.spectra:
            self._add_spectra(np.mean(material.spectra, axis=0), 1)
        if material.features:
            rows = np.stack(material.features)
            part = FeatureStatistics(rows.shape[1], name=self._name)
            part.update(rows)
            self._add_features(part, rows, self._rng.random(len(rows)))

    def merge(self, other: SetSide) -> None:
        """Take in everything that `other` has seen. Raises InputError for another network's."""
        self.files += other.files
        if other.statistics is not None:
            self._add_features(other.statistics, other._vectors, other._keys)
        if other.spectrum_sum is not None:
            self._add_spectra(other.spectrum_sum, other.spectrum_files)

    def _add_spectra(self, total: Array, files: int) -> None:
        self.spectrum_sum = total if self.spectrum_sum is None else self.spectrum_sum + total
        self.spectrum_files += files

    def _add_features(self, part: FeatureStatistics, rows: Array, keys: Array) -> None:
        if self.statistics is None:
            self.statistics = FeatureStatistics(part.dimensions, name=part.name)
            self._vectors = np.empty((0, part.dimensions), np.float32)
        self.statistics.merge(part)
        self._vectors = np.concatenate([self._vectors, rows.astype(np.float32)])
        self._keys = np.concatenate([self._keys, keys])
        if len(self._keys) > 2 * MOST_VECTORS:
            self._thin()

    @property
    def spectrum(self) -> Array | None:
        """Mean spectrum (bins,) in dB over files, None where none was large enough."""
        return None if self.spectrum_sum is None else self.spectrum_sum / self.spectrum_files

    @property
    def vectors(self) -> Array:
        """(n, D) float32, at most `MOST_VECTORS` of those seen."""
        if len(self._keys) > MOST_VECTORS:
            self._thin()
        return self._vectors

    def _thin(self) -> None:
        # The vectors of the smallest random keys are a sample without replacement of all seen.
        sample = np.sort(np.argpartition(self._keys, MOST_VECTORS)[:MOST_VECTORS])
        self._vectors, self._keys = self._vectors[sample], self._keys[sample]

    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write to an `.npz` file, which `FeatureStatistics.load` reads too.

        Raises InputError when no features were gathered, OutputError when it cannot be written.
        """
        if self.statistics is None:
            raise InputError("there are no features to save: no picture could be read")
        beside = {"vectors": self.vectors, "keys": self._keys}
        if self.spectrum_sum is not None:
            beside |= {"spectrum_sum": self.spectrum_sum}
            beside |= {"spectrum_files": np.array(self.spectrum_files)}
        self.statistics.save(path, overwrite=overwrite, beside=beside)

    @classmethod
    def load(cls, path: str | PathLike[str], *, rng: np.random.Generator) -> Self:
        """Read what `save` wrote, or `FeatureStatistics.save`, which has no vectors or spectra.

        Raises UnreadableFile for anything else.
        """
        statistics = FeatureStatistics.load(path)
        side = cls(statistics.name, rng=rng)
        side.files = statistics.count
        stored = _read_beside(path)
        vectors = stored.get("vectors", np.empty((0, statistics.dimensions), np.float32))
        keys = stored.get("keys", np.empty(0))
        total, files = stored.get("spectrum_sum"), stored.get("spectrum_files", np.array(0))
        fits = keys.ndim == 1 and vectors.shape == (keys.size, statistics.dimensions)
        fits = fits and files.ndim == 0
        fits = fits and (total is None or (total.shape == (SPECTRUM_BINS,) and int(files) > 0))
        arrays = [vectors, keys] if total is None else [vectors, keys, total]
        if not fits or not all(np.isfinite(each).all() for each in arrays):
            raise UnreadableFile(path, "its vectors or spectra do not fit together")
        side._add_features(statistics, vectors, keys)
        if total is not None:
            side._add_spectra(total, int(files))
        return side


SPECTRUM_BINS = 32
"""Of `metrics.radial_spectrum`, as it is called here."""


def _read_beside(path: str | PathLike[str]) -> dict[str, Array]:
    """The arrays that `SetSide.save` lays beside the statistics, as far as they are there."""
    stored = read_arrays(path, ("vectors", "keys", "spectrum_sum", "spectrum_files"))
    kinds = {"spectrum_files": "iu"}
    if any(x.dtype.kind not in kinds.get(name, "f") for name, x in stored.items()):
        raise UnreadableFile(path, "its vectors or spectra are no numbers")
    return stored


def set_scores(
    measures: Sequence[Measure],
    generated: SetSide,
    reference: SetSide,
    *,
    rng: np.random.Generator,
    allow_biased: bool,
) -> tuple[dict[str, Summary], dict[str, str]]:
    """Measures of sets: (name -> figures, name -> why it has none)."""
    scores: dict[str, Summary] = {}
    undefined: dict[str, str] = {}
    for measure in measures:
        try:
            if measure.takes == "spectra":
                scores[measure.name] = _of_spectra(measure, generated, reference)
            elif measure.takes == "statistics":
                scores[measure.name] = _of_statistics(measure, generated, reference, allow_biased)
            elif measure.takes == "vectors":
                scores[measure.name] = _of_vectors(measure, generated, reference, rng)
            else:
                raise AssertionError(f"{measure.name} takes {measure.takes}, which is no set")
        except InputError as error:
            undefined[measure.name] = str(error)
    return scores, undefined


def _of_spectra(measure: Measure, generated: SetSide, reference: SetSide) -> Summary:
    """Without an interval: a distance grows with the noise of resampling, so that bootstrap draws
    lie above the estimate."""
    _check_scored(generated, reference)
    first, second = generated.spectrum, reference.spectrum
    if first is None or second is None:
        raise InputError("one side has no picture of the 64 pixels a side that spectra need")
    value = float(measure.call(first, second))
    return Summary(value, None, min(generated.spectrum_files, reference.spectrum_files), None)


def _of_statistics(
    measure: Measure, generated: SetSide, reference: SetSide, allow_biased: bool
) -> Summary:
    first, second = _both(generated, reference)
    value = float(measure.call(first, second, allow_biased=allow_biased))
    return Summary(value, None, min(first.count, second.count), None)


def _of_vectors(
    measure: Measure, generated: SetSide, reference: SetSide, rng: np.random.Generator
) -> Summary:
    first, second = _both(generated, reference)
    if not len(reference.vectors):
        raise InputError(
            "the statistics of the reference hold no feature vectors, only their mean "
            "and covariance; write them with --save-statistics"
        )
    distance: KernelDistance = measure.call(generated.vectors, reference.vectors, rng=rng)
    ci95 = distance.low, distance.high
    return Summary(distance.mean, distance.sd, min(first.count, second.count), ci95)


def _check_scored(*sides: SetSide) -> None:
    if not all(side.files for side in sides):
        raise InputError("no file of one side was scored")


def _both(generated: SetSide, reference: SetSide) -> tuple[FeatureStatistics, FeatureStatistics]:
    _check_scored(generated, reference)
    if generated.statistics is None or reference.statistics is None:
        raise InputError("one side has no picture that could be read")
    first, second = generated.statistics, reference.statistics
    if first.name != second.name:
        raise InputError(
            f"features of {first.name!r} and of {second.name!r} cannot be compared; extract both "
            "with one network"
        )
    return first, second
