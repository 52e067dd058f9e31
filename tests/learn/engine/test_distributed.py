from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from paintreel.learn.engine.distributed import World, join_world

PROGRAM = '''
"""Two processes in one loop; the second meets a term that is not finite, the first never does."""
import json, math, sys
from pathlib import Path
import numpy as np
import torch
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import join_world
from paintreel.learn.engine.loop import LoopSettings, train
from paintreel.learn.trainers.fsgan import FSGANSettings, FSGANTrainer


class Counter:
    def __init__(self, world):
        self.world, self.weight, self.rate, self.calls = world, torch.zeros(1), 1.0, 0

    def step(self, progress):
        self.calls += 1
        self.weight += 1
        bad = self.world.rank == 1 and self.calls == 3
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


def fsgan(world, out, stop_after=None, resume=False):
    """Four real steps; all processes break off after `stop_after` of them."""
    pictures = [np.random.default_rng(k).integers(0, 256, (96, 96, 3), np.uint8) for k in range(3)]
    settings = FSGANSettings(preset="tiny", crop_px=32, batch=1, warmup=0.2, ramp=0.1)
    trainer = FSGANTrainer(settings, pairs=[(p, p // 2) for p in pictures],
                           art=pictures, held_out=[(pictures[0], pictures[0])], world=world)
    step, taken = trainer.step, []
    def limited(progress):
        if len(taken) == stop_after:
            raise KeyboardInterrupt
        taken.append(progress)
        return step(progress)
    trainer.step = limited
    every_s = 0.0 if stop_after else 1e9
    try:
        train(trainer, out=out, budget=Budget(steps=4), world=world, resume=resume,
              settings=LoopSettings(checkpoint_every_s=every_s))
    except KeyboardInterrupt:
        return None
    return [trainer.rng.bit_generator.state["state"]["state"], trainer.balance.norms,
            [w.double().sum().item() for w in trainer.snapshot().values()]]


out = Path(sys.argv[1])
with join_world() as world:
    unbroken = fsgan(world, out / "unbroken")
    fsgan(world, out / "broken", stop_after=2)
    resumed = fsgan(world, out / "broken", resume=True)
    agreed = world.agree(10.0 + world.rank)
    any_flag, no_flag = world.any(world.rank == 1), world.any(False)
    model = world.wrap(torch.nn.Linear(1, 1, bias=False))
    torch.nn.init.ones_(model.module.weight)
    (model(torch.tensor([[float(world.rank + 1)]]))).sum().backward()
    trainer = Counter(world)
    train(trainer, out=out / "run", budget=Budget(steps=5), world=world,
          settings=LoopSettings(checkpoint_every_s=1e9))
    said = {
        "agreed": agreed, "any": [any_flag, no_flag],
        "gradient": model.module.weight.grad.item(),
        "unbroken": unbroken, "resumed": resumed,
        "weight": trainer.weight.item(), "rate": trainer.rate, "calls": trainer.calls,
    }
    (out / f"{world.rank}.json").write_text(json.dumps(said))
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
    with join_world() as world:
        assert (world.rank, world.size, world.leads) == (0, 1, True)
        assert not torch.distributed.is_initialized()
        module = nn.Linear(1, 1)
        assert world.wrap(module) is module
        assert world.agree(0.1) == 0.1
        assert (world.any(True), world.any(False)) == (True, False)
        world.wait()


def test_only_rank_zero_leads():
    assert not World(rank=1, size=2, device=torch.device("cpu")).leads
