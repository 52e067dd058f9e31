"""Beards and moustaches."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved
from paintreel.rig.parts.mouth import mouth_middle
from paintreel.rig.tones import PaintTones

__all__ = ["draw_beard", "draw_moustache"]


def draw_beard(cast: Cast) -> None:
    """What grows at jaw and chin; the mouth is drawn over it."""
    kind = cast.identity.features.beard
    if kind not in ("full", "goatee"):
        return
    p, y = cast.identity.proportions, mouth_middle(cast)[1]
    chin = cast.chin_y
    if kind == "full":
        w = p.head_width
        half = [
            [0.0, y + 0.13], [0.24, y + 0.12], [0.4, y - 0.04], [0.78 * w, y - 0.14],
            [0.97 * w, 0.3],
            [1.0 * w, 0.46], [0.98 * p.jaw * w, 0.75], [0.66 * p.jaw * w, chin + 0.08],
            [0.2, chin + 0.3], [0.0, chin + 0.36],
        ]  # fmt: skip
    else:
        half = [[0.0, y + 0.13], [0.12, y + 0.12], [0.2, chin - 0.1], [0.16, chin + 0.06],
                [0.05, chin + 0.22], [0.0, chin + 0.24]]  # fmt: skip
    points = np.array(half)
    other = points[::-1] * [-1.0, 1.0]
    outline = np.vstack([points, other[1:-1]])
    swing = 0.12 * cast.pose.hair_swing * np.maximum(outline[:, 1] - 0.8, 0.0)
    outline[:, 0] += swing
    z = np.minimum(cast.head.depth(outline[:, 0], np.minimum(outline[:, 1], 1.0)), 0.5) + 0.05
    shape = loop(cast.head.place(np.column_stack([outline, z])), 80)
    _draw_hairy(cast, shape, cast.tones["hair"])


def draw_moustache(cast: Cast) -> None:
    """What grows above the mouth, over the upper lip."""
    kind = cast.identity.features.beard
    if kind not in ("full", "moustache"):
        return
    p, m = cast.identity.proportions, cast.mouth
    y = mouth_middle(cast)[1] - 0.06 - 0.05 * m.upper - 0.05 * min(m.open, 1.0)
    half = p.mouth_width * (0.5 + 0.5 * m.width) + 0.08
    up = 0.05 * m.corners
    for side in (1, -1):
        wing = np.array(
            [[0.0, y - 0.06], [0.5 * half, y - 0.06 - 0.5 * up], [half, y + 0.05 - up],
             [0.62 * half, y + 0.055 - 0.6 * up], [0.0, y + 0.035]]
        )  # fmt: skip
        shape = loop(cast.head.on_face(wing * [side, 1.0], out=0.12), 36)
        _draw_hairy(cast, shape, cast.tones["hair"])


def _draw_hairy(cast: Cast, shape: Array, tones: PaintTones) -> None:
    """A shape of hair: strands toward its tip."""
    easel = cast.easel
    easel.fill(shape, tones.base)
    middle, low = shape.mean(axis=0), shape[int(np.argmax(shape[:, 1]))]
    with easel.inside(shape):
        easel.wash(moved(shape, 0.22 * -cast.light_side, 0.03), tones.shade, 0.6, 0.12)
        easel.wash(moved(shape, 0.0, 0.6 * float(np.ptp(shape[:, 1]))), tones.shade, 0.5, 0.1)
        for i in range(4, len(shape), max(len(shape) // 14, 1)):
            root = shape[i] + 0.12 * (middle - shape[i])
            if root[1] < low[1] - 0.08:
                path = along(
                    [root, moved(0.6 * root + 0.4 * low, 0.0, -0.05), 0.42 * root + 0.58 * low], 9
                )
                easel.ink(path, tones, 0.5, ends=(0.1, 0.0))
    easel.contour(shape, tones, 0.95)
