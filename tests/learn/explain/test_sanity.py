"""Maps come from what a network has learnt, and lie on the half that it is asked about."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from paintreel.learn.explain.gradcam import grad_cam, grad_cam_plus_plus
from paintreel.learn.explain.sanity import alike, half_shares, randomised

METHODS = pytest.mark.parametrize("method", [grad_cam, grad_cam_plus_plus])


def textures(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(pictures (2 count, 3, 32, 32), classes): stripes across are 0, upright ones 1."""
    generator = torch.Generator().manual_seed(seed)
    lines = (torch.arange(32) // 2 % 2).float()
    across, upright = lines[:, None].expand(32, 32), lines[None].expand(32, 32)
    base = torch.stack([across] * count + [upright] * count)[:, None].expand(-1, 3, -1, -1)
    noise = torch.rand(2 * count, 3, 32, 32, generator=generator)
    return 0.6 * base + 0.4 * noise, torch.tensor([0] * count + [1] * count)


@pytest.fixture(scope="module")
def network() -> nn.Module:
    """Learns, in a second, to tell the two textures."""
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.Conv2d(3, 12, 5, 2, 2),
        nn.ReLU(),
        nn.Conv2d(12, 16, 3, 2, 1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 2),
    )
    optimiser = torch.optim.Adam(made.parameters(), 0.01)
    x, y = textures(16, seed=1)
    for _ in range(60):
        optimiser.zero_grad()
        nn.functional.cross_entropy(made(x), y).backward()
        optimiser.step()
    assert (made(textures(8, seed=2)[0]).argmax(1) == textures(8, seed=2)[1]).all()
    return made.requires_grad_(False)


def halves() -> torch.Tensor:
    """Class 0 on the left, class 1 on the right."""
    x, _y = textures(8, seed=3)
    return torch.cat([x[:8], x[8:]], dim=3)


@METHODS
def test_maps_lie_on_the_half_of_their_class(method, network):
    for label in (0, 1):
        found = method(network, network[3], halves(), lambda scores, c=label: scores[:, c])
        share = half_shares(found).mean()
        assert share > 0.75 if label == 0 else share < 0.25


@METHODS
def test_maps_are_gone_with_what_was_learnt(method, network):
    """Adebayo and others 2018: random weights give another map, else it shows edges alone."""
    own = method(network, network[3], halves(), lambda scores: scores[:, 0])
    correlations, shares = [], []
    for seed in range(6):
        other = randomised(network, seed=seed)
        random = method(other, other[3], halves(), lambda scores: scores[:, 0])
        correlations.append(alike(own, random))
        shares.append(half_shares(random).mean())
    assert alike(own, own) == pytest.approx(1.0)
    assert abs(sum(correlations) / 6) < 0.5
    assert abs(sum(shares) / 6 - 0.5) < abs(half_shares(own).mean() - 0.5)


def test_random_weights_are_a_copys_and_a_seeds(network):
    before = network[0].weight.clone()
    state = torch.get_rng_state()
    first, again, other = (randomised(network, seed=s) for s in (0, 0, 1))
    assert torch.equal(network[0].weight, before)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(first[0].weight, again[0].weight)
    assert not torch.equal(first[0].weight, other[0].weight)
    last = randomised(network, seed=0, chosen=lambda name: name == "6")
    assert torch.equal(last[0].weight, before)
    assert not torch.equal(last[6].weight, network[6].weight)


def test_maps_without_any_order_are_like_none():
    flat = torch.zeros(1, 2, 4)
    rising = torch.arange(8.0).view(1, 2, 4)
    assert alike(flat, rising) == 0
    assert alike(rising, -rising) == pytest.approx(-1)
