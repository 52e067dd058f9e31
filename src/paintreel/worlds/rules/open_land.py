"""The rules of open land: meadows, fields, moor, mesas."""

from __future__ import annotations

import numpy as np

from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import masonry
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import LANDS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import tower
from paintreel.worlds.things.groves import border_trees, trees
from paintreel.worlds.things.rocks import mesa, stone_arch
from paintreel.worlds.things.sky import heavens

__all__ = ["RULE"]


def _draw(scene: Composition) -> None:
    """Fields and hills, a lone tree, a mill, or a desert of mesas."""
    view = ("meadow", "fields", "mesa", "moor")[scene.streams.pick("view", 4)]
    heavens(scene, low=scene.horizon)
    if view == "mesa":
        _mesas(scene)
    else:
        terrain.mountains(
            scene,
            "far range",
            foot=scene.horizon + 0.02,
            height=0.2,
            depth=0.88,
            peaks=3.6,
            snow=True,
        )
    ground = {"mesa": "sand", "fields": "straw"}.get(view, "grass")
    for i, (near, depth) in enumerate(((0.02, 0.72), (0.14, 0.52), (0.34, 0.32))):
        brush = scene.brush(f"hill {i}")
        line = terrain.ground_line(
            brush.rng, scene, scene.ground(near), 0.05 + 0.05 * i, 2.2 - 0.4 * i
        )
        terrain.rolling(
            scene,
            brush,
            line,
            "grass" if view == "fields" and i == 1 else ground,
            depth,
            f"hill {i}",
        )
        if view == "fields":
            _furrows(scene, brush, line, depth, i)
        if view != "mesa":
            trees(scene, brush, f"trees {i}", line, depth, 14 - 4 * i, 0.03 + 0.03 * i, gap=0.12)
        if i == 2:
            _landmark(scene, brush, line, view)
        scene.add(
            f"hill {i}",
            brush,
            depth,
            mist=(scene.ground(near) - 0.03, scene.ground(near + 0.3), 0.35 * depth),
        )
    _verge(scene, view)


def _mesas(scene: Composition) -> None:
    rng = scene.rng("mesas")
    for i, depth in enumerate((0.86, 0.66)):
        brush = scene.brush(rng)
        tones = scene.tones("earth", depth)
        foot = scene.horizon + 0.03 + 0.03 * i
        for _ in range(scene.many(4 - i)):
            x, half = rng.uniform(0, scene.aspect), rng.uniform(0.06, 0.26)
            mesa(brush, tones, x, foot, half, rng.uniform(0.1, 0.28))
        scene.add(
            f"mesas {i}",
            brush,
            depth,
            rim=0.4,
            ink=0.5,
            mist=(scene.horizon - 0.08, scene.horizon + 0.06, 0.5),
        )


def _furrows(scene: Composition, brush: Brush, line: Array, depth: float, i: int) -> None:
    """Rows that run over the hill toward the focus."""
    tones = scene.tones("straw" if i != 1 else "leaf", depth).dusted(0.7)
    fall = 0.16 + 0.12 * i
    for x in np.linspace(-1.2, scene.aspect + 1.2, 34):
        t = np.linspace(0, 1, 8)
        px = scene.focus + (x - scene.focus) * (0.35 + 0.65 * t)
        py = terrain.ground_y(line, px) + 0.008 + fall * t**1.3
        brush.stroke(np.stack([px, py], -1), 0.002 + (0.008 + 0.006 * i) * t, tones.at(-0.5))
        brush.stroke(
            np.stack([px + 0.004 * brush.side, py - 0.003], -1),
            0.001 + 0.005 * t,
            tones.at(0.6),
        )


def _landmark(scene: Composition, brush: Brush, line: Array, view: str) -> None:
    """What the eye comes to: a great tree, a mill, a rock gate."""
    brush = brush.with_rng(scene.rng("landmark"))
    rng = brush.rng
    x = scene.focus
    foot = terrain.ground_y(line, x) + 0.02
    terrain.approach(
        scene, brush, scene.tones("earth", 0.3), foot, aside=-0.6, near=0.4, far=0.02, low=1.1
    )
    if view == "meadow":
        flora.tree(
            brush,
            scene.tones("bark", 0.28),
            scene.tones("leaf", 0.28),
            (x + 0.05, foot),
            rng.uniform(0.38, 0.52),
        )
    elif view == "fields":
        _mill(scene, brush, x + 0.06, foot, 0.3)
    elif view == "moor":
        materials = masonry(scene, 0.3)
        tower(brush, materials, x + 0.05, foot + 0.01, 0.11, 0.26, cone=False)
        for _ in range(6):
            terrain.rock(
                brush,
                scene.tones("rock", 0.3),
                (x + rng.uniform(-0.3, 0.3), foot + rng.uniform(0.01, 0.06)),
                rng.uniform(0.02, 0.05),
            )
    else:
        size = rng.uniform(0.24, 0.34)
        stone_arch(scene, brush, scene.tones("earth", 0.28), x, foot, size)


