"""Training of White-box cartoonization: surface, structure, texture (Wang and Yu 2020).

Adversaries of the surface (0.1; pictures under a guided filter) and the texture (1; pictures in a
random grey), structure and content (features, toward superpixels of the painting and toward the
photograph), and total variation. The published 1e4 of the last is over the 3 * 256 * 256 values of
a picture, 0.05 of our mean. Adam at 2e-4; a warm-up in which the photograph is given back in L1.
Features are relative (`trainers.peer_stylizers`), so that the weight of structure and content is
ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.blocks.guided_filter import guided_filter
from paintreel.learn.data.superpixels import superpixel_colours
from paintreel.learn.losses.adversarial import critic_loss
from paintreel.learn.losses.features import map_distance
from paintreel.learn.losses.stylizers import in_one_grey, signed, total_variation
from paintreel.learn.models.whitebox import PRESETS, WhiteBoxCritic, WhiteBoxGenerator
from paintreel.learn.trainers.peer_stylizers import (
    PeerSettings,
    PeerTrainer,
    each_picture,
    train_peer,
)
from paintreel.learn.trainers.training_run import Folders, Run, Trained

SURFACE, TEXTURE = "surface", "texture"
_FILTER_PX, _FILTER_EPSILON = 5, 0.2 / 4
"""Published for pictures in [-1, 1], whose squares are four times as large."""
_GREYS = ((0.199, 0.399), (0.487, 0.687), (0.014, 0.214))
"""Least and most of red, green and blue in a random grey, as published."""


@dataclass(frozen=True, kw_only=True)
class WhiteBoxSettings(PeerSettings):
    """surface, texture, structure, content, variation: weights of terms. superpixels: of a crop."""

    rate: float = 2e-4
    critic_rate: float = 2e-4
    warmup: float = 0.1
    surface: float = 0.1
    texture: float = 1.0
    structure: float = 1.0
    content: float = 1.0
    variation: float = 0.05
    superpixels: int = 200

    multiple = 4


class WhiteBoxTrainer(PeerTrainer[WhiteBoxGenerator]):
    """One generator; a critic of the surface, one of the texture."""

    momentum = (0.5, 0.99)

    def make_generator(self) -> WhiteBoxGenerator:
        return WhiteBoxGenerator(PRESETS[self.settings.preset])

    def make_critics(self) -> Mapping[str, nn.Module]:
        width = PRESETS[self.settings.preset].critic
        return {name: WhiteBoxCritic(width) for name in (SURFACE, TEXTURE)}

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        photo, teacher, art, painted = self.begin(progress)
        painted = painted.float()
        if progress < s.warmup:
            terms = {"given_back": (signed(painted) - signed(photo)).abs().mean()}
            return self.descend(terms | self.taught(painted, teacher), {"given_back": 1.0})
        shown = {
            SURFACE: [surface_of(x) for x in (art, painted)],
            TEXTURE: in_one_grey((art, painted), self._grey()),
        }
        logged = self._judge(shown)
        content, structure = (f"{what}_{self.features}" for what in ("content", "structure"))
        with torch.no_grad():
            flat = each_picture(painted, self._superpixels, self.group)
            of_photo, of_flat = (self.mapped(x)[-1].float() for x in (photo, flat))
        of_painted = self.mapped(painted)[-1].float()
        terms = {
            content: map_distance(of_painted, of_photo),
            structure: map_distance(of_painted, of_flat),
            "variation": total_variation(painted),
            **self.taught(painted, teacher),
        }
        terms |= {name: self.fooled(name, fake) for name, (_true, fake) in shown.items()}
        weights = {
            SURFACE: s.surface,
            TEXTURE: s.texture,
            content: s.content,
            structure: s.structure,
            "variation": s.variation,
        }
        return logged | self.descend(terms, weights)

    def _grey(self) -> Tensor:
        drawn = np.array([self.rng.uniform(low, high) for low, high in _GREYS], np.float32)
        return torch.from_numpy(drawn).to(self.device)

    def _superpixels(self, picture: Array) -> Array:
        return superpixel_colours(picture, self.settings.superpixels)

    def _judge(self, shown: Mapping[str, list[Tensor]]) -> dict[str, float]:
        losses = {}
        for name, (true, fake) in shown.items():
            real, painted = self.judged(name, true, fake.detach())
            losses[name] = critic_loss(real, [painted], [1.0])
        self.adversary.train(losses)
        return {f"critic_{name}": loss.item() for name, loss in losses.items()}


def surface_of(x: Tensor) -> Tensor:
    """A picture (N, 3, H, W) under a guided filter beside itself: its washes without its lines."""
    return guided_filter(x, x, radius_px=_FILTER_PX, epsilon=_FILTER_EPSILON)


def train_whitebox(run: Run, folders: Folders) -> Trained[WhiteBoxGenerator] | None:
    """Train it; None on followers of torchrun. Raises DataError for unusable folders."""
    return train_peer(run, folders, WhiteBoxTrainer)
