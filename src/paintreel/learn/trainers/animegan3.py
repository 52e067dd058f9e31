"""Training of AnimeGANv3: the support tail by the art, the main tail by the support tail.

The support tail's painting goes through a guided filter. Its terms: adversary (1, in grey), content
(0.5), touch of three layers less their means (0.1, 5, 25 of which the sum is 30.1), regions (0.2
each toward its own superpixels and the photograph's, by features), colour in CIELAB (10), total
variation (0.001); its critic sees the art, paintings and, twice, the art with blurred edges, all in
grey. The main tail learns the support tail's painting, cleaned of grain and smoothed by L0: L1
(50), features (0.5), adversary (0.02) beside a critic (0.1) to which the smoothed ones are true,
total variation. Rates 2e-4 to begin with, then 1e-4. Features are relative
(`trainers.peer_stylizers`), so that the sum of the touch's weights is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.blocks.guided_filter import guided_filter
from paintreel.learn.data.l0_smoothing import l0_smoothed
from paintreel.learn.data.superpixels import superpixel_colours
from paintreel.learn.losses.adversarial import critic_loss
from paintreel.learn.losses.features import grey, map_distance
from paintreel.learn.losses.stylizers import (
    centred_gram_distances,
    lab_distance,
    signed,
    total_variation,
)
from paintreel.learn.models.animegan import AnimeConfig, AnimeCritic
from paintreel.learn.models.animegan3 import PRESETS, Anime3Generator
from paintreel.learn.models.cartoongan import edges_smoothed
from paintreel.learn.trainers.peer_stylizers import (
    PeerSettings,
    PeerTrainer,
    each_picture,
    train_peer,
)
from paintreel.learn.trainers.training_run import Folders, Run, Trained

SUPPORT, MAIN = "support", "main"
_FILTER_PX, _FILTER_EPSILON = 2, 0.01
_GRAIN, _L0 = 7.0, 0.005


@dataclass(frozen=True, kw_only=True)
class Anime3Settings(PeerSettings):
    """Weights of the terms of both tails; superpixels: of a crop."""

    rate: float = 1e-4
    critic_rate: float = 1e-4
    warmup: float = 0.05
    adversary: float = 1.0
    content: float = 0.5
    touch: float = 3.0
    touch_layers: tuple[float, float, float] = (0.1, 5.0, 25.0)
    regions: float = 0.2
    colour_weight: float = 10.0
    variation: float = 0.001
    of_blurred: float = 2.0
    main_pixels: float = 50.0
    main_content: float = 0.5
    main_adversary: float = 0.02
    main_critic: float = 0.1
    superpixels: int = 200

    multiple = 8


class Anime3Trainer(PeerTrainer[Anime3Generator]):
    """One generator of two tails, a critic for each."""

    def make_generator(self) -> Anime3Generator:
        return Anime3Generator(PRESETS[self.settings.preset])

    def make_critics(self) -> Mapping[str, nn.Module]:
        config = AnimeConfig(critic=PRESETS[self.settings.preset].critic)
        return {name: AnimeCritic(config) for name in (SUPPORT, MAIN)}

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        photo, teacher, art, both = self.begin(progress)
        support, main = both.float().chunk(2, dim=1)
        filtered = guided_filter(support, support, radius_px=_FILTER_PX, epsilon=_FILTER_EPSILON)
        with torch.no_grad():
            of_photo = self.mapped(photo)[-1].float()
        content, main_content = (f"{what}_{self.features}" for what in ("content", "main_content"))
        maps = [x.float() for x in self.mapped(filtered)]
        terms = {content: map_distance(maps[-1], of_photo)}
        terms |= self.taught(main, teacher)
        of_main = self.mapped(main)[-1].float()
        if progress < s.warmup:
            terms[main_content] = map_distance(of_main, of_photo)
            return self.descend(terms, {content: s.content, main_content: s.content})
        smooth = each_picture(support, smoothed, self.group)
        logged = self._judge(art, filtered.detach(), smooth, main.detach())
        touch, regions = (f"{what}_{self.features}" for what in ("touch", "regions"))
        with torch.no_grad():
            of_art = self.mapped(grey(art))
            of_smooth = self.mapped(smooth)[-1].float()
        terms |= {
            "adversary": self.fooled(SUPPORT, grey(filtered)),
            touch: centred_gram_distances(self.mapped(grey(filtered)), of_art, s.touch_layers),
            regions: self._regions(maps[-1], filtered, photo),
            "colour_kept": lab_distance(filtered, photo),
            "variation": total_variation(filtered) + total_variation(main),
            "main_pixels": (signed(main) - signed(smooth)).abs().mean(),
            main_content: map_distance(of_main, of_smooth),
            "main_adversary": self.fooled(MAIN, main),
        }
        weights = {
            "adversary": s.adversary,
            content: s.content,
            touch: s.touch,
            regions: s.regions,
            "colour_kept": s.colour_weight,
            "variation": s.variation,
            "main_pixels": s.main_pixels,
            main_content: s.main_content,
            "main_adversary": s.main_adversary,
        }
        return logged | self.descend(terms, weights)

    def _regions(self, of_filtered: Tensor, filtered: Tensor, photo: Tensor) -> Tensor:
        """Toward the superpixels of the painting itself, and of the photograph."""
        count = self.settings.superpixels

        def flat(x: Array) -> Array:
            return superpixel_colours(x, count, adaptive=False)

        with torch.no_grad():
            targets = [
                self.mapped(each_picture(x, flat, self.group))[-1].float()
                for x in (filtered, photo)
            ]
        return torch.stack([map_distance(of_filtered, target) for target in targets]).sum()

    def _judge(
        self, art: Tensor, filtered: Tensor, smooth: Tensor, main: Tensor
    ) -> dict[str, float]:
        s = self.settings
        seen = (grey(x) for x in (art, filtered, edges_smoothed(art)))
        true, painted, blurred = self.judged(SUPPORT, *seen)
        real, fake = self.judged(MAIN, smooth, main)
        losses = {
            SUPPORT: critic_loss(true, [painted, blurred], [1.0, s.of_blurred]),
            MAIN: s.main_critic * critic_loss(real, [fake], [1.0]),
        }
        self.adversary.train(losses)
        return {f"critic_{name}": loss.item() for name, loss in losses.items()}


def smoothed(picture: Array) -> Array:
    """(H, W, 3) float32 in [0, 1] without grain (non-local means) and with few steps (L0)."""
    eight = np.ascontiguousarray((picture * 255 + 0.5).astype(np.uint8))
    clean = cv2.fastNlMeansDenoisingColored(eight, None, _GRAIN, _GRAIN, 5, 15)
    return l0_smoothed(clean.astype(np.float32) / 255, strength=_L0)


def train_animegan3(run: Run, folders: Folders) -> Trained[Anime3Generator] | None:
    """Train it; None on followers of torchrun. Raises DataError for unusable folders."""
    return train_peer(run, folders, Anime3Trainer)
