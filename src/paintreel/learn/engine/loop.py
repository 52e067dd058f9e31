"""The one training loop: budget, journal, checkpoints, samples, resume, recovery."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from torch import Tensor

from paintreel.errors import TrainingError
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import load_checkpoint, save_checkpoint
from paintreel.learn.engine.distributed import World
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.report import write_report

MAX_ROLLBACKS = 3


class Trainer(Protocol):
    """What a system gives the loop; see `learn/trainers` for the systems."""

    def step(self, progress: float) -> dict[str, float]:
        """One optimisation step; `progress` is the spent share of the budget."""

    def sample_sheet(self) -> np.ndarray:
        """Before and after pictures, (H, W, 3) uint8."""

    def measures(self) -> dict[str, float]:
        """Held-out measures of the averaged weights."""

    def snapshot(self) -> dict[str, Tensor]:
        """The averaged weights that would be exported now."""

    def slow_down(self) -> None:
        """Halve the learning rates, after a divergence."""

    def state_dict(self) -> dict: ...

    def load_state_dict(self, state: dict) -> None: ...


@dataclass
class LoopSettings:
    checkpoint_every_s: float = 180.0
    log_every: int = 20


def train(
    trainer: Trainer,
    *,
    out: Path,
    budget: Budget,
    world: World,
    resume: bool = False,
    settings: LoopSettings = LoopSettings(),
    clock: Callable[[], float] = time.monotonic,
) -> float:
    """Run `trainer` until the budget is spent; return the wall time in seconds.

    Writes `checkpoint.pt`, `snapshots/`, `samples/`, `journal.jsonl` and `report.html` below
    `out`. With `resume` it goes on from `checkpoint.pt`; counted in steps, a resumed run equals
    an unbroken one bit for bit. A step that is not finite rolls back to the last checkpoint
    with a lower rate, at most three times, then raises TrainingError.
    """
    checkpoint = out / "checkpoint.pt"
    journal = Journal(out / "journal.jsonl", keep=resume, speak=world.leads)
    step, before_s, rollbacks = 0, 0.0, 0
    if resume:
        state = load_checkpoint(checkpoint)
        trainer.load_state_dict(state["trainer"])
        step, before_s = state["step"], state["elapsed_s"]
        journal.forget_after(step)
    started = saved = clock()

    def keep(elapsed_s: float) -> None:
        if world.leads:
            state = {"trainer": trainer.state_dict(), "step": step, "elapsed_s": elapsed_s}
            save_checkpoint(checkpoint, state)
            _keep_sample(trainer, out, step, journal, budget)
        world.wait()

    if step == 0:
        keep(0.0)
    while True:
        elapsed_s = world.agree(before_s + clock() - started)
        progress = budget.progress(elapsed_s=elapsed_s, step=step)
        if progress >= 1:
            break
        terms = trainer.step(progress)
        step += 1
        if not all(math.isfinite(v) for v in terms.values()):
            rollbacks += 1
            step = _roll_back(trainer, checkpoint, terms, step, rollbacks, journal)
            continue
        journal.add(step, progress, elapsed_s, terms, speak=step % settings.log_every == 0)
        if world.agree(clock() - saved) >= settings.checkpoint_every_s:
            keep(elapsed_s)
            saved = clock()
    elapsed_s = before_s + clock() - started
    keep(elapsed_s)
    return elapsed_s


def _roll_back(
    trainer: Trainer,
    checkpoint: Path,
    terms: dict[str, float],
    step: int,
    rollbacks: int,
    journal: Journal,
) -> int:
    bad = ", ".join(name for name, value in terms.items() if not math.isfinite(value))
    if rollbacks > MAX_ROLLBACKS:
        raise TrainingError(
            f"training diverged {rollbacks} times, last at step {step} ({bad} is not finite); "
            "lower the rate with --set rate=..."
        )
    state = load_checkpoint(checkpoint)
    trainer.load_state_dict(state["trainer"])
    trainer.slow_down()
    journal.note(
        f"step {step}: {bad} is not finite; back to step {state['step']} at half the rate"
    )
    journal.forget_after(state["step"])
    return state["step"]


def _keep_sample(trainer: Trainer, out: Path, step: int, journal: Journal, budget: Budget) -> None:
    from safetensors.torch import save_file

    for folder in ("samples", "snapshots"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    sheet = trainer.sample_sheet()
    cv2.imwrite(
        str(out / "samples" / f"{step:07d}.jpg"),
        cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR),
        [cv2.IMWRITE_JPEG_QUALITY, 90],
    )
    save_file(trainer.snapshot(), out / "snapshots" / f"{step:07d}.safetensors")
    journal.measure(step, trainer.measures())
    write_report(out, journal)
