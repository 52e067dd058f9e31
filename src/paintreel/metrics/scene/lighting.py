"""Lighting effect: whether light falls consistently, evenly shared and well exposed."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.picture import ScenePicture, SceneScore, as_scene

WEIGHTS = {"gradient": 0.4, "symmetry": 0.3, "exposure": 0.3}
BEST_EXPOSURE = 0.5
"""Gamma-coded luma of a well exposed surface: middle grey."""
_LIGHT_SPREAD, _WINDOW_SPREAD, _DETAIL_SPREAD = 1 / 64, 1 / 16, 1 / 16  # of the longer side
_BINS = 32
_LEAST_DETAIL = 1.0 / 510.0  # half a step of 8 bits


def lighting_effect(picture: Array | ScenePicture) -> SceneScore:
    """Lighting effect score (LES) in [0, 1]; higher is better lit.

    Liu and Zhao 2025, section 4.2 (text below Table 5; no equation; its Table 5 shows 10 x LES):
    luminance gradient consistency by Sobel, symmetry of highlights and shadows by histograms
    of high-pass luminance in the upper and lower regions, exposure balance by the mean
    absolute deviation from the best exposure of gamma-corrected luminance; weighted.

        LES = 0.4 gradient + 0.3 symmetry + 0.3 exposure,   Y = luma, gamma-coded, in [0, 1]

    gradient: sum |G * g| / sum |g|, g the Sobel gradient of Y smoothed by 1/64 of the longer
    side, G a Gaussian window of 1/16: 1 where neighbouring surfaces turn bright the same way,
    towards 0 where directions are random. 0 without any gradient.

    symmetry: sum_b min(U_b, L_b) of the normalised histograms of Y - G * Y in the upper and
    the lower half, 32 bins over [-0.5, 0.5], narrower towards 0. 0 where there is neither
    highlight nor shadow.

    exposure: 1 - mean |Y - 0.5| / 0.5.

    Differences from the paper: it gives neither formulas nor weights. A night scene is judged
    badly exposed, as the paper's own definition does.

    Direction: higher is better. Falls: over- and underexposure, clutter, pieces shuffled. Does
    not fall: hue changes that keep luma, blur, noise, fading. Invariant to flips, and to scale
    above 256 px. Degenerate: a flat picture has neither gradient nor symmetry, only exposure.

    picture  (H, W, 3) or grey, uint8, uint16 or float in [0, 1]; or a `ScenePicture`

    Returns a SceneScore with parts {"gradient", "symmetry", "exposure"}; its source is "pixels".

    >>> lighting_effect(np.full((8, 8), 0.5)).value, lighting_effect(np.zeros((8, 8))).value
    (0.3, 0.0)
    """
    scene = as_scene(picture)
    parts = {
        "gradient": _gradient_consistency(scene.luma, scene.side_px),
        "symmetry": _detail_symmetry(scene.luma, scene.side_px),
        "exposure": 1.0 - float(np.abs(scene.luma - BEST_EXPOSURE).mean()) / BEST_EXPOSURE,
    }
    value = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return SceneScore(value, parts, "pixels")


def _gradient_consistency(luma: Array, side_px: int) -> float:
    smooth = cv2.GaussianBlur(luma.astype(np.float64), (0, 0), max(0.5, _LIGHT_SPREAD * side_px))
    across = cv2.Sobel(smooth, cv2.CV_64F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(smooth, cv2.CV_64F, 0, 1, scale=1 / 8)
    strength = float(np.hypot(across, down).sum())
    if strength <= 1e-9 * luma.size:
        return 0.0
    window = max(0.5, _WINDOW_SPREAD * side_px)
    together = np.hypot(
        cv2.GaussianBlur(across, (0, 0), window), cv2.GaussianBlur(down, (0, 0), window)
    )
    return min(1.0, float(together.sum()) / strength)


def _detail_symmetry(luma: Array, side_px: int) -> float:
    base = cv2.GaussianBlur(luma, (0, 0), max(0.5, _DETAIL_SPREAD * side_px))
    detail = luma - base
    if float(np.abs(detail).max()) < _LEAST_DETAIL:
        return 0.0
    # The square root narrows the bins around 0, where most of the detail is.
    bent = np.sign(detail) * np.sqrt(np.minimum(np.abs(detail) / 0.5, 1.0))
    bins = np.minimum(((bent + 1.0) * (_BINS / 2)).astype(np.int64), _BINS - 1)
    height = luma.shape[0]
    upper = np.bincount(bins[: (height + 1) // 2].ravel(), minlength=_BINS)
    lower = np.bincount(bins[height // 2 :].ravel(), minlength=_BINS)
    return min(1.0, float(np.minimum(upper, lower).sum()) / float(upper.sum()))
