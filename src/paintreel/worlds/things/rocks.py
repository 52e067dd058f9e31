"""Great shapes of bare rock: a natural arch, a broken wall, a table mountain."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.palette import Tones
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.things import terrain

__all__ = ["crag", "ledge", "mesa", "stone_arch"]


def stone_arch(
    scene: Composition, brush: Brush, tones: Tones, x: float, foot: float, size: float
) -> None:
    """An arch `size` high with a lit back and a dark belly, its feet among boulders at `foot`."""
    rng = brush.rng
    count = 15
    angle = np.linspace(np.pi, 2.0 * np.pi, count)
    spoke = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    legs = np.abs(spoke[:, :1])
    middle = np.array([x, foot + 0.1 * size]) + spoke * size * [0.62, 0.82]
    thick = size * (0.12 + 0.14 * legs**3) * rng.uniform(0.8, 1.2, (count, 1))
    outer = middle + spoke * thick * rng.uniform(0.9, 1.3, (count, 1))
    inner = middle - spoke * thick * 0.85
    ridge = outer + (inner - outer) * rng.uniform(0.4, 0.62, (count, 1))
    brush.fill(np.vstack([outer, inner[::-1]]), tones.at(-0.5))
    lit = 0.6 * spoke @ scene.light.toward
    for k in range(count - 1):
        turn = 0.5 * (lit[k] + lit[k + 1]) + rng.uniform(-0.15, 0.2)
        back = [outer[k], outer[k + 1], ridge[k + 1], ridge[k]]
        belly = [ridge[k], ridge[k + 1], inner[k + 1], inner[k]]
        brush.fill(np.array(back), tones.at(turn + 0.15))
        brush.fill(np.array(belly), tones.at(turn - 0.45))
        if tones.cover is not None and 2 < k < count - 4:
            lain = outer[k : k + 2] + (ridge[k : k + 2] - outer[k : k + 2]) * 0.4
            brush.fill(np.vstack([outer[k : k + 2], lain[::-1]]), tones.cover.at(turn + 0.2))
    for k in (3, 6, 10, 12):
        crack = np.array([outer[k], ridge[k] + [0.03 * size, 0.0], 0.5 * (ridge[k] + inner[k])])
        brush.stroke(crack, np.array([0.014, 0.009, 0.003]) * size, tones.ink)
    for side in (-1, 1):
        for shift in (-0.2, 0.2, 0.0):
            at = (x + (0.62 * side + shift) * size, foot + rng.uniform(0.12, 0.16) * size)
            boulder = size * rng.uniform(0.13, 0.22)
            terrain.rock(brush, tones, at, boulder)


def crag(brush: Brush, tones: Tones, edge: Array, side: int, lit: float) -> None:
    """Facets on a wall of rock inward from its `edge` (N, 2), which faces away from `side`."""
    rng = brush.rng
    count = len(edge)
    rows = [edge]
    for reach in (0.07, 0.12, 0.16):
        step = side * reach * rng.uniform(0.7, 1.3, count)
        rows.append(rows[-1] + np.stack([step, rng.normal(0.0, 0.012, count)], axis=-1))
    for i, tone in enumerate((0.25, -0.05, -0.3)):
        near, far = rows[i], rows[i + 1]
        for k in range(count - 1):
            facet = np.array([near[k], near[k + 1], far[k + 1], far[k]])
            brush.fill(facet, tones.at(lit + tone + rng.uniform(-0.16, 0.16)))


def ledge(brush: Brush, tones: Tones, at: Array, size: float, side: int, lit: float) -> None:
    """A small shelf that juts from a wall of rock; `side`: where the wall is."""
    reach = size * np.array([side, 1.0])
    top = np.array([[-0.035, 0.0], [0.05, -0.014], [0.1, 0.002], [0.02, 0.018]])
    under = np.array([[-0.035, 0.0], [0.02, 0.018], [0.1, 0.002], [0.07, 0.07]])
    brush.fill(at + under * reach, tones.at(lit - 0.3))
    brush.fill(at + top * reach, tones.at(lit + 0.5))


def mesa(brush: Brush, tones: Tones, x: float, foot: float, half: float, tall: float) -> None:
    """A table mountain: a cliff with strata over a slope of scree."""
    rng = brush.rng
    t = np.linspace(-1.0, 1.0, 22)
    rise = np.clip((1.0 - np.abs(t)) * 4.5, 0.0, 1.0) ** 0.7
    y = foot - tall * rise + 0.006 * forms.waves(rng, t, 0.5, 3)
    crest = np.stack([x + half * t, y], axis=-1)
    terrain.cliff(brush, tones, crest, foot)
    for k in (0.86, 0.62, 0.44):
        start, end = sorted(rng.choice(np.arange(3, 19), 2, replace=False))
        if end - start > 3:
            along = t[start:end]
            path = np.stack([x + half * along, foot - tall * k + 0 * along], axis=-1)
            path[:, 1] += 0.004 * forms.waves(rng, along, 0.3, 2)
            width = rng.uniform(0.05, 0.1) * tall * np.sin(np.linspace(0.2, 2.94, end - start))
            brush.wash(forms.strip(path, width), tones.at(rng.choice([-0.5, 0.7])), 0.4)
    slope = 1.22 * half
    scree = np.stack([np.linspace(x - slope, x + slope, 26), np.zeros(26)], axis=-1)
    bank = np.clip((1.0 - np.abs(np.linspace(-1.0, 1.0, 26))) * 3.2, 0.0, 1.0)
    scree[:, 1] = foot - (0.3 + 0.07 * rng.random(26)) * tall * bank
    low = np.array([[x + slope, foot + 0.01], [x - slope, foot + 0.01]])
    colours = tones.dusted(0.7).at(np.array([0.35, 0.0]))
    brush.shade(np.vstack([scree, low]), colours, (x, foot - 0.35 * tall), (x, foot))
