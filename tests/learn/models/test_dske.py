"""The DSKE network: its parameters are where they are asked for."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.blocks.selective_kernels import SelectiveKernels
from paintreel.learn.models.dske import (
    KERNEL_PAIRS,
    PRESETS,
    STAGES,
    DSKEClassifier,
    DSKEConfig,
)

TINY = PRESETS["tiny"]


def make(**changes) -> DSKEClassifier:
    torch.manual_seed(0)
    return DSKEClassifier(dataclasses.replace(TINY, **changes), classes=5).eval()


@pytest.mark.parametrize("preset", PRESETS)
def test_scores_of_any_size(preset):
    network = DSKEClassifier(PRESETS[preset], classes=5).eval()
    for size in ((1, 1), (33, 60)):
        assert network(torch.rand(2, 3, *size)).shape == (2, 5)


@pytest.mark.parametrize("kernels", KERNEL_PAIRS)
def test_kernels(kernels):
    modules = [m for m in make(kernels=kernels).modules() if isinstance(m, SelectiveKernels)]
    assert len(modules) == sum(TINY.blocks)
    assert {tuple(b[0].kernel_size[0] for b in m.branches) for m in modules} == {kernels}


@pytest.mark.parametrize("places", [(), ("first",), ("middle", "last"), STAGES])
def test_the_module_stands_where_it_is_put(places):
    network = make(places=places)
    stages = {
        name
        for name, stage in zip(STAGES, network.stages, strict=True)
        if any(isinstance(m, SelectiveKernels) for m in stage.modules())
    }
    assert stages == set(places)


def test_a_larger_reduction_has_fewer_weights():
    sizes = [sum(p.numel() for p in make(reduction=r, least=1).parameters()) for r in (2, 4, 8)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_every_part_learns():
    network = make().train()
    network(torch.rand(4, 3, 32, 32)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kernels": (5, 3)}, "two odd sizes, the smaller first"),
        ({"kernels": (2, 5)}, "two odd sizes"),
        ({"reduction": 0}, "reduction and least"),
        ({"places": ("end",)}, "places are of first, middle, last"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_networks_that_cannot_be_built(changes, rule):
    with pytest.raises(InputError, match=rule):
        DSKEConfig(**changes)
