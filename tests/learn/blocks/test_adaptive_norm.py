from __future__ import annotations

import pytest
import torch

from paintreel.learn.blocks.adaptive_norm import (
    LinearDenorm,
    MixedNorm,
    instance_normalised,
    layer_normalised,
)
from paintreel.learn.blocks.class_activation import ClassActivation
from paintreel.learn.blocks.guided_filter import guided_filter

# Two channels of two pixels: 1, 3 and 5, 7.
X = torch.tensor([[[[1.0, 3.0]], [[5.0, 7.0]]]])


def test_instance_norm_by_hand():
    torch.testing.assert_close(
        instance_normalised(X), torch.tensor([[[[-1.0, 1.0]], [[-1.0, 1.0]]]]), atol=1e-4, rtol=0
    )


def test_layer_norm_by_hand():
    # The mean of all is 4, their variance (9 + 1 + 1 + 9) / 4 = 5.
    expected = (X - 4) / 5**0.5
    torch.testing.assert_close(layer_normalised(X), expected, atol=1e-4, rtol=0)


def test_a_mixture_is_between_the_two():
    norm = MixedNorm(2, rho=0.25)
    scale, shift = torch.tensor([[2.0, 1.0]]), torch.tensor([[0.0, 3.0]])
    mixed = norm(X, scale, shift)
    between = 0.25 * instance_normalised(X) + 0.75 * layer_normalised(X)
    torch.testing.assert_close(mixed[:, 0], 2 * between[:, 0])
    torch.testing.assert_close(mixed[:, 1], between[:, 1] + 3)


def test_rho_is_kept_in_bounds():
    norm = MixedNorm(2, rho=0.5, owns=True)
    norm.rho.data[:, 0], norm.rho.data[:, 1] = 1.5, -0.5
    norm.keep_rho_in_bounds()
    assert norm.rho.flatten().tolist() == [1.0, 0.0]


def test_linear_denorm_takes_the_statistics_of_its_view():
    norm = LinearDenorm(2)
    with torch.no_grad():  # the view swaps the channels and doubles the first of them
        norm.view.weight.copy_(torch.tensor([[0.0, 2.0], [1.0, 0.0]])[..., None, None])
        norm.view.bias.zero_()
        y = norm(X)
    # The first channel gets mean 12 and deviation 2 of (10, 14), the second 2 and 1 of (1, 3).
    torch.testing.assert_close(y, torch.tensor([[[[10.0, 14.0]], [[1.0, 3.0]]]]), atol=1e-3, rtol=0)


@pytest.mark.parametrize("spectral", [False, True])
def test_attention_weighs_channels_as_its_classifier_does(spectral):
    torch.manual_seed(0)
    attention = ClassActivation(2, spectral=spectral).eval()
    y, logits, heat = attention(X)
    average = attention.of_average(X.mean(dim=(2, 3)))
    maximum = attention.of_maximum(X.amax(dim=(2, 3)))
    torch.testing.assert_close(logits, torch.cat([average, maximum], dim=1))
    assert y.shape == X.shape
    torch.testing.assert_close(heat, y.sum(dim=1, keepdim=True))


def test_attention_by_hand():
    attention = ClassActivation(2)
    with torch.no_grad():
        attention.of_average.weight.copy_(torch.tensor([[1.0, 2.0]]))
        attention.of_maximum.weight.copy_(torch.tensor([[3.0, 0.0]]))
        attention.joined.weight.fill_(1.0)
        attention.joined.bias.zero_()
        y, logits, _heat = attention(X)
    assert logits.tolist() == [[2 * 1 + 6 * 2, 3 * 3]]
    # 1 * x0 + 2 * x1 + 3 * x0 + 0 * x1 at each place.
    assert y[0, 0, 0].tolist() == [4 * 1 + 2 * 5, 4 * 3 + 2 * 7]


def test_a_guided_filter_leaves_what_is_even_and_keeps_an_edge():
    flat = torch.full((1, 1, 9, 9), 0.3)
    torch.testing.assert_close(guided_filter(flat, flat, radius_px=2, epsilon=0.01), flat)
    step = torch.zeros(1, 1, 12, 12)
    step[..., 6:] = 1
    kept = guided_filter(step, step, radius_px=1, epsilon=1e-6)
    torch.testing.assert_close(kept, step, atol=1e-3, rtol=0)
    blurred = guided_filter(step, step, radius_px=1, epsilon=1e3)
    assert 0.2 < float(blurred[0, 0, 6, 5]) < 0.5  # a box mean of box means


def test_a_guided_filter_follows_the_guide():
    """Noise goes where the guide is flat, whatever the edges of the guide are."""
    torch.manual_seed(0)
    guide = torch.zeros(1, 1, 32, 32)
    guide[..., 16:] = 1
    noisy = guide + 0.1 * torch.randn(1, 1, 32, 32)
    smooth = guided_filter(guide, noisy, radius_px=4, epsilon=1e-3)
    assert (smooth - guide).std() < 0.3 * (noisy - guide).std()
    assert float(smooth[0, 0, 16, 18] - smooth[0, 0, 16, 13]) > 0.9
