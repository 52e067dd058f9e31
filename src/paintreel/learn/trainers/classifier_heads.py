"""Fitting of linear heads: logistic regression on few pictures, temperature, folds by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.models.classifiers import Familiarity, LinearHead

_LEAST_RANGE = 1e-3
_ITERATIONS = 60
_MOST_AXES = 384


@dataclass(frozen=True)
class Scaling:
    """How statistics are brought to one scale: (s - centre) * factor, both (D,)."""

    centre: Array
    factor: Array

    def __call__(self, statistics: Array) -> Array:
        return (statistics - self.centre) * self.factor


def fit_scaling(statistics: Array, parts: Sequence[slice]) -> Scaling:
    """Of (N, D) statistics; each part of them counts as much as any other, what is in none nought.

    A statistic that hardly varies is not blown up: its deviation counts as a thousandth of that of
    its part, at least.
    """
    centre = statistics.mean(axis=0)
    factor = np.zeros_like(centre)
    for part in parts:
        spread = statistics[:, part].std(axis=0)
        least = _LEAST_RANGE * max(float(spread.max()), 1e-12)
        factor[part] = 1 / np.maximum(spread, least) / np.sqrt(len(spread))
    return Scaling(centre, factor)


def fit_heads(
    statistics: Array,
    targets: Array,
    *,
    penalties: Sequence[float],
    balance: float,
    parts: Sequence[slice],
) -> list[LinearHead]:
    """Logistic regressions on statistics (N, D) with targets (N, C) that are shares of classes.

    penalties: of the squared weights, beside the mean loss; a head each. balance: 0 counts every
    picture alike, 1 every class. The weights of the classes add up to nought, so that a map shows
    what speaks for a class rather than for all.
    """
    scaling = fit_scaling(statistics, parts)
    used = scaling.factor > 0
    x = scaling(statistics)[:, used]
    axes = _longest_axes(x, _MOST_AXES)
    heads: dict[float, LinearHead] = {}
    found = np.zeros((axes.shape[1], targets.shape[1])), np.zeros(targets.shape[1])
    for penalty in sorted(set(penalties), reverse=True):  # each begins where a stronger one ended
        found = _descend(x @ axes, targets, penalty, balance, found)
        weights, bias = axes @ found[0], found[1]
        back = np.zeros((len(used), targets.shape[1]))
        back[used] = weights - weights.mean(axis=1, keepdims=True)
        back *= scaling.factor[:, None]
        heads[penalty] = LinearHead(back, bias - bias.mean() - scaling.centre @ back)
    return [heads[penalty] for penalty in penalties]


def _longest_axes(x: Array, most: int) -> Array:
    """(D, K) orthogonal directions of x (N, D), longest first, but those of nought."""
    is_wide = x.shape[1] > len(x)
    values, vectors = np.linalg.eigh(x @ x.T if is_wide else x.T @ x)
    order = np.argsort(values)[::-1][:most]
    order = order[values[order] > values.max() * 1e-10]
    if not is_wide:
        return vectors[:, order]
    axes: Array = x.T @ (vectors[:, order] / np.sqrt(values[order]))
    return axes


def _descend(
    x: Array, targets: Array, penalty: float, balance: float, start: tuple[Array, Array]
) -> tuple[Array, Array]:
    """((D, C), (C,)) that L-BFGS finds from `start` on; everything in f64."""
    counts = np.maximum(targets.sum(axis=0), 1e-9)
    rarity = (counts.sum() / counts / len(counts)) ** balance
    importance = (targets * rarity).sum(axis=1)
    given, wanted = torch.from_numpy(x), torch.from_numpy(np.ascontiguousarray(targets, np.float64))
    share = torch.from_numpy(importance / importance.sum())
    weights, bias = (torch.from_numpy(each.copy()).requires_grad_() for each in start)
    search = torch.optim.LBFGS(
        [weights, bias], max_iter=_ITERATIONS, line_search_fn="strong_wolfe", tolerance_grad=1e-6
    )

    def loss() -> torch.Tensor:
        search.zero_grad()
        entropy = -(wanted * (given @ weights + bias).log_softmax(1)).sum(1)
        value = (share * entropy).sum() + 0.5 * penalty * (weights**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach().numpy(), bias.detach().numpy()


def scores_of(head: LinearHead, statistics: Array) -> Array:
    """(N, C) before the softmax."""
    scores: Array = statistics @ head.weights + head.bias
    return scores


def shares_of(scores: Array, temperature: float = 1.0) -> Array:
    """(N, C) probabilities of scores."""
    scaled = scores / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def fit_temperature(scores: Array, targets: Array) -> float:
    """What scores of pictures that were not learnt from are divided by to be calibrated.

    Classes count alike, as in the heads. The least mean loss, to a hundredth, in [0.05, 20].
    """
    weights = targets / np.maximum(targets.sum(axis=0), 1e-9)

    def loss(temperature: float) -> float:
        return float(-(weights * np.log(shares_of(scores, temperature) + 1e-12)).sum())

    grid = np.geomspace(0.05, 20, 600)
    return float(grid[int(np.argmin([loss(t) for t in grid]))])


def folds_of(groups: Sequence[str], count: int, rng: np.random.Generator) -> Array:
    """(N,) number of the fold of each picture; all of a group are in one.

    The largest groups are dealt first, each to the fold that is the smallest so far, so that the
    folds are about as large; `rng` breaks ties.
    """
    names, inverse, sizes = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    filled = np.zeros(min(count, len(names)))
    fold = np.zeros(len(names), int)
    for group in sorted(rng.permutation(len(names)), key=lambda i: -sizes[i]):
        fold[group] = int(filled.argmin())
        filled[fold[group]] += sizes[group]
    return fold[inverse]


def crossed_scores(
    statistics: Array,
    targets: Array,
    folds: Array,
    extra: Array,
    extra_of: Array,
    *,
    penalties: Sequence[float],
    balance: float,
    parts: Sequence[slice],
) -> Array:
    """(P, N, C) scores of every picture by heads that have not seen its fold, for each penalty.

    extra: (M, D) statistics of altered copies that are learnt from too; extra_of: (M,) of which.
    """
    scores = np.zeros((len(penalties), *targets.shape))
    for fold in np.unique(folds):
        inside, copies = folds != fold, folds[extra_of] != fold
        heads = fit_heads(
            np.concatenate([statistics[inside], extra[copies]]),
            np.concatenate([targets[inside], targets[extra_of[copies]]]),
            penalties=penalties,
            balance=balance,
            parts=parts,
        )
        for row, head in zip(scores, heads, strict=True):
            row[~inside] = scores_of(head, statistics[~inside])
    return scores


def choose_penalty(
    statistics: Array,
    targets: Array,
    truth: Array,
    folds: Array,
    extra: Array,
    extra_of: Array,
    *,
    penalties: Sequence[float],
    balance: float,
    parts: Sequence[slice],
) -> tuple[float, Array]:
    """(the penalty whose crossed scores have the best macro recall, those scores (N, C)).

    truth: (N,) numbers of classes; the others are those of `crossed_scores`.
    """
    tried = crossed_scores(
        *(statistics, targets, folds, extra, extra_of),
        penalties=penalties,
        balance=balance,
        parts=parts,
    )
    chosen = int(np.argmax([macro_recall(scores, truth) for scores in tried]))
    return penalties[chosen], tried[chosen]


def recalls(scores: Array, truth: Array) -> Array:
    """(C,) share of each class that is recognised; NaN for classes that do not occur.

    truth: (N,) numbers of classes; negative ones are left out.
    """
    guess = scores.argmax(axis=1)
    return np.array(
        [
            (guess[truth == c] == c).mean() if (truth == c).any() else np.nan
            for c in range(scores.shape[1])
        ]
    )


def macro_recall(scores: Array, truth: Array) -> float:
    """The mean of `recalls` over the classes that occur."""
    return float(np.nanmean(recalls(scores, truth)))


def calibration_error(shares: Array, truth: Array, *, bins: int = 10) -> float:
    """Expected calibration error: mean of |accuracy - confidence| over bins of confidence."""
    kept = truth >= 0
    confidence, right = shares.max(axis=1)[kept], shares.argmax(axis=1)[kept] == truth[kept]
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(right[place == b].mean() - confidence[place == b].mean()) * (place == b).mean()
        for b in np.unique(place)
    ]
    return float(np.sum(gaps))


def fit_familiarity(
    statistics: Array, media: Array, parts: Sequence[slice], *, axes: int, shrink: float
) -> Familiarity:
    """The distance to the nearest medium (threshold 1) in the `axes` along which pictures differ.

    media: (N,) numbers. shrink: of the mean variance of the axes, added to all, so that directions
    with next to none do not decide.
    """
    scaling = fit_scaling(statistics, parts)
    x = scaling(statistics)
    basis = _longest_axes(x, axes)
    lies = x @ basis
    centres = np.stack([lies[media == m].mean(axis=0) for m in np.unique(media)])
    own = np.searchsorted(np.unique(media), media)
    apart = lies - centres[own]
    spread = apart.T @ apart / len(apart)
    spread += shrink * np.trace(spread) / len(spread) * np.eye(len(spread))
    white = np.linalg.cholesky(np.linalg.inv(spread))
    projection = (basis @ white) * scaling.factor[:, None]
    return Familiarity(projection, centres @ white + scaling.centre @ projection, 1.0)


def fit_axes(statistics: Array, parts: Sequence[slice], *, axes: int) -> Array:
    """(D, K) directions in which statistics (N, D) differ most, each part counting alike.

    Features along them keep how much they vary, so that the Frechet distance weighs them by it.
    """
    scaling = fit_scaling(statistics, parts)
    found: Array = _longest_axes(scaling(statistics), axes) * scaling.factor[:, None]
    return found


def distances(familiarity: Familiarity, statistics: Array) -> Array:
    """(N,) distances over the threshold."""
    lies = statistics @ familiarity.projection
    apart = ((lies[:, None] - familiarity.centres[None]) ** 2).sum(axis=2)
    nearest: Array = np.sqrt(apart.min(axis=1)) / familiarity.threshold
    return nearest
