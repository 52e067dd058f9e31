"""What has sunk: a temple and a ship."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import terrain

__all__ = ["temple", "wreck"]


def temple(scene: Composition, brush: Brush, x: float, foot: float) -> None:
    """A row of columns on steps under a broken pediment, centred on x."""
    rng = brush.rng
    stone, side = scene.tones("stone", 0.45), brush.side
    size = rng.uniform(0.42, 0.55)
    for k in (0.0, 0.03, 0.06):
        brush.box(
            x - 0.72 * size + k,
            foot - 0.02 - k,
            x + 0.72 * size - k,
            foot + 0.02 - k,
            stone.at(0.3 - 6 * k),
        )
    heights = np.full(6, 0.62 * size)
    broken = int(rng.integers(3, 6))
    heights[broken] *= rng.uniform(0.3, 0.6)
    for k, tall in enumerate(heights):
        cx = x + (k - 2.5) * 0.22 * size
        wide = 0.05 * size
        shaft = forms.box(cx - wide, foot - 0.06 - tall, cx + wide, foot - 0.06)
        across = np.linspace(-1, 1, 7) * side
        brush.shade(shaft, stone.at(0.65 * across - 0.05), (cx - wide, 0), (cx + wide, 0))
        for g in (-0.5, 0.0, 0.5):
            brush.box(
                cx + g * wide - 0.003,
                foot - 0.06 - tall,
                cx + g * wide + 0.002,
                foot - 0.06,
                stone.at(-0.6),
            )
        for y in (foot - 0.06, foot - 0.06 - tall):
            brush.box(cx - 1.35 * wide, y - 0.018, cx + 1.35 * wide, y + 0.008, stone.at(0.4))
    top = foot - 0.06 - 0.62 * size
    end = x + (broken - 2.5) * 0.22 * size - 0.1 * size
    brush.fill(
        np.array(
            [
                [x - 0.62 * size, top - 0.09 * size],
                [end, top - 0.09 * size],
                [end - 0.03, top - 0.02],
                [end + 0.02, top],
                [x - 0.62 * size, top],
            ]
        ),
        stone.at(0.15),
    )
    brush.fill(
        np.array(
            [
                [x - 0.62 * size, top - 0.09 * size],
                [x - 0.2 * size, top - 0.28 * size],
                [end - 0.02, top - 0.16 * size],
                [end, top - 0.09 * size],
            ]
        ),
        stone.at(-0.25),
    )
    brush.stroke(
        np.array([[x - 0.62 * size, top - 0.09 * size], [x - 0.2 * size, top - 0.28 * size]]),
        0.02,
        stone.at(0.6),
    )
    for _ in range(6):
        terrain.rock(
            brush,
            stone,
            (x + rng.uniform(-0.8, 0.8) * size, foot + rng.uniform(0.02, 0.08)),
            rng.uniform(0.02, 0.05),
        )


def wreck(scene: Composition, brush: Brush, x: float, foot: float) -> None:
    """A ship's hull lying over, ribs open, a broken mast."""
    rng = brush.rng
    wood = scene.tones("wood", 0.42)
    size, ahead = rng.uniform(0.6, 0.75), scene.lean
    scale = np.array([ahead * size, size])
    origin = np.array([x, foot])
    for lean, base, tall in ((-0.14, -0.1, 0.6), (0.2, 0.2, 0.38)):
        mast = origin + np.array([[base, -0.1], [base + lean, -0.1 - tall]]) * scale
        brush.stroke(mast, (0.035 * size, 0.018 * size), wood.at(-0.3))
        yard = mast[1] * 0.75 + mast[0] * 0.25
        brush.stroke(
            yard + np.array([[-0.16, 0.04], [0.16, -0.04]]) * scale, 0.014 * size, wood.at(-0.1)
        )
        brush.fill(
            yard
            + np.array([[-0.14, 0.04], [0.1, -0.02], [0.02, 0.1], [-0.05, 0.06], [-0.1, 0.2]])
            * scale,
            scene.tones("pale", 0.5).at(-0.2),
        )
    rail = forms.curve(
        [[-0.62, -0.34], [-0.45, -0.2], [0.0, -0.14], [0.42, -0.2], [0.66, -0.32]], 30
    )
    keel = forms.curve([[-0.5, 0.04], [-0.2, 0.08], [0.2, 0.08], [0.5, 0.0]], 30)
    brush.shade(
        origin + np.vstack([rail, keel[::-1]]) * scale,
        wood.at(np.array([0.35, -0.1, -0.6])),
        origin - [0, 0.3 * size],
        origin + [0, 0.06 * size],
    )
    for t in (0.2, 0.4, 0.6, 0.8):
        seam = rail * (1 - t) + keel * t
        brush.stroke(origin + seam * scale, 0.008 * size, wood.at(-0.85))
    hole = forms.blobs(rng, [[0.12, -0.05]], 0.1, rough=0.3, flat=0.75)[0]
    brush.fill(origin + hole * scale, wood.ink)
    for k in np.linspace(0.03, 0.2, 4):
        brush.stroke(
            origin + np.array([[k, -0.14], [k + 0.015, 0.06]]) * scale, 0.018 * size, wood.at(0.1)
        )
    brush.stroke(origin + rail * scale, 0.03 * size, wood.at(0.6))
    for k in range(3, 27, 3):
        port = origin + (rail[k] * 0.72 + keel[k] * 0.28) * scale
        brush.disc(port, 0.016 * size, wood.ink, count=12)
