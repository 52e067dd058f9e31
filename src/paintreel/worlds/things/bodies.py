"""What is seen in space: planets, asteroids, crystals, a rocket, a station."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition

__all__ = ["asteroid", "crystals", "planet", "rocket", "station"]


def planet(
    scene: Composition,
    brush: Brush,
    centre: Point,
    radius: float,
    pigment: str,
    *,
    rings: bool,
    bands: bool,
) -> None:
    """A ball with bands or continents, a terminator, an atmosphere's edge, perhaps rings."""
    rng = brush.rng
    centre = np.asarray(centre, float)
    tones = scene.paints.glowing(pigment)
    toward = np.array(scene.light.toward)
    tilt = rng.uniform(-0.4, 0.4)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    shapes = [
        (forms.ellipses((0, 0), radius * k, radius * 0.24 * k, 80)[0] @ turn) + centre
        for k in (2.1, 1.72, 1.5)
    ]
    if rings:
        for shape, wide, lit in zip(shapes, (0.1, 0.16, 0.07), (0.2, 0.5, -0.2), strict=True):
            brush.stroke(np.vstack([shape[40:], shape[:1]]), wide * radius, tones.at(lit - 0.25))
    brush.glow(centre, radius * 1.3, tones.at(0.3), 0.45)
    disc = forms.ellipses(centre, radius, count=90)[0]
    brush.fill(disc, tones.at(0.1))
    if bands:
        for k, v in enumerate(np.linspace(-0.86, 0.86, 11) + rng.uniform(-0.05, 0.05, 11)):
            half = np.sqrt(1.0 - v * v)
            across = np.linspace(-half, half, 24)
            wave = 0.02 * np.sin(across * 9.0 + k)
            thick = (
                np.full(24, rng.uniform(0.05, 0.14))
                * np.sqrt(np.maximum(1.0 - (across / (half + 1e-6)) ** 2, 0.0)) ** 0.5
            )
            line = np.stack([across, v + wave + 0.12 * (half - across**2)], -1)
            line = line / np.maximum(np.hypot(line[:, 0], line[:, 1]), 1.0)[:, None]
            brush.stroke(
                line * radius @ turn + centre, thick * radius, tones.at(rng.uniform(-0.35, 0.55))
            )
    else:
        spot = rng.uniform(-0.62, 0.62, (9, 2))
        for shape in forms.blobs(
            rng, spot, rng.uniform(0.1, 0.3, 9), rough=0.35, flat=0.6, count=26
        ):
            reach = np.maximum(np.hypot(shape[:, 0], shape[:, 1]), 1e-6)[:, None]
            shape = shape / reach * np.minimum(reach, 0.985)
            brush.fill(shape * radius @ turn + centre, tones.at(rng.choice([-0.35, 0.45, 0.3])))
    _terminator(scene, brush, centre, radius, toward)
    if rings:
        for shape, wide, lit in zip(shapes, (0.1, 0.16, 0.07), (0.2, 0.5, -0.2), strict=True):
            brush.stroke(shape[:41], wide * radius, tones.at(lit + 0.15))


def _terminator(
    scene: Composition, brush: Brush, centre: Point, radius: float, toward: Array
) -> None:
    """Day and night on a ball lit from `toward` and a little from the front; a bright edge."""
    void = scene.paints.rgb(scene.paints.pigments["void"] * [0.5, 1.0, 1.0])
    light = scene.paints.rgb(scene.paints.light)

    def facing(x: Array, y: Array) -> tuple[Array, Array]:
        """How far the ball turns to the light, -1..1, and its disc with a soft edge, 0..1."""
        x, y = 1.012 * x, 1.012 * y
        square = x * x + y * y
        front = np.sqrt(np.maximum(1.0 - square, 0.0))
        disc = np.clip((1.024 - square) / 0.024, 0.0, 1.0)
        return 0.88 * (x * toward[0] + y * toward[1]) + 0.47 * front, disc

    def day(x: Array, y: Array) -> Array:
        turned, disc = facing(x, y)
        return 0.5 * np.clip(turned - 0.35, 0.0, 1.0) * disc

    def night(x: Array, y: Array) -> Array:
        turned, disc = facing(x, y)
        fall = np.clip((0.42 - turned) / 0.8, 0.0, 1.0)
        return 0.94 * fall * fall * (3.0 - 2.0 * fall) * disc

    brush.veil(centre, 1.012 * radius, light, day)
    brush.veil(centre, 1.012 * radius, void, night)
    angle = np.arctan2(toward[1], toward[0])
    edge = np.linspace(angle - 1.3, angle + 1.3, 40)
    rim = np.stack([np.cos(edge), np.sin(edge)], -1) * (0.985 * radius) + centre
    brush.stroke(rim, 0.03 * radius * np.sin(np.linspace(0.02, 3.12, 40)), light)


