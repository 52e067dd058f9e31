from __future__ import annotations

import pytest
import torch

from paintreel.learn.blocks.multi_scale import AddedMultiScale, MultiScale


@pytest.mark.parametrize("dilated", [False, True])
def test_shape_and_reach(dilated):
    """A changed pixel is felt up to the reach of the largest kernel, and no further."""
    torch.manual_seed(0)
    block = MultiScale(3, 8, 4, (3, 5, 7), dilated=dilated)
    x = torch.rand(1, 3, 21, 21, generator=torch.Generator().manual_seed(0))
    other = x.clone()
    other[..., 10, 10] += 1.0
    change = (block(other) - block(x)).abs().amax(dim=(0, 1))
    assert block(x).shape == (1, 8, 21, 21)
    touched = change.nonzero()
    assert touched.min() == 10 - block.reach_px == 7
    assert touched.max() == 13


def test_dilation_saves_weights():
    whole = MultiScale(8, 8, 4, (3, 5, 7))
    thin = MultiScale(8, 8, 4, (3, 5, 7), dilated=True)
    weights = [[b.weight.shape[-1] for b in block.branches.kernels] for block in (whole, thin)]
    assert weights == [[3, 5, 7], [3, 3, 3]]


def test_fusion_is_two_layers_of_twice_and_once_the_width():
    block = MultiScale(3, 64, 64, (3, 5, 7))
    shapes = [tuple(layer.weight.shape) for layer in block.fuse if hasattr(layer, "weight")]
    assert shapes == [(128, 192, 1, 1), (64, 128, 1, 1)]


def test_added_blocks_start_close_to_what_they_are_given():
    torch.manual_seed(0)
    block, x = AddedMultiScale(16, 8, (3, 5, 7), dilated=True), torch.randn(1, 16, 24, 24)
    change = (block(x) - x).std() / x.std()
    assert 0.05 < change < 0.6
    assert block.fuse.weight.shape == (16, 24, 1, 1)
