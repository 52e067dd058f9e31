"""The ground below the sea and what grows on it: beds of sand, gardens and towers of coral."""

from __future__ import annotations

import numpy as np

from paintreel.worlds.composition import Plan
from paintreel.worlds.things import terrain
from paintreel.worlds.things.sealife import CORALS, weed

__all__ = ["bed", "coral_tower", "garden"]


def bed(plan: Plan, part: str, y: float, depth: float, swell: float = 0.06, pigment: str = "sand"):
    """A canvas with a stretch of sea floor around height y, and its upper edge."""
    canvas = plan.canvas()
    line = terrain.ground_line(plan.rng(part), plan, y, swell)
    terrain.rolling(plan, canvas, line, pigment, depth, part)
    return canvas, line


def garden(
    plan: Plan, canvas, rng, line, depth: float, count: int, size: float, *, gap: float = 0.0
):
    """Corals, weeds and stones standing along a bed, bigger toward the viewer."""
    names = ("coral", "gold", "shell", "anemone")
    for near in np.sort(rng.random(plan.many(count)) ** 1.2):
        x = rng.uniform(-0.02, plan.aspect + 0.02)
        if abs(x - plan.focus) < gap * (0.4 + near):
            continue
        foot = (x, np.interp(x, line[:, 0], line[:, 1]) + 0.02 + 0.12 * near)
        grow = size * (0.55 + 0.8 * near) * rng.uniform(0.7, 1.25)
        pick = rng.random()
        if pick < 0.14:
            terrain.rock(canvas, rng, plan.tones("rock", depth), foot, 0.6 * grow, plan.light.side)
        elif pick < 0.3:
            for k in range(3):
                weed(
                    canvas,
                    rng,
                    plan.tones("kelp", depth),
                    (x + 0.2 * grow * k, foot[1]),
                    grow * rng.uniform(0.9, 1.7),
                    plan.light.side,
                )
        else:
            tones = plan.tones(names[int(rng.integers(4))], depth)
            pick = int(rng.integers(4))
            CORALS[pick](
                canvas, rng, tones, foot, grow * (0.65 if pick == 3 else 1.0), plan.light.side
            )


def coral_tower(plan: Plan, canvas, depth: float) -> None:
    """A pinnacle of rock at the focus, grown over with corals from its top to its foot."""
    rng = plan.rng("coral tower")
    x, foot = plan.focus, plan.ground(0.3)
    wide, tall = rng.uniform(0.16, 0.26), rng.uniform(0.3, 0.42)
    up = np.linspace(0.0, 1.0, 14)
    reach = wide * (1.0 - 0.75 * up**1.6)
    left, right = (
        np.stack([x + side * reach * rng.uniform(0.85, 1.15, 14), foot - tall * up], -1)
        for side in (-1, 1)
    )
    tones = plan.tones("rock", depth)
    lit = np.array([-0.5, 0.0, 0.45])[:: plan.light.side]
    canvas.shade(np.vstack([left, right[::-1]]), tones.at(lit), (x - wide, foot), (x + wide, foot))
    names = ("coral", "gold", "anemone", "shell")
    for row in np.linspace(0.96, 0.02, 7):
        half = wide * (1.0 - 0.75 * row**1.6)
        for across in np.linspace(-1.0, 1.0, 3 + round(10 * half)) + rng.uniform(-0.12, 0.12):
            at = (x + half * across, foot - tall * row + rng.uniform(-0.01, 0.03))
            grown = plan.tones(names[int(rng.integers(4))], depth)
            size = rng.uniform(0.06, 0.11)
            CORALS[int(rng.integers(4))](canvas, rng, grown, at, size, plan.light.side)
