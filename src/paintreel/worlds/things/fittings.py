"""Shape grammars of what is built into a room or hangs in it: hearth, lamps, columns, barrels."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.worlds.materials import Materials
from paintreel.worlds.things.buildings import bricks, round_face
from paintreel.worlds.things.furniture import block, mug, shadow
from paintreel.worlds.things.shell import Shell

__all__ = [
    "banner",
    "barrel",
    "chandelier",
    "column",
    "globe",
    "hearth",
    "lantern",
    "picture",
    "throne",
]


def barrel(brush: Brush, materials: Materials, at: Point, size: float) -> None:
    """A cask standing on its end, with hoops."""
    x, foot = at
    shadow(brush, materials, (x, foot), 0.42 * size, 0.2)
    t = np.linspace(0, 1, 12)
    half = size * (0.32 + 0.1 * np.sin(np.pi * t))
    y = foot - size * t
    hull = np.vstack([np.stack([x - half, y], -1), np.stack([x + half, y], -1)[::-1]])
    across = np.linspace(-1, 1, 7) * brush.side
    brush.shade(
        hull, materials.wood.at(0.6 * across - 0.05), (x - 0.4 * size, 0), (x + 0.4 * size, 0)
    )
    for k in (-0.55, -0.18, 0.2, 0.58):
        brush.stroke(np.stack([x + k * half, y], -1), 0.012 * size, materials.wood.at(-0.8))
    for k in (1, 4, 8, 11):
        hoop = np.array([[x - half[k], y[k]], [x, y[k] + 0.05 * size], [x + half[k], y[k]]])
        brush.stroke(forms.curve(hoop, 10), 0.055 * size, materials.stone.at(-0.5))
    brush.ellipse((x, foot - size), 0.32 * size, 0.1 * size, materials.wood.at(0.4))


def globe(brush: Brush, materials: Materials, at: Point, size: float) -> None:
    """A globe in its stand."""
    x, foot = at
    shadow(brush, materials, at, 0.3 * size, 0.2)
    block(
        brush,
        materials.wood,
        x - 0.04 * size,
        foot - 0.5 * size,
        x + 0.04 * size,
        foot,
        lit=-0.1,
    )
    brush.dab((x, foot - 0.02 * size), 0.5 * size, 0.1 * size, materials.wood.at(-0.3))
    ball = forms.ellipses((x, foot - 0.75 * size), 0.28 * size)[0]
    light = np.array([x + 0.2 * size * brush.side, foot - 0.95 * size])
    brush.shade(
        ball,
        materials.leaf.at(np.array([0.9, 0.2, -0.6])),
        light,
        2 * np.array([x, foot - 0.75 * size]) - light,
    )
    for dx, dy, r in ((-0.08, -0.08, 0.1), (0.1, 0.06, 0.08)):
        brush.ellipse(
            (x + dx * size, foot + (dy - 0.75) * size),
            r * size,
            0.7 * r * size,
            materials.gold.at(0.2),
            count=9,
        )
    ring = forms.ellipses((x, foot - 0.75 * size), 0.33 * size, 0.33 * size)[0]
    brush.stroke(ring[4:20], 0.025 * size, materials.gold.at(0.3))


def picture(brush: Brush, materials: Materials, x: float, y: float, size: float) -> None:
    """A framed landscape."""
    rng = brush.rng
    brush.box(
        x - 0.7 * size, y - 0.5 * size, x + 0.7 * size, y + 0.5 * size, materials.gold.at(-0.2)
    )
    brush.box(
        x - 0.6 * size, y - 0.4 * size, x + 0.6 * size, y + 0.4 * size, materials.pale.at(0.3)
    )
    hill = np.stack(
        [
            x + np.linspace(-0.6, 0.6, 12) * size,
            y + (0.1 + 0.12 * np.sin(np.linspace(0, 5, 12) + rng.uniform(0, 6))) * size,
        ],
        -1,
    )
    brush.fill(forms.skirt(hill, y + 0.4 * size), materials.leaf.at(0.1))


def hearth(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, ceiling: float
) -> None:
    """A stone fireplace with a hood up to the ceiling and a fire."""
    rng = brush.rng
    half, tall = width / 2, 0.3
    hood = np.array(
        [
            [x - 0.8 * half, foot - tall],
            [x - 0.5 * half, ceiling],
            [x + 0.5 * half, ceiling],
            [x + 0.8 * half, foot - tall],
        ]
    )
    brush.shade(
        hood, materials.stone.at(np.array([-0.3, 0.3])[:: brush.side]), (x - half, 0), (x + half, 0)
    )
    bricks(brush, materials, x - 0.5 * half, ceiling, x + 0.5 * half, foot - tall, 0.1 * width)
    brush.box(x - half, foot - tall, x + half, foot, materials.stone.at(0.0))
    bricks(brush, materials, x - half, foot - tall, x + half, foot, 0.11 * width)
    arch = forms.ellipses((x, foot - 0.4 * tall), 0.62 * half, 0.36 * tall)[0][14:]
    mouth = np.vstack([arch, [[x + 0.62 * half, foot], [x - 0.62 * half, foot]]])
    brush.fill(mouth, materials.wood.ink)
    brush.glow((x, foot - 0.1), 1.2 * width, materials.lamp.mid, 0.45)
    fire = materials.fire
    for k in range(-2, 3):
        brush.stroke(
            np.array(
                [
                    [x - 0.1 * width + 0.02 * k, foot - 0.02],
                    [x + 0.12 * width, foot - 0.02 - 0.008 * k],
                ]
            ),
            0.02,
            materials.wood.at(-0.4),
        )
    at = x + np.linspace(-0.36, 0.36, 7) * half
    size = 0.55 * tall * rng.uniform(0.5, 1.0, 7) * (1.1 - np.abs(np.linspace(-1, 1, 7)) * 0.6)
    base = np.stack([at, np.full(7, foot - 0.02)], -1)
    for share, tones, lit in (
        (1.0, fire, -0.1),
        (0.7, materials.lamp, 0.0),
        (0.4, materials.lamp, 0.7),
    ):
        brush.fill_many(
            forms.spikes(base, share * size, 0.2 * half * share, 0.02 * rng.normal(0, 1, 7)),
            tones.at(lit),
        )
    block(
        brush,
        materials.wood,
        x - 1.12 * half,
        foot - tall - 0.03,
        x + 1.12 * half,
        foot - tall,
        lift=0.012,
        lit=0.1,
    )
    for across in (-0.8, -0.3, 0.5, 0.85):
        mug(brush, materials, x + across * half, foot - tall - 0.035, 0.045)
    block(brush, materials.stone, x - 1.1 * half, foot, x + 1.1 * half, foot + 0.02, lit=0.3)


def lantern(
    brush: Brush, materials: Materials, x: float, top: float, drop: float, size: float
) -> None:
    """A lantern on a chain."""
    brush.box(x - 0.0025, top, x + 0.0025, top + drop, materials.wood.ink)
    y = top + drop
    if materials.lit:
        brush.glow((x, y + 0.6 * size), 4.5 * size, materials.lamp.mid, 0.55)
    cap = np.array([[-0.5, 0.25], [0.0, -0.1], [0.5, 0.25]]) * size + [x, y]
    brush.box(
        x - 0.36 * size,
        y + 0.2 * size,
        x + 0.36 * size,
        y + 1.1 * size,
        materials.lamp.at(0.5) if materials.lit else materials.pale.at(0.6),
    )
    for k in (-0.36, 0.0, 0.36):
        brush.box(
            x + (k - 0.04) * size,
            y + 0.2 * size,
            x + (k + 0.04) * size,
            y + 1.1 * size,
            materials.wood.ink,
        )
    brush.fill(cap, materials.gold.at(-0.3))
    brush.box(
        x - 0.45 * size, y + 1.05 * size, x + 0.45 * size, y + 1.2 * size, materials.gold.at(-0.4)
    )


def chandelier(brush: Brush, materials: Materials, x: float, y: float, size: float) -> None:
    """A ring of candles on chains from the ceiling."""
    brush.box(x - 0.003, -0.1, x + 0.003, y, materials.wood.ink)
    brush.glow((x, y), 3.0 * size, materials.lamp.mid, 0.35)
    ring = forms.ellipses((x, y), size, 0.24 * size, 40)[0]
    brush.stroke(np.vstack([ring, ring[:1]]), 0.1 * size, materials.gold.at(-0.2))
    for px, py in ring[::5]:
        brush.box(px - 0.04 * size, py - 0.3 * size, px + 0.04 * size, py, materials.pale.at(0.4))
        brush.dab(
            (px, py - 0.4 * size), 0.24 * size, 0.09 * size, materials.lamp.at(0.7), angle=np.pi / 2
        )


def column(brush: Brush, materials: Materials, at: Point, width: float, shell: Shell) -> None:
    """A round pillar from the floor out of sight, with base and capital."""
    x, foot = at
    half = width / 2
    shadow(brush, materials, at, 1.1 * width, 0.16)
    top = shell.vanish[1] - (foot - shell.vanish[1]) * 1.5
    brush.shade(
        forms.box(x - half, top, x + half, foot),
        round_face(brush, materials),
        (x - half, 0),
        (x + half, 0),
    )
    for k in np.linspace(0.15, 0.9, 5):
        y = foot + (top - foot) * k
        brush.dab((x, y), width, 0.03 * width, materials.stone.at(-0.6))
    for y, reach in ((foot, 1.5), (foot - 0.3 * width, 1.25), (top + 0.2 * width, 1.4)):
        block(
            brush,
            materials.stone,
            x - reach * half,
            y - 0.3 * width,
            x + reach * half,
            y,
            lit=0.2,
        )


def banner(brush: Brush, materials: Materials, at: Point, size: float) -> None:
    """A hanging cloth with a swallow tail and a device."""
    x, y = at
    cloth = np.array([[-0.3, 0.0], [0.3, 0.0], [0.3, 1.5], [0.0, 1.2], [-0.3, 1.5]]) * size + [x, y]
    brush.shade(
        cloth,
        materials.cloth.at(np.array([-0.4, 0.35, -0.2])),
        (x - 0.3 * size, 0),
        (x + 0.3 * size, 0),
    )
    brush.disc((x, y + 0.6 * size), 0.17 * size, materials.gold.at(0.2))
    brush.disc((x, y + 0.6 * size), 0.1 * size, materials.cloth.at(-0.3))
    brush.box(
        x - 0.36 * size, y - 0.04 * size, x + 0.36 * size, y + 0.03 * size, materials.gold.at(-0.2)
    )


def throne(brush: Brush, materials: Materials, at: Point, size: float) -> None:
    """A high seat on two steps."""
    x, foot = at
    for k, reach in ((0, 0.9), (1, 0.7)):
        y = foot - 0.08 * size * k
        block(
            brush,
            materials.stone,
            x - reach * size,
            y - 0.08 * size,
            x + reach * size,
            y,
            lift=0.03 * size,
            lit=0.2,
        )
    base = foot - 0.16 * size
    back = np.array(
        [[-0.26, 0.0], [-0.26, -0.95], [0.0, -1.2], [0.26, -0.95], [0.26, 0.0]]
    ) * size + [x, base]
    brush.fill(back, materials.gold.at(-0.3))
    brush.fill((back - [x, base]) * [0.78, 0.9] + [x, base], materials.cloth.at(0.1))
    block(
        brush,
        materials.gold,
        x - 0.34 * size,
        base - 0.4 * size,
        x + 0.34 * size,
        base,
        lift=0.08 * size,
        lit=-0.1,
    )
    brush.dab((x, base - 0.45 * size), 0.56 * size, 0.1 * size, materials.cloth.at(0.4))
    for edge in (-0.34, 0.34):
        brush.box(
            x + (edge - 0.05) * size,
            base - 0.62 * size,
            x + (edge + 0.05) * size,
            base,
            materials.gold.at(0.3),
        )
