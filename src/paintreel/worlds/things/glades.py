"""The middle ground of a forest: a path, a giant tree, a mushroom grove, a stream."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import flora, terrain

__all__ = ["giant", "grove", "hall", "stream"]


def _floor(scene: Composition, brush: Brush, depth: float = 0.2, top: float = 0.12) -> Array:
    """The clearing's ground; its upper edge (160, 2)."""
    line = terrain.ground_line(scene.rng("floor"), scene, scene.ground(top), 0.03)
    terrain.rolling(scene, brush, line, "moss", depth, "floor", fall=0.5)
    return line


def _tufts(
    scene: Composition, brush: Brush, line: Array, depth: float, count: int, size: float
) -> None:
    brush = brush.with_rng(scene.rng(f"tufts {depth}"))
    rng = brush.rng
    count = scene.many(count)
    x = rng.uniform(0, scene.aspect, count)
    down = rng.random(count) ** 1.4
    y = terrain.ground_y(line, x) * (1 - down) + down
    x, y = x[np.argsort(y)], np.sort(y)
    down = (y - y.min()) / max(np.ptp(y), 1e-6)
    flora.grass(brush, scene.tones("grass", depth), np.stack([x, y], -1), size * (0.3 + down))
    few = slice(None, None, 4)
    flora.flowers(brush, scene.tones("bloom", depth), np.stack([x, y], -1)[few], 0.22 * size)


def hall(scene: Composition) -> None:
    """A path between the trunks to the light."""
    brush = scene.brush("stones")
    line = _floor(scene, brush)
    terrain.approach(
        scene,
        brush,
        scene.tones("earth", 0.2),
        scene.ground(0.12),
        aside=-0.35,
        near=0.62,
        far=0.025,
    )
    _tufts(scene, brush, line, 0.2, 34, 0.05)
    rng = brush.rng
    for _ in range(scene.many(5)):
        t = rng.uniform(0.3, 0.9)
        x = scene.focus + rng.choice([-1, 1]) * (0.18 + 0.45 * t)
        terrain.rock(
            brush,
            scene.tones("rock", 0.2),
            (x, scene.ground(t)),
            0.03 + 0.06 * t,
        )
    scene.add("clearing", brush, 0.5)


def giant(scene: Composition) -> None:
    """An old tree as wide as a house, lived in."""
    brush = scene.brush("giant")
    rng = brush.rng
    line = _floor(scene, brush, 0.3, 0.2)
    x, foot = scene.focus, scene.ground(0.34)
    bark, leaf, side = scene.tones("bark", 0.28), scene.tones("leaf", 0.28), brush.side
    width = rng.uniform(0.24, 0.34)
    head = rng.uniform(0.02, 0.16)
    for i in range(5):
        spread = np.linspace(-0.62, 0.62, 5)[i] + rng.normal(0, 0.05)
        tip = np.array([x + spread, head + 0.1 + 0.25 * abs(spread)])
        fork = np.array([x + 0.2 * width * np.sign(spread), foot - 0.36])
        flora.bands(
            brush,
            forms.curve([fork + [0, 0.1], 0.5 * (fork + tip) + [0, 0.03], tip], 14),
            np.linspace(0.4 * width, 0.05, 14),
            bark,
        )
    flora.trunk(brush, bark, (x, foot), 0.5, width)
    for _ in range(13):
        spread = rng.uniform(-0.72, 0.72)
        y = head + 0.32 * abs(spread) ** 1.5 + rng.uniform(-0.1, 0.12)
        flora.crown(brush, leaf, (x + spread, y), rng.uniform(0.13, 0.21))
    lamp = scene.paints.glowing("lamp")
    door = x - 0.03 * side
    arch = np.vstack(
        [
            forms.ellipses((door, foot - 0.09), 0.042, 0.05, 24)[0][12:],
            [[door + 0.042, foot + 0.005], [door - 0.042, foot + 0.005]],
        ]
    )
    brush.fill(arch + (np.array([door, foot - 0.05]) - arch) * -0.16, bark.ink)
    brush.fill(arch, scene.tones("roof", 0.25).at(-0.2))
    brush.fill(arch * [0.5, 1.0] + [0.5 * door + 0.004, 0.004], scene.tones("roof", 0.25).at(0.3))
    for k in range(4):
        spot = (x + width * rng.uniform(-0.3, 0.3), foot - 0.17 - 0.075 * k)
        brush.glow(spot, 0.09, lamp.mid, 0.55)
        brush.ellipse(spot, 0.021, 0.029, bark.ink)
        brush.ellipse(spot, 0.015, 0.022, lamp.at(0.6))
        brush.box(spot[0] - 0.002, spot[1] - 0.022, spot[0] + 0.002, spot[1] + 0.022, bark.ink)
    terrain.path(
        scene,
        brush,
        scene.tones("earth", 0.25),
        (x - 0.5 * scene.lean, 1.08),
        (door, foot),
        near=0.5,
        far=0.06,
        bend=0.1,
    )
    _tufts(scene, brush, line, 0.25, 30, 0.045)
    scene.add("giant tree", brush, 0.5, rim=0.7, ink=0.8)


