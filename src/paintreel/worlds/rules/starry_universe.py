"""The rules of the starry universe: strange ground, great limb, galaxy, belt of rocks."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.layer_effects import noise
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.pigments import Colours
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import terrain
from paintreel.worlds.things.bodies import asteroid, crystals, planet, rocket, station
from paintreel.worlds.things.sky import stars

__all__ = ["RULE"]

_FAMILIES: tuple[Colours, ...] = (
    {},
    {
        "void": (8, 22, 290),
        "mist": (34, 44, 330),
        "fire": (78, 52, 50),
        "crust": (44, 26, 330),
        "crystal": (76, 44, 190),
    },
    {
        "void": (7, 16, 250),
        "mist": (34, 34, 200),
        "fire": (82, 44, 95),
        "crust": (46, 22, 60),
        "crystal": (74, 46, 150),
    },
    {
        "void": (8, 18, 20),
        "mist": (34, 46, 25),
        "fire": (80, 52, 75),
        "crust": (40, 22, 290),
        "crystal": (76, 46, 60),
    },
    {
        "void": (8, 24, 278),
        "mist": (36, 42, 270),
        "fire": (82, 34, 200),
        "crust": (46, 24, 262),
        "crystal": (74, 50, 330),
    },
)


def _draw(scene: Composition) -> None:
    """Space, seen from a moon, from orbit, from among rocks, or with no ground at all."""
    view = ("ground", "limb", "belt", "galaxy")[scene.streams.pick("view", 4)]
    _nebula(scene, bright=1.25 if view == "galaxy" else 1.0)
    brush = scene.brush("stars")
    stars(scene, brush, 420, 1.0)
    scene.add("stars", brush, 0.99, rim=0.0, ink=0.0, grain=False)
    {"ground": _ground, "limb": _limb, "belt": _belt, "galaxy": _galaxy}[view](scene)


def _nebula(scene: Composition, bright: float) -> None:
    """Clouds of two colours, folded along a band, over the dark."""
    # float32: at 4096 x 2304 these planes decide how much memory a picture takes.
    x, y = (axis.astype(np.float32) for axis in scene.stage.units())
    rng = scene.rng("nebula")
    deep, mid, hot = (scene.paints.pigments[name] for name in ("void", "mist", "fire"))
    slope, shift = rng.uniform(-0.7, 0.7), rng.uniform(0.3, 0.7)
    veil = noise(rng, scene.stage, 2.6, 2.6, 6, 0.58).astype(np.float32)
    fold = noise(rng, scene.stage, 1.6, 1.6, 4).astype(np.float32)
    lane = noise(rng, scene.stage, 5.0, 5.0, 4).astype(np.float32)
    off = (y - shift) - slope * (x - scene.aspect / 2) * 0.5 + (fold - 0.5) * 0.9
    band = 1.0 / (1.0 + (off / 0.22) ** 2)
    dense = np.clip((veil - 0.34) * 2.6, 0.0, 1.0) * (0.25 + 0.9 * band) * bright
    core = np.clip((veil + 0.35 * band - 0.62) * 2.4, 0.0, 1.0) * band * bright
    dark = np.clip((lane - 0.52) * 4.0, 0.0, 1.0) * band
    at = np.linspace(0.0, 1.0, 256)[:, None]
    low = scene.paints.rgb(deep + (mid - deep) * at).astype(np.float32)
    hue = scene.paints.rgb(mid + (hot - mid) * at).astype(np.float32)
    rgb = low[(np.clip(dense, 0, 1) * 255).astype(np.uint8)]
    weight = np.clip(core * (1.0 - 0.75 * dark), 0.0, 1.0).astype(np.float32)
    rgb += (hue[(weight * 255).astype(np.uint8)] - rgb) * weight[..., None]
    rgb *= (1.0 - 0.5 * dark * np.clip(dense, 0, 1)).astype(np.float32)[..., None]
    scene.add_sky(rgb)


def _bodies(scene: Composition, count: int, top: float, bottom: float) -> None:
    """A great planet at the focus and lesser ones away from it."""
    brush = scene.brush("bodies")
    rng = brush.rng
    names = [("dust", "ice", "lava", "jade")[int(k)] for k in rng.permutation(4)]
    for k in range(count, 0, -1):
        if k == 1:
            centre, radius = (scene.focus, rng.uniform(top, bottom)), rng.uniform(0.16, 0.27)
        else:
            away = (
                scene.aspect / 2
                - scene.lean * (0.06 + 0.13 * k + rng.uniform(-0.04, 0.04)) * scene.aspect
            )
            centre, radius = (away, rng.uniform(0.1, bottom + 0.1)), rng.uniform(0.025, 0.085)
        planet(
            scene,
            brush,
            centre,
            radius,
            names[k - 1],
            rings=k == 1 and rng.random() < 0.6,
            bands=rng.random() < 0.5,
        )
    scene.add("planets", brush, 0.9, rim=0.0, ink=0.2, grain=False)


def _ground(scene: Composition) -> None:
    """A moon's surface: ranges, craters, crystals, a small lander."""
    _bodies(scene, 3, 0.24, 0.4)
    terrain.mountains(
        scene,
        "far range",
        foot=scene.horizon + 0.12,
        height=0.24,
        depth=0.75,
        peaks=4,
        pigment="crust",
    )
    terrain.mountains(
        scene,
        "near range",
        foot=scene.horizon + 0.18,
        height=0.16,
        depth=0.55,
        peaks=6,
        pigment="crust",
    )
    brush = scene.brush("ground")
    rng = brush.rng
    line = terrain.ground_line(rng, scene, scene.horizon + 0.15, 0.05)
    terrain.rolling(scene, brush, line, "crust", 0.35, "plain", fall=0.4)
    tones = scene.tones("crust", 0.3)
    for near in np.sort(rng.uniform(0.08, 0.75, scene.many(12))):
        x, y = rng.uniform(0, scene.aspect), scene.horizon + 0.15 + (0.82 - scene.horizon) * near
        rx = (0.03 + 0.16 * near) * rng.uniform(0.5, 1.2)
        brush.ellipse((x, y), rx * 1.15, rx * 0.3, tones.at(0.55))
        brush.ellipse((x + 0.03 * rx, y + 0.03 * rx), rx, rx * 0.24, tones.at(-0.8))
        brush.ellipse(
            (x - 0.16 * rx * brush.side, y + 0.06 * rx), rx * 0.8, rx * 0.17, tones.at(-0.3)
        )
    crystals(scene, brush, scene.focus - 0.5 * scene.lean, scene.horizon + 0.3, 0.2)
    rocket(scene, brush, scene.focus + 0.12 * scene.lean, scene.horizon + 0.27, 0.2)
    scene.add("ground", brush, 0.35, rim=0.4, ink=0.7)
    brush = scene.brush(rng)
    line = terrain.ground_line(rng, scene, 0.95, 0.09, 1.4)
    brush.fill(forms.skirt(line), scene.tones("crust", 0.0).at(-0.75))
    for x in rng.uniform(0, scene.aspect, scene.many(6)):
        y = terrain.ground_y(line, x) + 0.03
        terrain.rock(
            brush,
            scene.tones("crust", 0.0),
            (x, y),
            rng.uniform(0.05, 0.12),
            1.0,
        )
    crystals(scene, brush, scene.aspect / 2 - scene.lean * 0.42 * scene.aspect, 1.02, 0.42)
    scene.add("frame", brush, 0.0, rim=0.5, ink=0.6)


