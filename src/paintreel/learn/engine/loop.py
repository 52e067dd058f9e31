"""The one training loop: budget, journal, checkpoints, samples, resume, recovery."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import cv2
import safetensors.torch
from torch import Tensor

from paintreel.errors import TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import load_checkpoint, save_checkpoint
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.fingerprint import differences
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.pace import Pace, Phase
from paintreel.learn.engine.precision import ComputeChoice, Precision, applied, choose
from paintreel.learn.engine.report import write_report
from paintreel.learn.engine.workload import Workload

MAX_ROLLBACKS = 3
MAX_SHOWN = 6
"""Differences to a resumed run that an error names."""


class Diverged(Exception):
    """Raised by a step whose terms are finite and yet say that training is lost; says why."""


class Trainer(Protocol):
    """What a system gives the loop; see `learn/trainers` for the systems."""

    @property
    def caption(self) -> str:
        """What the report says above the sample sheets: what lies where in them."""

    @property
    def precision(self) -> Precision:
        """Of its forward passes; the loop sets it."""

    @property
    def phases(self) -> Sequence[Phase]:
        """Its parts of the budget, in their order; () where it has none to be told of."""

    def workload(self) -> Workload | None:
        """What precision and threads are measured on; None measures nothing."""

    def step(self, progress: float) -> dict[str, float]:
        """One optimisation step; `progress` is the spent share of the budget.

        May raise Diverged, on all processes alike or once their collective work is done.
        """

    def sample_sheet(self) -> Array:
        """Before and after pictures, (H, W, 3) uint8."""

    def measures(self) -> dict[str, float]:
        """Held-out measures of the averaged weights."""

    def snapshot(self) -> dict[str, Tensor]:
        """The averaged weights that would be exported now."""

    def slow_down(self) -> None:
        """Halve the learning rates, after a divergence."""

    def state_dict(self) -> Mapping[str, Any]:
        """Everything a resumed run needs; called on every process, so that it may gather."""

    def load_state_dict(self, state: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True)
class LoopSettings:
    """How a run is gone through, whatever is trained.

    say_every_s  from one line of progress on the terminal to the next; infinite: none
    precision    of the forward passes; "auto" is the faster one, measured
    threads      of torch on a CPU; None is the fastest number, measured
    Neither belongs to a recipe, so that a recipe trains on any machine.
    """

    checkpoint_every_s: float = 180.0
    say_every_s: float = 10.0
    tensorboard: bool = False
    precision: Literal["auto", "f32", "bf16"] = "auto"
    threads: int | None = None


@dataclass(frozen=True)
class TrainedRun:
    """What a run says of itself: wall time and steps over all its parts, and what it ran in."""

    wall_s: float
    steps: int
    compute: ComputeChoice


DEFAULTS = LoopSettings()


def train(
    trainer: Trainer,
    *,
    out: Path,
    budget: Budget,
    group: ProcessGroup,
    resume: bool = False,
    settings: LoopSettings = DEFAULTS,
    fingerprint: Mapping[str, Any] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> TrainedRun:
    """Run `trainer` until the budget is spent.

    Writes `checkpoint.pt`, `snapshots/`, `samples/`, `journal.jsonl` and `report.html` below
    `out`. A new run first measures precision and threads, which its budget does not count. With
    `resume` it goes on from `checkpoint.pt`, in what it was computed in unless `settings` ask for
    another; counted in steps, a resumed run equals an unbroken one bit for bit.

    A term that is not finite on any process, or averaged weights that are not when a checkpoint
    is due, roll back to the last checkpoint at half the rate (a quarter if it happens there
    again), at most three times, then raise TrainingError. So does a step that raises Diverged. A
    checkpoint that is damaged or does not fit `trainer` raises TrainingError. A phase that gets
    too few steps to fill the averaged weights is noted once its first steps are timed.

    `fingerprint` says in plain values, nested dicts allowed, what the run depends on. It is kept
    in the checkpoint; with `resume` another one raises TrainingError that names what differs.
    What lies under its key "settings" may be changed on purpose, as in a last part of the run with
    other weights of the terms: the journal notes it. Checkpoints without one are taken as they are.
    """
    checkpoint = out / "checkpoint.pt"
    board = out / "tensorboard" if settings.tensorboard else None
    journal = Journal(out / "journal.jsonl", keep=resume, speak=group.leads, board=board)
    step, before_s, earlier = (
        _resumed(trainer, checkpoint, fingerprint, journal) if resume else (0, 0.0, None)
    )
    compute = _chosen(trainer, settings, group, earlier, step, journal, clock)
    pace = Pace(trainer.phases, budget)
    rollbacks, repeats = 0, 0
    started = saved = clock()

    def spent() -> tuple[float, float]:
        elapsed_s = group.agree(before_s + clock() - started)
        return elapsed_s, budget.progress(elapsed_s=elapsed_s, step=step)

    def keep(elapsed_s: float) -> None:
        state = {"trainer": trainer.state_dict(), "step": step, "elapsed_s": elapsed_s}
        state["compute"] = compute.state_dict()
        state |= {} if fingerprint is None else {"fingerprint": dict(fingerprint)}
        if group.leads:
            save_checkpoint(checkpoint, state)
            _keep_sample(trainer, out, step, journal)
        group.wait()

    with applied(compute, trainer.precision):
        if step == 0:
            keep(0.0)
        elapsed_s, progress = spent()
        if step > 0 and progress >= 1:
            journal.note(f"the budget was spent at step {step}: nothing more is learnt")
        while progress < 1:
            at, at_s = progress, elapsed_s
            terms, lost = _step(trainer, progress)
            step += 1
            elapsed_s, progress = spent()
            due = progress >= 1 or group.agree(clock() - saved) >= settings.checkpoint_every_s
            lost = lost or _not_finite(trainer, terms, weights=due)
            if group.any(bool(lost)):
                rollbacks, repeats = rollbacks + 1, repeats + 1
                lost = lost or "a term of another process is not finite"
                step = _roll_back(trainer, checkpoint, lost, step, rollbacks, repeats, journal)
                elapsed_s, progress = spent()
                continue
            journal.add(step, progress, elapsed_s, terms)
            journal.say_progress(budget, every_s=settings.say_every_s)
            if short := pace.take(at, elapsed_s - at_s):
                journal.note(short)
            if due:
                keep(elapsed_s)
                saved, repeats = clock(), 0
    return TrainedRun(elapsed_s, step, compute)


def _resumed(
    trainer: Trainer, checkpoint: Path, fingerprint: Mapping[str, Any] | None, journal: Journal
) -> tuple[int, float, ComputeChoice | None]:
    """(step, seconds, precision and threads) that the run is gone on with from its checkpoint."""
    state, changed = _restore(trainer, checkpoint, fingerprint)
    step: int = state["step"]
    journal.forget_after(step)
    if changed:
        journal.note(f"from step {step} on: {'; '.join(changed)}")
    compute = ComputeChoice.from_state(state["compute"]) if "compute" in state else None
    return step, state["elapsed_s"], compute


def _chosen(
    trainer: Trainer,
    settings: LoopSettings,
    group: ProcessGroup,
    earlier: ComputeChoice | None,
    step: int,
    journal: Journal,
    clock: Callable[[], float],
) -> ComputeChoice:
    """The precision and threads of the run, which the journal notes where they are new."""
    workload = trainer.workload()
    compute = choose(
        workload,
        group=group,
        precision=settings.precision,
        threads=settings.threads,
        before=earlier,
        clock=clock,
    )
    if earlier is None:
        if workload is not None:
            journal.note(compute.text())
    elif (earlier.precision, earlier.threads) != (compute.precision, compute.threads):
        now, was = (f"{c.precision} on {c.threads} threads" for c in (compute, earlier))
        journal.note(f"from step {step} on: {now}, was {was}")
    return compute


def _restore(
    trainer: Trainer, checkpoint: Path, fingerprint: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """(state of the loop, what of the settings is changed)."""
    state = load_checkpoint(checkpoint)
    differing = []
    if fingerprint is not None and "fingerprint" in state:
        differing = differences(state["fingerprint"], fingerprint)
    changed = [line for line in differing if line.startswith("settings.")]
    _refuse_other_run(checkpoint, [line for line in differing if line not in changed])
    try:
        trainer.load_state_dict(state["trainer"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"checkpoint {checkpoint} is of a network of another size or kind; go on with the "
            "settings that the run was started with, or give a new --out"
        ) from error
    return state, changed


def _refuse_other_run(checkpoint: Path, differing: list[str]) -> None:
    if not differing:
        return
    shown = "; ".join(differing[:MAX_SHOWN])
    more = f"; and {len(differing) - MAX_SHOWN} more" if len(differing) > MAX_SHOWN else ""
    raise TrainingError(
        f"checkpoint {checkpoint} is of another run: {shown}{more}; go on with what the run was "
        "started with, or give a new --out"
    )


def _step(trainer: Trainer, progress: float) -> tuple[dict[str, float], str]:
    """The terms of a step, and what it says went wrong, or ""."""
    try:
        return trainer.step(progress), ""
    except Diverged as lost:
        return {}, str(lost)


def _not_finite(trainer: Trainer, terms: dict[str, float], *, weights: bool) -> str:
    """Which terms, or weights if they are asked for, are not finite; "" if all are.

    A step whose terms are finite may still leave broken weights: they must not be kept.
    """
    bad = [name for name, value in terms.items() if not math.isfinite(value)]
    if weights and not bad:
        bad = [name for name, w in trainer.snapshot().items() if not w.isfinite().all()]
    return f"{', '.join(bad)} is not finite" if bad else ""


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
            f"training diverged {rollbacks} times, last at step {step} ({what}); "
            "start again in a new --out with a lower --set rate=..."
        )
    state, _changed = _restore(trainer, checkpoint, None)
    # The checkpoint brings its own rate back: halve it once for every time we came here.
    for _ in range(repeats):
        trainer.slow_down()
    journal.forget_after(state["step"])
    journal.note(f"step {step}: {what}; back to step {state['step']} at 1/{2**repeats} of its rate")
    step_then: int = state["step"]
    return step_then


def _keep_sample(trainer: Trainer, out: Path, step: int, journal: Journal) -> None:
    sheet = cv2.cvtColor(trainer.sample_sheet(), cv2.COLOR_RGB2BGR)
    jpeg = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    for file, data in (
        (out / "samples" / f"{step:07d}.jpg", jpeg),
        (out / "snapshots" / f"{step:07d}.safetensors", safetensors.torch.save(trainer.snapshot())),
    ):
        with atomic_path(file, overwrite=True) as beside:
            beside.write_bytes(data)
    journal.measure(step, trainer.measures())
    write_report(out, journal, caption=trainer.caption)
