"""What can be laid on a block-in before any detail: soft transitions, shading and drawn ink.

`paint_layers` gives the possible additions; how much of each a place takes is for the caller, as
is the detail that patches add. `window_keys` says what a rough looks like in a window, so that a
window of another rough that looks like it can be found.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.quilting import Grid
from paintreel.roughs.rough import Rough

LUMA = (0.299, 0.587, 0.114)
SOFT_PX = (1.5, 4.0, 10.0)
INK_PX = (0.0, 1.0, 2.5)
LAYERS = 2 * len(SOFT_PX) + len(INK_PX)
_SMALL_STEP = 0.10
KEY_CELLS = 8
KEY_SIZE = 2 * KEY_CELLS**2 + 4
_INK_WEIGHT, _STEP_WEIGHT, _COLOUR_WEIGHT, _PLACE_WEIGHT = 1.0, 1.0, 2.0, 0.7


def as_layers(rough: Rough) -> tuple[Array, Array]:
    """(block-in (H, W, 3), ink (H, W)) of a rough with blocks, both in [0, 1]; no lines, no ink."""
    assert rough.blocks is not None
    blocks = rough.blocks.astype(np.float32) / 255
    if rough.lines is None:
        return blocks, np.zeros(blocks.shape[:2], np.float32)
    return blocks, 1 - rough.lines.astype(np.float32) / 255


def paint_layers(blocks: Array, ink: Array) -> Array:
    """(LAYERS, H, W, C) additions to a block-in (H, W, C) in [0, 1]; ink (H, W), 1 where drawn.

    For each of SOFT_PX what a Gaussian blur of that sigma adds, then that times
    exp(-(step / 0.1)^2), so that weak borders may melt while strong ones stay; for each of INK_PX
    the colour times the ink so blurred, negative.
    """
    layers = []
    for sigma_px in SOFT_PX:
        step = cv2.GaussianBlur(blocks, (0, 0), sigma_px).reshape(blocks.shape) - blocks
        size = np.abs(step).max(axis=2, keepdims=True) / _SMALL_STEP
        layers += [step, step * np.exp(-(size**2))]
    for sigma_px in INK_PX:
        soft = cv2.GaussianBlur(ink, (0, 0), sigma_px) if sigma_px else ink
        layers.append(-blocks * soft[..., None])
    return np.stack(layers)


def window_keys(grid: Grid, lab: Array, ink: Array) -> Array:
    """(rows, columns, KEY_SIZE): where ink and colour steps lie, mean colour, height.

    lab: (H, W, 3) CIELAB / 100 of the block-in; ink: (H, W) in [0, 1].
    """
    soft = cv2.GaussianBlur(ink, (0, 0), 1.5)
    seen_ink = _shrunk(grid.windows(soft))
    seen_light = _shrunk(grid.windows(np.ascontiguousarray(lab[..., 0])))
    colour = np.stack([_shrunk(grid.windows(lab[..., c])).mean(axis=(2, 3)) for c in range(3)], -1)
    rows, columns = grid.shape
    down = np.broadcast_to(np.linspace(0, 1, rows)[:, None, None], (rows, columns, 1))
    steps = seen_light - seen_light.mean(axis=(2, 3), keepdims=True)
    key = [
        _INK_WEIGHT * seen_ink.reshape(rows, columns, -1),
        _STEP_WEIGHT * steps.reshape(rows, columns, -1),
        _COLOUR_WEIGHT * colour,
        _PLACE_WEIGHT * down,
    ]
    return np.concatenate(key, axis=-1).astype(np.float32)


def mirrored_keys(keys: Array) -> Array:
    """The keys of the windows seen in a mirror, (..., KEY_SIZE)."""
    maps = keys[..., : 2 * KEY_CELLS**2].reshape(*keys.shape[:-1], 2, KEY_CELLS, KEY_CELLS)
    flipped = maps[..., ::-1].reshape(*keys.shape[:-1], -1)
    return np.concatenate([flipped, keys[..., 2 * KEY_CELLS**2 :]], axis=-1)


def _shrunk(windows: Array) -> Array:
    """(rows, columns, S, S) to means over KEY_CELLS x KEY_CELLS cells."""
    rows, columns, side, _ = windows.shape
    part = side // KEY_CELLS
    cells = windows.reshape(rows, columns, KEY_CELLS, part, KEY_CELLS, part)
    means: Array = cells.mean(axis=(3, 5))
    return means


def mix_layers(layers: Array, weights: Array) -> Array:
    """(H, W, C): the sum of layers (LAYERS, H, W, C), each times its weight (H, W, LAYERS)."""
    mixed: Array = np.einsum("khwc,hwk->hwc", layers, weights, optimize=True)
    return mixed


def to_opponent(step: Array) -> Array:
    """A difference of RGB (..., 3) as differences of luma, red - luma and blue - luma."""
    y = step @ np.array(LUMA, np.float32)
    return np.stack([y, step[..., 0] - y, step[..., 2] - y], axis=-1)


def from_opponent(step: Array) -> Array:
    """The inverse of `to_opponent`."""
    y, r, b = np.moveaxis(step, -1, 0)
    g = y - (LUMA[0] * r + LUMA[2] * b) / LUMA[1]
    return np.stack([r + y, g, b + y], axis=-1)
