"""The shape grammar of a timbered house, seen from a corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.materials import Materials
from paintreel.worlds.things.buildings import slide, window

__all__ = ["house"]


@dataclass(frozen=True)
class _Body:
    """Measures of a house in frame heights; `turn`: the side that its gable faces."""

    x: float
    foot: float
    size: float
    turn: int
    front: float
    long: float
    high: float
    pitch: float

    def at(self, across: float, up: float, back: float = 0.0) -> list[float]:
        """Point of the house: across the front (0..1), up, and back along the side (0..1)."""
        shift = 0.5 * self.size - self.front * (1.0 - across) - self.long * back
        return [self.x + self.turn * shift, self.foot - up - 0.06 * self.size * back]

    def face(self, *corners: tuple[float, ...]) -> Array:
        return np.array([self.at(*corner) for corner in corners])


def house(brush: Brush, materials: Materials, x: float, foot: float, size: float) -> None:
    """A house `size` wide: gable front toward the light, long side, deep roof, chimney.

    `materials.stone` is its plaster.
    """
    rng = brush.rng
    front, long, high, pitch = (
        size * rng.uniform(least, most)
        for least, most in ((0.5, 0.62), (0.6, 0.95), (0.42, 0.75), (0.5, 0.75))
    )
    body = _Body(x, foot, size, brush.side, front, long, high, pitch)
    _side(brush, materials, body)
    _gable(brush, materials, body)
    if rng.random() < 0.7:
        cx, cy = body.at(0.5, high + 0.7 * pitch, 0.6)
        stack = forms.box(cx - 0.06 * size, cy - 0.42 * pitch, cx + 0.06 * size, cy)
        brush.fill(stack, materials.wood.at(-0.35))
        lip = forms.box(cx - 0.075 * size, cy - 0.46 * pitch, cx + 0.075 * size, cy - 0.38 * pitch)
        brush.fill(lip, materials.wood.ground.at(0.3))
    _roof(brush, materials, body)
    for across, up, pane in ((0.26, 0.62, 0.055), (0.74, 0.62, 0.055), (0.5, 1.15, 0.05)):
        wx, wy = body.at(across, high * up)
        window(brush, materials, wx, wy - 0.3 * pane * size, 1.6 * pane * size)
    dx, dy = body.at(0.74, 0.0)
    tall = 0.3 * high
    brush.box(dx - 0.07 * size, dy - tall - 0.02 * size, dx + 0.07 * size, dy, materials.wood.ink)
    brush.box(dx - 0.05 * size, dy - tall, dx + 0.05 * size, dy, materials.wood.at(0.25))


def _side(brush: Brush, materials: Materials, body: _Body) -> None:
    """The long wall in shade, its posts and windows."""
    rng = brush.rng
    high = body.high
    wall = body.face((0, 0), (0, high), (0, high, 1), (0, 0, 1))
    brush.shade(wall, materials.stone.at(np.array([-0.15, -0.5])), wall[0], wall[3])
    for back in (0.33, 0.66, 1.0):
        post = forms.strip(body.face((0, 0, back), (0, high, back)), 0.025 * body.size)
        brush.fill(post, materials.wood.at(-0.8))
    for back in (0.16, 0.5, 0.83):
        low, top, a, b = 0.3 * high, 0.68 * high, back - 0.07, back + 0.07
        pane = body.face((0, low, a), (0, top, a), (0, top, b), (0, low, b))
        middle = pane.mean(axis=0)
        lit = rng.random() < materials.lit
        brush.fill(middle + (pane - middle) * 1.25, materials.wood.at(-0.6))
        brush.fill(pane, materials.lamp.at(0.2) if lit else materials.stone.ink)
        brush.fill(middle + (pane - middle) * [0.16, 1.0], materials.wood.at(-0.6))


def _gable(brush: Brush, materials: Materials, body: _Body) -> None:
    """The lit front with its timbers and plinth."""
    high, ridge = body.high, body.high + body.pitch
    front = body.face((0, 0), (1, 0), (1, high), (0.5, ridge), (0, high))
    brush.shade(front, materials.stone.at(np.array([0.65, 0.2])), front[2], front[0])
    plinth = body.face((-0.02, 0), (1.02, 0), (1.02, 0.12 * high), (-0.02, 0.12 * high))
    brush.fill(plinth, materials.wood.at(-0.3))
    for a, b in (
        ((0, 0), (0, high)),
        ((1, 0), (1, high)),
        ((0.5, 0), (0.5, ridge)),
        ((0, high), (1, high)),
        ((0, 0.5 * high), (1, 0.5 * high)),
        ((0, high), (0.5, 0.5 * high)),
        ((1, high), (0.5, 0.5 * high)),
    ):
        brush.stroke(body.face(a, b), 0.03 * body.size, materials.wood.at(-0.45))


def _roof(brush: Brush, materials: Materials, body: _Body) -> None:
    """The near slope with its shingles, and the boards along the gable."""
    rng = brush.rng
    high, pitch, size = body.high, body.pitch, body.size
    slope = body.face(
        (-0.16, high - 0.16 * pitch, -0.08),
        (0.5, high + 1.06 * pitch, -0.08),
        (0.5, high + 1.02 * pitch, 1.06),
        (-0.16, high - 0.2 * pitch, 1.06),
    )
    brush.shade(slope, materials.roof.at(np.array([0.25, -0.4])), slope[1], slope[3])
    for t in np.linspace(0.15, 0.9, 5):
        row = slope[[0, 3]] + (slope[[1, 2]] - slope[[0, 3]]) * t
        where = row[0] + (row[1] - row[0]) * rng.uniform(0, 1, 7)[:, None]
        shingles = forms.dabs(where, 0.13 * size, 0.02 * size, 0.0)
        brush.fill_many(shingles, materials.roof.at(rng.choice([-0.7, 0.5], 7)))
    snow = materials.roof.cover
    if snow is not None:
        lain = slide(slope[[0, 3]], slope[[1, 2]])
        brush.shade(lain, snow.at(np.array([0.6, 0.0])), slope[1], slope[3])
    boards = body.face(
        (-0.12, high - 0.14 * pitch, -0.06),
        (0.5, high + 1.06 * pitch, -0.06),
        (1.05, high - 0.02 * pitch, -0.06),
    )
    brush.stroke(boards, 0.06 * size, materials.roof.at(0.75))
    if snow is not None:
        brush.stroke(boards - [0.0, 0.025 * size], 0.045 * size, snow.at(0.7))
