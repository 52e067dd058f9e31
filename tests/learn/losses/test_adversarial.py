from __future__ import annotations

import pytest
import torch

from paintreel.learn.losses.adversarial import critic_loss, generator_loss


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
