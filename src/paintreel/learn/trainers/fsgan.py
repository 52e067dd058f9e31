"""Training of FSGAN: the data it draws, its terms, and its step.

Two phases in one budget. Warm-up: the generator learns the teacher pictures alone. Then the
adversaries come in, ramped, each with a fixed share of the gradient at the output; the teacher
keeps the largest share to the end.

Differences from the paper (Wu and Chen 2022) are listed in `models.fsgan`: its terms, the teacher,
the shares, clipping.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler
from paintreel.learn.data.folders import MIN_SIDE_PX
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.pace import Phase, least_steps
from paintreel.learn.engine.parts import (
    Learner,
    Randomness,
    StepTrainer,
    on_device,
    seeded,
    to_device,
)
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.engine.workload import Workload
from paintreel.learn.export.exported import begin_from
from paintreel.learn.losses.adversarial import critic_loss, generator_loss
from paintreel.learn.losses.balance import GradientBalance
from paintreel.learn.losses.features import FEATURE_TERMS, feature_losses
from paintreel.learn.losses.painted import (
    colour_loss,
    content_loss,
    flatness_loss,
    painted_loss,
)
from paintreel.learn.losses.stable import draw_shift, grainy, shifted, stability_loss
from paintreel.learn.models.efficientnet import EfficientNetLite0, load_efficientnet
from paintreel.learn.models.fsgan import CRITICS, PAIR, PRESETS, Generator
from paintreel.learn.trainers.start import begun_from, find_start
from paintreel.learn.trainers.style_material import MaterialSettings, load_material, scan_both
from paintreel.learn.trainers.stylizer import sample_measures, sample_sheet
from paintreel.learn.trainers.training_run import Folders, Run, Trained
from paintreel.runtime.catalog import ModelFile


@dataclass(frozen=True)
class FSGANSettings(MaterialSettings):
    """Everything a recipe may set; lengths in pixels, shares of 1.

    warmup: part of the budget on the teacher alone; ramp: part in which adversaries come in.
    shares: part of the output gradient that each term gets once the ramp is over.
    start: name or file of a style whose weights the run begins with, empty for none; the card
    credits it.
    boldness: how far the exported network goes, 1 for as far as it was taught. It draws the
    teacher's bands of light, too.
    ink_weight: how much more an error counts where the teacher drew ink.
    grain: largest deviation of the grain laid over a crop, whose teacher has none.
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    start: str = ""
    crop_px: int = 160
    batch: int = 8
    rate: float = 1e-3
    adversarial_rate: float = 3e-4
    critic_rate: float = 3e-4
    warmup: float = 0.3
    ramp: float = 0.1
    shares: dict[str, float] = field(
        default_factory=lambda: {
            "painted": 0.30,
            "colour": 0.08,
            "pair": 0.14,
            "texture": 0.06,
            "surface": 0.03,
            "spectral": 0.02,
            "content": 0.02,
            "content_features": 0.0,
            "art_features": 0.0,
            "flat": 0.27,
            "stable": 0.08,
        }
    )
    boundary: float = 0.5
    photo_negative: float = 0.5
    art_zoom: float = 1.4
    ink_weight: float = 2.0
    grain: float = 0.03
    boldness: float = 1.0
    ema_decay: float = 0.998

    def __post_init__(self) -> None:
        terms = {"painted", "colour", "content", "flat", "stable", *FEATURE_TERMS, *CRITICS}
        cell = Generator.multiple
        checks = {
            f"preset is one of {', '.join(PRESETS)}": self.preset in PRESETS,
            f"crop_px is a multiple of {cell}, 32 or more": (
                self.crop_px >= 32 and self.crop_px % cell == 0
            ),
            "batch, max_photos and max_art are 1 or more": (
                min(self.batch, self.max_photos, self.max_art) >= 1
            ),
            f"max_side_px is {MIN_SIDE_PX} or more": self.max_side_px >= MIN_SIDE_PX,
            "seed is 0 or more": self.seed >= 0,
            "rates are above 0": min(self.rate, self.adversarial_rate, self.critic_rate) > 0,
            "warmup is 0 to 1 and ramp not below 0": 0 <= self.warmup <= 1 and self.ramp >= 0,
            f"shares are of {', '.join(sorted(terms))}": self.shares.keys() <= terms,
            "shares are not below 0 and painted is above it": (
                min(self.shares.values()) >= 0 and self.shares.get("painted", 0) > 0
            ),
            "ink_weight and grain are not below 0": min(self.ink_weight, self.grain) >= 0,
            "art_zoom is 1 or more": self.art_zoom >= 1,
            "boldness is 0.5 to 2, and 1 of a preset that draws no ink at 1/2": (
                0.5 <= self.boldness <= 2
                and (
                    self.boldness == 1
                    or self.preset not in PRESETS
                    or PRESETS[self.preset].line_width > 0
                )
            ),
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
            "photo_weights are above 0": all(w > 0 for w in self.photo_weights.values()),
        }
        must_hold(checks, "these settings cannot be trained with")


