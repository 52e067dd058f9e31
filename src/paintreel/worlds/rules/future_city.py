"""The rules of the future city: skyline over water, street canyon, terrace, garden city."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

from itertools import pairwise

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import glazing
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import Colours
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import flora, street, terrain
from paintreel.worlds.things.sky import clouds, paint_sky, stars, sun
from paintreel.worlds.things.skyline import KINDS, flyer, high_rise

__all__ = ["RULE"]

_FAMILIES: tuple[Colours, ...] = (
    {},
    {"glass": (48, 26, 200), "trim": (88, 6, 95), "neon": (76, 50, 60), "leaf": (54, 48, 130)},
    {"glass": (46, 26, 300), "trim": (74, 18, 340), "neon": (80, 44, 195), "lamp": (78, 56, 345)},
    {"glass": (56, 24, 55), "trim": (84, 16, 75), "neon": (80, 46, 190), "leaf": (50, 40, 150)},
    {"glass": (42, 30, 262), "trim": (78, 10, 230), "neon": (68, 66, 30), "lamp": (84, 50, 88)},
)


def _draw(scene: Composition) -> None:
    """Towers by rules of growth; the eye is at the water, in the street, or on a terrace."""
    paint_sky(scene, bottom=scene.horizon + 0.06, glow=0.7)
    brush = scene.brush("stars")
    if scene.paints.mood.hour in ("night", "dusk"):
        stars(scene, brush, 110, scene.horizon)
    _moons(scene, brush)
    scene.add("lights of the sky", brush, 0.99, rim=0.0, ink=0.0, grain=False)
    clouds(
        scene,
        ("streaks", "banks", "heaps")[scene.streams.pick("clouds", 3)],
        top=0.12,
        bottom=scene.horizon - 0.06,
    )
    view = ("skyline", "canyon", "terrace", "garden")[scene.streams.pick("view", 4)]
    {"skyline": _skyline, "canyon": _canyon, "terrace": _terrace, "garden": _garden}[view](scene)


def _moons(scene: Composition, brush: Brush) -> None:
    """A sun or moon, and a pale ringed planet in the sky of this place."""
    sun(scene, brush, 0.04)
    if scene.weather.cover > 0.8:
        return
    brush = brush.with_rng(scene.rng("moons"))
    rng = brush.rng
    x = scene.light.x + (0.6 if scene.light.x < scene.aspect / 2 else -0.6) * rng.uniform(0.7, 1.1)
    centre, radius = (x, rng.uniform(0.1, 0.26)), rng.uniform(0.07, 0.16)
    pale = scene.paints.sky[0] + (scene.paints.light - scene.paints.sky[0]) * (
        0.35 * (1.0 - 0.7 * scene.weather.cover)
    )
    colours = scene.paints.rgb(np.linspace(pale, scene.paints.sky[0] + [2.0, 0.0, 0.0], 6))
    start = np.array(centre) + radius * np.array(scene.light.toward)
    brush.shade(
        forms.ellipses(centre, radius, count=60)[0], colours, start, 2 * np.array(centre) - start
    )
    ring = forms.ellipses(centre, radius * 1.8, radius * 0.3, 60)[0] - centre
    turn = np.array([[0.95, -0.31], [0.31, 0.95]])
    front = (ring[:31] @ turn) + centre
    brush.stroke(front, 0.05 * radius, scene.paints.rgb(pale + [6.0, 0.0, 0.0]))


def _row(
    scene: Composition,
    brush: Brush,
    depth: float,
    foot: float,
    *,
    count: int,
    width: float,
    height: float,
    gap: float = 0.0,
    body: str = "glass",
    peak: float = 0.6,
) -> None:
    """A row of towers standing at y `foot`, tallest near the focus."""
    rng = brush.rng
    materials = glazing(scene, depth, body)
    number = scene.many(count)
    x = (np.arange(number) + rng.uniform(0.15, 0.85, number)) * (scene.aspect + 0.3) / number - 0.15
    near = np.exp(-(((x - scene.focus) / 0.45) ** 2))
    tall = height * (1.0 - peak + peak * near) * rng.uniform(0.6, 1.2, number)
    for i in rng.permutation(number):
        if abs(x[i] - scene.focus) >= gap:
            kind = KINDS[int(rng.integers(len(KINDS)))]
            wide = width * rng.uniform(0.7, 1.3) * (1.4 if kind in ("twins", "steps") else 1.0)
            high_rise(brush, materials, x[i], foot, wide, min(tall[i], foot - 0.03), kind)


def _far_rows(scene: Composition, foot: float) -> None:
    for i, (depth, count, width, height) in enumerate(
        ((0.9, 30, 0.05, 0.34), (0.76, 19, 0.075, 0.46))
    ):
        brush = scene.brush(f"far towers {i}")
        # Haze down to the lower edge, so that no sky shows where something nearer is moved.
        ground = forms.box(-0.1, foot + 0.005, scene.aspect + 0.1, 1.1)
        brush.fill(ground, scene.tones("glass", depth).at(-0.2))
        _row(
            scene,
            brush,
            depth,
            foot + 0.015 * i,
            count=count,
            width=width,
            height=height,
        )
        scene.add(
            f"far towers {i}", brush, depth, rim=0.2, ink=0.3, mist=(foot - 0.34, foot + 0.02, 0.8)
        )


def _traffic(scene: Composition, depth: float, size: float, count: int = 7) -> None:
    brush = scene.brush(f"traffic {depth}")
    rng = brush.rng
    materials = glazing(scene, depth)
    for _ in range(scene.many(count)):
        where = (rng.uniform(0, scene.aspect), rng.uniform(0.08, scene.horizon - 0.05))
        flyer(brush, materials, where, size * rng.uniform(0.6, 1.4))
    scene.add("traffic", brush, depth, rim=0.3, ink=0.3)


def _skyline(scene: Composition) -> None:
    """The city stands on an island; its towers are in the water too."""
    shore = scene.horizon + 0.06
    _far_rows(scene, shore)
    brush = scene.brush("city")
    _row(scene, brush, 0.52, shore + 0.03, count=11, width=0.13, height=0.62)
    brush = brush.with_rng(scene.rng("quay"))
    rng = brush.rng
    brush.box(
        -0.1,
        shore + 0.02,
        scene.aspect + 0.1,
        shore + 0.05,
        scene.tones("trim", 0.5).ground.at(-0.2),
    )
    for x in rng.uniform(0, scene.aspect, scene.many(26)):
        flora.bush(
            brush,
            scene.tones("leaf", 0.5),
            (x, shore + 0.03),
            rng.uniform(0.02, 0.04),
        )
    scene.add("city", brush, 0.52, rim=0.5, ink=0.7, mist=(shore - 0.2, shore + 0.05, 0.35))
    brush = scene.brush("reflections")
    terrain.water(scene, brush, shore + 0.045, 1.05, "bay")
    _reflections(scene, brush, shore + 0.05)
    scene.add("bay", brush, 0.4, rim=0.0, ink=0.0, grain=False)
    _traffic(scene, 0.36, 0.035)
    if scene.streams.pick("frame", 3):
        _platform(scene, rail=scene.streams.pick("frame", 3) == 1)


def _reflections(scene: Composition, brush: Brush, top: float) -> None:
    """Broken columns of light under the towers."""
    rng = scene.rng("reflections")
    dark = scene.tones("glass", 0.4)
    lamp = scene.paints.glowing("lamp")
    materials, aside = glazing(scene, 0.4), rng.spawn(1)[0]
    for x in rng.uniform(0, scene.aspect, scene.many(26)):
        chance = rng.random()
        chooser = aside if chance < materials.usual * 1.5 else rng
        body = dark.at(chooser.choice([-0.5, 0.4]))
        colour = lamp.at(-0.1) if chance < materials.lit * 1.5 else body
        reach, width = rng.uniform(0.06, 0.32), rng.uniform(0.02, 0.07)
        for k in range(9):
            y = top + reach * (k + 0.5) / 9
            brush.dab((x + rng.normal(0, 0.006), y), width * (1 - 0.07 * k), 0.011, colour)


def _platform(scene: Composition, *, rail: bool) -> None:
    """The near edge: a deck with planters, and a rail against the view."""
    brush = scene.brush("platform")
    rng = brush.rng
    trim, body = scene.tones("trim", 0.0), scene.tones("glass", 0.0)
    y = 0.9
    if rail:
        for x in np.arange(0.05, scene.aspect, 0.16):
            brush.box(x - 0.006, y - 0.13, x + 0.006, y + 0.02, body.at(-0.4))
            brush.box(
                x + 0.002 * brush.side,
                y - 0.13,
                x + 0.005 * brush.side,
                y,
                trim.at(0.6),
            )
        for k, wide in ((0.13, 0.014), (0.07, 0.006)):
            brush.box(-0.1, y - k - wide, scene.aspect + 0.1, y - k, body.at(-0.3))
            rail_top = (-0.1, y - k - wide, scene.aspect + 0.1, y - k - 0.6 * wide)
            brush.box(*rail_top, trim.ground.at(0.8))
    brush.shade(
        forms.box(-0.1, y, scene.aspect + 0.1, 1.1),
        trim.ground.at(np.array([0.2, -0.4, -0.7])),
        (0, y),
        (0, 1.05),
    )
    for x in np.arange(-0.5, scene.aspect + 0.6, 0.3):
        foot = scene.aspect / 2 + (x - scene.aspect / 2) * 1.4
        brush.stroke(np.array([[x, y], [foot, 1.05]]), 0.006, body.at(-0.7))
    for toward in (-1, 1):
        x = scene.aspect / 2 + toward * (scene.aspect / 2 - rng.uniform(0.08, 0.3))
        pot = np.array([[-0.12, -0.1], [0.12, -0.1], [0.09, 0.04], [-0.09, 0.04]]) + [x, y + 0.06]
        flora.bush(brush, scene.tones("leaf", 0.0), (x, y - 0.02), 0.13)
        flora.flowers(
            brush,
            scene.tones("bloom", 0.0),
            [x, y - 0.07] + rng.normal(0, 0.05, (9, 2)),
            0.016,
        )
        brush.shade(
            pot, trim.at(np.array([-0.6, 0.5])[:: brush.side]), (x - 0.12, 0), (x + 0.12, 0)
        )
        brush.box(x - 0.125, y - 0.05, x + 0.125, y - 0.03, trim.ground.at(0.7))
    scene.add("platform", brush, 0.0, rim=0.5, ink=0.6)


def _terrace(scene: Composition) -> None:
    """From a high terrace, over gulfs of mist."""
    _far_rows(scene, scene.horizon + 0.2)
    for i, (depth, count, width, height, foot) in enumerate(
        ((0.58, 11, 0.12, 0.78, 0.92), (0.36, 5, 0.22, 0.95, 1.04))
    ):
        brush = scene.brush(f"towers {i}")
        _row(
            scene,
            brush,
            depth,
            foot,
            count=count,
            width=width,
            height=height,
            gap=0.28 * i,
            body=("glass", "trim")[i],
            peak=0.5 - 0.7 * i,
        )
        scene.add(
            f"towers {i}", brush, depth, rim=0.5, ink=0.7, mist=(0.5, 0.95, 0.85 * depth + 0.15)
        )
    _traffic(scene, 0.3, 0.045)
    _platform(scene, rail=True)


def _garden(scene: Composition) -> None:
    """Towers among trees: lawns, a winding way, a pool."""
    shore = scene.horizon + 0.08
    _far_rows(scene, shore)
    brush = scene.brush("city")
    _row(scene, brush, 0.5, shore + 0.05, count=8, width=0.15, height=0.6, body="trim")
    line = terrain.ground_line(scene.rng("lawn"), scene, shore + 0.03, 0.04)
    terrain.rolling(scene, brush, line, "grass", 0.45, "lawn")
    brush = brush.with_rng(scene.rng("garden"))
    rng = brush.rng
    terrain.approach(
        scene, brush, scene.tones("trim", 0.35), shore + 0.03, aside=-0.5, near=0.5, far=0.02
    )
    leaf, bark = scene.tones("leaf", 0.36), scene.tones("bark", 0.36)
    for near in np.sort(rng.random(scene.many(13)) ** 1.3):
        x = scene.focus + rng.choice([-1, 1]) * (0.2 + 0.4 * near + abs(rng.normal(0, 0.45)))
        foot = (x, shore + 0.04 + 0.3 * near)
        if rng.random() < 0.6:
            flora.tree(brush, bark, leaf, foot, 0.1 + 0.26 * near)
        else:
            flora.bush(brush, leaf, foot, 0.03 + 0.08 * near)
    scene.add("garden", brush, 0.42, rim=0.5, ink=0.7)
    _traffic(scene, 0.36, 0.035)
    _platform(scene, rail=bool(scene.streams.pick("frame", 2)))


def _canyon(scene: Composition) -> None:
    """A street in one-point perspective between walls of towers."""
    _far_rows(scene, scene.horizon + 0.04)
    street.road(scene)
    distances = (9.0, 6.2, 4.3, 3.0, 2.05, 1.35)
    for k, (far, near) in enumerate(pairwise(distances)):
        depth = 0.66 * (1.0 - (k / 4.6))
        brush = scene.brush(f"canyon {k}")
        for toward in (-1, 1):
            street.block(scene, brush, toward, near, far * 0.985, depth)
        foot = scene.horizon + 0.5 / near
        scene.add(
            f"street {k}",
            brush,
            depth,
            rim=0.4,
            ink=0.7,
            mist=(scene.horizon - 0.1, foot, 0.7 * depth),
        )
    _traffic(scene, 0.1, 0.06, 5)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=_FAMILIES,
    horizon=(0.5, 0.66),
)