def _limb(scene: Composition) -> None:
    """In orbit: the bright edge of a world fills the lower frame; a station hangs before it."""
    _bodies(scene, 1, 0.16, 0.28)
    brush = scene.brush("limb")
    rng = brush.rng
    radius = rng.uniform(1.3, 2.2)
    centre = np.array(
        [scene.aspect / 2 + scene.lean * rng.uniform(0.0, 0.5), rng.uniform(0.52, 0.68) + radius]
    )
    tones = scene.paints.glowing(("ice", "jade", "lava")[scene.streams.pick("limb", 3)])
    air = 0.14 / radius

    def haze(x: Array, y: Array) -> Array:
        above = np.sqrt(x * x + y * y) * (1.0 + air) - 1.0
        opacity: Array = 0.85 * np.clip(1.0 - np.maximum(above, 0.0) / air, 0.0, 1.0) ** 3
        return opacity

    brush.veil(centre, radius * (1.0 + air), tones.at(0.6), haze)
    top = centre[1] - radius
    brush.shade(
        forms.ellipses(centre, radius, count=220)[0],
        tones.at(np.array([0.75, 0.25, -0.2, -0.6, -0.9])),
        (centre[0], top),
        (centre[0], top + 0.5),
    )
    for _ in range(scene.many(60)):
        angle, inward = rng.uniform(-0.75, 0.75), 0.015 + 0.42 * rng.random() ** 1.6
        reach = radius - inward
        half = (0.04 + 0.3 * inward) * rng.uniform(0.4, 1.2)
        arc = angle + np.linspace(-half, half, 16)
        bent = reach + 0.01 * forms.waves(rng, arc, half, 2)
        path = centre + bent[:, None] * np.stack([np.sin(arc), -np.cos(arc)], -1)
        width = (
            (0.008 + 0.09 * inward) * rng.uniform(0.5, 1.2) * np.sin(np.linspace(0.05, 3.09, 16))
        )
        brush.wash(forms.strip(path, width), tones.at(rng.choice([0.95, 0.6, -0.6])), 0.55)
    scene.add("world", brush, 0.6, rim=0.35, ink=0.0, grain=False)
    brush = scene.brush(rng)
    station(
        scene,
        brush,
        (0.5 - 0.26 * scene.lean) * scene.aspect,
        rng.uniform(0.3, 0.46),
        rng.uniform(0.16, 0.24),
    )
    scene.add("station", brush, 0.2, rim=0.4, ink=0.8)


