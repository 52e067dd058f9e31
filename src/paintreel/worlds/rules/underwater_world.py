"""The rules of the underwater world: reef, kelp forest, sunken ruins, deep trench."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.layer_effects import noise
from paintreel.worlds.composition import Composition
from paintreel.worlds.moods import WATERS
from paintreel.worlds.pigments import Colours
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import terrain
from paintreel.worlds.things.rocks import crag, ledge, stone_arch
from paintreel.worlds.things.ruins import temple, wreck
from paintreel.worlds.things.seabed import bed, coral_tower, garden
from paintreel.worlds.things.sealife import CORALS, fish, jelly, weed, whale
from paintreel.worlds.things.sky import gradient, shafts

__all__ = ["RULE"]

_FAMILIES: tuple[Colours, ...] = (
    {"rock": (46, 20, 262), "stone": (66, 10, 120)},
    {"rock": (44, 22, 300), "coral": (62, 58, 5), "gold": (76, 50, 90), "kelp": (50, 40, 165)},
    {
        "rock": (46, 18, 200),
        "coral": (64, 54, 60),
        "anemone": (56, 50, 290),
        "shell": (84, 24, 190),
    },
    {"rock": (50, 16, 60), "coral": (58, 60, 345), "gold": (74, 48, 60), "kelp": (54, 46, 110)},
)


def _draw(scene: Composition) -> None:
    """Below the surface: light from above, life on the ground, blue distance."""
    view = ("reef", "kelp", "ruins", "trench")[scene.streams.pick("view", 4)]
    _open_water(scene)
    _far_rocks(scene)
    _school(scene, 0.8, 60, 0.012)
    if view == "kelp":
        _kelp_row(scene, 0.72, 16, 0.018)
    else:
        _visitor(scene, 0.7)
    shafts(scene, (scene.light.x, -0.2), 0.3, depth=0.62)
    {"reef": _reef, "kelp": _kelp, "ruins": _ruins, "trench": _trench}[view](scene)
    _school(scene, 0.25, 16, 0.035)
    _near(scene)
    _bubbles(scene)


def _open_water(scene: Composition) -> None:
    """Depth of colour from the bright surface to the dark, with caustic light near the top."""
    x, y = scene.stage.units()
    rgb = gradient(scene, 1.0).astype(np.float32)
    veil = noise(scene.rng("water"), scene.stage, 1.6, 3.0, 4)
    light = scene.paints.rgb(scene.paints.light).astype(np.float32)
    fall = np.exp(-((x - scene.light.x) ** 2) / 0.4) * np.exp(-(y**2) / 0.22)
    net = np.abs(noise(scene.rng("net"), scene.stage, 5.0, 16.0, 3) - 0.5)
    sparkle = np.clip(1.0 - net * 14.0, 0.0, 1.0) * np.clip(1.0 - y / 0.16, 0.0, 1.0)
    rgb = rgb * (0.86 + 0.28 * veil).astype(np.float32)[..., None]
    weight = np.minimum(0.7 * fall + 0.55 * sparkle, 1.0).astype(np.float32)
    rgb += (light - rgb) * weight[..., None]
    scene.add_sky(rgb)


def _far_rocks(scene: Composition) -> None:
    """Pale banks and needles of rock in the distance."""
    for i, depth in enumerate((0.9, 0.78)):
        brush = scene.brush(f"far rocks {i}")
        rng = brush.rng
        tones = scene.tones("rock", depth)
        line = terrain.ground_line(rng, scene, scene.ground(0.1 + 0.12 * i), 0.16, 3.0)
        for _ in range(scene.many(3)):
            x = rng.uniform(0, scene.aspect)
            if min(abs(x - scene.focus), abs(x - _visitor_x(scene))) > 0.3:
                line[:, 1] -= rng.uniform(0.15, 0.4) * np.exp(
                    -(((line[:, 0] - x) / rng.uniform(0.06, 0.14)) ** 4)
                )
        line[:, 1] += 0.015 * forms.waves(rng, line[:, 0], 0.12, 3)
        brush.shade(forms.skirt(line), tones.at(np.array([0.5, 0.0, -0.4])), (0, 0.2), (0, 0.9))
        scene.add(f"far rocks {i}", brush, depth, rim=0.3, ink=0.0, mist=(0.4, 0.85, 0.5))


def _school(scene: Composition, depth: float, count: int, size: float) -> None:
    """A shoal that streams along one bend."""
    brush = scene.brush(f"school {depth}")
    rng = brush.rng
    ahead = rng.choice([-1.0, 1.0])
    number = scene.many(count)
    t = rng.normal(0.0, 0.5, number)
    centre = np.array([scene.focus + rng.uniform(-0.3, 0.3), rng.uniform(0.25, 0.5)])
    where = centre + np.stack([0.32 * t, 0.08 * np.sin(2.2 * t) + rng.normal(0, 0.045, number)], -1)
    names = ("coral", "gold", "kelp", "shell")
    tones, fin = (scene.tones(names[int(k)], depth) for k in rng.permutation(4)[:2])
    stripes = bool(rng.random() < 0.5)
    for spot, k in zip(where, rng.uniform(0.7, 1.3, number), strict=True):
        fish(brush, tones, fin, spot, size * k, ahead, stripes=stripes)
    scene.add(f"fish {depth}", brush, depth, rim=0.3, ink=0.6)


def _visitor_x(scene: Composition) -> float:
    """Where a great creature swims: open water is kept behind it."""
    return scene.focus - 0.5 * scene.lean


def _visitor(scene: Composition, depth: float) -> None:
    """One great creature in the distance: a whale, a ray or jellyfish."""
    brush = scene.brush("visitor")
    rng = brush.rng
    kind = scene.streams.pick("visitor", 3)
    x, y = _visitor_x(scene), rng.uniform(0.18, 0.36)
    tones = scene.tones("rock", depth)
    if kind == 0:
        whale(brush, tones, np.array([x, y]), rng.uniform(0.4, 0.6), -scene.lean)
    elif kind == 1:
        wing = forms.curve(
            [
                [0.5, 0.0],
                [0.3, -0.1],
                [0.06, -0.52],
                [-0.1, -0.16],
                [-0.36, -0.03],
                [-1.0, 0.04],
                [-0.36, 0.04],
                [-0.1, 0.12],
                [0.0, 0.3],
                [0.2, 0.1],
                [0.5, 0.0],
            ],
            60,
        )
        size = rng.uniform(0.2, 0.3)
        scale = np.array([-scene.lean * size, size])
        brush.fill([x, y] + wing * scale, tones.at(-0.35))
        brush.fill([x, y] + wing[:27] * scale, tones.at(0.25))
    else:
        for _ in range(scene.many(5)):
            spot = np.array([x, y]) + rng.normal(0, 1, 2) * [0.25, 0.1]
            jelly(scene, brush, spot, rng.uniform(0.03, 0.08), depth)
    scene.add("visitor", brush, depth, rim=0.3, ink=0.3)


def _reef(scene: Composition) -> None:
    """Terraces of coral on both sides of a sandy way, and a tower of coral at its end."""
    for i, (depth, y, count, size) in enumerate(((0.55, 0.15, 30, 0.08), (0.36, 0.42, 24, 0.14))):
        brush = scene.brush(f"corals {i}")
        line = bed(scene, brush, f"reef {i}", scene.ground(y), depth, 0.06)
        away = np.clip(np.abs(line[:, 0] - scene.focus) - 0.2, 0, 0.6)
        terrace = line - np.stack([0.0 * away, 0.35 * away], axis=-1)
        terrain.rolling(scene, brush, terrace, "rock", depth, f"reef rock {i}")
        if i == 0:
            coral_tower(scene, brush, depth)
        garden(scene, brush, terrace, depth, count, size, gap=0.12)
        scene.add(
            f"reef {i}",
            brush,
            depth,
            rim=0.45,
            ink=0.7,
            mist=(scene.ground(y) - 0.1, scene.ground(y) + 0.3, 0.4 * depth),
        )


def _kelp_row(scene: Composition, depth: float, count: int, gap: float) -> None:
    brush = scene.brush(f"kelp {depth}")
    rng = brush.rng
    foot = scene.ground(0.1 + 0.8 * (1 - depth) ** 1.5)
    for x in np.linspace(-0.05, scene.aspect + 0.05, scene.many(count)) + rng.normal(
        0, 0.03, scene.many(count)
    ):
        if abs(x - scene.focus) > gap:
            weed(
                brush,
                scene.tones("kelp", depth),
                (x, foot + 0.05),
                rng.uniform(0.5, 1.1) * (0.6 + foot * 0.5),
            )
    scene.add(f"kelp {depth}", brush, depth, rim=0.4, ink=0.4, mist=(0.3, 1.0, 0.3 * depth))


def _kelp(scene: Composition) -> None:
    """Strands from the ground to the surface, a lane of light between them."""
    brush = scene.brush("corals")
    line = bed(scene, brush, "floor", scene.ground(0.22), 0.55)
    garden(scene, brush, line, 0.55, 14, 0.07)
    scene.add("floor", brush, 0.55, mist=(scene.ground(0.1), scene.ground(0.5), 0.3))
    _kelp_row(scene, 0.5, 11, 0.25)
    brush = scene.brush("front corals")
    line = bed(scene, brush, "front", scene.ground(0.55), 0.3)
    garden(scene, brush, line, 0.3, 12, 0.1, gap=0.2)
    scene.add("front", brush, 0.32)
    _kelp_row(scene, 0.22, 6, 0.45)


def _ruins(scene: Composition) -> None:
    """Columns and an arch of a drowned temple, or a wreck."""
    brush = scene.brush("ruins")
    line = bed(scene, brush, "floor", scene.ground(0.18), 0.5)
    if scene.streams.pick("ruin", 2):
        wreck(scene, brush, scene.focus, scene.ground(0.34))
    else:
        temple(scene, brush, scene.focus, scene.ground(0.3))
    garden(scene, brush, line + [0, 0.1], 0.45, 15, 0.08)
    scene.add("ruins", brush, 0.48, rim=0.5, ink=0.8, mist=(0.45, 0.95, 0.3))
    brush = scene.brush("front corals")
    line = bed(scene, brush, "front", scene.ground(0.6), 0.25, 0.08)
    garden(scene, brush, line, 0.25, 10, 0.13, gap=0.3)
    scene.add("front", brush, 0.28)


def _trench(scene: Composition) -> None:
    """Between two walls of rock, an arch ahead, glowing life on the ledges."""
    brush = scene.brush("trench")
    rng = brush.rng
    line = bed(scene, brush, "floor", scene.ground(0.3), 0.5)
    rock = scene.tones("rock", 0.5)
    size = rng.uniform(0.42, 0.56)
    stone_arch(scene, brush, rock, scene.focus, scene.ground(0.32), size)
    garden(scene, brush, line + [0, 0.05], 0.48, 16, 0.07)
    scene.add("arch", brush, 0.5, rim=0.5, ink=0.7, mist=(0.4, 0.95, 0.35))
    for i, depth in enumerate((0.38, 0.2)):
        brush = scene.brush(rng)
        tones = scene.tones("rock", depth)
        for toward in (-1, 1):
            y = np.linspace(-0.05, 1.05, 24)
            reach = (
                0.22 + 0.1 * i - 0.16 * i * (toward == scene.lean) + 0.22 * np.abs(y - 0.35) ** 1.5
            )
            reach = reach * 0.75 + 0.05 * forms.waves(rng, y, 0.4, 4)
            edge = np.stack([(scene.aspect - reach if toward > 0 else reach), y], -1)
            out = scene.aspect + 0.2 if toward > 0 else -0.2
            wall = np.vstack([edge, [[out, 1.05], [out, -0.05]]])
            lit = 0.35 if toward != brush.side else -0.35
            brush.shade(wall, tones.at(np.array([lit, lit - 0.3, -0.8])), edge[12], (out, 0.5))
            crag(brush, tones, edge[::2], toward, lit)
            for k in np.sort(rng.choice(np.arange(2, 22), 6, replace=False)):
                ledge(brush, tones, edge[k], rng.uniform(0.6, 1.4), toward, lit)
                pigment = ("coral", "gold", "anemone")[k % 3]
                at = edge[k] + [toward * 0.015, 0.008]
                coral = CORALS[int(rng.integers(3))]
                grown = scene.tones(pigment, depth)
                coral(brush, grown, at, rng.uniform(0.05, 0.09) + 0.03 * i)
        scene.add(f"walls {i}", brush, depth, rim=0.45, ink=0.6)
    brush = scene.brush("front corals")
    line = bed(scene, brush, "front", scene.ground(0.75), 0.15, 0.08)
    garden(scene, brush, line, 0.15, 8, 0.12, gap=0.2)
    scene.add("front", brush, 0.15)


def _near(scene: Composition) -> None:
    """Dark corals and weeds at the corners."""
    brush = scene.brush("near")
    rng = brush.rng
    line = terrain.ground_line(rng, scene, 0.99, 0.05, 1.4)
    line[:, 1] -= 0.12 * np.clip(np.abs(line[:, 0] - scene.focus) / scene.aspect - 0.2, 0, 1)
    brush.fill(forms.skirt(line), scene.tones("rock", 0.0).at(-0.8))
    edges = ((-scene.lean,), (-1, 1), (scene.lean,), ())[scene.streams.pick("frame", 4)]
    for edge in edges:
        x = 0.0 if edge < 0 else scene.aspect
        for k in range(5):
            weed(
                brush,
                scene.tones("kelp", 0.0),
                (x - edge * (0.02 + 0.07 * k), 1.03),
                rng.uniform(0.55, 1.05) * (1 - 0.12 * k),
            )
    for x in rng.uniform(0, scene.aspect, scene.many(7)):
        if abs(x - scene.focus) > 0.25:
            pick, pigment = int(rng.integers(4)), ("coral", "anemone", "gold")[int(rng.integers(3))]
            CORALS[pick](
                brush,
                scene.tones(pigment, 0.0),
                (x, terrain.ground_y(line, x) + 0.02),
                rng.uniform(0.09, 0.17),
            )
    scene.add("frame", brush, 0.0, rim=0.4, ink=0.7)


def _bubbles(scene: Composition) -> None:
    brush = scene.brush("bubbles")
    rng = brush.rng
    colour = scene.paints.rgb(scene.paints.light)
    for _ in range(scene.many(5)):
        x, y = rng.uniform(0.05, scene.aspect - 0.05), rng.uniform(0.4, 0.95)
        for k in range(8):
            where = np.array([x + rng.normal(0, 0.012), y - 0.04 * k * rng.uniform(0.7, 1.3)])
            size = rng.uniform(0.003, 0.011)
            circle = forms.ellipses(where, size, count=18)[0]
            brush.wash(circle, colour, 0.22)
            brush.stroke(np.vstack([circle, circle[:1]]), 0.0016, colour)
            brush.disc(where - 0.35 * size, 0.25 * size, colour, count=8)
    scene.add("bubbles", brush, 0.0, rim=0.0, ink=0.0, grain=False)


RULE = Rule(
    draw=_draw,
    moods=tuple(WATERS),
    families=_FAMILIES,
    horizon=(0.5, 0.66),
    light=(-0.1, 0.05),
    seasons=(),
    weathers=(),
)
