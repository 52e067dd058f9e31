"""Train one condition of the scene experiment, and paint with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.scene_crops import Crop
from paintreel.learn.data.scene_pairs import Panel
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.loop import LoopSettings, train
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.scene.conditions import ROUGH, TRUTH, is_network
from paintreel.learn.experiments.trials import steps_of, trial_seed
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers.provenance import ModelFacts, read_source
from paintreel.learn.trainers.scene import SceneSettings, SceneTrainer
from paintreel.learn.trainers.stylizer import as_picture
from paintreel.learn.trainers.svmm import SVMMSettings, export_trained, learn
from paintreel.learn.trainers.training_run import Run, Trained
from paintreel.roughs.labels import one_hot
from paintreel.roughs.planes import network_planes
from paintreel.scenes.svmm import SVMM
from paintreel.worlds import draw_world
from paintreel.worlds.categories import LABELS, find_category

Paint = Callable[[Crop, str], Array]
"""Picture (S, S, 3) uint8 of a crop's rough at a level."""


@dataclass(frozen=True)
class Material:
    """What every condition is trained on.

    panels    to train on
    sample    held-out crop that the trainer's own measures and samples are taken on
    preset    of the networks
    seed      of the whole experiment
    budget    of one training
    settings  of every network, before a condition's changes
    svmm      settings of the support vector machine
    compute   precision and threads of every training, so that all are computed alike
    """

    panels: Sequence[Panel]
    sample: Crop
    preset: str
    seed: int
    budget: Budget
    settings: SceneSettings
    svmm: SVMMSettings
    compute: ComputeChoice = field(default_factory=lambda: ComputeChoice("f32", 1))


@dataclass(frozen=True)
class TrainedCondition:
    """A condition that is ready to paint.

    paint  crop and level of rough to a picture
    facts  what a record keeps of the training, in plain values
    """

    paint: Paint
    facts: dict[str, Any]


def settings_of(condition: Condition, material: Material, trial: int) -> SceneSettings:
    """Settings of a network in a trial; a trial has one seed for all conditions.

    Of the experiment's preset, unless the condition is one of another; crops that a condition asks
    for are no larger than the smallest scale of the panels.
    """
    base, changes = replace(material.settings, preset=material.preset), dict(condition.changes)
    if "crop_px" in (pairs := changes.get("pairs", {})):
        smallest = min(base.pairs.scales_px) // 16 * 16
        changes["pairs"] = pairs | {"crop_px": min(pairs["crop_px"], smallest)}
    changed = apply(base, changes, f"condition {condition.name}")
    return replace(changed, seed=trial_seed(material.seed, trial))


def train_condition(
    condition: Condition, trial: int, material: Material, group: ProcessGroup, work: Path
) -> TrainedCondition:
    """Train `condition` in the folder `work`, going on from a checkpoint there, or just set it up.

    Raises TrainingError when a network diverges.
    """
    if is_network(condition):
        return _network(condition, trial, material, group, work)
    if condition.system == "svmm":
        return _svmm(trial, material, work)
    if condition.system == "grbm":
        seed = trial_seed(material.seed, trial)
        return TrainedCondition(lambda crop, _level: draw_rules(crop, seed), {})
    rows: dict[str, Paint] = {
        ROUGH: _block_in,
        TRUTH: lambda crop, _level: crop.truth,
    }
    return TrainedCondition(rows[condition.name], {})


def _block_in(crop: Crop, level: str) -> Array:
    blocks = crop.roughs[level].blocks
    assert blocks is not None  # roughs that are made of a picture have them
    return blocks


def _network(
    condition: Condition, trial: int, material: Material, group: ProcessGroup, work: Path
) -> TrainedCondition:
    settings = settings_of(condition, material, trial)
    trainer = SceneTrainer(
        condition.system, settings, panels=material.panels, held_out=[material.sample], group=group
    )
    done = train(
        trainer,
        out=work,
        budget=material.budget,
        group=group,
        resume=(work / "checkpoint.pt").exists(),
        settings=LoopSettings(
            say_every_s=math.inf,
            precision=material.compute.precision,
            threads=material.compute.threads,
        ),
    )
    generator = trainer.average.module
    facts = {
        "train_s": round(done.wall_s, 1),
        "precision": done.compute.precision,
        "threads": done.compute.threads,
        "steps": steps_of(work),
        "parameters": sum(p.numel() for p in generator.parameters()),
    }
    is_conditioned = "category" not in settings.without

    @torch.no_grad()
    def paint(crop: Crop, level: str) -> Array:
        rough = crop.roughs[level]
        x = torch.from_numpy(network_planes(rough.blocks, rough.lines))[None]
        label = crop.label if is_conditioned else None
        category = torch.from_numpy(one_hot(label, LABELS))[None]
        scene, _code = generator(x.to(group.device), category.to(group.device))
        return as_picture(scene[0].permute(1, 2, 0).cpu().numpy())

    return TrainedCondition(paint, facts)


def _svmm(trial: int, material: Material, work: Path) -> TrainedCondition:
    settings = replace(material.svmm, seed=trial_seed(material.seed, trial))
    arrays, measures = learn(material.panels, settings, seconds=material.budget.seconds)
    source = read_source(allow_dirty=True)
    run = Run(SYSTEMS["svmm"], work, ModelFacts("svmm"), settings, material.budget, source)
    path = work / run.system.file
    export_trained(Trained(arrays, {"measures": measures}), path, run)
    model = SVMM(path)
    parameters = sum(arrays[n].size for n in ("weights", "bias", "underpaint", "gains"))

    def paint(crop: Crop, level: str) -> Array:
        return model(crop.roughs[level], find_category(crop.label) if crop.label else None)

    return TrainedCondition(paint, {"parameters": int(parameters), **measures})


def check_categories(conditions: Sequence[Condition], crops: Sequence[Crop]) -> None:
    """Raise InputError, before anything is trained, where rules are to draw an unnamed scene."""
    unnamed = [crop.name for crop in crops if crop.label is None]
    if unnamed and any(c.system == "grbm" for c in conditions):
        raise InputError(
            f"grbm draws a category, and {unnamed[0]} has none; rate the art in ratings.tsv, or "
            "leave grbm out with --systems"
        )


def draw_rules(crop: Crop, seed: int) -> Array:
    """A world of the crop's category, drawn by rules from a seed of the trial and the crop.

    Raises InputError for a crop without one.
    """
    if crop.label is None:
        raise InputError(f"rules draw a category, and {crop.name} has none")
    chance = np.random.default_rng([seed, *crop.name.encode()])
    side = crop.truth.shape[0]
    world = draw_world(
        find_category(crop.label),
        seed=int(chance.integers(2**32)),
        width_px=side,
        height_px=side,
    )
    return world.flatten()
