from __future__ import annotations

import pytest
import torch

from paintreel.learn.losses.feature_matching import feature_matching_loss


def test_by_hand():
    """Layers differ by 3 everywhere and by (0, 4): 3 + sqrt(16 / 2), whatever the layers' sizes."""
    real = [torch.zeros(1, 2, 4, 4), torch.zeros(1, 2, 1, 1)]
    fake = [torch.full((1, 2, 4, 4), 3.0), torch.tensor([0.0, 4.0]).view(1, 2, 1, 1)]
    assert feature_matching_loss(real, fake).item() == pytest.approx(3 + 8**0.5, abs=1e-4)


def test_whole_norms_are_those_of_the_equation():
    """3 * sqrt(32) + 4: what Eq. 18 says, by the layer's size."""
    real = [torch.zeros(1, 2, 4, 4), torch.zeros(1, 2, 1, 1)]
    fake = [torch.full((1, 2, 4, 4), 3.0), torch.tensor([0.0, 4.0]).view(1, 2, 1, 1)]
    loss = feature_matching_loss(real, fake, whole=True)
    assert loss.item() == pytest.approx(3 * 32**0.5 + 4, rel=1e-5)


def test_mean_over_the_batch():
    real, fake = [torch.zeros(2, 1, 2, 2)], [torch.tensor([1.0, 3.0]).view(2, 1, 1, 1)]
    assert feature_matching_loss(real, [fake[0].expand(2, 1, 2, 2)]).item() == pytest.approx(2.0)


def test_gradient_flows_into_the_fake_alone():
    real = torch.ones(1, 1, 2, 2, requires_grad=True)
    fake = torch.zeros(1, 1, 2, 2, requires_grad=True)
    feature_matching_loss([real], [fake]).backward()
    assert real.grad is None
    assert (fake.grad < 0).all()


def test_equal_features_have_a_finite_gradient():
    fake = torch.zeros(1, 1, 2, 2, requires_grad=True)
    feature_matching_loss([torch.zeros(1, 1, 2, 2)], [fake]).backward()
    assert fake.grad.isfinite().all()


def test_layers_must_pair():
    with pytest.raises(ValueError, match="shorter"):
        feature_matching_loss([torch.zeros(1, 1, 2, 2)] * 2, [torch.zeros(1, 1, 2, 2)])
