"""Training of AnimeGANv2: content first, then grey touch, colour, and a critic that knows grey.

Terms of the generator: adversary (300), content, touch (Gram matrices of the art in grey), colour
(L1 of Y, Huber of U and V; 15) and total variation (1). The critic, also times 300, sees the art as
true, and as false paintings, the art in grey, and that with its edges blurred (1.7, 1.7, 1.7, 1).
Rates are as published (2e-4 to begin with, then 2e-5, critic 4e-5). Content and touch are relative
distances here (`trainers.peer_stylizers`), so that their weights are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from paintreel.learn.losses.features import grey, map_distance
from paintreel.learn.losses.stylizers import gram_distance, total_variation, yuv_distance
from paintreel.learn.models.animegan import PRESETS, AnimeCritic, AnimeGenerator
from paintreel.learn.models.cartoongan import edges_smoothed
from paintreel.learn.trainers.peer_stylizers import PeerSettings, PeerTrainer, train_peer
from paintreel.learn.trainers.training_run import Folders, Run, Trained

CRITIC = "art"


@dataclass(frozen=True, kw_only=True)
class AnimeSettings(PeerSettings):
    """adversary, content, touch, colour_weight, variation: weights of the generator's terms.

    of_true, of_painted, of_grey, of_blurred: of the critic's, before `adversary`.
    """

    rate: float = 2e-5
    critic_rate: float = 4e-5
    warmup: float = 0.05
    adversary: float = 300.0
    content: float = 300.0
    touch: float = 100.0
    colour_weight: float = 15.0
    variation: float = 1.0
    of_true: float = 1.7
    of_painted: float = 1.7
    of_grey: float = 1.7
    of_blurred: float = 1.0

    multiple = 4


class AnimeTrainer(PeerTrainer[AnimeGenerator]):
    """One generator, one critic."""

    def make_generator(self) -> AnimeGenerator:
        return AnimeGenerator(PRESETS[self.settings.preset])

    def make_critics(self) -> Mapping[str, nn.Module]:
        return {CRITIC: AnimeCritic(PRESETS[self.settings.preset])}

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        photo, teacher, art, painted = self.begin(progress)
        content = f"content_{self.features}"
        with torch.no_grad():
            of_photo = self.mapped(photo)[-1]
        of_painted = self.mapped(painted)[-1]
        terms = {content: map_distance(of_painted.float(), of_photo.float())}
        terms |= self.taught(painted, teacher)
        if progress < s.warmup:
            return self.descend(terms, {content: s.content})
        touch = f"touch_{self.features}"
        grey_art = grey(art)
        logged = self._judge(art, painted.detach(), grey_art)
        with torch.no_grad():
            of_art = self.mapped(grey_art)[-1]
        terms |= {
            "adversary": self.fooled(CRITIC, painted),
            touch: gram_distance(of_painted, of_art),
            "colour_kept": yuv_distance(painted, photo),
            "variation": total_variation(painted),
        }
        weights = {
            "adversary": s.adversary,
            content: s.content,
            touch: s.touch,
            "colour_kept": s.colour_weight,
            "variation": s.variation,
        }
        return logged | self.descend(terms, weights)

    def _judge(self, art: Tensor, painted: Tensor, grey_art: Tensor) -> dict[str, float]:
        s = self.settings
        scores = self.judged(CRITIC, art, painted, grey_art, edges_smoothed(grey_art))
        loss = anime_critic_loss(scores, (s.of_true, s.of_painted, s.of_grey, s.of_blurred))
        self.adversary.train({CRITIC: s.adversary * loss})
        return {"critic": loss.item()}


def anime_critic_loss(
    scores: tuple[Tensor, ...], weights: tuple[float, float, float, float]
) -> Tensor:
    """Scores of the art toward 1, of paintings, grey art and blurred grey art toward 0."""
    true, *false = scores
    terms = [weights[0] * (true - 1).square().mean()]
    terms += [w * each.square().mean() for w, each in zip(weights[1:], false, strict=True)]
    return torch.stack(terms).sum()


def train_animegan(run: Run, folders: Folders) -> Trained[AnimeGenerator] | None:
    """Train it; None on followers of torchrun. Raises DataError for unusable folders."""
    return train_peer(run, folders, AnimeTrainer)
