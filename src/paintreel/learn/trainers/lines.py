"""Training of the networks of lines and of colour: the data, the terms and the step.

The distance alone first, at a high rate that falls on a cosine; the adversary comes in from
`adversary_from` of the budget on, over a ramp. Peers are trained by `trainers.line_peers`, which
share everything here but the step; `trainers.line_runs` starts them.

Differences from the paper (Tan 2024, Eq. 3-6)
- The terms entropy and overlap of lines, and cells and features of colour, stand beside the L1 of
  Eq. 6. Ink covers a twentieth of a drawing, so that L1 is content with no line at all; and the L1
  of a colour that cannot be known is least at grey. Zero weights are the paper.
- Colour also learns which colour of a palette lies where (`choice`), beside the mixture that it
  paints with: what is right on average is one tint for all.
- Lines are learnt from two views of a picture (blur, noise, light) that must agree (`stable`).
- Colours count only where lines leave them bare: lines lie on top of them in the end.
- The generator maximises log D instead of minimising log(1 - D), whose gradient vanishes.
- An exponential average of the weights is what is measured and exported.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.learn.data.line_pairs import LinePair
from paintreel.learn.data.line_samples import ColourSampler, LineSampler
from paintreel.learn.data.line_trials import Trial, measure_trials, trials_of
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.pace import Phase, least_steps
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
from paintreel.learn.engine.rates import groups_by_fan_in, ramped
from paintreel.learn.engine.sample_stream import MakeSample, SampleStream
from paintreel.learn.engine.workload import Workload
from paintreel.learn.losses.adversarial import CROSS_ENTROPY
from paintreel.learn.losses.drawings import (
    cell_distance,
    choice_loss,
    colour_distance,
    entropy_loss,
    features_distance,
    overlap_loss,
)
from paintreel.learn.losses.features import Maps
from paintreel.learn.models.bundled_backbone import load_bundled_backbone
from paintreel.learn.models.drawing_network import DrawingNetwork, WithChoices, shown_answer
from paintreel.learn.models.drawing_networks import make_critics, make_generator
from paintreel.learn.models.drawing_tasks import LINEART, DrawingTask
from paintreel.learn.trainers.line_settings import DrawingSettings
from paintreel.learn.trainers.stylizer import as_picture
from paintreel.roughs.drawing_planes import noise_masks

MEASURED, SHOWN = 24, 9
"""Held-out drawings that the trainer measures itself by, and rows of its sheets at most."""
TILE_PX = 256
TAPS = ("stage1", "stage2", "stage3", "stage5")


@dataclass(frozen=True)
class DrawingBatch:
    """What a step is shown.

    planes     (N, c_in, H, W); the second half of a batch of lines is the other view of the first
    condition  (N, K), or None for lines
    truth      (N, c_out, H, W), the true answers
    ink        (N, 1, H, W), the true lines, of which those in `planes` may fall short
    """

    planes: Tensor
    condition: Tensor | None
    truth: Tensor
    ink: Tensor

    def turned(self) -> DrawingBatch:
        """The same, each drawing in the place of the one before."""
        condition = None if self.condition is None else self.condition.roll(1, 0)
        others = (x.roll(1, 0) for x in (self.truth, self.ink))
        return DrawingBatch(self.planes.roll(1, 0), condition, *others)


class DrawingTrainer(StepTrainer[DrawingNetwork]):
    """Implements `paintreel.learn.engine.loop.Trainer` for the residual-attention GAN.

    pairs: to train on; held_out: for samples and measures.
    """

    caption = "what is given, result, truth"
    taps: Sequence[str] = TAPS
    view: type[WithChoices] | None = WithChoices

    def __init__(
        self,
        task: DrawingTask,
        settings: DrawingSettings,
        *,
        pairs: Sequence[LinePair],
        held_out: Sequence[LinePair],
        group: ProcessGroup,
    ) -> None:
        s = self.settings = settings
        self.task = task
        with seeded(s.seed, group):
            generator = make_generator(s.network, task, s.preset, s.without)
            critics = make_critics(s.network, task, s.preset) if self.has_adversary else {}
            others = self.other_learners(group)
        self.learner = self.learner_of(generator, group)
        self.generator = self.learner.network
        precision = Precision(group.device)
        self.adversary: Adversary | None = None
        parts: dict[str, Part] = dict(others)
        if critics:
            self.adversary = parts["adversary"] = Adversary(
                critics,
                rate=s.critic_rate,
                momentum=(0.5, 0.999),
                group=group,
                precision=precision,
            )
        workers = None if s.workers < 0 else s.workers
        make = sample_maker(task, pairs, s)
        self.stream = SampleStream(make, batch=s.batch, seed=s.seed, group=group, workers=workers)
        parts["stream"] = self.stream
        super().__init__(
            self.learner, Randomness(s.seed, group), group=group, parts=parts, precision=precision
        )
        self.maps = self._load_maps()
        self.trials = trials_of(task, held_out, count=MEASURED)
        alone = s.adversary_from if self.adversary is not None else 1.0
        shares = {"the distance alone": alone, "the part with an adversary": 1 - alone}
        least = least_steps(s.ema_decay)
        self.phases = [Phase(name, share, least) for name, share in shares.items() if share > 0]

    @property
    def has_adversary(self) -> bool:
        """Whether anything is judged."""
        return self.settings.adversary > 0 and "adversary" not in self.settings.without

    @property
    def needs_features(self) -> bool:
        """Whether a term compares features of EfficientNet."""
        return self.settings.features > 0 and self.task.c_out == 3

    def other_learners(self, group: ProcessGroup) -> Mapping[str, Learner[Any]]:
        """Further networks that learn; none here."""
        return {}

    def learner_of(self, network: DrawingNetwork, group: ProcessGroup) -> Learner[DrawingNetwork]:
        """A network with the optimiser that all have."""
        s = self.settings
        return Learner(
            network,
            lambda n: torch.optim.Adam(groups_by_fan_in(n, s.fan_in), s.rate, (s.momentum, 0.999)),
            ema_decay=s.ema_decay,
            group=group,
            view=self.view,
        )

    def _load_maps(self) -> Maps | None:
        if not self.needs_features:
            return None
        network = on_device(load_bundled_backbone(), self.group)
        return lambda x: network.maps(x, self.taps)

    def close(self) -> None:
        """End the processes that make samples."""
        self.stream.close()

    def workload(self) -> Workload:
        """The generator on a batch."""
        side = self.settings.pairs.side_px  # type: ignore[attr-defined]
        n = self.settings.batch * (2 if self.task is LINEART else 1)
        shapes: list[tuple[int, ...]] = [(n, self.task.c_in, side, side)]
        if self.task.condition:
            shapes.append((n, self.task.condition))
        return Workload(self.generator, shapes)

    def batch(self) -> DrawingBatch:
        """The next batch, on the device."""
        arrays = [to_device(x, self.group).float() for x in self.stream()]
        if self.task is LINEART:
            planes, other, lines = arrays
            both = torch.cat([lines, lines])
            return DrawingBatch(torch.cat([planes, other]), None, both, both)
        planes, condition, colours, ink = arrays
        return DrawingBatch(planes, condition, colours, ink)

    def noise(self, count: int) -> Tensor | None:
        """Masks z (count, channels): a channel is shut, or let through and made up for."""
        channels = self.generator.noise_channels
        if not channels:
            return None
        return to_device(noise_masks(self.rng, count, channels), self.group)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        batch, presence = self.batch(), self.presence(progress)
        self.set_rates(progress)
        self.generator.train()
        noise = self.noise(len(batch.planes))
        with self.precision.autocast():
            answer, choices = self.learner.parallel(batch.planes, batch.condition, noise)
        terms = self.distances(answer, batch)
        if choices is not None and batch.condition is not None:
            terms["choice"] = choice_loss(choices, batch.truth, batch.condition, batch.ink)
        loss = torch.stack([getattr(s, name) * term for name, term in terms.items()]).sum()
        logged: dict[str, float] = {}
        if self.adversary is not None and presence > 0:
            logged["critic"] = self._critic_step(self.adversary, batch, answer.detach())
            terms["adversarial"] = self._judged(self.adversary, batch, answer)
            loss = loss + presence * s.adversary * terms["adversarial"]
        self.learner.clear()
        loss.backward()  # type: ignore[no-untyped-call]
        self.learner.update(max_norm=1.0)
        return logged | {name: term.item() for name, term in terms.items()}

    def distances(self, answer: Tensor, batch: DrawingBatch) -> dict[str, Tensor]:
        """Terms that compare with the true answer, by the names of their weights."""
        truth, terms = batch.truth, self.own_distance(answer, batch)
        if self.task is LINEART:
            first, second = answer.chunk(2)
            return terms | {
                "entropy": entropy_loss(answer, truth),
                "overlap": overlap_loss(answer, truth),
                "stable": (first - second).abs().mean(),
            }
        terms["cells"] = cell_distance(answer, truth, batch.ink)
        if self.maps is not None:
            shown = [shown_answer(self.task, batch.planes, x) for x in (answer, truth)]
            with self.precision.autocast():
                terms["features"] = features_distance(self.maps, *shown)
        return terms

    def own_distance(self, answer: Tensor, batch: DrawingBatch) -> dict[str, Tensor]:
        """The L1 of Eq. 6 alone."""
        if self.task is LINEART:
            return {"l1": (answer - batch.truth).abs().mean()}
        return {"l1": colour_distance(answer, batch.truth, batch.ink)}

    def _critic_step(self, adversary: Adversary, batch: DrawingBatch, answer: Tensor) -> float:
        """The discriminator's part of Eq. 3."""
        pictures = torch.cat([self.judged(batch, x) for x in (batch.truth, answer)])
        scores = adversary.judge("answer", pictures, torch.cat([batch.planes, batch.planes]))
        loss = CROSS_ENTROPY.critic([scores.float()], self.settings.real_label)
        adversary.train({"answer": loss})
        return loss.item()

    def _judged(self, adversary: Adversary, batch: DrawingBatch, answer: Tensor) -> Tensor:
        """The generator's part of Eq. 3."""
        critic = adversary.critics["answer"]
        with adversary.frozen(), self.precision.autocast():
            scores = critic(self.judged(batch, answer), batch.planes)
        return CROSS_ENTROPY.generator([scores.float()])

    def judged(self, batch: DrawingBatch, answer: Tensor) -> Tensor:
        """(N, c_out, H, W): an answer as a critic sees it, colours under their lines."""
        return answer if self.task is LINEART else shown_answer(self.task, batch.planes, answer)

    def presence(self, progress: float) -> float:
        """Share of the adversary's weight: 0, rising over the ramp, 1."""
        return ramped(progress, self.settings.adversary_from, self.settings.ramp)

    def set_rates(self, progress: float) -> None:
        """The generator's falls on a cosine; the critic's in the last quarter."""
        s = self.settings
        low, high = min(s.adversarial_rate, s.rate), s.rate
        falling = (1 + math.cos(math.pi * progress)) / 2
        rising = min(1.0, (progress + 1e-4) / 0.01)
        for learner in self.learners():
            learner.set_rate(rising * (low + (high - low) * falling) * self.rate_factor)
        if self.adversary is not None:
            share = max(min(1.0, (1 - progress) / 0.25), 0.02)
            self.adversary.set_rate(s.critic_rate * share * self.rate_factor)

    def learners(self) -> Sequence[Learner[Any]]:
        """All that learn by the generator's rate."""
        return [self.learner]

    @torch.no_grad()
    def answer(self, planes: Array, condition: Array | None) -> Array:
        """The averaged generator without chance: (N, c_in, H, W) to (N, c_out, H, W) float32."""
        given = to_device(planes, self.group)
        known = None if condition is None else to_device(condition, self.group)
        answer: Array = self.average.module(given, known).float().cpu().numpy()
        return answer

    def sample_sheet(self) -> Array:
        """What is given, result and truth side by side, held-out drawings below each other."""
        rows = []
        for trial in self._shown():
            answer = self.answer(trial.planes[None], trial.condition)[0]
            rows.append(np.hstack([_tile(as_picture(x)) for x in trial.shown(answer)]))
        return np.vstack(rows)

    def _shown(self) -> list[Trial]:
        """Trials of some of the drawings, each with everything that it is asked with."""
        names = list(dict.fromkeys((trial.source, trial.name) for trial in self.trials))
        kinds = max(1, len({trial.given for trial in self.trials}))
        count = max(1, SHOWN // kinds)
        chosen = set(names[:: max(1, len(names) // count)][:count])
        return [trial for trial in self.trials if (trial.source, trial.name) in chosen]

    def measures(self) -> dict[str, float]:
        """Means over held-out drawings; see `learn.data.line_trials`."""
        return measure_trials(self.trials, self.answer)


def _tile(picture: Array) -> Array:
    """A picture shrunk into a square of a sheet."""
    tile = np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)
    height, width = picture.shape[:2]
    size = fit_max_side(width, height, TILE_PX)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    tile[: small.shape[0], : small.shape[1]] = small
    return tile


def sample_maker(
    task: DrawingTask, pairs: Sequence[LinePair], settings: DrawingSettings
) -> MakeSample:
    """A function that draws a sample of the task: arrays that the trainer's `batch` knows.

    Raises DataError for pairs without colours where colours are to be learnt.
    """
    how: Any = settings.pairs  # type: ignore[attr-defined]
    if task is LINEART:
        lines = LineSampler(pairs, how)

        def draw(rng: np.random.Generator) -> tuple[Array, ...]:
            sample = lines.sample(rng)
            return sample.planes, sample.other, sample.lines

        return draw
    colours = ColourSampler(pairs, how)

    def colour(rng: np.random.Generator) -> tuple[Array, ...]:
        sample = colours.sample(rng)
        return sample.planes, sample.condition, sample.colours, sample.ink

    return colour
