"""Train one condition of the scene experiment, and paint with it."""

from __future__ import annotations

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
from paintreel.learn.engine.parts import on_device
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.scene.conditions import (
    FULL,
    ROUGH,
    TRUTH,
    TRUTH_OF_WORDS,
    is_network,
)
from paintreel.learn.experiments.scene.words import (
    draw_word,
    is_from_noise,
    is_of_words,
    train_from_noise,
    word_rough,
)
from paintreel.learn.experiments.trials import train_trial, trial_seed
from paintreel.learn.models.pretrained import fill, read_state
from paintreel.learn.models.scene_network import SceneGenerator
from paintreel.learn.systems import SCENE_NETWORKS, SYSTEMS
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
    kept      folder of weights of finished trainings, which a condition of the same may take
    """

    panels: Sequence[Panel]
    sample: Crop
    preset: str
    seed: int
    budget: Budget
    settings: SceneSettings
    svmm: SVMMSettings
    compute: ComputeChoice = field(default_factory=lambda: ComputeChoice("f32", 1))
    kept: Path | None = None


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
    seed = trial_seed(material.seed, trial)
    if is_from_noise(condition):
        return _from_noise(condition, seed, material, group, work)
    if is_network(condition):
        return _network(condition, trial, material, group, work)
    if condition.system == "svmm":
        return _svmm(trial, material, work)
    if condition.system == "grbm":
        draw = draw_word if is_of_words(condition) else draw_rules
        return TrainedCondition(lambda crop, _level: draw(crop, seed), {})
    rows: dict[str, Paint] = {
        ROUGH: _block_in,
        TRUTH: lambda crop, _level: crop.truth,
        TRUTH_OF_WORDS: lambda crop, _level: crop.truth,
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
    from_words = is_of_words(condition)
    shared = kept_weights(material.kept, FULL, trial) if material.kept and from_words else None
    if shared is not None and shared.is_file():
        generator, facts = _kept(shared, settings, group)
    else:
        generator, facts = _trained(condition.system, settings, material, group, work)
    facts["parameters"] = sum(p.numel() for p in generator.parameters())
    is_conditioned = "category" not in settings.without

    @torch.no_grad()
    def paint(crop: Crop, level: str) -> Array:
        rough = word_rough(crop, settings.seed) if from_words else crop.roughs[level]
        x = torch.from_numpy(network_planes(rough.blocks, rough.lines))[None]
        label = crop.label if is_conditioned else None
        category = torch.from_numpy(one_hot(label, LABELS))[None]
        scene, _code = generator(x.to(group.device), category.to(group.device))
        return as_picture(scene[0].permute(1, 2, 0).cpu().numpy())

    return TrainedCondition(paint, facts)


def kept_weights(folder: Path, condition: str, trial: int) -> Path:
    """Where the weights of a condition's trial are kept."""
    return folder / f"{condition}-{trial:02d}.safetensors"


def _kept(
    path: Path, settings: SceneSettings, group: ProcessGroup
) -> tuple[SceneGenerator, dict[str, Any]]:
    """FULL as it has been trained in this trial: from words it is the same network."""
    network = SCENE_NETWORKS[FULL].load_network()
    generator = network.generator(
        settings.preset,
        without=settings.without,
        fusion=settings.fusion,
        variants=settings.variants,
    )
    fill(generator, read_state(path), source=path, layout="MFFCN of this experiment")
    return on_device(generator, group), {"weights_of": path.stem}


def _trained(
    system: str, settings: SceneSettings, material: Material, group: ProcessGroup, work: Path
) -> tuple[SceneGenerator, dict[str, Any]]:
    trainer = SceneTrainer(
        system, settings, panels=material.panels, held_out=[material.sample], group=group
    )
    trained_facts = train_trial(
        trainer, work=work, budget=material.budget, group=group, compute=material.compute
    )
    return trainer.average.module, trained_facts


def _from_noise(
    condition: Condition, seed: int, material: Material, group: ProcessGroup, work: Path
) -> TrainedCondition:
    paint, facts = train_from_noise(
        condition,
        panels=material.panels,
        preset=material.preset,
        batch=material.settings.pairs.batch,
        seed=seed,
        budget=material.budget,
        compute=material.compute,
        group=group,
        work=work,
    )
    return TrainedCondition(lambda crop, _level: paint(crop), facts)


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
    drawn = [c.name for c in conditions if c.system == "grbm" or (is_of_words(c) and c.varies)]
    if unnamed and drawn:
        raise InputError(
            f"{drawn[0]} draws a category, and {unnamed[0]} has none; rate the art in ratings.tsv, "
            f"or leave {', '.join(drawn)} out with --systems"
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
