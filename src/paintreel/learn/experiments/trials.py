"""Run the trials of an experiment: each condition of each trial once, whatever happens.

An interrupted experiment goes on with the condition that it was at; what was training there finds
its checkpoint in the folder that it worked in, OUT/work/NAME-TRIAL.
"""

from __future__ import annotations

import dataclasses
import math
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.errors import OutputError, TrainingError
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.held_folder import held
from paintreel.learn.engine.loop import LoopSettings, Trainer, train
from paintreel.learn.engine.precision import ComputeChoice, choose
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.engine.workload import Workload
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.records import read_json, record_path, write_json
from paintreel.learn.trainers.provenance import read_source
from paintreel.runtime.system import describe_machine

SEEDS_APART = 1000
COMPUTE_NAME = "compute.json"

RunTrial = Callable[[Condition, int, Path], Mapping[str, Any]]
"""Condition, trial and folder to work in to what is worth keeping of it, in plain values."""


@dataclass(frozen=True, kw_only=True)
class TrialsExperiment:
    """What decides the results of an experiment of trained networks; each adds its own.

    conditions  what is compared
    trials      trainings of each
    budget      of one training
    settings    of all trainings, before a condition's changes: a dataclass
    seed        of trials

    Raises InputError for what cannot be run.
    """

    conditions: tuple[Condition, ...]
    trials: int
    budget: Budget
    settings: Any
    seed: int = 7

    def __post_init__(self) -> None:
        must_hold(self.rules(), "this experiment cannot be run")

    def rules(self) -> dict[str, bool]:
        """{what must hold: whether it does}."""
        return {
            "trials is 1 to 99": 1 <= self.trials <= 99,
            "seed is 0 to 1000000": 0 <= self.seed <= 1_000_000,
        }

    def facts(self) -> dict[str, Any]:
        """What trials of one experiment share, in plain values; their number may grow."""
        facts = dataclasses.asdict(self)
        del facts["conditions"], facts["trials"]
        return facts


def trial_seed(seed: int, trial: int) -> int:
    """Seed of a trial of an experiment with `seed`, the same for all its conditions."""
    return seed * SEEDS_APART + trial


def source_of(command: Sequence[str]) -> dict[str, Any]:
    """Where records come from: the command, the commit of the code, the machine."""
    source = read_source(allow_dirty=True)  # which the record then says
    return {"command": " ".join(command), "machine": describe_machine(), **source.facts()}


def missing_trials(
    out: Path, conditions: Sequence[Condition], trials: int
) -> list[tuple[int, Condition]]:
    """(trial, condition) of the records that `out` lacks; references are in trial 0 alone.

    A condition that says how many are `enough` has no more.
    """
    return [
        (trial, condition)
        for trial in range(trials)
        for condition in conditions
        if (trial == 0 or condition.varies)
        and (condition.enough is None or trial < condition.enough)
        and not record_path(out, condition, trial).exists()
    ]


@contextmanager
def one_process() -> Iterator[ProcessGroup]:
    """The process group of an experiment. Raises TrainingError where torchrun started several."""
    with join_process_group() as group:
        if group.size > 1:
            raise TrainingError("the experiment runs in one process; start it without torchrun")
        yield group


def run_trials(
    missing: Sequence[tuple[int, Condition]],
    run_trial: RunTrial,
    *,
    out: Path,
    trials: int,
    seed: int,
    source: Mapping[str, Any],
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run what is missing, in order; write each record as soon as it is there.

    missing    of `missing_trials`
    run_trial  makes one record; the folder that it worked in is removed afterwards
    seed       of the whole experiment; source: of `source_of`
    on_trial   called after the last condition of each trial
    """
    for index, (trial, condition) in enumerate(missing):
        path = record_path(out, condition, trial)
        say(f"trial {trial + 1}/{trials}: {condition.name}")
        work = out / "work" / path.stem
        about = {
            "condition": condition.name,
            "trial": trial,
            "seed": trial_seed(seed, trial),
            "source": dict(source),
        }
        with held(work, what=f"another process that trains {condition.name}"):
            if not path.exists():  # which such a process may have written meanwhile
                write_json(path, about | dict(run_trial(condition, trial, work)), indent=None)
            shutil.rmtree(work, ignore_errors=True)
        if index + 1 == len(missing) or missing[index + 1][0] != trial:
            on_trial(trial)


def shared_compute(out: Path, workload: Workload, group: ProcessGroup) -> ComputeChoice:
    """Precision and threads of all trainings in `out`: measured by the first process that needs it.

    Chosen anew for each training they would follow what else runs, and conditions with them.
    """
    path = out / COMPUTE_NAME
    if path.exists():
        return ComputeChoice.from_state(read_json(path))
    compute = choose(workload, group=group)
    try:
        write_json(path, compute.state_dict(), overwrite=False)
    except OutputError:
        if not path.exists():
            raise
        return ComputeChoice.from_state(read_json(path))  # another process was first
    return compute


def train_trial(
    trainer: Trainer,
    *,
    work: Path,
    budget: Budget,
    group: ProcessGroup,
    compute: ComputeChoice | None,
) -> dict[str, Any]:
    """Train in the folder `work`, on from a checkpoint there; what every record keeps of it.

    compute: of `shared_compute`; None chooses for this training alone.
    Raises TrainingError when the network diverges.
    """
    done = train(
        trainer,
        out=work,
        budget=budget,
        group=group,
        resume=(work / "checkpoint.pt").exists(),
        settings=LoopSettings(
            say_every_s=math.inf,
            precision="auto" if compute is None else compute.precision,
            threads=None if compute is None else compute.threads,
        ),
    )
    return {
        "train_s": round(done.wall_s, 1),
        "precision": done.compute.precision,
        "threads": done.compute.threads,
        "steps": steps_of(work),
    }


def steps_of(work: Path) -> int:
    """Steps of the run in `work`: the loop keeps a snapshot at its end."""
    return max((int(p.stem) for p in (work / "snapshots").glob("*.safetensors")), default=0)
