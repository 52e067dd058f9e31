from __future__ import annotations

import pytest
import torch
from torch import nn

from paintreel.learn.engine.ema import WeightAverage


def constant(value: float) -> nn.Linear:
    module = nn.Linear(2, 2)
    for p in module.parameters():
        nn.init.constant_(p, value)
    return module


def test_first_updates_by_hand():
    average = WeightAverage(constant(0.0), decay=0.998)
    average.update(constant(11.0))  # decay (1 + 1) / (10 + 1)
    assert average.module.weight[0, 0].item() == pytest.approx(9.0)
    average.update(constant(0.0))  # decay 3 / 12
    assert average.module.weight[0, 0].item() == pytest.approx(9.0 / 4)


def test_decay_is_the_bound():
    average = WeightAverage(constant(1.0), decay=0.5)
    average.updates = 10_000
    average.update(constant(0.0))
    assert average.module.bias[0].item() == pytest.approx(0.5)


def test_source_is_not_touched_and_average_is_for_evaluation():
    module = constant(3.0).train()
    average = WeightAverage(module)
    average.update(constant(9.0))
    assert module.weight[0, 0].item() == 3.0
    assert module.weight.requires_grad
    assert not average.module.training
    assert not any(p.requires_grad for p in average.module.parameters())


def test_buffers_are_copied():
    module = nn.BatchNorm1d(2)
    average = WeightAverage(module)
    module.running_mean.fill_(4.0)
    average.update(module)
    assert torch.equal(average.module.running_mean, torch.full((2,), 4.0))


def test_state_round_trip():
    average = WeightAverage(constant(0.0))
    for value in (1.0, 5.0):
        average.update(constant(value))
    other = WeightAverage(constant(7.0))
    other.load_state_dict(average.state_dict())
    for a in (average, other):
        a.update(constant(2.0))
    assert other.updates == average.updates == 3
    assert torch.equal(other.module.weight, average.module.weight)
