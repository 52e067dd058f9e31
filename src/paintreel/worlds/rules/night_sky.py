"""The rules of the night sky over dark land: a tree, a village, a camp, standing stones."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.buildings import masonry
from paintreel.worlds.things.groves import trees
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import clouds, paint_sky, stars, sun

__all__ = ["night_sky"]


def night_sky(plan: Plan) -> None:
    """The sky is the picture: stars, a band of them, moon, clouds, over dark land."""
    paint_sky(plan, bottom=plan.horizon, glow=0.5)
    _milky_way(plan)
    canvas = plan.canvas()
    stars(plan, canvas, 300, plan.horizon)
    if plan.chance.turn("moon", 3):
        sun(plan, canvas, plan.rng("moon size").uniform(0.05, 0.11))
    _meteors(plan, canvas)
    plan.add("stars", canvas, 0.99, rim=0.0, ink=0.0, grain=False)
    kind = ("banks", "streaks", "heaps")[plan.chance.turn("clouds", 3)]
    clouds(plan, kind, top=0.3, bottom=plan.horizon)
    terrain.mountains(plan, "range", foot=plan.horizon + 0.04, height=0.16, depth=0.8, peaks=4.0)
    view = ("hill", "village", "lake", "circle")[plan.chance.turn("view", 4)]
    _night_land(plan, view)


def _milky_way(plan: Plan) -> None:
    rng = plan.rng("milky way")
    canvas = plan.canvas(soft=True)
    middle, slope = rng.uniform(0.3, 0.7) * plan.aspect, rng.uniform(0.4, 1.1) * rng.choice([-1, 1])
    glow = plan.paints.rgb(plan.paints.sky[-1] + [14.0, 0.0, 0.0])
    count = plan.many(46)
    for t in rng.uniform(-0.8, 0.8, count):
        where = (middle + slope * t + rng.normal(0, 0.05), 0.3 + 0.5 * t + rng.normal(0, 0.04))
        canvas.glow(where, rng.uniform(0.06, 0.16), glow, 0.13)
    count = plan.many(420)
    t = rng.uniform(-0.8, 0.8, count)
    where = np.stack(
        [
            middle + slope * t + rng.normal(0, 0.07, count),
            0.3 + 0.5 * t + rng.normal(0, 0.05, count),
        ],
        -1,
    )
    where = where[where[:, 1] < plan.horizon]
    pale = plan.paints.rgb(plan.paints.light)
    canvas.fill_many(
        forms.ellipses(where, 0.0008 + 0.001 * rng.random(len(where)), count=6), pale, keep=True
    )
    plan.add("milky way", canvas, 0.995, rim=0.0, ink=0.0, grain=False)


def _meteors(plan: Plan, canvas) -> None:
    rng = plan.rng("meteors")
    white = plan.paints.rgb(np.array([96.0, 0.0, 6.0]))
    for _ in range(int(rng.integers(0, 4))):
        head = np.array([rng.uniform(0.1, plan.aspect - 0.1), rng.uniform(0.06, 0.35)])
        tail = head + np.array([plan.lean * 0.16, -0.08]) * rng.uniform(0.6, 1.5)
        canvas.wash(forms.strip(np.array([head, tail]), (0.006, 0.0005)), white, 0.8)
        canvas.glow(head, 0.02, white, 0.8)


def _night_land(plan: Plan, view: str) -> None:
    rng = plan.rng("land")
    canvas = plan.canvas()
    line = terrain.ground_line(rng, plan, plan.horizon + 0.08, 0.09, 1.8)
    terrain.rolling(plan, canvas, line, "grass", 0.5, "land")
    trees(plan, canvas, "trees", line, 0.5, 22, 0.06, gap=0.15)
    if view == "village":
        made = masonry(plan, 0.42, "pale")
        for x in np.sort(plan.focus + rng.normal(0, 0.35, plan.many(9))):
            house(
                canvas,
                rng,
                made,
                x,
                float(np.interp(x, line[:, 0], line[:, 1])) + rng.uniform(0.03, 0.07),
                rng.uniform(0.1, 0.17),
            )
    plan.add("land", canvas, 0.5, rim=0.4, ink=0.5, mist=(plan.horizon, plan.horizon + 0.25, 0.25))
    if view == "lake":
        canvas = plan.canvas()
        terrain.water(plan, canvas, plan.horizon + 0.13, 1.05, "tarn", glint=1.5)
        plan.add("tarn", canvas, 0.4, rim=0.0, ink=0.0, grain=False)
    canvas = plan.canvas()
    near = terrain.ground_line(rng, plan, plan.horizon + 0.26, 0.1, 1.1)
    x, side = plan.focus, plan.light.side
    near[:, 1] -= 0.14 * np.exp(-(((near[:, 0] - x) / 0.4) ** 2))
    terrain.rolling(plan, canvas, near, "moss", 0.15, "near land")
    foot = float(np.interp(x, near[:, 0], near[:, 1]))
    if view == "lake":
        _camp(plan, canvas, rng, near)
    elif view == "hill":
        flora.tree(
            canvas,
            rng,
            plan.tones("bark", 0.12),
            plan.tones("leaf", 0.12),
            (x, foot + 0.02),
            rng.uniform(0.34, 0.5),
            side,
        )
    elif view == "circle":
        for k in np.linspace(-1, 1, 8) + rng.normal(0, 0.04, 8):
            ground = np.interp(x + 0.42 * k, near[:, 0], near[:, 1])
            stone = (x + 0.42 * k, ground + 0.05 - 0.03 * np.sqrt(max(1 - k * k, 0)))
            terrain.rock(
                canvas,
                rng,
                plan.tones("rock", 0.12),
                stone,
                rng.uniform(0.025, 0.04),
                side,
                rng.uniform(2.4, 3.6),
            )
        canvas.glow((x, foot), 0.16, plan.paints.glowing("lamp").mid, 0.6)
        canvas.fill_many(
            forms.spikes(
                [[x + d, foot + 0.035] for d in (-0.012, 0.0, 0.013)],
                [0.035, 0.06, 0.03],
                0.02,
                0.004,
            ),
            plan.paints.glowing("lamp").at(np.array([0.0, 0.3, 0.6])),
        )
    else:
        terrain.path(
            plan,
            canvas,
            plan.tones("earth", 0.12),
            (plan.aspect / 2, 1.08),
            (x, foot),
            near=0.3,
            far=0.02,
        )
    gx = rng.uniform(0, plan.aspect, plan.many(60))
    spots = np.stack([gx, np.interp(gx, near[:, 0], near[:, 1]) + 0.22 * rng.random(len(gx))], -1)
    flora.grass(
        canvas, rng, plan.tones("grass", 0.05), spots, 0.03 + 0.2 * np.clip(spots[:, 1] - 0.7, 0, 1)
    )
    flora.flowers(canvas, rng, plan.tones("bloom", 0.05), spots[::4], 0.009)
    plan.add("near land", canvas, 0.12, rim=0.6, ink=0.6)


def _camp(plan: Plan, canvas, rng, near: Array) -> None:
    """A tent with a lamp in it by the water, and firs that close the view."""
    x, side = plan.focus, plan.light.side
    bark, leaf = plan.tones("bark", 0.12), plan.tones("leaf", 0.12)
    for shift in sorted(rng.uniform(0.3, 0.75, 5), reverse=True):
        root = x + plan.lean * shift
        ground = float(np.interp(root, near[:, 0], near[:, 1])) + 0.03
        flora.fir(canvas, rng, bark, leaf, (root, ground), rng.uniform(0.22, 0.46), side)
    foot = float(np.interp(x, near[:, 0], near[:, 1])) + 0.04
    cloth, wood = plan.paints.glowing("lamp"), plan.tones("wood", 0.1)
    size, ahead = rng.uniform(0.1, 0.14), -plan.lean
    at = np.array([x, foot])
    shape = np.array([[-0.7, 0.0], [0.0, -1.0], [0.7, 0.0]])
    canvas.glow((x, foot - 0.3 * size), 2.4 * size, cloth.mid, 0.5)
    back = shape - np.array([1.3 * ahead, -0.02])
    canvas.fill(at + size * np.vstack([shape[[0, 1]], back[[1, 0]]]), cloth.at(-0.7))
    canvas.fill(at + size * np.vstack([shape[[1, 2]], back[[2, 1]]]), cloth.at(-0.85))
    canvas.fill(at + size * shape, cloth.at(-0.2))
    canvas.fill(at + size * shape * [0.4, 0.8], cloth.at(0.6))
    pole = np.array([[0.0, -1.12], [0.0, 0.0]]) * size + at
    canvas.fill(forms.strip(pole, 0.05 * size), wood.ink)
