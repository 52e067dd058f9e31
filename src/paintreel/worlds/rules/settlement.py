"""The rules of the settlement: a street, a hamlet on a slope, roofs below a town wall."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import masonry, tower, wall
from paintreel.worlds.things.groves import frame, hill, wood
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import heavens

__all__ = ["settlement"]


def settlement(plan: Plan) -> None:
    """A village street, a hamlet on a slope, or roofs below a town wall."""
    heavens(plan, low=plan.horizon)
    terrain.mountains(
        plan,
        "far hills",
        foot=plan.horizon + 0.03,
        height=0.2,
        depth=0.85,
        peaks=4.0,
        pigment="leaf",
    )
    view = ("street", "slope", "roofs")[plan.chance.turn("view", 3)]
    {"street": _street, "slope": _village_slope, "roofs": _roofs}[view](plan)


def _street(plan: Plan) -> None:
    rng = plan.rng("street")
    canvas, _ = hill(plan, "street ground", plan.horizon + 0.03, 0.01, 0.4, pigment="earth")
    terrain.path(
        plan,
        canvas,
        plan.tones("stone", 0.35),
        (plan.focus - 0.2 * plan.lean, 1.1),
        (plan.focus, plan.horizon + 0.03),
        near=1.1,
        far=0.05,
        bend=0.05,
    )
    plan.add("street", canvas, 0.62)
    nears = np.array([0.06, 0.14, 0.26, 0.44, 0.7])
    for k, near in enumerate(nears):
        depth = 0.6 - 0.55 * near
        canvas = plan.canvas()
        made = masonry(plan, depth, "pale", ("roof", "cloth")[k % 2])
        for toward in (-1, 1):
            size = (0.2 + 1.0 * near) * rng.uniform(0.85, 1.2)
            x = plan.focus + toward * (0.1 + 0.95 * near + 0.42 * size)
            house(canvas, rng, made, x, plan.ground(0.06 + near), size)
            flora.bush(
                canvas,
                rng,
                plan.tones("leaf", depth),
                (x - toward * 0.4 * size, plan.ground(0.09 + near)),
                0.13 * size,
                plan.light.side,
            )
        plan.add(
            f"houses {k}",
            canvas,
            depth,
            ink=0.8,
            mist=(plan.horizon, plan.ground(near + 0.1), 0.3 * depth),
        )
    frame(plan)


def _village_slope(plan: Plan) -> None:
    rng = plan.rng("slope")
    canvas, line = hill(plan, "slope", plan.horizon + 0.1, 0.06, 0.4, mound=(plan.focus, 0.5, 0.12))
    way = terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.35),
        (plan.focus - 0.4 * plan.lean, 1.08),
        (plan.focus, plan.horizon + 0.02),
        near=0.4,
        far=0.02,
    )
    wood(plan, canvas, "slope trees", line, 0.4, 16, 0.1, clear=(plan.focus, 0.2))
    made = masonry(plan, 0.3, "pale")
    church = plan.focus + 0.14 * plan.lean
    crest = float(np.interp(church, line[:, 0], line[:, 1]))
    tower(canvas, rng, made, church, crest + 0.05, 0.09, 0.24, cone=True, flag=True)
    for near in np.sort(rng.uniform(0.0, 0.62, plan.many(15))):
        x = plan.focus + rng.normal(0, 0.45) * (0.6 + near)
        y = np.interp(x, line[:, 0], line[:, 1]) + 0.05 + (0.8 - plan.horizon) * near
        middle = np.interp(y, way[::-1, 1], way[::-1, 0])
        size = 0.13 + 0.26 * near
        if abs(x - middle) > 0.05 + 0.6 * size + 0.15 * near:
            house(canvas, rng, made, x, y, size)
    plan.add("hamlet", canvas, 0.32, ink=0.8)
    frame(plan)


def _roofs(plan: Plan) -> None:
    rng = plan.rng("roofs")
    canvas, _ = hill(plan, "town ground", plan.horizon + 0.06, 0.03, 0.55)
    made = masonry(plan, 0.55)
    wall(canvas, rng, made, -0.1, plan.aspect + 0.1, plan.horizon + 0.13, 0.11)
    for x in np.linspace(0.1, plan.aspect - 0.1, 5) + rng.normal(0, 0.05, 5):
        tower(
            canvas,
            rng,
            made,
            x,
            plan.horizon + 0.14,
            0.08,
            rng.uniform(0.15, 0.26),
            cone=rng.random() < 0.7,
        )
    plan.add("town wall", canvas, 0.55, mist=(plan.horizon, plan.horizon + 0.16, 0.4))
    for k, near in enumerate((0.12, 0.28, 0.5, 0.78)):
        depth = 0.48 - 0.5 * near
        canvas = plan.canvas()
        size = 0.18 + 0.42 * near
        count = plan.many(1.5 / size) + 1
        for x in (np.arange(count) + rng.uniform(0.2, 0.8, count)) * (
            plan.aspect + 0.2
        ) / count - 0.1:
            if near < 0.5 or abs(x - plan.focus) > 0.5 * size:
                made = masonry(plan, depth, "pale", ("roof", "cloth", "roof")[int(rng.integers(3))])
                house(
                    canvas,
                    rng,
                    made,
                    x,
                    plan.ground(near + 0.18) + rng.uniform(-0.01, 0.02),
                    size * rng.uniform(0.85, 1.2),
                )
        y = plan.ground(near + 0.17)
        canvas.fill(
            forms.box(-0.1, y, plan.aspect + 0.1, 1.1), plan.tones("earth", depth).at(-0.35)
        )
        for x in rng.uniform(0, plan.aspect, plan.many(7)):
            flora.bush(
                canvas, rng, plan.tones("leaf", depth), (x, y + 0.02), 0.25 * size, plan.light.side
            )
        plan.add(f"roofs {k}", canvas, depth, ink=0.8, mist=(y - 0.15, y + 0.1, 0.5 * depth))
    frame(plan)
