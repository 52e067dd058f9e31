"""Shape grammars of stone: towers, walls, castles.

`side` is the light's, -1 left or 1 right; a building turns its lit face to it.
"""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.canvas import Canvas
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Plan

__all__ = ["Masonry", "bricks", "castle", "masonry", "round_face", "tower", "wall", "window"]


@dataclass(frozen=True)
class Masonry:
    """The tones that a building is made of. `lit_windows`: share of windows with a lamp."""

    stone: Tones
    roof: Tones
    wood: Tones
    lamp: Tones
    side: int
    lit_windows: float


def round_face(made: Masonry, steps: int = 9) -> Array:
    """Colours across a round wall from left to right."""
    across = np.linspace(-1.0, 1.0, steps) * made.side
    return made.stone.at(0.75 * np.exp(-(((across - 0.45) / 0.5) ** 2)) + 0.35 * across - 0.35)


def window(canvas: Canvas, rng, made: Masonry, x: float, y: float, size: float) -> None:
    """A small arched window, lit or dark, with a sill."""
    arch = np.vstack(
        [
            forms.ellipses((x, y), 0.5 * size, 0.6 * size, 16)[0][8:],
            [[x + 0.5 * size, y + size], [x - 0.5 * size, y + size]],
        ]
    )
    canvas.fill(arch + (arch - [x, y + 0.3 * size]) * 0.25, made.stone.at(-0.75))
    lit = rng.random() < made.lit_windows
    canvas.fill(arch, made.lamp.at(0.35) if lit else made.stone.ink)
    if lit:
        canvas.glow((x, y + 0.3 * size), 2.6 * size, made.lamp.mid, 0.4)
        canvas.fill(arch * [0.5, 0.6] + [0.5 * x, 0.4 * (y + 0.5 * size)], made.lamp.at(0.8))
    sill = forms.box(x - 0.7 * size, y + size, x + 0.7 * size, y + 1.15 * size)
    canvas.fill(sill, made.stone.at(0.5))


def bricks(
    canvas: Canvas, rng, made: Masonry, x0: float, y0: float, x1: float, y1: float, size: float
) -> None:
    """Scattered stones on a wall, some lighter, some darker."""
    count = int(min(0.35 * (x1 - x0) * (y1 - y0) / size**2, 60))
    if count < 1:
        return
    where = np.stack([rng.uniform(x0 + size, x1 - size, count), rng.uniform(y0, y1, count)], -1)
    where[:, 1] = np.rint(where[:, 1] / (0.6 * size)) * 0.6 * size
    w, h = 0.5 * size * rng.uniform(0.6, 1.1, count), np.full(count, 0.22 * size)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    shapes = where[:, None] + corners * np.stack([w, h], axis=-1)[:, None]
    turned = (where[:, 0] - 0.5 * (x0 + x1)) / (x1 - x0) * made.side
    canvas.fill_many(shapes, made.stone.at(0.5 * turned + rng.choice([-0.45, 0.3], count)))


def battlement(
    canvas: Canvas, made: Masonry, x0: float, x1: float, y: float, size: float, lit: float
) -> None:
    """Merlons standing on y from x0 to x1, over a corbelled ledge with its shadow."""
    canvas.fill(forms.box(x0, y, x1, y + 1.5 * size), made.stone.at(lit))
    canvas.fill(forms.box(x0, y + 1.5 * size, x1, y + 1.9 * size), made.stone.ink)
    count = max(round((x1 - x0) / (1.7 * size)), 2)
    pitch = (x1 - x0) / (count - 0.4)
    for k in range(count):
        left = x0 + k * pitch
        canvas.fill(
            forms.box(left, y - size, left + 0.6 * pitch, y + 0.2 * size), made.stone.at(lit)
        )
        edge = left + (0.42 * pitch if made.side > 0 else 0.0)
        canvas.fill(
            forms.box(edge, y - size, edge + 0.18 * pitch, y + 0.2 * size), made.stone.at(lit + 0.4)
        )


