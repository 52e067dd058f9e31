"""Training of the feature extractor: what medium is it, and what scene does the panel show?

Differences from the paper (Wu and Chen 2022)
- It trains a classifier of drawn styles and gives no settings. Here are two tasks, medium and
  scene, with label smoothing; AdamW under a warm-up and a cosine; crops changed in colour, blur and
  JPEG quality; gradients clipped to norm 2; the average of the weights is exported.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.data.folders import MIN_SIDE_PX
from paintreel.learn.data.labelled import (
    PANEL,
    UNKNOWN,
    LabelledCrops,
    LabelledFolder,
    LabelledPictures,
    find_labelled,
)
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.pace import Phase, least_steps
from paintreel.learn.engine.parts import Learner, Randomness, StepTrainer, seeded, to_device
from paintreel.learn.engine.rates import warm_cosine
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.engine.workload import Workload
from paintreel.learn.export.features import export_features
from paintreel.learn.models.extractor import PRESETS, Extractor
from paintreel.learn.trainers.framed_tiles import TILE_PX, framed_tile
from paintreel.learn.trainers.training_run import Folders, Run, Trained
from paintreel.worlds.categories import LABELS

MAPS = ("at_2", "at_4", "at_8", "at_16")
"""Outputs of the graph: feature maps at 1/2, 1/4, 1/8 and 1/16 of the picture."""

F32_ONLY = "depthwise convolutions are half as fast in bf16 on a CPU"


@dataclass(frozen=True)
class ExtractorSettings:
    """Everything a recipe may set; lengths in pixels, shares of 1.

    scene_weight: of the scene loss beside that of the medium.
    panel_share: part of the crops that are panels, which alone have scenes.
    jitter: strength of the changes of colour and blur.
    licences: globs of manifest licences to train on; empty takes all.
    held_out: globs of pictures that training never sees.
    Raises InputError for values that no run can use.
    """

    preset: str = "standard"
    seed: int = 0
    max_side_px: int = 640
    crop_px: int = 144
    batch: int = 24
    rate: float = 3e-3
    weight_decay: float = 0.02
    warmup: float = 0.03
    label_smoothing: float = 0.1
    scene_weight: float = 0.5
    panel_share: float = 0.35
    jitter: float = 0.6
    ema_decay: float = 0.998
    licences: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks = {
            f"preset is one of {', '.join(PRESETS)}": self.preset in PRESETS,
            "crop_px is 32 or more": self.crop_px >= 32,
            "batch is 2 or more": self.batch >= 2,
            f"max_side_px is {MIN_SIDE_PX} or more": self.max_side_px >= MIN_SIDE_PX,
            "seed is 0 or more": self.seed >= 0,
            "rate is above 0": self.rate > 0,
            "weight_decay, scene_weight and jitter are not below 0": (
                min(self.weight_decay, self.scene_weight, self.jitter) >= 0
            ),
            "jitter is 1 at most": self.jitter <= 1,
            "warmup is 0 to below 1": 0 <= self.warmup < 1,
            "label_smoothing is 0 to below 1": 0 <= self.label_smoothing < 1,
            "panel_share is between 0 and 1": 0 < self.panel_share < 1,
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
        }
        must_hold(checks, "these settings cannot be trained with")


class ExtractorTrainer(StepTrainer[Extractor]):
    """Implements `paintreel.learn.engine.loop.Trainer`.

    train, held_out: pictures with labels. media: names of the media.
    """

    caption = "a row a medium, framed green where it is recognised, red where not"

    def __init__(
        self,
        settings: ExtractorSettings,
        *,
        train: LabelledPictures,
        held_out: LabelledPictures,
        media: tuple[str, ...],
        group: ProcessGroup,
    ) -> None:
        s = self.settings = settings
        self.media, self.held_out = media, held_out
        with seeded(s.seed, group):
            model = Extractor(PRESETS[s.preset], media=len(media), scenes=len(LABELS))
        self.learner = Learner(
            model,
            lambda network: torch.optim.AdamW(
                network.parameters(), s.rate, weight_decay=s.weight_decay
            ),
            ema_decay=s.ema_decay,
            group=group,
            view=_Classifier,
        )
        self.model = self.learner.network
        super().__init__(self.learner, Randomness(s.seed, group), group=group)
        self.phases = [Phase("the training", 1.0, least_steps(s.ema_decay))]
        self.crops = LabelledCrops(
            train,
            panel=media.index(PANEL),
            panel_share=s.panel_share,
            crop_px=s.crop_px,
            batch=s.batch,
            strength=s.jitter,
            rng=self.rng,
        )

    def workload(self) -> Workload:
        """The classifier on a batch of pictures."""
        s = self.settings
        view, shape = _Classifier(self.model), (s.batch, 3, s.crop_px, s.crop_px)
        return Workload(view, [shape], f32_only=F32_ONLY)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        pictures, medium, scene = (to_device(x, self.group) for x in self.crops())
        self.learner.set_rate(s.rate * warm_cosine(progress, s.warmup) * self.rate_factor)
        self.model.train()
        media_logits, scene_logits = self.learner.parallel(pictures)
        terms = {
            "medium": nn.functional.cross_entropy(
                media_logits, medium, label_smoothing=s.label_smoothing
            ),
            "scene": _known_entropy(scene_logits, scene, s.label_smoothing),
        }
        self.learner.clear()
        loss = terms["medium"] + s.scene_weight * terms["scene"]
        loss.backward()  # type: ignore[no-untyped-call]
        self.learner.update(max_norm=2.0)
        return {name: term.item() for name, term in terms.items()}

    @torch.no_grad()
    def predict(self, pictures: list[Array]) -> tuple[Array, Array]:
        """(media (N,), scenes (N,)) that the averaged weights see in whole (H, W, 3) uint8."""
        classes = []
        for picture in pictures:
            x = torch.from_numpy(picture.transpose(2, 0, 1)[None].astype(np.float32) / 255)
            logits = self.average.module.classify(x.to(self.device))
            classes.append([int(each.argmax()) for each in logits])
        media, scenes = np.array(classes).reshape(-1, 2).T
        return media, scenes

    def measures(self) -> dict[str, float]:
        """Accuracy and macro recall (the mean over classes) of medium and scene, held out."""
        return self.judge_held_out()[0]

    def judge_held_out(self) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """(`measures`, {"medium": {class: recall}, "scene": {class: recall}}), held out."""
        media, scenes = self.predict(self.held_out.pictures)
        known = self.held_out.scene != UNKNOWN
        scores: dict[str, float] = {}
        recalls: dict[str, dict[str, float]] = {}
        for task, predicted, true, names in (
            ("medium", media, self.held_out.medium, self.media),
            ("scene", scenes[known], self.held_out.scene[known], LABELS),
        ):
            if true.size:
                recalls[task] = _recalls(predicted, true, names)
                scores[f"{task}_accuracy"] = float((predicted == true).mean())
                scores[f"{task}_recall"] = float(np.mean(list(recalls[task].values())))
        return scores, recalls

    def sample_sheet(self) -> Array:
        """Held-out pictures, one row a medium, in a green frame where the medium is recognised."""
        rows = []
        for index in range(len(self.media)):
            chosen = np.flatnonzero(self.held_out.medium == index)[:6]
            pictures = [self.held_out.pictures[i] for i in chosen]
            media = self.predict(pictures)[0]
            tiles = [framed_tile(p, s == index) for p, s in zip(pictures, media, strict=True)]
            tiles += [np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)] * (6 - len(tiles))
            rows.append(np.hstack(tiles))
        return np.vstack(rows)


class _Classifier(nn.Module):
    """`Extractor.classify` as a forward pass, which is what DDP listens to."""

    def __init__(self, model: Extractor) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.classify(x)


def _known_entropy(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy over the pictures with a label; 0, with a gradient of 0, where none has."""
    total = nn.functional.cross_entropy(
        logits, labels, ignore_index=UNKNOWN, label_smoothing=smoothing, reduction="sum"
    )
    return total / (labels != UNKNOWN).sum().clamp(min=1)


