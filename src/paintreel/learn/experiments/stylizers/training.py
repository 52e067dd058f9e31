"""Train one condition of the experiment on stylizers, and keep its network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paintreel.imaging.arrays import Array
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.stylizers.conditions import OURS
from paintreel.learn.experiments.stylizers.settings import StylizersSettings, settings_of
from paintreel.learn.experiments.trials import steps_of, train_trial, trial_seed
from paintreel.learn.export.onnx_export import export_style
from paintreel.learn.models.stylizer import Stylizer
from paintreel.learn.trainers.animegan import AnimeTrainer
from paintreel.learn.trainers.animegan3 import Anime3Trainer
from paintreel.learn.trainers.fsgan import FSGANTrainer, generator_of
from paintreel.learn.trainers.peer_stylizers import PeerTrainer
from paintreel.learn.trainers.start import find_start
from paintreel.learn.trainers.style_material import StyleMaterial
from paintreel.learn.trainers.ugatit import UGATITTrainer
from paintreel.learn.trainers.whitebox import WhiteBoxTrainer
from paintreel.runtime.contract import Contract

TRAINERS: Mapping[str, type[PeerTrainer[Any]]] = {
    "ugatit": UGATITTrainer,
    "animegan2": AnimeTrainer,
    "animegan3": Anime3Trainer,
    "whitebox": WhiteBoxTrainer,
}
Pairs = list[tuple[Array, Array]]


class Trainable:
    """What all conditions are trained on. The teacher paints when the first one asks for it."""

    def __init__(self, material: StyleMaterial, group: ProcessGroup) -> None:
        self.material, self.group = material, group
        self._pairs: tuple[Pairs, Pairs] | None = None

    def pairs(self) -> tuple[Pairs, Pairs]:
        """(photograph, painting by rule) to train on, and held out."""
        if self._pairs is None:
            self._pairs = self.material.pairs(self.group)
        return self._pairs

    def trainer(self, condition: Condition, settings: Any) -> Any:
        """The trainer of a condition."""
        m = self.material
        shared: dict[str, Any] = {"art": m.panels, "group": self.group, "weights": m.weights}
        if condition.system == OURS:
            pairs, held_out = self.pairs()
            start = find_start(settings.start, "stylize", generator_of(settings))
            return FSGANTrainer(settings, pairs=pairs, held_out=held_out, start=start, **shared)
        if settings.taught:
            photos, held_out_photos = self.pairs()
            return TRAINERS[condition.system](
                settings, photos=photos, held_out=held_out_photos, **shared
            )
        alone = [(x,) for x in m.photos]
        aside = [(x,) for x in m.held_out]
        return TRAINERS[condition.system](settings, photos=alone, held_out=aside, **shared)


def network_folder(out: Path, condition: Condition, trial: int) -> Path:
    """Where a condition's network lies, with its card."""
    return out / "networks" / f"{condition.name}-{trial:02d}"


def train_condition(
    condition: Condition,
    trial: int,
    trainable: Trainable,
    shared: StylizersSettings,
    *,
    seed: int,
    budget: Budget,
    compute: ComputeChoice | None,
    out: Path,
    work: Path,
) -> dict[str, Any]:
    """Train `condition` in the folder `work`, going on from a checkpoint there; keep it in `out`.

    What a record keeps of it. Raises TrainingError when the network diverges.
    """
    settings = settings_of(condition, shared, seed=trial_seed(seed, trial))
    trainer = trainable.trainer(condition, settings)
    trained_facts = train_trial(
        trainer, work=work, budget=budget, group=trainable.group, compute=compute
    )
    network: Stylizer = trainer.average.module
    contract = Contract(
        name=condition.name.replace("_", "-"),
        system=condition.system,
        licence="LicenseRef-Experiment",
        credit="",
        task="stylize",
        multiple=network.multiple,
        halo_px=network.halo_px,
        tiling=network.tiling,
    )
    folder = network_folder(out, condition, trial)
    folder.mkdir(parents=True, exist_ok=True)
    training: dict[str, Any] = {"steps": steps_of(work), "seed": settings.seed}
    export_style(
        network, folder / "model.onnx", contract, description=condition.title, training=training
    )
    return {
        **trained_facts,
        "parameters": sum(p.numel() for p in network.parameters()),
        "features": getattr(trainer, "features", "") if condition.system != OURS else "",
    }
