"""Plants: trunks, crowns, firs, bushes, grass, mushrooms, flowers.

Every plant is drawn from its shade side to the side that the brush says the light is on.
"""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Numbers, Point
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array

__all__ = ["bush", "crown", "fir", "flowers", "grass", "hanging", "mushroom", "tree", "trunk"]


def bands(brush: Brush, path: Array, widths: Numbers, tones: Tones) -> None:
    """A round stem: shade, body and light as bands along it."""
    side = brush.side
    brush.stroke(path, widths, tones.at(-0.45))
    for inner, outer, lit in ((-0.55, 1.0, -0.1), (0.0, 0.96, 0.3), (0.5, 0.86, 0.7)):
        # strip() counts offsets to the right of an upward path as negative.
        edges = sorted((inner * -side, outer * -side))
        upward = path[0, 1] > path[-1, 1]
        edges = edges if upward else sorted(-e for e in edges)
        brush.fill(forms.strip(path, widths, -edges[1], -edges[0]), tones.at(lit))


def trunk(brush: Brush, tones: Tones, foot: Point, height: float, width: float) -> Array:
    """A tall trunk with spread roots from `foot` (2,); returns its path from foot to top."""
    rng = brush.rng
    side = brush.side
    foot = np.asarray(foot, float)
    sway = rng.uniform(-0.5, 0.5, 3) * min(width, 0.25 * height)
    path = forms.curve(
        [
            foot,
            foot + [sway[0], -0.3 * height],
            foot + [sway[1], -0.7 * height],
            foot + [sway[2], -height],
        ],
        24,
    )
    t = np.linspace(0.0, 1.0, 24)
    widths = width * (1.0 - 0.4 * t + 0.9 * np.exp(-t * height / (0.45 * width)))
    for direction in rng.permutation([-1.0, -0.45, 0.5, 1.0]):
        reach = width * rng.uniform(0.7, 1.3)
        root = [
            foot + [0.1 * direction * width, -0.7 * width],
            foot + [0.55 * direction * width, -0.12 * width],
            foot + [direction * reach, 0.14 * width],
        ]
        lit = 0.25 if direction * side > 0 else -0.4
        brush.fill(forms.ribbon(root, 0.4 * width, 0.04 * width, 8), tones.at(lit))
    bands(brush, path, widths, tones)
    marks = max(int(height / width * 3), 4)
    at = rng.uniform(0.02, 0.95, marks)
    across = rng.uniform(-0.42, 0.42, marks)
    i = (at * 23).astype(int)
    where = path[i] + np.stack([across * widths[i], 0 * at], axis=-1)
    brush.fill_many(
        forms.dabs(
            where,
            width * rng.uniform(0.5, 1.6, marks),
            width * 0.05,
            np.pi / 2 + rng.uniform(-0.2, 0.2, marks),
        ),
        tones.at(np.where(across * side > 0.1, -0.25, -0.8)),
    )
    return path


def crown(
    brush: Brush,
    tones: Tones,
    centre: Point,
    radius: float,
    *,
    flat: float = 0.8,
    puffs: int = 9,
) -> None:
    """A mass of leaves: tufts from shade to light, leaf dabs along the lit edges."""
    rng = brush.rng
    side = brush.side
    centre = np.asarray(centre, float)
    tones = tones.kind_at(*centre)
    angle = rng.uniform(0, 2 * np.pi, puffs) + np.linspace(0, 2 * np.pi, puffs)
    reach = radius * np.sqrt(rng.uniform(0.05, 0.5, puffs))
    tufts = centre + np.stack([np.cos(angle) * reach * 1.15, np.sin(angle) * reach * flat], axis=-1)
    sizes = radius * rng.uniform(0.42, 0.62, puffs)
    toward = np.array([0.6 * side, -0.75])
    turned = ((tufts - centre) @ toward) / radius
    order = np.argsort(turned)
    heaps = [forms.blobs(rng, tufts, sizes, rough=0.16, flat=0.9)[order]]
    for step, shrink in ((0.16, 0.86), (0.3, 0.66), (0.46, 0.4)):
        inner = tufts + toward * (step * sizes)[:, None]
        heaps.append(forms.blobs(rng, inner, sizes * shrink, rough=0.2, flat=0.8)[order])
    count = 7 * puffs
    which = rng.integers(0, puffs, count)
    around = rng.uniform(0, 2 * np.pi, count)
    out = np.stack([np.cos(around), 0.85 * np.sin(around)], axis=-1)
    where = tufts[which] + out * (sizes[which] * rng.uniform(0.7, 1.1, count))[:, None]
    lit = np.maximum(0.6 * (where - centre) @ toward / radius + 0.3 * out @ toward, -0.2)
    size = radius * rng.uniform(0.07, 0.15, count)
    lit = lit + rng.uniform(-0.2, 0.25, count)
    shades = [np.full(puffs, -0.55), *(k + 0.35 * turned[order] for k in (-0.15, 0.2, 0.55))]
    if tones.bare or tones.cover is not None:
        twigs = forms.dabs(where, 2.4 * size, 0.3 * size, np.arctan2(out[:, 1], out[:, 0]))
        _snowed_crown(brush, tones, heaps, shades, twigs if tones.bare else None, radius)
        return
    for heap, shade in zip(heaps, shades, strict=True):
        brush.fill_many(heap, tones.at(shade))
    brush.fill_many(forms.dabs(where, size, size * 0.55, around + 0.8), tones.at(lit))


