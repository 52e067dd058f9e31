"""What votes on pairs say: strengths, shares, and whether a voter leans to one side."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.stats.intervals import Interval, bootstrap_interval

__all__ = ["bradley_terry", "share_interval", "sign_test", "strength_intervals"]

_TOLERANCE = 1e-10
_MOST_ROUNDS = 100_000


def bradley_terry(wins: ArrayLike, *, prior: float = 0.0) -> Array:
    """Log strengths of k competitors under the model of Bradley and Terry (1952), mean 0.

        P(i is preferred to j) = p_i / (p_i + p_j)

    The most likely p, by the minorisation-maximisation of Hunter (2004, Eq. 30): with w_i the wins
    of i and n_ij the votes between i and j,

        p_i <- w_i / sum_{j != i} n_ij / (p_i + p_j)

    until nothing moves. Where the competitors fall into two groups of which one never lost to the
    other, the most likely strengths are infinite. A `prior` adds so many wins of each over each:
    they stay finite then, and a little nearer to each other.

    wins   (k, k) numbers >= 0: votes for the competitor of the row over that of the column; a tie
           is half a vote for each. The diagonal does not count
    prior  wins added to every pair of competitors, for each of the two

    Returns (k,) float64. Raises InputError for another shape, fewer than two competitors, negative
    or infinite numbers, and strengths that would be infinite.

    Two competitors, the first preferred 3 times of 4: p = 3/4 and 1/4, and half the log odds each.

    >>> bradley_terry([[0, 3], [1, 0]]).round(4).tolist()
    [0.5493, -0.5493]
    >>> float(np.log(3) / 2).__round__(4)
    0.5493
    """
    table = np.asarray(wins, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < 2:
        raise InputError(f"wins has shape {table.shape}, expected (k, k) with at least 2 a side")
    if not np.isfinite(table).all() or (table < 0).any() or not (0 <= prior < math.inf):
        raise InputError("wins and prior must be finite and not below 0")
    if prior == 0 and not _is_connected(table):
        raise InputError(
            "one group of competitors never lost to the rest, and their strengths would be "
            "infinite; add votes, or give a prior such as 0.5"
        )
    values: Array = _strengths(table[None], prior)[0]
    return values


def strength_intervals(
    wins: ArrayLike,
    *,
    prior: float,
    rng: np.random.Generator,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> Array:
    """Percentile bootstrap intervals, over pictures, of `bradley_terry`, (k, 2) low and high.

    Where every picture was voted alike no resample differs, and both ends are the estimate.

    wins   (n, k, k) as `bradley_terry` takes it, one table a picture
    prior  above 0: a resample may hold no win of somebody

    Raises InputError for another shape or a prior of 0.
    """
    tables = np.asarray(wins, dtype=np.float64)
    if tables.ndim != 3 or tables.shape[1] != tables.shape[2] or len(tables) < 1 or prior <= 0:
        raise InputError(
            f"wins has shape {tables.shape}, prior is {prior}; expected (n, k, k), > 0"
        )
    n = len(tables)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=resamples) @ tables.reshape(n, -1)
    replicates = _strengths(drawn.reshape(resamples, *tables.shape[1:]), prior)
    tail = (1.0 - confidence) / 2.0
    ends: Array = np.quantile(replicates, [tail, 1.0 - tail], axis=0).T
    return ends


def _strengths(tables: Array, prior: float) -> Array:
    """`bradley_terry` of many tables at once, (m, k, k) to (m, k), unchecked."""
    k = tables.shape[-1]
    between = prior * (1 - np.eye(k))
    won = tables * (1 - np.eye(k)) + between
    wins = won.sum(axis=2)
    votes = won + won.transpose(0, 2, 1)
    p = np.full(wins.shape, 1.0 / k)
    for _ in range(_MOST_ROUNDS):
        following = wins / (votes / (p[:, :, None] + p[:, None, :])).sum(axis=2)
        following /= following.sum(axis=1, keepdims=True)
        moved = float(np.abs(np.log(following / p)).max())
        p = following
        if moved < _TOLERANCE:
            break
    logs = np.log(p)
    centred: Array = logs - logs.mean(axis=1, keepdims=True)
    return centred


def _is_connected(wins: Array) -> bool:
    """Whether everyone is reached from everyone by a chain of wins."""
    reach = (wins > 0) | np.eye(len(wins), dtype=bool)
    for _ in range(max(1, math.ceil(math.log2(len(wins))))):
        reach = (reach.astype(np.int64) @ reach.astype(np.int64)) > 0
    return bool(reach.all())


def share_interval(
    shares: ArrayLike, *, rng: np.random.Generator, resamples: int = 2000, confidence: float = 0.95
) -> Interval:
    """The mean share of votes and its interval over pictures.

    `bootstrap_interval` of the mean. Where every picture has the share 0, or every one 1, no
    resample differs, and an interval of no width would claim that no picture could ever be voted
    otherwise. There the exact binomial interval (Clopper and Pearson 1934) of n pictures stands,
    with a = 1 - confidence:

        [(a / 2)^(1 / n), 1]  of all won,  [0, 1 - (a / 2)^(1 / n)]  of none

    shares  (n,) numbers in [0, 1], one a picture: votes for one side, ties as half, over all votes

    Raises InputError for no picture, shares outside [0, 1], and what `bootstrap_interval` does.

    Ten pictures, all of them won: 0.025^(1 / 10) = 0.69.

    >>> interval = share_interval([1.0] * 10, rng=np.random.default_rng(0))
    >>> interval.estimate, round(interval.low, 2), interval.high, interval.method
    (1.0, 0.69, 1.0, 'exact')
    """
    column = np.asarray(shares, dtype=np.float64)
    if column.ndim != 1 or column.size == 0 or not ((column >= 0) & (column <= 1)).all():
        raise InputError("shares must be a column of numbers from 0 to 1, one a picture")
    found = bootstrap_interval(column, rng=rng, resamples=resamples, confidence=confidence)
    if found.estimate not in (0.0, 1.0):
        return found
    bound = ((1.0 - confidence) / 2.0) ** (1.0 / column.size)
    low, high = (bound, 1.0) if found.estimate == 1.0 else (0.0, 1.0 - bound)
    return Interval(found.estimate, low, high, confidence, "exact", 0)


def sign_test(first: int, second: int) -> float:
    """Two-sided chance that of so many coins as few, or fewer, fall on the rarer side.

    1.0 where there is none. Raises InputError for counts below 0.

    1 head and 5 tails: 2 (1 + 6) / 2^6 = 0.21875.

    >>> sign_test(1, 5), sign_test(3, 3)
    (0.21875, 1.0)
    """
    if min(first, second) < 0:
        raise InputError(f"counts are {first} and {second}, expected none below 0")
    n = first + second
    tail = sum(math.comb(n, heads) for heads in range(min(first, second) + 1))
    return min(1.0, 2 * tail / (1 << n))
