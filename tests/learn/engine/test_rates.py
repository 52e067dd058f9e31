"""Learning rates by the inputs of a unit."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from paintreel.learn.engine.rates import FAN_IN, groups_by_fan_in
from paintreel.learn.systems import SCENE_NETWORKS


def shares(module: nn.Module, exponent: float) -> list[float]:
    return [g["share"] for g in groups_by_fan_in(module, exponent)]


def test_inputs_of_each_kind_of_layer():
    layers = nn.Sequential(
        nn.Conv2d(32, 5, 3),
        nn.Conv2d(8, 5, 3),
        nn.Linear(1152, 2),
        # A stride of 2 spreads 4x4 taps over four pixels: 4 a pixel, of 18 channels.
        nn.ConvTranspose2d(18, 3, 4, stride=2),
        nn.GroupNorm(2, 4),
    )
    assert shares(layers, 1.0) == [1.0, 4.0, 0.25, 4.0, 1.0]
    assert shares(layers, 0.5) == [1.0, 2.0, 0.5, 2.0, 1.0]
    assert shares(layers, 0.0) == [1.0] * 5


@pytest.mark.parametrize("name", SCENE_NETWORKS)
def test_every_parameter_is_in_one_group(name):
    model = SCENE_NETWORKS[name].load_network().generator("tiny", without=(), fusion="mid")
    grouped = [id(p) for g in groups_by_fan_in(model, 0.5) for p in g["params"]]
    assert sorted(grouped) == sorted(id(p) for p in model.parameters())


def test_wide_and_narrow_layers_move_their_outputs_alike():
    """The reason for exponent 1: a step of Adam, seen at the output of a layer."""
    moved = []
    for width in (FAN_IN // 8, FAN_IN * 8):
        torch.manual_seed(0)
        layer, x = nn.Linear(width, 1, bias=False), torch.ones(1, width)
        (group,) = groups_by_fan_in(layer, 1.0)
        optimiser = torch.optim.Adam([group | {"lr": 1e-3 * group["share"]}])
        before = layer(x).item()
        layer(x).sum().backward()
        optimiser.step()
        moved.append(before - layer(x).item())
    assert moved[0] == pytest.approx(moved[1], rel=0.01)
