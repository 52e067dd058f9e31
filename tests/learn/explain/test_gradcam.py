"""Grad-CAM and Grad-CAM++ on networks whose evidence is known."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from paintreel.errors import InputError
from paintreel.learn.explain.gradcam import grad_cam, grad_cam_plus_plus

METHODS = pytest.mark.parametrize("method", [grad_cam, grad_cam_plus_plus])


class Colours(nn.Module):
    """The maps are the colours themselves; class 0 goes by red, class 1 by blue."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(3, 3, 1, bias=False)
        self.head = nn.Linear(3, 2, bias=False)
        self.maps.weight.data = torch.eye(3)[:, :, None, None]
        self.head.weight.data = torch.tensor([[1.0, 0, -1.0], [-1.0, 0, 1.0]])
        self.requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.maps(x).mean((2, 3)))


@pytest.fixture
def halves() -> torch.Tensor:
    """Red on the left, blue on the right."""
    x = torch.zeros(1, 3, 8, 12)
    x[:, 0, :, :6] = 1.0
    x[:, 2, :, 6:] = 1.0
    return x


@METHODS
@pytest.mark.parametrize("label", [0, 1])
def test_the_map_lies_on_the_half_of_the_class(method, halves, label):
    network = Colours()
    found = method(network, network.maps, halves, lambda scores: scores[:, label])
    assert found.shape == (1, 8, 12)
    here, there = found[..., :6], found[..., 6:]
    if label:
        here, there = there, here
    assert torch.all(here == 1)
    assert torch.all(there == 0)


@METHODS
def test_nothing_is_left_in_the_network(method, halves):
    network = Colours()
    before = network(halves)
    method(network, network.maps, halves, lambda scores: scores[:, 0])
    assert not network.maps._forward_hooks
    assert not any(
        weights.requires_grad or weights.grad is not None for weights in network.parameters()
    )
    assert torch.equal(network(halves), before)
    assert not network(halves).requires_grad
    with pytest.raises(ZeroDivisionError):
        method(network, network.maps, halves, lambda scores: scores / (1 // 0))
    assert not network.maps._forward_hooks


@METHODS
def test_what_no_place_speaks_for_is_empty(method, halves):
    network = Colours()
    found = method(network, network.maps, 0 * halves, lambda scores: scores[:, 0])
    assert torch.all(found == 0)


def test_weights_are_mean_gradients():
    """Class 0 of the mean of squares: the gradient is 2 a / P, and its mean 2 mean(a) / P."""
    network = Colours()
    x = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))

    class Squares(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.maps = network.maps

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (self.maps(x) ** 2).mean((2, 3)).sum(1)

    squares = Squares()
    found = grad_cam(squares, squares.maps, x, lambda scores: scores)
    expected = (x.mean((2, 3), keepdim=True) * x).sum(1)
    expected = expected / expected.amax((1, 2), keepdim=True)
    torch.testing.assert_close(found, expected)


def test_plus_plus_shares_the_weight_of_places_that_one_gradient_reaches():
    """By hand: gradients 1/2 and 0 at two places of one map, activations 1 and 3."""

    class First(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.maps = nn.Identity()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.maps(x)[:, 0, 0, 0] / 2 + 3 * self.maps_of(x)

        def maps_of(self, x: torch.Tensor) -> torch.Tensor:
            return x[:, 1, 0, 0] * 0

    network = First()
    x = torch.tensor([[[[1.0, 3.0]], [[2.0, 0.0]]]])
    found = grad_cam_plus_plus(network, network.maps, x, lambda scores: scores)
    # a = g^2 / (2 g^2 + 4 g^3) = 1 / (2 + 4 / 2) = 1/4 at the first place; w = 1/8 for map 0 alone.
    torch.testing.assert_close(found, torch.tensor([[[1 / 3, 1.0]]]))


@METHODS
def test_a_layer_that_gives_no_maps_is_refused(method, halves):
    network = Colours()
    with pytest.raises(InputError, match=r"with shape \(1, 2\)"):
        method(network, network.head, halves, lambda scores: scores[:, 0])
    with pytest.raises(InputError, match="was run 0 times"):
        method(network, nn.Conv2d(3, 3, 1), halves, lambda scores: scores[:, 0])
