"""The rules of the night sky over dark land: a tree, a village, a camp, standing stones."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.materials import masonry
from paintreel.worlds.pigments import LANDS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import flora, terrain
from paintreel.worlds.things.groves import trees
from paintreel.worlds.things.houses import house
from paintreel.worlds.things.sky import clouds, paint_sky, stars, sun

__all__ = ["RULE"]


def _draw(scene: Composition) -> None:
    """The sky is the picture: stars, a band of them, moon, clouds, over dark land."""
    paint_sky(scene, bottom=scene.horizon, glow=0.5)
    hidden = scene.weather.cover > 0.8
    if not hidden:
        _milky_way(scene)
    brush = scene.brush("stars")
    stars(scene, brush, 300, scene.horizon)
    moon = bool(scene.streams.pick("moon", 3))
    if moon:
        sun(scene, brush, scene.rng("moon size").uniform(0.05, 0.11))
    if not hidden:
        _meteors(scene, brush)
    if moon or not hidden:
        scene.add("stars", brush, 0.99, rim=0.0, ink=0.0, grain=False)
    kind = ("banks", "streaks", "heaps")[scene.streams.pick("clouds", 3)]
    clouds(scene, kind, top=0.3, bottom=scene.horizon)
    terrain.mountains(scene, "range", foot=scene.horizon + 0.04, height=0.16, depth=0.8, peaks=4.0)
    view = ("hill", "village", "lake", "circle")[scene.streams.pick("view", 4)]
    _night_land(scene, view)


def _milky_way(scene: Composition) -> None:
    brush = scene.brush("milky way", soft=True)
    rng = brush.rng
    middle, slope = (
        rng.uniform(0.3, 0.7) * scene.aspect,
        rng.uniform(0.4, 1.1) * rng.choice([-1, 1]),
    )
    glow = scene.paints.rgb(scene.paints.sky[-1] + [14.0, 0.0, 0.0])
    count = scene.many(46)
    for t in rng.uniform(-0.8, 0.8, count):
        puff = (middle + slope * t + rng.normal(0, 0.05), 0.3 + 0.5 * t + rng.normal(0, 0.04))
        brush.glow(puff, rng.uniform(0.06, 0.16), glow, 0.13)
    count = scene.many(420)
    t = rng.uniform(-0.8, 0.8, count)
    where = np.stack(
        [
            middle + slope * t + rng.normal(0, 0.07, count),
            0.3 + 0.5 * t + rng.normal(0, 0.05, count),
        ],
        -1,
    )
    where = where[where[:, 1] < scene.horizon]
    pale = scene.paints.rgb(scene.paints.light)
    brush.fill_many(
        forms.ellipses(where, 0.0008 + 0.001 * rng.random(len(where)), count=6), pale, keep=True
    )
    scene.add("milky way", brush, 0.995, rim=0.0, ink=0.0, grain=False)


def _meteors(scene: Composition, brush: Brush) -> None:
    rng = scene.rng("meteors")
    white = scene.paints.rgb(np.array([96.0, 0.0, 6.0]))
    for _ in range(int(rng.integers(0, 4))):
        head = np.array([rng.uniform(0.1, scene.aspect - 0.1), rng.uniform(0.06, 0.35)])
        tail = head + np.array([scene.lean * 0.16, -0.08]) * rng.uniform(0.6, 1.5)
        brush.wash(forms.strip(np.array([head, tail]), (0.006, 0.0005)), white, 0.8)
        brush.glow(head, 0.02, white, 0.8)


def _night_land(scene: Composition, view: str) -> None:
    brush = scene.brush("land")
    rng = brush.rng
    line = terrain.ground_line(rng, scene, scene.horizon + 0.08, 0.09, 1.8)
    terrain.rolling(scene, brush, line, "grass", 0.5, "land")
    trees(scene, brush, "trees", line, 0.5, 22, 0.06, gap=0.15)
    if view == "village":
        materials = masonry(scene, 0.42, "pale")
        for x in np.sort(scene.focus + rng.normal(0, 0.35, scene.many(9))):
            house(
                brush,
                materials,
                x,
                terrain.ground_y(line, x) + rng.uniform(0.03, 0.07),
                rng.uniform(0.1, 0.17),
            )
    scene.add(
        "land", brush, 0.5, rim=0.4, ink=0.5, mist=(scene.horizon, scene.horizon + 0.25, 0.25)
    )
    if view == "lake":
        brush = scene.brush("tarn")
        terrain.water(scene, brush, scene.horizon + 0.13, 1.05, "tarn", glint=1.5)
        scene.add("tarn", brush, 0.4, rim=0.0, ink=0.0, grain=False)
    brush = scene.brush(rng)
    near = terrain.ground_line(rng, scene, scene.horizon + 0.26, 0.1, 1.1)
    x = scene.focus
    near[:, 1] -= 0.14 * np.exp(-(((near[:, 0] - x) / 0.4) ** 2))
    terrain.rolling(scene, brush, near, "moss", 0.15, "near land")
    foot = terrain.ground_y(near, x)
    if view == "lake":
        _camp(scene, brush, near)
    elif view == "hill":
        flora.tree(
            brush,
            scene.tones("bark", 0.12),
            scene.tones("leaf", 0.12),
            (x, foot + 0.02),
            rng.uniform(0.34, 0.5),
        )
    elif view == "circle":
        for k in np.linspace(-1, 1, 8) + rng.normal(0, 0.04, 8):
            ground = terrain.ground_y(near, x + 0.42 * k)
            stone = (x + 0.42 * k, ground + 0.05 - 0.03 * np.sqrt(max(1 - k * k, 0)))
            terrain.rock(
                brush,
                scene.tones("rock", 0.12),
                stone,
                rng.uniform(0.025, 0.04),
                rng.uniform(2.4, 3.6),
            )
        brush.glow((x, foot), 0.16, scene.paints.glowing("lamp").mid, 0.6)
        brush.fill_many(
            forms.spikes(
                [[x + d, foot + 0.035] for d in (-0.012, 0.0, 0.013)],
                [0.035, 0.06, 0.03],
                0.02,
                0.004,
            ),
            scene.paints.glowing("lamp").at(np.array([0.0, 0.3, 0.6])),
        )
    else:
        terrain.path(
            scene,
            brush,
            scene.tones("earth", 0.12),
            (scene.aspect / 2, 1.08),
            (x, foot),
            near=0.3,
            far=0.02,
        )
    gx = rng.uniform(0, scene.aspect, scene.many(60))
    spots = np.stack([gx, terrain.ground_y(near, gx) + 0.22 * rng.random(len(gx))], -1)
    flora.grass(
        brush, scene.tones("grass", 0.05), spots, 0.03 + 0.2 * np.clip(spots[:, 1] - 0.7, 0, 1)
    )
    flora.flowers(brush, scene.tones("bloom", 0.05), spots[::4], 0.009)
    scene.add("near land", brush, 0.12, rim=0.6, ink=0.6)


def _camp(scene: Composition, brush: Brush, near: Array) -> None:
    """A tent with a lamp in it by the water, and firs that close the view."""
    rng = brush.rng
    x = scene.focus
    bark, leaf = scene.tones("bark", 0.12), scene.tones("leaf", 0.12)
    for shift in sorted(rng.uniform(0.3, 0.75, 5), reverse=True):
        root = x + scene.lean * shift
        ground = terrain.ground_y(near, root) + 0.03
        flora.fir(brush, bark, leaf, (root, ground), rng.uniform(0.22, 0.46))
    foot = terrain.ground_y(near, x) + 0.04
    cloth, wood = scene.paints.glowing("lamp"), scene.tones("wood", 0.1)
    size, ahead = rng.uniform(0.1, 0.14), -scene.lean
    at = np.array([x, foot])
    shape = np.array([[-0.7, 0.0], [0.0, -1.0], [0.7, 0.0]])
    brush.glow((x, foot - 0.3 * size), 2.4 * size, cloth.mid, 0.5)
    back = shape - np.array([1.3 * ahead, -0.02])
    brush.fill(at + size * np.vstack([shape[[0, 1]], back[[1, 0]]]), cloth.at(-0.7))
    brush.fill(at + size * np.vstack([shape[[1, 2]], back[[2, 1]]]), cloth.at(-0.85))
    brush.fill(at + size * shape, cloth.at(-0.2))
    brush.fill(at + size * shape * [0.4, 0.8], cloth.at(0.6))
    pole = np.array([[0.0, -1.12], [0.0, 0.0]]) * size + at
    brush.stroke(pole, 0.05 * size, wood.ink)


RULE = Rule(
    draw=_draw,
    moods=("night_blue", "night_teal", "night_violet"),
    families=LANDS,
    horizon=(0.6, 0.74),
    light=(0.1, 0.35),
    times=("night",),
    weathers=("clear", "cloudy", "snow", "fog"),
)
