"""Shape grammars of stone: towers, walls, castles.

A building turns its lit face to the side of the brush's light.
"""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.imaging.arrays import Array
from paintreel.worlds.materials import Materials

__all__ = ["bricks", "castle", "round_face", "tower", "wall", "window"]


def round_face(brush: Brush, materials: Materials, steps: int = 9) -> Array:
    """Colours across a round wall from left to right."""
    across = np.linspace(-1.0, 1.0, steps) * brush.side
    return materials.stone.at(0.75 * np.exp(-(((across - 0.45) / 0.5) ** 2)) + 0.35 * across - 0.35)


def window(brush: Brush, materials: Materials, x: float, y: float, size: float) -> None:
    """A small arched window, lit or dark, with a sill."""
    rng = brush.rng
    arch = np.vstack(
        [
            forms.ellipses((x, y), 0.5 * size, 0.6 * size, 16)[0][8:],
            [[x + 0.5 * size, y + size], [x - 0.5 * size, y + size]],
        ]
    )
    brush.fill(arch + (arch - [x, y + 0.3 * size]) * 0.25, materials.stone.at(-0.75))
    lit = rng.random() < materials.lit
    brush.fill(arch, materials.lamp.at(0.35) if lit else materials.stone.ink)
    if lit:
        brush.glow((x, y + 0.3 * size), 2.6 * size, materials.lamp.mid, 0.4)
        brush.fill(arch * [0.5, 0.6] + [0.5 * x, 0.4 * (y + 0.5 * size)], materials.lamp.at(0.8))
    sill = forms.box(x - 0.7 * size, y + size, x + 0.7 * size, y + 1.15 * size)
    brush.fill(sill, materials.stone.ground.at(0.5))


def bricks(
    brush: Brush, materials: Materials, x0: float, y0: float, x1: float, y1: float, size: float
) -> None:
    """Scattered stones on a wall, some lighter, some darker."""
    rng = brush.rng
    count = int(min(0.35 * (x1 - x0) * (y1 - y0) / size**2, 60))
    if count < 1:
        return
    where = np.stack([rng.uniform(x0 + size, x1 - size, count), rng.uniform(y0, y1, count)], -1)
    where[:, 1] = np.rint(where[:, 1] / (0.6 * size)) * 0.6 * size
    w, h = 0.5 * size * rng.uniform(0.6, 1.1, count), np.full(count, 0.22 * size)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    shapes = where[:, None] + corners * np.stack([w, h], axis=-1)[:, None]
    turned = (where[:, 0] - 0.5 * (x0 + x1)) / (x1 - x0) * brush.side
    brush.fill_many(shapes, materials.stone.at(0.5 * turned + rng.choice([-0.45, 0.3], count)))


def battlement(
    brush: Brush, materials: Materials, x0: float, x1: float, y: float, size: float, lit: float
) -> None:
    """Merlons standing on y from x0 to x1, over a corbelled ledge with its shadow."""
    brush.box(x0, y, x1, y + 1.5 * size, materials.stone.at(lit))
    brush.box(x0, y + 1.5 * size, x1, y + 1.9 * size, materials.stone.ink)
    count = max(round((x1 - x0) / (1.7 * size)), 2)
    pitch = (x1 - x0) / (count - 0.4)
    for k in range(count):
        left = x0 + k * pitch
        brush.box(left, y - size, left + 0.6 * pitch, y + 0.2 * size, materials.stone.at(lit))
        edge = left + (0.42 * pitch if brush.side > 0 else 0.0)
        brush.box(
            edge, y - size, edge + 0.18 * pitch, y + 0.2 * size, materials.stone.at(lit + 0.4)
        )
        if (snow := materials.stone.cover) is not None:
            right = left + 0.6 * pitch
            brush.box(left - 0.03 * pitch, y - 1.25 * size, right, y - 0.75 * size, snow.at(0.55))
            brush.box(right, y - 0.1 * size, left + pitch, y + 0.15 * size, snow.at(0.2))


def slide(eaves: Array, ridge: Array) -> Array:
    """Snow on a slope from `ridge` (2, 2) down to a ragged line above `eaves` (2, 2), both left
    to right.
    """
    t = np.linspace(0.0, 1.0, 9)[:, None]
    hem = eaves[0] + (eaves[1] - eaves[0]) * t
    top = ridge[0] + (ridge[1] - ridge[0]) * t
    up = np.array([0.0, 0.13, 0.05, 0.16, 0.1, 0.02, 0.14, 0.07, 0.0])[:, None]
    return np.vstack([ridge, forms.curve(hem + (top - hem) * up, 33)[::-1]])


