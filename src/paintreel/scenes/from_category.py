"""A scene from a category and a seed: GRBM draws it, a method finishes it.

What is finished is a painterly block-in: the drawing with its grain smoothed, and its lines. Flat
regions, as the panels are roughed out to for learning, would lose its stars, glows and gradients,
which no network can know again.
"""

from __future__ import annotations

import sys

import cv2
import numpy as np

from paintreel.drawing.layers import LayerStack, trim
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.options import MAX_SEED
from paintreel.pictures.sizes import check_size
from paintreel.pictures.strength import blend, check_strength
from paintreel.roughs.lines import draw_lines
from paintreel.roughs.rough import Rough
from paintreel.scenes.methods import Method
from paintreel.worlds import Conditions, check_margin, check_world_size, draw_world
from paintreel.worlds.categories import Category

DEFAULT_SIZE = (1024, 576)
"""Width and height of a scene from a word, in pixels."""
_GRAIN_PX, _GRAIN_LEVELS, _GRAIN_SIGMA_PX = 7, 25, 5
"""Bilateral filter that takes the grain: its width, what counts as an edge (of 255), its sigma."""


def check_seeds(seed: int, count: int = 1) -> None:
    """Raise InputError unless seed .. seed + count - 1 are whole numbers from 0 to MAX_SEED."""
    for name, value in (("seed", seed), ("count", count)):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
            raise InputError(f"{name} is {value!r}, expected a whole number")
    if not 0 <= seed <= MAX_SEED:
        raise InputError(f"seed is {seed}, expected 0 to {MAX_SEED}")
    if count < 1:
        raise InputError(f"count is {count}, expected 1 or more")
    if seed + count - 1 > MAX_SEED:
        raise InputError(
            f"{count} seeds from {seed} end at {seed + count - 1}, the last seed is {MAX_SEED}"
        )


def check_scene_size(
    size: tuple[int, int],
    margin_px: tuple[int, int] = (0, 0),
    *,
    max_pixels: int | None = None,
) -> None:
    """Raise InputError unless a scene is drawn at (width, height) in pixels and allowed."""
    check_size(size, sys.maxsize)  # no limit of pixels allows more than the rules can draw
    check_world_size(*size)
    check_margin(size, margin_px)
    if max_pixels is not None:
        check_size((size[0] + 2 * margin_px[0], size[1] + 2 * margin_px[1]), max_pixels)


def draw_scene(
    category: Category,
    *,
    seed: int,
    size: tuple[int, int],
    margin_px: tuple[int, int] = (0, 0),
    max_pixels: int | None = None,
    conditions: Conditions | None = None,
) -> LayerStack:
    """GRBM's layers for a seed, of `size` (width, height) in pixels. Raises InputError.

    margin_px: how much more is drawn left and right, and above and below. `conditions` give the
    same place another hour, season or weather.
    """
    check_seeds(seed)
    check_scene_size(size, margin_px, max_pixels=max_pixels)
    return draw_world(
        category,
        seed=int(seed),
        width_px=int(size[0]),
        height_px=int(size[1]),
        margin_px=margin_px,
        conditions=conditions,
    )


def block_in(drawing: Array) -> Rough:
    """A drawing (H, W, 3) uint8 as a method is given it: without grain, and its lines."""
    blocks = cv2.bilateralFilter(drawing, _GRAIN_PX, _GRAIN_LEVELS, _GRAIN_SIGMA_PX)
    return Rough(blocks, draw_lines(drawing))


def code_of(stack: LayerStack, category: Category, method: Method) -> Array | None:
    """What all parts of a picture are painted with: its style code, margin or not."""
    if method.draws:
        return None
    return method.code_of(block_in(trim(stack.flatten(), stack.margin_px)), category)


def paint_drawing(
    drawing: Array,
    category: Category,
    method: Method,
    strength: float = 1.0,
    *,
    code: Array | None = None,
) -> Array:
    """The picture (H, W, 3) uint8 of a flattened drawing of that shape.

    `strength` 0 gives the drawing's block-in, 1 the finished picture. A method that only draws has
    the drawing itself for its finished picture. `code` is that of the picture that the drawing is
    a part of.
    """
    check_strength(strength)
    if method.draws and strength == 1:
        return drawing
    rough = block_in(drawing)
    assert rough.blocks is not None
    if strength == 0:
        return rough.blocks
    finished = drawing if method.draws else method.finish(rough, category, code=code)
    return blend(rough.blocks, finished, strength)


def paint_flat(
    stack: LayerStack, category: Category, method: Method, strength: float = 1.0
) -> Array:
    """The picture (H, W, 3) uint8 of a drawn stack, with its margin.

    The margin has no say in how the picture within it is painted.
    """
    code = code_of(stack, category, method) if any(stack.margin_px) and strength else None
    return paint_drawing(stack.flatten(), category, method, strength, code=code)
