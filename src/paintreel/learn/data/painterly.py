"""Painterly filters: flow field, generalised Kuwahara, colour blocks and flow-guided ink.

They make the teacher pictures that FSGAN is warmed up on. All work on one RGB picture,
(H, W, 3) float32 in [0, 1], and use no learned part and no randomness.

Sources
- Structure tensor flow and flow-guided DoG: Kang, Lee, Chui, "Coherent line drawing" (2007);
  Winnemoeller, Kyprianidis, Olsen, "XDoG" (2012).
- Generalised Kuwahara with smooth sectors: Papari, Petkov, Campisi (2007).
- Mean shift: Comaniciu, Meer (2002), in OpenCV's pyramid form.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array


@dataclass(frozen=True)
class Flow:
    """Direction along the edges of a picture.

    tangent: (H, W, 2) float32 unit vectors (x, y) along the local edge.
    anisotropy: (H, W) float32 in [0, 1], 0 where no direction is preferred.
    """

    tangent: Array
    anisotropy: Array


def smoothstep(x: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, a smooth cubic between; float32 like `x`.

    >>> smoothstep(np.float32([0, 1, 1.5, 2, 9]), 1, 2).tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    t = np.clip((x - low) / (high - low), 0, 1).astype(np.float32)
    smooth: Array = t * t * (3 - 2 * t)
    return smooth


def soften(x: Array, sigma_px: float) -> Array:
    """Gaussian blur of (H, W) or (H, W, C) float32."""
    return cv2.GaussianBlur(x, (0, 0), sigma_px)


def disc(size_px: int) -> Array:
    """(size, size) uint8 round element for `cv2.dilate` and `cv2.erode`: square ones show."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))


def flow_field(luma: Array, *, sigma_px: float = 3.0) -> Flow:
    """Smoothed structure tensor of `luma` (H, W) float32 and its minor eigenvector."""
    gx = cv2.Scharr(luma, cv2.CV_32F, 1, 0)
    gy = cv2.Scharr(luma, cv2.CV_32F, 0, 1)
    e, f, g = (cv2.GaussianBlur(a, (0, 0), sigma_px) for a in (gx * gx, gx * gy, gy * gy))
    root = np.sqrt((e - g) ** 2 + 4 * f * f)
    major = (e + g + root) / 2
    tangent = np.dstack([major - e, -f])
    # Where the tensor is diagonal with e > g the formula above vanishes: the edge is vertical.
    flat = np.abs(tangent).sum(axis=2) < 1e-12
    tangent[flat] = np.where((e >= g)[flat][:, None], (0.0, 1.0), (1.0, 0.0))
    tangent /= np.maximum(np.linalg.norm(tangent, axis=2, keepdims=True), 1e-12)
    anisotropy = root / np.maximum(e + g, 1e-8)
    return Flow(tangent.astype(np.float32), anisotropy.astype(np.float32))


def smooth_along(x: Array, flow: Flow, *, length_px: float, step_px: float = 1.0) -> Array:
    """Gaussian line-integral smoothing of `x` along the flow, both ways."""
    height, width = x.shape[:2]
    grid_x, grid_y = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    steps = max(1, int(np.ceil(2 * length_px / step_px)))
    total: Array = x.astype(np.float32, copy=True)
    weight = 1.0
    for sign in (1.0, -1.0):
        px, py = grid_x.copy(), grid_y.copy()
        heading: Array = flow.tangent * sign
        for k in range(1, steps + 1):
            px += heading[..., 0] * step_px
            py += heading[..., 1] * step_px
            there = cv2.remap(
                flow.tangent, px, py, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
            )
            # Tangents have no sign: keep walking the way we came.
            turn = np.sign((there * heading).sum(axis=2, keepdims=True))
            heading = there * np.where(turn == 0, 1, turn)
            w = float(np.exp(-0.5 * (k * step_px / length_px) ** 2))
            total += w * cv2.remap(x, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            weight += w
    smoothed: Array = total / weight
    return smoothed


def kuwahara(x: Array, *, radius_px: int = 5, sharpness: float = 8.0, sectors: int = 8) -> Array:
    """Generalised Kuwahara filter: every pixel takes the mean of its calmest sectors.

    Gives flat patches with crisp edges, like dabs of a flat brush.
    """
    size = 2 * radius_px + 1
    yy, xx = np.mgrid[-radius_px : radius_px + 1, -radius_px : radius_px + 1].astype(np.float32)
    radius, angle = np.hypot(xx, yy), np.arctan2(yy, xx)
    gauss = np.exp(-0.5 * (radius / (radius_px / 2)) ** 2) * (radius <= radius_px + 0.5)
    kernels = []
    for k in range(sectors):
        away = np.abs(np.angle(np.exp(1j * (angle - 2 * np.pi * k / sectors))))
        window = np.clip(1.5 - away / (np.pi / sectors), 0, 1)
        window[radius_px, radius_px] = 1.0
        kernel = (gauss * window).astype(np.float32)
        kernels.append(kernel / kernel.sum())
    assert kernels[0].shape == (size, size)
    square = x * x
    total = np.zeros_like(x)
    weights = np.zeros(x.shape[:2], np.float32)
    for kernel in kernels:
        mean = cv2.filter2D(x, -1, kernel, borderType=cv2.BORDER_REFLECT)
        var = cv2.filter2D(square, -1, kernel, borderType=cv2.BORDER_REFLECT) - mean * mean
        deviation = np.sqrt(np.maximum(var.sum(axis=2), 0)) * 255
        w = 1.0 / (1e-3 + (deviation / 3) ** sharpness) ** 0.5
        total += mean * w[..., None]
        weights += w
    return total / weights[..., None]


def colour_blocks(x: Array, *, spatial_px: float = 9, range_levels: float = 12) -> Array:
    """Mean-shift blocks in Lab; `range_levels` is the colour radius in 8-bit Lab levels."""
    lab = cv2.cvtColor((x * 255 + 0.5).astype(np.uint8), cv2.COLOR_RGB2Lab)
    lab = cv2.pyrMeanShiftFiltering(lab, spatial_px, range_levels, maxLevel=1)
    return cv2.cvtColor(lab, cv2.COLOR_Lab2RGB).astype(np.float32) / 255


def ink_lines(
    luma: Array,
    flow: Flow,
    *,
    width_px: float = 1.0,
    gain: float = 12.0,
    threshold: float = 0.012,
    coherence_px: float = 3.0,
) -> Array:
    """Flow-guided difference of Gaussians: (H, W) float32 in [0, 1], 1 where ink stands.

    Only the dark side of an edge is inked, so that a line stays one line.
    """
    across = np.dstack([-flow.tangent[..., 1], flow.tangent[..., 0]])
    height, width = luma.shape
    grid_x, grid_y = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    wide_px = 1.6 * width_px
    reach = int(np.ceil(3 * wide_px))
    narrow = wide = np.zeros_like(luma)
    norm_n = norm_w = 0.0
    for k in range(-reach, reach + 1):
        sample = cv2.remap(
            luma,
            grid_x + k * across[..., 0],
            grid_y + k * across[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        wn, ww = np.exp(-0.5 * (k / width_px) ** 2), np.exp(-0.5 * (k / wide_px) ** 2)
        narrow, norm_n = narrow + wn * sample, norm_n + wn
        wide, norm_w = wide + ww * sample, norm_w + ww
    response = (wide / norm_w - narrow / norm_n).astype(np.float32)
    response = smooth_along(response, flow, length_px=coherence_px)
    ink: Array = np.clip(np.tanh(gain * np.maximum(response - threshold, 0) / 0.1), 0, 1)
    return ink