def crystals(scene: Composition, brush: Brush, x: float, foot: float, size: float) -> None:
    """A cluster of shards with a lit and a shaded face, glowing at the root."""
    rng = brush.rng
    tones = scene.paints.glowing("crystal")
    brush.glow((x, foot - 0.2 * size), 0.9 * size, tones.mid, 0.5)
    for lean in sorted(rng.uniform(-0.6, 0.6, 7), key=abs, reverse=True):
        tall, wide = (
            size * rng.uniform(0.4, 1.0) * (1.1 - abs(lean)),
            size * rng.uniform(0.09, 0.16),
        )
        base = np.array([x + lean * 0.6 * size, foot])
        tip = base + [lean * tall * 0.7, -tall]
        side = np.array([wide / 2, 0.0])
        neck = base + (tip - base) * 0.72
        brush.fill(
            np.array([base - side, neck - 1.15 * side, tip, neck + 1.15 * side, base + side]),
            tones.at(-0.35),
        )
        lit = side * brush.side
        brush.fill(
            np.array([base + 0.15 * lit, neck + 0.1 * lit, tip, neck + 1.15 * lit, base + lit]),
            tones.at(0.35),
        )
        brush.fill(np.array([neck + 0.1 * lit, tip, neck + 1.15 * lit]), tones.at(0.75))


def rocket(scene: Composition, brush: Brush, x: float, foot: float, size: float) -> None:
    """A rocket standing on its fins."""
    body, fin = scene.tones("pale", 0.25), scene.tones("cap", 0.25)
    t = np.linspace(0.0, 1.0, 14)
    half = 0.15 * size * np.sin(np.pi * (0.2 + 0.8 * t)) ** 0.7
    y = foot - size * (0.1 + 0.9 * t)
    hull = np.vstack([np.stack([x - half, y], -1), np.stack([x + half, y], -1)[::-1]])
    for toward in (-1, 1):
        shape = np.array([[0.1, -0.45], [0.34, -0.06], [0.34, 0.0], [0.12, -0.14]]) * [
            toward * size,
            size,
        ]
        brush.fill(shape + [x, foot], fin.at(0.4 if toward == brush.side else -0.45))
    across = np.linspace(-1, 1, 7) * brush.side
    brush.shade(hull, body.at(0.8 * across), (x - 0.15 * size, 0), (x + 0.15 * size, 0))
    nose = hull[(hull[:, 1] < foot - 0.78 * size)]
    brush.fill(nose, fin.at(0.1))
    brush.box(x - 0.02 * size, foot - 0.36 * size, x + 0.02 * size, foot, fin.at(0.3))
    brush.disc((x, foot - 0.62 * size), 0.075 * size, body.ink)
    brush.disc((x, foot - 0.62 * size), 0.055 * size, scene.paints.glowing("lamp").at(0.4))


def station(scene: Composition, brush: Brush, x: float, y: float, size: float) -> None:
    """A wheel seen at a slant, its hub and two wings of panels."""
    body, panel, lamp = (
        scene.tones("pale", 0.15),
        scene.tones("crystal", 0.15),
        scene.paints.glowing("lamp"),
    )
    middle = np.array([x, y])
    for toward in (-1, 1):
        a, b = (
            middle + [toward * 0.2 * size, 0],
            middle + [toward * 1.5 * size, -toward * 0.2 * size],
        )
        brush.stroke(np.array([a, b]), 0.05 * size, body.at(-0.4))
        for k in (0.45, 0.62, 0.79, 0.96):
            at = a + (b - a) * k
            wing = (
                at + np.array([[-0.08, -0.42], [0.08, -0.45], [0.08, 0.42], [-0.08, 0.45]]) * size
            )
            brush.fill(wing, panel.at(0.5 if toward == brush.side else 0.1))
            brush.stroke(
                np.array([at - [0, 0.42 * size], at + [0, 0.42 * size]]), 0.012 * size, body.ink
            )
    ring = forms.ellipses(middle, 0.62 * size, 0.24 * size, 60)[0]
    closed = np.vstack([ring, ring[:1]])
    brush.stroke(closed[30:], 0.08 * size, body.at(-0.5))
    hub = forms.ellipses(middle, 0.17 * size, 0.3 * size, 30)[0]
    brush.shade(
        hub,
        body.at(np.array([-0.6, 0.0, 0.7])[:: brush.side]),
        middle - [0.17 * size, 0],
        middle + [0.17 * size, 0],
    )
    brush.stroke(closed[:31], 0.1 * size, body.at(0.25))
    brush.fill_many(forms.ellipses(closed[2:30:3], 0.018 * size, count=8), lamp.at(0.5))


def asteroid(scene: Composition, brush: Brush, where: Point, size: float, depth: float) -> None:
    """A tumbling rock with craters, lit on the side of the light."""
    rng = brush.rng
    tones = scene.tones("crust", depth * 0.5)
    toward = np.array(scene.light.toward)
    shape = forms.blobs(rng, [where], size, rough=0.16, flat=0.8, count=18)[0]
    brush.fill(shape, tones.at(-0.7))
    brush.fill(where + (shape - where) * 0.82 + 0.16 * size * toward, tones.at(-0.05))
    brush.fill(where + (shape - where) * 0.52 + 0.36 * size * toward, tones.at(0.45))
    for _ in range(5):
        spot = where + rng.uniform(-0.45, 0.45, 2) * size + 0.15 * size * toward
        r = size * rng.uniform(0.06, 0.17)
        brush.ellipse(spot, r, 0.8 * r, tones.at(-0.75), count=14)
        brush.ellipse(spot - 0.25 * r * toward, 0.8 * r, 0.62 * r, tones.at(0.15), count=14)
