"""Ground: ranges of mountains and hills with lit flanks, paths, rocks, water."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

from itertools import pairwise
from typing import overload

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition

__all__ = [
    "approach",
    "cliff",
    "ground_line",
    "ground_y",
    "mountains",
    "path",
    "rock",
    "rolling",
    "water",
]


def mountains(
    scene: Composition,
    part: str,
    *,
    foot: float,
    height: float,
    depth: float,
    peaks: float,
    pigment: str = "rock",
    snow: bool = False,
) -> None:
    """A layer of peaks standing at y `foot`, flanks split into light and shade."""
    brush = scene.brush(part)
    line = forms.ridge(brush.rng, scene.aspect, peaks=peaks, sharp=True)
    line[:, 1] = foot - height * line[:, 1]
    tones = scene.tones(pigment, depth)
    bright, dim = tones.dusted(0.85), tones.dusted(0.45)
    brush.shade(
        forms.skirt(line),
        tones.dusted(0.65).at(np.linspace(0.05, -0.25, 4)),
        (0, foot - height),
        (0, foot),
    )
    tops = [i for i in range(3, len(line) - 3) if line[i, 1] == line[i - 3 : i + 4, 1].min()]
    for i in tops:
        _facet(brush, line, i, brush.side, bright.at(0.55), foot, height)
        _facet(brush, line, i, -brush.side, dim.at(-0.4), foot, height)
        if snow and line[i, 1] < foot - 0.55 * height:
            _snow(brush, line, i, scene, depth, height)
    scene.add(part, brush, depth, rim=0.15, ink=0.5, mist=(foot - 0.75 * height, foot, 0.75))


def _facet(
    brush: Brush, line: Array, top: int, side: int, colour: Array, foot: float, height: float
) -> None:
    """One flank: from the summit down its skyline and back along a broken spur."""
    rng = brush.rng
    end = top
    while 0 < end + side < len(line) - 1 and line[end + side, 1] >= line[end, 1] - 0.004:
        end += side
    if abs(end - top) < 2:
        return
    outer = line[top : end + 1] if side > 0 else line[end : top + 1][::-1]
    summit, low = line[top], min(line[end, 1] + 0.3 * height, foot)
    t = np.linspace(0.0, 1.0, 7)
    spur = np.stack(
        [
            summit[0] + side * 0.12 * height * t + rng.normal(0, 0.03, 7) * height * (t > 0),
            summit[1] + (low - summit[1]) * t,
        ],
        axis=-1,
    )
    brush.fill(np.vstack([outer, spur[::-1]]), colour)


def _snow(
    brush: Brush, line: Array, top: int, scene: Composition, depth: float, height: float
) -> None:
    rng = brush.rng
    tones = scene.tones("snow", depth)
    reach = max(int(len(line) * 0.12 * height / scene.aspect), 2)
    part = line[max(top - reach, 0) : top + reach + 1]
    hem = part[::-1].copy()
    hem[:, 1] = np.maximum(hem[:, 1], line[top, 1]) + height * rng.uniform(0.03, 0.14, len(hem))
    hem[[0, -1]] = part[[-1, 0]]
    brush.fill(np.vstack([part, hem]), tones.at(0.7))
    shaded = part[:, 0] * brush.side <= line[top, 0] * brush.side
    if shaded.sum() > 1:
        brush.fill(np.vstack([part[shaded], hem[::-1][shaded][::-1]]), tones.at(-0.25))


def ground_line(
    rng: np.random.Generator, scene: Composition, y: float, swell: float, bumps: float = 2.0
) -> Array:
    """The upper edge (160, 2) of a piece of ground around height y, `swell` high."""
    line = forms.ridge(rng, scene.aspect, peaks=bumps, sharp=False)
    line[:, 1] = y - swell * (line[:, 1] - 0.5)
    return line


@overload
def ground_y(line: Array, x: float) -> float: ...


@overload
def ground_y(line: Array, x: Array) -> Array: ...


def ground_y(line: Array, x: Array | float) -> Array | float:
    """y of the upper edge `line` (N, 2) of a piece of ground at x, one or many."""
    y: Array | float = np.interp(x, line[:, 0], line[:, 1])
    return y


def rolling(
    scene: Composition,
    brush: Brush,
    line: Array,
    pigment: str,
    depth: float,
    part: str,
    *,
    bottom: float = 1.05,
    fall: float = 0.25,
) -> None:
    """Fill the ground under `line`, lit at its crest, with long strokes following its shape."""
    tones = scene.tones(pigment, depth).ground
    top = float(line[:, 1].min())
    brush.shade(
        forms.skirt(line, bottom),
        tones.at(np.linspace(0.35, -0.4, 6)),
        (0, top),
        (0, min(top + fall, 1.1)),
    )
    rng = scene.rng(part + " strokes")
    edge, slopes = line[:, 1], np.gradient(line[:, 1], line[:, 0])
    for count, least, most, opacity in ((26, 0.25, 0.7, 1.4), (90, 0.05, 0.2, 1.0)):
        count = scene.many(count)
        x = rng.uniform(-0.1, scene.aspect + 0.1, count)
        down = np.sort(rng.random(count) ** 1.4)
        y = np.interp(x, line[:, 0], edge) + down * 1.6 * fall + 0.012
        slope = np.interp(x, line[:, 0], slopes) * (1.0 - down)
        length = (0.25 + down) * rng.uniform(least, most, count)
        lit = 0.3 - 0.7 * down + opacity * rng.uniform(-0.3, 0.3, count)
        lit += 0.6 * slope * brush.side
        where = np.stack([x, y], axis=-1)
        brush.fill_many(forms.dabs(where, length, 0.09 * length, np.arctan(slope)), tones.at(lit))


def path(
    scene: Composition,
    brush: Brush,
    tones: Tones,
    start: Point,
    end: Point,
    *,
    near: float,
    far: float,
    part: str = "path",
    bend: float = 0.16,
) -> Array:
    """A way that winds from `start` (near, width `near`) to `end` (width `far`); its middle."""
    rng = scene.rng(part)
    start, end = np.asarray(start, float), np.asarray(end, float)
    t = np.linspace(0.0, 1.0, 6)
    shrink = (1.0 - t) ** 1.4
    x = end[0] + (start[0] - end[0]) * shrink
    y = end[1] + (start[1] - end[1]) * (1.0 - t) ** 1.7
    turn = bend * rng.choice([-1.0, 1.0]) * rng.uniform(0.6, 1.2)
    x = x + turn * np.sin(np.pi * 1.6 * t) * (1.0 - t)
    middle = forms.curve(np.stack([x, y], axis=-1), 40)
    wide = far + (near - far) * ((middle[:, 1] - end[1]) / (start[1] - end[1])).clip(0, 1)
    level = np.stack([0.5 * wide, 0 * wide], axis=-1)
    rough = rng.normal(0, 0.05, (2, 40, 1)) * level

    def between(left: float, right: float) -> Array:
        return np.vstack(
            [middle + left * level + rough[0], (middle + right * level + rough[1])[::-1]]
        )

    tones = tones.dusted(0.62)  # trodden
    brush.fill(between(-1.08, 1.08), tones.at(-0.7 if tones.cover is None else -0.3))
    brush.fill(between(-1.0, 1.0), tones.at(-0.05))
    side = brush.side
    brush.fill(between(*sorted((0.1 * side, 0.9 * side))), tones.at(0.35))
    count = 60
    i = rng.integers(0, 40, count)
    offset = rng.uniform(-0.9, 0.9, (count, 1))
    size = wide[i] * rng.uniform(0.08, 0.22, count)
    brush.fill_many(
        forms.dabs(middle[i] + offset * level[i], size, 0.3 * size, 0.0),
        tones.at(rng.choice([-0.4, 0.6, 0.1], count)),
    )
    return middle


def approach(
    scene: Composition,
    brush: Brush,
    tones: Tones,
    y: float,
    *,
    aside: float,
    near: float,
    far: float,
    bend: float = 0.16,
    low: float = 1.08,
) -> Array:
    """A `path` from `low`, below the lower edge, to the focus at `y`; its middle.

    It starts `aside` of the focus toward the heavy side of the picture.
    """
    start, end = (scene.focus + aside * scene.lean, low), (scene.focus, y)
    return path(scene, brush, tones, start, end, near=near, far=far, bend=bend)


def rock(brush: Brush, tones: Tones, foot: Point, size: float, tall: float = 0.8) -> None:
    """A boulder: an uneven block, a lit top plane, a shade plane, cracks."""
    rng = brush.rng
    side = brush.side
    foot = np.asarray(foot, float)
    count = 9
    angle = np.linspace(np.pi, 2.0 * np.pi, count)
    radius = size * rng.uniform(0.8, 1.1, count)
    outline = foot + np.stack([radius * np.cos(angle), radius * tall * np.sin(angle)], axis=-1)
    outline[[0, -1], 1] = foot[1] + 0.08 * size
    brush.fill(outline, tones.at(-0.4))
    heart = foot + [0.1 * size * -side, -0.45 * size * tall]
    lit = outline[count // 2 :] if side > 0 else outline[: count // 2 + 1]
    brush.fill(np.vstack([lit, heart]), tones.at(0.05))
    brush.fill(np.vstack([outline[3:6], heart]), tones.at(0.45))
    top = outline[4:7] if side > 0 else outline[2:5]
    brush.fill(np.vstack([top, heart]), tones.at(0.7))
    crack = np.array([heart, heart + [0.12 * size, 0.2 * size], heart + [0.05 * size, 0.4 * size]])
    brush.stroke(crack, 0.03 * size, tones.ink)
    if tones.cover is not None:
        cap = outline[1:-1]
        brush.fill(
            np.vstack([cap, (cap + [0.0, 0.3 * size * tall])[::-1][1:-1]]), tones.cover.at(0.35)
        )


def cliff(brush: Brush, tones: Tones, top: Array, bottom: float) -> None:
    """A rock face under the skyline `top` (N, 2) down to `bottom`: columns of planes."""
    rng = brush.rng
    side = brush.side
    brush.fill(forms.skirt(top, bottom), tones.at(-0.35))
    x0, x1 = top[0, 0], top[-1, 0]
    columns = max(int((x1 - x0) / 0.035), 5)
    edges = np.sort(rng.uniform(x0, x1, columns))
    for a, b in pairwise(edges):
        high = ground_y(top, np.array([a, b])) + rng.uniform(0.0, 0.04, 2)
        low = np.minimum(high + (bottom - high) * rng.uniform(0.3, 1.1), bottom)
        lean = (b - a) * rng.uniform(-0.4, 0.4)
        split = a + (b - a) * rng.uniform(0.4, 0.7)
        lit = (split, b) if side > 0 else (a, split)
        tone = rng.uniform(-0.1, 0.5)
        brush.fill(
            np.array(
                [
                    [lit[0], high[0]],
                    [lit[1], high[1]],
                    [lit[1] + lean, low[1]],
                    [lit[0] + 0.5 * lean, low[0]],
                ]
            ),
            tones.at(tone),
        )
        crack = np.array(
            [[a, high[0]], [a + lean * 0.4, 0.5 * (high[0] + low[0])], [a + lean, low[0]]]
        )
        brush.stroke(crack, (0.005, 0.004, 0.001), tones.ink)
        if tones.cover is not None:
            aside = brush.aside().rng
            for t in aside.uniform(0.08, 0.8, 2):
                at = np.array([0.5 * (a + b) + lean * t, high[0] + t * (low[0] - high[0])])
                brush.dab(at, (b - a) * aside.uniform(0.6, 1.3), 0.007, tones.cover.at(0.3))
    if tones.cover is not None:
        heavy = 0.016 + 0.012 * np.abs(np.sin(np.linspace(0, 9, len(top))))
        heavy[[0, -1]] = 0.002
        lower = top + np.stack([0 * heavy, heavy], -1)
        brush.fill(np.vstack([top - [0, 0.003], lower[::-1]]), tones.cover.at(0.5))


def water(
    scene: Composition, brush: Brush, top: float, bottom: float, part: str, *, glint: float = 1.0
) -> None:
    """A level sheet of water: the sky's colours turned over, ripples, the light's road."""
    rng = scene.rng(part)
    sky = scene.paints.sky
    low, high = 0.85 * sky[-1] - [6.0, 0.0, 0.0], 0.75 * sky[0] + 0.25 * scene.pigment("water")
    colours = scene.paints.rgb(np.linspace(low, high, 8))
    brush.shade(forms.box(-0.1, top, scene.aspect + 0.1, bottom), colours, (0, top), (0, bottom))
    count = scene.many(190)
    near = rng.random(count) ** 1.6
    y = top + (bottom - top) * near
    x = rng.uniform(0, scene.aspect, count)
    length = (0.02 + 0.2 * near) * rng.uniform(0.4, 1.4, count)
    pick = rng.random(count)[:, None]
    body = low + (high - low) * near[:, None]
    crest = body + (scene.paints.light - body) * 0.45
    trough = body * [0.72, 1.0, 1.0]
    tint = scene.paints.rgb(np.where(pick < 0.5, crest, trough))
    brush.fill_many(forms.dabs(np.stack([x, y], -1), length, 0.07 * length + 0.0012, 0.0), tint)
    if glint:
        count = scene.many(80 * glint * (1.0 - 0.85 * scene.weather.cover))
        near = rng.random(count)
        x = scene.light.x + rng.normal(0, 0.02 + 0.1 * near, count)
        length = (0.01 + 0.07 * near) * rng.uniform(0.4, 1.2, count)
        where = np.stack([x, top + (bottom - top) * near], axis=-1)
        brush.fill_many(
            forms.dabs(where, length, 0.1 * length + 0.0012, 0.0),
            scene.paints.rgb(scene.paints.light),
        )
