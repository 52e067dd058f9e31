"""Training of networks that paint from words or a category and chance: what both do alike.

They are comparators of the scene experiment alone, and nothing of them is exported. Each gets as
many steps as the scene networks, with as many pictures a step, of the same panels; worlds drawn by
rules, whose captions say hour, season, weather and elements, are mixed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.learn.data.captioned import CaptionedSampler, captioned_panels, drawn_worlds
from paintreel.learn.data.captions import caption_of_label, tokens
from paintreel.learn.data.scene_pairs import Panel
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.parts import Learner, Randomness, StepTrainer, seeded, to_device
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.rates import late_decay
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.models.word_painter import WordPainter
from paintreel.learn.trainers.stylizer import as_picture
from paintreel.roughs.labels import one_hot
from paintreel.worlds.categories import LABELS

_SHOWN_SEEDS = 2


@dataclass(frozen=True)
class FromWordsSettings:
    """What a training is run with.

    rate, critic_rate: of Adam, whose first beta is `momentum`
    worlds: drawn worlds of each category; share: of the draws that are of them
    Raises InputError for values that no run can use.
    """

    preset: str = "light"
    seed: int = 0
    batch: int = 4
    rate: float = 2e-4
    critic_rate: float = 2e-4
    momentum: float = 0.5
    ema_decay: float = 0.998
    worlds: int = 6
    share: float = 0.25

    def __post_init__(self) -> None:
        rules = {
            "seed is 0 or more": self.seed >= 0,
            "batch is 2 or more": self.batch >= 2,
            "rates are above 0": min(self.rate, self.critic_rate) > 0,
            "momentum and ema_decay are 0 to below 1": (
                all(0 <= x < 1 for x in (self.momentum, self.ema_decay))
            ),
            "worlds is 0 or more": self.worlds >= 0,
            "share is 0 to 1": 0 <= self.share <= 1,
        }
        must_hold(rules, "these settings cannot be trained with")


class FromWordsTrainer(StepTrainer[WordPainter]):
    """Data, networks and rates of both; a trainer of one adds its `step`.

    network, critics: made by `make`, which is called with torch seeded.
    There is no watch over a critic that is right of everything: with some hundred pictures it soon
    is, and the run is as long as the others' all the same.
    """

    caption = "one row a category, from words and seeds"

    def __init__(
        self, settings: FromWordsSettings, *, panels: Sequence[Panel], group: ProcessGroup
    ) -> None:
        s = self.settings = settings
        with seeded(s.seed, group):
            network, critics = self.make(s.preset)
        momentum = (s.momentum, 0.999)
        self.learner = Learner(
            network,
            lambda module: torch.optim.Adam(module.parameters(), s.rate, momentum),
            ema_decay=s.ema_decay,
            group=group,
        )
        precision = Precision(group.device)
        self.adversary = Adversary(
            critics, rate=s.critic_rate, momentum=momentum, group=group, precision=precision
        )
        super().__init__(
            self.learner,
            Randomness(s.seed, group),
            group=group,
            parts={"adversary": self.adversary},
            precision=precision,
        )
        side = network.side_px
        self.sampler = CaptionedSampler(
            captioned_panels(panels, side),
            drawn_worlds(s.worlds, side) if s.worlds else (),
            self.rng,
            side_px=side,
            batch=s.batch,
            share=s.share,
        )

    def make(self, preset: str) -> tuple[WordPainter, Mapping[str, nn.Module]]:
        """The network of a preset and its critics."""
        raise NotImplementedError

    def step(self, progress: float) -> dict[str, float]:
        """One step of critics and painter; see `engine.loop.Trainer`."""
        raise NotImplementedError

    def draw(self) -> tuple[Tensor, Tensor, Tensor]:
        """(pictures, words, categories) of a batch, on the device."""
        pictures, words, categories = (to_device(x, self.group) for x in self.sampler())
        return pictures, words, categories

    def chance(self, *shape: int) -> Tensor:
        """Standard normal noise, on the device."""
        noise = torch.randn(shape, generator=self.randomness.noise)
        return noise.to(self.device)

    def set_rates(self, progress: float) -> None:
        """Those of the settings, falling in the last quarter, as the scene networks' do."""
        s, share = self.settings, late_decay(progress) * self.rate_factor
        self.learner.set_rate(s.rate * share)
        self.adversary.set_rate(s.critic_rate * share)

    def paint(self, label: str | None, seed: int) -> Array:
        """What the averaged network paints of a category and a seed: (S, S, 3) uint8."""
        return paint_from_words(self.average.module, label, seed)

    def sample_sheet(self) -> Array:
        """A row a category, a column a seed."""
        rows = [[self.paint(label, seed) for seed in range(_SHOWN_SEEDS)] for label in LABELS]
        return np.vstack([np.hstack(row) for row in rows])

    def measures(self) -> dict[str, float]:
        """Nothing is held out that a picture from words could be measured against."""
        return {}


@torch.no_grad()
def paint_from_words(network: WordPainter, label: str | None, seed: int) -> Array:
    """A picture of a category's caption, (S, S, 3) uint8; its noise is of the seed alone."""
    device = next(network.parameters()).device
    rng = torch.Generator().manual_seed(seed)
    noise = torch.randn((1, network.noise_size), generator=rng)
    texture = torch.randn((1, network.side_px, network.side_px), generator=rng)
    words = torch.from_numpy(tokens(caption_of_label(label)))[None]
    category = torch.from_numpy(one_hot(label, LABELS))[None]
    network.eval()
    given = [x.to(device) for x in (noise, words, category, texture)]
    scene = network(*given)[-1]
    return as_picture(scene[0].float().permute(1, 2, 0).cpu().numpy())
