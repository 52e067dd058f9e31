"""A forest from its far crowns to the trunks at the eye; `glades` draws its middle ground."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.sky import paint_sky, shafts, stars, sun

__all__ = ["woodland"]


def woodland(
    scene: Composition,
    *,
    gap: float,
    beams: float,
    middle: Callable[[Composition], None],
    tales: bool,
) -> None:
    """All layers of a forest, from the sky to the dark frame.

    gap     width that is free of trunks at the focus, at the depth of the middle ground
    beams   strength of the shafts of light between the trunks, 0..1
    middle  draws the middle ground
    tales   mushrooms stand at the near edge and small lights drift between the trunks
    """
    paint_sky(scene, bottom=1.0, glow=0.75)
    if scene.night:
        brush = scene.brush("stars")
        stars(scene, brush, 60, 0.5)
        sun(scene, brush, 0.05)
        scene.add("moon", brush, 0.99, rim=0.0, ink=0.0, grain=False)
    _far_woods(scene)
    depths = (0.78, 0.6, 0.42, 0.26)
    for i, depth in enumerate(depths):
        _trunks(scene, i, depth, gap * (1.9 - 1.5 * depth))
        if i == 1 and not scene.night and scene.weather.cover < 0.5:
            shafts(scene, (scene.light.x, -0.15), beams, depth=0.58)
    middle(scene)
    _near(scene, mushrooms=tales)
    if tales:
        _sparks(scene)


def _far_woods(scene: Composition) -> None:
    """Two pale walls of crowns behind everything."""
    for i, depth in enumerate((0.93, 0.86)):
        brush = scene.brush(f"far woods {i}")
        rng = brush.rng
        tones = scene.tones("leaf", depth)
        count = scene.many(16)
        x = np.linspace(-0.1, scene.aspect + 0.1, count) + rng.normal(0, 0.04, count)
        open_here = np.exp(-(((x - scene.focus) / 0.3) ** 2))
        y = scene.horizon - rng.uniform(0.12, 0.34, count) * (1.0 - 0.75 * open_here)
        line = np.stack([x, np.maximum(y + 0.06, 0)], -1)
        if any(scene.stage.margin_px):  # crowns end unevenly, and no edge tells where
            far = [[-scene.aspect, line[0, 1]]], [[2 * scene.aspect, line[-1, 1]]]
            line = np.vstack([far[0], line, far[1]])
        brush.fill(forms.skirt(line, 1.05), tones.at(-0.2))
        for where, size in zip(np.stack([x, y], -1), rng.uniform(0.07, 0.13, count), strict=True):
            flora.crown(brush, tones, where, size, puffs=5)
        scene.add(
            f"far woods {i}",
            brush,
            depth,
            rim=0.1,
            ink=0.0,
            mist=(scene.horizon - 0.25, scene.horizon + 0.1, 0.7),
        )


def _trunks(scene: Composition, i: int, depth: float, gap: float) -> None:
    """One row of trunks on its strip of ground, with the crowns that close it above."""
    brush = scene.brush(f"trunks {i}")
    rng = brush.rng
    nearness = (1.0 - depth) ** 1.5
    foot_y = scene.ground(0.02 + 0.75 * nearness)
    line = terrain.ground_line(rng, scene, foot_y, 0.02 + 0.03 * nearness)
    if depth > 0.5:
        terrain.rolling(scene, brush, line, "moss", depth, f"ground {i}", fall=0.3)
    width = 0.028 + 0.15 * nearness
    count = scene.many(13 - 3 * i)
    x = (np.arange(count) + rng.uniform(0.1, 0.9, count)) * (scene.aspect + 0.4) / count - 0.2
    bark, leaf = scene.tones("bark", depth), scene.tones("leaf", depth)
    x = x[np.abs(x - scene.focus) > 0.5 * gap]
    for where in x:
        foot = (where, terrain.ground_y(line, where) + 0.012)
        flora.trunk(brush, bark, foot, foot[1] + 0.1, width * rng.uniform(0.6, 1.35))
    tops = scene.many(12 - i)
    cx = np.linspace(-0.15, scene.aspect + 0.15, tops) + rng.normal(0, 0.05, tops)
    away = np.clip(np.abs(cx - scene.focus) / 0.9, 0.0, 1.0)
    hang = 0.22 * away + rng.uniform(-0.05, 0.06, tops) - 0.03 * i
    for where, y in zip(cx, hang, strict=True):
        flora.crown(
            brush,
            leaf,
            (where, y),
            0.1 + 0.08 * nearness + 0.05 * rng.random(),
            puffs=7,
        )
    count = scene.many(26 - 3 * i)
    gx = rng.uniform(0, scene.aspect, count)
    spot = np.stack([gx, terrain.ground_y(line, gx) + 0.01 + 0.06 * rng.random(count)], -1)
    flora.grass(brush, scene.tones("grass", depth), spot, 0.02 + 0.06 * nearness)
    for where in rng.choice(x, min(len(x), 4 + i), replace=False) if len(x) else ():
        flora.bush(
            brush,
            leaf,
            (where + rng.normal(0, 0.05), foot_y + 0.02),
            0.04 + 0.09 * nearness,
        )
    scene.add(
        f"trunks {i}", brush, depth, rim=0.55, ink=0.6, mist=(foot_y - 0.3, foot_y, 0.5 * depth)
    )


def _near(scene: Composition, *, mushrooms: bool) -> None:
    """The dark frame: a trunk at one side or both, leaves above, undergrowth below."""
    brush = scene.brush("near")
    rng = brush.rng
    bark, leaf = scene.tones("bark", 0.0), scene.tones("leaf", 0.0)
    frame = scene.streams.pick("frame", 4)
    edges = {0: (-scene.lean,), 1: (-1, 1), 2: (), 3: (scene.lean,)}[frame]
    line = terrain.ground_line(rng, scene, 0.96, 0.09, 1.6)
    brush.fill(forms.skirt(line), scene.tones("moss", 0.0).ground.at(-0.7))
    for edge in edges:
        x = 0.05 if edge < 0 else scene.aspect - 0.05
        branch = forms.curve([[x, 0.25], [x - 0.2 * edge, 0.16], [x - 0.5 * edge, 0.13]], 12)
        flora.bands(brush, branch, np.linspace(0.07, 0.012, 12), bark)
        flora.trunk(brush, bark, (x, 1.05), 1.2, rng.uniform(0.2, 0.3))
        kind = leaf.kind_at(x, scene.focus)
        flora.hanging(brush, kind, branch[3], branch[-1], 7, 0.26)
        for k in range(5):
            flora.crown(brush, kind, (x - 0.14 * k * edge, 0.02 + 0.02 * k), 0.14)
    count = scene.many(30)
    gx = rng.uniform(0, scene.aspect, count)
    gy = terrain.ground_y(line, gx)
    spot = np.stack([gx, gy + 0.03], -1)
    flora.grass(
        brush, scene.tones("grass", 0.0), spot, rng.uniform(0.06, 0.15, count), lit=(-0.9, 0.1)
    )
    for k in range(scene.many(5)):
        flora.bush(brush, leaf, (gx[k % count], gy[k % count] + 0.05), rng.uniform(0.07, 0.12))
    flora.flowers(brush, scene.tones("bloom", 0.0), spot[::3] - [0.0, 0.07], 0.016)
    if mushrooms:
        for k in range(scene.many(5)):
            x = gx[(3 * k + 1) % count]
            flora.mushroom(
                brush,
                scene.tones("pale", 0.05),
                scene.tones("cap", 0.05),
                (x, terrain.ground_y(line, x) + 0.03),
                rng.uniform(0.06, 0.16),
            )
    scene.add("frame", brush, 0.0, rim=0.5, ink=0.6)


def _sparks(scene: Composition) -> None:
    """Small lights that drift between the trunks."""
    brush = scene.brush("sparks", soft=True)
    rng = brush.rng
    lamp = scene.paints.glowing("lamp")
    for _ in range(scene.many(34)):
        where = (scene.focus + rng.normal(0, 0.4), rng.uniform(0.2, 0.95))
        size = 0.006 + 0.014 * rng.random() ** 2
        brush.glow(where, 3.2 * size, lamp.mid, 0.55)
        brush.disc(where, 0.3 * size, lamp.at(0.85), count=10)
    scene.add("sparks", brush, 0.0, rim=0.0, ink=0.0, grain=False)
