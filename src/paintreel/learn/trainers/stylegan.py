"""Training of the StyleGAN-like network: logistic losses and R1 (Karras et al. 2019 and 2020).

Differences from the papers: rates for a short run; styles are mixed in half of the pictures; the
average of the weights is that of the other networks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from paintreel.learn.losses.adversarial import cross_entropy_generator_loss, steepness
from paintreel.learn.models.stylegan import PRESETS, StyleCritic, StyleGAN
from paintreel.learn.trainers.from_words import FromWordsSettings, FromWordsTrainer


@dataclass(frozen=True)
class StyleGANSettings(FromWordsSettings):
    """steepness: weight of R1; steepness_every: steps from one to the next, at as many times its
    weight.  mixing: share of the pictures that have two styles.
    """

    rate: float = 2e-3
    critic_rate: float = 2e-3
    momentum: float = 0.0
    steepness: float = 1.0
    steepness_every: int = 8
    mixing: float = 0.5


class StyleGANTrainer(FromWordsTrainer):
    """One critic, told the category."""

    settings: StyleGANSettings

    def make(self, preset: str) -> tuple[StyleGAN, Mapping[str, nn.Module]]:
        config = PRESETS[preset]
        return StyleGAN(config), {"critic": StyleCritic(config)}

    def step(self, progress: float) -> dict[str, float]:
        network = self.learner.network
        assert isinstance(network, StyleGAN), "made so"
        self.set_rates(progress)
        pictures, _words, category = self.draw()
        network.train()
        with self.precision.autocast():
            painted = self._painted(network, category)
        logged = self._critic_step(pictures, painted.detach(), category)
        with self.adversary.frozen(), self.precision.autocast():
            score = self.adversary.critics["critic"](painted, category)
        loss = cross_entropy_generator_loss(score.float())
        self.learner.clear()
        loss.backward()  # type: ignore[no-untyped-call]
        self.learner.update(max_norm=1.0)
        return logged | {"adversarial": loss.item()}

    def _painted(self, network: StyleGAN, category: Tensor) -> Tensor:
        """A batch of pictures; of a part of them the finer sizes have another style."""
        count, sizes = len(category), len(network.layers)
        first, second = (
            network.style(self.chance(count, network.noise_size), category) for _ in range(2)
        )
        drawn = self.rng.integers(1, sizes, count)
        mixed = self.rng.random(count) < self.settings.mixing
        cuts = torch.from_numpy(np.where(mixed, drawn, sizes)).to(self.device)[:, None]
        styles = [torch.where(at < cuts, first, second) for at in range(sizes)]
        texture = self.chance(count, network.side_px, network.side_px)
        return network.paint(styles, texture)[-1]

    def _critic_step(self, pictures: Tensor, painted: Tensor, category: Tensor) -> dict[str, float]:
        s, adversary = self.settings, self.adversary
        true, false = (adversary.judge("critic", x, category).float() for x in (pictures, painted))
        loss = softplus(-true).mean() + softplus(false).mean()
        logged = {"critic": loss.item()}
        if s.steepness > 0 and adversary.steps % s.steepness_every == 0:
            real = pictures.detach().float().requires_grad_(True)
            with torch.autocast(real.device.type, enabled=False):
                slope = steepness(adversary.critics["critic"](real, category), real)
            loss = loss + 0.5 * s.steepness * s.steepness_every * slope
            logged["steepness"] = slope.item()
        adversary.train({"critic": loss})
        return logged
