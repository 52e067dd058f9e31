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
import safetensors.torch
from torch import Tensor

from paintreel.errors import TrainingError
from paintreel.imaging.atomic import atomic_path
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

    def state_dict(self) -> dict:
        """Everything a resumed run needs; called on every process, so that it may gather."""

    def load_state_dict(self, state: dict) -> None: ...


@dataclass(frozen=True)
class LoopSettings:
    checkpoint_every_s: float = 180.0
    log_every: int = 20
    tensorboard: bool = False


DEFAULTS = LoopSettings()


def train(
    trainer: Trainer,
    *,
    out: Path,
    budget: Budget,
    world: World,
    resume: bool = False,
    settings: LoopSettings = DEFAULTS,
    clock: Callable[[], float] = time.monotonic,
) -> float:
    """Run `trainer` until the budget is spent; return the wall time in seconds.

    Writes `checkpoint.pt`, `snapshots/`, `samples/`, `journal.jsonl` and `report.html` below
    `out`. With `resume` it goes on from `checkpoint.pt`; counted in steps, a resumed run equals
    an unbroken one bit for bit. A term that is not finite on any process, or averaged weights
    that are not when a checkpoint is due, roll back to the last checkpoint at half the rate
    (a quarter if it happens there again), at most three times, then raise TrainingError. So does
    a checkpoint that is damaged or does not fit `trainer`.
    """
    checkpoint = out / "checkpoint.pt"
    board = out / "tensorboard" if settings.tensorboard else None
    journal = Journal(out / "journal.jsonl", keep=resume, speak=world.leads, board=board)
    step, before_s, rollbacks, repeats = 0, 0.0, 0, 0
    if resume:
        state = _restore(trainer, checkpoint)
        step, before_s = state["step"], state["elapsed_s"]
        journal.forget_after(step)
    started = saved = clock()

    def spent() -> tuple[float, float]:
        elapsed_s = world.agree(before_s + clock() - started)
        return elapsed_s, budget.progress(elapsed_s=elapsed_s, step=step)

    def keep(elapsed_s: float) -> None:
        state = {"trainer": trainer.state_dict(), "step": step, "elapsed_s": elapsed_s}
        if world.leads:
            save_checkpoint(checkpoint, state)
            _keep_sample(trainer, out, step, journal)
        world.wait()

    if step == 0:
        keep(0.0)
    elapsed_s, progress = spent()
    while progress < 1:
        terms = trainer.step(progress)
        step += 1
        elapsed_s, progress = spent()
        due = progress >= 1 or world.agree(clock() - saved) >= settings.checkpoint_every_s
        bad = _not_finite(trainer, terms, weights=due)
        if world.any(bool(bad)):
            rollbacks, repeats = rollbacks + 1, repeats + 1
            what = ", ".join(bad) or "a term of another process"
            step = _roll_back(trainer, checkpoint, what, step, rollbacks, repeats, journal)
            elapsed_s, progress = spent()
            continue
        journal.add(step, progress, elapsed_s, terms, speak=step % settings.log_every == 0)
        if due:
            keep(elapsed_s)
            saved, repeats = clock(), 0
    return elapsed_s


def _restore(trainer: Trainer, checkpoint: Path) -> dict:
    state = load_checkpoint(checkpoint)
    try:
        trainer.load_state_dict(state["trainer"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"checkpoint {checkpoint} does not fit these settings: {error}; go on with the "
            "settings that the run was started with, or give a new --out"
        ) from error
    return state


def _not_finite(trainer: Trainer, terms: dict[str, float], *, weights: bool) -> list[str]:
    """Names of the terms that are not finite, and of the weights if they are asked for.

    A step whose terms are finite may still leave broken weights: they must not be kept.
    """
    bad = [name for name, value in terms.items() if not math.isfinite(value)]
    if weights and not bad:
        bad = [name for name, w in trainer.snapshot().items() if not w.isfinite().all()]
    return bad


def _roll_back(
    trainer: Trainer,
    checkpoint: Path,
    what: str,
    step: int,
    rollbacks: int,
    repeats: int,
    journal: Journal,
) -> int:
    """Restore the last checkpoint, slower; `repeats` counts the rollbacks to this checkpoint."""
    if rollbacks > MAX_ROLLBACKS:
        raise TrainingError(
            f"training diverged {rollbacks} times, last at step {step} ({what} is not finite); "
            "lower the rate with --set rate=..."
        )
    state = _restore(trainer, checkpoint)
    # The checkpoint brings its own rate back: halve it once for every time we came here.
    for _ in range(repeats):
        trainer.slow_down()
    journal.forget_after(state["step"])
    journal.note(
        f"step {step}: {what} is not finite; back to step {state['step']} "
        f"at 1/{2**repeats} of its rate"
    )
    return state["step"]


def _keep_sample(trainer: Trainer, out: Path, step: int, journal: Journal) -> None:
    sheet = cv2.cvtColor(trainer.sample_sheet(), cv2.COLOR_RGB2BGR)
    _done, jpeg = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 90])
    for file, data in (
        (out / "samples" / f"{step:07d}.jpg", jpeg),
        (out / "snapshots" / f"{step:07d}.safetensors", safetensors.torch.save(trainer.snapshot())),
    ):
        with atomic_path(file, overwrite=True) as beside:
            beside.write_bytes(data)
    journal.measure(step, trainer.measures())
    write_report(out, journal)
