from __future__ import annotations

import pytest
import torch
from torch import nn

from paintreel.learn.losses.features import ART, CONTENT, feature_losses, gram, grey, map_distance


@pytest.fixture
def maps():
    """Three maps of fixed convolutions."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 6, 3, 2), nn.Conv2d(6, 8, 3, 2), nn.Conv2d(8, 8, 3, 2)]

    def apply(x):
        found = []
        for layer in layers:
            x = layer(x).relu()
            found.append(x)
        return found

    return apply


def test_grey_has_no_colour():
    x = torch.rand(2, 3, 4, 5)
    y = grey(x)
    assert y.shape == x.shape
    assert (y[:, 0] == y[:, 2]).all()
    torch.testing.assert_close(y[:, 0], 0.299 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2])


def test_gram_by_hand():
    x = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # channels (1, 2) and (3, 4)
    torch.testing.assert_close(gram(x), torch.tensor([[2.5, 5.5], [5.5, 12.5]]))


def test_map_distance_by_hand():
    y, target = torch.tensor([1.0, 3.0]), torch.tensor([2.0, 2.0])
    assert map_distance(y, target).item() == 0.5


def test_nothing_between_equal_pictures_and_colour_does_not_count(maps):
    x = torch.rand(2, 3, 40, 40)
    same = feature_losses(maps, x, x, x)
    assert same[CONTENT].item() == same[ART].item() == 0
    tinted = x * torch.tensor([1.0, 0.9, 1.0]).view(1, 3, 1, 1)
    tinted[:, 0] += (0.587 * 0.1 / 0.299) * x[:, 1]  # the luma is what it was
    for term in feature_losses(maps, tinted, x, x).values():
        assert term.item() < 1e-4


def test_content_is_of_the_photograph_and_touch_of_the_art(maps):
    photo, art = torch.rand(2, 3, 40, 40), (torch.rand(2, 3, 40, 40) > 0.5).float()
    as_photo, as_art = (feature_losses(maps, y, photo, art) for y in (photo, art))
    assert as_photo[CONTENT] < as_art[CONTENT]
    assert as_art[ART] < as_photo[ART]


def test_the_painting_alone_has_a_gradient(maps):
    y, photo, art = (torch.rand(1, 3, 40, 40, requires_grad=True) for _ in range(3))
    torch.stack(list(feature_losses(maps, y, photo, art).values())).sum().backward()
    assert y.grad.abs().sum() > 0
    assert photo.grad is None
    assert art.grad is None
