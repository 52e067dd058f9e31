"""The middle ground of a forest: a path, a giant tree, a mushroom grove, a stream."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.composition import Plan
from paintreel.worlds.things import flora, terrain

__all__ = ["giant", "grove", "hall", "stream"]


def _floor(plan: Plan, depth: float = 0.2, top: float = 0.12):
    """The clearing's ground; returns its canvas and upper line."""
    rng = plan.rng("floor")
    canvas = plan.canvas()
    line = terrain.ground_line(rng, plan, plan.ground(top), 0.03)
    terrain.rolling(plan, canvas, line, "moss", depth, "floor", fall=0.5)
    return canvas, line


def _tufts(plan: Plan, canvas, line, depth: float, count: int, size: float) -> None:
    rng = plan.rng(f"tufts {depth}")
    count = plan.many(count)
    x = rng.uniform(0, plan.aspect, count)
    down = rng.random(count) ** 1.4
    y = np.interp(x, line[:, 0], line[:, 1]) * (1 - down) + down
    x, y = x[np.argsort(y)], np.sort(y)
    down = (y - y.min()) / max(np.ptp(y), 1e-6)
    flora.grass(canvas, rng, plan.tones("grass", depth), np.stack([x, y], -1), size * (0.3 + down))
    few = slice(None, None, 4)
    flora.flowers(canvas, rng, plan.tones("bloom", depth), np.stack([x, y], -1)[few], 0.22 * size)


def hall(plan: Plan) -> None:
    """A path between the trunks to the light."""
    canvas, line = _floor(plan)
    start = (plan.focus - 0.35 * plan.lean, 1.08)
    terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.2),
        start,
        (plan.focus, plan.ground(0.12)),
        near=0.62,
        far=0.025,
    )
    _tufts(plan, canvas, line, 0.2, 34, 0.05)
    rng = plan.rng("stones")
    for _ in range(plan.many(5)):
        t = rng.uniform(0.3, 0.9)
        x = plan.focus + rng.choice([-1, 1]) * (0.18 + 0.45 * t)
        terrain.rock(
            canvas,
            rng,
            plan.tones("rock", 0.2),
            (x, plan.ground(t)),
            0.03 + 0.06 * t,
            plan.light.side,
        )
    plan.add("clearing", canvas, 0.5)


def giant(plan: Plan) -> None:
    """An old tree as wide as a house, lived in."""
    canvas, line = _floor(plan, 0.3, 0.2)
    rng = plan.rng("giant")
    x, foot = plan.focus, plan.ground(0.34)
    bark, leaf, side = plan.tones("bark", 0.28), plan.tones("leaf", 0.28), plan.light.side
    width = rng.uniform(0.24, 0.34)
    head = rng.uniform(0.02, 0.16)
    for i in range(5):
        spread = np.linspace(-0.62, 0.62, 5)[i] + rng.normal(0, 0.05)
        tip = np.array([x + spread, head + 0.1 + 0.25 * abs(spread)])
        fork = np.array([x + 0.2 * width * np.sign(spread), foot - 0.36])
        flora.bands(
            canvas,
            forms.curve([fork + [0, 0.1], 0.5 * (fork + tip) + [0, 0.03], tip], 14),
            np.linspace(0.4 * width, 0.05, 14),
            bark,
            side,
        )
    flora.trunk(canvas, rng, bark, (x, foot), 0.5, width, side)
    for _ in range(13):
        spread = rng.uniform(-0.72, 0.72)
        y = head + 0.32 * abs(spread) ** 1.5 + rng.uniform(-0.1, 0.12)
        flora.crown(canvas, rng, leaf, (x + spread, y), rng.uniform(0.13, 0.21), side)
    lamp = plan.paints.glowing("lamp")
    door = x - 0.03 * side
    arch = np.vstack(
        [
            forms.ellipses((door, foot - 0.09), 0.042, 0.05, 24)[0][12:],
            [[door + 0.042, foot + 0.005], [door - 0.042, foot + 0.005]],
        ]
    )
    canvas.fill(arch + (np.array([door, foot - 0.05]) - arch) * -0.16, bark.ink)
    canvas.fill(arch, plan.tones("roof", 0.25).at(-0.2))
    canvas.fill(arch * [0.5, 1.0] + [0.5 * door + 0.004, 0.004], plan.tones("roof", 0.25).at(0.3))
    for k in range(4):
        spot = (x + width * rng.uniform(-0.3, 0.3), foot - 0.17 - 0.075 * k)
        canvas.glow(spot, 0.09, lamp.mid, 0.55)
        canvas.fill(forms.ellipses(spot, 0.021, 0.029)[0], bark.ink)
        canvas.fill(forms.ellipses(spot, 0.015, 0.022)[0], lamp.at(0.6))
        canvas.fill(
            forms.box(spot[0] - 0.002, spot[1] - 0.022, spot[0] + 0.002, spot[1] + 0.022), bark.ink
        )
    terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.25),
        (x - 0.5 * plan.lean, 1.08),
        (door, foot),
        near=0.5,
        far=0.06,
        bend=0.1,
    )
    _tufts(plan, canvas, line, 0.25, 30, 0.045)
    plan.add("giant tree", canvas, 0.5, rim=0.7, ink=0.8)