def _mill(scene: Composition, brush: Brush, x: float, foot: float, size: float) -> None:
    rng = brush.rng
    materials = masonry(scene, 0.28, "pale")
    body = np.array([[-0.22, 0.0], [-0.14, -0.72], [0.14, -0.72], [0.22, 0.0]]) * size + [x, foot]
    across = np.linspace(-1, 1, 7) * brush.side
    brush.shade(body, materials.stone.at(0.65 * across), (x - 0.2 * size, 0), (x + 0.2 * size, 0))
    cap = np.array(
        [[-0.18, -0.7], [-0.1, -0.9], [0.0, -0.97], [0.1, -0.9], [0.18, -0.7]]
    ) * size + [x, foot]
    brush.shade(cap, materials.roof.at(0.6 * across), (x - 0.2 * size, 0), (x + 0.2 * size, 0))
    if materials.roof.cover is not None:
        brush.fill(cap[1:4], materials.roof.cover.at(0.5))
    brush.box(x - 0.05 * size, foot - 0.2 * size, x + 0.05 * size, foot, materials.wood.at(-0.5))
    for y in (0.36, 0.56):
        brush.box(
            x - 0.03 * size,
            foot - y * size - 0.04 * size,
            x + 0.03 * size,
            foot - y * size,
            materials.wood.ink,
        )
    hub, start = np.array([x, foot - 0.78 * size]), rng.uniform(0, np.pi / 2)
    for k in range(4):
        a = start + k * np.pi / 2
        u, v = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        brush.stroke(np.array([hub, hub + 0.72 * size * u]), 0.02 * size, materials.wood.ink)
        sail = np.array(
            [
                hub + size * (0.12 * u),
                hub + size * (0.7 * u),
                hub + size * (0.7 * u + 0.15 * v),
                hub + size * (0.12 * u + 0.15 * v),
            ]
        )
        brush.fill(sail, materials.stone.at(0.5 if u[0] * brush.side > 0 else 0.1))
        for t in (0.26, 0.41, 0.56):
            brush.stroke(
                np.array([hub + size * t * u, hub + size * (t * u + 0.15 * v)]),
                0.01 * size,
                materials.wood.at(-0.5),
            )


def _verge(scene: Composition, view: str) -> None:
    """The near edge: grass, flowers, a fence, stones; a tree at one side."""
    brush = scene.brush("verge")
    rng = brush.rng
    side = brush.side
    line = terrain.ground_line(rng, scene, 0.9, 0.1, 1.3)
    pigment = "sand" if view == "mesa" else "grass"
    terrain.rolling(scene, brush, line, pigment, 0.05, "verge")
    if scene.streams.pick("fence", 2) and view != "mesa":
        wood = scene.tones("wood", 0.05)
        px = np.arange(0.0, scene.aspect, 0.17) + 0.05
        px = px[np.abs(px - scene.focus) > 0.3]
        py = terrain.ground_y(line, px) + 0.02
        for k in range(len(px) - 1):
            if px[k + 1] - px[k] < 0.25:
                for up in (0.05, 0.095):
                    rail = np.array(
                        [[px[k], py[k] - up], [px[k + 1], py[k + 1] - up + rng.normal(0, 0.006)]]
                    )
                    brush.stroke(rail, 0.014, wood.at(-0.4))
                    brush.stroke(rail - [0, 0.004], 0.005, wood.ground.at(0.6))
        for x, y in zip(px, py, strict=True):
            brush.box(x - 0.012, y - 0.13, x + 0.012, y + 0.02, wood.at(-0.3))
            brush.box(x, y - 0.13, x + 0.011 * side, y + 0.02, wood.at(0.5))
            if wood.cover is not None:
                brush.box(x - 0.015, y - 0.143, x + 0.015, y - 0.124, wood.cover.at(0.6))
    edges = ((), (-scene.lean,), (scene.lean,))[scene.streams.pick("frame", 3)]
    if view != "mesa":
        border_trees(scene, brush, line, edges, inset=0.05, sunk=0.06)
    x = rng.uniform(0, scene.aspect, scene.many(60))
    spots = np.stack([x, terrain.ground_y(line, x) + 0.1 * rng.random(len(x))], -1)
    tuft = "straw" if view in ("mesa", "fields") else "grass"
    flora.grass(
        brush, scene.tones(tuft, 0.0), spots, rng.uniform(0.04, 0.1, len(x)), lit=(-0.7, 0.5)
    )
    flora.flowers(brush, scene.tones("bloom", 0.0), spots[::2] - [0, 0.03], 0.011)
    for k in range(scene.many(6 if view in ("mesa", "moor") else 3)):
        terrain.rock(
            brush,
            scene.tones("earth" if view == "mesa" else "rock", 0.0),
            spots[k],
            rng.uniform(0.03, 0.09),
        )
    scene.add("verge", brush, 0.05, rim=0.5, ink=0.6)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=LANDS,
    horizon=(0.42, 0.58),
)
