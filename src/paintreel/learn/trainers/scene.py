"""Training of the scene networks (MFFCN-GAN and its peers): the terms and the step.

Reconstruction alone first, at a high rate that falls; then, from `adversary_from` of the budget on,
the adversary too, at the paper's rate, which decays over the last quarter.

Differences from the paper (seed 000, section 3.4)
- A term of reconstruction, L1 + structure * (1 - SSIM): feature matching alone does not bring the
  paper's PSNR from some hundred pictures. `reconstruct = 0` and `adversary_from = 0` are the paper.
- The gradient penalty is taken every few steps, at as many times its weight.
- Layers with many inputs take smaller steps (`engine.rates`). `fan_in = 0` is the paper.
- An exponential average of the weights is what is measured and exported.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.scene_labels import one_hot
from paintreel.learn.data.scene_pairs import (
    STANDARD,
    PairSampler,
    PairSettings,
    Panel,
    centre,
    given,
    network_input,
)
from paintreel.learn.engine.checkpoint import own_part, restore_rng, rng_state
from paintreel.learn.engine.distributed import World
from paintreel.learn.engine.ema import WeightAverage
from paintreel.learn.engine.loop import Diverged
from paintreel.learn.engine.rates import groups_by_fan_in
from paintreel.learn.losses.adversarial import gradient_penalty
from paintreel.learn.losses.feature_matching import feature_matching_loss
from paintreel.learn.losses.structure import structure_loss
from paintreel.learn.trainers.scene_systems import PARTS, SYSTEMS
from paintreel.metrics.fidelity import psnr, ssim

HELD_OUT_PANELS = 24
HELD_OUT_CROP_PX = 256
WON_AFTER_STEPS = 200
"""Steps in a row that a critic may be right of everything before the run counts as diverged."""
WON_LOSS = 0.02


@dataclass(frozen=True)
class SceneSettings:
    """Everything a recipe may set; shares of 1.

    without: parts of MFFCN left out: attention, multi_scale, skips, residual, category.
    fusion: where MFFCN joins its kernels, early, mid or late.
    rate: of the reconstruction; adversarial_rate, critic_rate: of the part with adversary.
    fan_in: how much smaller the steps of layers with many inputs are; see `engine.rates`.
    momentum: Adam's first beta of the generator (the critic's is the paper's 0.5).
    adversary_from, ramp: parts of the budget before the adversary, and in which it comes in.
    reconstruct, structure: weights of the reconstruction and of SSIM in it.
    adversary: weight of Eq. 19 as a whole, 0 for none; matching: its lambda.
    penalty, penalty_every: weight of the gradient penalty, and steps from one to the next.
    real_label: what the critic should say of true pictures (label smoothing).
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    seed: int = 0
    without: tuple[str, ...] = ()
    fusion: str = "mid"
    pairs: PairSettings = field(default_factory=PairSettings)
    rate: float = 1e-3
    adversarial_rate: float = 2e-4
    critic_rate: float = 2e-4
    fan_in: float = 0.5
    momentum: float = 0.9
    adversary_from: float = 0.75
    ramp: float = 0.05
    reconstruct: float = 1.0
    structure: float = 0.2
    adversary: float = 0.01
    matching: float = 10.0
    penalty: float = 10.0
    penalty_every: int = 8
    real_label: float = 0.9
    ema_decay: float = 0.998
    max_art: int = 3000
    held_out_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = (self.reconstruct, self.structure, self.adversary, self.matching, self.penalty)
        checks = {
            "seed is 0 or more": self.seed >= 0,
            f"without is of {', '.join(PARTS)}": set(self.without) <= set(PARTS),
            "rates are above 0": min(self.rate, self.adversarial_rate, self.critic_rate) > 0,
            "adversary_from is 0 to 1 and ramp not below 0": (
                0 <= self.adversary_from <= 1 and self.ramp >= 0
            ),
            "weights are not below 0": min(weights) >= 0,
            "reconstruct or adversary is above 0": max(self.reconstruct, self.adversary) > 0,
            "real_label is above 0.5, at most 1": 0.5 < self.real_label <= 1,
            "momentum and ema_decay are 0 to below 1": (
                all(0 <= x < 1 for x in (self.momentum, self.ema_decay))
            ),
            "fan_in is 0 to 1": 0 <= self.fan_in <= 1,
            "penalty_every and max_art are 1 or more": min(self.penalty_every, self.max_art) >= 1,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"these settings cannot be trained with: {'; '.join(wrong)} must hold")


