"""What is done to a photograph before the first stroke: faint forms enhanced, skin found.

Waves, clouds and hills are faint in a photograph, and flat paint would cover them. So their local
contrast is raised first: detail enhancement by the guided filter (He, Sun and Tang 2010).
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.painterly import soften

_FORM_PX = 14
"""Twice the deviation of the filter's window."""
_FAINT = 0.12
"""Deviation of luma around a pixel from which a form is plain enough."""
_ON_SKIN = 0.7
"""Share of the gain that skin is spared: its forms are pores and wrinkles."""
_FLESH_PX = 4.0


def enhance_forms(photo: Array, amount: float, skin: Array) -> Array:
    """(H, W, 3) float32 RGB in [0, 1] whose faint forms gain `amount`; same shape and range.

    Strong forms hardly gain, so that nothing gets a halo, and `skin` (H, W) in [0, 1] little.
    """
    if not amount:
        return photo
    luma = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    form = luma - _guided_filter(luma)
    gain = amount * form * (1 - _ON_SKIN * skin)
    clear: Array = np.clip(photo * ((luma + gain + 0.05) / (luma + 0.05))[..., None], 0, 1)
    return clear


def skin_likeness(x: Array) -> Array:
    """(H, W) float32 in [0, 1]: soft membership of the YCrCb box of skin (Chai, Ngan 1999)."""
    ycc = cv2.cvtColor(x, cv2.COLOR_RGB2YCrCb)

    def inside(v: Array, low: float, high: float, soft: float) -> Array:
        return np.clip((v - low) / soft, 0, 1) * np.clip((high - v) / soft, 0, 1)

    cr, cb = ycc[..., 1] * 255, ycc[..., 2] * 255
    return soften(inside(cr, 133, 176, 6) * inside(cb, 77, 128, 6), _FLESH_PX)


def _guided_filter(luma: Array) -> Array:
    """Luma (H, W) guided by itself: blurred within forms, steps above `_FAINT` stay."""

    def mean(x: Array) -> Array:
        return soften(x, _FORM_PX / 2)

    average = mean(luma)
    variance = np.maximum(mean(luma * luma) - average * average, 0)
    slope = variance / (variance + _FAINT * _FAINT)
    blurred: Array = mean(slope) * luma + mean(average * (1 - slope))
    return blurred