def spire(
    brush: Brush,
    materials: Materials,
    x: float,
    y: float,
    half: float,
    height: float,
    *,
    flag: bool,
) -> None:
    """A conical roof with flared eaves, shingle rows and perhaps a pennant."""
    rng = brush.rng
    sweep = np.array(
        [
            [-1.0, 0.0],
            [-0.62, -0.28],
            [-0.3, -0.6],
            [0.0, -1.0],
            [0.3, -0.6],
            [0.62, -0.28],
            [1.0, 0.0],
            [0.5, 0.07],
            [-0.5, 0.07],
        ]
    )
    across = np.linspace(-1.0, 1.0, 7) * brush.side
    colours = materials.roof.at(0.65 * across + 0.1)
    if flag:
        pole = forms.box(x - 0.02 * half, y - height * 1.22, x + 0.02 * half, y - 0.9 * height)
        brush.fill(pole, materials.wood.ink)
        tip, blow = np.array([x, y - 1.2 * height]), rng.choice([-1.0, 1.0])
        cloth = tip + np.array(
            [[0, 0], [0.5, 0.05], [0.9, 0.0], [0.65, 0.16], [0.9, 0.3], [0.45, 0.3], [0, 0.26]]
        ) * [blow * half, 0.7 * half]
        brush.fill(cloth, materials.roof.at(0.4))
    brush.shade([x, y] + sweep * [half, height], colours, (x - half, y), (x + half, y))
    for t in (0.18, 0.36, 0.56):
        reach = half * (1.0 - t) ** 1.25
        rows = forms.dabs([[x, y - t * height]], 1.6 * reach, 0.05 * height, 0.0)
        brush.fill(rows[0], materials.roof.at(-0.45))
    brush.dab((x, y + 0.03 * height), 1.9 * half, 0.09 * height, materials.roof.ink)
    if (snow := materials.roof.cover) is not None:
        side = brush.side
        lain = np.array(
            [
                [0.0, -1.0],
                [0.29, -0.6],
                [0.6, -0.28],
                [0.92, -0.03],
                [0.66, -0.1],
                [0.42, -0.02],
                [0.24, -0.22],
                [0.02, -0.3],
                [-0.1, -0.62],
            ]
        )
        brush.fill([x, y] + lain * [side * half, height], snow.at(0.5))
        eaves = np.array([[-0.95, 0.0], [-0.55, -0.2], [-0.4, -0.1], [-0.2, 0.03], [-0.6, 0.05]])
        brush.fill([x, y] + eaves * [side * half, height], snow.at(-0.05))


def tower(
    brush: Brush,
    materials: Materials,
    x: float,
    foot: float,
    width: float,
    height: float,
    *,
    cone: bool,
    flag: bool = False,
) -> None:
    """A round tower: battered foot, shaft, corbelled head, battlement or spire."""
    rng = brush.rng
    half, head = 0.5 * width, 0.58 * width
    top = foot - height
    shaft = np.array(
        [
            [x - 1.18 * half, foot],
            [x - half, foot - 0.22 * height],
            [x - half, top],
            [x + half, top],
            [x + half, foot - 0.22 * height],
            [x + 1.18 * half, foot],
        ]
    )
    brush.shade(shaft, round_face(brush, materials), (x - half, foot), (x + half, foot))
    bricks(brush, materials, x - half, top, x + half, foot, 0.16 * width)
    neck = np.array(
        [
            [x - half, top + 0.34 * width],
            [x - head, top + 0.16 * width],
            [x - head, top],
            [x + head, top],
            [x + head, top + 0.16 * width],
            [x + half, top + 0.34 * width],
        ]
    )
    brush.fill(neck + [0.0, 0.07 * width], materials.stone.ink)
    brush.shade(neck, round_face(brush, materials), (x - head, top), (x + head, top))
    if cone:
        spire(
            brush,
            materials,
            x,
            top + 0.04 * width,
            1.3 * head,
            width * rng.uniform(1.3, 2.2),
            flag=flag,
        )
    else:
        battlement(brush, materials, x - head, x + head, top, 0.13 * width, 0.15)
    for k in range(int(height / width * 0.9) + 1):
        y = top + (0.45 + 0.85 * k) * width
        if y < foot - 0.4 * width:
            shift = rng.uniform(-0.22, 0.22) * width
            window(brush, materials, x + shift, y, 0.13 * width)


