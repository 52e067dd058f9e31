"""The rules of the interior: a room in one-point perspective, its windows, furniture and lamps."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import furnishing
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import Colours
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import fittings, flora, furniture
from paintreel.worlds.things.bedstead import bed
from paintreel.worlds.things.shell import Shell, rug, surfaces
from paintreel.worlds.things.sky import paint_sky, stars, sun
from paintreel.worlds.things.weather import lay_weather_outside
from paintreel.worlds.things.windows import cut_windows

__all__ = ["RULE"]

_FAMILIES: tuple[Colours, ...] = (
    {"fire": (66, 70, 50)},
    {"fire": (66, 70, 50), "plaster": (72, 30, 150), "cloth": (48, 46, 300), "wood": (42, 30, 45)},
    {"fire": (66, 70, 50), "plaster": (70, 20, 262), "cloth": (50, 54, 75), "wood": (46, 34, 58)},
    {"fire": (66, 70, 50), "plaster": (76, 26, 50), "cloth": (44, 38, 185), "wood": (40, 26, 40)},
    {"fire": (66, 70, 50), "plaster": (66, 34, 25), "cloth": (46, 38, 250), "stone": (60, 16, 280)},
)


def _draw(scene: Composition) -> None:
    """A study, a bedroom, a tavern with a hearth, or a great hall."""
    view = ("study", "bedroom", "tavern", "hall")[scene.streams.pick("view", 4)]
    brush = scene.brush("shell")
    rng = brush.rng
    wide = scene.aspect * rng.uniform(0.42, 0.64)
    middle = scene.aspect / 2 - scene.lean * rng.uniform(0.0, 0.17) * scene.aspect
    top = rng.uniform(0.03, 0.1) if view == "hall" else rng.uniform(0.07, 0.2)
    low = rng.uniform(0.58, 0.7)
    vanish = np.array([middle + scene.lean * rng.uniform(0.0, 0.12), top + (low - top) * 0.58])
    shell = Shell(middle - wide / 2, top, middle + wide / 2, low, vanish)
    _outside(scene)
    surfaces(scene, brush, shell, hall=view == "hall")
    windows = cut_windows(scene, brush, shell, view)
    scene.add("walls", brush, 0.8, rim=0.0, ink=0.3)
    brush = scene.brush(view)
    {"study": _study, "bedroom": _bedroom, "tavern": _tavern, "hall": _hall}[view](
        scene, brush, shell
    )
    scene.add("furniture", brush, 0.5, rim=0.4, ink=0.9)
    _light(scene, shell, windows)
    _near(scene)


def _outside(scene: Composition) -> None:
    paint_sky(scene, bottom=0.6, glow=0.8)
    brush = scene.brush("outside")
    if scene.night:
        stars(scene, brush, 120, 0.6)
        sun(scene, brush, 0.05)
    for depth, y in ((0.85, 0.42), (0.7, 0.48)):
        line = forms.ridge(brush.rng, scene.aspect, peaks=5, sharp=False)
        line[:, 1] = y - 0.08 * line[:, 1]
        brush.fill(forms.skirt(line), scene.outside.tones("leaf", depth).ground.at(0.1))
    scene.add("outside", brush, 0.95, rim=0.0, ink=0.0)
    lay_weather_outside(scene)


def _study(scene: Composition, brush: Brush, shell: Shell) -> None:
    materials = furnishing(scene)
    tall = shell.y1 - shell.y0
    wide = shell.x1 - shell.x0
    far = 0.5 + 0.28 * scene.lean
    furniture.shelf(
        brush, materials, shell.x0 + far * wide, shell.y1 + 0.01, 0.36 * wide, 0.8 * tall
    )
    rug(scene, brush, shell, 0.2, 0.8, 0.25, 0.75)
    edge = 0.12 if scene.lean > 0 else 0.88
    foot = shell.floor(edge, 0.18)
    fittings.globe(brush, materials, foot, 0.3 * shell.scale(0.18))
    at = shell.floor(0.5 - 0.16 * scene.lean, 0.42)
    furniture.table(brush, materials, at, 0.55 * shell.scale(0.42), "books")
    at = shell.floor(0.5 + 0.2 * scene.lean, 0.5)
    furniture.chair(brush, materials, at, 0.42 * shell.scale(0.5), -scene.lean)
    at = shell.floor(1.02 if scene.lean > 0 else -0.02, 0.4)
    furniture.shelf(brush, materials, at[0], at[1], 0.34, 0.78 * shell.scale(0.4))
    fittings.lantern(brush, materials, shell.x0 + 0.5 * wide, shell.y0 - 0.02, 0.12, 0.05)


def _bedroom(scene: Composition, brush: Brush, shell: Shell) -> None:
    materials = furnishing(scene)
    wide, tall = shell.x1 - shell.x0, shell.y1 - shell.y0
    rug(scene, brush, shell, 0.2, 0.75, 0.3, 0.7)
    x = shell.x0 + (0.5 + 0.3 * scene.lean) * wide
    fittings.picture(
        brush, materials, shell.x0 + (0.5 + 0.1 * scene.lean) * wide, shell.y0 + 0.3 * tall, 0.12
    )
    bed(brush, materials, np.array([x, shell.y1 + 0.02]), 0.42 * wide, 0.62 * tall, shell.vanish)
    at = shell.floor(0.5 - 0.44 * scene.lean, 0.08)
    furniture.chest(brush, materials, at, 0.3 * shell.scale(0.08))
    at = shell.floor(0.5 - 0.02 * scene.lean, 0.1)
    furniture.table(brush, materials, at, 0.26 * shell.scale(0.1), "candle")
    at = shell.floor(0.03 if scene.lean > 0 else 0.97, 0.3)
    furniture.shelf(brush, materials, at[0], at[1], 0.26, 0.8 * shell.scale(0.3))
    at = shell.floor(0.5 - 0.3 * scene.lean, 0.5)
    furniture.chair(brush, materials, at, 0.42 * shell.scale(0.5), scene.lean)
    fittings.lantern(brush, materials, shell.x0 + 0.45 * wide, shell.y0 - 0.02, 0.1, 0.045)


def _tavern(scene: Composition, brush: Brush, shell: Shell) -> None:
    materials = furnishing(scene)
    wide = shell.x1 - shell.x0
    fittings.hearth(
        brush, materials, shell.x0 + 0.5 * wide, shell.y1 + 0.012, 0.34 * wide, shell.y0
    )
    edge = 0.06 if scene.lean > 0 else 0.94
    for k, near in enumerate((0.05, 0.16, 0.26)):
        fittings.barrel(
            brush, materials, shell.floor(edge, near), (0.3 - 0.02 * k) * shell.scale(near)
        )
    for across, near in ((0.76 if scene.lean > 0 else 0.24, 0.22), (0.5 - 0.22 * scene.lean, 0.5)):
        at = shell.floor(across, near)
        size = 0.6 * shell.scale(near)
        furniture.chair(brush, materials, at + [0.42 * size, -0.02], 0.62 * size, -1)
        furniture.table(brush, materials, at, size, "feast")
        furniture.stool(brush, materials, at + [-0.4 * size, 0.03], 0.3 * size)
    for across in (0.28, 0.72):
        fittings.lantern(brush, materials, shell.x0 + across * wide, shell.y0 - 0.04, 0.1, 0.05)
    at = shell.floor(1.0 if scene.lean > 0 else 0.0, 0.3)
    furniture.shelf(brush, materials, at[0], at[1], 0.3, 0.7 * shell.scale(0.3))


def _hall(scene: Composition, brush: Brush, shell: Shell) -> None:
    materials = furnishing(scene)
    wide = shell.x1 - shell.x0
    rug(scene, brush, shell, 0.38, 0.62, 0.0, 1.0)
    fittings.throne(brush, materials, shell.floor(0.5, 0.06), 0.5 * shell.scale(0.06))
    for near in (0.02, 0.3, 0.62):
        for across in (-0.02, 1.02):
            at = shell.floor(across, near)
            fittings.column(brush, materials, at, 0.07 * shell.scale(near), shell)
            fittings.banner(
                brush,
                materials,
                (at[0], shell.vanish[1] - 0.42 * shell.scale(near)),
                0.16 * shell.scale(near),
            )
    for k in (0.3, 0.7):
        fittings.chandelier(brush, materials, shell.x0 + k * wide, 0.14, 0.1)


def _light(
    scene: Composition, shell: Shell, windows: list[tuple[float, float, float, float]]
) -> None:
    """Shafts from the windows to the floor, and the glow of lamps in the room."""
    brush = scene.brush("light", soft=True)
    colour = scene.paints.rgb(scene.paints.light)
    strength = (0.1 if scene.night else 0.2) * (1.0 - 0.7 * scene.weather.cover)
    drift = -0.5 * brush.side
    for x, y0, y1, size in windows:
        low = [x + drift + 0.6 * size, x + drift - 0.6 * size]
        for k in range(4):
            end = y1 + (0.34 - 0.06 * k) * (1.0 - y1) / 0.4
            shaft = [
                [x - size / 2, y0 + 0.08],
                [x + size / 2, y0 + 0.08],
                [low[0], end],
                [low[1], end],
            ]
            brush.wash(np.array(shaft), colour, strength / 4)
        if scene.night or low[1] < shell.floor(0, 0.2)[0] or low[0] > shell.floor(1, 0.2)[0]:
            continue  # too dim to be seen on the floor, or it would lie on a wall
        pool = [
            [low[1], y1 + 0.26],
            [low[0], y1 + 0.26],
            [low[0] + 0.3 * drift, y1 + 0.38],
            [low[1] + 0.3 * drift, y1 + 0.38],
        ]
        brush.wash(np.array(pool), colour, strength)
    if scene.paints.mood.hour in ("night", "dusk") or scene.weather.lamps > 0.2:
        lamp = scene.paints.glowing("lamp").mid
        brush.glow(((shell.x0 + shell.x1) / 2, shell.y0 + 0.12), 0.75, lamp, 0.24)
    scene.add("light", brush, 0.3, rim=0.0, ink=0.0, grain=False)


def _near(scene: Composition) -> None:
    """Something dark close to the eye: a beam, a curtain, a doorway, a pot with leaves."""
    brush = scene.brush("near")
    rng = brush.rng
    wood, cloth, side = scene.tones("wood", 0.0), scene.tones("cloth", 0.0), brush.side
    kind = scene.streams.pick("frame", 4)
    edge = -scene.lean
    x = 0.0 if edge < 0 else scene.aspect
    if kind == 0:
        for k in range(6):
            a = x - edge * 0.05 * k
            fold = forms.curve(
                [
                    [a, -0.05],
                    [a - edge * 0.02, 0.45],
                    [x - edge * 0.02 * k, 0.62],
                    [x - edge * 0.035 * k, 1.05],
                ],
                16,
            )
            brush.stroke(fold, 0.08, cloth.at((-0.4, -0.75, -0.2, -0.7, -0.35, 0.1)[k]))
    elif kind == 1:
        brush.box(-0.1, -0.1, scene.aspect + 0.1, 0.05, wood.at(-0.8))
        brush.box(-0.1, 0.05, scene.aspect + 0.1, 0.062, wood.at(-0.1))
        for k in rng.uniform(0.05, scene.aspect - 0.05, scene.many(7)):
            drop = rng.uniform(0.05, 0.12)
            brush.box(k - 0.002, 0.05, k + 0.002, 0.05 + drop, wood.ink)
            where = np.array([k, 0.06 + drop]) + rng.normal(0, 0.018, (22, 2)) * [0.6, 1.2]
            brush.fill_many(
                forms.dabs(where, 0.035, 0.014, rng.uniform(1.0, 2.1, 22)),
                scene.tones("leaf", 0.0).at(rng.uniform(-0.7, 0.2, 22)),
            )
    elif kind == 2:
        inner = x - edge * 0.13
        brush.box(x, -0.1, inner, 1.1, wood.at(-0.75))
        brush.box(inner, -0.1, inner + edge * 0.02, 1.1, wood.at(-0.1))
        brace = np.array([[x - edge * 0.1, 0.3], [x - edge * 0.42, -0.05]])
        brush.stroke(brace, 0.07, wood.at(-0.65))
    pot = np.array([x - edge * 0.2, 0.98])
    flora.bush(brush, scene.tones("leaf", 0.0), pot - [0, 0.02], 0.11)
    flora.grass(
        brush,
        scene.tones("leaf", 0.0),
        pot + rng.normal(0, 0.03, (4, 2)),
        0.18,
        lit=(-0.7, 0.2),
    )
    shape = np.array([[-0.1, -0.04], [0.1, -0.04], [0.075, 0.12], [-0.075, 0.12]]) + pot
    brush.shade(
        shape,
        scene.tones("roof", 0.0).at(np.array([-0.6, 0.3])[::side]),
        pot - [0.1, 0],
        pot + [0.1, 0],
    )
    brush.box(
        pot[0] - 0.105,
        pot[1] - 0.055,
        pot[0] + 0.105,
        pot[1] - 0.02,
        scene.tones("roof", 0.0).at(0.35),
    )
    scene.add("frame", brush, 0.0, rim=0.5, ink=0.6)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=_FAMILIES,
    horizon=(0.5, 0.5),
    indoors=True,
    light=(0.1, 0.35),
)