def _belt(scene: Composition) -> None:
    """Rocks from far to near, sweeping past a planet."""
    _bodies(scene, 3, 0.3, 0.5)
    rng = scene.rng("belt")
    slope = rng.uniform(0.15, 0.4) * scene.lean
    for i, (depth, count, size) in enumerate(((0.7, 46, 0.016), (0.45, 15, 0.05), (0.1, 5, 0.15))):
        brush = scene.brush(rng)
        x = rng.uniform(-0.05, scene.aspect + 0.05, scene.many(count))
        y = 0.62 + slope * (x - scene.aspect / 2) + rng.normal(0, 0.07 + 0.05 * i, len(x))
        if i == 2:
            x = np.where(np.abs(x - scene.focus) < 0.4, x - scene.lean * 0.7, x)
            y = np.where(
                rng.random(len(x)) < 0.3,
                rng.uniform(0.0, 0.15, len(x)),
                rng.uniform(0.8, 1.02, len(x)),
            )
        for where in np.stack([x, y], -1):
            asteroid(scene, brush, where, size * rng.uniform(0.5, 1.4), depth)
        scene.add(f"rocks {i}", brush, depth, rim=0.5, ink=0.7)


def _galaxy(scene: Composition) -> None:
    """A spiral seen at a slant, a comet, small worlds."""
    brush = scene.brush("galaxy")
    rng = brush.rng
    centre = np.array([scene.focus, rng.uniform(0.36, 0.52)])
    tilt, flat, size = rng.uniform(-0.6, 0.6), rng.uniform(0.32, 0.6), rng.uniform(0.42, 0.6)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    hot, cool = scene.paints.glowing("fire"), scene.paints.glowing("ice")
    for r, opacity in ((0.75, 0.3), (0.4, 0.45), (0.18, 0.8)):
        brush.glow(centre, size * r, hot.at(0.3), opacity)
    arms, wind = int(rng.integers(2, 4)), rng.choice([-1.0, 1.0]) * rng.uniform(6.0, 8.5)

    def spiral(t: Array, angle: Array) -> Array:
        round_centre = np.stack([np.cos(angle) * t, np.sin(angle) * t * flat], -1) * size
        where: Array = round_centre @ turn + centre
        return where

    for t in np.linspace(0.12, 0.95, 22):
        angle = wind * np.sqrt(t) + 2 * np.pi * np.arange(arms) / arms
        for where in spiral(t, angle):
            mist = hot.at(0.1) if t < 0.4 else cool.at(-0.1)
            brush.glow(where, size * (0.07 + 0.12 * t), mist, 0.17 * (1.15 - t))
    count = scene.many(2300)
    t = rng.random(count) ** 0.85
    arm = rng.integers(0, arms, count) * 2 * np.pi / arms
    angle = arm + wind * np.sqrt(t) + rng.normal(0, 0.2 + 0.16 * (1.0 - t), count)
    where = spiral(t, angle)
    radius = (0.001 + 0.0042 * rng.random(count) ** 4) * (1.25 - 0.5 * t)
    lit = rng.uniform(-0.3, 0.95, count)
    warm = (rng.random(count) > t * 0.9)[:, None]
    colours = np.where(warm, hot.at(lit), cool.at(lit))
    brush.fill_many(forms.ellipses(where, 1.3 * radius, radius, 8), colours, keep=True)
    brush.glow(centre, size * 0.2, hot.at(0.9), 0.95)
    scene.add("galaxy", brush, 0.95, rim=0.0, ink=0.0, grain=False)
    brush = scene.brush(rng)
    if scene.streams.pick("comet", 2):
        _comet(scene, brush, cool)
    names = rng.permutation(["dust", "lava", "jade"])
    for k in range(3):
        x = scene.focus - scene.lean * (0.3 + 0.3 * k + rng.uniform(-0.08, 0.08))
        planet(
            scene,
            brush,
            (x, rng.uniform(0.55, 0.9)),
            rng.uniform(0.03, 0.13),
            str(names[k]),
            rings=k == 0,
            bands=rng.random() < 0.5,
        )
    scene.add("wanderers", brush, 0.8, rim=0.0, ink=0.2, grain=False)
    if not scene.streams.pick("comet", 2):
        brush = scene.brush(rng)
        near = (scene.aspect * (0.5 - 0.4 * scene.lean), rng.uniform(1.02, 1.1))
        planet(scene, brush, near, rng.uniform(0.34, 0.44), "ice", rings=False, bands=True)
        scene.add("near world", brush, 0.4, rim=0.0, ink=0.2, grain=False)


def _comet(scene: Composition, brush: Brush, tones: Tones) -> None:
    """A bright head and two bent tails that thin out."""
    rng = brush.rng
    head = np.array([scene.aspect * (0.5 - 0.24 * scene.lean), rng.uniform(0.2, 0.36)])
    away = np.array([-scene.lean * 0.46, -0.16])
    for bend, opacity in ((0.05, 0.1), (-0.03, 0.14)):
        for share in np.linspace(1.0, 0.25, 9):
            tip = head + share * away
            middle = 0.5 * (head + tip) + [0.0, bend * share]
            width = (0.012 + 0.05 * share) * np.sin(np.linspace(0.25, 3.14, 14) ** 1.1 / 1.12)
            path = forms.curve([head, middle, tip], 14)
            brush.wash(forms.strip(path, width), tones.at(0.5), opacity)
    brush.glow(head, 0.07, tones.at(0.9), 0.9)
    brush.disc(head, 0.011, tones.at(1.0))


RULE = Rule(
    draw=_draw,
    moods=("night_blue", "night_teal", "night_violet", "dusk_violet"),
    families=_FAMILIES,
    horizon=(0.56, 0.68),
    light=(-0.1, 0.25),
    times=(),
    seasons=(),
    weathers=(),
)
