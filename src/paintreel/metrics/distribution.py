"""Distances between two sets of pictures, by the features of their members.

The features come from any extractor (`metrics.extractors`), and its name travels with the
statistics: a distance over features of a network called `dske` is `fd_dske`, never FID, which
is a name for Inception-v3 alone. Features under different names are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Self

import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.array_files import read_arrays
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path

__all__ = [
    "FeatureStatistics",
    "KernelDistance",
    "frechet_distance",
    "kernel_distance",
    "polynomial_kernel",
]

_FILE_VERSION = 1
_FILE_FIELDS = ("version", "name", "count", "mean", "scatter")


class FeatureStatistics:
    """Count, mean and scatter of feature vectors, gathered batch by batch in float64.

    Statistics of parts merge into those of the whole (Chan, Golub and LeVeque 1979), up to
    rounding and in any order, so that a large set can be split over processes.

    dimensions: length D of a feature vector.
    name: what made the features, for instance "inception_v3"; checked wherever two meet.
    count: vectors seen.  mean: (D,).  scatter: (D, D) sum of outer products about the mean.

    >>> s = FeatureStatistics(2, name="toy")
    >>> s.update(np.array([[0.0, 0.0], [2.0, 4.0]]))
    >>> s.mean, s.covariance
    (array([1., 2.]), array([[2., 4.],
           [4., 8.]]))
    """

    def __init__(self, dimensions: int, *, name: str) -> None:
        if dimensions < 1:
            raise InputError(f"features need at least one dimension, got {dimensions}")
        self.name = name
        self.count = 0
        self.mean = np.zeros(dimensions)
        self.scatter = np.zeros((dimensions, dimensions))

    @property
    def dimensions(self) -> int:
        return self.mean.size

    @property
    def covariance(self) -> Array:
        """Unbiased covariance (D, D); needs two vectors."""
        if self.count < 2:
            raise InputError(f"a covariance needs at least two feature vectors, got {self.count}")
        return self.scatter / (self.count - 1)

    def update(self, features: Array) -> None:
        """Take in a batch of feature vectors (N, D); N may be 0."""
        features = _check_features(features, "features")
        if features.shape[1] != self.dimensions:
            raise InputError(
                f"features have {features.shape[1]} dimensions, "
                f"these statistics {self.dimensions} ({self.name})"
            )
        if len(features) == 0:
            return
        mean = features.mean(axis=0)
        centred = features - mean
        self._absorb(len(features), mean, centred.T @ centred)

    def merge(self, other: FeatureStatistics) -> None:
        """Take in everything that `other` has seen."""
        _check_alike(self, other)
        if other.count:
            self._absorb(other.count, other.mean, other.scatter)

    def _absorb(self, count: int, mean: Array, scatter: Array) -> None:
        total = self.count + count
        shift = mean - self.mean
        self.scatter += scatter
        if self.count:
            self.scatter += np.outer(shift, shift) * (self.count * count / total)
        self.mean = self.mean + shift * (count / total)
        self.count = total

    def save(
        self,
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        beside: Mapping[str, Array] | None = None,
    ) -> None:
        """Write to an `.npz` file, whole or not at all. Raises `OutputError`.

        beside: more arrays for the same file, which `load` passes over.
        """
        fields: dict[str, Array] = {
            "version": np.array(_FILE_VERSION),
            "name": np.array(self.name),
            "count": np.array(self.count),
            "mean": self.mean,
            "scatter": self.scatter,
            **(beside or {}),
        }
        with atomic_path(path, overwrite=overwrite) as partial, partial.open("wb") as file:
            np.savez(file, **fields)  # type: ignore[arg-type]  # stub: a field may be allow_pickle

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read what `save` wrote. Raises `UnreadableFile` for anything else."""
        version, name, count, mean, scatter = _read_fields(path)
        if int(version) != _FILE_VERSION:
            raise UnreadableFile(
                path,
                f"feature statistics of version {version}, this program reads version "
                f"{_FILE_VERSION}; gather them again",
            )
        if mean.ndim != 1 or scatter.shape != (mean.size, mean.size):
            raise UnreadableFile(path, f"shapes {mean.shape} and {scatter.shape} disagree")
        if not (np.isfinite(mean).all() and np.isfinite(scatter).all()):
            raise UnreadableFile(path, "the statistics have NaN or infinite values")
        statistics = cls(mean.size, name=str(name))
        statistics.count, statistics.mean, statistics.scatter = int(count), mean, scatter
        return statistics


