"""The networks that FSGAN is compared with: shapes, published sizes, what they see."""

from __future__ import annotations

import pytest
import torch

from paintreel.learn.models import animegan, animegan3, ugatit, whitebox
from paintreel.learn.models.animegan import AnimeCritic, AnimeGenerator
from paintreel.learn.models.animegan3 import Anime3Generator
from paintreel.learn.models.ugatit import UGATITCritic, UGATITGenerator
from paintreel.learn.models.whitebox import WhiteBoxCritic, WhiteBoxGenerator

GENERATORS = {
    "ugatit": (UGATITGenerator, ugatit.PRESETS, 10.6e6),
    "animegan2": (AnimeGenerator, animegan.PRESETS, 2.15e6),
    "animegan3": (Anime3Generator, animegan3.PRESETS, 1.63e6),
    "whitebox": (WhiteBoxGenerator, whitebox.PRESETS, 1.47e6),
}
each = pytest.mark.parametrize("name", GENERATORS)


def tiny(name: str):
    make, presets, _size = GENERATORS[name]
    torch.manual_seed(0)
    return make(presets["tiny"]).eval()


@each
@torch.no_grad()
def test_pictures_of_any_fitting_size(name):
    network = tiny(name)
    for rows, columns in ((4, 5), (8, 6)):
        x = torch.rand(2, 3, rows * network.multiple, columns * network.multiple)
        y = network(x)
        assert y.shape == x.shape
        assert y.dtype == torch.float32
        assert ((y >= 0) & (y <= 1)).all()
    assert network.halo_px % network.multiple == 0


@each
def test_the_published_size(name):
    make, presets, size = GENERATORS[name]
    assert sum(p.numel() for p in make(presets["light"]).parameters()) == pytest.approx(
        size, rel=0.02
    )


def test_the_generator_without_norms_sees_as_far_as_it_says():
    network = tiny("whitebox")
    x = torch.rand(1, 3, 160, 160, requires_grad=True)
    network(x)[0, :, 80, 80].sum().backward()
    seen = torch.nonzero(x.grad.abs().sum(dim=(0, 1)))
    reach = int((seen - 80).abs().max())
    assert network.halo_px - 2 * network.multiple < reach <= network.halo_px


def test_two_tails_in_training_one_in_use():
    network = tiny("animegan3").train()
    x = torch.rand(1, 3, 32, 40)
    both = network(x)
    assert both.shape == (1, 6, 32, 40)
    torch.testing.assert_close(network.eval()(x), both[:, 3:])
    assert not torch.equal(both[:, :3], both[:, 3:])


def test_attention_of_both_sides_of_ugatit():
    picture, logits, heat = tiny("ugatit").attended(torch.rand(2, 3, 32, 48))
    assert picture.shape == (2, 3, 32, 48)
    assert logits.shape == (2, 2)
    assert heat.shape == (2, 1, 8, 12)
    for layers in (4, 5):
        scores, told = UGATITCritic(layers, 4)(torch.rand(2, 3, 96, 96))
        assert scores.shape[:2] == (2, 1)
        assert told.shape == (2, 2)


def test_mixtures_are_kept_in_bounds():
    network = tiny("ugatit")
    for name, value in network.named_parameters():
        if name.endswith("rho"):
            value.data.fill_(2.0)
    network.keep_rho_in_bounds()
    rhos = [v for n, v in network.named_parameters() if n.endswith("rho")]
    assert len(rhos) == 2 + 2
    assert all((rho == 1).all() for rho in rhos)


def test_patch_critics():
    x = torch.rand(2, 3, 64, 64)
    assert AnimeCritic(animegan.PRESETS["tiny"])(x).shape == (2, 1, 16, 16)
    assert WhiteBoxCritic(4)(x).shape == (2, 1, 8, 8)
