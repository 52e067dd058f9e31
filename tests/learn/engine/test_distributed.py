from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from paintreel.learn.engine.distributed import ProcessGroup, join_process_group

PROGRAM = '''
"""Two processes in one loop; the second meets a term that is not finite, the first never does."""
import json, math, sys
from pathlib import Path
import numpy as np
import torch
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.engine.loop import LoopSettings, train
from paintreel.learn.engine.precision import Precision
from paintreel.learn.losses.balance import GradientBalance
from paintreel.learn.trainers.fsgan import FSGANSettings, FSGANTrainer


class Counter:
    caption = "nothing"
    phases = ()

    def __init__(self, group):
        self.group, self.weight, self.rate, self.calls = group, torch.zeros(1), 1.0, 0
        self.precision = Precision(group.device)

    def workload(self):
        return None

    def step(self, progress):
        self.calls += 1
        self.weight += 1
        bad = self.group.rank == 1 and self.calls == 3
        return {"painted": math.nan if bad else 1.0}

    def sample_sheet(self):
        return np.zeros((8, 8, 3), np.uint8)

    def measures(self):
        return {}

    def snapshot(self):
        return {"weight": self.weight.clone()}

    def slow_down(self):
        self.rate *= 0.5

    def state_dict(self):
        return {"weight": self.weight.clone(), "rate": self.rate}

    def load_state_dict(self, state):
        self.weight.copy_(state["weight"])
        self.rate = state["rate"]


def fsgan(group, out, stop_after=None, resume=False):
    """Four real steps; all processes break off after `stop_after` of them."""
    pictures = [np.random.default_rng(k).integers(0, 256, (96, 96, 3), np.uint8) for k in range(3)]
    settings = FSGANSettings(preset="tiny", crop_px=32, batch=1, warmup=0.2, ramp=0.1)
    trainer = FSGANTrainer(settings, pairs=[(p, p // 2) for p in pictures],
                           art=pictures, held_out=[(pictures[0], pictures[0])], group=group)
    step, taken = trainer.step, []
    def limited(progress):
        if len(taken) == stop_after:
            raise KeyboardInterrupt
        taken.append(progress)
        return step(progress)
    trainer.step = limited
    every_s = 0.0 if stop_after else 1e9
    try:
        train(trainer, out=out, budget=Budget(steps=4), group=group, resume=resume,
              settings=LoopSettings(checkpoint_every_s=every_s, precision="bf16", threads=1))
    except KeyboardInterrupt:
        return None
    return [trainer.rng.bit_generator.state["state"]["state"], trainer.balance.norms,
            [w.double().sum().item() for w in trainer.snapshot().values()]]


out = Path(sys.argv[1])
with join_process_group() as group:
    unbroken = fsgan(group, out / "unbroken")
    fsgan(group, out / "broken", stop_after=2)
    resumed = fsgan(group, out / "broken", resume=True)
    agreed = group.agree(10.0 + group.rank)
    any_flag, no_flag = group.any(group.rank == 1), group.any(False)
    balance = GradientBalance(group=group)
    output = torch.ones(2, requires_grad=True) * 1.0
    terms = {"a": (group.rank + 1) * output[0], "b": 10 * output[1]}  # norms 1 or 2, and 10
    balance.backward(terms, {"a": 0.5, "b": 0.5}, output)
    model = group.wrap(torch.nn.Linear(1, 1, bias=False))
    torch.nn.init.ones_(model.module.weight)
    (model(torch.tensor([[float(group.rank + 1)]]))).sum().backward()
    trainer = Counter(group)
    train(trainer, out=out / "run", budget=Budget(steps=5), group=group,
          settings=LoopSettings(checkpoint_every_s=1e9))
    said = {
        "norms": balance.norms, "mean": group.mean([float(group.rank), 3.0]),
        "agreed": agreed, "any": [any_flag, no_flag],
        "gradient": model.module.weight.grad.item(),
        "unbroken": unbroken, "resumed": resumed,
        "weight": trainer.weight.item(), "rate": trainer.rate, "calls": trainer.calls,
    }
    (out / f"{group.rank}.json").write_text(json.dumps(said))
'''


@pytest.fixture(scope="module")
def two(tmp_path_factory, run_together) -> tuple[list[dict], Path]:
    """What each of two processes saw, and the folder of their run."""
    out = tmp_path_factory.mktemp("two")
    (out / "program.py").write_text(PROGRAM)
    for done in run_together(out / "program.py", out):
        assert done.returncode == 0, done.stderr
    return [json.loads((out / f"{rank}.json").read_text()) for rank in (0, 1)], out / "run"


def test_the_lead_decides(two):
    assert [s["agreed"] for s in two[0]] == [10.0, 10.0]


def test_any(two):
    assert [s["any"] for s in two[0]] == [[True, False], [True, False]]


def test_means_over_all_processes(two):
    assert [s["mean"] for s in two[0]] == [[0.5, 3.0]] * 2


def test_terms_are_balanced_by_norms_of_all_processes(two):
    assert [s["norms"] for s in two[0]] == [{"a": pytest.approx(1.5), "b": pytest.approx(10)}] * 2


def test_gradients_are_averaged(two):
    assert [s["gradient"] for s in two[0]] == [1.5, 1.5]


def test_all_roll_back_when_one_meets_nan(two):
    seen, run = two
    for process in seen:
        assert (process["weight"], process["rate"], process["calls"]) == (5.0, 0.5, 8)
    entries = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    assert [e["step"] for e in entries if "painted" in e] == [1, 2, 3, 4, 5]
    (note,) = [e["note"] for e in entries if "note" in e]
    assert "a term of another process is not finite" in note


def test_resumed_equals_unbroken_on_every_process(two):
    first, second = two[0]
    assert first["unbroken"] == first["resumed"]
    assert second["unbroken"] == second["resumed"]
    assert first["unbroken"][2] == second["unbroken"][2]  # one network
    assert first["unbroken"][0] != second["unbroken"][0]  # each its own crops


def test_one_process_needs_no_group(monkeypatch):
    for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    with join_process_group() as group:
        assert (group.rank, group.size, group.leads) == (0, 1, True)
        assert not torch.distributed.is_initialized()
        module = nn.Linear(1, 1)
        assert group.wrap(module) is module
        assert group.agree(0.1) == 0.1
        assert (group.any(True), group.any(False)) == (True, False)
        group.wait()


def test_only_rank_zero_leads():
    assert not ProcessGroup(rank=1, size=2, device=torch.device("cpu")).leads
