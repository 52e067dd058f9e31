"""The arithmetic of SSIM on one plane, exact and fast; `fidelity` makes the measures of it.

Wang et al. 2004: 11x11 Gaussian window of sigma 1.5, population moments, windows that lie whole
in the picture, C1 = 0.01^2 and C2 = 0.03^2 for a range of 1.

With s = x + y and d = x - y, the four moments of x and y that SSIM needs follow from those of s
and d, which takes four filters instead of five:

    2 mu_x mu_y = (mu_s^2 - mu_d^2) / 2     mu_x^2 + mu_y^2 = (mu_s^2 + mu_d^2) / 2
    2 cov_xy    = (var_s  - var_d ) / 2     var_x  + var_y  = (var_s  + var_d ) / 2

Everything is float64: a variance is the small difference of two squares, and in float32 the
SSIM of flat drawings was seen to be off by 3e-5. The work goes strip by strip, so that its
buffers stay in the cache, and over threads where the picture is worth it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["WINDOW_PX", "plane_ssim"]

WINDOW_PX = 11
_KERNEL = cv2.getGaussianKernel(WINDOW_PX, 1.5, cv2.CV_64F)
_INNER = (slice(WINDOW_PX // 2, -(WINDOW_PX // 2)),) * 2
_C1 = 0.01**2
_C2 = 0.03**2
_STRIP_PX = 64
_WORTH_A_THREAD_PX = 1 << 18


def plane_ssim(x: Array, y: Array) -> tuple[float, float]:
    """Mean SSIM and mean contrast-structure term of two planes, both in [-1, 1].

    x, y: (H, W) float64 in [0, 1], at least 11 px a side. Runs on as many threads as
    `cv2.getNumThreads()` says, with the same result on any number.
    """
    height, width = x.shape
    tops = range(0, height - WINDOW_PX + 1, _STRIP_PX)
    strips = [slice(top, top + _STRIP_PX + WINDOW_PX - 1) for top in tops]
    threads = min(cv2.getNumThreads(), len(strips), x.size // _WORTH_A_THREAD_PX)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            sums = list(pool.map(lambda rows: _strip_sums(x[rows], y[rows]), strips))
    else:
        sums = [_strip_sums(x[rows], y[rows]) for rows in strips]
    windows = (height - WINDOW_PX + 1) * (width - WINDOW_PX + 1)
    whole, structure = np.sum(sums, axis=0) / windows
    return float(whole), float(structure)


def _strip_sums(x: Array, y: Array) -> tuple[float, float]:
    """Sums over windows of SSIM and of its contrast-structure term."""
    mean_s, var_s = _moments(x + y, 2.0 * _C2)
    mean_d, var_d = _moments(x - y, 0.0)
    ratio = var_s - var_d
    var_s += var_d
    ratio /= var_s
    structure = float(ratio.sum())
    mean_s += 2.0 * _C1
    ratio *= mean_s - mean_d
    mean_s += mean_d
    ratio /= mean_s
    return float(ratio.sum()), structure


def _moments(z: Array, offset: float) -> tuple[Array, Array]:
    """Squared mean, and variance plus `offset`, of `z` in each whole window; `z` is lost."""
    mean: Array = cv2.sepFilter2D(z, -1, _KERNEL, _KERNEL)[_INNER]
    np.multiply(z, z, out=z)
    variance: Array = cv2.sepFilter2D(z, -1, _KERNEL, _KERNEL, delta=offset)[_INNER]
    np.multiply(mean, mean, out=mean)
    variance -= mean
    return mean, variance
