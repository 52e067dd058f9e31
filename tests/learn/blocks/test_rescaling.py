"""The rescaling module against Eq. 5-7 worked by hand."""

from __future__ import annotations

import torch

from paintreel.learn.blocks.rescaling import COUNTS, Rescaling


def random(*size: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(size, generator=torch.Generator().manual_seed(seed))


def test_every_channel_is_scaled_by_its_gate():
    torch.manual_seed(0)
    block = Rescaling(2, 3, reduction=1)
    for layer in (block.raised, block.narrow, block.widen):
        torch.nn.init.normal_(layer.weight)
        torch.nn.init.normal_(layer.bias)
    first, second, third = (
        random(2, 2, 5, 4),
        random(2, 2, 3, 2, seed=1),
        random(2, 3, 3, 2, seed=2),
    )
    e = block.raised(first.mean((2, 3)) + second.mean((2, 3))) + third.mean((2, 3))
    gate = torch.sigmoid(block.widen(torch.relu(block.narrow(e))))
    found = block(first, second, third)
    torch.testing.assert_close(found, third * gate[:, :, None, None])
    assert ((gate > 0) & (gate < 1)).all()


def test_each_of_the_three_convolutions_has_a_say():
    torch.manual_seed(0)
    block = Rescaling(4, 8)
    torch.nn.init.normal_(block.widen.weight)
    maps = [random(1, 4, 3, 3), random(1, 4, 3, 3, seed=1), random(1, 8, 3, 3, seed=2)]
    plain = block(*maps) / maps[2]
    for place in range(3):
        changed = [m + 3.0 if i == place else m for i, m in enumerate(maps)]
        gate = block(*changed) / changed[2]
        assert not torch.allclose(gate, plain, atol=1e-4)


def test_it_begins_open_and_alike_for_all_pictures():
    block = Rescaling(4, 8)
    third = random(2, 8, 3, 3)
    ratio = block(random(2, 4, 3, 3), random(2, 4, 3, 3), third) / third
    assert torch.allclose(ratio, torch.full_like(ratio, 0.9526), atol=1e-3)


def test_counts_are_whole_stages():
    assert COUNTS == (0, 3, 3 + 6, 3 + 6 + 4, 3 + 6 + 4 + 3)
