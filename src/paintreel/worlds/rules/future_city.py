"""The rules of the future city: skyline over water, street canyon, terrace, garden city."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

from itertools import pairwise

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, street, terrain
from paintreel.worlds.things.sky import clouds, paint_sky, stars, sun
from paintreel.worlds.things.skyline import KINDS, flyer, glazing, high_rise

__all__ = ["future_city"]


def future_city(plan: Plan) -> None:
    """Towers by rules of growth; the eye is at the water, in the street, or on a terrace."""
    paint_sky(plan, bottom=plan.horizon + 0.06, glow=0.7)
    canvas = plan.canvas()
    if plan.paints.mood.hour in ("night", "dusk"):
        stars(plan, canvas, 110, plan.horizon)
    _moons(plan, canvas)
    plan.add("lights of the sky", canvas, 0.99, rim=0.0, ink=0.0, grain=False)
    clouds(
        plan,
        ("streaks", "banks", "heaps")[plan.chance.turn("clouds", 3)],
        top=0.12,
        bottom=plan.horizon - 0.06,
    )
    view = ("skyline", "canyon", "terrace", "garden")[plan.chance.turn("view", 4)]
    {"skyline": _skyline, "canyon": _canyon, "terrace": _terrace, "garden": _garden}[view](plan)


def _moons(plan: Plan, canvas) -> None:
    """A sun or moon, and a pale ringed planet in the sky of this place."""
    sun(plan, canvas, 0.04)
    rng = plan.rng("moons")
    x = plan.light.x + (0.6 if plan.light.x < plan.aspect / 2 else -0.6) * rng.uniform(0.7, 1.1)
    centre, radius = (x, rng.uniform(0.1, 0.26)), rng.uniform(0.07, 0.16)
    pale = plan.paints.sky[0] + (plan.paints.light - plan.paints.sky[0]) * 0.35
    colours = plan.paints.rgb(np.linspace(pale, plan.paints.sky[0] + [2.0, 0.0, 0.0], 6))
    start = np.array(centre) + radius * np.array(plan.light.toward)
    canvas.shade(
        forms.ellipses(centre, radius, count=60)[0], colours, start, 2 * np.array(centre) - start
    )
    ring = forms.ellipses(centre, radius * 1.8, radius * 0.3, 60)[0] - centre
    turn = np.array([[0.95, -0.31], [0.31, 0.95]])
    front = (ring[:31] @ turn) + centre
    canvas.fill(forms.strip(front, 0.05 * radius), plan.paints.rgb(pale + [6.0, 0.0, 0.0]))


def _row(
    plan: Plan,
    canvas,
    part: str,
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
    rng = plan.rng(part)
    made = glazing(plan, depth, body)
    number = plan.many(count)
    x = (np.arange(number) + rng.uniform(0.15, 0.85, number)) * (plan.aspect + 0.3) / number - 0.15
    near = np.exp(-(((x - plan.focus) / 0.45) ** 2))
    tall = height * (1.0 - peak + peak * near) * rng.uniform(0.6, 1.2, number)
    for i in rng.permutation(number):
        if abs(x[i] - plan.focus) >= gap:
            kind = KINDS[int(rng.integers(len(KINDS)))]
            wide = width * rng.uniform(0.7, 1.3) * (1.4 if kind in ("twins", "steps") else 1.0)
            high_rise(canvas, rng, made, x[i], foot, wide, min(tall[i], foot - 0.03), kind)


def _far_rows(plan: Plan, foot: float) -> None:
    for i, (depth, count, width, height) in enumerate(
        ((0.9, 30, 0.05, 0.34), (0.76, 19, 0.075, 0.46))
    ):
        canvas = plan.canvas()
        # Haze down to the lower edge, so that no sky shows where something nearer is moved.
        ground = forms.box(-0.1, foot + 0.005, plan.aspect + 0.1, 1.1)
        canvas.fill(ground, plan.tones("glass", depth).at(-0.2))
        _row(
            plan,
            canvas,
            f"far towers {i}",
            depth,
            foot + 0.015 * i,
            count=count,
            width=width,
            height=height,
        )
        plan.add(
            f"far towers {i}", canvas, depth, rim=0.2, ink=0.3, mist=(foot - 0.34, foot + 0.02, 0.8)
        )


def _traffic(plan: Plan, depth: float, size: float, count: int = 7) -> None:
    rng = plan.rng(f"traffic {depth}")
    canvas = plan.canvas()
    made = glazing(plan, depth)
    for _ in range(plan.many(count)):
        where = (rng.uniform(0, plan.aspect), rng.uniform(0.08, plan.horizon - 0.05))
        flyer(canvas, rng, made, where, size * rng.uniform(0.6, 1.4))
    plan.add("traffic", canvas, depth, rim=0.3, ink=0.3)


def _skyline(plan: Plan) -> None:
    """The city stands on an island; its towers are in the water too."""
    shore = plan.horizon + 0.06
    _far_rows(plan, shore)
    canvas = plan.canvas()
    _row(plan, canvas, "city", 0.52, shore + 0.03, count=11, width=0.13, height=0.62)
    rng = plan.rng("quay")
    canvas.fill(
        forms.box(-0.1, shore + 0.02, plan.aspect + 0.1, shore + 0.05),
        plan.tones("trim", 0.5).at(-0.2),
    )
    for x in rng.uniform(0, plan.aspect, plan.many(26)):
        flora.bush(
            canvas,
            rng,
            plan.tones("leaf", 0.5),
            (x, shore + 0.03),
            rng.uniform(0.02, 0.04),
            plan.light.side,
        )
    plan.add("city", canvas, 0.52, rim=0.5, ink=0.7, mist=(shore - 0.2, shore + 0.05, 0.35))
    canvas = plan.canvas()
    terrain.water(plan, canvas, shore + 0.045, 1.05, "bay")
    _reflections(plan, canvas, shore + 0.05)
    plan.add("bay", canvas, 0.4, rim=0.0, ink=0.0, grain=False)
    _traffic(plan, 0.36, 0.035)
    if plan.chance.turn("frame", 3):
        _platform(plan, rail=plan.chance.turn("frame", 3) == 1)


def _reflections(plan: Plan, canvas, top: float) -> None:
    """Broken columns of light under the towers."""
    rng = plan.rng("reflections")
    dark = plan.tones("glass", 0.4)
    lamp = plan.paints.glowing("lamp")
    lit = glazing(plan, 0.4).lit
    for x in rng.uniform(0, plan.aspect, plan.many(26)):
        colour = lamp.at(-0.1) if rng.random() < lit * 1.5 else dark.at(rng.choice([-0.5, 0.4]))
        reach, width = rng.uniform(0.06, 0.32), rng.uniform(0.02, 0.07)
        for k in range(9):
            y = top + reach * (k + 0.5) / 9
            canvas.fill(
                forms.dabs([[x + rng.normal(0, 0.006), y]], width * (1 - 0.07 * k), 0.011, 0.0)[0],
                colour,
            )


def _platform(plan: Plan, *, rail: bool) -> None:
    """The near edge: a deck with planters, and a rail against the view."""
    rng = plan.rng("platform")
    canvas = plan.canvas()
    trim, body = plan.tones("trim", 0.0), plan.tones("glass", 0.0)
    y = 0.9
    if rail:
        for x in np.arange(0.05, plan.aspect, 0.16):
            canvas.fill(forms.box(x - 0.006, y - 0.13, x + 0.006, y + 0.02), body.at(-0.4))
            canvas.fill(
                forms.box(x + 0.002 * plan.light.side, y - 0.13, x + 0.005 * plan.light.side, y),
                trim.at(0.6),
            )
        for k, wide in ((0.13, 0.014), (0.07, 0.006)):
            canvas.fill(forms.box(-0.1, y - k - wide, plan.aspect + 0.1, y - k), body.at(-0.3))
            canvas.fill(
                forms.box(-0.1, y - k - wide, plan.aspect + 0.1, y - k - 0.6 * wide), trim.at(0.8)
            )
    canvas.shade(
        forms.box(-0.1, y, plan.aspect + 0.1, 1.1),
        trim.at(np.array([0.2, -0.4, -0.7])),
        (0, y),
        (0, 1.05),
    )
    for x in np.arange(-0.5, plan.aspect + 0.6, 0.3):
        foot = plan.aspect / 2 + (x - plan.aspect / 2) * 1.4
        canvas.fill(forms.strip(np.array([[x, y], [foot, 1.05]]), 0.006), body.at(-0.7))
    for toward in (-1, 1):
        x = plan.aspect / 2 + toward * (plan.aspect / 2 - rng.uniform(0.08, 0.3))
        pot = np.array([[-0.12, -0.1], [0.12, -0.1], [0.09, 0.04], [-0.09, 0.04]]) + [x, y + 0.06]
        flora.bush(canvas, rng, plan.tones("leaf", 0.0), (x, y - 0.02), 0.13, plan.light.side)
        flora.flowers(
            canvas,
            rng,
            plan.tones("bloom", 0.0),
            [x, y - 0.07] + rng.normal(0, 0.05, (9, 2)),
            0.016,
        )
        canvas.shade(
            pot, trim.at(np.array([-0.6, 0.5])[:: plan.light.side]), (x - 0.12, 0), (x + 0.12, 0)
        )
        canvas.fill(forms.box(x - 0.125, y - 0.05, x + 0.125, y - 0.03), trim.at(0.7))
    plan.add("platform", canvas, 0.0, rim=0.5, ink=0.6)


def _terrace(plan: Plan) -> None:
    """From a high terrace, over gulfs of mist."""
    _far_rows(plan, plan.horizon + 0.2)
    for i, (depth, count, width, height, foot) in enumerate(
        ((0.58, 11, 0.12, 0.78, 0.92), (0.36, 5, 0.22, 0.95, 1.04))
    ):
        canvas = plan.canvas()
        _row(
            plan,
            canvas,
            f"towers {i}",
            depth,
            foot,
            count=count,
            width=width,
            height=height,
            gap=0.28 * i,
            body=("glass", "trim")[i],
            peak=0.5 - 0.7 * i,
        )
        plan.add(
            f"towers {i}", canvas, depth, rim=0.5, ink=0.7, mist=(0.5, 0.95, 0.85 * depth + 0.15)
        )
    _traffic(plan, 0.3, 0.045)
    _platform(plan, rail=True)


def _garden(plan: Plan) -> None:
    """Towers among trees: lawns, a winding way, a pool."""
    shore = plan.horizon + 0.08
    _far_rows(plan, shore)
    canvas = plan.canvas()
    _row(plan, canvas, "city", 0.5, shore + 0.05, count=8, width=0.15, height=0.6, body="trim")
    line = terrain.ground_line(plan.rng("lawn"), plan, shore + 0.03, 0.04)
    terrain.rolling(plan, canvas, line, "grass", 0.45, "lawn")
    rng = plan.rng("garden")
    terrain.path(
        plan,
        canvas,
        plan.tones("trim", 0.35),
        (plan.focus - 0.5 * plan.lean, 1.08),
        (plan.focus, shore + 0.03),
        near=0.5,
        far=0.02,
    )
    leaf, bark = plan.tones("leaf", 0.36), plan.tones("bark", 0.36)
    for near in np.sort(rng.random(plan.many(13)) ** 1.3):
        x = plan.focus + rng.choice([-1, 1]) * (0.2 + 0.4 * near + abs(rng.normal(0, 0.45)))
        foot = (x, shore + 0.04 + 0.3 * near)
        if rng.random() < 0.6:
            flora.tree(canvas, rng, bark, leaf, foot, 0.1 + 0.26 * near, plan.light.side)
        else:
            flora.bush(canvas, rng, leaf, foot, 0.03 + 0.08 * near, plan.light.side)
    plan.add("garden", canvas, 0.42, rim=0.5, ink=0.7)
    _traffic(plan, 0.36, 0.035)
    _platform(plan, rail=bool(plan.chance.turn("frame", 2)))


def _canyon(plan: Plan) -> None:
    """A street in one-point perspective between walls of towers."""
    _far_rows(plan, plan.horizon + 0.04)
    street.road(plan)
    distances = (9.0, 6.2, 4.3, 3.0, 2.05, 1.35)
    for k, (far, near) in enumerate(pairwise(distances)):
        depth = 0.66 * (1.0 - (k / 4.6))
        rng = plan.rng(f"canyon {k}")
        canvas = plan.canvas()
        for toward in (-1, 1):
            street.block(plan, canvas, rng, toward, near, far * 0.985, depth)
        foot = plan.horizon + 0.5 / near
        plan.add(
            f"street {k}",
            canvas,
            depth,
            rim=0.4,
            ink=0.7,
            mist=(plan.horizon - 0.1, foot, 0.7 * depth),
        )
    _traffic(plan, 0.1, 0.06, 5)
