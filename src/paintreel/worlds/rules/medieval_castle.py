"""The rules of the medieval castle: on a crag, by a lake, above a village, from a gate."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import masonry
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import LANDS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import castle
from paintreel.worlds.things.groves import frame, hill, wood
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import heavens

__all__ = ["RULE"]


def _draw(scene: Composition) -> None:
    """A castle on a crag, by a lake, above a village, or across a valley seen from a gate."""
    heavens(scene, low=scene.horizon)
    terrain.mountains(
        scene, "far range", foot=scene.horizon + 0.02, height=0.34, depth=0.9, peaks=3.0, snow=True
    )
    terrain.mountains(
        scene,
        "near range",
        foot=scene.horizon + 0.05,
        height=0.17,
        depth=0.75,
        peaks=4.6,
        pigment="leaf",
    )
    view = ("crag", "lake", "village", "gate")[scene.streams.pick("view", 4)]
    {"crag": _crag, "lake": _lake, "village": _village, "gate": _far_gate}[view](scene)


def _crag(scene: Composition) -> None:
    brush = scene.brush("crag")
    rng = brush.rng
    line = hill(scene, brush, "valley", scene.horizon + 0.1, 0.06, 0.6)
    wood(scene, brush, "valley trees", line, 0.6, 34, 0.05)
    scene.add("valley", brush, 0.6, mist=(scene.horizon, scene.horizon + 0.2, 0.35))
    size = rng.uniform(0.6, 0.8)
    top = scene.horizon - rng.uniform(-0.02, 0.1)
    brush = scene.brush(rng)
    style = scene.streams.pick("style", 3)
    castle(brush, masonry(scene, 0.42), scene.focus, top + 0.012, size, style)
    x = np.linspace(-0.62, 0.62, 40) * size
    edge = (
        top
        + 0.03 * np.abs(x / size)
        + np.where(np.abs(x) > 0.52 * size, 3.2 * (np.abs(x) - 0.52 * size), 0)
    )
    edge += np.abs(terrain.ground_line(rng, scene, 0.0, 0.02)[::4, 1])
    crest = np.stack([scene.focus + x, edge], axis=-1)
    terrain.cliff(brush, scene.tones("rock", 0.4), crest, scene.horizon + 0.38)
    flora.grass(brush, scene.tones("grass", 0.4), crest[4:-4], 0.02)
    scene.add(
        "castle",
        brush,
        0.42,
        rim=0.5,
        ink=0.9,
        mist=(scene.horizon + 0.05, scene.horizon + 0.36, 0.6),
    )
    brush = scene.brush(rng)
    line = hill(scene, brush, "meadow", scene.horizon + 0.27, 0.1, 0.25)
    terrain.approach(
        scene,
        brush,
        scene.tones("earth", 0.25),
        scene.horizon + 0.27,
        aside=-0.6,
        near=0.3,
        far=0.015,
    )
    wood(scene, brush, "meadow trees", line, 0.25, 16, 0.13, clear=(scene.focus, 0.2))
    scene.add("meadow", brush, 0.25)
    frame(scene)


def _lake(scene: Composition) -> None:
    brush = scene.brush("lake")
    rng = brush.rng
    shore = scene.horizon + 0.12
    line = hill(scene, brush, "shore", shore - 0.06, 0.04, 0.5, mound=(scene.focus, 0.4, 0.07))
    foot = terrain.ground_y(line, scene.focus) + 0.03
    wood(scene, brush, "shore trees", line, 0.5, 26, 0.07, clear=(scene.focus, 0.38))
    castle(
        brush,
        masonry(scene, 0.45),
        scene.focus,
        foot,
        rng.uniform(0.62, 0.82),
        scene.streams.pick("style", 3),
    )
    wood(scene, brush, "bank trees", line + [0.0, 0.07], 0.45, 16, 0.06)
    brush.box(-0.1, shore + 0.06, scene.aspect + 0.1, 1.1, scene.tones("rock", 0.45).at(-0.5))
    scene.add("castle", brush, 0.45, rim=0.5, ink=0.8)
    brush = scene.brush(rng)
    terrain.water(scene, brush, shore + 0.035, 1.05, "lake")
    dim = scene.tones("stone", 0.5)
    for x in scene.focus + np.linspace(-0.35, 0.35, 9):
        reach = rng.uniform(0.12, 0.34)
        for k in range(7):
            y = shore + 0.045 + reach * k / 7
            brush.dab(
                (x + rng.normal(0, 0.012), y), 0.09 * (1 - 0.08 * k), 0.014, dim.at(-0.5 + 0.08 * k)
            )
    scene.add("lake", brush, 0.3, rim=0.0, ink=0.0)
    frame(scene, reeds=True)


def _village(scene: Composition) -> None:
    brush = scene.brush("village")
    rng = brush.rng
    line, _ = _castle_hill(scene, brush, 0.12, 0.55, mound=(0.42, 0.2), sizes=(0.46, 0.58))
    wood(scene, brush, "hill trees", line + [0, 0.03], 0.55, 26, 0.05, clear=(scene.focus, 0.12))
    scene.add("castle hill", brush, 0.55, mist=(scene.horizon + 0.05, scene.horizon + 0.26, 0.4))
    brush = scene.brush(rng)
    line = hill(scene, brush, "village ground", scene.horizon + 0.2, 0.05, 0.3)
    way = terrain.approach(
        scene,
        brush,
        scene.tones("earth", 0.3),
        scene.horizon + 0.2,
        aside=-0.3,
        near=0.5,
        far=0.03,
        bend=0.1,
    )
    materials = masonry(scene, 0.28, "pale")
    nears = np.sort(rng.uniform(0.02, 0.5, scene.many(11)))
    for i, near in enumerate(nears):
        y = scene.horizon + 0.2 + (0.8 - scene.horizon) * near
        middle = np.interp(y, way[::-1, 1], way[::-1, 0])
        size = 0.12 + 0.3 * near
        away = 0.05 + 0.35 * near + 0.6 * size + abs(rng.normal(0, 0.3))
        x = middle + away * (1 if i % 2 else -1)
        house(brush, materials, x, y + 0.03, size)
        flora.bush(
            brush,
            scene.tones("leaf", 0.28),
            (x + rng.uniform(-0.5, 0.5) * size, y + 0.05),
            0.25 * size,
        )
    scene.add("village", brush, 0.28, ink=0.8)
    frame(scene)


def _far_gate(scene: Composition) -> None:
    """Across the valley, framed by the stones of a gateway."""
    brush = scene.brush("gate")
    line, foot = _castle_hill(scene, brush, 0.1, 0.5, mound=(0.5, 0.16), sizes=(0.55, 0.75))
    wood(scene, brush, "hill trees", line + [0, 0.04], 0.5, 34, 0.055, clear=(scene.focus, 0.1))
    terrain.path(
        scene,
        brush,
        scene.tones("earth", 0.45),
        (scene.aspect / 2, 1.0),
        (scene.focus, foot),
        near=0.28,
        far=0.03,
    )
    scene.add("castle hill", brush, 0.5, mist=(scene.horizon + 0.1, scene.horizon + 0.4, 0.3))
    _gateway(scene, scene.brush(brush.rng))


def _castle_hill(
    scene: Composition,
    brush: Brush,
    down: float,
    depth: float,
    *,
    mound: tuple[float, float],
    sizes: tuple[float, float],
) -> tuple[Array, float]:
    """A castle on a hill at the focus; the ground's upper edge and y of the castle's foot.

    down   of the land below the horizon
    mound  width and height of the hill
    sizes  least and greatest width of the castle
    """
    line = hill(
        scene, brush, "castle hill", scene.horizon + down, 0.05, depth, mound=(scene.focus, *mound)
    )
    foot = terrain.ground_y(line, scene.focus) + 0.02
    size = brush.rng.uniform(*sizes)
    castle(brush, masonry(scene, depth), scene.focus, foot, size, scene.streams.pick("style", 3))
    return line, foot


def _gateway(scene: Composition, brush: Brush) -> None:
    """The layer of a gateway's stones, dark before the view, with ivy and grass."""
    rng = brush.rng
    materials = masonry(scene, 0.04)
    middle, half = scene.aspect / 2, 0.4 * scene.aspect
    crown, spring = 0.07, 0.5
    angle = np.linspace(np.pi, 2 * np.pi, 40)
    arch = np.stack([middle + half * np.cos(angle), spring + (spring - crown) * np.sin(angle)], -1)
    left, right = -0.1, scene.aspect + 0.1
    outer = [[left, 1.1], [left, -0.1], [right, -0.1], [right, 1.1]]
    opening = [[middle + half, 1.1], *arch[::-1], [middle - half, 1.1]]
    brush.fill(np.vstack([outer, opening]), materials.stone.at(-0.55))
    centre = np.array([middle, spring])
    for k in range(0, 39, 3):
        near, far = arch[k : k + 4], centre + (arch[k : k + 4] - centre) * [1.09, 1.14]
        stone = np.vstack([near, far[::-1]])
        heart = stone.mean(axis=0)
        brush.fill(heart + (stone - heart) * 0.92, materials.stone.at(rng.uniform(-0.5, 0.0)))
    for edge, toward in ((middle - half, -1), (middle + half, 1)):
        for k in range(9):
            y = spring + 0.066 * k
            brush.box(
                edge, y, edge + toward * 0.11, y + 0.058, materials.stone.at(rng.uniform(-0.5, 0.0))
            )
    line = terrain.ground_line(rng, scene, 0.97, 0.05)
    brush.fill(forms.skirt(line), scene.tones("earth", 0.0).ground.at(-0.6))
    flora.hanging(
        brush,
        scene.tones("leaf", 0.05),
        (middle - 0.7 * half, 0.1),
        (middle + 0.7 * half, 0.1),
        scene.many(9),
        0.22,
    )
    spots = np.stack([rng.uniform(0, scene.aspect, 24), rng.uniform(0.95, 1.02, 24)], -1)
    flora.grass(brush, scene.tones("grass", 0.0), spots, 0.09, lit=(-0.8, 0.1))
    scene.add("gateway", brush, 0.0, rim=0.5, ink=0.6)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=LANDS,
    horizon=(0.46, 0.6),
)
