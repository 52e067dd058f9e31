"""The shell of a room: a box in one-point perspective, its boards, beams and rugs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition

__all__ = ["Shell", "rug", "surfaces"]


@dataclass(frozen=True)
class Shell:
    """The inside of a box: the far wall's frame, and the vanishing point."""

    x0: float
    y0: float
    x1: float
    y1: float
    vanish: Array

    def floor(self, across: float, near: float) -> Array:
        """Point of the floor: `across` 0..1 between the walls, `near` 0 (far wall) to 1."""
        far = np.array([self.x0 + (self.x1 - self.x0) * across, self.y1])
        grow = 1.0 + 0.95 * near / max(1.0 - 0.62 * near, 0.1)
        return self.vanish + (far - self.vanish) * grow

    def scale(self, near: float) -> float:
        """Height of the far wall's height at a place of the floor, in frame heights."""
        return (self.y1 - self.y0) * (1.0 + 0.95 * near / max(1.0 - 0.62 * near, 0.1))


def surfaces(scene: Composition, brush: Brush, shell: Shell, *, hall: bool) -> None:
    """Far wall, side walls, floor, ceiling with beams."""
    rng = brush.rng
    side = brush.side
    plaster = scene.tones("stone" if hall else "plaster", 0.1)
    wood = scene.tones("wood", 0.1)
    corners = [
        np.array(c)
        for c in (
            (shell.x0, shell.y0),
            (shell.x1, shell.y0),
            (shell.x1, shell.y1),
            (shell.x0, shell.y1),
        )
    ]
    out = [shell.vanish + (c - shell.vanish) * 4.5 for c in corners]
    ceiling = np.array([corners[0], corners[1], out[1], out[0]])
    brush.shade(ceiling, wood.at(np.array([-0.35, -0.75, -0.95])), (0, shell.y0), (0, -0.3))
    ground = np.array([corners[3], corners[2], out[2], out[3]])
    floor = scene.tones("stone" if hall else "wood", 0.1)
    brush.shade(ground, floor.at(np.array([0.3, -0.1, -0.55])), (0, shell.y1), (0, 1.05))
    _boards(brush, floor, shell, tiles=hall)
    for wall, lit, start, end in (
        (
            np.array([corners[0], corners[3], out[3], out[0]]),
            -0.45 if side < 0 else 0.15,
            corners[0],
            (0.0, shell.y0),
        ),
        (
            np.array([corners[1], corners[2], out[2], out[1]]),
            -0.45 if side > 0 else 0.15,
            corners[1],
            (scene.aspect, shell.y0),
        ),
    ):
        brush.shade(wall, plaster.at(lit + np.array([0.1, -0.15, -0.45])), start, end)
    face = np.array(corners)
    glow = np.array([0.5, 0.2, -0.15])[::-side]
    brush.shade(face, plaster.at(glow), corners[0], corners[1])
    for x, y in rng.uniform(0.08, 0.92, (14, 2)):
        where = (shell.x0 + (shell.x1 - shell.x0) * x, shell.y0 + (shell.y1 - shell.y0) * y)
        brush.fill_many(
            forms.blobs(rng, [where], rng.uniform(0.01, 0.04), rough=0.4, flat=0.5),
            plaster.at(rng.choice([0.05, 0.25])),
        )
    for k in np.linspace(0.0, 1.0, 6):
        a = corners[0] + (corners[1] - corners[0]) * k
        b = shell.vanish + (a - shell.vanish) * 4.5
        brush.stroke(np.array([a, b]), (0.025, 0.11), wood.at(-0.5))
        brush.fill(
            forms.strip(np.array([a, b]), (0.025, 0.11), *sorted((0.35 * side, 1.0 * side))),
            wood.at(0.05),
        )
    for a, b, wide in ((0, 1, 0.03), (3, 2, 0.026)):
        brush.stroke(np.array([corners[a], corners[b]]), wide, wood.at(-0.45))
        brush.stroke(np.array([corners[a], corners[b]]), wide * 0.4, wood.at(0.3))
    for k in (0, 1):
        brush.stroke(np.array([corners[k], corners[3 - k]]), 0.022, wood.at(-0.55))


def _boards(brush: Brush, tones: Tones, shell: Shell, *, tiles: bool) -> None:
    """Floor boards toward the vanishing point, or tiles."""
    rng = brush.rng
    for k in np.linspace(-1.0, 2.0, 25):
        a, b = shell.floor(k, 0.0), shell.floor(k, 1.0)
        brush.stroke(np.array([a, b]), (0.002, 0.01), tones.at(-0.8))
        t = np.sort(rng.uniform(0, 0.9, 2))
        quad = [
            shell.floor(k, t[0]),
            shell.floor(k + 0.12, t[0]),
            shell.floor(k + 0.12, t[1]),
            shell.floor(k, t[1]),
        ]
        brush.wash(np.array(quad), tones.at(rng.choice([-0.6, 0.6])), 0.35)
    for near in np.linspace(0.06, 0.95, 9) if tiles else ():
        brush.stroke(
            np.array([shell.floor(-1, near), shell.floor(2, near)]),
            0.003 + 0.006 * near,
            tones.at(-0.7),
        )


def rug(
    scene: Composition, brush: Brush, shell: Shell, x0: float, x1: float, t0: float, t1: float
) -> None:
    """A bordered rug between `x0` and `x1` across the floor, `t0` and `t1` toward the eye."""
    cloth, trim = scene.tones("cloth", 0.1), scene.tones("gold", 0.1)
    for inset, colour in (
        (0.0, cloth.at(-0.3)),
        (0.04, trim.at(0.0)),
        (0.07, cloth.at(0.15)),
        (0.16, trim.at(-0.3)),
        (0.18, cloth.at(-0.1)),
    ):
        dx, dt = inset * (x1 - x0), 0.8 * inset * (t1 - t0)
        brush.fill(
            np.array(
                [
                    shell.floor(x0 + dx, t0 + dt),
                    shell.floor(x1 - dx, t0 + dt),
                    shell.floor(x1 - dx, t1 - dt),
                    shell.floor(x0 + dx, t1 - dt),
                ]
            ),
            colour,
        )
