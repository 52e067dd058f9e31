"""Run the trials of the scene experiment: each condition of each trial once, whatever happens.

    OUT/experiment.json          what the trials depend on; another experiment is refused
    OUT/crops.json               the held-out crops, in order, and their categories
    OUT/trials/NAME-TRIAL.json   scores of one condition in one trial
    OUT/costs/NAME.json          what painting with a condition costs
    OUT/pictures/NAME.jpg        the first held-out crops at the standard level, of trial 0
    OUT/work/, OUT/roughs/       runs under way and the cache of roughs: of no use afterwards

An interrupted experiment goes on with the condition that it was at; one that was training goes on
from its checkpoint. Processes with other conditions may fill one OUT together: no file but those
that come out alike is written by two.
"""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import DataError, InputError, OutputError, TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import TEMPORARY_PREFIX, atomic_path
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.scene_pairs import PairSettings, make_panels
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import differences
from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.experiments.scene.conditions import Condition
from paintreel.learn.experiments.scene.costs import measure_costs
from paintreel.learn.experiments.scene.crops import Crop, cut_crops
from paintreel.learn.experiments.scene.makers import (
    PRESETS,
    Material,
    check_categories,
    clear,
    make,
    trial_seed,
)
from paintreel.learn.experiments.scene.scoring import open_extractor, score_pictures
from paintreel.learn.trainers.provenance import source_commit
from paintreel.learn.trainers.scene import SceneSettings
from paintreel.learn.trainers.svmm import SVMMSettings
from paintreel.learn.trainers.training_run import refuse_inside

MAX_SIDE_PX = 1280
SHOWN_CROPS = 5
SHOWN_QUALITY = 88
FACTS_NAME, CROPS_NAME = "experiment.json", "crops.json"
HELD_OUT = ("E05*", "E11*", "E16*", "E22*")
PAIRS = {
    "light": PairSettings(crop_px=160, batch=8),
    "tiny": PairSettings(crop_px=64, batch=2, scales_px=(96, 128)),
}
SVMM_OF = {
    "light": SVMMSettings(),
    "tiny": SVMMSettings(
        classes=4, patches=64, fourier=64, steps=200, scales_px=(96,), side_px=16, overlap_px=4
    ),
}


@dataclass(frozen=True)
class Experiment:
    """All that decides the results. settings: of every network, before a condition's changes.

    Raises InputError for what cannot be run.
    """

    conditions: tuple[Condition, ...]
    trials: int
    budget: Budget
    preset: str = "light"
    seed: int = 7
    crops: int = 48
    crop_px: int = 256
    held_out: tuple[str, ...] = HELD_OUT
    max_art: int = 3000
    settings: SceneSettings = field(default_factory=SceneSettings)

    def __post_init__(self) -> None:
        checks = {
            "trials is 1 to 99": 1 <= self.trials <= 99,
            f"preset is of {', '.join(PRESETS)}": self.preset in PRESETS,
            "seed is 0 to 1000000": 0 <= self.seed <= 1_000_000,
            "crops is 2 or more": self.crops >= 2,
            "crop_px is a multiple of 16, 64 or more": self.crop_px >= 64 and not self.crop_px % 16,
            "max_art is 4 or more": self.max_art >= 4,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"this experiment cannot be run: {'; '.join(wrong)} must hold")

    def facts(self) -> dict[str, Any]:
        """What trials of one experiment share, in plain values; their number may grow."""
        known = dataclasses.asdict(self)
        del known["conditions"], known["trials"]
        return known


def base_settings(preset: str) -> SceneSettings:
    """The settings that a preset's networks share. Raises InputError for another preset."""
    if preset not in PAIRS:
        raise InputError(f"preset is {preset!r}, expected one of {', '.join(PRESETS)}")
    return SceneSettings(preset=preset, pairs=PAIRS[preset])


