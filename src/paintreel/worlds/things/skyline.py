"""Shape grammar of the towers of the future, and what flies between them."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.worlds.materials import Materials

__all__ = ["KINDS", "flyer", "high_rise"]


def prism(
    brush: Brush, materials: Materials, x: float, foot: float, low: float, top: float, high: float
) -> None:
    """A tapering block seen on its corner: half widths `low` at the foot, `high` at the top."""
    edge = 0.28 * brush.side
    left = np.array(
        [[x - low, foot], [x - high, top], [x + edge * high, top], [x + edge * low, foot]]
    )
    right = np.array(
        [[x + edge * low, foot], [x + edge * high, top], [x + high, top], [x + low, foot]]
    )
    lit, shade = (right, left) if brush.side > 0 else (left, right)
    brush.shade(lit, materials.glass.at(np.array([0.7, 0.3, -0.1])), (x, top), (x, foot))
    brush.shade(shade, materials.glass.at(np.array([-0.15, -0.5, -0.65])), (x, top), (x, foot))
    line = np.array([[x + edge * low, foot], [x + edge * high, top]])
    brush.stroke(line, 0.05 * low, materials.glass.at(0.9))
    if (snow := materials.glass.cover) is not None:
        lain = np.array([[x - high, top], [x + high, top]]) - [0.0, 0.1 * high]
        brush.fill(np.vstack([lain, lain[::-1] + [0.0, 0.35 * high]]), snow.at(0.4))


def panes(
    brush: Brush, materials: Materials, x: float, foot: float, low: float, top: float, high: float
) -> None:
    """Bands of windows on a block, broken and in part aglow."""
    rng = brush.rng
    pitch = max(0.1 * low, 0.009)
    floors = min(int((foot - top) / pitch) - 1, 44)
    if floors < 2:
        return
    t = (np.arange(floors) + 1.0) / (floors + 1)
    half = low + (high - low) * t
    y = foot + (top - foot) * t
    edge = 0.28 * brush.side
    shapes, lits, glows = [], [], []
    for a, b, sunny in ((-0.92, edge - 0.07, brush.side < 0), (edge + 0.07, 0.92, brush.side > 0)):
        cuts = np.sort(rng.uniform(0.0, 1.0, (floors, 2)), axis=1)
        for start, end in ((np.zeros(floors), cuts[:, 0]), (cuts[:, 0] + 0.05, cuts[:, 1])):
            x0, x1 = (
                x + half * (a + (b - a) * start),
                x + half * (a + (b - a) * np.maximum(end, start)),
            )
            h = 0.22 * pitch
            shapes.append(
                np.stack(
                    [
                        np.stack([x0, y - h], -1),
                        np.stack([x1, y - h], -1),
                        np.stack([x1, y + h], -1),
                        np.stack([x0, y + h], -1),
                    ],
                    axis=1,
                )
            )
            lits.append(np.full(floors, 0.75 if sunny else -0.85))
            glows.append(rng.random(floors))
    chance = np.concatenate(glows)
    glow, usual = chance < materials.lit, chance < materials.usual
    colours = materials.glass.at(np.concatenate(lits))
    lamps = brush.aside().rng.uniform(-0.2, 0.7, len(glow))
    lamps[usual] = rng.uniform(-0.2, 0.7, int(usual.sum()))
    colours[glow] = materials.lamp.at(lamps[glow])
    brush.fill_many(np.concatenate(shapes), colours)


def mast(brush: Brush, materials: Materials, x: float, y: float, height: float) -> None:
    """A thin mast with a lamp."""
    brush.fill(forms.spikes([[x, y + 0.002]], height, 0.06 * height)[0], materials.glass.at(-0.3))
    if materials.lit > 0.2:
        brush.glow((x, y - height), 0.02, materials.neon.mid, 0.9)


def saucer(brush: Brush, materials: Materials, x: float, y: float, half: float) -> None:
    """A disc on a stem: lit deck, band of windows, dark belly."""
    across = np.linspace(-1, 1, 7) * brush.side
    bowl = np.array([[-1, 0], [-0.7, 0.14], [-0.2, 0.34], [0.2, 0.34], [0.7, 0.14], [1, 0]])
    brush.shade(
        [x, y] + bowl * half, materials.glass.at(0.4 * across - 0.45), (x - half, 0), (x + half, 0)
    )
    brush.shade(
        forms.ellipses((x, y), half, 0.13 * half)[0],
        materials.trim.at(0.6 * across + 0.2),
        (x - half, 0),
        (x + half, 0),
    )
    roof = np.array([[-0.6, -0.06], [-0.35, -0.28], [0.35, -0.28], [0.6, -0.06]])
    brush.shade(
        [x, y] + roof * half,
        materials.glass.dusted(0.8).at(0.6 * across),
        (x - half, 0),
        (x + half, 0),
    )
    band = np.array([[-0.8, 0.08], [-0.72, 0.14], [0.72, 0.14], [0.8, 0.08]])
    brush.fill(
        [x, y] + band * half,
        materials.lamp.at(0.2) if materials.lit > 0.2 else materials.glass.at(0.9),
    )


def flyer(brush: Brush, materials: Materials, where: Point, size: float) -> None:
    """A small craft with a trail of light."""
    rng = brush.rng
    x, y = where
    ahead = rng.choice([-1.0, 1.0])
    trail = np.array([[x - ahead * 0.4 * size, y], [x - ahead * 2.6 * size, y + 0.1 * size]])
    brush.stroke(trail, (0.1 * size, 0.01 * size), materials.neon.at(0.2))
    hull = np.array(
        [[-0.55, 0.0], [-0.3, -0.16], [0.15, -0.2], [0.6, 0.02], [0.3, 0.12], [-0.4, 0.12]]
    )
    brush.fill(where + hull * [ahead * size, size], materials.glass.at(-0.6))
    brush.fill(where + hull[1:4] * [ahead * size, size], materials.trim.at(0.7))
    brush.ellipse(
        where + np.array([0.12 * ahead, -0.06]) * size,
        0.13 * size,
        0.06 * size,
        materials.lamp.at(0.6),
    )


def _steps(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """Three blocks, each narrower."""
    y, w = foot, 0.5 * width
    for share in (0.5, 0.28, 0.22):
        up = y - share * height
        prism(brush, materials, x, y, w, up, w)
        panes(brush, materials, x, y, w, up, w)
        ledge = forms.box(x - 1.05 * w, up - 0.03 * width, x + 1.05 * w, up)
        brush.fill(ledge, materials.trim.ground.at(0.5))
        y, w = up, 0.7 * w
    mast(brush, materials, x, y, 0.18 * height)


def _needle(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """A taper to a long mast, with two collars."""
    half, top = 0.5 * width, foot - height
    prism(brush, materials, x, foot, half, top, 0.2 * half)
    panes(brush, materials, x, foot, half, top, 0.2 * half)
    mast(brush, materials, x, top, 0.25 * height)
    for t in (0.35, 0.68):
        reach = 3.4 * half * (1.0 - 0.8 * t)
        collar = forms.dabs([[x, foot - t * height]], reach, 0.16 * width, 0.0)[0]
        brush.fill(collar, materials.trim.at(0.2))


def _saucers(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """Two discs on a stem."""
    half, top = 0.5 * width, foot - height
    prism(brush, materials, x, foot, 0.34 * half, top, 0.26 * half)
    for t, reach in ((0.93, 1.0), (0.72, 0.62)):
        saucer(brush, materials, x, foot - t * height, reach * 1.3 * half)
    mast(brush, materials, x, top, 0.16 * height)


def _sail(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """One straight and one bellied edge."""
    rng = brush.rng
    half = 0.5 * width
    lean = brush.side if rng.random() < 0.5 else -brush.side
    t = np.linspace(0.0, 1.0, 16)
    y = foot - height * t
    back = np.stack([x - lean * half * (1.0 - 0.1 * t), y], -1)
    bulge = 2.0 * np.sqrt(np.maximum(1.0 - t**2, 0.0)) - 0.95
    belly = np.stack([x + lean * half * bulge, y], -1)
    across = np.linspace(-1, 1, 5) * brush.side
    hull = np.vstack([back, belly[::-1]])
    brush.shade(hull, materials.glass.at(0.6 * across), (x - half, 0), (x + half, 0))
    for k in range(1, 15):
        band = np.array([back[k] * 0.94 + belly[k] * 0.06, back[k] * 0.06 + belly[k] * 0.94])
        glow = rng.random() < materials.lit
        colour = materials.lamp.at(0.3) if glow else materials.glass.at(-0.7 if k % 2 else 0.8)
        brush.stroke(band, 0.0072 * height, colour)
    brush.stroke(back, 0.06 * width, materials.trim.at(0.6))


def _dome(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """A block under a half sphere."""
    half, top = 0.5 * width, foot - height
    prism(brush, materials, x, foot, half, top + half, half)
    panes(brush, materials, x, foot, half, top + half, half)
    angle = np.linspace(np.pi, 2 * np.pi, 24)
    reach = 1.06 * half
    cap = np.stack([x + reach * np.cos(angle), top + half + reach * np.sin(angle)], -1)
    across = np.linspace(-1, 1, 7) * brush.side
    brush.shade(cap, materials.trim.ground.at(0.75 * across), (x - half, 0), (x + half, 0))
    mast(brush, materials, x, top, 0.12 * height)


def _twins(
    brush: Brush, materials: Materials, x: float, foot: float, width: float, height: float
) -> None:
    """Two towers joined by bridges."""
    half = 0.5 * width
    for shift, tall in ((-0.62, 1.0), (0.62, 0.82)):
        shape = (x + shift * half, foot, 0.36 * half, foot - tall * height, 0.3 * half)
        prism(brush, materials, *shape)
        panes(brush, materials, *shape)
    for t in (0.38, 0.66):
        y, x0, x1 = foot - t * height, x - 0.5 * half, x + 0.5 * half
        brush.box(x0, y - 0.05 * width, x1, y, materials.trim.ground.at(0.4))
        brush.box(x0, y, x1, y + 0.03 * width, materials.glass.ink)


_RULES = {
    "steps": _steps,
    "needle": _needle,
    "saucer": _saucers,
    "sail": _sail,
    "dome": _dome,
    "twins": _twins,
}
KINDS = tuple(_RULES)


def high_rise(
    brush: Brush,
    materials: Materials,
    x: float,
    foot: float,
    width: float,
    height: float,
    kind: str,
) -> None:
    """One tower of a kind of KINDS, `height` tall without its mast; some bear a lit sign."""
    rng = brush.rng
    _RULES[kind](brush, materials, x, foot, width, height)
    sign = rng.random()
    if sign < 0.5 * max(materials.lit, materials.usual):
        own = brush if sign < 0.5 * materials.usual else brush.aside()
        y, half = foot - height * own.rng.uniform(0.3, 0.7), 0.5 * width
    if sign < 0.5 * materials.lit:
        brush.glow((x, y - 0.06 * height), 0.14 * height, materials.neon.mid, 0.5)
        board = forms.box(x - 0.1 * half, y - 0.12 * height, x + 0.16 * half, y)
        brush.fill(board, materials.neon.at(0.35))
