from __future__ import annotations

import pytest
import torch

from paintreel.learn.blocks.selective_kernels import SelectiveKernels, SeparableBlock, depthwise


def random(*size: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(size, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kernels", [(3, 5), (3, 7), (5, 7)])
@pytest.mark.parametrize("chosen", [0, 1])
def test_the_gate_chooses_between_the_kernels(kernels, chosen):
    torch.manual_seed(1)
    block = SelectiveKernels(6, stride=2, reduction=2, kernels=kernels).eval()
    with torch.no_grad():
        block.choose.weight.zero_()
        block.choose.bias.view(2, 6)[chosen] = 60.0
    x = random(2, 6, 15, 20)
    assert torch.allclose(block(x), block.branches[chosen](x), atol=1e-6)
    with torch.no_grad():
        block.choose.bias.zero_()
    mean = (block.branches[0](x) + block.branches[1](x)) / 2
    assert torch.allclose(block(x), mean, atol=1e-6)
    assert [branch[0].kernel_size for branch in block.branches] == [(k, k) for k in kernels]


@pytest.mark.parametrize(("reduction", "hidden"), [(2, 16), (4, 8), (8, 4), (16, 4)])
def test_the_squeeze_is_reduced_to_its_least(reduction, hidden):
    block = SelectiveKernels(32, 1, reduction, least=4)
    assert block.squeeze[0].out_features == hidden


def test_a_block_adds_where_shapes_agree():
    same = SeparableBlock(depthwise(4, 3, 1), 4, 4, 1).eval()
    other = SeparableBlock(depthwise(4, 3, 2), 4, 6, 2).eval()
    x = random(1, 4, 9, 8)
    assert torch.allclose(same(x), torch.relu(x + same.mix(same.spatial(x))))
    assert other(x).shape == (1, 6, 5, 4)
