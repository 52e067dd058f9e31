"""`benchmarks/train.py` against the trainer as it is."""

from __future__ import annotations

import pytest
import torch

from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.settings import apply
from paintreel.learn.trainers.fsgan import FSGANSettings


@pytest.fixture
def trainer(bench):
    settings = apply(FSGANSettings(), {"preset": "tiny", "batch": 1, "crop_px": 32})
    group = ProcessGroup(rank=0, size=1, device=torch.device("cpu"))
    return bench("train").make_trainer(settings, group, side_px=128)


def test_phases_are_those_of_the_trainer(bench, trainer):
    phases = bench("train").phases(trainer.settings)
    terms = {name: trainer.step(progress).keys() for name, progress in phases.items()}
    assert "critic_texture" not in terms["warm-up"]
    assert {"painted", "stable"} <= terms["warm-up"]
    assert {"critic_texture", "texture", "surface", "spectral"} <= terms["adversarial"]


def test_every_part_of_the_step_is_found(bench, trainer):
    """Operators that no pattern knows would hide where the time goes."""
    module = bench("train")
    module.name_parts(trainer)
    progress = module.phases(trainer.settings)["adversarial"]
    shares = bench("step_parts").profile_parts(lambda: trainer.step(progress), 1)
    for part in ("data", "optimiser", "FFT", "pooling", "spectral norm"):
        assert shares[part] > 0, part
    assert shares["other operators"] < 0.2
