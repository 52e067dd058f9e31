"""What the trainers of the stylizers that FSGAN is compared with share: settings, data, the run.

All take the same photographs, panels and crops as FSGAN, drawn alike. As published none of them has
pairs. With `taught` above 0 the distance to our teacher's painting (`losses.painted`) is added with
that weight, and nothing else. No term steadies any of them.

Content and touch are features of VGG-19 where `vgg` names a file of its weights (torchvision's
layout), else of EfficientNet-Lite0: the terms are called after their network. Such distances are
relative (1 says that nothing agrees), so that one weight fits either network; the published
weights, which hold for raw maps of VGG, are replaced by such that content and adversary pull alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler
from paintreel.learn.data.folders import MIN_SIDE_PX
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.parts import (
    Learner,
    Part,
    Randomness,
    StepTrainer,
    on_device,
    seeded,
    to_device,
)
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.engine.workload import Workload
from paintreel.learn.losses.adversarial import generator_loss
from paintreel.learn.losses.features import Maps
from paintreel.learn.losses.painted import colour_loss, painted_loss
from paintreel.learn.models.efficientnet import load_efficientnet
from paintreel.learn.models.stylizer import Stylizer
from paintreel.learn.models.vgg19 import load_vgg19
from paintreel.learn.trainers.style_material import MaterialSettings, load_material, scan_both
from paintreel.learn.trainers.stylizer import sample_measures, sample_sheet
from paintreel.learn.trainers.training_run import Folders, Run, Trained

S = TypeVar("S", bound=Stylizer)

EFFICIENTNET, VGG = "efficientnet", "vgg19"
TAPS = {EFFICIENTNET: ("stage1", "stage2", "stage3"), VGG: ("relu2_2", "relu3_4", "relu4_4")}
"""Maps at 1/2, 1/4, 1/8 of the picture (of VGG the first at 1/2 too), the last of them content."""


@dataclass(frozen=True, kw_only=True)
class PeerSettings(MaterialSettings):
    """What a recipe of any of them may set; the folders' settings are FSGAN's.

    taught: weight of the distance to our teacher; 0, as published, is without one.
    vgg: file of VGG-19's weights; empty for EfficientNet-Lite0.
    rate, critic_rate: of generator and critics. warmup: part of the budget in which the generator
    learns to give the photograph back, at `warmup_rate`.
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    crop_px: int = 160
    batch: int = 4
    rate: float = 1e-4
    critic_rate: float = 1e-4
    warmup: float = 0.0
    warmup_rate: float = 2e-4
    taught: float = 0.0
    vgg: str = ""
    art_zoom: float = 1.4
    ema_decay: float = 0.998

    presets = ("tiny", "small", "light")
    least_crop_px = 64
    multiple = 8

    def __post_init__(self) -> None:
        checks = {
            f"preset is one of {', '.join(self.presets)}": self.preset in self.presets,
            f"crop_px is a multiple of {self.multiple}, {self.least_crop_px} or more": (
                self.crop_px >= self.least_crop_px and self.crop_px % self.multiple == 0
            ),
            "batch, max_photos and max_art are 1 or more": (
                min(self.batch, self.max_photos, self.max_art) >= 1
            ),
            f"max_side_px is {MIN_SIDE_PX} or more": self.max_side_px >= MIN_SIDE_PX,
            "seed is 0 or more": self.seed >= 0,
            "rates are above 0": min(self.rate, self.critic_rate, self.warmup_rate) > 0,
            "warmup is 0 to below 1": 0 <= self.warmup < 1,
            "art_zoom is 1 or more": self.art_zoom >= 1,
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
            "photo_weights are above 0": all(w > 0 for w in self.photo_weights.values()),
            "weights of terms are not below 0": all(
                getattr(self, each.name) >= 0 for each in fields(self) if each.type == "float"
            ),
        }
        must_hold(checks, "these settings cannot be trained with")


