"""Pieces of landscape that several worlds share: hills, woods on them, the near verge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import flora, terrain

__all__ = ["border_trees", "frame", "hill", "trees", "wood"]


def wood(
    scene: Composition,
    brush: Brush,
    part: str,
    line: Array,
    depth: float,
    count: int,
    size: float,
    *,
    clear: tuple[float, float] | None = None,
) -> None:
    """Trees standing along a piece of ground, smaller at its crest; `clear`: (x, half width)."""
    brush = brush.with_rng(scene.rng(part))
    rng = brush.rng
    bark, leaf = scene.tones("bark", depth), scene.tones("leaf", depth)
    x = rng.uniform(-0.05, scene.aspect + 0.05, scene.many(count))
    if clear is not None:
        x = x[np.abs(x - clear[0]) > clear[1]]
    firs = scene.streams.pick("trees", 2)
    down = np.sort(rng.uniform(0.0, 0.08, len(x)))
    for where, low in zip(x, down, strict=True):
        foot = (where, terrain.ground_y(line, where) + low)
        tall = size * rng.uniform(0.7, 1.25) * (1.0 + 4.0 * low)
        if firs or rng.random() < 0.25:
            flora.fir(brush, bark, leaf, foot, 1.3 * tall)
        else:
            flora.bush(brush, leaf, foot, 0.55 * tall)


def hill(
    scene: Composition,
    brush: Brush,
    part: str,
    y: float,
    swell: float,
    depth: float,
    *,
    mound: tuple[float, float, float] | None = None,
    pigment: str = "grass",
) -> Array:
    """Rolling ground, lifted by a `mound` (x, width, height); its upper edge (160, 2)."""
    line = terrain.ground_line(scene.rng(part), scene, y, swell)
    if mound is not None:
        x, width, height = mound
        line[:, 1] -= height / (1.0 + (np.abs(line[:, 0] - x) / width) ** 4)
    terrain.rolling(scene, brush, line, pigment, depth, part)
    return line


def frame(scene: Composition, *, reeds: bool = False) -> None:
    """Near foliage: a tree at the heavy side, or both, grass and flowers below."""
    brush = scene.brush("frame")
    rng = brush.rng
    bark, leaf = scene.tones("bark", 0.0), scene.tones("leaf", 0.0)
    line = terrain.ground_line(rng, scene, 0.95, 0.1, 1.3)
    edges = ((-scene.lean,), (), (-scene.lean,), (-1, 1))[scene.streams.pick("frame", 4)]
    for edge in edges:
        x = 0.04 if edge < 0 else scene.aspect - 0.04
        branch = forms.curve([[x, 0.3], [x - 0.2 * edge, 0.14], [x - 0.45 * edge, 0.1]], 12)
        flora.bands(brush, branch, np.linspace(0.06, 0.01, 12), bark)
        flora.trunk(brush, bark, (x, 1.0), 1.15, rng.uniform(0.1, 0.16))
        kind = leaf.kind_at(x, scene.focus)
        for k in range(5):
            flora.crown(brush, kind, (x - 0.13 * k * edge, 0.02 + 0.015 * k), 0.12)
    brush.fill(forms.skirt(line), scene.tones("grass", 0.0).ground.at(-0.6))
    at = rng.uniform(0, scene.aspect, scene.many(44))
    spots = np.stack([at, terrain.ground_y(line, at) + 0.02], -1)
    tall = rng.uniform(0.05, 0.11, len(at)) * (1.9 if reeds else 1.0)
    flora.grass(brush, scene.tones("grass", 0.0), spots, tall, lit=(-0.8, 0.3))
    flora.flowers(brush, scene.tones("bloom", 0.0), spots[::3] - [0, 0.05], 0.013)
    for k in range(scene.many(3)):
        terrain.rock(brush, scene.tones("rock", 0.0), spots[k], rng.uniform(0.04, 0.09))
    scene.add("frame", brush, 0.0, rim=0.5, ink=0.6)


def border_trees(
    scene: Composition,
    brush: Brush,
    line: Array,
    edges: Sequence[int],
    *,
    inset: float,
    sunk: float,
) -> None:
    """A great tree at each of `edges`, -1 for the left and 1 for the right border of the picture.

    inset: from the border to the trunk; sunk: of its foot below the ground `line`.
    """
    bark, leaf = scene.tones("bark", 0.0), scene.tones("leaf", 0.0)
    for edge in edges:
        x = inset if edge < 0 else scene.aspect - inset
        foot = (x, terrain.ground_y(line, x) + sunk)
        flora.tree(brush, bark, leaf, foot, 0.95, spread=0.9)


def trees(
    scene: Composition,
    brush: Brush,
    part: str,
    line: Array,
    depth: float,
    count: int,
    size: float,
    gap: float = 0.0,
) -> None:
    """Trees along the ground `line`, of one kind; none within `gap` of the focus."""
    brush = brush.with_rng(scene.rng(part))
    rng = brush.rng
    bark, leaf = scene.tones("bark", depth), scene.tones("leaf", depth)
    firs = scene.streams.pick("trees", 3)
    for x in rng.uniform(-0.05, scene.aspect + 0.05, scene.many(count)):
        if abs(x - scene.focus) < gap:
            continue
        foot = (x, terrain.ground_y(line, x) + rng.uniform(0.003, 0.02))
        tall = size * rng.uniform(0.7, 1.4)
        if firs == 0:
            flora.fir(brush, bark, leaf, foot, 1.5 * tall)
        elif firs == 1 and size > 0.06:
            flora.tree(brush, bark, leaf, foot, 1.6 * tall)
        else:
            flora.bush(brush, leaf, foot, 0.7 * tall)
