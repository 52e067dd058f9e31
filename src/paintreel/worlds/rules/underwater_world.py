"""The rules of the underwater world: reef, kelp forest, sunken ruins, deep trench."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.layer_effects import noise
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import terrain
from paintreel.worlds.things.rocks import crag, ledge, stone_arch
from paintreel.worlds.things.ruins import temple, wreck
from paintreel.worlds.things.seabed import bed, coral_tower, garden
from paintreel.worlds.things.sealife import CORALS, fish, jelly, weed, whale
from paintreel.worlds.things.sky import gradient, shafts

__all__ = ["underwater_world"]


def underwater_world(plan: Plan) -> None:
    """Below the surface: light from above, life on the ground, blue distance."""
    view = ("reef", "kelp", "ruins", "trench")[plan.chance.turn("view", 4)]
    _open_water(plan)
    _far_rocks(plan)
    _school(plan, 0.8, 60, 0.012)
    if view == "kelp":
        _kelp_row(plan, 0.72, 16, 0.018)
    else:
        _visitor(plan, 0.7)
    shafts(plan, (plan.light.x, -0.2), 0.3, depth=0.62)
    {"reef": _reef, "kelp": _kelp, "ruins": _ruins, "trench": _trench}[view](plan)
    _school(plan, 0.25, 16, 0.035)
    _near(plan, view)
    _bubbles(plan)


def _open_water(plan: Plan) -> None:
    """Depth of colour from the bright surface to the dark, with caustic light near the top."""
    x, y = plan.stage.units()
    rgb = gradient(plan, 1.0).astype(np.float32)
    veil = noise(plan.rng("water"), plan.stage, 1.6, 3.0, 4)
    light = plan.paints.rgb(plan.paints.light).astype(np.float32)
    fall = np.exp(-((x - plan.light.x) ** 2) / 0.4) * np.exp(-(y**2) / 0.22)
    net = np.abs(noise(plan.rng("net"), plan.stage, 5.0, 16.0, 3) - 0.5)
    sparkle = np.clip(1.0 - net * 14.0, 0.0, 1.0) * np.clip(1.0 - y / 0.16, 0.0, 1.0)
    rgb = rgb * (0.86 + 0.28 * veil).astype(np.float32)[..., None]
    weight = np.minimum(0.7 * fall + 0.55 * sparkle, 1.0).astype(np.float32)
    rgb += (light - rgb) * weight[..., None]
    plan.add_sky(rgb)


def _far_rocks(plan: Plan) -> None:
    """Pale banks and needles of rock in the distance."""
    for i, depth in enumerate((0.9, 0.78)):
        rng = plan.rng(f"far rocks {i}")
        canvas = plan.canvas()
        tones = plan.tones("rock", depth)
        line = terrain.ground_line(rng, plan, plan.ground(0.1 + 0.12 * i), 0.16, 3.0)
        for _ in range(plan.many(3)):
            x = rng.uniform(0, plan.aspect)
            if min(abs(x - plan.focus), abs(x - _visitor_x(plan))) > 0.3:
                line[:, 1] -= rng.uniform(0.15, 0.4) * np.exp(
                    -(((line[:, 0] - x) / rng.uniform(0.06, 0.14)) ** 4)
                )
        line[:, 1] += 0.015 * forms.waves(rng, line[:, 0], 0.12, 3)
        canvas.shade(forms.skirt(line), tones.at(np.array([0.5, 0.0, -0.4])), (0, 0.2), (0, 0.9))
        plan.add(f"far rocks {i}", canvas, depth, rim=0.3, ink=0.0, mist=(0.4, 0.85, 0.5))


def _school(plan: Plan, depth: float, count: int, size: float) -> None:
    """A shoal that streams along one bend."""
    rng = plan.rng(f"school {depth}")
    canvas = plan.canvas()
    ahead = rng.choice([-1.0, 1.0])
    number = plan.many(count)
    t = rng.normal(0.0, 0.5, number)
    centre = np.array([plan.focus + rng.uniform(-0.3, 0.3), rng.uniform(0.25, 0.5)])
    where = centre + np.stack([0.32 * t, 0.08 * np.sin(2.2 * t) + rng.normal(0, 0.045, number)], -1)
    names = ("coral", "gold", "kelp", "shell")
    tones, fin = (plan.tones(names[int(k)], depth) for k in rng.permutation(4)[:2])
    stripes = bool(rng.random() < 0.5)
    for spot, k in zip(where, rng.uniform(0.7, 1.3, number), strict=True):
        fish(canvas, rng, tones, fin, spot, size * k, ahead, stripes=stripes)
    plan.add(f"fish {depth}", canvas, depth, rim=0.3, ink=0.6)


def _visitor_x(plan: Plan) -> float:
    """Where a great creature swims: open water is kept behind it."""
    return plan.focus - 0.5 * plan.lean


def _visitor(plan: Plan, depth: float) -> None:
    """One great creature in the distance: a whale, a ray or jellyfish."""
    rng = plan.rng("visitor")
    canvas = plan.canvas()
    kind = plan.chance.turn("visitor", 3)
    x, y = _visitor_x(plan), rng.uniform(0.18, 0.36)
    tones = plan.tones("rock", depth)
    if kind == 0:
        whale(canvas, tones, np.array([x, y]), rng.uniform(0.4, 0.6), -plan.lean)
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
        scale = np.array([-plan.lean * size, size])
        canvas.fill([x, y] + wing * scale, tones.at(-0.35))
        canvas.fill([x, y] + wing[:27] * scale, tones.at(0.25))
    else:
        for _ in range(plan.many(5)):
            spot = np.array([x, y]) + rng.normal(0, 1, 2) * [0.25, 0.1]
            jelly(plan, canvas, rng, spot, rng.uniform(0.03, 0.08), depth)
    plan.add("visitor", canvas, depth, rim=0.3, ink=0.3)


def _reef(plan: Plan) -> None:
    """Terraces of coral on both sides of a sandy way, and a tower of coral at its end."""
    for i, (depth, y, count, size) in enumerate(((0.55, 0.15, 30, 0.08), (0.36, 0.42, 24, 0.14))):
        canvas, line = bed(plan, f"reef {i}", plan.ground(y), depth, 0.06)
        away = np.clip(np.abs(line[:, 0] - plan.focus) - 0.2, 0, 0.6)
        terrace = line - np.stack([0.0 * away, 0.35 * away], axis=-1)
        terrain.rolling(plan, canvas, terrace, "rock", depth, f"reef rock {i}")
        if i == 0:
            coral_tower(plan, canvas, depth)
        garden(plan, canvas, plan.rng(f"corals {i}"), terrace, depth, count, size, gap=0.12)
        plan.add(
            f"reef {i}",
            canvas,
            depth,
            rim=0.45,
            ink=0.7,
            mist=(plan.ground(y) - 0.1, plan.ground(y) + 0.3, 0.4 * depth),
        )


def _kelp_row(plan: Plan, depth: float, count: int, gap: float) -> None:
    rng = plan.rng(f"kelp {depth}")
    canvas = plan.canvas()
    foot = plan.ground(0.1 + 0.8 * (1 - depth) ** 1.5)
    for x in np.linspace(-0.05, plan.aspect + 0.05, plan.many(count)) + rng.normal(
        0, 0.03, plan.many(count)
    ):
        if abs(x - plan.focus) > gap:
            weed(
                canvas,
                rng,
                plan.tones("kelp", depth),
                (x, foot + 0.05),
                rng.uniform(0.5, 1.1) * (0.6 + foot * 0.5),
                plan.light.side,
            )
    plan.add(f"kelp {depth}", canvas, depth, rim=0.4, ink=0.4, mist=(0.3, 1.0, 0.3 * depth))


def _kelp(plan: Plan) -> None:
    """Strands from the ground to the surface, a lane of light between them."""
    canvas, line = bed(plan, "floor", plan.ground(0.22), 0.55)
    garden(plan, canvas, plan.rng("corals"), line, 0.55, 14, 0.07)
    plan.add("floor", canvas, 0.55, mist=(plan.ground(0.1), plan.ground(0.5), 0.3))
    _kelp_row(plan, 0.5, 11, 0.25)
    canvas, line = bed(plan, "front", plan.ground(0.55), 0.3)
    garden(plan, canvas, plan.rng("front corals"), line, 0.3, 12, 0.1, gap=0.2)
    plan.add("front", canvas, 0.32)
    _kelp_row(plan, 0.22, 6, 0.45)


def _ruins(plan: Plan) -> None:
    """Columns and an arch of a drowned temple, or a wreck."""
    rng = plan.rng("ruins")
    canvas, line = bed(plan, "floor", plan.ground(0.18), 0.5)
    if plan.chance.turn("ruin", 2):
        wreck(plan, canvas, rng, plan.focus, plan.ground(0.34))
    else:
        temple(plan, canvas, rng, plan.focus, plan.ground(0.3))
    garden(plan, canvas, rng, line + [0, 0.1], 0.45, 15, 0.08)
    plan.add("ruins", canvas, 0.48, rim=0.5, ink=0.8, mist=(0.45, 0.95, 0.3))
    canvas, line = bed(plan, "front", plan.ground(0.6), 0.25, 0.08)
    garden(plan, canvas, plan.rng("front corals"), line, 0.25, 10, 0.13, gap=0.3)
    plan.add("front", canvas, 0.28)


def _trench(plan: Plan) -> None:
    """Between two walls of rock, an arch ahead, glowing life on the ledges."""
    rng = plan.rng("trench")
    canvas, line = bed(plan, "floor", plan.ground(0.3), 0.5)
    rock = plan.tones("rock", 0.5)
    size = rng.uniform(0.42, 0.56)
    stone_arch(plan, canvas, rng, rock, plan.focus, plan.ground(0.32), size)
    garden(plan, canvas, rng, line + [0, 0.05], 0.48, 16, 0.07)
    plan.add("arch", canvas, 0.5, rim=0.5, ink=0.7, mist=(0.4, 0.95, 0.35))
    for i, depth in enumerate((0.38, 0.2)):
        canvas = plan.canvas()
        tones = plan.tones("rock", depth)
        for toward in (-1, 1):
            y = np.linspace(-0.05, 1.05, 24)
            reach = (
                0.22 + 0.1 * i - 0.16 * i * (toward == plan.lean) + 0.22 * np.abs(y - 0.35) ** 1.5
            )
            reach = reach * 0.75 + 0.05 * forms.waves(rng, y, 0.4, 4)
            edge = np.stack([(plan.aspect - reach if toward > 0 else reach), y], -1)
            out = plan.aspect + 0.2 if toward > 0 else -0.2
            wall = np.vstack([edge, [[out, 1.05], [out, -0.05]]])
            lit = 0.35 if toward != plan.light.side else -0.35
            canvas.shade(wall, tones.at(np.array([lit, lit - 0.3, -0.8])), edge[12], (out, 0.5))
            crag(canvas, rng, tones, edge[::2], toward, lit)
            for k in np.sort(rng.choice(np.arange(2, 22), 6, replace=False)):
                ledge(canvas, tones, edge[k], rng.uniform(0.6, 1.4), toward, lit)
                pigment = ("coral", "gold", "anemone")[k % 3]
                at = edge[k] + [toward * 0.015, 0.008]
                coral = CORALS[int(rng.integers(3))]
                grown = plan.tones(pigment, depth)
                coral(canvas, rng, grown, at, rng.uniform(0.05, 0.09) + 0.03 * i, plan.light.side)
        plan.add(f"walls {i}", canvas, depth, rim=0.45, ink=0.6)
    canvas, line = bed(plan, "front", plan.ground(0.75), 0.15, 0.08)
    garden(plan, canvas, plan.rng("front corals"), line, 0.15, 8, 0.12, gap=0.2)
    plan.add("front", canvas, 0.15)


def _near(plan: Plan, view: str) -> None:
    """Dark corals and weeds at the corners."""
    rng = plan.rng("near")
    canvas = plan.canvas()
    line = terrain.ground_line(rng, plan, 0.99, 0.05, 1.4)
    line[:, 1] -= 0.12 * np.clip(np.abs(line[:, 0] - plan.focus) / plan.aspect - 0.2, 0, 1)
    canvas.fill(forms.skirt(line), plan.tones("rock", 0.0).at(-0.8))
    edges = ((-plan.lean,), (-1, 1), (plan.lean,), ())[plan.chance.turn("frame", 4)]
    for edge in edges:
        x = 0.0 if edge < 0 else plan.aspect
        for k in range(5):
            weed(
                canvas,
                rng,
                plan.tones("kelp", 0.0),
                (x - edge * (0.02 + 0.07 * k), 1.03),
                rng.uniform(0.55, 1.05) * (1 - 0.12 * k),
                plan.light.side,
            )
    for x in rng.uniform(0, plan.aspect, plan.many(7)):
        if abs(x - plan.focus) > 0.25:
            pick, pigment = int(rng.integers(4)), ("coral", "anemone", "gold")[int(rng.integers(3))]
            CORALS[pick](
                canvas,
                rng,
                plan.tones(pigment, 0.0),
                (x, np.interp(x, line[:, 0], line[:, 1]) + 0.02),
                rng.uniform(0.09, 0.17),
                plan.light.side,
            )
    plan.add("frame", canvas, 0.0, rim=0.4, ink=0.7)


def _bubbles(plan: Plan) -> None:
    rng = plan.rng("bubbles")
    canvas = plan.canvas()
    colour = plan.paints.rgb(plan.paints.light)
    for _ in range(plan.many(5)):
        x, y = rng.uniform(0.05, plan.aspect - 0.05), rng.uniform(0.4, 0.95)
        for k in range(8):
            where = np.array([x + rng.normal(0, 0.012), y - 0.04 * k * rng.uniform(0.7, 1.3)])
            size = rng.uniform(0.003, 0.011)
            circle = forms.ellipses(where, size, count=18)[0]
            canvas.wash(circle, colour, 0.22)
            canvas.fill(forms.strip(np.vstack([circle, circle[:1]]), 0.0016), colour)
            canvas.fill(forms.ellipses(where - 0.35 * size, 0.25 * size, count=8)[0], colour)
    plan.add("bubbles", canvas, 0.0, rim=0.0, ink=0.0, grain=False)
