"""Alignment of two paths: by hand, and what it does not reward."""

from __future__ import annotations

import pytest
import torch

from paintreel.learn.losses.alignment import alignment_loss

EVERYWHERE = torch.ones(1, 1, 8, 8)


def maps(seed: int, channels: int = 3) -> torch.Tensor:
    return torch.rand(1, channels, 4, 4, generator=torch.Generator().manual_seed(seed))


# Four places, and four patterns on them of which no two have anything in common.
LEFT, UPPER = torch.tensor([1.0, -1.0, 1.0, -1.0]), torch.tensor([1.0, 1.0, -1.0, -1.0])
CROSS = LEFT * UPPER
TRUST = torch.ones(1, 1, 2, 2)


def of(*patterns: torch.Tensor) -> torch.Tensor:
    return torch.stack(patterns).reshape(1, len(patterns), 2, 2)


def test_by_hand():
    x = of(LEFT, UPPER)
    assert alignment_loss(x, x, TRUST).item() == pytest.approx(0.0, abs=1e-6)
    # Where the channels change places their cosines are 0, and the unlike ones 1: 1 + 1.
    assert alignment_loss(of(UPPER, LEFT), x, TRUST).item() == pytest.approx(2.0, abs=1e-6)
    # One channel alike, the other of nothing that is there: half of the first term.
    assert alignment_loss(of(LEFT, CROSS), x, TRUST).item() == pytest.approx(0.5, abs=1e-6)


def test_neither_size_nor_mean_counts():
    x = of(LEFT, UPPER)
    assert alignment_loss(3 * x + 7, x, TRUST).item() == pytest.approx(0.0, abs=1e-6)


def test_paths_that_say_nothing_or_one_thing_alone_are_not_aligned():
    flat = torch.ones(1, 3, 4, 4)
    assert alignment_loss(flat, flat, EVERYWHERE).item() == pytest.approx(1.0, abs=1e-6)
    same = maps(1)[:, :1].expand(-1, 3, -1, -1)
    assert alignment_loss(same, same, EVERYWHERE).item() == pytest.approx(1.0, abs=1e-5)


def test_descent_ends_in_channels_that_differ():
    one, other = (maps(seed).requires_grad_(True) for seed in (1, 2))
    descent = torch.optim.Adam([one, other], 0.05)
    for _ in range(300):
        loss = alignment_loss(one, other, EVERYWHERE)
        descent.zero_grad()
        loss.backward()
        descent.step()
    assert loss.item() < 0.02
    between = torch.corrcoef(one.detach()[0].flatten(1))
    assert (between - torch.eye(3)).abs().max().item() < 0.3
    assert min(x.detach().std(dim=(2, 3)).min().item() for x in (one, other)) > 0.05


def test_what_is_not_trusted_does_not_count():
    x = maps(0, 1)
    y = x.clone()
    y[..., :2] = maps(5, 1)[..., :2]
    right = torch.zeros(1, 1, 4, 4)
    right[..., 2:] = 1.0
    assert alignment_loss(y, x, right).item() == pytest.approx(0.0, abs=1e-5)
    assert alignment_loss(y, x, torch.zeros(1, 1, 4, 4)).item() == 0.0
