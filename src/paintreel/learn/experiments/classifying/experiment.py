"""An experiment that classifies pictures: what decides its results, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.records import claim_folder
from paintreel.learn.experiments.trials import (
    RunTrial,
    TrialsExperiment,
    missing_trials,
    one_process,
    run_trials,
    source_of,
)


@dataclass(frozen=True, kw_only=True)
class PictureExperiment(TrialsExperiment):
    """All that decides the results; trials are folds where `folded`.

    held_out  globs of the pictures that are held out, where trials are no folds
    folded    whether each trial holds out another part of the pictures
    """

    held_out: tuple[str, ...] = ()
    folded: bool = False

    def rules(self) -> dict[str, bool]:
        """Folds are two or more."""
        if not self.folded:
            return super().rules()
        return {"trials is 2 to 99": self.trials >= 2, **super().rules()}

    def facts(self) -> dict[str, Any]:
        """What trials of one experiment share; the number of folds too."""
        return super().facts() | ({"trials": self.trials} if self.folded else {})


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
    with one_process() as group:
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
