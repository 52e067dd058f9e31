"""The rules of the settlement: a street, a hamlet on a slope, roofs below a town wall."""

from __future__ import annotations

import numpy as np

from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import masonry
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import LANDS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import tower, wall
from paintreel.worlds.things.groves import frame, hill, wood
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import heavens

__all__ = ["RULE"]


def _draw(scene: Composition) -> None:
    """A village street, a hamlet on a slope, or roofs below a town wall."""
    heavens(scene, low=scene.horizon)
    terrain.mountains(
        scene,
        "far hills",
        foot=scene.horizon + 0.03,
        height=0.2,
        depth=0.85,
        peaks=4.0,
        pigment="leaf",
    )
    view = ("street", "slope", "roofs")[scene.streams.pick("view", 3)]
    {"street": _street, "slope": _village_slope, "roofs": _roofs}[view](scene)


def _street(scene: Composition) -> None:
    brush = scene.brush("street")
    rng = brush.rng
    hill(scene, brush, "street ground", scene.horizon + 0.03, 0.01, 0.4, pigment="earth")
    terrain.approach(
        scene,
        brush,
        scene.tones("stone", 0.35),
        scene.horizon + 0.03,
        aside=-0.2,
        near=1.1,
        far=0.05,
        bend=0.05,
        low=1.1,
    )
    scene.add("street", brush, 0.62)
    nears = np.array([0.06, 0.14, 0.26, 0.44, 0.7])
    for k, near in enumerate(nears):
        depth = 0.6 - 0.55 * near
        brush = scene.brush(rng)
        materials = masonry(scene, depth, "pale", ("roof", "cloth")[k % 2])
        for toward in (-1, 1):
            size = (0.2 + 1.0 * near) * rng.uniform(0.85, 1.2)
            x = scene.focus + toward * (0.1 + 0.95 * near + 0.42 * size)
            house(brush, materials, x, scene.ground(0.06 + near), size)
            flora.bush(
                brush,
                scene.tones("leaf", depth),
                (x - toward * 0.4 * size, scene.ground(0.09 + near)),
                0.13 * size,
            )
        scene.add(
            f"houses {k}",
            brush,
            depth,
            ink=0.8,
            mist=(scene.horizon, scene.ground(near + 0.1), 0.3 * depth),
        )
    frame(scene)


def _village_slope(scene: Composition) -> None:
    brush = scene.brush("slope")
    rng = brush.rng
    line = hill(
        scene, brush, "slope", scene.horizon + 0.1, 0.06, 0.4, mound=(scene.focus, 0.5, 0.12)
    )
    way = terrain.approach(
        scene,
        brush,
        scene.tones("earth", 0.35),
        scene.horizon + 0.02,
        aside=-0.4,
        near=0.4,
        far=0.02,
    )
    wood(scene, brush, "slope trees", line, 0.4, 16, 0.1, clear=(scene.focus, 0.2))
    materials = masonry(scene, 0.3, "pale")
    church = scene.focus + 0.14 * scene.lean
    crest = terrain.ground_y(line, church)
    tower(brush, materials, church, crest + 0.05, 0.09, 0.24, cone=True, flag=True)
    for near in np.sort(rng.uniform(0.0, 0.62, scene.many(15))):
        x = scene.focus + rng.normal(0, 0.45) * (0.6 + near)
        y = terrain.ground_y(line, x) + 0.05 + (0.8 - scene.horizon) * near
        middle = np.interp(y, way[::-1, 1], way[::-1, 0])
        size = 0.13 + 0.26 * near
        if abs(x - middle) > 0.05 + 0.6 * size + 0.15 * near:
            house(brush, materials, x, y, size)
    scene.add("hamlet", brush, 0.32, ink=0.8)
    frame(scene)


def _roofs(scene: Composition) -> None:
    brush = scene.brush("roofs")
    rng = brush.rng
    hill(scene, brush, "town ground", scene.horizon + 0.06, 0.03, 0.55)
    materials = masonry(scene, 0.55)
    wall(brush, materials, -0.1, scene.aspect + 0.1, scene.horizon + 0.13, 0.11)
    for x in np.linspace(0.1, scene.aspect - 0.1, 5) + rng.normal(0, 0.05, 5):
        tower(
            brush,
            materials,
            x,
            scene.horizon + 0.14,
            0.08,
            rng.uniform(0.15, 0.26),
            cone=rng.random() < 0.7,
        )
    scene.add("town wall", brush, 0.55, mist=(scene.horizon, scene.horizon + 0.16, 0.4))
    for k, near in enumerate((0.12, 0.28, 0.5, 0.78)):
        depth = 0.48 - 0.5 * near
        brush = scene.brush(rng)
        size = 0.18 + 0.42 * near
        count = scene.many(1.5 / size) + 1
        for x in (np.arange(count) + rng.uniform(0.2, 0.8, count)) * (
            scene.aspect + 0.2
        ) / count - 0.1:
            if near < 0.5 or abs(x - scene.focus) > 0.5 * size:
                materials = masonry(
                    scene, depth, "pale", ("roof", "cloth", "roof")[int(rng.integers(3))]
                )
                house(
                    brush,
                    materials,
                    x,
                    scene.ground(near + 0.18) + rng.uniform(-0.01, 0.02),
                    size * rng.uniform(0.85, 1.2),
                )
        y = scene.ground(near + 0.17)
        brush.box(-0.1, y, scene.aspect + 0.1, 1.1, scene.tones("earth", depth).at(-0.35))
        for x in rng.uniform(0, scene.aspect, scene.many(7)):
            flora.bush(brush, scene.tones("leaf", depth), (x, y + 0.02), 0.25 * size)
        scene.add(f"roofs {k}", brush, depth, ink=0.8, mist=(y - 0.15, y + 0.1, 0.5 * depth))
    frame(scene)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=LANDS,
    horizon=(0.4, 0.52),
)
