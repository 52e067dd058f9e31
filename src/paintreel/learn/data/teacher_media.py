"""What a medium does to paint that is laid: pigment at the rim of a wash, relief, white paper."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.painterly import Flow, smooth_along, soften

_MOST_RELIEF = 0.15


def wet_edges(x: Array, amount: float) -> Array:
    """Pigment gathers at the rim of a wash: density by the gradient (Bousseau 2006)."""
    soft = soften(x, 1.2)
    gradient = sum(
        np.abs(cv2.Scharr(soft, cv2.CV_32F, dx, dy)).mean(axis=2) for dx, dy in ((1, 0), (0, 1))
    )
    rim = np.clip(gradient / 16 * 6, 0, 1)
    density = 1 + amount * (rim - 0.25)[..., None]
    wet: Array = x - (x - x * x) * (density - 1)
    return wet


def relief(x: Array, flow: Flow, amount: float) -> Array:
    """Impasto: ridges of the paint's own strokes, lit from the upper left.

    The height is what stands out from the surroundings, drawn along the form; it follows from
    the painting and not from noise, so that a network can learn it and a still stays still.
    """
    luma = cv2.cvtColor(np.clip(x, 0, 1), cv2.COLOR_RGB2GRAY)
    height = luma - soften(luma, 6.0)
    height = smooth_along(height.astype(np.float32), flow, length_px=4)
    shift = np.array([[1, 0, 1.5], [0, 1, 1.5]], np.float32)
    size = (luma.shape[1], luma.shape[0])
    light = height - cv2.warpAffine(height, shift, size, borderMode=cv2.BORDER_REFLECT)
    lit: Array = x + np.clip(amount * light, -_MOST_RELIEF, _MOST_RELIEF)[..., None]
    return lit


def on_paper(x: Array, share: float) -> Array:
    """Light tones fade to white paper by `share` of the way."""
    light = cv2.cvtColor(np.clip(x, 0, 1), cv2.COLOR_RGB2GRAY)[..., None]
    faded: Array = 1 - (1 - x) * (1 - share * light)
    return faded
