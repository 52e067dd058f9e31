"""Hints of colour carried over the whole drawing, as a network is shown them.

A network that works at a quarter of the resolution mixes what lies on the two sides of a line. What
lines part is therefore found by rule: each hint floods the drawing until floods meet, over paper
first and over ink last, so that they meet on lines (basins; watershed of Meyer 1992). Where lines
are open or absent, a mean of the hints around is the better guess, near ones first, and those
first that no line is before (blend).
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.hints import marks_of

__all__ = ["SPREAD_PLANES", "spread_hints"]

SPREAD_PLANES = 7
"""Three of basins, three of the blend, one of how near hints are."""

_SEEN = 0.2
_SOFT_PX = 0.8
_BLEND_SIDE_PX = 128
_REACHES_PX = (4.0, 12.0, 40.0)
_INK_PX = 100.0  # what a pixel of ink is as far as
_TURNS = 2
_FARTHEST = 1e-7


def spread_hints(lines: Array, hints: Array) -> Array:
    """(7, H, W) float32 in [0, 1]: colour by basins, colour by nearness, nearness.

    lines  (H, W) float32 in [0, 1], 1 = ink
    hints  (H, W, 4) RGBA, float32 in [0, 1], straight alpha

    Zeros where there is no hint at all; nearness is above 0 everywhere if there is one.
    """
    spread = np.zeros((SPREAD_PLANES, *lines.shape), np.float32)
    seen = hints[..., 3] >= _SEEN
    if seen.any():
        spread[:3] = _basins(lines, hints, seen)
        spread[3:6], spread[6] = _blend(lines, hints)
    return spread


def _basins(lines: Array, hints: Array, seen: Array) -> Array:
    """(3, H, W): the colour of the stroke whose flood comes first."""
    opaque = np.dstack([np.rint(hints[..., :3] * 255), np.where(seen, 255, 0)]).astype(np.uint8)
    strokes = marks_of(opaque).stroke_at
    size = np.bincount(strokes.ravel())
    colours = np.stack(
        [np.bincount(strokes.ravel(), hints[..., k].ravel()) / size.clip(1) for k in range(3)]
    ).astype(np.float32)
    height = cv2.GaussianBlur(lines, (0, 0), _SOFT_PX)
    ground = (np.clip(height, 0, 1) * 255).astype(np.uint8)
    # What OpenCV floods has a border of -1 between basins, and all around the picture.
    framed = cv2.copyMakeBorder(ground, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    markers = cv2.copyMakeBorder(strokes, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    floods = cv2.watershed(cv2.merge([framed] * 3), markers)[1:-1, 1:-1].clip(0)
    for _ in range(4):
        if (floods > 0).all():
            break
        around = cv2.dilate(floods.astype(np.float32), np.ones((3, 3), np.uint8))
        floods = np.where(floods > 0, floods, around.astype(np.int32))
    found: Array = colours[:, floods]
    return found


def _blend(lines: Array, hints: Array) -> tuple[Array, Array]:
    """((3, H, W), (H, W)): the mean colour of hints by nearness, and how near they are."""
    height, width = lines.shape
    small = fit_max_side(width, height, _BLEND_SIDE_PX)
    scale = max(small) / _BLEND_SIDE_PX
    weighted = np.dstack([hints[..., :3] * hints[..., 3:], hints[..., 3]])
    weighted = cv2.resize(weighted, small, interpolation=cv2.INTER_AREA)
    ink = cv2.resize(lines, small, interpolation=cv2.INTER_AREA)
    total: Array = np.zeros_like(weighted)
    for reach in _REACHES_PX:
        total += _between_lines(weighted, ink, reach * scale) / np.float32(reach)
    amount = total[..., 3]
    # Beyond the reach of the widest the mean of all hints stands.
    every = weighted.sum(axis=(0, 1)) * np.float32(1e-9) + np.float32(1e-30)
    colour = (total[..., :3] + every[:3]) / (amount + every[3])[..., None]
    near = np.clip((np.log10(amount + _FARTHEST) - np.log10(_FARTHEST)) / 6, 0.02, 1)
    full = cv2.resize(
        np.dstack([colour, near]).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_LINEAR,
    )
    return full[..., :3].transpose(2, 0, 1).clip(0, 1), full[..., 3]


def _between_lines(x: Array, ink: Array, reach_px: float) -> Array:
    """x (h, w, C) smoothed over `reach_px` (a deviation), for which ink is far to go around.

    The recursive filter of the domain transform (Gastal and Oliveira 2011), ink for its edges.
    """
    steps = [
        1 + _INK_PX * np.maximum(first, second)
        for first, second in ((ink[:, 1:], ink[:, :-1]), (ink[1:], ink[:-1]))
    ]
    for turn in range(_TURNS):
        deviation = reach_px * 3**0.5 * 2 ** (_TURNS - turn - 1) / (4**_TURNS - 1) ** 0.5
        kept_a_px = np.exp(-(2**0.5) / max(deviation, 1e-3))
        for axis, step in zip((1, 0), steps, strict=True):
            kept = np.float32(kept_a_px) ** np.moveaxis(step, axis, 0)[..., None]
            row = np.array(np.moveaxis(x, axis, 0), order="C")
            for at in range(1, len(row)):
                row[at] += kept[at - 1] * (row[at - 1] - row[at])
            for at in range(len(row) - 2, -1, -1):
                row[at] += kept[at] * (row[at + 1] - row[at])
            x = np.moveaxis(row, 0, axis)
    return x
