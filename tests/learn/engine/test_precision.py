"""The precision and the threads that a machine is fastest with."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from paintreel.errors import InputError
from paintreel.learn.engine.bf16_gradients import wrong_in_bf16
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import (
    ComputeChoice,
    Precision,
    applied,
    choose,
    milliseconds,
    most_threads,
    thread_counts,
)
from paintreel.learn.engine.workload import Workload, heaviest_convolution
from paintreel.learn.models.fsgan import Generator
from paintreel.learn.systems import SCENE_NETWORKS

CPU = torch.device("cpu")
INFO = Path("/proc/cpuinfo")
FLAGS = INFO.read_text("utf-8").split() if INFO.exists() else []
SOURCE = Path(__file__).resolve().parents[3] / "src"

CHOOSE = """
import torch
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import choose
from paintreel.learn.engine.workload import Workload
from paintreel.learn.models.fsgan import Generator

group = ProcessGroup(rank=0, size=1, device=torch.device("cpu"))
choice = choose(Workload(Generator(), [(8, 3, 160, 160)]), group=group, threads=1)
print(choice.precision, *choice.precision_ms.values())
"""


def chosen_under(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", CHOOSE],
        env=os.environ | {"PYTHONPATH": str(SOURCE)} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.split()


@pytest.mark.skipif("avx2" not in FLAGS, reason="simulates a processor with AVX2 alone")
def test_a_processor_without_bf16_trains_in_f32():
    precision, f32_ms, bf16_ms = chosen_under(ONEDNN_MAX_CPU_ISA="AVX2")
    assert precision == "f32"
    assert float(bf16_ms) > 2 * float(f32_ms)


@pytest.mark.skipif("amx_bf16" not in FLAGS, reason="needs a processor with AMX")
def test_a_processor_with_amx_trains_in_bf16():
    assert chosen_under()[0] == "bf16"


def pair(width: int = 8) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, width, 3, padding=1), nn.ReLU(), nn.ConvTranspose2d(width, width, 4, 2, 1)
    )


def test_the_heaviest_convolution_is_found_without_numbers():
    state = torch.get_rng_state()
    network = nn.Sequential(pair(), nn.Dropout(0.5))
    weights = copy.deepcopy(network.state_dict())
    drawn = torch.get_rng_state()
    layer, shape = heaviest_convolution(Workload(network, [(2, 3, 16, 16)]))
    assert isinstance(layer, nn.ConvTranspose2d)
    assert shape == (2, 8, 16, 16)
    assert torch.equal(torch.get_rng_state(), drawn)
    assert not torch.equal(state, drawn)  # of making the network
    assert all(torch.equal(v, weights[k]) for k, v in network.state_dict().items())
    assert all(p.grad is None for p in network.parameters())


def test_a_network_without_convolutions_measures_nothing(solo):
    choice = choose(Workload(nn.Linear(3, 3), [(2, 3)]), group=solo)
    assert (choice.precision, choice.precision_ms) == ("f32", {})


@pytest.mark.parametrize("name", SCENE_NETWORKS)
def test_every_scene_network_has_one(name):
    network = SCENE_NETWORKS[name].load_network().generator("tiny")
    found = heaviest_convolution(Workload(network, [(2, 6, 64, 64), (2, 6)]))
    assert found is not None


def test_measuring_leaves_random_numbers_and_threads_alone(solo):
    network, threads = Generator(), torch.get_num_threads()
    drawn = torch.get_rng_state()
    choice = choose(Workload(network, [(2, 3, 64, 64)]), group=solo)
    assert torch.equal(torch.get_rng_state(), drawn)
    assert torch.get_num_threads() == threads
    assert choice.precision_ms.keys() == {"f32", "bf16"}
    fastest = min(choice.precision_ms, key=choice.precision_ms.get)
    assert choice.precision == fastest
    if choice.threads_ms:
        assert choice.threads == min(choice.threads_ms, key=choice.threads_ms.get)


def test_what_is_asked_for_is_not_measured(solo):
    workload = Workload(pair(), [(2, 3, 16, 16)])
    choice = choose(workload, group=solo, precision="bf16", threads=3)
    assert choice == ComputeChoice("bf16", 3)
    assert choice.text() == "precision bf16 (as asked), 3 threads"


def test_a_network_of_f32_alone(solo):
    workload = Workload(pair(), [(2, 3, 16, 16)], f32_only="for a reason")
    choice = choose(workload, group=solo, threads=1)
    assert choice.text() == "precision f32 (for a reason), 1 thread"
    with pytest.raises(InputError, match=r"--precision bf16.*for a reason"):
        choose(workload, group=solo, precision="bf16")


def test_an_earlier_choice_holds_unless_asked(solo, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    before = ComputeChoice("bf16", 8, {"f32": 2.0, "bf16": 1.0}, {4: 1.0, 8: 0.5})
    kept = choose(None, group=solo, before=before)
    assert kept == replace(before, threads=4)  # as many as this machine has
    assert choose(None, group=solo, precision="f32", threads=2, before=before).precision == "f32"


def test_the_choice_survives_a_checkpoint():
    choice = ComputeChoice("bf16", 2, {"f32": 2.0, "bf16": 1.0}, {1: 1.0, 2: 0.5}, "because")
    assert ComputeChoice.from_state(choice.state_dict()) == choice
    assert choice.facts()["threads_ms"] == {"1": 1.0, "2": 0.5}
    assert ComputeChoice("f32", 1).facts() == {"precision": "f32", "threads": 1}


def test_autocast_is_off_in_f32():
    convolution, x = nn.Conv2d(3, 3, 3), torch.rand(1, 3, 8, 8)
    precision = Precision(CPU)
    for name, kind in (("f32", torch.float32), ("bf16", torch.bfloat16)):
        with applied(ComputeChoice(name, 1), precision), precision.autocast():
            assert convolution(x).dtype == kind


def test_threads_of_a_process(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert most_threads(ProcessGroup(0, 1, CPU)) == 3
    # torchrun sets it to 1 for every process, so that it says nothing there.
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(12)), raising=False)
    assert most_threads(ProcessGroup(0, 4, CPU, local_size=4)) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert most_threads(ProcessGroup(0, 2, CPU, local_size=2)) == 6
    assert thread_counts(1) == [1]
    assert thread_counts(64) == [1, 2, 4, 8, 16, 32, 64]


def test_candidates_take_turns_and_the_hopeless_are_left_out():
    now, calls = [0.0], []

    def taking(name, seconds):
        def turn():
            calls.append(name)
            now[0] += seconds

        return turn

    turns = {"fast": taking("fast", 0.01), "slow": taking("slow", 0.05)}
    times = milliseconds(turns, clock=lambda: now[0], limit_s=0.0)
    assert times == {"fast": 10.0, "slow": 50.0}
    assert calls == ["fast", "slow", "fast", "slow", "fast", "fast"]


class WrongInBf16(nn.Conv2d):
    """A convolution whose gradients are NaN in bf16, as kernels for some sizes have had."""

    def forward(self, x):
        y = super().forward(x)
        return y * y.new_tensor(float("nan")) if y.dtype == torch.bfloat16 else y


def test_bf16_is_left_where_it_learns_otherwise(solo):
    network = nn.Sequential(nn.Conv2d(3, 8, 3), WrongInBf16(8, 4, 3))
    workload = Workload(network, [(2, 3, 24, 24)])
    assert wrong_in_bf16(workload) == "1"
    choice = choose(workload, group=solo, precision="bf16", threads=1)
    assert choice.precision == "f32"
    assert choice.text() == (
        "precision f32 (bf16 gives wrong gradients of 1 on this machine), 1 thread"
    )


def test_usual_convolutions_learn_alike_in_both():
    network = nn.Sequential(nn.Conv2d(3, 16, 3, stride=2), nn.ConvTranspose2d(16, 8, 4, stride=2))
    assert wrong_in_bf16(Workload(network, [(2, 3, 32, 32)])) == ""
