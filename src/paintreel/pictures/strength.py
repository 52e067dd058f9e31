"""How far a picture goes from what it was to what was made of it."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["blend", "check_strength"]


def check_strength(strength: float) -> None:
    """Raise InputError unless `strength` is a number in [0, 1]."""
    number = isinstance(strength, (int, float, np.integer, np.floating))
    if not number or isinstance(strength, bool) or not 0 <= strength <= 1:
        raise InputError(f"strength is {strength!r}, expected a number from 0 to 1")


def blend(start: Array, finished: Array, strength: float) -> Array:
    """start + strength * (finished - start), both of one shape and dtype, which is kept.

    Strength 0 gives a copy of `start` bit for bit, 1 `finished` itself.
    """
    if strength == 0:
        return start.copy()
    if strength == 1:
        return finished
    if start.dtype.kind == "f":
        mixed: Array = start + start.dtype.type(strength) * (finished - start)
        return mixed.clip(0.0, 1.0)
    return np.asarray(cv2.addWeighted(finished, strength, start, 1.0 - strength, 0.0))
