"""A street of the future in one-point perspective."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import Materials, glazing
from paintreel.worlds.things import flora
from paintreel.worlds.things.skyline import flyer

__all__ = ["block", "road"]


def road(scene: Composition) -> None:
    """A layer of road with lanes of light, wet patches and traffic."""
    brush = scene.brush("road")
    rng = brush.rng
    y, x = scene.horizon, scene.focus
    dark = scene.tones("glass", 0.35).dusted(0.45)
    brush.shade(
        np.array([[x - 0.05, y], [x + 0.05, y], [x + 6.0, 1.2], [x - 6.0, 1.2]]),
        dark.at(np.array([0.3, -0.2, -0.6])),
        (0, y),
        (0, 1.0),
    )
    lamp = scene.paints.glowing("neon")
    for across in (-0.62, 0.62, -0.2, 0.2):
        ends = np.array([9.0, 0.4])
        edge = np.stack([x + across / ends, y + 0.5 / ends], -1)
        brush.stroke(edge, (0.001, 0.03), lamp.at(0.1) if abs(across) > 0.5 else dark.at(0.7))
    for _ in range(scene.many(46)):
        z = 1.0 / rng.uniform(0.15, 1.4)
        where = (x + rng.uniform(-1.0, 1.0) / z, y + 0.5 / z)
        brush.dab(where, 0.3 / z, 0.014 / z, dark.at(rng.choice([-0.8, 0.45, 0.8])))
    for _ in range(scene.many(8)):
        z = 1.0 / rng.uniform(0.2, 0.75)
        lane = rng.choice([-0.42, 0.42])
        flyer(brush, glazing(scene, 0.3), np.array([x + lane / z, y + 0.42 / z]), 0.12 / z)
    scene.add("road", brush, 0.7, rim=0.0, ink=0.0)


_SHOP_TOP = 0.33


@dataclass(frozen=True)
class _Lot:
    """A building's place: beside the street, from distance `far` to `near`, `tall` high.

    Distances and heights are in units of which the eye is half a unit above the road.
    """

    vanish: Array
    toward: int
    near: float
    far: float
    tall: float

    def at(self, across: float, up: float, distance: float) -> Array:
        """The point `across` the street, `up` from it, at `distance`."""
        return self.vanish + np.array([self.toward * across, 0.5 - up]) / distance

    def along(self, t: float) -> float:
        """Distance at a share of the wall as it is seen, 0 near to 1 far."""
        return 1.0 / (1.0 / self.near + (1.0 / self.far - 1.0 / self.near) * t)

    def side(self, low: float, top: float, near: float, far: float, out: float = 1.0) -> Array:
        """A piece of the wall along the street, or of what stands `out` from it."""
        return np.array(
            [
                self.at(out, low, near),
                self.at(out, top, near),
                self.at(out, top, far),
                self.at(out, low, far),
            ]
        )

    def front(self, low: float, top: float, x0: float, x1: float) -> Array:
        """A piece of the wall that faces the eye."""
        return np.array(
            [self.at(x, up, self.near) for x, up in ((x0, low), (x0, top), (x1, top), (x1, low))]
        )


def block(
    scene: Composition, brush: Brush, toward: int, near: float, far: float, depth: float
) -> None:
    """A building beside the street, from distance `far` to `near`, its trees and its sign."""
    rng = brush.rng
    materials = glazing(scene, depth, "glass" if rng.random() < 0.6 else "trim")
    vanish = np.array([scene.focus, scene.horizon])
    lot = _Lot(vanish, toward, near, far, rng.uniform(1.0, 2.1))
    lit = 0.45 if brush.side != toward else -0.45
    front, wall = lot.front(0, lot.tall, 1.0, 4.0), lot.side(0, lot.tall, near, far)
    for face, tones in (
        (front, np.array([0.1, -0.35, -0.7])),
        (wall, lit + np.array([0.25, 0.0, -0.35])),
    ):
        brush.shade(face, materials.glass.at(tones), (0, face[1, 1]), (0, face[0, 1]))
    _windows(brush, materials, lot, lit)
    brush.stroke(front[:2], 0.02 / near, materials.trim.at(0.8))
    for up in (0.34, lot.tall):
        ledge = lot.side(up, up + 0.03, near, far, 0.97)
        brush.fill(ledge, materials.trim.ground.at(0.3))
    _shops(brush, materials, lot)
    _sign(brush, materials, lot)
    bark, leaf = scene.tones("bark", depth), scene.tones("leaf", depth)
    for k in range(3):
        distance = far + (near - far) * (k + 0.5) / 3
        foot = lot.at(0.86, 0.0, distance)
        tall = 0.36 / distance
        if tall > 0.1:
            flora.tree(brush, bark, leaf, foot, tall)
        else:  # too small for branches
            stem = np.array([foot, foot - [0.0, 0.6 * tall]])
            brush.stroke(stem, 0.07 * tall, bark.at(-0.3))
            top = foot - [0.0, 0.7 * tall]
            flora.crown(brush, leaf, top, 0.36 * tall, puffs=6)


def _windows(brush: Brush, materials: Materials, lot: _Lot, lit: float) -> None:
    """Bands of windows along the street and on the front, in part aglow."""
    rng = brush.rng
    floors = int(lot.tall / 0.13)
    rows = lot.tall * np.arange(1, floors) / floors
    for up in rows[rows > _SHOP_TOP]:
        cuts = np.sort(rng.uniform(0, 1, 4))
        for a, b in zip(cuts[:-1], cuts[1:] - 0.03, strict=True):
            glow, lamp, body = (
                rng.random() < materials.lit,
                rng.uniform(-0.2, 0.6),
                rng.choice([-0.5, 0.4]),
            )
            if b > a:
                pane = lot.side(up, up + 0.055, lot.along(a), lot.along(b))
                brush.fill(
                    pane, materials.lamp.at(lamp) if glow else materials.glass.at(lit + body)
                )
        ends = 1.05 + np.cumsum(rng.uniform(0.25, 0.75, 5))
        for x0, x1 in pairwise(np.append(1.05, ends)):
            glow, lamp = rng.random() < materials.lit, rng.uniform(-0.2, 0.6)
            body = rng.choice([-0.75, -0.3, 0.15])
            pane = lot.front(up, up + 0.07, x0, x1 - 0.05)
            brush.fill(pane, materials.lamp.at(lamp) if glow else materials.glass.at(body))


def _shops(brush: Brush, materials: Materials, lot: _Lot) -> None:
    """The ground floor: glass along the pavement, aglow after dark, under an awning."""
    rng = brush.rng
    aglow = materials.lit > 0.1
    chooser = brush.aside().rng if materials.usual > 0.1 else rng
    for a, b in pairwise(np.linspace(0.04, 0.96, 5)):
        pane = lot.side(0.03, 0.24, lot.along(a + 0.02), lot.along(b - 0.02))
        lamp = materials.lamp.at(rng.uniform(-0.3, 0.3))
        dark = materials.glass.at(chooser.choice([-0.8, 0.5]))
        brush.fill(pane, lamp if aglow else dark)
    for x in np.arange(1.08, 3.6, 0.22):
        pane = lot.front(0.03, 0.24, x, x + 0.19)
        lamp = materials.lamp.at(rng.uniform(-0.3, 0.3))
        dark = materials.glass.at(chooser.choice([-0.85, 0.3]))
        brush.fill(pane, lamp if aglow else dark)
    brush.fill(lot.front(0.27, 0.31, 1.0, 4.0), materials.trim.ground.at(-0.1))
    for x in (1.0, 1.85, 2.7, 3.55):
        brush.fill(lot.front(0.0, lot.tall, x, x + 0.035), materials.glass.at(0.45))


def _sign(brush: Brush, materials: Materials, lot: _Lot) -> None:
    """A board that stands out over the street, with lines of a script on it."""
    rng = brush.rng
    low = lot.tall * rng.uniform(0.35, 0.6)
    tall = rng.uniform(0.26, 0.5)
    glow = materials.neon if rng.random() < 0.65 else materials.lamp
    board = lot.front(low, low + tall, 0.8, 0.98)
    if materials.lit > 0.1:
        brush.glow(board.mean(axis=0), 0.5 / lot.near, glow.mid, 0.5)
    brush.fill(board, glow.at(-0.4))
    brush.fill(lot.front(low + 0.02, low + tall - 0.02, 0.815, 0.965), glow.at(0.35))
    for up in np.arange(low + 0.05, low + tall - 0.06, 0.06):
        end = 0.84 + rng.uniform(0.03, 0.11)
        brush.fill(lot.front(up, up + 0.025, 0.835, end), glow.at(-0.75))
