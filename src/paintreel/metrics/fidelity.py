"""How close a picture is to the one it should be, pixel by pixel and structure by structure.

All take two opaque pictures of one shape, (H, W), (H, W, 1) or (H, W, 3), each of any accepted
dtype and read on that dtype's own full scale; `InputError` says what cannot be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.inputs import check_pair, luma_plane
from paintreel.metrics.structure import WINDOW_PX, plane_ssim

__all__ = ["edge_ssim", "image_loss", "ms_ssim", "mse", "psnr", "ssim"]

_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_MS_MIN_SIDE_PX = (WINDOW_PX - 1) * 2 ** (len(_SCALE_WEIGHTS) - 1) + 1
_SOBEL_OF_FULL_STEP = 4.0


def mse(generated: Array, reference: Array) -> float:
    """Mean squared error over pixels and channels, in squares of full scale.

    Direction: lower is nearer. Bounds: 0 to 1. Symmetric; invariant to flips of both.
    Degenerate: identical pictures 0.

    One of four pixels differs by 51 of 255 = 0.2: 0.04 / 4 = 0.01.

    >>> a = np.zeros((2, 2), np.uint8)
    >>> b = np.array([[0, 51], [0, 0]], np.uint8)
    >>> round(mse(a, b), 12)
    0.01
    """
    check_pair(generated, reference)
    return _mean_of_norm(generated, reference, cv2.NORM_L2SQR)


def psnr(generated: Array, reference: Array) -> float:
    """Peak signal-to-noise ratio in dB, 10 log10(1 / mse), over all channels at once.

    Direction: higher is nearer; 20 dB is poor, 40 dB hard to see. Bounds: 0 (black against
    white) upward. Symmetric. Degenerate: identical pictures give infinity.

    A mean squared error of 0.01 is 20 dB.

    >>> a = np.zeros((2, 2), np.uint8)
    >>> b = np.array([[0, 51], [0, 0]], np.uint8)
    >>> round(psnr(a, b), 9), psnr(a, a)
    (20.0, inf)
    """
    error = mse(generated, reference)
    return math.inf if error == 0.0 else -10.0 * math.log10(error)


def image_loss(generated: Array, reference: Array) -> float:
    """Image loss of Tan 2024: mean absolute error over pixels and channels, of full scale.

    The paper names it and gives no formula; its training loss is L1, and its figures (0.012 to
    0.062) fit a mean absolute error of pictures in [0, 1].

    Direction: lower is nearer. Bounds: 0 to 1. Symmetric. Degenerate: identical pictures 0.

    One of four pixels differs by 51 of 255 = 0.2: 0.2 / 4 = 0.05.

    >>> a = np.zeros((2, 2), np.uint8)
    >>> b = np.array([[0, 51], [0, 0]], np.uint8)
    >>> round(image_loss(a, b), 12)
    0.05
    """
    check_pair(generated, reference)
    return _mean_of_norm(generated, reference, cv2.NORM_L1)


def ssim(generated: Array, reference: Array) -> float:
    """Structural similarity (Wang et al. 2004), mean over windows and then over channels.

    11x11 Gaussian window of sigma 1.5, population moments, windows whole inside the picture,
    K1 = 0.01, K2 = 0.03: scikit-image with gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False, to rounding.

    Needs 11 px a side. Direction: higher is nearer. Bounds: -1 to 1, 1 only for identical
    pictures. Symmetric. Degenerate: two flat pictures differ by the luminance term alone.

    Flat 0.2 against flat 0.6: (2 * 0.12 + 1e-4) / (0.04 + 0.36 + 1e-4) = 0.2401 / 0.4001.

    >>> a, b = np.full((11, 11), 0.2), np.full((11, 11), 0.6)
    >>> round(ssim(a, b), 9), round(0.2401 / 0.4001, 9)
    (0.600099975, 0.600099975)
    """
    check_pair(generated, reference, min_side_px=WINDOW_PX)
    pairs = zip(_planes(generated), _planes(reference), strict=True)
    return float(np.mean([plane_ssim(x, y)[0] for x, y in pairs]))


def ms_ssim(generated: Array, reference: Array) -> float:
    """Multi-scale SSIM (Wang, Simoncelli and Bovik 2003), mean over channels.

    Product over five scales, each half the one before, of the mean contrast-structure term (at
    the coarsest the mean SSIM) to the power 0.0448, 0.2856, 0.3001, 0.2363, 0.1333. A scale is
    made by averaging 2x2 blocks; an odd last row or column is repeated. A negative mean counts
    as 0, as its power is not real.

    Needs 161 px a side. Direction: higher is nearer. Bounds: 0 to 1. Symmetric. Degenerate: two
    flat pictures give the luminance term to the power 0.1333.

    Flat 0.2 against flat 0.6: (0.2401 / 0.4001)^0.1333.

    >>> a, b = np.full((161, 161), 0.2), np.full((161, 161), 0.6)
    >>> round(ms_ssim(a, b), 9), round((0.2401 / 0.4001) ** 0.1333, 9)
    (0.934194287, 0.934194287)
    """
    check_pair(generated, reference, min_side_px=_MS_MIN_SIDE_PX)
    pairs = zip(_planes(generated), _planes(reference), strict=True)
    return float(np.mean([_plane_ms_ssim(x, y) for x, y in pairs]))


def edge_ssim(generated: Array, reference: Array) -> float:
    """SSIM of edge maps: are the contours in the same places and as strong? (contour task)

    The edge map is the 3x3 Sobel magnitude of BT.601 luma over 4, so that a step from black to
    white along an axis is 1, without the outermost pixels; then as `ssim`.

    Needs 13 px a side. Direction: higher is nearer. Bounds: -1 to 1. Symmetric; invariant to
    brightness and to inverting both or one. Degenerate: two pictures without edges give 1.

    A ramp of 0.005 a pixel has 8 * 0.005 / 4 = 0.01 everywhere, against none:
    1e-4 / (0.01^2 + 1e-4) = 0.5.

    >>> ramp = np.tile(np.arange(16) * 0.005, (16, 1))
    >>> round(edge_ssim(ramp, np.zeros((16, 16))), 4)
    0.5
    """
    check_pair(generated, reference, min_side_px=WINDOW_PX + 2)
    return plane_ssim(_edge_map(generated), _edge_map(reference))[0]


def _mean_of_norm(first: Array, second: Array, norm: int) -> float:
    """Mean absolute (NORM_L1) or squared (NORM_L2SQR) difference, of full scale."""
    full = _full_scale(first)
    if first.dtype != second.dtype:
        first, second, full = first / full, second / _full_scale(second), 1.0
        first, second = first.astype(np.float64), second.astype(np.float64)
    total = cv2.norm(np.ascontiguousarray(first), np.ascontiguousarray(second), norm)
    if first.dtype.kind == "u":
        total = round(total)  # cv2 squares a root, and the sum of integers is one
    return min(1.0, total / (first.size * (full if norm == cv2.NORM_L1 else full * full)))


def _full_scale(x: Array) -> float:
    return float(np.iinfo(x.dtype).max) if x.dtype.kind == "u" else 1.0


def _planes(x: Array) -> Iterator[Array]:
    """The channels of `x` one by one, (H, W) float64 in [0, 1]."""
    channels = x[..., None] if x.ndim == 2 else x
    for c in range(channels.shape[2]):
        yield np.divide(channels[..., c], _full_scale(x), dtype=np.float64)


def _plane_ms_ssim(x: Array, y: Array) -> float:
    product = 1.0
    for scale, weight in enumerate(_SCALE_WEIGHTS):
        if scale:
            x, y = _halved(x), _halved(y)
        whole, structure = plane_ssim(x, y)
        coarsest = scale == len(_SCALE_WEIGHTS) - 1
        product *= max(0.0, whole if coarsest else structure) ** weight
    return product


def _halved(plane: Array) -> Array:
    """(H, W) to (ceil(H / 2), ceil(W / 2)) by averaging 2x2 blocks."""
    height, width = plane.shape
    if height % 2 or width % 2:
        plane = cv2.copyMakeBorder(plane, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    half = (plane.shape[1] // 2, plane.shape[0] // 2)
    return cv2.resize(plane, half, interpolation=cv2.INTER_AREA)


def _edge_map(picture: Array) -> Array:
    """(H - 2, W - 2) float64; 1 is a full step along an axis, the most is sqrt(20) / 4."""
    plane = luma_plane(picture)
    across = cv2.Sobel(plane, cv2.CV_64F, 1, 0, ksize=3)
    down = cv2.Sobel(plane, cv2.CV_64F, 0, 1, ksize=3)
    return cv2.magnitude(across, down)[1:-1, 1:-1] / _SOBEL_OF_FULL_STEP
