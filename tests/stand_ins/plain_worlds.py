"""A method without a network, and a drawing without GRBM: fixtures of `scene` and `scenes`."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing.layers import Layer, LayerStack
from paintreel.scenes import from_category as make


class Inverting:
    """A method whose finish is known: the block-in, inverted."""

    draws = False
    name = "inverting"

    def code_of(self, rough, category=None):
        return None

    def finish(self, rough, category=None, *, code=None, dtype=np.uint8):
        return (255 - rough.blocks).astype(dtype)


@pytest.fixture
def inverting() -> Inverting:
    return Inverting()


def plain_stack(seed: int, width_px: int, height_px: int) -> LayerStack:
    """Sky, hills with a soft edge, and a near post, in flat colours that depend on the seed."""
    rng = np.random.default_rng(seed)
    layers = []
    for name, depth in (("sky", 1.0), ("far hills", 0.6), ("post", 0.1)):
        rgba = np.empty((height_px, width_px, 4), np.uint8)
        rgba[..., :3] = rng.integers(0, 256, 3, np.uint8)
        rgba[..., 3] = 255 if name == "sky" else 0
        layers.append(Layer(name, rgba, depth))
    ramp = np.clip((np.arange(height_px) - height_px / 2) * 40, 0, 255).astype(np.uint8)
    layers[1].rgba[..., 3] = ramp[:, None]
    layers[2].rgba[:, : width_px // 4, 3] = 255
    return LayerStack(tuple(layers))


@pytest.fixture
def plain_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    """GRBM draws plain stacks; quickly."""

    def draw(category, *, seed, width_px, height_px, margin_px=(0, 0), conditions=None):
        across, down = margin_px
        size_px = width_px + 2 * across, height_px + 2 * down
        return LayerStack(plain_stack(seed + len(category.name), *size_px).layers, margin_px)

    monkeypatch.setattr(make, "draw_world", draw)
