from __future__ import annotations

import torch

from paintreel.learn.blocks.residual import PlainResidual


def test_keeps_shape_and_starts_near_the_input():
    torch.manual_seed(0)
    block = PlainResidual(16)
    x = torch.randn(2, 16, 9, 11)
    y = block(x)
    assert y.shape == x.shape
    assert 0.05 < (y - x).std() / x.std() < 0.8


def test_deep_stacks_stay_stable():
    torch.manual_seed(0)
    stack = torch.nn.Sequential(*[PlainResidual(32) for _ in range(16)])
    x = torch.randn(1, 32, 24, 24)
    with torch.no_grad():
        assert stack(x).std() < 6 * x.std()


def test_no_statistics_of_the_whole_picture():
    """A part gives the part of the result: what lies further than two pixels has no say."""
    torch.manual_seed(0)
    block = PlainResidual(8)
    x = torch.randn(1, 8, 20, 20)
    with torch.no_grad():
        whole, part = block(x), block(x[..., 4:16, 4:16])
    torch.testing.assert_close(part[..., 2:-2, 2:-2], whole[..., 6:14, 6:14])


def test_second_convolution_can_close_the_branch():
    block = PlainResidual(4)
    torch.nn.init.zeros_(block.second.weight)
    x = torch.randn(1, 4, 5, 5)
    assert torch.equal(block(x), x)
