"""A scene from a category and a seed: GRBM draws it, a method finishes it.

What is finished is a painterly block-in: the drawing with its grain smoothed, and its lines. Flat
regions, as the panels are roughed out to for learning, would lose its stars, glows and gradients,
which no network can know again.
"""

from __future__ import annotations

import sys

import cv2
import numpy as np

from paintreel.drawing.layers import Layer, LayerStack
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.options import MAX_SEED
from paintreel.pictures.sizes import check_size
from paintreel.pictures.strength import blend, check_strength
from paintreel.roughs.lines import draw_lines
from paintreel.roughs.rough import Rough
from paintreel.scene.methods import Method
from paintreel.worlds import Conditions, check_world_size, draw_world
from paintreel.worlds.categories import Category

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


def check_scene_size(size: tuple[int, int], max_pixels: int | None = None) -> None:
    """Raise InputError unless a scene is drawn at (width, height) in pixels and allowed."""
    check_size(size, sys.maxsize)  # no limit of pixels allows more than the rules can draw
    check_world_size(*size)
    if max_pixels is not None:
        check_size(size, max_pixels)


def draw_scene(
    category: Category,
    *,
    seed: int,
    size: tuple[int, int],
    max_pixels: int | None = None,
    conditions: Conditions | None = None,
) -> LayerStack:
    """GRBM's layers for a seed, of `size` (width, height) in pixels. Raises InputError.

    `conditions` give the same place another hour, season or weather.
    """
    check_seeds(seed)
    check_scene_size(size, max_pixels)
    return draw_world(
        category,
        seed=int(seed),
        width_px=int(size[0]),
        height_px=int(size[1]),
        conditions=conditions,
    )


def block_in(drawing: Array) -> Rough:
    """A drawing (H, W, 3) uint8 as a method is given it: without grain, and its lines."""
    blocks = cv2.bilateralFilter(drawing, _GRAIN_PX, _GRAIN_LEVELS, _GRAIN_SIGMA_PX)
    return Rough(blocks, draw_lines(drawing))


def paint_drawing(
    drawing: Array, category: Category, method: Method, strength: float = 1.0
) -> Array:
    """The picture (H, W, 3) uint8 of a flattened drawing of that shape.

    `strength` 0 gives the drawing's block-in, 1 the finished picture. A
    method that only draws has the drawing itself for its finished picture.
    """
    check_strength(strength)
    if method.draws and strength == 1:
        return drawing
    rough = block_in(drawing)
    assert rough.blocks is not None
    if strength == 0:
        return rough.blocks
    finished = drawing if method.draws else method.finish(rough, category)
    return blend(rough.blocks, finished, strength)


def paint_layers(
    stack: LayerStack, category: Category, method: Method, strength: float = 1.0
) -> tuple[Array, LayerStack]:
    """The picture of `paint_drawing`, and its layers, which one over the other give it again.

    What a layer shows is taken from the picture; what nearer layers hide of it, from a painting of
    this layer and all behind it alone, so that there is paint behind everything that moves. What
    shows through the layer is taken out: C = (P - (1 - a) B) / a, with the painting P, the layers
    behind B and the alpha a, which stays as it was drawn. Where C would leave [0, 1] it is cut off;
    there alone, at faint edges, the layers differ from the picture.
    """
    picture = paint_drawing(stack.flatten(), category, method, strength)
    if method.draws and strength == 1:
        return picture, stack
    painted: list[Layer] = []
    shown = _shown(stack)
    for index, layer in enumerate(stack.layers):
        visible = picture
        if index < len(stack.layers) - 1:
            partly = LayerStack(stack.layers[: index + 1]).flatten()
            alone = paint_drawing(partly, category, method, strength)
            visible = alone + shown[index] * (picture.astype(np.float32) - alone)
        alpha = layer.rgba[..., 3:].astype(np.float32) / 255
        behind = LayerStack(tuple(painted)).flatten() if painted else visible
        colour = (visible - (1 - alpha) * behind) / np.where(alpha > 0, alpha, 1)
        colour = np.rint(np.clip(colour, 0, 255)).astype(np.uint8)
        rgba = np.dstack([np.where(alpha > 0, colour, 0), layer.rgba[..., 3]])
        painted.append(Layer(layer.name, rgba, layer.depth))
    return picture, LayerStack(tuple(painted))


def _shown(stack: LayerStack) -> list[Array]:
    """How much of each layer the nearer ones let through, (H, W, 1) float32 in [0, 1]."""
    through = np.ones((*stack.layers[0].rgba.shape[:2], 1), np.float32)
    shown = []
    for layer in reversed(stack.layers):
        shown.append(through)
        through = through * (1 - layer.rgba[..., 3:].astype(np.float32) / 255)
    return shown[::-1]