def spire(
    canvas: Canvas,
    rng,
    made: Masonry,
    x: float,
    y: float,
    half: float,
    height: float,
    *,
    flag: bool,
) -> None:
    """A conical roof with flared eaves, shingle rows and perhaps a pennant."""
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
    across = np.linspace(-1.0, 1.0, 7) * made.side
    colours = made.roof.at(0.65 * across + 0.1)
    if flag:
        pole = forms.box(x - 0.02 * half, y - height * 1.22, x + 0.02 * half, y - 0.9 * height)
        canvas.fill(pole, made.wood.ink)
        tip, blow = np.array([x, y - 1.2 * height]), rng.choice([-1.0, 1.0])
        cloth = tip + np.array(
            [[0, 0], [0.5, 0.05], [0.9, 0.0], [0.65, 0.16], [0.9, 0.3], [0.45, 0.3], [0, 0.26]]
        ) * [blow * half, 0.7 * half]
        canvas.fill(cloth, made.roof.at(0.4))
    canvas.shade([x, y] + sweep * [half, height], colours, (x - half, y), (x + half, y))
    for t in (0.18, 0.36, 0.56):
        reach = half * (1.0 - t) ** 1.25
        rows = forms.dabs([[x, y - t * height]], 1.6 * reach, 0.05 * height, 0.0)
        canvas.fill(rows[0], made.roof.at(-0.45))
    canvas.fill(
        forms.dabs([[x, y + 0.03 * height]], 1.9 * half, 0.09 * height, 0.0)[0], made.roof.ink
    )


def tower(
    canvas: Canvas,
    rng,
    made: Masonry,
    x: float,
    foot: float,
    width: float,
    height: float,
    *,
    cone: bool,
    flag: bool = False,
) -> None:
    """A round tower: battered foot, shaft, corbelled head, battlement or spire."""
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
    canvas.shade(shaft, round_face(made), (x - half, foot), (x + half, foot))
    bricks(canvas, rng, made, x - half, top, x + half, foot, 0.16 * width)
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
    canvas.fill(neck + [0.0, 0.07 * width], made.stone.ink)
    canvas.shade(neck, round_face(made), (x - head, top), (x + head, top))
    if cone:
        spire(
            canvas,
            rng,
            made,
            x,
            top + 0.04 * width,
            1.3 * head,
            width * rng.uniform(1.3, 2.2),
            flag=flag,
        )
    else:
        battlement(canvas, made, x - head, x + head, top, 0.13 * width, 0.15)
    for k in range(int(height / width * 0.9) + 1):
        y = top + (0.45 + 0.85 * k) * width
        if y < foot - 0.4 * width:
            shift = rng.uniform(-0.22, 0.22) * width
            window(canvas, rng, made, x + shift, y, 0.13 * width)


def wall(
    canvas: Canvas,
    rng,
    made: Masonry,
    x0: float,
    x1: float,
    foot: float,
    height: float,
    *,
    gate: float | None = None,
) -> None:
    """A curtain wall with its battlement; `gate`: x of a gateway."""
    top = foot - height
    canvas.shade(
        forms.box(x0, top, x1, foot),
        made.stone.at(np.array([0.25, 0.0, -0.35])),
        (x0, top),
        (x0, foot),
    )
    bricks(canvas, rng, made, x0, top, x1, foot, 0.14 * height)
    battlement(canvas, made, x0, x1, top, 0.11 * height, 0.2)
    if gate is None:
        return
    half = 0.26 * height
    for scale, colour in (
        (1.3, made.stone.at(-0.7)),
        (1.18, made.stone.at(0.45)),
        (1.0, made.wood.ink),
    ):
        arch = forms.ellipses((gate, foot - 0.42 * height), scale * half, scale * half, 24)[0][12:]
        canvas.fill(
            np.vstack([arch, [[gate + scale * half, foot], [gate - scale * half, foot]]]), colour
        )
    for k in (-0.6, -0.2, 0.2, 0.6):
        x = gate + k * half
        canvas.fill(
            forms.box(x - 0.03 * half, foot - 0.55 * height, x + 0.03 * half, foot),
            made.wood.at(-0.2),
        )
    if made.lit_windows > 0.3:
        canvas.glow((gate, foot - 0.2 * height), half * 1.4, made.lamp.mid, 0.5)


