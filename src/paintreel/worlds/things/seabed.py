"""The ground below the sea and what grows on it: beds of sand, gardens and towers of coral."""

from __future__ import annotations

import numpy as np

from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import terrain
from paintreel.worlds.things.sealife import CORALS, weed

__all__ = ["bed", "coral_tower", "garden"]


def bed(
    scene: Composition, brush: Brush, part: str, y: float, depth: float, swell: float = 0.06
) -> Array:
    """A stretch of sandy sea floor around height y; its upper edge (160, 2)."""
    line = terrain.ground_line(scene.rng(part), scene, y, swell)
    terrain.rolling(scene, brush, line, "sand", depth, part)
    return line


def garden(
    scene: Composition,
    brush: Brush,
    line: Array,
    depth: float,
    count: int,
    size: float,
    *,
    gap: float = 0.0,
) -> None:
    """Corals, weeds and stones standing along a bed, bigger toward the viewer."""
    rng = brush.rng
    names = ("coral", "gold", "shell", "anemone")
    for near in np.sort(rng.random(scene.many(count)) ** 1.2):
        x = rng.uniform(-0.02, scene.aspect + 0.02)
        if abs(x - scene.focus) < gap * (0.4 + near):
            continue
        foot = (x, terrain.ground_y(line, x) + 0.02 + 0.12 * near)
        grow = size * (0.55 + 0.8 * near) * rng.uniform(0.7, 1.25)
        pick = rng.random()
        if pick < 0.14:
            terrain.rock(brush, scene.tones("rock", depth), foot, 0.6 * grow)
        elif pick < 0.3:
            for k in range(3):
                weed(
                    brush,
                    scene.tones("kelp", depth),
                    (x + 0.2 * grow * k, foot[1]),
                    grow * rng.uniform(0.9, 1.7),
                )
        else:
            tones = scene.tones(names[int(rng.integers(4))], depth)
            pick = int(rng.integers(4))
            CORALS[pick](brush, tones, foot, grow * (0.65 if pick == 3 else 1.0))


def coral_tower(scene: Composition, brush: Brush, depth: float) -> None:
    """A pinnacle of rock at the focus, grown over with corals from its top to its foot."""
    brush = brush.with_rng(scene.rng("coral tower"))
    rng = brush.rng
    x, foot = scene.focus, scene.ground(0.3)
    wide, tall = rng.uniform(0.16, 0.26), rng.uniform(0.3, 0.42)
    up = np.linspace(0.0, 1.0, 14)
    reach = wide * (1.0 - 0.75 * up**1.6)
    left, right = (
        np.stack([x + side * reach * rng.uniform(0.85, 1.15, 14), foot - tall * up], -1)
        for side in (-1, 1)
    )
    tones = scene.tones("rock", depth)
    lit = np.array([-0.5, 0.0, 0.45])[:: brush.side]
    brush.shade(np.vstack([left, right[::-1]]), tones.at(lit), (x - wide, foot), (x + wide, foot))
    names = ("coral", "gold", "anemone", "shell")
    for row in np.linspace(0.96, 0.02, 7):
        half = wide * (1.0 - 0.75 * row**1.6)
        for across in np.linspace(-1.0, 1.0, 3 + round(10 * half)) + rng.uniform(-0.12, 0.12):
            at = (x + half * across, foot - tall * row + rng.uniform(-0.01, 0.03))
            grown = scene.tones(names[int(rng.integers(4))], depth)
            size = rng.uniform(0.06, 0.11)
            CORALS[int(rng.integers(4))](brush, grown, at, size)
