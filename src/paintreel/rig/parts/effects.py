"""What drawn film adds to a face: tears and beads of sweat."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.parts.eyes import eye_of
from paintreel.rig.tones import colour_of, tones_of

__all__ = ["draw_sweat", "draw_tears"]

_WATER = tones_of(colour_of("#a9d4ea"))
_GLINT = colour_of("#ffffff")


def draw_tears(cast: Cast) -> None:
    """Brimming lids, then drops, then streams down the cheeks."""
    amount = min(max(cast.pose.tears, 0.0), 1.0)
    if amount < 0.15:
        return
    easel = cast.easel
    for side in (-1, 1):
        eye = eye_of(cast, side)
        start = eye.lower[16]
        length = 0.2 + 0.5 * amount
        foot = moved(start, 0.035 * side, length)
        if amount > 0.5:
            path = along([start, moved(start, 0.03 * side, 0.5 * length), foot], 16)
            width = ((0.018 + 0.022 * amount) * np.linspace(0.7, 1.25, 16))[:, None] * [1.0, 0.0]
            stream = np.vstack([path - width, (path + width)[::-1]])
            with easel.inside(cast.face):
                easel.wash(stream, _WATER.base, 0.6, 0.02)
                easel.wash(moved(stream, 0.012, 0.0), _WATER.light, 0.5, 0.02)
                easel.ink(path - width, _WATER, 0.45, ends=(0.1, 0.3))
                easel.ink(path + width, _WATER, 0.45, ends=(0.1, 0.3))
        _draw_drop(cast, foot, 0.075 + 0.03 * amount, side == -1)
        pearl = moved(eye.lower[20 if amount > 0.5 else 18], 0.0, 0.01)
        _draw_drop(cast, pearl, 0.05, True)


def draw_sweat(cast: Cast) -> None:
    """Beads at the temple and the brow."""
    amount = min(max(cast.pose.sweat, 0.0), 1.0)
    if amount < 0.1:
        return
    p = cast.identity.proportions
    w = p.head_width
    for x, y, size, least in (
        (0.88, -0.02, 0.115, 0.1), (-0.86, 0.3, 0.09, 0.45), (0.72, 0.46, 0.07, 0.7),
    ):  # fmt: skip
        if amount >= least:
            at = cast.head.on_face(np.array([[x * w, y]]), out=0.1)[0]
            _draw_drop(cast, at, size * (0.6 + 0.4 * amount), True)


def _draw_drop(cast: Cast, at: Array, size: float, glint: bool) -> None:
    """A drop that hangs, its point up."""
    drop = loop(
        at
        + size
        * np.array([[0.0, -1.35], [0.34, -0.5], [0.62, 0.15], [0.34, 0.68], [0.0, 0.78],
                    [-0.34, 0.68], [-0.62, 0.15], [-0.34, -0.5]]),
        30,
    )  # fmt: skip
    easel = cast.easel
    easel.fill(drop, _WATER.base)
    with easel.inside(drop):
        easel.wash(moved(drop, 0.25 * size, 0.35 * size), _WATER.light, 0.85, 0.3 * size)
    easel.contour(drop, _WATER, 0.7)
    if glint:
        easel.light(oval(moved(at, -0.2 * size, 0.0), 0.13 * size, 0.22 * size), _GLINT)
