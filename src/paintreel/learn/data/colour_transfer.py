"""The colours of a body of art, carried to photographs by sliced optimal transport in Lab.

One map for all pictures: a network without whole-image statistics can learn it, and the frames
of a clip cannot drift apart in colour. Source: Rabin, Peyre, Delon, Bernot, "Wasserstein
barycenter and its application to texture mixing" (2011) for the sliced transport; the cubic fit
that makes it smooth is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

_SCALE = np.array([100.0, 128.0, 128.0], np.float32)


def rgb_to_lab(x: Array) -> Array:
    """(..., H, W, 3) float32 sRGB in [0, 1] to Lab with L in [0, 100]."""
    return cv2.cvtColor(np.ascontiguousarray(x, np.float32), cv2.COLOR_RGB2Lab)


def lab_to_rgb(lab: Array) -> Array:
    """Inverse of `rgb_to_lab`, clipped into the sRGB gamut."""
    return np.clip(cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_Lab2RGB), 0, 1)


def _cubic(lab: Array) -> Array:
    """The 20 monomials of degree <= 3 in scaled Lab: (N, 3) to (N, 20)."""
    v = lab / _SCALE
    terms = [np.ones(len(v), v.dtype)]
    for i in range(3):
        terms.append(v[:, i])
        for j in range(i, 3):
            terms.append(v[:, i] * v[:, j])
            terms.extend(v[:, i] * v[:, j] * v[:, k] for k in range(j, 3))
    return np.stack(terms, axis=1)


@dataclass(frozen=True)
class ColourTransfer:
    """Smooth colour map: Lab to Lab + cubic displacement. coefficients: (20, 3) float32."""

    coefficients: Array

    @classmethod
    def fit(
        cls, source: Array, target: Array, *, rng: np.random.Generator, directions: int = 90
    ) -> ColourTransfer:
        """Fit from Lab samples of photographs (N, 3) and of art (M, 3)."""
        count = min(len(source), len(target), 20_000)
        start = source[rng.permutation(len(source))[:count]].astype(np.float64)
        goal = target[rng.permutation(len(target))[:count]].astype(np.float64)
        moved = start.copy()
        for _ in range(directions):
            basis, _r = np.linalg.qr(rng.normal(size=(3, 3)))
            a, b = moved @ basis, goal @ basis
            step = np.empty_like(a)
            for k in range(3):
                step[np.argsort(a[:, k]), k] = np.sort(b[:, k]) - np.sort(a[:, k])
            moved += 0.3 * step @ basis.T
        design = _cubic(start)
        ridge = 1e-3 * count * np.eye(design.shape[1])
        fit = np.linalg.solve(design.T @ design + ridge, design.T @ (moved - start))
        return cls(fit.astype(np.float32))

    def __call__(self, x: Array, amount: float = 1.0) -> Array:
        """Move the colours of (H, W, 3) float32 RGB in [0, 1]; `amount` 0 keeps them."""
        lab = rgb_to_lab(x)
        flat = lab.reshape(-1, 3)
        moved = flat + amount * (_cubic(flat) @ self.coefficients)
        return lab_to_rgb(moved.reshape(lab.shape))