def grove(scene: Composition) -> None:
    """Mushrooms as tall as houses round a pool of light."""
    brush = scene.brush("grove")
    rng = brush.rng
    line = _floor(scene, brush, 0.3, 0.16)
    count = scene.many(13)
    t = np.sort(rng.uniform(0.03, 0.8, count))
    caps = ("cap", "cap", "bloom", "roof")
    terrain.approach(
        scene, brush, scene.tones("earth", 0.3), scene.ground(0.16), aside=0.3, near=0.5, far=0.03
    )
    for i, near in enumerate(t):
        away = 0.1 + 0.2 * near + abs(rng.normal(0, 0.42))
        x = scene.focus + away * (1 if i % 2 else -1)
        depth = 0.5 - 0.35 * near
        stem, cap = scene.tones("pale", depth), scene.tones(caps[rng.integers(4)], depth)
        height = (0.1 + 0.42 * near) * rng.uniform(0.7, 1.25)
        foot = (x, scene.ground(0.14 + 0.8 * near))
        if scene.night:
            brush.glow((x, foot[1] - 0.7 * height), height, scene.paints.glowing("lamp").mid, 0.3)
        flora.mushroom(brush, stem, cap, foot, height)
        for k in range(3):
            beside = (x + rng.uniform(-0.4, 0.4) * height, foot[1] + 0.03 * height * k)
            flora.mushroom(brush, stem, cap, beside, height * rng.uniform(0.14, 0.34))
    _tufts(scene, brush, line, 0.28, 30, 0.05)
    scene.add("grove", brush, 0.5, rim=0.6, ink=0.8)


def stream(scene: Composition) -> None:
    """A brook with stepping stones, a log or an old bridge across it."""
    brush = scene.brush("stream")
    rng = brush.rng
    line = _floor(scene, brush)
    end = (scene.focus, scene.ground(0.12))
    start = (scene.focus + 0.4 * scene.lean, 1.08)
    wet = scene.tones("water", 0.25)
    middle = terrain.path(scene, brush, wet, start, end, near=0.95, far=0.05, part="brook")
    count = 70
    i = rng.integers(0, 34, count)
    size = 0.02 + 0.12 * (middle[i, 1] - end[1])
    where = middle[i] + np.stack([rng.normal(0, 0.9, count) * size, 0 * size], -1)
    brush.fill_many(
        forms.dabs(where, size, 0.1 * size, 0.0), wet.at(rng.choice([0.95, 0.7, -0.6], count))
    )
    for k in range(0, 36, 2):
        for bank in (-1, 1):
            near = (middle[k, 1] - end[1]) / (start[1] - end[1])
            x = middle[k, 0] + bank * (0.03 + 0.5 * near) * rng.uniform(0.95, 1.1)
            terrain.rock(
                brush,
                scene.tones("rock", 0.25),
                (x, middle[k, 1] + 0.02),
                (0.012 + 0.075 * near) * rng.uniform(0.6, 1.2),
            )
    _tufts(scene, brush, line, 0.2, 26, 0.05)
    bridge(scene, brush, middle[22])
    scene.add("brook", brush, 0.5)


def bridge(scene: Composition, brush: Brush, over: Array) -> None:
    """A stone arch over the brook at `over`."""
    rng = brush.rng
    tones, side = scene.tones("rock", 0.25), brush.side
    half, rise = 0.26, 0.1
    angle = np.linspace(np.pi, 2 * np.pi, 30)
    outer = over + np.stack([half * np.cos(angle), 0.05 + (rise + 0.055) * np.sin(angle)], -1)
    inner = over + np.stack([0.6 * half * np.cos(angle), 0.05 + 0.75 * rise * np.sin(angle)], -1)
    brush.fill(np.vstack([outer, inner[::-1]]), tones.at(-0.25))
    for k in range(0, 29, 2):
        block = np.vstack([outer[k : k + 3], inner[k : k + 3][::-1]])
        heart = block.mean(axis=0)
        brush.fill(
            heart + (block - heart) * 0.88,
            tones.at(rng.uniform(-0.2, 0.5) + 0.2 * side * np.cos(angle[k])),
        )
    parapet = np.vstack([outer - [0, 0.03], outer[::-1] + [0, 0.004]])
    brush.fill(parapet, tones.ground.at(0.6))
    flora.grass(brush, scene.tones("grass", 0.2), outer[::5], 0.03)
