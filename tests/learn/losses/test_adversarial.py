from __future__ import annotations

import math

import pytest
import torch

from paintreel.learn.losses.adversarial import (
    critic_loss,
    cross_entropy_critic_loss,
    cross_entropy_generator_loss,
    generator_loss,
    gradient_penalty,
)


def test_critic_by_hand():
    real, fake, photo = torch.tensor([1.0, 0.5]), torch.tensor([0.0, 1.0]), torch.tensor([2.0])
    assert critic_loss(real, [], []).item() == pytest.approx(0.25 / 2)
    assert critic_loss(real, [fake], [1.0]).item() == pytest.approx(0.125 + 0.5)
    loss = critic_loss(real, [fake, photo], [1.0, 0.25])
    assert loss.item() == pytest.approx(0.125 + 0.5 + 0.25 * 4)


def test_best_scores_cost_nothing():
    assert critic_loss(torch.ones(3), [torch.zeros(3)], [1.0]).item() == 0.0
    assert generator_loss(torch.ones(3)).item() == 0.0


def test_generator_by_hand():
    assert generator_loss(torch.tensor([0.0, 3.0])).item() == pytest.approx((1 + 4) / 2)


def test_every_fake_needs_a_weight():
    with pytest.raises(ValueError, match="zip"):
        critic_loss(torch.ones(1), [torch.ones(1)], [])


def test_they_pull_against_each_other():
    score = torch.tensor([0.4], requires_grad=True)
    (up,) = torch.autograd.grad(generator_loss(score), score)
    (down,) = torch.autograd.grad(critic_loss(torch.ones(1), [score], [1.0]), score)
    assert up.item() < 0 < down.item()


def test_cross_entropy_by_hand():
    """Logit log 3 is probability 3/4."""
    score = torch.tensor([math.log(3.0)])
    assert cross_entropy_generator_loss(score).item() == pytest.approx(-math.log(0.75))
    loss = cross_entropy_critic_loss(score, score, real_label=0.9)
    wanted = -0.9 * math.log(0.75) - 0.1 * math.log(0.25) - math.log(0.25)
    assert loss.item() == pytest.approx(wanted)


def test_smoothing_moves_the_best_real_score():
    score = torch.tensor([math.log(9.0)], requires_grad=True)  # probability 0.9
    (gradient,) = torch.autograd.grad(
        cross_entropy_critic_loss(score, torch.tensor([-40.0]), real_label=0.9), score
    )
    assert gradient.item() == pytest.approx(0, abs=1e-6)


def test_gradient_penalty_by_hand():
    """Each of 2 x 2 patch scores is twice its own pixel: |gradient| = 2, penalty (2 - 1)^2."""
    real, fake = torch.rand(2, 3, 1, 2, 2, generator=torch.Generator().manual_seed(0)).unbind()
    share = torch.full((3, 1, 1, 1), 0.5)
    assert gradient_penalty(lambda x: 2 * x, real, fake, share).item() == pytest.approx(1.0)
    assert gradient_penalty(lambda x: x, real, fake, share).item() == pytest.approx(0.0)


def test_gradient_penalty_looks_between_real_and_fake():
    seen = []

    def critic(x):
        seen.append(x.detach())
        return x.square()

    real, fake = torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2)
    gradient_penalty(critic, real, fake, torch.full((1, 1, 1, 1), 0.25))
    torch.testing.assert_close(seen[0], torch.full((1, 1, 2, 2), 0.25))


def test_gradient_penalty_reaches_the_weights():
    layer = torch.nn.Conv2d(1, 1, 3, padding=1)
    real, fake = torch.ones(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    with torch.autocast("cpu", torch.bfloat16):
        penalty = gradient_penalty(layer, real, fake, torch.zeros(1, 1, 1, 1))
    assert penalty.dtype == torch.float32
    penalty.backward()
    assert layer.weight.grad.abs().sum() > 0
