"""The rules of the medieval castle: on a crag, by a lake, above a village, from a gate."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import castle, masonry
from paintreel.worlds.things.groves import frame, hill, wood
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import heavens

__all__ = ["medieval_castle"]


def medieval_castle(plan: Plan) -> None:
    """A castle on a crag, by a lake, above a village, or across a valley seen from a gate."""
    heavens(plan, low=plan.horizon)
    terrain.mountains(
        plan, "far range", foot=plan.horizon + 0.02, height=0.34, depth=0.9, peaks=3.0, snow=True
    )
    terrain.mountains(
        plan,
        "near range",
        foot=plan.horizon + 0.05,
        height=0.17,
        depth=0.75,
        peaks=4.6,
        pigment="leaf",
    )
    view = ("crag", "lake", "village", "gate")[plan.chance.turn("view", 4)]
    {"crag": _crag, "lake": _lake, "village": _village, "gate": _far_gate}[view](plan)


def _crag(plan: Plan) -> None:
    rng = plan.rng("crag")
    style = plan.chance.turn("style", 3)
    canvas, line = hill(plan, "valley", plan.horizon + 0.1, 0.06, 0.6)
    wood(plan, canvas, "valley trees", line, 0.6, 34, 0.05)
    plan.add("valley", canvas, 0.6, mist=(plan.horizon, plan.horizon + 0.2, 0.35))
    size = rng.uniform(0.6, 0.8)
    top = plan.horizon - rng.uniform(-0.02, 0.1)
    canvas = plan.canvas()
    made = masonry(plan, 0.42)
    castle(canvas, rng, made, plan.focus, top + 0.012, size, style)
    x = np.linspace(-0.62, 0.62, 40) * size
    edge = (
        top
        + 0.03 * np.abs(x / size)
        + np.where(np.abs(x) > 0.52 * size, 3.2 * (np.abs(x) - 0.52 * size), 0)
    )
    edge += np.abs(terrain.ground_line(rng, plan, 0.0, 0.02)[::4, 1])
    crest = np.stack([plan.focus + x, edge], axis=-1)
    terrain.cliff(canvas, rng, plan.tones("rock", 0.4), crest, plan.horizon + 0.38, plan.light.side)
    flora.grass(canvas, rng, plan.tones("grass", 0.4), crest[4:-4:1], 0.02)
    plan.add(
        "castle",
        canvas,
        0.42,
        rim=0.5,
        ink=0.9,
        mist=(plan.horizon + 0.05, plan.horizon + 0.36, 0.6),
    )
    canvas, line = hill(plan, "meadow", plan.horizon + 0.27, 0.1, 0.25)
    terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.25),
        (plan.focus - 0.6 * plan.lean, 1.08),
        (plan.focus, plan.horizon + 0.27),
        near=0.3,
        far=0.015,
    )
    wood(plan, canvas, "meadow trees", line, 0.25, 16, 0.13, clear=(plan.focus, 0.2))
    plan.add("meadow", canvas, 0.25)
    frame(plan)


def _lake(plan: Plan) -> None:
    rng = plan.rng("lake")
    shore = plan.horizon + 0.12
    canvas, line = hill(plan, "shore", shore - 0.06, 0.04, 0.5, mound=(plan.focus, 0.4, 0.07))
    foot = float(np.interp(plan.focus, line[:, 0], line[:, 1])) + 0.03
    wood(plan, canvas, "shore trees", line, 0.5, 26, 0.07, clear=(plan.focus, 0.38))
    castle(
        canvas,
        rng,
        masonry(plan, 0.45),
        plan.focus,
        foot,
        rng.uniform(0.62, 0.82),
        plan.chance.turn("style", 3),
    )
    wood(plan, canvas, "bank trees", line + [0.0, 0.07], 0.45, 16, 0.06)
    canvas.fill(
        forms.box(-0.1, shore + 0.06, plan.aspect + 0.1, 1.1), plan.tones("rock", 0.45).at(-0.5)
    )
    plan.add("castle", canvas, 0.45, rim=0.5, ink=0.8)
    canvas = plan.canvas()
    terrain.water(plan, canvas, shore + 0.035, 1.05, "lake")
    dim = plan.tones("stone", 0.5)
    for x in plan.focus + np.linspace(-0.35, 0.35, 9):
        reach = rng.uniform(0.12, 0.34)
        for k in range(7):
            y = shore + 0.045 + reach * k / 7
            canvas.fill(
                forms.dabs([[x + rng.normal(0, 0.012), y]], 0.09 * (1 - 0.08 * k), 0.014, 0.0)[0],
                dim.at(-0.5 + 0.08 * k),
            )
    plan.add("lake", canvas, 0.3, rim=0.0, ink=0.0)
    frame(plan, reeds=True)


def _village(plan: Plan) -> None:
    rng = plan.rng("village")
    canvas, line = hill(
        plan, "castle hill", plan.horizon + 0.12, 0.05, 0.55, mound=(plan.focus, 0.42, 0.2)
    )
    foot = float(np.interp(plan.focus, line[:, 0], line[:, 1])) + 0.02
    castle(
        canvas,
        rng,
        masonry(plan, 0.55),
        plan.focus,
        foot,
        rng.uniform(0.46, 0.58),
        plan.chance.turn("style", 3),
    )
    wood(plan, canvas, "hill trees", line + [0, 0.03], 0.55, 26, 0.05, clear=(plan.focus, 0.12))
    plan.add("castle hill", canvas, 0.55, mist=(plan.horizon + 0.05, plan.horizon + 0.26, 0.4))
    canvas, line = hill(plan, "village ground", plan.horizon + 0.2, 0.05, 0.3)
    way = terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.3),
        (plan.focus - 0.3 * plan.lean, 1.08),
        (plan.focus, plan.horizon + 0.2),
        near=0.5,
        far=0.03,
        bend=0.1,
    )
    made = masonry(plan, 0.28, "pale")
    nears = np.sort(rng.uniform(0.02, 0.5, plan.many(11)))
    for i, near in enumerate(nears):
        y = plan.horizon + 0.2 + (0.8 - plan.horizon) * near
        middle = np.interp(y, way[::-1, 1], way[::-1, 0])
        size = 0.12 + 0.3 * near
        away = 0.05 + 0.35 * near + 0.6 * size + abs(rng.normal(0, 0.3))
        x = middle + away * (1 if i % 2 else -1)
        house(canvas, rng, made, x, y + 0.03, size)
        flora.bush(
            canvas,
            rng,
            plan.tones("leaf", 0.28),
            (x + rng.uniform(-0.5, 0.5) * size, y + 0.05),
            0.25 * size,
            plan.light.side,
        )
    plan.add("village", canvas, 0.28, ink=0.8)
    frame(plan)


def _far_gate(plan: Plan) -> None:
    """Across the valley, framed by the stones of a gateway."""
    rng = plan.rng("gate")
    canvas, line = hill(
        plan, "castle hill", plan.horizon + 0.1, 0.05, 0.5, mound=(plan.focus, 0.5, 0.16)
    )
    foot = float(np.interp(plan.focus, line[:, 0], line[:, 1])) + 0.02
    castle(
        canvas,
        rng,
        masonry(plan, 0.5),
        plan.focus,
        foot,
        rng.uniform(0.55, 0.75),
        plan.chance.turn("style", 3),
    )
    wood(plan, canvas, "hill trees", line + [0, 0.04], 0.5, 34, 0.055, clear=(plan.focus, 0.1))
    terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.45),
        (plan.aspect / 2, 1.0),
        (plan.focus, foot),
        near=0.28,
        far=0.03,
    )
    plan.add("castle hill", canvas, 0.5, mist=(plan.horizon + 0.1, plan.horizon + 0.4, 0.3))
    canvas = plan.canvas()
    made = masonry(plan, 0.04)
    middle, half = plan.aspect / 2, 0.4 * plan.aspect
    crown, spring = 0.07, 0.5
    angle = np.linspace(np.pi, 2 * np.pi, 40)
    arch = np.stack([middle + half * np.cos(angle), spring + (spring - crown) * np.sin(angle)], -1)
    for inner, colour in ((arch, made.stone.at(-0.55)),):
        left, right = (
            [[-0.1, 1.1], [-0.1, -0.1]],
            [[plan.aspect + 0.1, -0.1], [plan.aspect + 0.1, 1.1]],
        )
        canvas.fill(
            np.vstack([left, right, [[middle + half, 1.1]], inner[::-1], [[middle - half, 1.1]]]),
            colour,
        )
    centre = np.array([middle, spring])
    for k in range(0, 39, 3):
        near, far = arch[k : k + 4], centre + (arch[k : k + 4] - centre) * [1.09, 1.14]
        stone = np.vstack([near, far[::-1]])
        heart = stone.mean(axis=0)
        canvas.fill(heart + (stone - heart) * 0.92, made.stone.at(rng.uniform(-0.5, 0.0)))
    for edge, toward in ((middle - half, -1), (middle + half, 1)):
        for k in range(9):
            y = spring + 0.066 * k
            canvas.fill(
                forms.box(edge, y, edge + toward * 0.11, y + 0.058),
                made.stone.at(rng.uniform(-0.5, 0.0)),
            )
    line = terrain.ground_line(rng, plan, 0.97, 0.05)
    canvas.fill(forms.skirt(line), plan.tones("earth", 0.0).at(-0.6))
    flora.hanging(
        canvas,
        rng,
        plan.tones("leaf", 0.05),
        (middle - 0.7 * half, 0.1),
        (middle + 0.7 * half, 0.1),
        plan.many(9),
        0.22,
    )
    spots = np.stack([rng.uniform(0, plan.aspect, 24), rng.uniform(0.95, 1.02, 24)], -1)
    flora.grass(canvas, rng, plan.tones("grass", 0.0), spots, 0.09, lit=(-0.8, 0.1))
    plan.add("gateway", canvas, 0.0, rim=0.5, ink=0.6)
