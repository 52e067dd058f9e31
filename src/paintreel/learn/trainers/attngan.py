"""Training of the AttnGAN-like network (Xu et al. 2018, Eq. 4 to 13; see `models.attngan`).

Differences from the paper
- The matching of words and regions is learnt in the same run, on true pairs; what it says of
  painted pictures moves the painter alone.
- Its weight is 1, the paper's 5 on CUB; rates and steps are those that fit the experiment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, softplus

from paintreel.learn.losses.adversarial import (
    cross_entropy_critic_loss,
    cross_entropy_generator_loss,
)
from paintreel.learn.losses.words import (
    divergence_from_normal,
    matching_loss,
    sentence_fits,
    words_in_regions,
)
from paintreel.learn.models.attngan import PRESETS, AttnGAN, make_critics
from paintreel.learn.trainers.from_words import FromWordsSettings, FromWordsTrainer


@dataclass(frozen=True)
class AttnGANSettings(FromWordsSettings):
    """matching: weight of words in regions.  divergence: of the augmented sentence from normal."""

    matching: float = 1.0
    divergence: float = 0.5


class AttnGANTrainer(FromWordsTrainer):
    """Critics of three sizes; encoders and painter are one network with one optimiser."""

    settings: AttnGANSettings

    def make(self, preset: str) -> tuple[AttnGAN, Mapping[str, nn.Module]]:
        config = PRESETS[preset]
        return AttnGAN(config), make_critics(config)

    def step(self, progress: float) -> dict[str, float]:
        s, network = self.settings, self.learner.network
        assert isinstance(network, AttnGAN), "made so"
        self.set_rates(progress)
        pictures, words, _category = self.draw()
        network.train()
        with self.precision.autocast():
            features, sentence, there = network.captions(words)
            painted, mean, log_variance = network.paint(
                self.chance(len(words), network.noise_size),
                features.detach(),
                sentence.detach(),
                there,
            )
        critic = self._critic_step(pictures, painted, sentence.detach(), words)
        with self.adversary.frozen(), self.precision.autocast():
            scores = [
                self.adversary.critics[f"at_{p.shape[-1]}"](p, sentence.detach()) for p in painted
            ]
        terms = {
            "adversarial": sum(
                (cross_entropy_generator_loss(x.float()) for x in scores), pictures.new_zeros(())
            ),
            "divergence": divergence_from_normal(mean.float(), log_variance.float()),
            "true_matching": self._match(network, pictures, features, sentence, there, words),
        }
        # What is said of painted pictures teaches the painter, not those who read.
        with _still(network.captions, network.pictures):
            terms["matching"] = self._match(
                network, painted[-1], features.detach(), sentence.detach(), there, words
            )
        loss = terms["adversarial"] + s.divergence * terms["divergence"]
        loss = loss + terms["true_matching"] + s.matching * terms["matching"]
        self.learner.clear()
        loss.backward()  # type: ignore[no-untyped-call]
        self.learner.update(max_norm=1.0)
        return {"critic": critic} | {name: term.item() for name, term in terms.items()}

    def _critic_step(
        self, pictures: Tensor, painted: list[Tensor], sentence: Tensor, words: Tensor
    ) -> float:
        """Eq. 6: true from painted at every size, alone and with the sentence, and true pictures
        with a sentence that is another picture's."""
        other = words.roll(1, dims=0)
        differs = (other != words).any(dim=1)
        losses = {}
        for fake in painted:
            name, side = f"at_{fake.shape[-1]}", fake.shape[-1]
            real = interpolate(pictures, (side, side), mode="area")
            said = [real, fake.detach(), real]
            sentences = [sentence, sentence, sentence.roll(1, dims=0)]
            scores = self.adversary.judge(name, torch.cat(said), torch.cat(sentences)).float()
            true, false, wrong = scores.chunk(3)
            loss = cross_entropy_critic_loss(true, false)
            losses[name] = loss + (softplus(wrong[:, 1]) * differs).mean()
        self.adversary.train(losses)
        return sum(loss.item() for loss in losses.values())

    def _match(
        self,
        network: AttnGAN,
        pictures: Tensor,
        features: Tensor,
        sentence: Tensor,
        there: Tensor,
        words: Tensor,
    ) -> Tensor:
        with self.precision.autocast():
            regions, whole = network.pictures(pictures)
        same = (words[:, None] == words[None]).all(dim=2)
        by_words = words_in_regions(features.float(), there, regions.float())
        by_sentence = sentence_fits(sentence.float(), whole.float())
        return matching_loss(by_words, same) + matching_loss(by_sentence, same)


class _still:
    """Inside, gradients pass through the modules and stay out of their weights."""

    def __init__(self, *modules: nn.Module) -> None:
        self.modules = modules

    def __enter__(self) -> None:
        for module in self.modules:
            module.requires_grad_(False)

    def __exit__(self, *_error: object) -> None:
        for module in self.modules:
            module.requires_grad_(True)
