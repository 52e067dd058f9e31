"""Fitting the region classifier to many samples: averaged Pegasos, all classes at once.

Source: Shalev-Shwartz et al. 2011, "Pegasos: primal estimated sub-gradient solver for SVM".
OpenCV 5 has no `ml` module any more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.roughs.region_classifier import RegionClassifier

_BIAS_RATE = 0.1


def fit_classifier(
    features: Array,
    classes: Array,
    *,
    count: int,
    fourier: int = 512,
    width: float = 3.0,
    regularisation: float = 1e-4,
    steps: int = 6000,
    batch: int = 64,
    rng: np.random.Generator,
) -> RegionClassifier:
    """Machines that tell `count` classes apart.

    features: (N, F); classes: (N,) in 0 .. count - 1. A class is drawn in proportion to the square
    root of its size. Weights are averaged over the second half of the steps. Raises DataError for
    fewer than two classes in the data.
    """
    if np.unique(classes).size < 2:
        raise DataError("all regions are of one class; a machine needs two or more")
    spread = features.std(axis=0)
    classifier = RegionClassifier(
        mean=features.mean(axis=0).astype(np.float32),
        spread=np.where(spread > 1e-6, spread, 1.0).astype(np.float32),
        waves=rng.normal(0, 1 / width, (features.shape[1], fourier)).astype(np.float32),
        phases=rng.uniform(0, 2 * np.pi, fourier).astype(np.float32),
        weights=np.zeros((fourier, count), np.float32),
        bias=np.zeros(count, np.float32),
    )
    lifted = classifier.lift(features.astype(np.float32))
    chance = (1 / np.sqrt(np.bincount(classes, minlength=count).clip(1)))[classes]
    drawn = rng.choice(len(classes), (steps, batch), p=chance / chance.sum())
    side = np.where(np.arange(count) == classes[:, None], 1, -1).astype(np.float32)
    w, b = classifier.weights, classifier.bias
    w_sum, b_sum = np.zeros_like(w, np.float64), np.zeros_like(b, np.float64)
    averaged = range(steps // 2, steps)
    for step, rows in enumerate(drawn):
        rate = 1 / (1 + regularisation * step)
        x, y = lifted[rows], side[rows]
        push = np.where(y * (x @ w + b) < 1, y, 0) / batch  # subgradient of the hinge loss
        w = (1 - rate * regularisation) * w + rate * (x.T @ push)
        b = b + rate * _BIAS_RATE * push.sum(axis=0)
        if step in averaged:
            w_sum += w
            b_sum += b
    weights, bias = (x / len(averaged) for x in (w_sum, b_sum))
    return replace(classifier, weights=weights.astype(np.float32), bias=bias.astype(np.float32))
