"""The rules of the forest: halls of trunks, a giant tree, a mushroom grove, a stream."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.glades import giant, grove, hall, stream
from paintreel.worlds.things.sky import paint_sky, shafts, stars, sun

__all__ = ["fantasy_forest", "forest"]


def fantasy_forest(plan: Plan) -> None:
    """A forest of tales: giant trees with windows, tall mushrooms, lights between the trunks."""
    view = ("hall", "giant", "grove", "stream")[plan.chance.turn("view", 4)]
    _forest(plan, view, tales=True)


def forest(plan: Plan) -> None:
    """A forest of this world."""
    view = ("hall", "stream", "clearing")[plan.chance.turn("view", 3)]
    _forest(plan, view, tales=False)


def _forest(plan: Plan, view: str, *, tales: bool) -> None:
    paint_sky(plan, bottom=1.0, glow=0.75)
    if plan.night:
        canvas = plan.canvas()
        stars(plan, canvas, 60, 0.5)
        sun(plan, canvas, 0.05)
        plan.add("moon", canvas, 0.99, rim=0.0, ink=0.0, grain=False)
    gap = {"hall": 0.16, "giant": 0.5, "grove": 0.42, "stream": 0.24, "clearing": 0.5}[view]
    _far_woods(plan)
    depths = (0.78, 0.6, 0.42, 0.26)
    for i, depth in enumerate(depths):
        _trunks(plan, i, depth, gap * (1.9 - 1.5 * depth))
        if i == 1 and not plan.night:
            shafts(plan, (plan.light.x, -0.15), 0.22 if view == "hall" else 0.15, depth=0.58)
    {"hall": hall, "giant": giant, "grove": grove, "stream": stream, "clearing": hall}[view](plan)
    _near(plan, tales)
    if tales:
        _sparks(plan)


def _far_woods(plan: Plan) -> None:
    """Two pale walls of crowns behind everything."""
    for i, depth in enumerate((0.93, 0.86)):
        rng = plan.rng(f"far woods {i}")
        canvas = plan.canvas()
        tones = plan.tones("leaf", depth)
        count = plan.many(16)
        x = np.linspace(-0.1, plan.aspect + 0.1, count) + rng.normal(0, 0.04, count)
        open_here = np.exp(-(((x - plan.focus) / 0.3) ** 2))
        y = plan.horizon - rng.uniform(0.12, 0.34, count) * (1.0 - 0.75 * open_here)
        canvas.fill(forms.skirt(np.stack([x, np.maximum(y + 0.06, 0)], -1), 1.05), tones.at(-0.2))
        for where, size in zip(np.stack([x, y], -1), rng.uniform(0.07, 0.13, count), strict=True):
            flora.crown(canvas, rng, tones, where, size, plan.light.side, puffs=5)
        plan.add(
            f"far woods {i}",
            canvas,
            depth,
            rim=0.1,
            ink=0.0,
            mist=(plan.horizon - 0.25, plan.horizon + 0.1, 0.7),
        )


def _trunks(plan: Plan, i: int, depth: float, gap: float) -> None:
    """One row of trunks on its strip of ground, with the crowns that close it above."""
    rng = plan.rng(f"trunks {i}")
    canvas = plan.canvas()
    nearness = (1.0 - depth) ** 1.5
    foot_y = plan.ground(0.02 + 0.75 * nearness)
    line = terrain.ground_line(rng, plan, foot_y, 0.02 + 0.03 * nearness)
    if depth > 0.5:
        terrain.rolling(plan, canvas, line, "moss", depth, f"ground {i}", fall=0.3)
    width = 0.028 + 0.15 * nearness
    count = plan.many(13 - 3 * i)
    x = (np.arange(count) + rng.uniform(0.1, 0.9, count)) * (plan.aspect + 0.4) / count - 0.2
    bark, leaf = plan.tones("bark", depth), plan.tones("leaf", depth)
    x = x[np.abs(x - plan.focus) > 0.5 * gap]
    for where in x:
        foot = (where, np.interp(where, line[:, 0], line[:, 1]) + 0.012)
        flora.trunk(
            canvas, rng, bark, foot, foot[1] + 0.1, width * rng.uniform(0.6, 1.35), plan.light.side
        )
    tops = plan.many(12 - i)
    cx = np.linspace(-0.15, plan.aspect + 0.15, tops) + rng.normal(0, 0.05, tops)
    away = np.clip(np.abs(cx - plan.focus) / 0.9, 0.0, 1.0)
    hang = 0.22 * away + rng.uniform(-0.05, 0.06, tops) - 0.03 * i
    for where, y in zip(cx, hang, strict=True):
        flora.crown(
            canvas,
            rng,
            leaf,
            (where, y),
            0.1 + 0.08 * nearness + 0.05 * rng.random(),
            plan.light.side,
            puffs=7,
        )
    count = plan.many(26 - 3 * i)
    gx = rng.uniform(0, plan.aspect, count)
    spot = np.stack(
        [gx, np.interp(gx, line[:, 0], line[:, 1]) + 0.01 + 0.06 * rng.random(count)], -1
    )
    flora.grass(canvas, rng, plan.tones("grass", depth), spot, 0.02 + 0.06 * nearness)
    for where in rng.choice(x, min(len(x), 4 + i), replace=False) if len(x) else ():
        flora.bush(
            canvas,
            rng,
            leaf,
            (where + rng.normal(0, 0.05), foot_y + 0.02),
            0.04 + 0.09 * nearness,
            plan.light.side,
        )
    plan.add(
        f"trunks {i}", canvas, depth, rim=0.55, ink=0.6, mist=(foot_y - 0.3, foot_y, 0.5 * depth)
    )


def _near(plan: Plan, tales: bool) -> None:
    """The dark frame: a trunk at one side or both, leaves above, undergrowth below."""
    rng = plan.rng("near")
    canvas = plan.canvas()
    bark, leaf, side = plan.tones("bark", 0.0), plan.tones("leaf", 0.0), plan.light.side
    frame = plan.chance.turn("frame", 4)
    edges = {0: (-plan.lean,), 1: (-1, 1), 2: (), 3: (plan.lean,)}[frame]
    line = terrain.ground_line(rng, plan, 0.96, 0.09, 1.6)
    canvas.fill(forms.skirt(line), plan.tones("moss", 0.0).at(-0.7))
    for edge in edges:
        x = 0.05 if edge < 0 else plan.aspect - 0.05
        branch = forms.curve([[x, 0.25], [x - 0.2 * edge, 0.16], [x - 0.5 * edge, 0.13]], 12)
        flora.bands(canvas, branch, np.linspace(0.07, 0.012, 12), bark, side)
        flora.trunk(canvas, rng, bark, (x, 1.05), 1.2, rng.uniform(0.2, 0.3), side)
        flora.hanging(canvas, rng, leaf, branch[3], branch[-1], 7, 0.26)
        for k in range(5):
            flora.crown(canvas, rng, leaf, (x - 0.14 * k * edge, 0.02 + 0.02 * k), 0.14, side)
    count = plan.many(30)
    gx = rng.uniform(0, plan.aspect, count)
    gy = np.interp(gx, line[:, 0], line[:, 1])
    spot = np.stack([gx, gy + 0.03], -1)
    flora.grass(
        canvas, rng, plan.tones("grass", 0.0), spot, rng.uniform(0.06, 0.15, count), lit=(-0.9, 0.1)
    )
    for k in range(plan.many(5)):
        flora.bush(
            canvas, rng, leaf, (gx[k % count], gy[k % count] + 0.05), rng.uniform(0.07, 0.12), side
        )
    flora.flowers(canvas, rng, plan.tones("bloom", 0.0), spot[::3] - [0.0, 0.07], 0.016)
    if tales:
        for k in range(plan.many(5)):
            x = gx[(3 * k + 1) % count]
            flora.mushroom(
                canvas,
                rng,
                plan.tones("pale", 0.05),
                plan.tones("cap", 0.05),
                (x, np.interp(x, line[:, 0], line[:, 1]) + 0.03),
                rng.uniform(0.06, 0.16),
                side,
            )
    plan.add("frame", canvas, 0.0, rim=0.5, ink=0.6)


def _sparks(plan: Plan) -> None:
    """Small lights that drift between the trunks."""
    rng = plan.rng("sparks")
    canvas = plan.canvas(soft=True)
    lamp = plan.paints.glowing("lamp")
    for _ in range(plan.many(34)):
        where = (plan.focus + rng.normal(0, 0.4), rng.uniform(0.2, 0.95))
        size = 0.006 + 0.014 * rng.random() ** 2
        canvas.glow(where, 3.2 * size, lamp.mid, 0.55)
        canvas.fill(forms.ellipses(where, 0.3 * size, count=10)[0], lamp.at(0.85))
    plan.add("sparks", canvas, 0.0, rim=0.0, ink=0.0, grain=False)
