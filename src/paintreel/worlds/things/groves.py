"""Pieces of landscape that several worlds share: hills, woods on them, the near verge."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, terrain

__all__ = ["border_trees", "frame", "hill", "trees", "wood"]


def wood(plan: Plan, canvas, part: str, line, depth: float, count: int, size: float, *, clear=None):
    """Trees standing along a piece of ground, smaller at its crest; `clear`: (x, half width)."""
    rng = plan.rng(part)
    bark, leaf, side = plan.tones("bark", depth), plan.tones("leaf", depth), plan.light.side
    x = rng.uniform(-0.05, plan.aspect + 0.05, plan.many(count))
    if clear is not None:
        x = x[np.abs(x - clear[0]) > clear[1]]
    firs = plan.chance.turn("trees", 2)
    down = np.sort(rng.uniform(0.0, 0.08, len(x)))
    for where, low in zip(x, down, strict=True):
        foot = (where, np.interp(where, line[:, 0], line[:, 1]) + low)
        tall = size * rng.uniform(0.7, 1.25) * (1.0 + 4.0 * low)
        if firs or rng.random() < 0.25:
            flora.fir(canvas, rng, bark, leaf, foot, 1.3 * tall, side)
        else:
            flora.bush(canvas, rng, leaf, foot, 0.55 * tall, side)


def hill(
    plan: Plan, part: str, y: float, swell: float, depth: float, *, mound=None, pigment="grass"
):
    """A canvas with rolling ground; `mound`: (x, width, height) lifts it. Returns both."""
    canvas = plan.canvas()
    line = terrain.ground_line(plan.rng(part), plan, y, swell)
    if mound is not None:
        x, width, height = mound
        line[:, 1] -= height / (1.0 + (np.abs(line[:, 0] - x) / width) ** 4)
    terrain.rolling(plan, canvas, line, pigment, depth, part)
    return canvas, line


def frame(plan: Plan, *, reeds: bool = False) -> None:
    """Near foliage: a tree at the heavy side, or both, grass and flowers below."""
    rng = plan.rng("frame")
    canvas = plan.canvas()
    bark, leaf, side = plan.tones("bark", 0.0), plan.tones("leaf", 0.0), plan.light.side
    line = terrain.ground_line(rng, plan, 0.95, 0.1, 1.3)
    edges = ((-plan.lean,), (), (-plan.lean,), (-1, 1))[plan.chance.turn("frame", 4)]
    for edge in edges:
        x = 0.04 if edge < 0 else plan.aspect - 0.04
        branch = forms.curve([[x, 0.3], [x - 0.2 * edge, 0.14], [x - 0.45 * edge, 0.1]], 12)
        flora.bands(canvas, branch, np.linspace(0.06, 0.01, 12), bark, side)
        flora.trunk(canvas, rng, bark, (x, 1.0), 1.15, rng.uniform(0.1, 0.16), side)
        for k in range(5):
            flora.crown(canvas, rng, leaf, (x - 0.13 * k * edge, 0.02 + 0.015 * k), 0.12, side)
    canvas.fill(forms.skirt(line), plan.tones("grass", 0.0).at(-0.6))
    x = rng.uniform(0, plan.aspect, plan.many(44))
    spots = np.stack([x, np.interp(x, line[:, 0], line[:, 1]) + 0.02], -1)
    tall = rng.uniform(0.05, 0.11, len(x)) * (1.9 if reeds else 1.0)
    flora.grass(canvas, rng, plan.tones("grass", 0.0), spots, tall, lit=(-0.8, 0.3))
    flora.flowers(canvas, rng, plan.tones("bloom", 0.0), spots[::3] - [0, 0.05], 0.013)
    for k in range(plan.many(3)):
        terrain.rock(canvas, rng, plan.tones("rock", 0.0), spots[k], rng.uniform(0.04, 0.09), side)
    plan.add("frame", canvas, 0.0, rim=0.5, ink=0.6)


def border_trees(plan: Plan, canvas, rng, line, edges, *, inset: float, sunk: float) -> None:
    """A great tree at each of `edges`, -1 for the left and 1 for the right border of the picture.

    inset: from the border to the trunk; sunk: of its foot below the ground `line`.
    """
    bark, leaf = plan.tones("bark", 0.0), plan.tones("leaf", 0.0)
    for edge in edges:
        x = inset if edge < 0 else plan.aspect - inset
        foot = (x, float(np.interp(x, line[:, 0], line[:, 1])) + sunk)
        flora.tree(canvas, rng, bark, leaf, foot, 0.95, plan.light.side, spread=0.9)


def trees(
    plan: Plan, canvas, part: str, line, depth: float, count: int, size: float, gap: float = 0.0
):
    """Trees along the ground `line`, of one kind; none within `gap` of the focus."""
    rng = plan.rng(part)
    bark, leaf, side = plan.tones("bark", depth), plan.tones("leaf", depth), plan.light.side
    firs = plan.chance.turn("trees", 3)
    for x in rng.uniform(-0.05, plan.aspect + 0.05, plan.many(count)):
        if abs(x - plan.focus) < gap:
            continue
        foot = (x, np.interp(x, line[:, 0], line[:, 1]) + rng.uniform(0.003, 0.02))
        tall = size * rng.uniform(0.7, 1.4)
        if firs == 0:
            flora.fir(canvas, rng, bark, leaf, foot, 1.5 * tall, side)
        elif firs == 1 and size > 0.06:
            flora.tree(canvas, rng, bark, leaf, foot, 1.6 * tall, side)
        else:
            flora.bush(canvas, rng, leaf, foot, 0.7 * tall, side)