def _snowed_crown(
    brush: Brush,
    tones: Tones,
    heaps: list[Array],
    shades: list[Array],
    twigs: Array | None,
    radius: float,
) -> None:
    """Boughs under snow: dark below, the snow in heaps on top; `twigs` stand out from bare ones."""
    brush.fill_many(heaps[0], tones.at(shades[0]))
    if twigs is not None:
        brush.fill_many(twigs, tones.at(-0.6))
    sideways = -0.12 * radius * brush.side  # it lies above, wherever the light comes from
    for heap, shade, snow in zip(heaps[1:], shades[1:], (0.15, 0.7, 1.0), strict=True):
        lain = heap + [sideways * snow, -0.1 * snow * radius]
        brush.fill_many(lain, tones.dusted(snow).at(shade))


def tree(
    brush: Brush,
    bark: Tones,
    leaf: Tones,
    foot: Point,
    height: float,
    *,
    spread: float = 1.0,
) -> None:
    """A broad tree: forked trunk under a crown of several masses."""
    rng = brush.rng
    foot = np.asarray(foot, float)
    leaf = leaf.kind_at(*foot)
    width = 0.085 * height
    fork = foot + [rng.uniform(-0.05, 0.05) * height, -0.42 * height]
    tips = fork + np.stack(
        [np.array([-0.3, -0.05, 0.28]) * spread * height, rng.uniform(-0.4, -0.15, 3) * height], -1
    )
    stem = forms.curve([foot, 0.5 * (foot + fork) + [0.02 * height, 0.0], fork], 12)
    for tip in tips:
        bands(
            brush,
            forms.curve([fork + [0, 0.08 * height], 0.4 * fork + 0.6 * tip, tip], 8),
            np.linspace(0.55, 0.2, 8) * width,
            bark,
        )
    flare = 1.0 + 0.9 * np.exp(-np.linspace(0, 6, 12))
    bands(brush, stem, width * np.linspace(1.0, 0.7, 12) * flare, bark)
    masses = np.vstack([tips, fork + [0.0, -0.42 * height]])
    sizes = height * rng.uniform(0.2, 0.28, 4) * spread**0.5
    for i in np.argsort(masses[:, 1]):
        crown(brush, leaf, masses[i], sizes[i], puffs=7)


