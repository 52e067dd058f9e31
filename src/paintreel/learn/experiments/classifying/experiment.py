"""An experiment that classifies pictures: what decides its results, and how it is run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.errors import InputError, TrainingError
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.records import claim_folder
from paintreel.learn.experiments.trials import RunTrial, missing_trials, run_trials, source_of


@dataclass(frozen=True)
class PictureExperiment:
    """All that decides the results.

    conditions  what is compared
    trials      trainings of each; folds, where `folded`
    budget      of one training
    settings    of all trainings, before a condition's changes: a dataclass
    seed        of trials, folds and what is held out
    held_out    globs of the pictures that are held out, where trials are no folds
    folded      whether each trial holds out another part of the pictures

    Raises InputError for what cannot be run.
    """

    conditions: tuple[Condition, ...]
    trials: int
    budget: Budget
    settings: Any
    seed: int = 7
    held_out: tuple[str, ...] = ()
    folded: bool = False

    def __post_init__(self) -> None:
        least = 2 if self.folded else 1
        checks = {
            f"trials is {least} to 99": least <= self.trials <= 99,
            "seed is 0 to 1000000": 0 <= self.seed <= 1_000_000,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"this experiment cannot be run: {'; '.join(wrong)} must hold")

    def facts(self) -> dict[str, Any]:
        """What trials of one experiment share, in plain values; the number of folds too."""
        facts = dataclasses.asdict(self)
        del facts["conditions"]
        if not self.folded:
            del facts["trials"]
        return facts


def run_classifying(
    experiment: PictureExperiment,
    prepare: Callable[[Sequence[Condition], ProcessGroup], RunTrial],
    *,
    data: str,
    out: Path,
    command: Sequence[str],
    resume: bool,
    on_trial: Callable[[int], None],
    say: Callable[[str], None],
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    prepare  called once with the conditions that are missing, where any is; gives what runs them
    data     hash of the pictures; the others are as in `learn.experiments.scene.trials`

    Raises OutputError if `out` holds an experiment and `resume` is not set, InputError if it
    holds another one, TrainingError if a network diverges for good.
    """
    source = source_of(command)
    claim_folder(out, experiment.facts() | {"data": data}, resume=resume)
    missing = missing_trials(out, experiment.conditions, experiment.trials)
    if not missing:
        on_trial(experiment.trials - 1)
        return
    with join_process_group() as group:
        if group.size > 1:
            raise TrainingError("the experiment runs in one process; start it without torchrun")
        wanted = {condition.name: condition for _trial, condition in missing}
        run_trials(
            missing,
            prepare(list(wanted.values()), group),
            out=out,
            trials=experiment.trials,
            seed=experiment.seed,
            source=source | {"device": group.device.type},
            on_trial=on_trial,
            say=say,
        )
