from __future__ import annotations

import math

import pytest
import torch
from torch.nn.utils.parametrize import is_parametrized

from paintreel.learn.losses.adversarial import LEAST_SQUARES
from paintreel.learn.models import pix2pixhd, scene_critic
from paintreel.learn.systems import SCENE_NETWORKS

CRITICS = {
    "mffcn": lambda: scene_critic.SceneCritic(scene_critic.PRESETS["tiny"]),
    "pix2pixhd": lambda: pix2pixhd.MultiScaleCritic(pix2pixhd.PRESETS["tiny"]),
}


@pytest.mark.parametrize("name", CRITICS)
def test_features_scores_and_condition(name):
    torch.manual_seed(0)
    critic = CRITICS[name]().eval()
    g = torch.Generator().manual_seed(0)
    scene, rough = torch.rand(2, 3, 64, 64, generator=g), torch.rand(2, 6, 64, 64, generator=g)
    features, scores = critic(scene, rough)
    assert len(features) == {"mffcn": 5, "pix2pixhd": 8}[name]
    assert len(scores) == {"mffcn": 1, "pix2pixhd": 2}[name]
    assert all(s.shape[:2] == (2, 1) for s in scores)
    _features, others = critic(scene, rough.flip(0))
    assert (others[0] - scores[0]).abs().max() > 1e-4


@pytest.mark.parametrize("name", CRITICS)
def test_every_convolution_is_normalised(name):
    layers = [m for m in CRITICS[name]().modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(layers) >= 6
    assert all(is_parametrized(m, "weight") for m in layers)


@pytest.mark.parametrize("name", CRITICS)
def test_losses_at_their_best(name):
    loss = SCENE_NETWORKS[name].load_network().adversarial
    true, false = (1.0, 0.0) if loss is LEAST_SQUARES else (math.log(0.9 / 0.1), -40.0)
    right = torch.cat([torch.full((2, 1, 4, 4), true), torch.full((2, 1, 4, 4), false)])
    floor = loss.least(0.9)
    assert loss.critic([right], 0.9).item() == pytest.approx(floor, abs=1e-5)
    assert loss.critic([right.flip(0)], 0.9).item() > floor + 0.5
    assert loss.generator([right[:2]]) < loss.generator([right[2:]])
