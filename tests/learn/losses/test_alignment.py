"""Alignment of two paths: by hand, and what it does not reward."""

from __future__ import annotations

import pytest
import torch

from paintreel.learn.losses.alignment import alignment_loss

EVERYWHERE = torch.ones(1, 1, 8, 8)


def maps(seed: int, channels: int = 3) -> torch.Tensor:
    return torch.rand(1, channels, 4, 4, generator=torch.Generator().manual_seed(seed))


def test_it_is_0_for_equal_maps_however_large_and_wherever_their_mean_lies():
    x = maps(0)
    assert alignment_loss(x, x, EVERYWHERE).item() == pytest.approx(0.0, abs=1e-5)
    assert alignment_loss(3 * x + 7, x, EVERYWHERE).item() == pytest.approx(0.0, abs=1e-5)


def test_by_hand():
    # Four places: one path (1, 0), (-1, 0), (0, 1), (0, -1), the other a quarter turned. Cosines
    # are 0, and both covariances are the identity by 1/2.
    one = torch.tensor([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]]).reshape(1, 2, 2, 2)
    other = torch.stack([-one[:, 1], one[:, 0]], dim=1)
    trust = torch.ones(1, 1, 2, 2)
    assert alignment_loss(one, other, trust).item() == pytest.approx(1.0, abs=1e-5)
    # Stretched along one axis, diag(1, 1/4) against diag(1, 1): 1.25 / sqrt(1.0625 * 2).
    narrow = one * torch.tensor([1.0, 0.5])[None, :, None, None]
    expected = 1 - 1.25 / (1.0625 * 2) ** 0.5
    assert alignment_loss(narrow, one, trust).item() == pytest.approx(expected, abs=1e-5)


def test_features_that_are_everywhere_the_same_give_the_most():
    flat = torch.ones(1, 3, 4, 4)
    assert alignment_loss(flat, flat, EVERYWHERE).item() == pytest.approx(2.0, abs=1e-4)
    assert alignment_loss(flat, maps(1), EVERYWHERE).item() == pytest.approx(2.0, abs=1e-4)


def test_descent_does_not_end_in_silence():
    # Two paths that are free to say nothing become alike instead, and stay as loud as they were.
    one, other = (maps(seed).requires_grad_(True) for seed in (1, 2))
    descent = torch.optim.Adam([one, other], 0.05)
    for _ in range(200):
        loss = alignment_loss(one, other, EVERYWHERE)
        descent.zero_grad()
        loss.backward()
        descent.step()
    assert loss.item() < 0.05
    assert min(x.detach().std(dim=(2, 3)).min().item() for x in (one, other)) > 0.1


def test_what_is_not_trusted_does_not_count():
    x, y = maps(0), maps(0).clone()
    y[..., :2] = maps(5)[..., :2]
    right = torch.zeros(1, 1, 4, 4)
    right[..., 2:] = 1.0
    assert alignment_loss(y, x, right).item() == pytest.approx(0.0, abs=1e-5)
    assert alignment_loss(y, x, torch.zeros(1, 1, 4, 4)).item() == 0.0
