"""Critics learn from their own losses alone."""

from __future__ import annotations

import copy

import torch
from torch import nn

from paintreel.learn.engine.adversary import Adversary


def make(group) -> Adversary:
    torch.manual_seed(0)
    critics = {name: nn.Conv2d(3, 1, 3) for name in ("a", "b")}
    return Adversary(critics, rate=0.1, momentum=(0.5, 0.99), group=group)


def weights(adversary: Adversary) -> list[torch.Tensor]:
    return [p.detach().clone() for p in adversary.critics.parameters()]


def test_a_step_trains_every_critic(solo):
    adversary = make(solo)
    before = weights(adversary)
    x = torch.rand(2, 3, 8, 8)
    adversary.train({name: adversary.judge(name, x).float().mean() for name in ("a", "b")})
    assert adversary.steps == 1
    assert not any(torch.equal(a, b) for a, b in zip(before, weights(adversary), strict=True))


def test_frozen_critics_let_the_gradient_through_and_keep_none(solo):
    adversary = make(solo)
    x = torch.rand(2, 3, 8, 8, requires_grad=True)
    with adversary.frozen():
        loss = adversary.critics["a"](x).mean()
    loss.backward()
    assert x.grad.abs().sum() > 0
    assert all(p.grad is None for p in adversary.critics.parameters())
    assert all(p.requires_grad for p in adversary.critics.parameters())


def test_state_round_trip(solo):
    first, second = make(solo), make(solo)
    x = torch.rand(2, 3, 8, 8)
    first.train({"a": first.judge("a", x).float().mean()})
    second.load_state_dict(copy.deepcopy(first.state_dict()))  # tensors are live
    assert second.steps == 1
    for adversary in (first, second):
        adversary.train({"a": adversary.judge("a", x).float().mean()})
    assert all(torch.equal(a, b) for a, b in zip(weights(first), weights(second), strict=True))