def edge_blurred(x: Tensor) -> Tensor:
    """Art with its edges blurred, the negative of the boundary loss (CartoonGAN, Eq. 4).

    Where neighbours differ much in grey, what lies around is replaced by a 5x5 box mean.
    """
    grey = x.mean(dim=1, keepdim=True)
    dx = nn.functional.pad(grey.diff(dim=3).abs(), (0, 1))
    dy = nn.functional.pad(grey.diff(dim=2).abs(), (0, 0, 0, 1))
    edge = ((dx + dy) > 0.08).to(x.dtype)
    zone = nn.functional.max_pool2d(edge, 5, 1, 2)
    blurred = nn.functional.avg_pool2d(x, 5, 1, 2, count_include_pad=False)
    return x + zone * (blurred - x)


TAPS = ("stage1", "stage2", "stage3")
"""Of EfficientNet-Lite0: the touch of the art is read from the first two, content from the last."""


def generator_of(settings: FSGANSettings) -> Generator:
    """The generator that is trained, with weights by chance."""
    return Generator(
        PRESETS[settings.preset],
        boldness=settings.boldness,
        bands=settings.teacher.bands,
        band_share=settings.teacher.band_share,
    )


class FSGANTrainer(StepTrainer[Generator]):
    """Implements `paintreel.learn.engine.loop.Trainer`.

    pairs: [(photo, teacher)]; art: panels; held_out: photographs for samples and measures; all
    (H, W, 3) uint8. weights: sampling frequency of each pair. start: what its weights begin with.
    """

    caption = "photograph, teacher, result"

    def __init__(
        self,
        settings: FSGANSettings,
        *,
        pairs: Sequence[tuple[Array, Array]],
        art: Sequence[Array],
        held_out: Sequence[tuple[Array, Array]],
        group: ProcessGroup,
        weights: Array | None = None,
        start: ModelFile | None = None,
    ) -> None:
        s = self.settings = settings
        config = PRESETS[s.preset]
        with seeded(s.seed, group):
            generator = generator_of(s)
            if start is not None:
                begin_from(generator, start.path)
            critics = {name: make(config) for name, make in CRITICS.items()}
        self.learner = Learner(
            generator,
            lambda network: torch.optim.Adam(network.parameters(), s.rate, (0.9, 0.99)),
            ema_decay=s.ema_decay,
            group=group,
        )
        self.generator = self.learner.network
        precision = Precision(group.device)
        self.adversary = Adversary(
            critics, rate=s.critic_rate, momentum=(0.5, 0.99), group=group, precision=precision
        )
        self.balance = GradientBalance(group=group)
        self.features = self._load_features(group)
        super().__init__(
            self.learner,
            Randomness(s.seed, group),
            group=group,
            parts={"adversary": self.adversary, "balance": self.balance},
            precision=precision,
        )
        shares = {"the warm-up": s.warmup, "the part with adversaries": 1 - s.warmup}
        least = least_steps(s.ema_decay)
        self.phases = [Phase(name, share, least) for name, share in shares.items() if share > 0]
        self.photos = CropSampler(
            pairs, weights=weights, crop_px=s.crop_px, batch=s.batch, rng=self.rng
        )
        self.art = CropSampler(
            [(a,) for a in art], zoom=s.art_zoom, crop_px=s.crop_px, batch=s.batch, rng=self.rng
        )
        self.held_out = held_out

    def _load_features(self, group: ProcessGroup) -> EfficientNetLite0 | None:
        """The network behind the feature terms, where one has a share."""
        if not any(self.settings.shares.get(name, 0) for name in FEATURE_TERMS):
            return None
        return on_device(load_efficientnet(), group)

    def workload(self) -> Workload:
        """The generator on a batch of photographs."""
        s = self.settings
        return Workload(self.generator, [(s.batch, 3, s.crop_px, s.crop_px)])

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        photo, teacher = (to_device(x, self.group) for x in self.photos())
        presence = min(max((progress - s.warmup) / max(s.ramp, 1e-6), 0.0), 1.0)
        self._set_rates(progress)
        self.generator.train()
        with self.precision.autocast():
            painted = self.learner.parallel(self._grainy(photo))
        art = to_device(self.art()[0], self.group) if presence > 0 else None
        logged = {} if art is None else self._critic_step(photo, teacher, art, painted.detach())
        terms = {
            "painted": painted_loss(painted, teacher, ink=s.ink_weight),
            "colour": colour_loss(painted, teacher),
            "content": content_loss(painted, photo),
            "flat": flatness_loss(painted, teacher),
            "stable": self._stability(photo, painted),
        }
        if art is not None:
            terms |= self._judged(photo, painted)
            if self.features is not None:
                with self.precision.autocast():
                    terms |= feature_losses(self._maps, painted, photo, art)
        self.learner.clear()
        self.balance.backward(terms, self._shares(presence), painted)
        self.learner.update(max_norm=1.0)
        return logged | {name: term.item() for name, term in terms.items()}

    def _grainy(self, photo: Tensor) -> Tensor:
        """Half of the crops under grain: the teacher never shows it, so it is painted away."""
        drawn = self.rng.uniform(-self.settings.grain, self.settings.grain, len(photo))
        sigma = torch.from_numpy(np.maximum(drawn, 0).astype(np.float32)).to(self.device)
        return grainy(photo, sigma, self.randomness.noise)

    def _stability(self, photo: Tensor, painted: Tensor) -> Tensor:
        shift = draw_shift(self.rng)
        moved = self._grainy(shifted(photo, shift))
        with torch.no_grad(), self.precision.autocast():
            other = self.generator(moved)
        return stability_loss(painted, other, shift)

    def _maps(self, x: Tensor) -> Sequence[Tensor]:
        assert self.features is not None, "asked for where their terms have a share"
        return self.features.maps(x, TAPS)

    def _critic_step(
        self, photo: Tensor, teacher: Tensor, art: Tensor, painted: Tensor
    ) -> dict[str, float]:
        s = self.settings
        blurred = edge_blurred(art)
        losses = {}
        for name in self.adversary.critics:
            if name == PAIR:
                pairs = [torch.cat([photo, y], dim=1) for y in (teacher, painted)]
                real, fake = self.adversary.judge(name, torch.cat(pairs)).float().chunk(2)
                losses[name] = critic_loss(real, [fake], [1.0])
                continue
            fakes = [painted, photo] + ([blurred] if name == "texture" else [])
            weights = [1.0, s.photo_negative] + ([s.boundary] if name == "texture" else [])
            scores = self.adversary.judge(name, torch.cat([art, *fakes]))
            real, *rest = scores.float().chunk(len(fakes) + 1)
            losses[name] = critic_loss(real, rest, weights)
        self.adversary.train(losses)
        return {f"critic_{name}": loss.item() for name, loss in losses.items()}

    def _judged(self, photo: Tensor, painted: Tensor) -> dict[str, Tensor]:
        """Terms of the generator that the critics give."""
        terms = {}
        with self.adversary.frozen():
            for name, critic in self.adversary.critics.items():
                shown = torch.cat([photo, painted], dim=1) if name == PAIR else painted
                with self.precision.autocast():
                    score = critic(shown)
                terms[name] = generator_loss(score.float())
        return terms

    def _shares(self, presence: float) -> dict[str, float]:
        """Share of the gradient that each term gets now."""
        always = {"painted", "colour", "flat", "stable"}
        return {
            name: share * (1.0 if name in always else presence)
            for name, share in self.settings.shares.items()
        }

    def _set_rates(self, progress: float) -> None:
        s = self.settings
        if progress < s.warmup:
            left = min(1.0, (1 - progress / s.warmup) / 0.4)
            rate = s.adversarial_rate + left * (s.rate - s.adversarial_rate)
        else:
            left = min(1.0, (1 - progress) / 0.25)
            rate = s.adversarial_rate * max(left, 0.02)
        self.learner.set_rate(rate * self.rate_factor)
        self.adversary.set_rate(s.critic_rate * self.rate_factor)

    def sample_sheet(self) -> Array:
        """Photograph, teacher, result in rows, each shrunk into 480 x 640 px if it is larger."""
        return sample_sheet(self.average.module, self.held_out)

    def measures(self) -> dict[str, float]:
        """Medians over held-out photographs of what a style does to them."""
        return sample_measures(self.average.module, self.held_out)


def train_fsgan(run: Run, folders: Folders) -> Trained[Generator] | None:
    """Check the folders, paint the teacher, train; None on followers of torchrun.

    Raises DataError for unusable folders, and InputError for a start that is no such network,
    before anything is trained.
    """
    start = find_start(run.settings.start, "stylize", generator_of(run.settings))
    art, photos = folders.art, folders.photos
    assert photos is not None, "fsgan needs photographs"
    run.claim(art, photos)
    scanned = scan_both(art, photos)
    with join_process_group() as group:
        material = load_material(*scanned, run.out, run.settings, group)
        pairs, held_out = material.pairs(group)
        trainer = FSGANTrainer(
            run.settings,
            pairs=pairs,
            art=material.panels,
            held_out=held_out,
            group=group,
            weights=material.weights,
            start=start,
        )
        training = run.train(trainer, group=group, data_hash=material.data_hash)
    if training is None:
        return None
    if start is not None:
        training |= begun_from(start)
    training |= material.facts | {"measures": trainer.measures()}
    return Trained(trainer.average.module, training)
