from __future__ import annotations

import torch
from torch import nn

from paintreel.learn.models.afgan import PRESETS, AFGANGenerator


def tiny() -> AFGANGenerator:
    torch.manual_seed(0)
    return AFGANGenerator(PRESETS["tiny"])


def test_any_size_comes_back_with_its_share_and_the_word_of_the_classifier():
    network = tiny().eval()
    for height, width in ((64, 64), (72, 40)):
        picture, share, logits = network.drawn(torch.rand(2, 3, height, width))
        assert picture.shape == (2, 3, height, width)
        assert share.shape == (2, 1, height, width)
        assert logits.shape == (2, 2)
        assert picture.min() >= 0
        assert picture.max() <= 1
        assert share.min() >= 0
        assert share.max() <= 1


def test_nothing_is_dense_over_places():
    """U-GAT-IT's full layout fixes the size of its pictures; nothing here does."""
    network = AFGANGenerator()
    widest = network.config.deep_width
    for module in network.modules():
        if isinstance(module, nn.Linear):
            assert module.in_features <= widest
    assert sum(p.numel() for p in network.parameters()) * 4 < 12e6


def test_mixtures_of_norms_stay_mixtures():
    network = tiny()
    for name, parameter in network.named_parameters():
        if name.endswith("rho"):
            parameter.data.fill_(3.0)
    network.keep_rho_in_bounds()
    assert all(
        float(p.detach().max()) <= 1 for n, p in network.named_parameters() if n.endswith("rho")
    )


def test_every_weight_learns():
    network = tiny().train()
    picture, share, logits = network.drawn(torch.rand(2, 3, 64, 64))
    (picture.square().mean() + share.mean() + logits.square().mean()).backward()
    assert [n for n, p in network.named_parameters() if p.grad is None] == []