def wall(
    brush: Brush,
    materials: Materials,
    x0: float,
    x1: float,
    foot: float,
    height: float,
    *,
    gate: float | None = None,
) -> None:
    """A curtain wall with its battlement; `gate`: x of a gateway."""
    top = foot - height
    brush.shade(
        forms.box(x0, top, x1, foot),
        materials.stone.at(np.array([0.25, 0.0, -0.35])),
        (x0, top),
        (x0, foot),
    )
    bricks(brush, materials, x0, top, x1, foot, 0.14 * height)
    battlement(brush, materials, x0, x1, top, 0.11 * height, 0.2)
    if gate is None:
        return
    half = 0.26 * height
    for scale, colour in (
        (1.3, materials.stone.at(-0.7)),
        (1.18, materials.stone.at(0.45)),
        (1.0, materials.wood.ink),
    ):
        arch = forms.ellipses((gate, foot - 0.42 * height), scale * half, scale * half, 24)[0][12:]
        brush.fill(
            np.vstack([arch, [[gate + scale * half, foot], [gate - scale * half, foot]]]), colour
        )
    for k in (-0.6, -0.2, 0.2, 0.6):
        x = gate + k * half
        brush.box(
            x - 0.03 * half, foot - 0.55 * height, x + 0.03 * half, foot, materials.wood.at(-0.2)
        )
    if materials.lit > 0.3:
        brush.glow((gate, foot - 0.2 * height), half * 1.4, materials.lamp.mid, 0.5)


def castle(
    brush: Brush, materials: Materials, x: float, foot: float, size: float, style: int
) -> None:
    """A castle `size` wide standing on `foot`: keep behind, towers, curtain wall and gate before.

    `style` 0 is broad and battlemented, 1 slender with spires, 2 steps up to one side.
    """
    rng = brush.rng
    cones = (0.3, 1.0, 0.75)[style]
    room = ((foot - 0.03) / size - 0.3) / 0.75  # so that the spires stay in the frame
    tall = min((0.75, 1.25, 1.0)[style], room)
    count = int(rng.integers(5, 8))
    at = np.linspace(-0.36, 0.36, count) + rng.normal(0, 0.02, count)
    rise = 0.62 - 0.75 * np.abs(at) if style != 2 else 0.5 + 0.5 * at * rng.choice([-1, 1])
    heights = size * tall * rise * rng.uniform(0.72, 1.12, count)
    for i in rng.permutation(count):
        tower(
            brush,
            materials,
            x + at[i] * size,
            foot,
            size * rng.uniform(0.07, 0.12),
            heights[i],
            cone=rng.random() < cones,
            flag=rng.random() < 0.4,
        )
    keep = size * rng.uniform(0.2, 0.28)
    kx = x + size * rng.uniform(-0.1, 0.1)
    high = size * tall * rng.uniform(0.42, 0.52)
    brush.shade(
        forms.box(kx - keep / 2, foot - high, kx + keep / 2, foot),
        materials.stone.at(np.array([-0.35, 0.3])[:: brush.side]),
        (kx - keep / 2, 0),
        (kx + keep / 2, 0),
    )
    bricks(brush, materials, kx - keep / 2, foot - high, kx + keep / 2, foot, 0.02 * size)
    if rng.random() < cones:
        gable = np.array(
            [
                [kx - 0.58 * keep, foot - high],
                [kx - 0.36 * keep, foot - high - 0.5 * keep],
                [kx + 0.36 * keep, foot - high - 0.5 * keep],
                [kx + 0.58 * keep, foot - high],
            ]
        )
        brush.shade(
            gable, materials.roof.at(np.array([0.5, -0.1])), (0, gable[1, 1]), (0, gable[0, 1])
        )
        brush.box(
            gable[0, 0], foot - high, gable[3, 0], foot - high + 0.04 * keep, materials.roof.ink
        )
        if (snow := materials.roof.cover) is not None:
            low = gable[[0, 3]] * [0.94, 1.0] + [0.06 * kx, -0.08 * keep]
            brush.fill(slide(low, gable[1:3]), snow.at(0.45))
    else:
        battlement(
            brush, materials, kx - 0.54 * keep, kx + 0.54 * keep, foot - high, 0.07 * keep, 0.2
        )
    for k in range(6):
        window(
            brush,
            materials,
            kx + (k % 3 - 1) * 0.28 * keep,
            foot - high * (0.86 - 0.2 * (k // 3)),
            0.02 * size,
        )
    curtain = size * rng.uniform(0.13, 0.18)
    gate = x + size * rng.uniform(-0.12, 0.12)
    wall(brush, materials, x - 0.45 * size, x + 0.45 * size, foot, curtain, gate=gate)
    for edge in (x - 0.46 * size, x + 0.46 * size, gate - 0.09 * size, gate + 0.09 * size):
        tower(
            brush,
            materials,
            edge,
            foot + 0.008,
            size * rng.uniform(0.075, 0.1),
            curtain * rng.uniform(1.25, 1.75),
            cone=rng.random() < cones,
        )