class PeerTrainer(StepTrainer[S]):
    """Implements `paintreel.learn.engine.loop.Trainer`, but for `step`.

    photos: (photograph,), or (photograph, teacher) where it is taught; held_out likewise; art:
    panels; all (H, W, 3) uint8. weights: sampling frequency of each photograph.

    A class names its `make` (preset to generator and critics), and says whether it has features.
    """

    momentum = (0.5, 0.999)
    decay = 0.0
    """Of the weights, in Adam; as published."""
    needs_features = True

    def __init__(
        self,
        settings: Any,
        *,
        photos: Sequence[tuple[Array, ...]],
        art: Sequence[Array],
        held_out: Sequence[tuple[Array, ...]],
        group: ProcessGroup,
        weights: Array | None = None,
    ) -> None:
        s = self.settings = settings
        self.caption = "photograph, teacher, result" if s.taught else "photograph, result"
        with seeded(s.seed, group):
            generator = self.make_generator()
            critics = self.make_critics()
            others = self.other_learners(group)
        self.learner: Learner[S] = self.learner_of(generator, group)
        self.generator = self.learner.network
        self.others = others
        precision = Precision(group.device)
        self.adversary = Adversary(
            critics, rate=s.critic_rate, momentum=self.momentum, group=group, precision=precision
        )
        if self.decay:
            for row in self.adversary.optimiser.param_groups:
                row["weight_decay"] = self.decay
        parts: dict[str, Part] = {"adversary": self.adversary, **others}
        super().__init__(
            self.learner, Randomness(s.seed, group), group=group, parts=parts, precision=precision
        )
        self.photos = CropSampler(
            photos, weights=weights, crop_px=s.crop_px, batch=s.batch, rng=self.rng
        )
        self.art = CropSampler(
            [(a,) for a in art], zoom=s.art_zoom, crop_px=s.crop_px, batch=s.batch, rng=self.rng
        )
        self.held_out = held_out
        self.features, self.maps = "", cast("Maps", _no_maps)
        if self.needs_features:
            self.features, self.maps = _features(s.vgg, group)

    def make_generator(self) -> S:
        raise NotImplementedError

    def make_critics(self) -> Mapping[str, nn.Module]:
        raise NotImplementedError

    def other_learners(self, group: ProcessGroup) -> Mapping[str, Learner[Any]]:
        """What learns beside the generator and the critics."""
        return {}

    def view(self, network: S) -> nn.Module:
        """What a step calls of the generator."""
        return network

    def learner_of(self, network: S, group: ProcessGroup) -> Learner[S]:
        s = self.settings
        return Learner(
            network,
            lambda each: torch.optim.Adam(
                each.parameters(), s.rate, self.momentum, weight_decay=self.decay
            ),
            ema_decay=s.ema_decay,
            group=group,
            view=self.view,
        )

    def workload(self) -> Workload:
        """The generator on a batch of photographs."""
        s = self.settings
        return Workload(self.generator, [(s.batch, 3, s.crop_px, s.crop_px)])

    def batch(self) -> tuple[Tensor, Tensor | None, Tensor]:
        """(photographs, their teacher or None, art), (N, 3, S, S) in [0, 1] each."""
        photo, *teacher = (to_device(x, self.group) for x in self.photos())
        art = to_device(self.art()[0], self.group)
        return photo, teacher[0] if teacher else None, art

    def step(self, progress: float) -> dict[str, float]:
        raise NotImplementedError

    def set_rates(self, progress: float) -> None:
        """As published: constant after the warm-up."""
        s = self.settings
        rate = s.warmup_rate if progress < s.warmup else s.rate
        self.learner.set_rate(rate * self.rate_factor)
        self.adversary.set_rate(s.critic_rate * self.rate_factor)

    def begin(self, progress: float) -> tuple[Tensor, Tensor | None, Tensor, Tensor]:
        """What every step begins with: a batch as `batch` gives it, and what is painted of it."""
        photo, teacher, art = self.batch()
        self.set_rates(progress)
        self.generator.train()
        with self.precision.autocast():
            painted: Tensor = self.learner.parallel(photo)
        return photo, teacher, art, painted

    def judged(self, critic: str, *pictures: Tensor) -> tuple[Tensor, ...]:
        """A critic's scores of each of these, seen in one batch, to be trained by."""
        scores: Tensor = self.adversary.judge(critic, torch.cat(pictures))
        return tuple(scores.float().chunk(len(pictures)))

    def fooled(self, critic: str, picture: Tensor) -> Tensor:
        """The generator's term: how far a critic is from taking its picture for a true one."""
        with self.adversary.frozen(), self.precision.autocast():
            scores = self.adversary.critics[critic](picture)
        return generator_loss(scores.float())

    def mapped(self, x: Tensor) -> Sequence[Tensor]:
        """Maps of the feature network, from fine to coarse, in the run's precision."""
        with self.precision.autocast():
            return self.maps(x)

    def taught(self, painted: Tensor, teacher: Tensor | None) -> dict[str, Tensor]:
        """The distance to the teacher, where there is one."""
        if teacher is None:
            return {}
        return {"painted": painted_loss(painted, teacher), "colour": colour_loss(painted, teacher)}

    def descend(
        self, terms: Mapping[str, Tensor], weights: Mapping[str, float]
    ) -> dict[str, float]:
        """One step along the weighted sum; a term without a weight is logged alone."""
        taught = dict.fromkeys(("painted", "colour"), self.settings.taught)
        weighed = [
            weight * terms[name] for name, weight in (taught | dict(weights)).items()
            if name in terms and weight
        ]  # fmt: skip
        learners = [self.learner, *self.others.values()]
        for learner in learners:
            learner.clear()
        torch.stack(weighed).sum().backward()  # type: ignore[no-untyped-call]
        for learner in learners:
            learner.update(max_norm=math.inf)  # none of the papers clips
        return {name: term.item() for name, term in terms.items()}

    def sample_sheet(self) -> Array:
        """Photograph, teacher where there is one, and result in rows."""
        return sample_sheet(self.average.module, self.held_out)

    def measures(self) -> dict[str, float]:
        """Medians over held-out photographs of what a style does to them."""
        return sample_measures(self.average.module, self.held_out)


