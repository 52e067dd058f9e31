"""Shape grammars of what is built into a room or hangs in it: hearth, lamps, columns, barrels."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.worlds.things.buildings import Masonry, bricks, round_face
from paintreel.worlds.things.furniture import Kit, block, mug, shadow

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


def barrel(canvas, rng, made: Kit, at, size: float) -> None:
    """A cask standing on its end, with hoops."""
    x, foot = at
    shadow(canvas, made, (x, foot), 0.42 * size, 0.2)
    t = np.linspace(0, 1, 12)
    half = size * (0.32 + 0.1 * np.sin(np.pi * t))
    y = foot - size * t
    hull = np.vstack([np.stack([x - half, y], -1), np.stack([x + half, y], -1)[::-1]])
    across = np.linspace(-1, 1, 7) * made.side
    canvas.shade(hull, made.wood.at(0.6 * across - 0.05), (x - 0.4 * size, 0), (x + 0.4 * size, 0))
    for k in (-0.55, -0.18, 0.2, 0.58):
        canvas.fill(forms.strip(np.stack([x + k * half, y], -1), 0.012 * size), made.wood.at(-0.8))
    for k in (1, 4, 8, 11):
        hoop = np.array([[x - half[k], y[k]], [x, y[k] + 0.05 * size], [x + half[k], y[k]]])
        canvas.fill(forms.strip(forms.curve(hoop, 10), 0.055 * size), made.stone.at(-0.5))
    canvas.fill(forms.ellipses((x, foot - size), 0.32 * size, 0.1 * size)[0], made.wood.at(0.4))


def globe(canvas, made: Kit, at, size: float) -> None:
    """A globe in its stand."""
    x, foot = at
    shadow(canvas, made, at, 0.3 * size, 0.2)
    block(
        canvas,
        made.wood,
        made.side,
        x - 0.04 * size,
        foot - 0.5 * size,
        x + 0.04 * size,
        foot,
        lit=-0.1,
    )
    canvas.fill(
        forms.dabs([[x, foot - 0.02 * size]], 0.5 * size, 0.1 * size, 0.0)[0], made.wood.at(-0.3)
    )
    ball = forms.ellipses((x, foot - 0.75 * size), 0.28 * size)[0]
    light = np.array([x + 0.2 * size * made.side, foot - 0.95 * size])
    canvas.shade(
        ball,
        made.leaf.at(np.array([0.9, 0.2, -0.6])),
        light,
        2 * np.array([x, foot - 0.75 * size]) - light,
    )
    for dx, dy, r in ((-0.08, -0.08, 0.1), (0.1, 0.06, 0.08)):
        canvas.fill(
            forms.ellipses((x + dx * size, foot + (dy - 0.75) * size), r * size, 0.7 * r * size, 9)[
                0
            ],
            made.gold.at(0.2),
        )
    ring = forms.ellipses((x, foot - 0.75 * size), 0.33 * size, 0.33 * size)[0]
    canvas.fill(forms.strip(ring[4:20], 0.025 * size), made.gold.at(0.3))


def picture(canvas, rng, made: Kit, x: float, y: float, size: float) -> None:
    """A framed landscape."""
    canvas.fill(
        forms.box(x - 0.7 * size, y - 0.5 * size, x + 0.7 * size, y + 0.5 * size),
        made.gold.at(-0.2),
    )
    canvas.fill(
        forms.box(x - 0.6 * size, y - 0.4 * size, x + 0.6 * size, y + 0.4 * size), made.pale.at(0.3)
    )
    hill = np.stack(
        [
            x + np.linspace(-0.6, 0.6, 12) * size,
            y + (0.1 + 0.12 * np.sin(np.linspace(0, 5, 12) + rng.uniform(0, 6))) * size,
        ],
        -1,
    )
    canvas.fill(forms.skirt(hill, y + 0.4 * size), made.leaf.at(0.1))


def hearth(
    canvas, rng, made: Kit, x: float, foot: float, width: float, ceiling: float, plan
) -> None:
    """A stone fireplace with a hood up to the ceiling and a fire."""
    half, tall = width / 2, 0.3
    stone = Masonry(made.stone, made.stone, made.wood, made.lamp, made.side, 0.0)
    hood = np.array(
        [
            [x - 0.8 * half, foot - tall],
            [x - 0.5 * half, ceiling],
            [x + 0.5 * half, ceiling],
            [x + 0.8 * half, foot - tall],
        ]
    )
    canvas.shade(
        hood, made.stone.at(np.array([-0.3, 0.3])[:: made.side]), (x - half, 0), (x + half, 0)
    )
    bricks(canvas, rng, stone, x - 0.5 * half, ceiling, x + 0.5 * half, foot - tall, 0.1 * width)
    canvas.fill(forms.box(x - half, foot - tall, x + half, foot), made.stone.at(0.0))
    bricks(canvas, rng, stone, x - half, foot - tall, x + half, foot, 0.11 * width)
    arch = forms.ellipses((x, foot - 0.4 * tall), 0.62 * half, 0.36 * tall)[0][14:]
    mouth = np.vstack([arch, [[x + 0.62 * half, foot], [x - 0.62 * half, foot]]])
    canvas.fill(mouth, made.wood.ink)
    canvas.glow((x, foot - 0.1), 1.2 * width, made.lamp.mid, 0.45)
    fire = plan.paints.glowing("fire")
    for k in range(-2, 3):
        canvas.fill(
            forms.strip(
                np.array(
                    [
                        [x - 0.1 * width + 0.02 * k, foot - 0.02],
                        [x + 0.12 * width, foot - 0.02 - 0.008 * k],
                    ]
                ),
                0.02,
            ),
            made.wood.at(-0.4),
        )
    at = x + np.linspace(-0.36, 0.36, 7) * half
    size = 0.55 * tall * rng.uniform(0.5, 1.0, 7) * (1.1 - np.abs(np.linspace(-1, 1, 7)) * 0.6)
    base = np.stack([at, np.full(7, foot - 0.02)], -1)
    for share, tones, lit in ((1.0, fire, -0.1), (0.7, made.lamp, 0.0), (0.4, made.lamp, 0.7)):
        canvas.fill_many(
            forms.spikes(base, share * size, 0.2 * half * share, 0.02 * rng.normal(0, 1, 7)),
            tones.at(lit),
        )
    block(
        canvas,
        made.wood,
        made.side,
        x - 1.12 * half,
        foot - tall - 0.03,
        x + 1.12 * half,
        foot - tall,
        lift=0.012,
        lit=0.1,
    )
    for k in (-0.8, -0.3, 0.5, 0.85):
        mug(canvas, made, x + k * half, foot - tall - 0.035, 0.045)
    block(canvas, made.stone, made.side, x - 1.1 * half, foot, x + 1.1 * half, foot + 0.02, lit=0.3)


def lantern(canvas, made: Kit, x: float, top: float, drop: float, size: float) -> None:
    """A lantern on a chain."""
    canvas.fill(forms.box(x - 0.0025, top, x + 0.0025, top + drop), made.wood.ink)
    y = top + drop
    if made.burning:
        canvas.glow((x, y + 0.6 * size), 4.5 * size, made.lamp.mid, 0.55)
    cap = np.array([[-0.5, 0.25], [0.0, -0.1], [0.5, 0.25]]) * size + [x, y]
    canvas.fill(
        forms.box(x - 0.36 * size, y + 0.2 * size, x + 0.36 * size, y + 1.1 * size),
        made.lamp.at(0.5) if made.burning else made.pale.at(0.6),
    )
    for k in (-0.36, 0.0, 0.36):
        canvas.fill(
            forms.box(x + (k - 0.04) * size, y + 0.2 * size, x + (k + 0.04) * size, y + 1.1 * size),
            made.wood.ink,
        )
    canvas.fill(cap, made.gold.at(-0.3))
    canvas.fill(
        forms.box(x - 0.45 * size, y + 1.05 * size, x + 0.45 * size, y + 1.2 * size),
        made.gold.at(-0.4),
    )


def chandelier(canvas, made: Kit, x: float, y: float, size: float) -> None:
    """A ring of candles on chains from the ceiling."""
    canvas.fill(forms.box(x - 0.003, -0.1, x + 0.003, y), made.wood.ink)
    canvas.glow((x, y), 3.0 * size, made.lamp.mid, 0.35)
    ring = forms.ellipses((x, y), size, 0.24 * size, 40)[0]
    canvas.fill(forms.strip(np.vstack([ring, ring[:1]]), 0.1 * size), made.gold.at(-0.2))
    for px, py in ring[::5]:
        canvas.fill(
            forms.box(px - 0.04 * size, py - 0.3 * size, px + 0.04 * size, py), made.pale.at(0.4)
        )
        canvas.fill(
            forms.dabs([[px, py - 0.4 * size]], 0.24 * size, 0.09 * size, np.pi / 2)[0],
            made.lamp.at(0.7),
        )


def column(canvas, rng, made: Kit, at, width: float, shell) -> None:
    """A round pillar from the floor out of sight, with base and capital."""
    x, foot = at
    half = width / 2
    stone = Masonry(made.stone, made.stone, made.wood, made.lamp, made.side, 0.0)
    shadow(canvas, made, at, 1.1 * width, 0.16)
    top = shell.vanish[1] - (foot - shell.vanish[1]) * 1.5
    canvas.shade(
        forms.box(x - half, top, x + half, foot), round_face(stone), (x - half, 0), (x + half, 0)
    )
    for k in np.linspace(0.15, 0.9, 5):
        y = foot + (top - foot) * k
        canvas.fill(forms.dabs([[x, y]], width, 0.03 * width, 0.0)[0], made.stone.at(-0.6))
    for y, reach in ((foot, 1.5), (foot - 0.3 * width, 1.25), (top + 0.2 * width, 1.4)):
        block(
            canvas,
            made.stone,
            made.side,
            x - reach * half,
            y - 0.3 * width,
            x + reach * half,
            y,
            lit=0.2,
        )


def banner(canvas, made: Kit, at, size: float) -> None:
    """A hanging cloth with a swallow tail and a device."""
    x, y = at
    cloth = np.array([[-0.3, 0.0], [0.3, 0.0], [0.3, 1.5], [0.0, 1.2], [-0.3, 1.5]]) * size + [x, y]
    canvas.shade(
        cloth, made.cloth.at(np.array([-0.4, 0.35, -0.2])), (x - 0.3 * size, 0), (x + 0.3 * size, 0)
    )
    canvas.fill(forms.ellipses((x, y + 0.6 * size), 0.17 * size)[0], made.gold.at(0.2))
    canvas.fill(forms.ellipses((x, y + 0.6 * size), 0.1 * size)[0], made.cloth.at(-0.3))
    canvas.fill(
        forms.box(x - 0.36 * size, y - 0.04 * size, x + 0.36 * size, y + 0.03 * size),
        made.gold.at(-0.2),
    )


def throne(canvas, made: Kit, at, size: float) -> None:
    """A high seat on two steps."""
    x, foot = at
    for k, reach in ((0, 0.9), (1, 0.7)):
        y = foot - 0.08 * size * k
        block(
            canvas,
            made.stone,
            made.side,
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
    canvas.fill(back, made.gold.at(-0.3))
    canvas.fill((back - [x, base]) * [0.78, 0.9] + [x, base], made.cloth.at(0.1))
    block(
        canvas,
        made.gold,
        made.side,
        x - 0.34 * size,
        base - 0.4 * size,
        x + 0.34 * size,
        base,
        lift=0.08 * size,
        lit=-0.1,
    )
    canvas.fill(
        forms.dabs([[x, base - 0.45 * size]], 0.56 * size, 0.1 * size, 0.0)[0], made.cloth.at(0.4)
    )
    for edge in (-0.34, 0.34):
        canvas.fill(
            forms.box(x + (edge - 0.05) * size, base - 0.62 * size, x + (edge + 0.05) * size, base),
            made.gold.at(0.3),
        )
