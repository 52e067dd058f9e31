from __future__ import annotations

import torch

from paintreel.learn.blocks.attention import ChannelAttention, SpatialAttention


def test_spatial_map_is_one_for_all_channels_and_below_one():
    torch.manual_seed(0)
    x = torch.rand(2, 5, 9, 11, generator=torch.Generator().manual_seed(1)) + 0.1
    gate = SpatialAttention()(x) / x
    assert gate.shape == x.shape
    torch.testing.assert_close(gate, gate[:, :1].expand_as(gate))
    assert 0 < gate.min() < gate.max() < 1


def test_spatial_attention_by_hand():
    """A kernel that reads the centre of the mean alone: x * sigmoid(mean over channels)."""
    layer = SpatialAttention()
    with torch.no_grad():
        layer.convolution.weight.zero_()
        layer.convolution.weight[0, 0, 3, 3] = 1.0
    x = torch.tensor([1.0, 3.0]).view(1, 2, 1, 1)
    torch.testing.assert_close(layer(x), x * torch.tensor(2.0).sigmoid())


def test_channel_gates_take_mean_and_maximum():
    layer = ChannelAttention(32)
    assert layer.perceptron[0].weight.shape == (4, 64)
    assert ChannelAttention(128).perceptron[0].weight.shape == (8, 256)
    with torch.no_grad():
        for p in layer.parameters():
            p.zero_()
        layer.perceptron[0].weight[0, 0] = 1.0  # mean of channel 0
        layer.perceptron[0].weight[0, 32] = 10.0  # its maximum
        layer.perceptron[2].weight[3, 0] = 0.1
    x = torch.zeros(1, 32, 2, 2)
    x[0, 0, 0, 0] = 4.0
    gates = layer(x)
    assert gates.shape == (1, 32)
    torch.testing.assert_close(gates[0, 3], torch.tensor(4.1).sigmoid())
    torch.testing.assert_close(gates[0, 5], torch.tensor(0.5))
