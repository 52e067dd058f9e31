"""Training of a network that tells classes of pictures, by shares of the classes.

Differences from the paper (Wu and Chen 2022)
- It gives no settings. Here: AdamW under a warm-up and a cosine, gradients clipped to norm 2, the
  average of the weights is what is tested; the probabilities of a picture and of its mirror image
  are averaged.
- Its Eq. 8 is no formula that can be computed; cross-entropy is taken.
- A teacher may be asked too (Hinton et al. 2015, "Distilling the knowledge in a neural network").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.data.taught import CropPlan, TaughtCrops, TaughtPictures, whole_view
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.parts import Learner, Randomness, StepTrainer, to_device
from paintreel.learn.engine.rates import warm_cosine
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.trainers.framed_tiles import framed_tile
from paintreel.stats import confusion_of, recognition_of

_WATCHED = 12
_COLUMNS = 6
_NEW = ("fc.", "head.")


@dataclass(frozen=True)
class LearningSettings:
    """How a classifier is trained; lengths in pixels, shares of 1.

    max_side_px      pictures are shrunk to it when they are read
    crop_px          height of a view
    aspect           of a squeezed view, width over height
    test_px          side of the square whose area a tested picture has, where it is not squeezed
    body_rate        share of the rate for weights that come from elsewhere
    holds_norms      batch norms keep what they came with
    balance          0 draws every picture alike, 1 every class
    jitter           strength of the changes of colour, light, blur and JPEG quality
    least            of each side that a squeezed view keeps
    enhances         False: the same view of a picture each time, unchanged
    Raises InputError for values that no run can use.
    """

    max_side_px: int = 400
    crop_px: int = 128
    aspect: float = 1.0
    test_px: int = 288
    batch: int = 16
    rate: float = 3e-3
    body_rate: float = 1.0
    holds_norms: bool = False
    weight_decay: float = 0.02
    warmup: float = 0.05
    label_smoothing: float = 0.1
    balance: float = 1.0
    jitter: float = 0.6
    least: float = 0.8
    enhances: bool = True
    ema_decay: float = 0.98

    def __post_init__(self) -> None:
        checks = {
            "max_side_px, crop_px and test_px are 32 or more": (
                min(self.max_side_px, self.crop_px, self.test_px) >= 32
            ),
            "aspect is 0.25 to 4": 0.25 <= self.aspect <= 4,
            "batch is 2 or more": self.batch >= 2,
            "rate and body_rate are above 0": min(self.rate, self.body_rate) > 0,
            "weight_decay, balance and jitter are not below 0": (
                min(self.weight_decay, self.balance, self.jitter) >= 0
            ),
            "jitter is 1 at most": self.jitter <= 1,
            "least is above 0, 1 at most": 0 < self.least <= 1,
            "warmup, label_smoothing and ema_decay are 0 to below 1": (
                min(self.warmup, self.label_smoothing, self.ema_decay) >= 0
                and max(self.warmup, self.label_smoothing, self.ema_decay) < 1
            ),
        }
        must_hold(checks, "these settings cannot be trained with")

    def plan(self, *, squeezes: bool) -> CropPlan:
        """How views are cut."""
        size = (self.crop_px, round(self.crop_px * self.aspect) if squeezes else self.crop_px)
        return CropPlan(squeezes, size, self.enhances, self.jitter, self.least)


@dataclass(frozen=True)
class Guide:
    """What a teacher says of the pictures.

    shares       (N, C) its probabilities, nought for classes that it does not know; a row of
                 nought where it is not asked
    weight       of the teacher in [0, 1], beside the labels
    temperature  by which both are softened
    """

    shares: Array
    weight: float
    temperature: float


class PictureClassifierTrainer(StepTrainer[nn.Module]):
    """Implements `paintreel.learn.engine.loop.Trainer`.

    network   (N, 3, H, W) in [0, 1] to scores (N, C)
    train     pictures to learn from; held_out: some to be watched
    squeezes  whether views are whole pictures or squares, see `CropPlan`
    """

    caption = "held-out pictures, framed green where they are recognised, red where not"

    def __init__(
        self,
        network: nn.Module,
        settings: LearningSettings,
        *,
        seed: int,
        train: TaughtPictures,
        held_out: TaughtPictures,
        squeezes: bool,
        group: ProcessGroup,
        guide: Guide | None = None,
    ) -> None:
        s = self.settings = settings
        self.plan = s.plan(squeezes=squeezes)
        watched = np.linspace(0, len(held_out) - 1, min(_WATCHED, len(held_out))).astype(int)
        self.targets, self.watched, self.guide = train.targets, held_out.only(watched), guide
        self.learner = Learner(
            network,
            lambda own: torch.optim.AdamW(
                groups_by_origin(own, s.body_rate), s.rate, weight_decay=s.weight_decay
            ),
            ema_decay=s.ema_decay,
            group=group,
        )
        self.model = self.learner.network
        super().__init__(self.learner, Randomness(seed, group), group=group)
        self.crops = TaughtCrops(train, self.plan, batch=s.batch, balance=s.balance, rng=self.rng)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        views, chosen = self.crops()
        self.learner.set_rate(s.rate * warm_cosine(progress, s.warmup) * self.rate_factor)
        self.model.train()
        if s.holds_norms:
            hold_norms(self.model)
        scores = self.learner.parallel(to_device(views, self.group))
        terms = self._terms(scores, chosen)
        self.learner.clear()
        sum(terms.values()).backward()  # type: ignore[union-attr]
        self.learner.update(max_norm=2.0)
        return {name: term.item() for name, term in terms.items()}

    def _terms(self, scores: Tensor, chosen: Array) -> dict[str, Tensor]:
        """Mean losses of the labels and, where there is one, of the teacher."""
        wanted = to_device(self.targets[chosen].astype(np.float32), self.group)
        smoothing = self.settings.label_smoothing
        wanted = (1 - smoothing) * wanted + smoothing / scores.shape[1]
        labels = -(wanted * scores.log_softmax(1)).sum(1)
        if self.guide is None:
            return {"labels": labels.mean()}
        g = self.guide
        shares = to_device(g.shares[chosen].astype(np.float32), self.group)
        asked = g.weight * (shares.sum(1) > 0)
        soft = shares ** (1 / g.temperature)
        soft = soft / soft.sum(1, keepdim=True).clamp(min=1e-8)
        said = (scores / g.temperature).log_softmax(1)
        teacher = -(soft * said).sum(1) * g.temperature**2
        return {
            "labels": ((1 - asked) * labels).mean(),
            "teacher": (asked * teacher).mean(),
        }

    @torch.no_grad()
    def predict(self, pictures: Sequence[Array]) -> Array:
        """(N, C) probabilities by the averaged weights, of pictures and mirror images together."""
        network, found = self.average.module, []
        for picture in pictures:
            view = whole_view(picture, self.plan, test_px=self.settings.test_px)
            both = np.ascontiguousarray(np.stack([view, view[..., ::-1]]))
            found.append(network(to_device(both, self.group)).softmax(1).mean(0).cpu().numpy())
        shares: Array = np.array(found, np.float64)
        return shares

    def measures(self) -> dict[str, float]:
        """Accuracy and macro recall on a few held-out pictures: whether the run is on its way."""
        guess = self.predict(self.watched.pictures).argmax(axis=1)
        truth = self.watched.targets.argmax(axis=1)
        found = recognition_of(confusion_of(truth, guess, self.watched.targets.shape[1]))
        return {"accuracy": found.accuracy, "macro_recall": found.macro_recall}

    def sample_sheet(self) -> Array:
        """The same few held-out pictures."""
        guess = self.predict(self.watched.pictures).argmax(axis=1)
        right = guess == self.watched.targets.argmax(axis=1)
        tiles = [framed_tile(p, bool(r)) for p, r in zip(self.watched.pictures, right, strict=True)]
        blank = np.full_like(tiles[0], 255)
        tiles += [blank] * (-len(tiles) % _COLUMNS)
        return np.vstack(
            [np.hstack(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)]
        )


def groups_by_origin(network: nn.Module, body_rate: float) -> list[dict[str, Any]]:
    """Parameter groups: what is new at the whole rate, the rest at a `share` of it.

    New are the last layer and rescaling modules, which no start brings with it.
    """
    new: list[nn.Parameter] = []
    old: list[nn.Parameter] = []
    for name, weights in network.named_parameters():
        is_new = name.startswith(_NEW) or ".rescaling." in name
        (new if is_new else old).append(weights)
    groups = [{"params": new, "share": 1.0}, {"params": old, "share": body_rate}]
    return [group for group in groups if group["params"]]


def hold_norms(network: nn.Module) -> None:
    """Batch norms use what they came with, and do not change it: small batches would spoil it."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
