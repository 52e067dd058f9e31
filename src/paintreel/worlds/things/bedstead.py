"""The shape grammar of a bed that comes forward from the far wall."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.materials import Materials
from paintreel.worlds.things.furniture import block

__all__ = ["bed"]

_LENGTH = 0.6
_RISE = 0.36


def bed(
    brush: Brush, materials: Materials, head: Array, width: float, height: float, vanish: Array
) -> None:
    """Headboard, posts, pillows and quilt; `head` (2,) is the foot of the headboard's middle.

    `height`: of the tall posts; `vanish`: the room's vanishing point.
    """
    x, foot = head
    half, rise = 0.5 * width, _RISE * height

    def at(across: float, up: float, near: float) -> Array:
        """Point of the bed: across -1..1, up, and forward from the wall."""
        far = np.array([x + across * half, foot - up])
        return vanish + (far - vanish) * (1.0 + near)

    def face(*corners: tuple[float, float, float]) -> Array:
        return np.array([at(*corner) for corner in corners])

    block(brush, materials.wood, x - half, foot - 0.72 * height, x + half, foot, lit=0.0)
    for a, b in ((-0.94, -0.06), (0.06, 0.94)):
        panel = face((a, 0.66 * height, 0), (b, 0.66 * height, 0), (b, rise, 0), (a, rise, 0))
        brush.fill(panel, materials.wood.at(-0.35))
    for edge in (-brush.side, brush.side):
        side = face((edge, rise, 0), (edge, rise, _LENGTH), (edge, 0, _LENGTH), (edge, 0, 0))
        brush.fill(side, materials.cloth.at(-0.1 if edge == brush.side else -0.6))
    _quilt(brush, materials, face, rise)
    for across in (-0.48, 0.48):
        where = at(across, rise + 0.05, 0.1)
        brush.ellipse(where, 0.42 * half, 0.15 * half, materials.pale.at(-0.2))
        lit = where + np.array([0.03 * half * brush.side, -0.02])
        brush.ellipse(lit, 0.38 * half, 0.11 * half, materials.pale.at(0.75))
    for near, tall in ((0.0, 0.95), (_LENGTH, 0.55)):
        for across in (-1.0, 1.0):
            low, top = at(across, 0, near), at(across, tall * height, near)
            x0, x1 = low[0] - 0.014, low[0] + 0.014
            block(brush, materials.wood, x0, top[1], x1, low[1], lit=0.0)
            brush.disc(top, 0.02, materials.gold.at(0.3))


def _quilt(brush: Brush, materials: Materials, face: Callable[..., Array], rise: float) -> None:
    """The top and the front of the cover, its seams, the sheet turned back."""
    top = face((-1, rise, 0), (1, rise, 0), (1, rise, _LENGTH), (-1, rise, _LENGTH))
    brush.shade(top, materials.cloth.at(np.array([0.6, 0.1])), top[0], top[3])
    front = face((-1, rise, _LENGTH), (1, rise, _LENGTH), (1, 0.02, _LENGTH), (-1, 0.02, _LENGTH))
    brush.shade(front, materials.cloth.at(np.array([-0.15, -0.6])), front[0], front[3])
    for across in np.linspace(-0.8, 0.8, 6):
        seam = face((across, rise, 0.25), (across, rise, _LENGTH), (across, 0.04, _LENGTH))
        brush.stroke(seam, 0.005, materials.cloth.at(-0.5))
    for near in (0.38, 0.5):
        seam = face((-1, rise, near), (1, rise, near))
        brush.stroke(seam, 0.005, materials.cloth.at(-0.4))
    sheet = face((-1, rise, 0.2), (1, rise, 0.2), (1, rise, 0.28), (-1, rise, 0.28))
    brush.fill(sheet, materials.pale.at(0.6))
