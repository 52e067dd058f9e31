"""Painted layers: of each all that is its own, of what stands before it nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.drawing.layers import Layer, LayerStack
from paintreel.scene.layers import paint_layers, painted_stack
from paintreel.scenes.from_category import draw_scene, paint_drawing
from paintreel.scenes.methods import open_method
from paintreel.worlds.categories import find_category

FOREST = find_category("fantasy forest")


class Inking:
    """Draws soft dark ink along every edge of what it sees, as the networks do."""

    draws = False
    name = "inking"

    def __init__(self) -> None:
        self.painted = 0

    def code_of(self, rough, category=None):
        return None

    def finish(self, rough, category=None, *, code=None, dtype=np.uint8):
        self.painted += 1
        steps = cv2.morphologyEx(rough.blocks, cv2.MORPH_GRADIENT, np.ones((3, 3))).max(axis=2)
        ink = cv2.GaussianBlur((steps > 25).astype(np.float32), (0, 0), 1.2)
        return np.rint(rough.blocks * (1 - 0.8 * np.minimum(ink, 1))[..., None]).astype(dtype)


def stack_of() -> LayerStack:
    """A bright sky, a hill, a half transparent cloud and a round tree, 96 x 64."""
    y, x = np.mgrid[:64, :96].astype(np.float32)
    sky = np.full((64, 96, 4), (150, 190, 240, 255), np.uint8)
    sheets = [Layer("sky", sky, 1.0)]
    for name, depth, colour, alpha in (
        ("hill", 0.7, (90, 140, 60), 255 * np.clip(y - 40.4, 0, 1)),
        ("cloud", 0.6, (240, 240, 240), 120 * np.clip(14 - np.hypot(x - 30, y - 20), 0, 1)),
        ("tree", 0.2, (60, 110, 50), 255 * np.clip(16 - np.hypot(x - 60, y - 30), 0, 1)),
    ):
        rgba = np.empty((64, 96, 4), np.uint8)
        rgba[..., :3], rgba[..., 3] = colour, np.rint(alpha)
        sheets.append(Layer(name, rgba, depth))
    return LayerStack(tuple(sheets))


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_layer_knows_nothing_of_those_before_it(kept):
    whole = stack_of()
    alone = LayerStack(whole.layers[:kept])
    painted = painted_stack(whole, FOREST, Inking())
    expected = painted_stack(alone, FOREST, Inking())
    for got, want in zip(painted.layers, expected.layers, strict=False):
        np.testing.assert_array_equal(got.rgba, want.rgba)


@pytest.mark.parametrize(("name", "seed"), [("medieval castle", 3), ("forest", 0)])
def test_the_painted_sky_is_that_of_an_empty_scene(name, seed):
    """With the bundled network: contours of tree, castle and mountains used to show in it."""
    category, method = find_category(name), open_method("mffcn", backend="onnxruntime")
    stack = draw_scene(category, seed=seed, size=(192, 108))
    sky = next(paint_layers(stack, category, method)).rgba
    empty = paint_drawing(stack.layers[0].rgba[..., :3], category, method)
    assert np.abs(sky[..., :3].astype(int) - empty).max() <= 1  # the style code is the scene's


def test_one_painting_a_layer_one_after_the_other():
    method, told = Inking(), []
    layers = paint_layers(stack_of(), FOREST, method, on_layer=lambda *done: told.append(done))
    for number, _ in enumerate(layers, start=1):
        assert method.painted == number
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_names_depths_alpha_and_margin_stay():
    stack = LayerStack(stack_of().layers, (8, 4))
    painted = painted_stack(stack, FOREST, Inking())
    assert painted.margin_px == (8, 4)
    for drawn, layer in zip(stack.layers, painted.layers, strict=True):
        assert (drawn.name, drawn.depth) == (layer.name, layer.depth)
        np.testing.assert_array_equal(drawn.rgba[..., 3], layer.rgba[..., 3])


def test_edges_hold_neither_ink_of_the_contour_nor_sky():
    """Over any ground a soft edge is a mix of the tree and that ground."""
    tree = painted_stack(stack_of(), FOREST, Inking()).layers[-1].rgba
    inside = tree[..., :3][tree[..., 3] == 255].astype(int)
    low, high = inside.min(axis=0), inside.max(axis=0)
    soft = (tree[..., 3] > 0) & (tree[..., 3] < 255)
    assert soft.sum() > 40
    edge = tree[..., :3][soft].astype(int)
    assert (edge >= low - 3).all()
    assert (edge <= high + 3).all()
    hidden = tree[..., :3][tree[..., 3] == 0].astype(int)
    assert (hidden >= low - 3).all()
    assert (hidden <= high + 3).all()


def test_what_shows_through_is_taken_out():
    """The cloud half hides the sky; on black it is its own colour alone, inked at its edge."""
    cloud = painted_stack(stack_of(), FOREST, Inking()).layers[2].rgba
    middle = cloud[15:26, 24:37]
    assert (middle[..., 3] == 120).all()
    assert np.abs(middle[..., :3].astype(int) - 240).max() <= 4


@pytest.mark.parametrize("name", ["medieval castle", "underwater world", "open land"])
def test_laid_over_each_other_they_are_the_picture(name):
    category, method = find_category(name), open_method("mffcn", backend="onnxruntime")
    stack = draw_scene(category, seed=1, size=(320, 180))
    picture = paint_drawing(stack.flatten(), category, method).astype(float)
    off = painted_stack(stack, category, method).flatten() - picture
    unpainted = stack.flatten() - picture
    assert 10 * np.log10(255**2 / (off**2).mean()) > 31
    assert np.abs(off).mean() < 0.6 * np.abs(unpainted).mean()


def test_layers_of_the_rules_are_the_drawing():
    stack = stack_of()
    painted = painted_stack(stack, FOREST, open_method("grbm"))
    np.testing.assert_array_equal(painted.flatten(), stack.flatten())
    tree = painted.layers[-1].rgba
    assert (tree[0, 0] == (60, 110, 50, 0)).all()  # the colour nearby under alpha 0


def test_strength_0_is_the_block_in():
    stack = stack_of()
    flat = painted_stack(stack, FOREST, Inking(), 0).flatten().astype(int)
    assert np.abs(flat - paint_drawing(stack.flatten(), FOREST, Inking(), 0)).mean() < 1
