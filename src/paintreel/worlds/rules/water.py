"""The rules of the water's edge: a lake among hills, a bay with boats, a cliff with a light."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import masonry
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import LANDS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import tower
from paintreel.worlds.things.groves import border_trees, trees
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import heavens

__all__ = ["RULE"]


def _draw(scene: Composition) -> None:
    """A lake among hills, a bay with boats, or a sea cliff with a light."""
    view = ("lake", "bay", "cliff")[scene.streams.pick("view", 3)]
    heavens(scene, low=scene.horizon)
    if view != "cliff":
        terrain.mountains(
            scene,
            "far range",
            foot=scene.horizon + 0.005,
            height=0.26,
            depth=0.85,
            peaks=3.4,
            snow=True,
        )
        brush = scene.brush("far shore")
        line = terrain.ground_line(brush.rng, scene, scene.horizon - 0.02, 0.05, 2.6)
        terrain.rolling(scene, brush, line, "leaf", 0.62, "far shore")
        trees(scene, brush, "far trees", line, 0.62, 46, 0.04)
        scene.add("far shore", brush, 0.62, mist=(scene.horizon - 0.1, scene.horizon + 0.01, 0.4))
    brush = scene.brush("water")
    terrain.water(scene, brush, scene.horizon, 1.05, "water", glint=1.3)
    scene.add("water", brush, 0.55, rim=0.0, ink=0.0, grain=False)
    {"lake": _lake_shore, "bay": _bay, "cliff": _sea_cliff}[view](scene)
    _bank(scene, view)


def boat(scene: Composition, brush: Brush, where: Point, size: float, depth: float) -> None:
    """A sailing boat with its reflection."""
    rng = brush.rng
    where = np.asarray(where, float)
    wood, sail = (
        scene.tones("wood", depth),
        scene.tones(("pale", "cloth")[int(rng.integers(2))], depth),
    )
    ahead, side = rng.choice([-1.0, 1.0]), brush.side
    scale = np.array([ahead * size, size])
    for k in range(6):
        brush.dab(
            where + [rng.normal(0, 0.03) * size, 0.12 * size + 0.13 * size * k],
            size * (1.0 - 0.13 * k),
            0.06 * size,
            (wood if k < 2 else sail).at(-0.45),
        )
    brush.fill(
        where + np.array([[-0.02, 0.0], [-0.01, -1.15], [0.02, -1.15], [0.03, 0.0]]) * scale,
        wood.ink,
    )
    main = forms.curve([[0.05, -1.08], [0.3, -0.6], [0.5, -0.12]], 10)
    brush.fill(
        where + np.vstack([main, [[0.05, -0.14]]]) * scale,
        sail.at(0.5 if ahead * side > 0 else 0.0),
    )
    jib = forms.curve([[-0.03, -1.0], [-0.2, -0.55], [-0.45, -0.14]], 10)
    brush.fill(
        where + np.vstack([jib, [[-0.05, -0.18]]]) * scale,
        sail.at(-0.35 if ahead * side > 0 else 0.5),
    )
    hull = np.array([[-0.55, -0.1], [0.6, -0.1], [0.44, 0.1], [-0.4, 0.1]])
    brush.fill(where + hull * scale, wood.at(-0.3))
    brush.fill(
        where + np.array([[-0.55, -0.1], [0.6, -0.1], [0.57, -0.04], [-0.52, -0.04]]) * scale,
        wood.at(0.65),
    )


def _lake_shore(scene: Composition) -> None:
    brush = scene.brush("islets")
    rng = brush.rng
    for near in (0.12, 0.3):
        x = scene.focus + rng.normal(0, 0.12) + (0.45 if near > 0.2 else 0.0) * -scene.lean
        y, size = scene.ground(near), 0.1 + 0.3 * near
        line = np.stack(
            [
                x + np.linspace(-1, 1, 20) * size * 1.6,
                y - 0.1 * size * np.cos(np.linspace(-1.5, 1.5, 20)),
            ],
            -1,
        )
        dark = scene.tones("leaf", 0.45)
        for k in range(7):
            brush.dab(
                (x + rng.normal(0, 0.01), y + 0.02 + 0.03 * k * size * 4),
                size * (2.8 - 0.3 * k),
                0.018,
                dark.at(-0.6),
            )
        brush.fill(
            np.vstack([line, line[::-1] + [0, 0.03]]), scene.tones("grass", 0.45).ground.at(-0.1)
        )
        for k in sorted(rng.uniform(-1.1, 1.1, 6)):
            flora.fir(
                brush,
                scene.tones("bark", 0.45),
                dark,
                (x + k * size, y),
                size * rng.uniform(0.9, 1.7),
            )
        for across in (-1.3, 0.4, 1.4):
            terrain.rock(
                brush,
                scene.tones("rock", 0.45),
                (x + across * size, y + 0.015),
                0.2 * size,
            )
    boat(scene, brush, (scene.focus - 0.35 * scene.lean, scene.ground(0.42)), 0.1, 0.4)
    scene.add("islets", brush, 0.42, rim=0.5, ink=0.6)


def _bay(scene: Composition) -> None:
    brush = scene.brush("boats")
    rng = brush.rng
    for near in np.sort(rng.uniform(0.05, 0.5, scene.many(5))):
        x = scene.focus + rng.normal(0, 0.5)
        boat(scene, brush, (x, scene.ground(near)), 0.06 + 0.22 * near, 0.5 - 0.3 * near)
    scene.add("boats", brush, 0.4, rim=0.4, ink=0.7)


def _sea_cliff(scene: Composition) -> None:
    """A headland with a lighthouse; sea stacks below."""
    brush = scene.brush("cliff")
    rng = brush.rng
    edge = scene.lean
    foot = scene.ground(0.16)
    for k in range(3):
        stack = scene.focus - edge * rng.uniform(0.15, 0.75)
        size = rng.uniform(0.05, 0.11)
        top = np.array(
            [
                [stack - size, foot - 0.6 * size],
                [stack - 0.5 * size, foot - 2 * size],
                [stack + 0.4 * size, foot - 2.2 * size],
                [stack + size, foot - 0.5 * size],
            ]
        )
        terrain.cliff(brush, scene.tones("rock", 0.55), top, foot + 0.01 * k)
    x = np.linspace(scene.focus, scene.aspect / 2 + edge * (scene.aspect / 2 + 0.1), 24)
    rise = rng.uniform(0.16, 0.28)
    y = (
        foot
        - rise * np.clip(np.abs(x - scene.focus) / 0.12, 0, 1) ** 0.5
        - 0.08 * np.abs(x - scene.focus)
        + 0.02 * forms.waves(rng, x, 0.3, 3)
    )
    crest = np.stack([x, y], -1)[:: 1 if edge > 0 else -1]
    terrain.cliff(brush, scene.tones("rock", 0.45), crest, foot + 0.05)
    turf = scene.tones("grass", 0.42)
    brush.fill(np.vstack([crest, crest[::-1] + [0, 0.035]]), turf.ground.at(0.1))
    flora.grass(brush, turf, crest, 0.02)
    lx = scene.focus + edge * 0.24
    ly = terrain.ground_y(crest, lx) + 0.012
    materials = masonry(scene, 0.4, "pale", "cap")
    tall = min(0.24, ly - 0.13)  # its roof stays in the frame
    tower(brush, materials, lx, ly, 0.05, tall, cone=True)
    lamp = scene.paints.glowing("lamp")
    brush.glow((lx, ly - tall), 0.16, lamp.mid, 0.8 if materials.lit > 0.2 else 0.2)
    house(brush, materials, lx + edge * 0.15, ly + 0.005, 0.12)
    flora.bush(brush, scene.tones("leaf", 0.42), (lx + edge * 0.3, ly), 0.05)
    foam = scene.paints.rgb(scene.paints.light)
    where = np.stack(
        [
            rng.uniform(min(x[0], x[-1]), max(x[0], x[-1]), 60),
            foot + 0.05 + rng.normal(0, 0.008, 60),
        ],
        -1,
    )
    brush.fill_many(forms.dabs(where, rng.uniform(0.02, 0.08, 60), 0.008, 0.0), foam)
    scene.add("headland", brush, 0.45, rim=0.5, ink=0.8)


def _bank(scene: Composition, view: str) -> None:
    """The near shore: reeds and stones, or sand; a tree or a jetty for a frame."""
    brush = scene.brush("bank")
    rng = brush.rng
    beach = view == "bay"
    line = terrain.ground_line(rng, scene, 0.93, 0.08, 1.2)
    line[:, 1] += 0.1 * scene.lean * (line[:, 0] / scene.aspect - 0.5)
    pigment = "sand" if beach else "grass"
    if beach:
        foam = scene.paints.rgb(scene.paints.light)
        brush.fill(np.vstack([line - [0, 0.012], line[::-1]]), foam)
        terrain.rolling(scene, brush, line, "sand", 0.08, "beach")
    else:
        brush.fill(forms.skirt(line), scene.tones(pigment, 0.05).ground.at(-0.5))
    if scene.streams.pick("jetty", 2):
        _jetty(scene, brush, scene.focus - 0.45 * scene.lean)
    # A tree before the headland would hide its light.
    other = -scene.lean if view == "cliff" else scene.lean
    edges = ((), (-scene.lean,), (other,))[scene.streams.pick("frame", 3)]
    border_trees(scene, brush, line, edges, inset=0.06, sunk=0.05)
    x = rng.uniform(0, scene.aspect, scene.many(16 if beach else 46))
    spots = np.stack([x, terrain.ground_y(line, x) + 0.03], -1)
    flora.grass(
        brush,
        scene.tones("grass", 0.0),
        spots,
        rng.uniform(0.06, 0.15, len(x)),
        lit=(-0.8, 0.4),
    )
    for k in range(scene.many(5)):
        terrain.rock(brush, scene.tones("rock", 0.05), spots[k], rng.uniform(0.03, 0.08))
    flora.flowers(brush, scene.tones("bloom", 0.0), spots[::4] - [0, 0.05], 0.012)
    scene.add("bank", brush, 0.05, rim=0.5, ink=0.6)


def _jetty(scene: Composition, brush: Brush, x: float) -> None:
    """Planks on posts, running out to the water."""
    wood, side = scene.tones("wood", 0.1), brush.side
    near, far = np.array([x, 1.05]), np.array([x + 0.3 * (scene.focus - x), scene.ground(0.4)])
    steps = 16
    t = 1.0 - (1.0 - np.linspace(0, 1, steps)) ** 1.5
    at = near + (far - near) * t[:, None]
    wide = 0.16 * (1.0 - t) + 0.035
    for k in range(steps - 1, 0, -1):
        plank = np.array(
            [
                at[k] - [wide[k], 0],
                at[k] + [wide[k], 0],
                at[k - 1] + [wide[k - 1], -0.004],
                at[k - 1] - [wide[k - 1], 0.004],
            ]
        )
        brush.fill(plank, wood.dusted(0.75).at(0.45 if k % 2 else 0.2))
        brush.stroke(np.array([plank[3], plank[2]]), 0.05 * wide[k], wood.at(-0.6))
    for k in (14, 11, 7, 3):
        for edge in (-1, 1):
            x0, y0 = at[k] + [edge * 1.04 * wide[k], 0.0]
            half, tone = 0.08 * wide[k], 0.1 if edge == side else -0.4
            post = forms.box(x0 - half, y0 - 0.6 * wide[k], x0 + half, y0 + 0.25 * wide[k])
            brush.fill(post, wood.at(tone))
            head = forms.ellipses((x0, y0 - 0.6 * wide[k]), half, 0.5 * half, 12)[0]
            brush.fill(head, wood.ground.at(0.6))


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=LANDS,
    horizon=(0.42, 0.56),
)