def _recalls(predicted: Array, true: Array, names: tuple[str, ...]) -> dict[str, float]:
    """{class: share of its pictures that were recognised}, of the classes that occur."""
    return {
        names[label]: float((predicted[true == label] == label).mean()) for label in np.unique(true)
    }


def train_extractor(run: Run, folders: Folders) -> Trained[Extractor] | None:
    """Check the folders and train a feature extractor; None on followers of torchrun.

    art: panels, with `ratings.tsv` where their scenes are known. photos: photographs. styles: one
    subfolder a medium. The name among the facts of the run is that of the scores (`fd_NAME`).
    Raises DataError for unusable folders before anything is trained.
    """
    s = run.settings
    art, photos, styles = folders.art, folders.photos, folders.styles
    assert photos is not None, "the extractor needs photographs"
    assert styles is not None, "the extractor needs styles"
    run.claim(art, photos, styles)
    training_data, held_out = find_labelled(
        art, photos, styles, licences=s.licences, held_out=s.held_out
    )
    with join_process_group() as group:
        trainer = ExtractorTrainer(
            s,
            train=training_data.load(max_side_px=s.max_side_px),
            held_out=held_out.load(max_side_px=s.max_side_px),
            media=training_data.media,
            group=group,
        )
        training = run.train(trainer, group=group, data_hash=_hash(training_data))
    if training is None:
        return None
    scores, recalls = trainer.judge_held_out()
    training |= {
        "pictures": training_data.count(),
        "held_out_pictures": held_out.count(),
        "held_out": {k: round(v, 4) for k, v in scores.items()},
        "held_out_recall": {
            task: {k: round(v, 4) for k, v in row.items()} for task, row in recalls.items()
        },
    }
    return Trained(trainer.average.module, training)


def export_trained(trained: Trained[Extractor], path: Path, run: Run) -> None:
    """Write the averaged weights to `path` (.onnx) and their card beside it."""
    contract = run.contract(
        system="dske", task="features", multiple=1, halo_px=0, tiling="whole", output="vector"
    )
    difference = export_features(
        trained.model,
        path,
        name=contract.name,
        maps=MAPS,
        vector=contract.output,
        metadata=contract.metadata(),
    )
    run.write_card(path, trained.training | {"torch_parity": float(f"{difference:.1e}")})


def _hash(data: LabelledFolder) -> str:
    """Of every folder of pictures, in the order of the media."""
    parts = zip(data.media, data.folders, strict=True)
    return ", ".join(f"{name} {folder.hash()[:8]}" for name, folder in parts)
