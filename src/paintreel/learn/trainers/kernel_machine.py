"""Fitting a kernel support vector machine: sequential minimal optimisation.

The pair that violates the conditions of the optimum most is moved, step by step, until none does by
more than a tolerance. Source: Fan, Chen and Lin 2005, "Working set selection using second order
information for training support vector machines"; the pairs here are those of its first order. A
few thousand examples fit in memory as one kernel, so that no library is needed for it.
"""

from __future__ import annotations

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.words.support_vectors import KernelMachine

__all__ = ["fit_machine", "kernel_between"]

_TINY = 1e-12


def kernel_between(a: Array, b: Array, gamma: float) -> Array:
    """(A, B) values of exp(-gamma |x - z|^2).

    >>> kernel_between(np.zeros((1, 3)), np.zeros((2, 3)), 1.0)
    array([[1., 1.]])
    """
    away = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * (a @ b.T)
    return np.asarray(np.exp(-gamma * np.maximum(away, 0)))


def fit_machine(
    features: Array,
    signs: Array,
    *,
    gamma: float,
    cost: float,
    tolerance: float = 1e-3,
    most_steps: int = 100_000,
) -> KernelMachine:
    """The machine that tells (N, F) features of sign 1 from those of sign -1.

    Examples of the rarer sign cost as much more as they are rarer.

    gamma  of the kernel
    cost   of an example on the wrong side: the upper bound of a_i

    Raises DataError where all are of one sign.
    """
    y = np.asarray(signs, np.float64)
    if not (y > 0).any() or not (y < 0).any():
        raise DataError("all examples are of one sign; a machine needs both")
    counts = np.where(y > 0, (y > 0).sum(), (y < 0).sum())
    bound = cost * len(y) / (2 * counts)
    kernel = kernel_between(features, features, gamma)
    alpha, gradient = np.zeros(len(y)), -np.ones(len(y))
    for _ in range(most_steps):
        # The two sets of Fan et al.: those that may rise along their sign, those that may fall.
        rises = np.where(y > 0, alpha < bound - _TINY, alpha > _TINY)
        falls = np.where(y > 0, alpha > _TINY, alpha < bound - _TINY)
        score = -y * gradient
        i = int(np.where(rises, score, -np.inf).argmax())
        j = int(np.where(falls, score, np.inf).argmin())
        if score[i] - score[j] < tolerance:
            break
        curve = max(_TINY, kernel[i, i] + kernel[j, j] - 2 * kernel[i, j])
        step = (score[i] - score[j]) / curve
        room_i = bound[i] - alpha[i] if y[i] > 0 else alpha[i]
        room_j = alpha[j] if y[j] > 0 else bound[j] - alpha[j]
        step = min(step, room_i, room_j)
        alpha[i] += y[i] * step
        alpha[j] -= y[j] * step
        gradient += step * y * (kernel[:, i] - kernel[:, j])
    free = (alpha > _TINY) & (alpha < bound - _TINY)
    score = -y * gradient
    ends = (score[rises].max() + score[falls].min()) / 2
    bias = float(score[free].mean() if free.any() else ends)
    kept = alpha > _TINY
    return KernelMachine(features[kept], (alpha * y)[kept], bias, gamma)
