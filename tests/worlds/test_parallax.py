"""Layers moved against each other, as a compositor does: what lies behind is painted."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing.layers import Layer
from paintreel.worlds.categories import CATEGORIES
from paintreel.worlds.rule import begin, find_rule

SIZE_PX = (160, 90)
STEP_PX = 4
"""More than 20 pixels of a frame 1024 wide."""
GROUND = 0.26
"""How far below the eye level there is ground in every world, in frame heights."""
VIEWS = 4
"""No world has more views; four seeds in a row show them all."""

RULES = sorted({category.rule for category in CATEGORIES})

on_ground = pytest.mark.parametrize("rule", [name for name in RULES if name != "starry_universe"])


def moved(alpha: np.ndarray, step_px: int) -> np.ndarray:
    """Alpha (H, W) moved to the right, nothing coming in."""
    out = np.zeros_like(alpha)
    if step_px > 0:
        out[:, step_px:] = alpha[:, :-step_px]
    else:
        out[:, :step_px] = alpha[:, -step_px:]
    return out


def holes(layers: list[Layer], index: int, step_px: int, first_row: int) -> np.ndarray:
    """Where the sky shows once layer `index` is moved, below `first_row`; bool (H, W)."""
    alpha = layers[index].rgba[..., 3]
    bared = (alpha > 200) & (moved(alpha, step_px) < 50)
    seen = np.ones(alpha.shape)
    for layer in layers[1:index]:
        seen *= 1.0 - layer.rgba[..., 3] / 255.0
    bared &= seen > 0.05
    bared[:first_row] = False
    return bared


@on_ground
def test_no_sky_shows_through_the_ground_when_a_near_layer_moves(rule):
    for seed in range(VIEWS):
        scene = begin(rule, seed=seed, width_px=SIZE_PX[0], height_px=SIZE_PX[1])
        find_rule(rule).draw(scene)
        layers = list(scene.stack().layers)
        first_row = round((scene.horizon + GROUND) * SIZE_PX[1])
        for index, layer in enumerate(layers):
            if 0.0 < layer.depth <= 0.5:
                for step_px in (STEP_PX, -STEP_PX):
                    bared = holes(layers, index, step_px, first_row)
                    assert not bared.any(), f"seed {seed}, {layer.name}: {bared.sum()} pixels"


def test_a_hole_is_found():
    """The measure above can fail: a hill with nothing behind it."""
    sky = Layer("sky", np.full((9, 30, 4), 255, np.uint8), 1.0)
    hill = np.zeros((9, 30, 4), np.uint8)
    hill[4:, 5:20] = 255
    bared = holes([sky, Layer("hill", hill, 0.3)], 1, 4, 5)
    assert bared.sum() == 4 * 4
    ground = Layer("ground", np.full((9, 30, 4), 255, np.uint8), 0.6)
    assert not holes([sky, ground, Layer("hill", hill, 0.3)], 2, 4, 5).any()