def castle(
    canvas: Canvas, rng, made: Masonry, x: float, foot: float, size: float, style: int
) -> None:
    """A castle `size` wide standing on `foot`: keep behind, towers, curtain wall and gate before.

    `style` 0 is broad and battlemented, 1 slender with spires, 2 steps up to one side.
    """
    cones = (0.3, 1.0, 0.75)[style]
    room = ((foot - 0.03) / size - 0.3) / 0.75  # so that the spires stay in the frame
    tall = min((0.75, 1.25, 1.0)[style], room)
    count = int(rng.integers(5, 8))
    at = np.linspace(-0.36, 0.36, count) + rng.normal(0, 0.02, count)
    rise = 0.62 - 0.75 * np.abs(at) if style != 2 else 0.5 + 0.5 * at * rng.choice([-1, 1])
    heights = size * tall * rise * rng.uniform(0.72, 1.12, count)
    for i in rng.permutation(count):
        tower(
            canvas,
            rng,
            made,
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
    canvas.shade(
        forms.box(kx - keep / 2, foot - high, kx + keep / 2, foot),
        made.stone.at(np.array([-0.35, 0.3])[:: made.side]),
        (kx - keep / 2, 0),
        (kx + keep / 2, 0),
    )
    bricks(canvas, rng, made, kx - keep / 2, foot - high, kx + keep / 2, foot, 0.02 * size)
    if rng.random() < cones:
        gable = np.array(
            [
                [kx - 0.58 * keep, foot - high],
                [kx - 0.36 * keep, foot - high - 0.5 * keep],
                [kx + 0.36 * keep, foot - high - 0.5 * keep],
                [kx + 0.58 * keep, foot - high],
            ]
        )
        canvas.shade(gable, made.roof.at(np.array([0.5, -0.1])), (0, gable[1, 1]), (0, gable[0, 1]))
        canvas.fill(
            forms.box(gable[0, 0], foot - high, gable[3, 0], foot - high + 0.04 * keep),
            made.roof.ink,
        )
    else:
        battlement(canvas, made, kx - 0.54 * keep, kx + 0.54 * keep, foot - high, 0.07 * keep, 0.2)
    for k in range(6):
        window(
            canvas,
            rng,
            made,
            kx + (k % 3 - 1) * 0.28 * keep,
            foot - high * (0.86 - 0.2 * (k // 3)),
            0.02 * size,
        )
    curtain = size * rng.uniform(0.13, 0.18)
    gate = x + size * rng.uniform(-0.12, 0.12)
    wall(canvas, rng, made, x - 0.45 * size, x + 0.45 * size, foot, curtain, gate=gate)
    for edge in (x - 0.46 * size, x + 0.46 * size, gate - 0.09 * size, gate + 0.09 * size):
        tower(
            canvas,
            rng,
            made,
            edge,
            foot + 0.008,
            size * rng.uniform(0.075, 0.1),
            curtain * rng.uniform(1.25, 1.75),
            cone=rng.random() < cones,
        )


def masonry(plan: Plan, depth: float, stone: str = "stone", roof: str = "roof") -> Masonry:
    """Building tones at `depth`; windows are lit by the hour."""
    lit = {"night": 0.85, "dusk": 0.6, "dawn": 0.25, "day": 0.0}[plan.paints.mood.hour]
    return Masonry(
        plan.tones(stone, depth),
        plan.tones(roof, depth),
        plan.tones("wood", depth),
        plan.paints.glowing("lamp"),
        plan.light.side,
        lit,
    )
