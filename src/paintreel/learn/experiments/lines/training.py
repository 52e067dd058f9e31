"""Train one condition of the experiment on lines and colour, and keep its network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import TrainingError
from paintreel.learn.data.line_pairs import LinePair
from paintreel.learn.data.line_trials import Answer
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.lines.conditions import task_of
from paintreel.learn.experiments.lines.settings import LinesSettings
from paintreel.learn.experiments.trials import train_trial, trial_seed
from paintreel.learn.export.drawing_export import contract_facts, export_drawing
from paintreel.learn.models.drawing_tasks import TASKS
from paintreel.learn.trainers.line_peers import trainer_of
from paintreel.learn.trainers.line_settings import DrawingSettings
from paintreel.runtime.contract import Contract

NETWORKS = "networks"
"""Folder of `out` that holds what was learnt, as NAME-TRIAL.onnx."""
CURVE_POINTS = 60
SETTLED = 0.05
"""Share of the way from the first loss to the least that may be left once a curve has settled."""


@dataclass(frozen=True)
class LinesMaterial:
    """What every condition is trained on.

    pairs      to train on
    aside      held-out ones that the trainer's own measures and sheets are of
    settings   of both tasks, before a condition's changes
    seed       of the whole experiment
    budget     of one training
    compute    precision of every training, so that all are computed alike; None: chosen by each
    """

    pairs: Sequence[LinePair]
    aside: Sequence[LinePair]
    settings: LinesSettings
    seed: int
    budget: Budget
    compute: ComputeChoice | None = None


def settings_of(
    condition: Condition, settings: LinesSettings, seed: int, trial: int
) -> DrawingSettings:
    """Settings of a network in a trial; a trial has one seed for all conditions."""
    of_task: DrawingSettings = getattr(settings, task_of(condition))
    changed = apply(of_task, condition.changes, f"condition {condition.name}")
    return replace(changed, seed=trial_seed(seed, trial))


def network_path(out: Path, condition: Condition, trial: int) -> Path:
    """Where a condition's network lies."""
    return out / NETWORKS / f"{condition.name}-{trial:02d}.onnx"


def train_condition(
    condition: Condition,
    trial: int,
    material: LinesMaterial,
    group: ProcessGroup,
    out: Path,
    work: Path,
) -> tuple[Answer, dict[str, Any]]:
    """Train `condition` in the folder `work`, going on from a checkpoint there; keep it in `out`.

    What answers with it, on the device that it was trained on, and what a record keeps of it.
    Raises TrainingError when the network diverges.
    """
    task = TASKS[task_of(condition)]
    settings = settings_of(condition, material.settings, material.seed, trial)
    trainer = trainer_of(settings)(
        task, settings, pairs=material.pairs, held_out=material.aside, group=group
    )
    compute = material.compute
    try:
        trained_facts = train_trial(
            trainer, work=work, budget=material.budget, group=group, compute=compute
        )
    finally:
        trainer.close()
    network = trainer.average.module
    contract = Contract(
        name=condition.name,
        system=settings.network,
        licence="LicenseRef-Experiment",
        credit="",
        **contract_facts(network),
    )
    path = network_path(out, condition, trial)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        export_drawing(network, path, contract)
    except TrainingError:  # of a peer whose weights halves are too coarse for
        export_drawing(network, path, contract, half_weights=False)
    journal = Journal(work / "journal.jsonl", keep=True, speak=False)
    curve = journal.curves(CURVE_POINTS).get("l1", {"step": [], "value": []})
    facts = {
        **trained_facts,
        "parameters": sum(p.numel() for p in network.parameters()),
        "curve": curve,
        "settled_at": settled_at(curve["step"], curve["value"]),
    }
    return trainer.answer, facts


def settled_at(steps: Sequence[float], losses: Sequence[float]) -> float | None:
    """The step from which on a curve stays near its least; None for a curve of nothing.

    Near: within SETTLED of the way that it has come down. The curve is smoothed over three points.

    >>> settled_at([1, 2, 3, 4, 5, 6, 7, 8], [9, 5, 3, 1, 1, 1, 1, 1])
    5
    """
    if len(losses) < 3:
        return None
    padded = np.pad(np.array(losses, float), 1, mode="edge")
    smooth = np.convolve(padded, np.full(3, 1 / 3), mode="valid")
    limit = smooth.min() + SETTLED * (smooth.max() - smooth.min())
    above = np.flatnonzero(smooth > limit)
    last = int(above[-1]) if len(above) else -1
    return None if last + 1 >= len(steps) else steps[last + 1]