def grove(plan: Plan) -> None:
    """Mushrooms as tall as houses round a pool of light."""
    canvas, line = _floor(plan, 0.3, 0.16)
    rng = plan.rng("grove")
    count = plan.many(13)
    t = np.sort(rng.uniform(0.03, 0.8, count))
    caps = ("cap", "cap", "bloom", "roof")
    terrain.path(
        plan,
        canvas,
        plan.tones("earth", 0.3),
        (plan.focus + 0.3 * plan.lean, 1.08),
        (plan.focus, plan.ground(0.16)),
        near=0.5,
        far=0.03,
    )
    for i, near in enumerate(t):
        away = 0.1 + 0.2 * near + abs(rng.normal(0, 0.42))
        x = plan.focus + away * (1 if i % 2 else -1)
        depth = 0.5 - 0.35 * near
        stem, cap = plan.tones("pale", depth), plan.tones(caps[rng.integers(4)], depth)
        height = (0.1 + 0.42 * near) * rng.uniform(0.7, 1.25)
        foot = (x, plan.ground(0.14 + 0.8 * near))
        if plan.night:
            canvas.glow((x, foot[1] - 0.7 * height), height, plan.paints.glowing("lamp").mid, 0.3)
        flora.mushroom(canvas, rng, stem, cap, foot, height, plan.light.side)
        for k in range(3):
            beside = (x + rng.uniform(-0.4, 0.4) * height, foot[1] + 0.03 * height * k)
            flora.mushroom(
                canvas, rng, stem, cap, beside, height * rng.uniform(0.14, 0.34), plan.light.side
            )
    _tufts(plan, canvas, line, 0.28, 30, 0.05)
    plan.add("grove", canvas, 0.5, rim=0.6, ink=0.8)


def stream(plan: Plan) -> None:
    """A brook with stepping stones, a log or an old bridge across it."""
    canvas, line = _floor(plan)
    rng = plan.rng("stream")
    end = (plan.focus, plan.ground(0.12))
    start = (plan.focus + 0.4 * plan.lean, 1.08)
    wet = plan.tones("water", 0.25)
    middle = terrain.path(plan, canvas, wet, start, end, near=0.95, far=0.05, part="brook")
    count = 70
    i = rng.integers(0, 34, count)
    size = 0.02 + 0.12 * (middle[i, 1] - end[1])
    where = middle[i] + np.stack([rng.normal(0, 0.9, count) * size, 0 * size], -1)
    canvas.fill_many(
        forms.dabs(where, size, 0.1 * size, 0.0), wet.at(rng.choice([0.95, 0.7, -0.6], count))
    )
    for k in range(0, 36, 2):
        for bank in (-1, 1):
            near = (middle[k, 1] - end[1]) / (start[1] - end[1])
            x = middle[k, 0] + bank * (0.03 + 0.5 * near) * rng.uniform(0.95, 1.1)
            terrain.rock(
                canvas,
                rng,
                plan.tones("rock", 0.25),
                (x, middle[k, 1] + 0.02),
                (0.012 + 0.075 * near) * rng.uniform(0.6, 1.2),
                plan.light.side,
            )
    _tufts(plan, canvas, line, 0.2, 26, 0.05)
    bridge(plan, canvas, rng, middle[22])
    plan.add("brook", canvas, 0.5)


def bridge(plan: Plan, canvas, rng, over) -> None:
    """A stone arch over the brook at `over`."""
    tones, side = plan.tones("rock", 0.25), plan.light.side
    half, rise = 0.26, 0.1
    angle = np.linspace(np.pi, 2 * np.pi, 30)
    outer = over + np.stack([half * np.cos(angle), 0.05 + (rise + 0.055) * np.sin(angle)], -1)
    inner = over + np.stack([0.6 * half * np.cos(angle), 0.05 + 0.75 * rise * np.sin(angle)], -1)
    canvas.fill(np.vstack([outer, inner[::-1]]), tones.at(-0.25))
    for k in range(0, 29, 2):
        block = np.vstack([outer[k : k + 3], inner[k : k + 3][::-1]])
        heart = block.mean(axis=0)
        canvas.fill(
            heart + (block - heart) * 0.88,
            tones.at(rng.uniform(-0.2, 0.5) + 0.2 * side * np.cos(angle[k])),
        )
    parapet = np.vstack([outer - [0, 0.03], outer[::-1] + [0, 0.004]])
    canvas.fill(parapet, tones.at(0.6))
    flora.grass(canvas, rng, plan.tones("grass", 0.2), outer[::5], 0.03)
