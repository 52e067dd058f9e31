"""A clean drawing as a pencil drew it and a camera saw it: what `lineart` learns to clean.

Strokes are doubled, wobble, break off and press unevenly; a blue pencil searched for the form
first; paper has a tone, a grain, smudges and a shadow. The drawing is given as distances to its
lines (`line_marks.to_lines`), so that a stroke is moved by reading the distance elsewhere. All
chance is in `rng`.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_marks import ink

__all__ = ["pencil_drawing", "smooth_noise"]

_BLUE = ((0.35, 0.55, 0.95), (0.45, 0.75, 0.95), (0.6, 0.65, 0.95))


def smooth_noise(rng: np.random.Generator, side_px: int, cell_px: float) -> Array:
    """(S, S) float32, normal of deviation 1, that changes over about `cell_px`."""
    cells = max(2, round(side_px / cell_px) + 2)
    grid = rng.standard_normal((cells, cells)).astype(np.float32)
    # Cubic interpolation of a grid loses some of its spread.
    return cv2.resize(grid, (side_px, side_px), interpolation=cv2.INTER_CUBIC) * np.float32(1.25)


def pencil_drawing(distance: Array, solids: Array, rng: np.random.Generator) -> Array:
    """(S, S, 3) float32 RGB in [0, 1]: a photographed or scanned pencil drawing.

    distance  (S, S) float32 to the nearest line
    solids    (S, S) float32 in [0, 1], what is black all over
    """
    side = len(distance)
    paper = _paper(rng, side)
    if rng.random() < 0.4:
        paper = _blue_pencil(paper, distance, rng)
    graphite = _graphite(distance, solids, rng)
    darkest = rng.uniform(0.05, 0.4)
    drawn: Array = paper * (1 - graphite * (1 - darkest))[..., None]
    if rng.random() < 0.5:
        drawn *= (1 - _smudges(graphite, rng))[..., None]
    drawn *= _light(rng, side)[..., None]
    if rng.random() < 0.5:
        drawn = cv2.GaussianBlur(drawn, (0, 0), rng.uniform(0.3, 1.1))
    drawn += rng.normal(0, rng.uniform(0.0, 0.025), drawn.shape).astype(np.float32)
    return np.clip(drawn, 0, 1).astype(np.float32)


def _paper(rng: np.random.Generator, side: int) -> Array:
    """White, yellowed or grey paper with its grain."""
    tint = np.array([1, rng.uniform(0.95, 1), rng.uniform(0.82, 1.02)])
    tone = (rng.uniform(0.72, 1.0) * tint).astype(np.float32)
    grain = rng.uniform(0, 0.03) * smooth_noise(rng, side, 2.0)
    grain += rng.uniform(0, 0.02) * smooth_noise(rng, side, 24.0)
    return np.clip(tone * (1 + grain[..., None]), 0, 1).astype(np.float32)


def _light(rng: np.random.Generator, side: int) -> Array:
    """Light that falls off to one side, and perhaps the edge of a shadow."""
    along = np.linspace(-1, 1, side, dtype=np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    slope = np.cos(turn) * along[None] + np.sin(turn) * along[:, None]
    light = 1 + np.float32(rng.uniform(0, 0.22)) * (slope - 1) / 2
    if rng.random() < 0.35:
        edge = slope + 0.25 * smooth_noise(rng, side, side / 2) - rng.uniform(-0.6, 0.6)
        soft = rng.uniform(0.03, 0.4)
        light *= 1 - rng.uniform(0.1, 0.45) / (1 + np.exp(-np.clip(edge / soft, -30, 30)))
    lit: Array = light.astype(np.float32)
    return lit


def _moved(distance: Array, by_px: float, rng: np.random.Generator) -> Array:
    """The distances to lines that wobble by about so many pixels."""
    side = len(distance)
    x, y = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
    cell = rng.uniform(18, 60)
    dx, dy = (by_px * smooth_noise(rng, side, cell) for _ in range(2))
    return cv2.remap(distance, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _graphite(distance: Array, solids: Array, rng: np.random.Generator) -> Array:
    """(S, S) in [0, 1]: how dark the pencil is."""
    side = len(distance)
    width = rng.uniform(0.6, 2.4)
    copies = int(rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2]))
    by_px = rng.uniform(0.0, 0.8) if copies == 1 else rng.uniform(0.4, 1.5)
    lightest = np.ones((side, side), np.float32)
    for _ in range(copies):
        strokes = ink(_moved(distance, by_px, rng), width * rng.uniform(0.8, 1.2))
        pressure = 0.8 + 0.3 * smooth_noise(rng, side, rng.uniform(15, 60))
        if rng.random() < 0.6:
            pressure *= smooth_noise(rng, side, rng.uniform(8, 30)) > rng.uniform(-2.6, -1.4)
        lightest = lightest * (1 - strokes * np.clip(pressure, 0, 1))
    hatched = solids * np.clip(0.75 + 0.3 * smooth_noise(rng, side, 3.0), 0, 1)
    graphite = np.maximum(1 - lightest, hatched)
    tooth = 1 - rng.uniform(0, 0.5) * np.clip(smooth_noise(rng, side, 1.5), 0, 1.5)
    pressed: Array = np.clip(graphite * tooth * rng.uniform(0.45, 1.0), 0, 1).astype(np.float32)
    return pressed


def _blue_pencil(paper: Array, distance: Array, rng: np.random.Generator) -> Array:
    """Lines that searched for the form, beside it, and a few axes and ovals."""
    side = len(distance)
    drawn: Array = np.zeros((side, side), np.float32)
    for _ in range(int(rng.integers(1, 3))):
        drawn = np.maximum(drawn, ink(_moved(distance, rng.uniform(1.5, 4.5), rng), 1.4))
    drawn *= np.clip(0.6 + 0.5 * smooth_noise(rng, side, 30.0), 0, 1)
    marks = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(0, 5))):
        here, there = (tuple(v) for v in rng.integers(0, side, (2, 2)).tolist())
        axes = rng.integers(side // 16 + 1, side // 3 + 2, 2).tolist()
        if rng.random() < 0.5:
            cv2.ellipse(marks, here, axes, rng.uniform(0, 180), 0, 360, 255, 1, cv2.LINE_AA)
        else:
            cv2.line(marks, here, there, 255, 1, cv2.LINE_AA)
    drawn = np.maximum(drawn, marks.astype(np.float32) / 255) * rng.uniform(0.25, 0.8)
    blue = np.array(_BLUE[int(rng.integers(len(_BLUE)))], np.float32)
    searched: Array = paper * (1 - drawn[..., None] * (1 - blue))
    return searched


def _smudges(graphite: Array, rng: np.random.Generator) -> Array:
    """(S, S) in [0, 1]: what a hand rubbed off the lines, and spots of dirt."""
    side = len(graphite)
    across = rng.uniform(4, 16)
    rubbed = cv2.GaussianBlur(graphite, (0, 0), across, sigmaY=rng.uniform(3, 12))
    where = np.clip(smooth_noise(rng, side, side / 3), 0, 2)
    dirt = np.clip(smooth_noise(rng, side, rng.uniform(10, 50)) - 1.3, 0, 1)
    dark = rng.uniform(0, 0.7) * rubbed * where + rng.uniform(0, 0.25) * dirt
    smudged: Array = np.clip(dark, 0, 0.6).astype(np.float32)
    return smudged
