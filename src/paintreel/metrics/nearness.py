"""Which of two systems lies nearer to a set of art? A paired test over the kernel distance.

A kernel distance has one figure a system, so that two of them could only be ranked. But both
systems made their results of the same pictures, and a randomisation test uses that: if neither
were nearer, exchanging the two results of any picture would change nothing but chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.metrics.distribution import polynomial_kernel

__all__ = ["NearerTest", "nearer_test"]

_MOST_UNITS = 1000
"""Pictures that the test takes; of more, a random sample: the kernel between all is held."""
_EXACT_UP_TO = 12
_DRAWS = 9999
_CHUNK = 500


@dataclass(frozen=True)
class NearerTest:
    """Outcome of `nearer_test`.

    difference  kernel distance of the first system to the art less that of the second
    low, high   95 % percentile bootstrap interval of it, over pictures
    p_value     of the two-tailed paired randomisation test
    n           pictures
    exact       whether all exchanges were counted, not a sample of them
    """

    difference: float
    low: float
    high: float
    p_value: float
    n: int
    exact: bool


def nearer_test(
    first: Array,
    second: Array,
    art: Array,
    *,
    rng: np.random.Generator,
    resamples: int = 2000,
    degree: int = 3,
) -> NearerTest:
    """Test whether two systems are equally near to a set, by the kernel distance of features.

    The statistic is the difference of the unbiased squared MMD (see `kernel_distance`) of the two
    systems to the art, over all vectors instead of subsets; what the art has with itself cancels.
    Under the hypothesis the two results of one picture may change places, so the share of such
    exchanges that give a difference as large is p: of all 2^n up to 12 pictures, else of 9,999
    random ones, the observed one counted in. The interval draws pictures with replacement, and
    leaves out the similarity of a picture drawn twice with itself. The art is taken as it is:
    both say something of this set, not of others like it. Of more than 1000 pictures a random
    sample is taken.

    first, second: (n, D) features, row i of either from the same picture; n >= 2.
    art: (m, D) features of the same extractor.

    Direction: a negative difference says that the first is nearer. Raises InputError for shapes
    that do not fit, fewer than two rows, and NaN.

    The first system is the art itself, the second something else: of 2^3 exchanges only none and
    all give so large a difference.

    >>> art = np.eye(3)
    >>> found = nearer_test(art, art + 2.0, art, rng=np.random.default_rng(0))
    >>> found.difference < 0, found.p_value, found.exact
    (True, 0.25, True)
    """
    first, second, art = (_checked(x) for x in (first, second, art))
    if first.shape != second.shape or first.shape[1] != art.shape[1] or len(first) < 2:
        raise InputError(
            f"features have shapes {first.shape}, {second.shape} and art {art.shape}; expected "
            "(n, D) twice with n of at least 2, and (m, D)"
        )
    if len(first) > _MOST_UNITS:
        rows = np.sort(rng.choice(len(first), _MOST_UNITS, replace=False))
        first, second = first[rows], second[rows]
    n = len(first)
    both = np.concatenate([first, second])
    kernel = polynomial_kernel(both, both, degree)
    to_art = polynomial_kernel(both, art, degree).mean(axis=1)
    np.fill_diagonal(kernel, 0.0)
    difference = float(_swapped(kernel, to_art, np.zeros((1, n), bool))[0])
    exact = n <= _EXACT_UP_TO
    if exact:
        exchanges = np.array(list(product((False, True), repeat=n)))
    else:
        exchanges = rng.random((_DRAWS, n)) < 0.5
    found = np.concatenate(
        [
            _swapped(kernel, to_art, exchanges[i : i + _CHUNK])
            for i in range(0, len(exchanges), _CHUNK)
        ]
    )
    # Rounding must not decide whether an exchange gives as large a difference.
    as_large = int(np.count_nonzero(np.abs(found) >= abs(difference) * (1 - 1e-9) - 1e-12))
    p_value = as_large / len(found) if exact else (as_large + 1) / (len(found) + 1)
    low, high = _interval(kernel, to_art, rng, resamples)
    return NearerTest(difference, low, high, p_value, n, exact)


def _swapped(kernel: Array, to_art: Array, exchanges: Array) -> Array:
    """(r,) differences of the statistic where the pictures of `exchanges` (r, n) change places.

    kernel: (2n, 2n) without its diagonal; to_art: (2n,).
    """
    n = exchanges.shape[1]
    kept = (~exchanges).astype(np.float64)
    one = np.concatenate([kept, 1.0 - kept], axis=1)
    other = np.concatenate([1.0 - kept, kept], axis=1)
    own = [np.einsum("rn,rn->r", w @ kernel, w) / (n * (n - 1)) for w in (one, other)]
    toward = [2.0 * (w @ to_art) / n for w in (one, other)]
    result: Array = (own[0] - toward[0]) - (own[1] - toward[1])
    return result


def _interval(
    kernel: Array, to_art: Array, rng: np.random.Generator, resamples: int
) -> tuple[float, float]:
    """Percentiles 2.5 and 97.5 of the difference over drawn pictures."""
    n = len(to_art) // 2
    values = []
    for start in range(0, resamples, _CHUNK):
        rows = min(_CHUNK, resamples - start)
        counts = rng.multinomial(n, np.full(n, 1.0 / n), size=rows).astype(np.float64)
        pairs = n * n - np.einsum("rn,rn->r", counts, counts)
        sides = []
        for part in (slice(0, n), slice(n, 2 * n)):
            own = np.einsum("rn,rn->r", counts @ kernel[part, part], counts)
            # One picture drawn n times has no pair; it says nothing of its own spread.
            own = np.divide(own, pairs, out=np.zeros_like(own), where=pairs > 0)
            sides.append(own - 2.0 * (counts @ to_art[part]) / n)
        values.append((sides[0] - sides[1])[pairs > 0])
    low, high = np.quantile(np.concatenate(values), (0.025, 0.975))
    return float(low), float(high)


def _checked(features: Array) -> Array:
    features = np.asarray(features)
    if features.ndim != 2 or features.dtype.kind not in "fiu" or not len(features):
        raise InputError(f"features must be (n, D) numbers, got shape {features.shape}")
    features = features.astype(np.float64, copy=False)
    if not np.isfinite(features).all():
        raise InputError("features have NaN or infinite values")
    return features
