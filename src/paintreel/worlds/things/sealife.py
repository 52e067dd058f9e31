"""What lives below the surface: fish, whales, jellyfish, corals of four kinds, kelp."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import flora

__all__ = ["CORALS", "fish", "jelly", "weed", "whale"]


def fish(
    brush: Brush,
    tones: Tones,
    fin: Tones,
    where: Point,
    size: float,
    ahead: float,
    *,
    stripes: bool,
) -> None:
    """A fish swimming to `ahead` (-1 left, 1 right): lit back, pale belly, tail, fin, eye."""
    rng = brush.rng
    where = np.asarray(where, float)
    tall = rng.uniform(0.38, 0.62)
    t = np.linspace(0.0, 1.0, 12)
    x = 0.5 - t
    half = 0.5 * tall * np.sin(np.pi * t**0.75) ** 0.9 + 0.03
    scale = np.array([ahead * size, size])
    tail = np.array([[-0.42, 0.0], [-0.72, -0.26], [-0.64, 0.0], [-0.72, 0.26]])
    brush.fill(where + tail * scale, fin.at(0.1))
    dorsal = np.array(
        [[0.2, -0.4 * tall], [-0.1, -0.85 * tall], [-0.34, -0.5 * tall], [-0.25, -0.2 * tall]]
    )
    brush.fill(where + dorsal * scale, fin.at(0.35))
    body = np.vstack([np.stack([x, -half], -1), np.stack([x, half], -1)[::-1]])
    brush.fill(where + body * scale, tones.at(-0.1))
    back = np.vstack([np.stack([x, -half], -1), np.stack([x, -0.35 * half], -1)[::-1]])
    brush.fill(where + back * scale, tones.at(0.55))
    belly = np.vstack([np.stack([x, 0.5 * half], -1), np.stack([x, half], -1)[::-1]])
    brush.fill(where + belly * scale, tones.at(-0.55))
    if stripes:
        for k in (3, 6, 8):
            band = np.array(
                [
                    [x[k], -half[k]],
                    [x[k + 1], -half[k + 1]],
                    [x[k + 1], half[k + 1]],
                    [x[k], half[k]],
                ]
            )
            brush.fill(where + band * scale, fin.at(0.5))
    side = np.array([[0.1, 0.05], [-0.12, 0.3], [-0.16, 0.08]])
    brush.fill(where + side * scale, fin.at(-0.15))
    eye = where + np.array([0.34, -0.08]) * scale
    brush.disc(eye, 0.06 * size, tones.bright, count=12)
    brush.disc(eye, 0.035 * size, tones.ink, count=10)


def whale(brush: Brush, tones: Tones, where: Point, size: float, ahead: float) -> None:
    """A whale swimming to `ahead` (-1 left, 1 right)."""
    scale = np.array([ahead * size, size])
    top = forms.curve([[0.5, 0.02], [0.3, -0.11], [0.0, -0.13], [-0.35, -0.03], [-0.52, -0.06]], 24)
    low = forms.curve([[-0.52, -0.03], [-0.3, 0.05], [0.0, 0.13], [0.3, 0.12], [0.5, 0.05]], 24)
    brush.fill(where + np.vstack([top, low]) * scale, tones.at(-0.15))
    belly = np.vstack([low[8:], [[0.3, 0.05], [0.0, 0.05]]])
    brush.fill(where + belly * scale, tones.at(0.35))
    brush.fill(where + np.vstack([top, top[::-1] + [0.0, 0.03]]) * scale, tones.at(0.6))
    for shape in (
        [[-0.5, -0.05], [-0.66, -0.16], [-0.6, -0.05], [-0.68, 0.03]],
        [[0.14, 0.08], [0.0, 0.26], [-0.06, 0.24], [0.02, 0.08]],
    ):
        brush.fill(where + np.array(shape) * scale, tones.at(-0.4))
    brush.disc(where + np.array([0.36, 0.03]) * scale, 0.012 * size, tones.ink)


def jelly(scene: Composition, brush: Brush, where: Array, size: float, depth: float) -> None:
    """A bell with trailing arms, aglow."""
    rng = brush.rng
    tones = scene.paints.glowing("shell") if scene.night else scene.tones("shell", depth)
    brush.glow(where, 2.2 * size, tones.mid, 0.3)
    for k in np.linspace(-0.7, 0.7, 6):
        start = where + [k * size, 0.0]
        drop = size * rng.uniform(1.2, 2.6)
        sway = rng.uniform(-0.4, 0.4, 2) * size
        path = [
            start,
            start + [sway[0], 0.4 * drop],
            start + [sway[1], 0.7 * drop],
            start + [sway[0], drop],
        ]
        brush.fill(forms.ribbon(path, 0.16 * size, 0.02 * size, 12), tones.at(0.1))
    angle = np.linspace(np.pi, 2 * np.pi, 20)
    bell = where + np.stack([size * np.cos(angle), 0.1 * size + 0.85 * size * np.sin(angle)], -1)
    brush.shade(
        bell, tones.at(np.array([0.9, 0.3, -0.3])), where - [0, 0.8 * size], where + [0, 0.1 * size]
    )
    brush.fill(where + (bell - where) * 0.5 - [0.12 * size, 0.2 * size], tones.at(0.8))


def branch_coral(brush: Brush, tones: Tones, foot: Point, size: float, levels: int = 4) -> None:
    """A coral that forks like a shrub, tips lighter."""
    rng = brush.rng
    side = brush.side
    stems = [
        (np.asarray(foot, float), -np.pi / 2 + rng.uniform(-0.3, 0.3), 0.36 * size, 0.14 * size)
    ]
    for level in range(levels):
        grown = []
        for start, angle, length, width in stems:
            end = start + length * np.array([np.cos(angle), np.sin(angle)])
            path = np.array([start, end])
            brush.stroke(path, (width, 0.75 * width), tones.at(-0.4 + 0.15 * level))
            brush.fill(
                forms.strip(path, (width, 0.75 * width), *sorted((-0.9 * side, -0.1 * side))),
                tones.at(0.1 + 0.2 * level),
            )
            brush.disc(end, 0.38 * width, tones.at(0.1 + 0.2 * level), count=10)
            for turn in (-1, 1):
                grown.append(
                    (
                        end,
                        angle + turn * rng.uniform(0.25, 0.6),
                        length * rng.uniform(0.6, 0.8),
                        0.7 * width,
                    )
                )
        stems = grown


def fan_coral(brush: Brush, tones: Tones, foot: Point, size: float) -> None:
    """A flat fan with ribs."""
    rng = brush.rng
    foot = np.asarray(foot, float)
    angle = np.linspace(-np.pi * 0.92, -np.pi * 0.08, 26)
    radius = size * (
        0.85 + 0.12 * np.sin(angle * 9.0 + rng.uniform(0, 6)) + rng.normal(0, 0.03, 26)
    )
    edge = foot + np.stack([0.8 * np.cos(angle) * radius, np.sin(angle) * radius], -1)
    brush.shade(
        np.vstack([edge, foot]), tones.at(np.array([0.6, 0.1, -0.6])), foot - [0, size], foot
    )
    for k in range(1, 25, 2):
        brush.stroke(
            np.array([foot, edge[k]]),
            (0.045 * size, 0.008 * size),
            tones.at(0.7 if k % 4 == 1 else -0.6),
        )
    for share in (0.45, 0.7, 0.92):
        arc = foot + (edge - foot) * share
        brush.stroke(arc, 0.014 * size, tones.at(-0.35))


def tube_coral(brush: Brush, tones: Tones, foot: Point, size: float) -> None:
    """A bunch of pipes with dark mouths."""
    rng = brush.rng
    for k in sorted(rng.uniform(-0.5, 0.5, 7), key=lambda v: -abs(v)):
        start = np.asarray(foot, float) + [0.7 * k * size, 0.02 * size]
        tall, width = (
            size * rng.uniform(0.5, 1.0) * (1.0 - 0.5 * abs(k)),
            size * rng.uniform(0.15, 0.22),
        )
        end = start + [0.5 * k * tall, -tall]
        path = forms.curve([start, 0.5 * (start + end) + [0.04 * size, 0], end], 8)
        flora.bands(brush, path, np.linspace(0.8, 1.1, 8) * width, tones)
        brush.ellipse(end, 0.56 * width, 0.25 * width, tones.at(0.75), count=16)
        brush.ellipse(end, 0.38 * width, 0.15 * width, tones.ink, count=16)


def brain_coral(brush: Brush, tones: Tones, foot: Point, size: float) -> None:
    """A furrowed dome."""
    rng = brush.rng
    side = brush.side
    x, y = foot
    angle = np.linspace(np.pi, 2 * np.pi, 24)
    dome = np.stack([x + size * np.cos(angle), y + 0.08 * size + 0.75 * size * np.sin(angle)], -1)
    brush.dab((x, y + 0.06 * size), 2.5 * size, 0.26 * size, tones.ink)
    brush.shade(
        dome,
        tones.at(np.array([0.7, 0.2, -0.6])),
        (x + 0.5 * side * size, y - 0.7 * size),
        (x - 0.5 * side * size, y),
    )
    for _ in range(13):
        r, a = size * np.sqrt(rng.random()) * 0.8, rng.uniform(np.pi, 2 * np.pi)
        at = np.array([x + r * np.cos(a), y + 0.75 * r * np.sin(a)])
        path = at + np.cumsum(rng.normal(0, 0.07 * size, (5, 2)), axis=0)
        path[:, 1] = np.minimum(path[:, 1], y)
        brush.stroke(forms.curve(path, 10), 0.025 * size, tones.at(-0.7))


CORALS = (branch_coral, fan_coral, tube_coral, brain_coral)


def weed(brush: Brush, tones: Tones, foot: Point, height: float) -> None:
    """A strand of kelp with leaves on both sides, swaying."""
    rng = brush.rng
    side = brush.side
    foot = np.asarray(foot, float)
    sway = rng.uniform(-0.12, 0.12, 3) * height
    path = forms.curve(
        [
            foot,
            foot + [sway[0], -0.35 * height],
            foot + [sway[1], -0.7 * height],
            foot + [sway[2], -height],
        ],
        26,
    )
    brush.stroke(path, np.linspace(0.03, 0.012, 26) * min(height, 0.7), tones.at(-0.5))
    at = np.repeat(path[2:], 2, axis=0)
    turn = np.tile([-1.0, 1.0], 24)
    size = 0.13 * min(height, 0.8) * rng.uniform(0.7, 1.2, 48)
    angle = -np.pi / 2 + turn * rng.uniform(0.6, 1.1, 48)
    centre = at + 0.45 * size[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1)
    lit = np.where(turn == side, 0.35, -0.3) + rng.uniform(-0.2, 0.2, 48)
    brush.fill_many(forms.dabs(centre, size, 0.3 * size, angle), tones.at(lit))
