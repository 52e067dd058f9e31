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
    profile_parts = bench("step_parts").profile_parts
    tries = [profile_parts(lambda: trainer.step(progress), 1) for _ in range(3)]
    for part in ("data", "optimiser", "FFT", "pooling", "spectral norm"):
        assert tries[0][part] > 0, part
    # Of several, since other work on the machine falls on whatever runs just then.
    assert min(shares["other operators"] for shares in tries) < 0.2


def test_turns_of_a_worker(bench, trainer):
    seconds = bench("train").worker(trainer, rounds=2, steps=1)
    phases = ("warm-up", "adversarial")
    assert seconds.keys() == {"reference", *(f"{p} {f}" for p in ("f32", "bf16") for f in phases)}
    assert all(len(taken) == 2 and min(taken) > 0 for taken in seconds.values())


def test_an_hour_by_ratio_and_undisturbed_reference(bench):
    """Steps of 10 and 40 references of 5 ms: 50 and 200 ms; 21,600 and 12,600 of them an hour."""
    machines = bench("machines")
    times = {
        "reference": [0.005, 0.010, 0.005],
        "f32 warm-up": [0.05, 0.10, 0.05],
        "f32 adversarial": [0.2, 0.4, 0.9],
    }
    (row,) = machines.rows(
        {"AVX2 alone": times},
        precisions=["f32"],
        shares={"warm-up": 0.3, "adversarial": 0.7},
        batch=8,
        least_steps=500,
    )
    assert row == (
        *("AVX2 alone, f32", "5.0", "10.0", "40.0", "50", "200"),
        *("21,600", "12,600", "273,600", "2"),
    )


def test_a_machine_passes_for_what_it_has(bench):
    machines = bench("machines")
    assert [k.name for k in machines.kinds_here("flags: fpu avx avx2")] == ["AVX2 alone"]
    assert len(machines.kinds_here("avx2 avx512f amx_bf16")) == 3
    laptop = machines.kinds_here("avx2")[0].environment(1)
    assert laptop["ONEDNN_MAX_CPU_ISA"] == "AVX2"
    assert laptop["OMP_NUM_THREADS"] == "1"
