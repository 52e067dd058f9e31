"""The stack: order, opacity, and "over" in integers against the formula in float64."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing.layers import Layer, LayerStack
from paintreel.errors import InputError


def sheet(name: str, depth: float, *, alpha: int | None = None, size=(7, 5)) -> Layer:
    rgba = np.random.default_rng(len(name)).integers(0, 256, (*size, 4), np.uint8)
    if alpha is not None:
        rgba[..., 3] = alpha
    return Layer(name, rgba, depth)


def test_flatten_is_over_to_the_nearest():
    layers = (sheet("sky", 1.0, alpha=255), sheet("trees", 0.5), sheet("near frame", 0.0))
    expected = layers[0].rgba[..., :3].astype(float)
    for layer in layers[1:]:
        alpha = layer.rgba[..., 3:] / 255.0
        expected = expected + (layer.rgba[..., :3] - expected) * alpha
        expected = np.floor(expected + 0.5)
    got = LayerStack(layers).flatten()
    assert got.dtype == np.uint8
    assert np.abs(got - expected).max() <= 1.0
    assert (got == expected).mean() > 0.98


def test_every_mix_of_two_bytes_is_exact():
    below, above, alpha = np.meshgrid(np.arange(0, 256, 5), np.arange(0, 256, 5), np.arange(256))
    shape = (below.shape[0] * below.shape[1], 256)
    back = np.full((*shape, 4), 255, np.uint8)
    back[..., :3] = below.reshape(shape)[..., None]
    front = np.repeat(above.reshape(shape)[..., None], 4, axis=2).astype(np.uint8)
    front[..., 3] = alpha.reshape(shape)
    got = LayerStack((Layer("sky", back, 1.0), Layer("front", front, 0.0))).flatten()[..., 0]
    weighed = above * alpha + below * (255 - alpha)
    assert (got.reshape(below.shape) == (2 * weighed + 255) // 510).all()


def test_flatten_leaves_the_layers_alone():
    stack = LayerStack((sheet("sky", 1.0, alpha=255), sheet("trees", 0.5)))
    before = [layer.rgba.copy() for layer in stack.layers]
    stack.flatten()
    for layer, old in zip(stack.layers, before, strict=True):
        np.testing.assert_array_equal(layer.rgba, old)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "at least one"),
        ((sheet("sky", 1.0),), "opaque"),
        ((sheet("a", 0.2, alpha=255), sheet("b", 0.5)), "back to front"),
        ((sheet("a", 1.0, alpha=255), sheet("b", 0.5, size=(5, 7))), "'b' is uint8"),
        ((sheet("a", 1.5, alpha=255),), "depth 1.5"),
        ((Layer("a", np.ones((3, 3, 4), np.float32), 1.0),), "float32"),
    ],
)
def test_a_stack_that_is_none(layers, message):
    with pytest.raises(InputError, match=message):
        LayerStack(layers)


def test_a_smaller_margin_shows_the_same_picture():
    layers = (sheet("sky", 1.0, alpha=255, size=(20, 30)), sheet("trees", 0.5, size=(20, 30)))
    stack = LayerStack(layers, (8, 5))
    assert stack.size_px == (14, 10)
    smaller = stack.with_margin((3, 5))
    assert (smaller.size_px, smaller.margin_px) == ((14, 10), (3, 5))
    np.testing.assert_array_equal(smaller.flatten(), stack.flatten()[:, 5:-5])
    assert stack.with_margin((8, 5)) is stack
    with pytest.raises(InputError, match=r"margin is \(8, 5\) px, expected at least \(9, 5\)"):
        stack.with_margin((9, 5))
    with pytest.raises(InputError, match="leaves nothing of 30 x 20 pixels"):
        LayerStack(layers, (15, 0))
