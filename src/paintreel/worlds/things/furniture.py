"""Shape grammars of what stands in a room, seen from the front and a little from above."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.drawing.palette import Tones
from paintreel.worlds.materials import Materials

__all__ = [
    "block",
    "chair",
    "chest",
    "mug",
    "shadow",
    "shelf",
    "stool",
    "table",
]


def shadow(brush: Brush, materials: Materials, at: Point, half: float, flat: float = 0.12) -> None:
    """The soft dark that fixes a thing to the floor."""
    where = np.asarray(at, float) - [0.2 * half * brush.side, 0.0]
    brush.wash(forms.ellipses(where, half * 1.15, half * flat * 1.3)[0], materials.wood.ink, 0.35)
    brush.wash(forms.ellipses(where, half, half * flat)[0], materials.wood.ink, 0.5)


def block(
    brush: Brush,
    tones: Tones,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    *,
    lift: float = 0.0,
    lit: float = 0.1,
) -> None:
    """A board or box: face, lit edge, and a top `lift` high when seen from above."""
    side = brush.side
    brush.box(x0, y0, x1, y1, tones.at(lit))
    edge = 0.08 * min(x1 - x0, y1 - y0) + 0.001
    brush.box(x0, y1 - edge, x1, y1, tones.at(lit - 0.5))
    near = (x1 - edge, x1) if side > 0 else (x0, x0 + edge)
    brush.box(near[0], y0, near[1], y1, tones.at(lit + 0.4))
    if lift:
        inset = 0.5 * lift
        brush.fill(
            np.array([[x0, y0], [x1, y0], [x1 - inset, y0 - lift], [x0 + inset, y0 - lift]]),
            tones.at(lit + 0.5),
        )


def shelf(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """A bookcase with books, jars and boxes."""
    rng = brush.rng
    x0, x1, top = x - width / 2, x + width / 2, foot - height
    shadow(brush, materials, (x, foot), 0.5 * width, 0.08)
    brush.box(x0, top, x1, foot, materials.wood.at(-0.75))
    rows = 5
    pitch = height / rows
    for k in range(rows):
        floor = top + (k + 1) * pitch - 0.02 * height
        at = x0 + 0.07 * width
        while at < x1 - 0.12 * width:
            thick = width * rng.uniform(0.035, 0.085)
            tall = pitch * rng.uniform(0.5, 0.8)
            pick = rng.random()
            tones = (materials.cloth, materials.leaf, materials.gold, materials.pale)[
                int(rng.integers(4))
            ]
            if pick < 0.74:
                brush.box(at, floor - tall, at + thick, floor, tones.at(rng.uniform(-0.45, 0.25)))
                brush.box(
                    at + 0.15 * thick,
                    floor - 0.8 * tall,
                    at + 0.85 * thick,
                    floor - 0.72 * tall,
                    materials.gold.at(0.3),
                )
                at += thick * 1.04
            elif pick < 0.88:
                jar = forms.blobs(
                    rng, [(at + thick, floor - 0.28 * pitch)], 0.26 * pitch, rough=0.04
                )[0]
                brush.fill(jar, tones.at(-0.1))
                brush.disc(
                    (at + thick + 0.05 * brush.side * pitch, floor - 0.36 * pitch),
                    0.07 * pitch,
                    tones.bright,
                )
                brush.box(
                    at + 0.6 * thick,
                    floor - 0.6 * pitch,
                    at + 1.4 * thick,
                    floor - 0.48 * pitch,
                    materials.wood.at(0.3),
                )
                at += 2.3 * thick
            else:
                at += 1.5 * thick
        block(brush, materials.wood, x0, floor, x1, floor + 0.022 * height, lit=0.15)
    for edge in (x0, x1 - 0.05 * width):
        block(brush, materials.wood, edge, top, edge + 0.05 * width, foot, lit=-0.05)
    block(
        brush,
        materials.wood,
        x0 - 0.04 * width,
        top - 0.03 * height,
        x1 + 0.04 * width,
        top + 0.01 * height,
        lit=0.2,
    )


def table(brush: Brush, materials: Materials, at: Point, size: float, load: str) -> None:
    """A table `size` wide with things on it: "books", "candle" or "feast"."""
    rng = brush.rng
    x, foot = at
    tall, half, lift = 0.46 * size, 0.5 * size, 0.16 * size
    top = foot - tall
    shadow(brush, materials, (x, foot), half, 0.16)
    for leg, back in ((-0.4, 1), (0.4, 1), (-0.46, 0), (0.46, 0)):
        lx, ly = x + leg * size * (0.86 if back else 1.0), foot - 0.12 * size * back
        block(
            brush,
            materials.wood,
            lx - 0.03 * size,
            top,
            lx + 0.03 * size,
            ly,
            lit=-0.5 if back else -0.1,
        )
    block(brush, materials.wood, x - half, top, x + half, top + 0.06 * size, lift=lift, lit=0.0)
    if load == "books":
        for k in range(4):
            w = 0.11 * size * rng.uniform(0.8, 1.2)
            y = top - 0.03 * size - 0.035 * size * k
            tones = (materials.cloth, materials.leaf, materials.gold, materials.pale)[k]
            brush.box(
                x - 0.26 * size - w,
                y - 0.034 * size,
                x - 0.26 * size + w,
                y,
                tones.at(rng.uniform(-0.3, 0.3)),
            )
        sheet = np.array([[-0.08, -0.02], [0.16, -0.02], [0.2, -0.1], [-0.04, -0.1]]) * size + [
            x,
            top,
        ]
        brush.fill(sheet, materials.pale.at(0.7))
        for k in range(3):
            line = sheet[[0, 1]] * (0.8 - 0.2 * k) + sheet[[3, 2]] * (0.2 + 0.2 * k)
            brush.stroke(
                line * [0.8, 1] + [0.2 * line[:, 0].mean(), 0], 0.004 * size, materials.wood.ink
            )
        candle(brush, materials, x + 0.33 * size, top - 0.06 * size, 0.16 * size)
    elif load == "candle":
        candle(brush, materials, x, top - 0.06 * size, 0.3 * size)
    else:
        for k in np.linspace(-0.34, 0.34, 4) + rng.normal(0, 0.02, 4):
            mug(brush, materials, x + k * size, top - rng.uniform(0.02, 0.1) * size, 0.1 * size)
        plate = (x + 0.04 * size, top - 0.07 * size)
        brush.ellipse(plate, 0.13 * size, 0.04 * size, materials.pale.at(0.5))
        brush.fill(
            forms.blobs(
                rng, [(plate[0], plate[1] - 0.03 * size)], 0.08 * size, rough=0.1, flat=0.7
            )[0],
            materials.gold.at(-0.1),
        )
        brush.ellipse(
            (plate[0] + 0.02 * brush.side * size, plate[1] - 0.06 * size),
            0.04 * size,
            0.02 * size,
            materials.gold.at(0.7),
        )


def candle(brush: Brush, materials: Materials, x: float, y: float, size: float) -> None:
    """A candle on a dish, burning when the lamps are."""
    brush.ellipse((x, y), 0.3 * size, 0.08 * size, materials.gold.at(-0.3))
    block(brush, materials.pale, x - 0.1 * size, y - 0.6 * size, x + 0.1 * size, y, lit=0.3)
    if materials.lit:
        brush.glow((x, y - 0.8 * size), 1.6 * size, materials.lamp.mid, 0.6)
        brush.dab(
            (x, y - 0.8 * size), 0.36 * size, 0.14 * size, materials.lamp.at(0.8), angle=np.pi / 2
        )


def mug(brush: Brush, materials: Materials, x: float, y: float, size: float) -> None:
    """A wooden mug with foam."""
    block(brush, materials.wood, x - 0.3 * size, y - 0.8 * size, x + 0.3 * size, y, lit=0.25)
    brush.ellipse((x, y - 0.8 * size), 0.34 * size, 0.12 * size, materials.pale.at(0.7))
    brush.box(x - 0.3 * size, y - 0.4 * size, x + 0.3 * size, y - 0.3 * size, materials.wood.ink)


def chair(brush: Brush, materials: Materials, at: Point, size: float, facing: int) -> None:
    """A chair seen from the side, its back away from `facing`."""
    x, foot = at
    back = -facing
    shadow(brush, materials, (x, foot), 0.3 * size, 0.2)
    for leg, y in ((-0.2, -0.06), (0.2, -0.06), (-0.24, 0.0), (0.24, 0.0)):
        block(
            brush,
            materials.wood,
            x + (leg - 0.025) * size,
            foot - 0.5 * size,
            x + (leg + 0.025) * size,
            foot + y * size,
            lit=-0.3,
        )
    block(
        brush,
        materials.wood,
        x - 0.27 * size,
        foot - 0.5 * size,
        x + 0.27 * size,
        foot - 0.44 * size,
        lift=0.08 * size,
        lit=0.0,
    )
    brush.dab((x, foot - 0.55 * size), 0.5 * size, 0.1 * size, materials.cloth.at(0.3))
    bx = x + back * 0.23 * size
    for k in (-0.03, 0.05):
        lean = np.array(
            [
                [bx + k * back * size, foot - 0.5 * size],
                [bx + (k + 0.07) * back * size, foot - 1.05 * size],
            ]
        )
        brush.stroke(lean, 0.05 * size, materials.wood.at(0.1 if k > 0 else -0.4))
    for up in (0.7, 0.85, 1.0):
        rail = np.array(
            [
                [bx - 0.02 * back * size, foot - up * size],
                [bx + 0.1 * back * size, foot - up * size],
            ]
        )
        brush.stroke(rail, 0.06 * size, materials.wood.at(0.3))


def stool(brush: Brush, materials: Materials, at: Point, size: float) -> None:
    """A round stool on three legs."""
    x, foot = at
    shadow(brush, materials, (x, foot), 0.45 * size, 0.2)
    for k in (-0.3, 0.0, 0.3):
        leg = np.array([[x + 0.6 * k * size, foot - 0.8 * size], [x + k * size, foot]])
        brush.stroke(leg, 0.12 * size, materials.wood.at(-0.4))
    brush.ellipse((x, foot - 0.8 * size), 0.48 * size, 0.2 * size, materials.wood.at(-0.5))
    brush.ellipse((x, foot - 0.86 * size), 0.48 * size, 0.2 * size, materials.wood.at(0.4))


def chest(brush: Brush, materials: Materials, at: Point, size: float) -> None:
    """A chest with a bowed lid and metal bands."""
    x, foot = at
    shadow(brush, materials, (x, foot), 0.5 * size, 0.15)
    block(
        brush,
        materials.wood,
        x - 0.5 * size,
        foot - 0.4 * size,
        x + 0.5 * size,
        foot,
        lit=0.0,
    )
    lid = np.array(
        [[-0.52, -0.4], [-0.48, -0.56], [-0.3, -0.64], [0.3, -0.64], [0.48, -0.56], [0.52, -0.4]]
    ) * size + [x, foot]
    brush.shade(
        lid,
        materials.wood.at(np.array([0.6, -0.1])),
        (x, foot - 0.64 * size),
        (x, foot - 0.4 * size),
    )
    for k in (-0.36, 0.0, 0.36):
        brush.box(
            x + (k - 0.035) * size,
            foot - 0.62 * size,
            x + (k + 0.035) * size,
            foot,
            materials.gold.at(-0.2),
        )