class SceneTrainer:
    """Implements `paintreel.learn.engine.loop.Trainer` for every system of `scene_systems`.

    panels: to train on; held_out: for samples and measures.
    """

    def __init__(
        self,
        system: str,
        settings: SceneSettings,
        *,
        panels: Sequence[Panel],
        held_out: Sequence[Panel],
        world: World,
    ) -> None:
        s = self.settings = settings
        self.system = SYSTEMS[system]
        self.world, self.device = world, world.device
        torch.manual_seed(s.seed)
        self.rng = np.random.default_rng([s.seed, world.rank])
        generator = self.system.generator(s.preset, without=s.without, fusion=s.fusion)
        critic = self.system.critic(s.preset) if s.adversary > 0 else None
        layout = torch.channels_last
        self.generator = generator.to(self.device, memory_format=layout)
        self.critic = None if critic is None else critic.to(self.device, memory_format=layout)
        torch.manual_seed(s.seed + 1 + world.rank)
        self.parallel_generator = world.wrap(self.generator)
        self.average = WeightAverage(self.generator, s.ema_decay)
        self.optimiser = torch.optim.Adam(
            groups_by_fan_in(self.generator, s.fan_in), s.rate, (s.momentum, 0.999)
        )
        if self.critic is not None:
            self.parallel_critic = world.wrap(self.critic)
            self.critic_optimiser = torch.optim.Adam(
                self.critic.parameters(), s.critic_rate, (0.5, 0.999)
            )
        self.rate_factor, self.critic_steps, self.won_steps = 1.0, 0, 0
        withheld = {"unknown": 1.0} if "category" in s.without else {}
        self.pairs = PairSampler(panels, replace(s.pairs, **withheld), self.rng)
        spread = np.linspace(0, len(held_out) - 1, min(HELD_OUT_PANELS, len(held_out)))
        self.held_out = [held_out[int(i)] for i in spread]

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        rough, category, truth = (self._to_device(x) for x in self.pairs())
        presence = self._presence(progress)
        self._set_rates(progress)
        self.generator.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            scene, _code = self.parallel_generator(rough, category)
        logged = self._critic_step(rough, truth, scene.detach()) if presence > 0 else {}
        terms = {"l1": (scene - truth).abs().mean(), "structure": structure_loss(scene, truth)}
        loss = s.reconstruct * (terms["l1"] + s.structure * terms["structure"])
        if presence > 0:
            terms |= self._judged(rough, truth, scene)
            paper = terms["adversarial"] + s.matching * terms["matching"]  # Eq. 19
            loss = loss + presence * s.adversary * paper
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.generator.parameters(), 1.0)
        self.optimiser.step()
        self.average.update(self.generator)
        return logged | {name: term.item() for name, term in terms.items()}

    def _presence(self, progress: float) -> float:
        """Share of the adversary's weight: 0, rising over the ramp, 1."""
        s = self.settings
        if self.critic is None or progress < s.adversary_from:
            return 0.0
        return min((progress - s.adversary_from + 1e-3) / max(s.ramp, 1e-3), 1.0)

    def _critic_step(self, rough: Tensor, truth: Tensor, scene: Tensor) -> dict[str, float]:
        """Eq. 16 and the gradient penalty; one backward pass, so that DDP sums them once."""
        s = self.settings
        self.critic.requires_grad_(True)
        with torch.autocast(self.device.type, torch.bfloat16):
            _features, scores = self.parallel_critic(
                torch.cat([truth, scene]), torch.cat([rough, rough])
            )
        loss = self.system.critic_loss([x.float() for x in scores], s.real_label)
        logged = {"critic": loss.item()}
        if s.penalty > 0 and self.critic_steps % s.penalty_every == 0:
            share = self.rng.random((len(truth), 1, 1, 1), np.float32)
            penalties = [
                gradient_penalty(score, truth, scene, torch.from_numpy(share).to(self.device))
                for score in self._patch_scores(rough, len(scores))
            ]
            penalty = torch.stack(penalties).mean()
            loss = loss + s.penalty * s.penalty_every * penalty
            logged["penalty"] = penalty.item()
        self.critic_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_optimiser.step()
        self.critic_steps += 1
        self._watch(logged["critic"])
        return logged

    def _patch_scores(self, rough: Tensor, scales: int) -> list:
        return [lambda x, k=k: self.critic(x, rough)[1][k] for k in range(scales)]

    def _watch(self, critic_loss: float) -> None:
        """Raise Diverged once the critic has been right of everything for long."""
        floor = self.system.critic_floor(self.settings.real_label)
        self.won_steps = self.won_steps + 1 if critic_loss < floor + WON_LOSS else 0
        if self.won_steps >= WON_AFTER_STEPS:
            raise Diverged(f"the critic's loss stayed at its least for {self.won_steps} steps")

    def _judged(self, rough: Tensor, truth: Tensor, scene: Tensor) -> dict[str, Tensor]:
        """Terms of the generator that the critic gives: Eq. 17 and 18."""
        self.critic.requires_grad_(False)
        with torch.autocast(self.device.type, torch.bfloat16):
            with torch.no_grad():
                real, _scores = self.critic(truth, rough)
            fake, scores = self.critic(scene, rough)
        return {
            "adversarial": self.system.generator_loss([x.float() for x in scores]),
            "matching": feature_matching_loss(real, fake),
        }

    def _set_rates(self, progress: float) -> None:
        s = self.settings
        start = s.adversary_from if self.critic is not None else 1.0
        low = s.adversarial_rate if self.critic is not None else 0.01 * s.rate
        if progress < start:
            rate = low + (s.rate - low) * (1 + math.cos(math.pi * progress / start)) / 2
        else:
            rate = s.adversarial_rate * _decay(progress)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * self.rate_factor * group["share"]
        if self.critic is not None:
            for group in self.critic_optimiser.param_groups:
                group["lr"] = s.critic_rate * _decay(progress) * self.rate_factor

    def _to_device(self, x: Array) -> Tensor:
        tensor = torch.from_numpy(x).to(self.device, non_blocking=True)
        return tensor.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else tensor

    @torch.no_grad()
    def _paint(self, rough: Array, label: str | None) -> Array:
        """Averaged generator on one network input (6, H, W): (H, W, 3) uint8."""
        category = torch.from_numpy(one_hot(label))[None].to(self.device)
        scene, _code = self.average.module(torch.from_numpy(rough)[None].to(self.device), category)
        return (scene[0].permute(1, 2, 0).cpu().numpy() * 255 + 0.5).astype(np.uint8)

    def _finished(self, panel: Panel, level: str) -> tuple[Array, Array, Array, Array]:
        """(blocks, lines, result, truth) of the middle of a held-out panel's middle scale."""
        view = panel.views[len(panel.views) // 2]
        layers = (*given(view, level), view.truth)
        side = min(HELD_OUT_CROP_PX, min(self.settings.pairs.scales_px) // 16 * 16)
        blocks, lines, truth = (centre(x, side) for x in layers)
        label = None if "category" in self.settings.without else panel.label
        return blocks, lines, self._paint(network_input(blocks, lines), label), truth

    def sample_sheet(self) -> Array:
        """Rough, lines, result, truth side by side, six held-out panels below each other."""
        rows = []
        for panel in self.held_out[:: max(1, len(self.held_out) // 6)][:6]:
            blocks, lines, result, truth = self._finished(panel, STANDARD)
            rows.append(np.hstack([blocks, np.repeat(lines[..., None], 3, 2), result, truth]))
        return np.vstack(rows)

    def measures(self) -> dict[str, float]:
        """Mean PSNR and SSIM of held-out crops, 256 px or the smallest scale, all of it given.

        psnr, ssim: at the standard level; rough_psnr, rough_ssim: of its block-in itself;
        psnr_coarse, ...: at the other levels (coarse with the standard lines).
        """
        found = {}
        for level in self.settings.pairs.levels:
            scores = []
            for panel in self.held_out:
                blocks, _lines, result, truth = self._finished(panel, level)
                pairs = ((result, truth), (np.ascontiguousarray(blocks), truth))
                scores.append([f(x, y) for x, y in pairs for f in (psnr, ssim)])
            means = dict(
                zip(("psnr", "ssim", "rough_psnr", "rough_ssim"), np.mean(scores, 0), strict=True)
            )
            suffix = "" if level == STANDARD else f"_{level}"
            found |= {name + suffix: float(value) for name, value in means.items()}
        return found

    def snapshot(self) -> dict[str, Tensor]:
        return self.average.snapshot()

    def slow_down(self) -> None:
        self.rate_factor *= 0.5

    def _parts(self) -> dict:
        parts = {"generator": self.generator, "average": self.average, "optimiser": self.optimiser}
        if self.critic is not None:
            parts |= {"critic": self.critic, "critic_optimiser": self.critic_optimiser}
        return parts

    def state_dict(self) -> dict:
        return {
            **{name: part.state_dict() for name, part in self._parts().items()},
            "ranks": self.world.gather(rng_state(self.rng)),
            "rate_factor": self.rate_factor,
            "critic_steps": self.critic_steps,
            "won_steps": self.won_steps,
        }

    def load_state_dict(self, state: dict) -> None:
        own = own_part(state["ranks"], self.world.rank, self.world.size)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        restore_rng(self.rng, own)
        self.rate_factor = state["rate_factor"]
        self.critic_steps, self.won_steps = state["critic_steps"], state["won_steps"]


def _decay(progress: float) -> float:
    """1 until the last quarter of the budget, then falling to 0.02 on a line."""
    return max(min(1.0, (1 - progress) / 0.25), 0.02)