def _read_fields(path: str | PathLike[str]) -> list[Array]:
    stored = read_arrays(path, _FILE_FIELDS)
    if missing := [name for name in _FILE_FIELDS if name not in stored]:
        raise UnreadableFile(path, f"not feature statistics of paintreel: no {missing[0]} in it")
    version, name, count, mean, scatter = (stored[field] for field in _FILE_FIELDS)
    fits = all(x.ndim == 0 and x.dtype.kind in "iu" for x in (version, count))
    fits = fits and name.ndim == 0 and name.dtype.kind == "U" and str(name).isprintable()
    if not fits or any(x.dtype.kind != "f" for x in (mean, scatter)) or int(count) < 0:
        raise UnreadableFile(path, "not feature statistics of paintreel: fields of other kinds")
    return [version, name, count, mean, scatter]


def frechet_distance(
    first: FeatureStatistics, second: FeatureStatistics, *, allow_biased: bool = False
) -> float:
    """Squared Fréchet (2-Wasserstein) distance of the Gaussians fitted to two feature sets.

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2), in squares of feature units. The trace
    of the root is the sum of the roots of the eigenvalues of the symmetric matrix in brackets,
    so no general matrix root is taken and nothing comes out complex.

    Direction: lower is nearer. Bounds: 0 (same mean and covariance) upward. Symmetric. The
    estimate is biased upward, the more the fewer vectors; with fewer vectors than dimensions
    the covariance is singular and the bias large, so that is refused unless `allow_biased`.
    Reference: Dowson and Landau 1982; Heusel et al. 2017 (FID). Raises `InputError` for
    features of different names or dimensions.

    Means 3 apart, variances 4 and 1, one dimension: 9 + 4 + 1 - 2 * sqrt(4 * 1) = 10.

    >>> a, b = FeatureStatistics(1, name="toy"), FeatureStatistics(1, name="toy")
    >>> a.update(np.array([[-2.0], [0.0], [2.0]]))
    >>> b.update(np.array([[2.0], [3.0], [4.0]]))
    >>> round(frechet_distance(a, b), 9)
    10.0
    """
    _check_alike(first, second)
    for statistics in (first, second):
        if statistics.count < statistics.dimensions and not allow_biased:
            raise InputError(
                f"{statistics.count} feature vectors of {statistics.dimensions} dimensions "
                f"({statistics.name}) give a singular covariance and a distance that is far too "
                "large; score more pictures, or pass allow_biased (--allow-biased) and compare "
                "only sets of this size"
            )
    shift = first.mean - second.mean
    one, two = first.covariance, second.covariance
    values, vectors = np.linalg.eigh(one)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    # root.T @ two @ root has the eigenvalues of the symmetric C1^1/2 C2 C1^1/2.
    product = root.T @ two @ root
    shared = np.sqrt(np.clip(np.linalg.eigvalsh(product), 0.0, None)).sum()
    return max(0.0, float(shift @ shift + np.trace(one) + np.trace(two) - 2.0 * shared))


@dataclass(frozen=True)
class KernelDistance:
    """Kernel distance of two feature sets over random subsets.

    mean, sd: over the subsets' estimates.
    low, high: 2.5 % and 97.5 % points of the subsets' estimates: where one comparison of sets of
        `subset_size` would fall.
    """

    mean: float
    sd: float
    low: float
    high: float
    subsets: int
    subset_size: int