def each_picture(x: Tensor, function: Callable[[Array], Array], group: ProcessGroup) -> Tensor:
    """What a function of (H, W, 3) float32 in [0, 1] makes of each of (N, 3, H, W); no gradient."""
    rows = x.detach().float().clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
    made = np.stack([function(np.ascontiguousarray(row)) for row in rows])
    return to_device(np.ascontiguousarray(made.transpose(0, 3, 1, 2)), group)


def _no_maps(x: Tensor) -> Sequence[Tensor]:
    raise AssertionError("maps are of those that need features")


def _features(vgg: str, group: ProcessGroup) -> tuple[str, Maps]:
    """Name and maps of the network behind the feature terms."""
    if vgg:
        network = on_device(load_vgg19(vgg, TAPS[VGG]), group).eval().requires_grad_(False)
        return VGG, network
    efficient = on_device(load_efficientnet(), group)
    return EFFICIENTNET, lambda x: efficient.maps(x, TAPS[EFFICIENTNET])


def train_peer(
    run: Run, folders: Folders, make: Callable[..., PeerTrainer[S]]
) -> Trained[S] | None:
    """Check the folders, paint the teacher if there is one, train; None on followers of torchrun.

    Raises DataError for unusable folders before anything is trained.
    """
    art, photos = folders.art, folders.photos
    assert photos is not None, f"{run.system.name} needs photographs"
    run.claim(art, photos)
    scanned = scan_both(art, photos)
    with join_process_group() as group:
        material = load_material(*scanned, run.out, run.settings, group)
        training_on: Sequence[tuple[Array, ...]]
        held_out: Sequence[tuple[Array, ...]]
        if run.settings.taught:
            training_on, held_out = material.pairs(group)
        else:
            training_on = [(x,) for x in material.photos]
            held_out = [(x,) for x in material.held_out]
        trainer = make(
            run.settings,
            photos=training_on,
            art=material.panels,
            held_out=held_out,
            group=group,
            weights=material.weights,
        )
        training = run.train(trainer, group=group, data_hash=material.data_hash)
    if training is None:
        return None
    training |= material.facts | {"measures": trainer.measures()}
    if trainer.features:
        training["features"] = trainer.features
    return Trained(trainer.average.module, training)
