"""What trainers are put together from."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from paintreel.learn.engine.checkpoint import load_checkpoint, save_checkpoint
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.parts import Learner, Randomness, StepTrainer, seeded


def make(group: ProcessGroup, seed: int = 0) -> StepTrainer:
    with seeded(seed, group):
        network = nn.Linear(3, 2)
    learner = Learner(
        network, lambda n: torch.optim.Adam(n.parameters(), 0.1), ema_decay=0.9, group=group
    )
    return StepTrainer(learner, Randomness(seed, group), group=group)


def take(trainer: StepTrainer) -> None:
    learner = trainer.parts["learner"]
    x = torch.from_numpy(trainer.rng.random((4, 3), np.float32)) + torch.randn(4, 3)
    x = x + torch.randn(4, 3, generator=trainer.randomness.noise)
    learner.clear()
    learner.parallel(x).square().mean().backward()
    learner.update(max_norm=1.0)


def test_networks_start_alike_on_all_processes_and_draw_apart():
    drawn, weights = [], []
    for rank in (0, 1):
        group = ProcessGroup(rank=rank, size=1, device=torch.device("cpu"))
        weights.append(make(group).snapshot()["weight"])
        drawn.append((torch.randn(3).tolist(), make(group).rng.random()))
    assert torch.equal(*weights)
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_a_restored_trainer_goes_on_alike(solo, tmp_path):
    first = make(solo)
    take(first)
    first.slow_down()
    save_checkpoint(tmp_path / "c.pt", {"trainer": first.state_dict()})
    take(first)
    second = make(solo, seed=9)
    second.load_state_dict(load_checkpoint(tmp_path / "c.pt")["trainer"])
    take(second)
    assert second.rate_factor == 0.5
    for name, value in first.snapshot().items():
        assert torch.equal(value, second.snapshot()[name])


def test_state_of_another_number_of_processes_is_refused(solo):
    state = make(solo).state_dict()
    state["ranks"] *= 2
    with pytest.raises(ValueError, match="written by 2 processes, this run has 1"):
        make(solo).load_state_dict(state)


def test_rate_of_each_layer(solo):
    trainer = make(solo)
    trainer.optimiser.add_param_group({"params": [nn.Parameter(torch.ones(1))], "share": 0.5})
    trainer.parts["learner"].set_rate(0.2)
    assert [g["lr"] for g in trainer.optimiser.param_groups] == [0.2, 0.1]