def kernel_distance(
    first: Array,
    second: Array,
    *,
    rng: np.random.Generator,
    subsets: int = 100,
    subset_size: int | None = None,
    degree: int = 3,
) -> KernelDistance:
    """Kernel distance (KID over Inception features): unbiased squared MMD, polynomial kernel.

    k(x, y) = (x . y / D + 1)^degree; each subset draws n vectors of each set without
    replacement and gives mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) -
    2 mean_{i,j} k(x_i, y_j).

    first (N, D), second (M, D): feature vectors, at least two of each.
    rng: draws the subsets.
    subset_size: n; by default 1000, or half the smaller set (at least 2) when that is less, so
    that the subsets differ.

    Direction: lower is nearer. Bounds: none; the mean over all sets from one distribution is 0,
    so about half of such estimates are negative. Unlike the Fréchet distance it is unbiased for
    small sets. Reference: Bińkowski et al. 2018. Raises `InputError` for unequal dimensions,
    NaN, or too few vectors.

    With {0, 1} against {1, 1}, D = 1: k within is (0 + 1)^3 = 1 and (1 + 1)^3 = 8, across the
    mean of 1, 1, 8, 8 = 4.5, so 1 + 8 - 2 * 4.5 = 0.

    >>> zero_one, ones = np.array([[0.0], [1.0]]), np.array([[1.0], [1.0]])
    >>> kernel_distance(zero_one, ones, rng=np.random.default_rng(0), subset_size=2).mean
    0.0
    """
    first, second = _check_features(first, "first"), _check_features(second, "second")
    if first.shape[1] != second.shape[1]:
        raise InputError(
            f"first has {first.shape[1]} dimensions and second {second.shape[1]}; "
            "features of one extractor are compared"
        )
    smaller = min(len(first), len(second))
    if subset_size is None:
        subset_size = min(1000, max(2, smaller // 2))
    if not 2 <= subset_size <= smaller:
        raise InputError(
            f"subsets of {subset_size} from sets of {len(first)} and {len(second)} vectors; "
            "a subset needs at least two and at most as many as the smaller set has"
        )
    if subsets < 1:
        raise InputError(f"at least one subset is needed, got {subsets}")
    estimates = np.empty(subsets)
    for i in range(subsets):
        x = first[rng.choice(len(first), subset_size, replace=False)]
        y = second[rng.choice(len(second), subset_size, replace=False)]
        estimates[i] = _unbiased_squared_mmd(x, y, degree)
    low, high = np.quantile(estimates, (0.025, 0.975))
    return KernelDistance(
        mean=float(estimates.mean()),
        sd=float(estimates.std(ddof=1)) if subsets > 1 else 0.0,
        low=float(low),
        high=float(high),
        subsets=subsets,
        subset_size=subset_size,
    )


def polynomial_kernel(left: Array, right: Array, degree: int = 3) -> Array:
    """(n, m): (x . y / D + 1)^degree of every row x of `left` (n, D) and y of `right` (m, D).

    >>> polynomial_kernel(np.array([[0.0], [1.0]]), np.array([[1.0]]))
    array([[1.],
           [8.]])
    """
    kernel: Array = (left @ right.T / left.shape[1] + 1.0) ** degree
    return kernel


def _unbiased_squared_mmd(x: Array, y: Array, degree: int) -> float:
    count, dimensions = x.shape

    def kernel_sum(left: Array, right: Array) -> float:
        return float(polynomial_kernel(left, right, degree).sum())

    def diagonal_sum(own: Array) -> float:
        return float(((np.einsum("nd,nd->n", own, own) / dimensions + 1.0) ** degree).sum())

    within = kernel_sum(x, x) - diagonal_sum(x) + kernel_sum(y, y) - diagonal_sum(y)
    return float(within / (count * (count - 1)) - 2.0 * kernel_sum(x, y) / count**2)


def _check_features(features: Array, name: str) -> Array:
    """`features` as float64 (N, D), finite."""
    features = np.asarray(features)
    if features.ndim != 2:
        raise InputError(f"{name} must be (N, D) feature vectors, got shape {features.shape}")
    if features.dtype.kind not in "fiu":
        raise InputError(f"{name} must be real numbers, got dtype {features.dtype}")
    features = features.astype(np.float64, copy=False)
    if not np.isfinite(features).all():
        raise InputError(f"{name} has NaN or infinite values; the extractor failed on a picture")
    return features


def _check_alike(first: FeatureStatistics, second: FeatureStatistics) -> None:
    if (first.name, first.dimensions) != (second.name, second.dimensions):
        raise InputError(
            f"features of {first.name!r} ({first.dimensions} dimensions) and of {second.name!r} "
            f"({second.dimensions}) cannot be compared; extract both with one network"
        )
