"""Run the trials of the experiment on fusion.

OUT/experiment.json, OUT/trials/  see `experiments.records`
OUT/compute.json                  precision and threads of all trainings, measured once
OUT/asked.json                    the held-out shots: source, and what each is painted by
OUT/pictures/NAME.jpg             a frame of some shots, of trial 0
OUT/work/                         runs under way: of no use afterwards
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.fusion_pictures import paint_pictures
from paintreel.learn.data.fusion_samples import PaintedPicture
from paintreel.learn.data.splits import Splits
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.engine.settings import apply
from paintreel.learn.engine.workload import Workload
from paintreel.learn.experiments.conditions import REFERENCE, Condition
from paintreel.learn.experiments.fuse.scoring import FuseScorer, painted
from paintreel.learn.experiments.fuse.settings import SETTINGS
from paintreel.learn.experiments.fuse.shots import (
    HELD_OUT_STYLE,
    AskedShot,
    choose_photographs,
    hold_out,
    make_shots,
    spread,
)
from paintreel.learn.experiments.records import claim_folder, refuse_unresumed, write_json
from paintreel.learn.experiments.trials import (
    RunTrial,
    TrialsExperiment,
    missing_trials,
    one_process,
    run_trials,
    shared_compute,
    source_of,
    train_trial,
    trial_seed,
)
from paintreel.learn.models.fusion import PRESETS, Fusion
from paintreel.learn.trainers.fusion import FusionSettings, FusionTrainer
from paintreel.learn.trainers.training_run import progress_of, refuse_inside
from paintreel.runtime.fusion_names import CARRIED_PLANES

__all__ = ["ASKED_NAME", "FuseExperiment", "run_fuse"]

ASKED_NAME = "asked.json"
_FOLLOWED, _SHOWN = 4, 6


@dataclass(frozen=True, kw_only=True)
class FuseExperiment(TrialsExperiment):
    """All that decides the results.

    pictures    held-out photographs, a shot of each
    splits      which photographs are held out; None: whole sources by chance
    """

    settings: FusionSettings = field(default_factory=lambda: SETTINGS["light"])
    pictures: int = 24
    splits: Splits | None = None

    def rules(self) -> dict[str, bool]:
        """{what must hold: whether it does}."""
        return {**super().rules(), "pictures is 2 or more": self.pictures >= 2}


@dataclass(frozen=True, eq=False)
class _Material:
    training: Sequence[PaintedPicture]
    shots: Sequence[AskedShot]
    data: str


def run_fuse(
    experiment: FuseExperiment,
    *,
    photos: Path,
    out: Path,
    command: Sequence[str],
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    Raises DataError for photographs that cannot be used, OutputError if `out` holds an experiment
    and `resume` is not set, InputError if it holds another one, TrainingError if a network diverges
    for good.
    """
    refuse_inside(out, (photos,))
    refuse_unresumed(out, resume=resume)
    with one_process() as group:
        material = _gather(experiment, photos)
        claim_folder(out, experiment.facts() | {"data": material.data}, resume=resume)
        missing = missing_trials(out, experiment.conditions, experiment.trials)
        if not missing:
            on_trial(experiment.trials - 1)
            return
        asked = {shot.name: {"source": shot.source, "way": shot.way} for shot in material.shots}
        write_json(out / ASKED_NAME, asked)
        compute = shared_compute(out, _workload(experiment.settings), group)
        run_trials(
            missing,
            _run_trial(experiment, material, compute, group, out),
            out=out,
            trials=experiment.trials,
            seed=experiment.seed,
            source=source_of(command) | {"device": group.device.type},
            on_trial=on_trial,
            say=say,
        )


def _gather(experiment: FuseExperiment, photos: Path) -> _Material:
    """Photographs painted to learn from, and the shots that are asked about."""
    s, splits = experiment.settings, experiment.splits
    rng = np.random.default_rng(experiment.seed)
    folder = scan(photos, what="--photos")
    if splits is None:
        folder, test = hold_out(folder, experiment.pictures, rng)
    else:
        test = folder.only(splits.photographs.test)
        folder, _ = folder.split(splits.photographs.held_out)
    folder = folder.draw(s.pictures, rng)
    test = choose_photographs(test, experiment.pictures, experiment.seed)
    pictures = paint_pictures(
        load_pictures(folder, what="--photos", max_side_px=s.max_side_px),
        s.styles,
        seed=experiment.seed,
        on_progress=progress_of("painting photographs", speak=True),
    )
    styles = (HELD_OUT_STYLE,) if s.styles else ()
    data = f"photos {folder.hash()[:16]}, asked {test.hash()[:16]}"
    shots = make_shots(
        test,
        experiment.seed,
        styles=styles,
        on_progress=progress_of("painting held-out photographs", speak=True),
    )
    return _Material(pictures, shots, data)


def _workload(s: FusionSettings) -> Workload:
    n, side = s.batch * s.sampling.frames, s.sampling.side_px
    return Workload(
        Fusion(PRESETS[s.preset]), [(n, 3, side, side), (n, CARRIED_PLANES, side, side)]
    )


def _run_trial(
    experiment: FuseExperiment,
    material: _Material,
    compute: ComputeChoice,
    group: ProcessGroup,
    out: Path,
) -> RunTrial:
    """A function that trains a condition, where it is trained, and measures it."""
    scorer = FuseScorer(material.shots)

    def run_trial(condition: Condition, trial: int, work: Path) -> Mapping[str, Any]:
        shown = out / "pictures" / f"{condition.name}.jpg" if trial == 0 else None
        if condition.group == REFERENCE:
            return scorer.of_reference(condition.system)
        seed = trial_seed(experiment.seed, trial)
        changed = apply(experiment.settings, condition.changes, f"condition {condition.name}")
        settings = replace(changed, seed=seed)
        trainer = FusionTrainer(
            settings,
            pictures=material.training,
            measured=material.training[:_FOLLOWED],  # for the log alone: no held-out one is spent
            group=group,
            windows=_FOLLOWED,
        )
        try:
            trained_facts = train_trial(
                trainer, work=work, budget=experiment.budget, group=group, compute=compute
            )
        finally:
            trainer.close()
        network = trainer.average.module
        if shown is not None:
            _show(network, material.shots, shown)
        return {
            **trained_facts,
            "parameters": sum(p.numel() for p in network.parameters()),
            **scorer.of_network(network, seed=seed),
        }

    return run_trial


def _show(network: Fusion, shots: Sequence[AskedShot], path: Path) -> None:
    """The last frame of some shots, painted."""
    frames: list[Array] = [painted(network.eval(), shot)[0][-1] for shot in spread(shots, _SHOWN)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, Picture(np.vstack(frames)), quality=90, overwrite=True)