def fir(brush: Brush, bark: Tones, leaf: Tones, foot: Point, height: float) -> None:
    """A fir: skirts of boughs, each lit on one side."""
    leaf = leaf.evergreen or leaf
    rng = brush.rng
    side = brush.side
    x, y = foot
    width = height * rng.uniform(0.34, 0.46)
    brush.box(x - 0.03 * height, y - 0.2 * height, x + 0.03 * height, y, bark.dark)
    tiers = 7
    for i in range(tiers):
        t = i / tiers
        half = 0.5 * width * (1.0 - t) ** 0.85
        low, high = y - height * (0.1 + 0.8 * t), y - height * min(0.36 + 0.8 * t, 1.0)
        teeth = 9
        along = np.linspace(-1.0, 1.0, teeth)
        drop = np.where(np.arange(teeth) % 2, -0.05, 0.02) * height * rng.uniform(0.6, 1.2, teeth)
        hem = np.stack([x + along * half, low + drop - 0.05 * height * np.abs(along) ** 2], axis=-1)
        brush.fill(np.vstack([hem, [[x, high]]]), leaf.at(-0.5 + 0.2 * t))
        lit = hem[teeth // 2 :] if side > 0 else hem[: teeth // 2 + 1]
        inner = lit * [0.92, 1.0] + [0.08 * x, -0.012 * height]
        brush.fill(np.vstack([inner, [[x, high]]]), leaf.at(0.15 + 0.25 * t))
        if leaf.cover is not None:
            lain = hem * [0.86, 1.0] + [0.14 * x, -0.04 * height]
            lain[1::2, 1] -= 0.05 * height * (1.0 - t)
            brush.fill(np.vstack([lain, [[x, high]]]), leaf.cover.at(0.05 + 0.2 * t))
            bright = lain[teeth // 2 :] if side > 0 else lain[: teeth // 2 + 1]
            brush.fill(np.vstack([bright, [[x, high]]]), leaf.cover.at(0.6))


def bush(brush: Brush, tones: Tones, foot: Point, size: float) -> None:
    """A low crown that stands on the ground."""
    rng = brush.rng
    x, y = foot
    tones = tones.kind_at(x, y)
    brush.dab((x, y), 2.6 * size, 0.3 * size, tones.at(-0.85))
    for across, share in ((-0.62, 0.58), (0.66, 0.5), (0.05, 0.78)):
        where = (x + across * size * rng.uniform(0.8, 1.2), y - 0.42 * share * size)
        crown(brush, tones, where, share * size, flat=0.5, puffs=5)


def grass(
    brush: Brush,
    tones: Tones,
    where: Array,
    size: Numbers,
    *,
    lit: tuple[float, float] = (-0.6, 0.7),
) -> None:
    """Blades (several at each of (M, 2) points) of height `size` (M,) or one number."""
    rng = brush.rng
    where = np.repeat(np.atleast_2d(where), 5, axis=0)
    size = np.repeat(np.broadcast_to(size, len(where) // 5), 5)
    count = len(where)
    where = where + np.stack([rng.normal(0, 0.35, count) * size, 0 * size], axis=-1)
    order = np.argsort(where[:, 1], kind="stable")
    tall = size * rng.uniform(0.5, 1.1, count)
    blades = forms.spikes(where, tall, 0.13 * size, tall * rng.uniform(-0.5, 0.5, count))
    colours = tones.at(rng.uniform(*lit, count))
    if tones.cover is not None:
        order = order[::3]  # what stands out of the snow
    brush.fill_many(blades[order], colours[order])


def flowers(brush: Brush, tones: Tones, where: Array, size: float) -> None:
    """Dots of blossom, each with a lighter heart."""
    rng = brush.rng
    where = np.atleast_2d(where)
    sizes = size * rng.uniform(0.6, 1.2, len(where))
    lit = rng.uniform(-0.2, 0.6, len(where))
    shapes = forms.blobs(rng, where, sizes, rough=0.3, flat=0.7, count=12)
    if tones.cover is not None:
        return  # under the snow
    brush.fill_many(shapes, tones.at(lit))
    lifted = where - [0.0, 0.25 * size]
    brush.fill_many(forms.ellipses(lifted, 0.45 * sizes, 0.3 * sizes, 8), tones.at(lit + 0.5))


def mushroom(brush: Brush, stem: Tones, cap: Tones, foot: Point, height: float) -> None:
    """A stem under a spotted cap."""
    rng = brush.rng
    side = brush.side
    foot = np.asarray(foot, float)
    top = foot + [rng.uniform(-0.12, 0.12) * height, -0.72 * height]
    path = forms.curve([foot, 0.5 * (foot + top) + [0.04 * height * side, 0.0], top], 10)
    bands(brush, path, height * np.linspace(0.2, 0.12, 10), stem)
    half, rise = height * rng.uniform(0.34, 0.5), height * rng.uniform(0.28, 0.45)
    angle = np.linspace(np.pi, 2.0 * np.pi, 24)
    dome = top + np.stack([half * np.cos(angle), 0.08 * height + rise * np.sin(angle)], axis=-1)
    sag = top + np.stack(
        [half * np.cos(angle[::-1]), 0.08 * height - 0.16 * rise * np.sin(angle[::-1])], axis=-1
    )
    brush.fill(np.vstack([dome, sag]), stem.at(-0.7))
    brush.shade(
        dome,
        cap.at(np.linspace(0.8, -0.6, 6)),
        top + [0.8 * half * side, -rise],
        top + [-0.8 * half * side, 0.1 * height],
    )
    count = 7
    u, v = rng.uniform(-0.75, 0.75, count), rng.uniform(0.2, 0.85, count)
    spots = top + np.stack([half * u, 0.05 * height - rise * v * np.sqrt(1 - u * u)], axis=-1)
    size = 0.055 * height * rng.uniform(0.5, 1.3, count)
    brush.fill_many(forms.ellipses(spots, size, 0.7 * size, 12), stem.at(0.5 + 0.4 * u * side))
    if cap.cover is not None:
        lain = top + (dome - top) * [0.82, 0.9] - [0.0, 0.16 * rise]
        hem = lain[::-1] * [1.0, 0.0] + [0.0, top[1] - 0.5 * rise]
        hem[::2, 1] += 0.12 * rise
        over = lain[lain[:, 1] < top[1] - 0.45 * rise]
        brush.fill(np.vstack([over, hem[2:-2]]), cap.cover.at(0.5))


def hanging(
    brush: Brush, tones: Tones, start: Point, end: Point, count: int, length: float
) -> None:
    """Leafy strands hanging from the line `start` to `end`."""
    rng = brush.rng
    start, end = np.asarray(start, float), np.asarray(end, float)
    for t in np.sort(rng.uniform(0.0, 1.0, count)):
        top = start + (end - start) * t
        drop = length * rng.uniform(0.4, 1.0)
        path = forms.curve([top, top + [rng.uniform(-0.02, 0.02), 0.5 * drop], top + [0, drop]], 12)
        brush.stroke(path, np.linspace(0.006, 0.002, 12), tones.at(-0.7))
        where = np.repeat(path[1:], 2, axis=0) + rng.normal(0, 0.006, (22, 2))
        leaves = forms.dabs(where, 0.022, 0.012, rng.uniform(0.6, 2.6, 22))
        lit = rng.uniform(-0.6, 0.3, 22)
        brush.fill_many(leaves[:: 4 if tones.bare else 1], tones.at(lit)[:: 4 if tones.bare else 1])
