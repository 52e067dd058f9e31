"""The rules of the interior: a room in one-point perspective, its windows, furniture and lamps."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import fittings, flora, furniture
from paintreel.worlds.things.bedstead import bed
from paintreel.worlds.things.shell import Shell, rug, surfaces
from paintreel.worlds.things.sky import paint_sky, stars, sun
from paintreel.worlds.things.windows import cut_windows

__all__ = ["interior"]


def interior(plan: Plan) -> None:
    """A study, a bedroom, a tavern with a hearth, or a great hall."""
    view = ("study", "bedroom", "tavern", "hall")[plan.chance.turn("view", 4)]
    rng = plan.rng("shell")
    wide = plan.aspect * rng.uniform(0.42, 0.64)
    middle = plan.aspect / 2 - plan.lean * rng.uniform(0.0, 0.17) * plan.aspect
    top = rng.uniform(0.03, 0.1) if view == "hall" else rng.uniform(0.07, 0.2)
    low = rng.uniform(0.58, 0.7)
    vanish = np.array([middle + plan.lean * rng.uniform(0.0, 0.12), top + (low - top) * 0.58])
    shell = Shell(middle - wide / 2, top, middle + wide / 2, low, vanish)
    _outside(plan)
    canvas = plan.canvas()
    surfaces(plan, canvas, rng, shell, hall=view == "hall")
    windows = cut_windows(plan, canvas, rng, shell, view)
    plan.add("walls", canvas, 0.8, rim=0.0, ink=0.3)
    canvas = plan.canvas()
    {"study": _study, "bedroom": _bedroom, "tavern": _tavern, "hall": _hall}[view](
        plan, canvas, shell
    )
    plan.add("furniture", canvas, 0.5, rim=0.4, ink=0.9)
    _light(plan, shell, windows)
    canvas = plan.canvas()
    _near(plan, canvas, view)
    plan.add("frame", canvas, 0.0, rim=0.5, ink=0.6)


def _outside(plan: Plan) -> None:
    paint_sky(plan, bottom=0.6, glow=0.8)
    canvas = plan.canvas()
    if plan.night:
        stars(plan, canvas, 120, 0.6)
        sun(plan, canvas, 0.05)
    rng = plan.rng("outside")
    for depth, y in ((0.85, 0.42), (0.7, 0.48)):
        line = forms.ridge(rng, plan.aspect, peaks=5, sharp=False)
        line[:, 1] = y - 0.08 * line[:, 1]
        canvas.fill(forms.skirt(line), plan.tones("leaf", depth).at(0.1))
    plan.add("outside", canvas, 0.95, rim=0.0, ink=0.0)


def _study(plan: Plan, canvas, shell: Shell) -> None:
    rng = plan.rng("study")
    kit = furniture.kit(plan)
    tall = shell.y1 - shell.y0
    wide = shell.x1 - shell.x0
    far = 0.5 + 0.28 * plan.lean
    furniture.shelf(
        canvas, rng, kit, shell.x0 + far * wide, shell.y1 + 0.01, 0.36 * wide, 0.8 * tall
    )
    rug(plan, canvas, shell, 0.2, 0.8, 0.25, 0.75)
    edge = 0.12 if plan.lean > 0 else 0.88
    foot = shell.floor(edge, 0.18)
    fittings.globe(canvas, kit, foot, 0.3 * shell.scale(0.18))
    at = shell.floor(0.5 - 0.16 * plan.lean, 0.42)
    furniture.table(canvas, rng, kit, at, 0.55 * shell.scale(0.42), "books")
    at = shell.floor(0.5 + 0.2 * plan.lean, 0.5)
    furniture.chair(canvas, kit, at, 0.42 * shell.scale(0.5), -plan.lean)
    at = shell.floor(1.02 if plan.lean > 0 else -0.02, 0.4)
    furniture.shelf(canvas, rng, kit, at[0], at[1], 0.34, 0.78 * shell.scale(0.4))
    fittings.lantern(canvas, kit, shell.x0 + 0.5 * wide, shell.y0 - 0.02, 0.12, 0.05)


def _bedroom(plan: Plan, canvas, shell: Shell) -> None:
    rng = plan.rng("bedroom")
    kit = furniture.kit(plan)
    wide, tall = shell.x1 - shell.x0, shell.y1 - shell.y0
    rug(plan, canvas, shell, 0.2, 0.75, 0.3, 0.7)
    x = shell.x0 + (0.5 + 0.3 * plan.lean) * wide
    fittings.picture(
        canvas, rng, kit, shell.x0 + (0.5 + 0.1 * plan.lean) * wide, shell.y0 + 0.3 * tall, 0.12
    )
    bed(canvas, kit, np.array([x, shell.y1 + 0.02]), 0.42 * wide, 0.62 * tall, shell.vanish)
    at = shell.floor(0.5 - 0.44 * plan.lean, 0.08)
    furniture.chest(canvas, kit, at, 0.3 * shell.scale(0.08))
    at = shell.floor(0.5 - 0.02 * plan.lean, 0.1)
    furniture.table(canvas, rng, kit, at, 0.26 * shell.scale(0.1), "candle")
    at = shell.floor(0.03 if plan.lean > 0 else 0.97, 0.3)
    furniture.shelf(canvas, rng, kit, at[0], at[1], 0.26, 0.8 * shell.scale(0.3))
    at = shell.floor(0.5 - 0.3 * plan.lean, 0.5)
    furniture.chair(canvas, kit, at, 0.42 * shell.scale(0.5), plan.lean)
    fittings.lantern(canvas, kit, shell.x0 + 0.45 * wide, shell.y0 - 0.02, 0.1, 0.045)


def _tavern(plan: Plan, canvas, shell: Shell) -> None:
    rng = plan.rng("tavern")
    kit = furniture.kit(plan)
    wide = shell.x1 - shell.x0
    fittings.hearth(
        canvas, rng, kit, shell.x0 + 0.5 * wide, shell.y1 + 0.012, 0.34 * wide, shell.y0, plan
    )
    edge = 0.06 if plan.lean > 0 else 0.94
    for k, near in enumerate((0.05, 0.16, 0.26)):
        fittings.barrel(
            canvas, rng, kit, shell.floor(edge, near), (0.3 - 0.02 * k) * shell.scale(near)
        )
    for across, near in ((0.76 if plan.lean > 0 else 0.24, 0.22), (0.5 - 0.22 * plan.lean, 0.5)):
        at = shell.floor(across, near)
        size = 0.6 * shell.scale(near)
        furniture.chair(canvas, kit, at + [0.42 * size, -0.02], 0.62 * size, -1)
        furniture.table(canvas, rng, kit, at, size, "feast")
        furniture.stool(canvas, kit, at + [-0.4 * size, 0.03], 0.3 * size)
    for k in (0.28, 0.72):
        fittings.lantern(canvas, kit, shell.x0 + k * wide, shell.y0 - 0.04, 0.1, 0.05)
    at = shell.floor(1.0 if plan.lean > 0 else 0.0, 0.3)
    furniture.shelf(canvas, rng, kit, at[0], at[1], 0.3, 0.7 * shell.scale(0.3))


def _hall(plan: Plan, canvas, shell: Shell) -> None:
    rng = plan.rng("hall")
    kit = furniture.kit(plan)
    wide = shell.x1 - shell.x0
    rug(plan, canvas, shell, 0.38, 0.62, 0.0, 1.0)
    fittings.throne(canvas, kit, shell.floor(0.5, 0.06), 0.5 * shell.scale(0.06))
    for near in (0.02, 0.3, 0.62):
        for across in (-0.02, 1.02):
            at = shell.floor(across, near)
            fittings.column(canvas, rng, kit, at, 0.07 * shell.scale(near), shell)
            fittings.banner(
                canvas,
                kit,
                (at[0], shell.vanish[1] - 0.42 * shell.scale(near)),
                0.16 * shell.scale(near),
            )
    for k in (0.3, 0.7):
        fittings.chandelier(canvas, kit, shell.x0 + k * wide, 0.14, 0.1)


def _light(plan: Plan, shell: Shell, windows) -> None:
    """Shafts from the windows to the floor, and the glow of lamps in the room."""
    canvas = plan.canvas(soft=True)
    colour = plan.paints.rgb(plan.paints.light)
    strength = 0.1 if plan.night else 0.2
    drift = -0.5 * plan.light.side
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
            canvas.wash(np.array(shaft), colour, strength / 4)
        if plan.night or low[1] < shell.floor(0, 0.2)[0] or low[0] > shell.floor(1, 0.2)[0]:
            continue  # too dim to be seen on the floor, or it would lie on a wall
        pool = [
            [low[1], y1 + 0.26],
            [low[0], y1 + 0.26],
            [low[0] + 0.3 * drift, y1 + 0.38],
            [low[1] + 0.3 * drift, y1 + 0.38],
        ]
        canvas.wash(np.array(pool), colour, strength)
    if plan.paints.mood.hour in ("night", "dusk"):
        lamp = plan.paints.glowing("lamp").mid
        canvas.glow(((shell.x0 + shell.x1) / 2, shell.y0 + 0.12), 0.75, lamp, 0.24)
    plan.add("light", canvas, 0.3, rim=0.0, ink=0.0, grain=False)


def _near(plan: Plan, canvas, view: str) -> None:
    """Something dark close to the eye: a beam, a curtain, a doorway, a pot with leaves."""
    rng = plan.rng("near")
    wood, cloth, side = plan.tones("wood", 0.0), plan.tones("cloth", 0.0), plan.light.side
    kind = plan.chance.turn("frame", 4)
    edge = -plan.lean
    x = 0.0 if edge < 0 else plan.aspect
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
            canvas.fill(forms.strip(fold, 0.08), cloth.at((-0.4, -0.75, -0.2, -0.7, -0.35, 0.1)[k]))
    elif kind == 1:
        canvas.fill(forms.box(-0.1, -0.1, plan.aspect + 0.1, 0.05), wood.at(-0.8))
        canvas.fill(forms.box(-0.1, 0.05, plan.aspect + 0.1, 0.062), wood.at(-0.1))
        for k in rng.uniform(0.05, plan.aspect - 0.05, plan.many(7)):
            drop = rng.uniform(0.05, 0.12)
            canvas.fill(forms.box(k - 0.002, 0.05, k + 0.002, 0.05 + drop), wood.ink)
            where = np.array([k, 0.06 + drop]) + rng.normal(0, 0.018, (22, 2)) * [0.6, 1.2]
            canvas.fill_many(
                forms.dabs(where, 0.035, 0.014, rng.uniform(1.0, 2.1, 22)),
                plan.tones("leaf", 0.0).at(rng.uniform(-0.7, 0.2, 22)),
            )
    elif kind == 2:
        inner = x - edge * 0.13
        canvas.fill(forms.box(x, -0.1, inner, 1.1), wood.at(-0.75))
        canvas.fill(
            forms.box(inner, -0.1, inner + edge * 0.02, 1.1),
            wood.at(-0.1),
        )
        brace = np.array([[x - edge * 0.1, 0.3], [x - edge * 0.42, -0.05]])
        canvas.fill(forms.strip(brace, 0.07), wood.at(-0.65))
    pot = np.array([x - edge * 0.2, 0.98])
    flora.bush(canvas, rng, plan.tones("leaf", 0.0), pot - [0, 0.02], 0.11, side)
    flora.grass(
        canvas,
        rng,
        plan.tones("leaf", 0.0),
        pot + rng.normal(0, 0.03, (4, 2)),
        0.18,
        lit=(-0.7, 0.2),
    )
    shape = np.array([[-0.1, -0.04], [0.1, -0.04], [0.075, 0.12], [-0.075, 0.12]]) + pot
    canvas.shade(
        shape,
        plan.tones("roof", 0.0).at(np.array([-0.6, 0.3])[::side]),
        pot - [0.1, 0],
        pot + [0.1, 0],
    )
    canvas.fill(
        forms.box(pot[0] - 0.105, pot[1] - 0.055, pot[0] + 0.105, pot[1] - 0.02),
        plan.tones("roof", 0.0).at(0.35),
    )