def run_experiment(
    experiment: Experiment,
    *,
    art: Path,
    out: Path,
    command: Sequence[str],
    roughs: Path | None = None,
    extractor: Path | None = None,
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet.

    `on_trial` is called after each trial that was run, and once where none was left to run.

    Raises DataError for unusable art, OutputError if `out` holds an experiment and `resume` is not
    set, InputError if it holds another one, TrainingError if a network diverges for good.
    """
    folder = scan(art, what="--art")
    refuse_inside(out, (art,))
    source = {"command": " ".join(command), "commit": source_commit(), "machine": _machine()}
    network = open_extractor(extractor)
    kept, held = _split(folder, experiment)
    facts = experiment.facts() | {
        "data": f"art {kept.hash()[:16]}, held out {held.hash()[:16]}",
        "extractor": network.name if network else None,
    }
    _claim(out, facts, resume)
    missing = [
        (trial, condition)
        for trial in range(experiment.trials)
        for condition in experiment.conditions
        if (trial == 0 or condition.varies) and not record_path(out, condition, trial).exists()
    ]
    if not missing:
        on_trial(experiment.trials - 1)
        return
    with join_process_group() as group:
        if group.size > 1:
            raise TrainingError("the experiment runs in one process; start it without torchrun")
        material, crops = _prepare(experiment, kept, held, roughs or out / "roughs", say)
        check_categories([condition for _trial, condition in missing], crops)
        write_json(out / CROPS_NAME, {crop.name: crop.label for crop in crops})
        for (trial, condition), following in zip_longest(missing, missing[1:]):
            path = record_path(out, condition, trial)
            say(f"trial {trial + 1}/{experiment.trials}: {condition.name}")
            work = out / "work" / path.stem
            made = make(condition, trial, material, group, work)
            record, pictures = score_pictures(condition.name, made.paint, crops, network)
            if trial == 0:
                _keep_pictures(out / "pictures" / f"{condition.name}.jpg", pictures)
                _keep_costs(out, condition, experiment, work)
            about = {
                "condition": condition.name,
                "trial": trial,
                "seed": trial_seed(experiment.seed, trial),
                "source": source | {"device": group.device.type},
            }
            write_json(path, about | made.facts | record, indent=None)
            clear(work)
            if following is None or following[0] != trial:
                on_trial(trial)


def record_path(out: Path, condition: Condition, trial: int) -> Path:
    """Where a record lies; a reference has one for all trials."""
    return out / "trials" / f"{condition.name}-{trial if condition.varies else 0:02d}.json"


def read_records(out: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """{condition: {trial: record}} of all that is there. Raises InputError for a broken record."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for path in _whole(out / "trials"):
        record = read_json(path)
        found.setdefault(record["condition"], {})[record["trial"]] = record
    return found


def read_costs(out: Path) -> dict[str, dict[str, float]]:
    """{condition: costs} of all that is there. Raises InputError for a broken file."""
    return {path.stem: read_json(path) for path in _whole(out / "costs")}


def _whole(folder: Path) -> list[Path]:
    """JSON files of a folder but those that another process is writing."""
    found = folder.glob("*.json")
    return sorted(p for p in found if not p.name.startswith(TEMPORARY_PREFIX))


def read_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}; delete it and go on") from None


def write_json(path: Path, value: dict[str, Any], *, indent: int | None = 1) -> None:
    with atomic_path(path, overwrite=True) as beside:
        beside.write_text(json.dumps(value, indent=indent, allow_nan=False) + "\n", "utf-8")


def _split(folder: PictureFolder, experiment: Experiment) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, held out), by pattern, or a random eighth where no pattern matches."""
    kept, held = folder.split(experiment.held_out)
    if not held.paths:
        kept, held = kept.set_aside(np.random.default_rng([experiment.seed, 76]))
    if not kept.paths:
        raise DataError(f"--art {folder.root}: every picture is held out; nothing to train on")
    return kept.draw(experiment.max_art, np.random.default_rng([experiment.seed, 75])), held


def _claim(out: Path, facts: dict[str, Any], resume: bool) -> None:
    """Write what the experiment depends on, or check that it is what is there."""
    path = out / FACTS_NAME
    plain = json.loads(json.dumps(facts))
    if path.exists():
        if not resume:
            raise OutputError(f"{out} holds an experiment; go on with --resume or give a new --out")
        if other := differences(read_json(path), plain):
            raise InputError(
                f"{out} holds another experiment: {'; '.join(other[:6])}; give a new --out"
            )
        return
    write_json(path, plain)


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def _prepare(
    experiment: Experiment,
    kept: PictureFolder,
    held: PictureFolder,
    roughs: Path,
    say: Callable[[str], None],
) -> tuple[Material, list[Crop]]:
    found = read_labels(kept.root)
    held_pictures = load_pictures(held, max_side_px=MAX_SIDE_PX, what="--art")
    crops = cut_crops(
        held_pictures,
        [p.as_posix() for p in held.paths],
        [found.get(p.as_posix()) for p in held.paths],
        count=experiment.crops,
        side_px=experiment.crop_px,
        seed=experiment.seed,
    )
    panels = make_panels(
        load_pictures(kept, max_side_px=MAX_SIDE_PX, what="--art"),
        [found.get(p.as_posix()) for p in kept.paths],
        scales_px=experiment.settings.pairs.scales_px,
        cache=roughs,
        threads=os.cpu_count() or 1,
        on_progress=lambda done, total: say(f"roughs {done}/{total}") if done == total else None,
    )
    material = Material(
        panels=panels,
        sample=crops[0].as_panel(),
        preset=experiment.preset,
        seed=experiment.seed,
        budget=experiment.budget,
        settings=experiment.settings,
        svmm=SVMM_OF[experiment.preset],
    )
    return material, crops


def _keep_pictures(path: Path, pictures: Sequence[Array]) -> None:
    """The first pictures, one under the other."""
    strip = np.vstack(pictures[:SHOWN_CROPS])
    write_picture(path, Picture(strip), quality=SHOWN_QUALITY, overwrite=True)


def _keep_costs(out: Path, condition: Condition, experiment: Experiment, work: Path) -> None:
    if not condition.varies:
        return
    costs = measure_costs(
        condition,
        preset=experiment.preset,
        side_px=experiment.crop_px,
        svmm=work / "model.npz" if condition.system == "svmm" else None,
    )
    write_json(out / "costs" / f"{condition.name}.json", costs)
