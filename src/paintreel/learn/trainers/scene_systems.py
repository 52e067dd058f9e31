"""The scene networks that `SceneTrainer` trains: generators, critics and their losses by name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.losses import adversarial
from paintreel.learn.models import cdlm, mffcn, osdlm, pix2pixhd, scene_critic

PARTS = ("attention", "multi_scale", "skips", "residual", "category")


@dataclass(frozen=True)
class System:
    """make: config to generator.  presets: {name: config}.  make_critic: name of a preset to it.

    least_squares: whether its adversary is trained by least squares instead of cross-entropy.
    """

    name: str
    make: Callable[[Any], nn.Module]
    presets: Mapping[str, Any]
    make_critic: Callable[[str], nn.Module] | None = None
    least_squares: bool = False

    def generator(self, preset: str, *, without: tuple[str, ...], fusion: str) -> nn.Module:
        """The generator of a preset, MFFCN's less some parts. Raises InputError."""
        if preset not in self.presets:
            raise InputError(
                f"preset is {preset!r}, {self.name} has {', '.join(sorted(self.presets))}"
            )
        config = self.presets[preset]
        parts = set(without) - {"category"}  # withheld from the pairs, not from the network
        if isinstance(config, mffcn.MFFCNConfig):
            config = dataclasses.replace(config, fusion=fusion, **_left_out(config, parts))
        elif parts or fusion != "mid":
            raise InputError(f"without and fusion are settings of mffcn, {self.name} has none")
        return self.make(config)

    def critic(self, preset: str) -> nn.Module | None:
        return None if self.make_critic is None else self.make_critic(preset)

    def critic_loss(self, scores: list[Tensor], real_label: float) -> Tensor:
        """scores: one tensor a scale, the first half of its batch of true pictures."""
        halves = [x.chunk(2) for x in scores]
        if self.least_squares:
            losses = [adversarial.critic_loss(real, [fake], [1.0]) for real, fake in halves]
        else:
            losses = [
                adversarial.cross_entropy_critic_loss(real, fake, real_label=real_label)
                for real, fake in halves
            ]
        return torch.stack(losses).mean()

    def generator_loss(self, scores: list[Tensor]) -> Tensor:
        loss = (
            adversarial.generator_loss
            if self.least_squares
            else adversarial.cross_entropy_generator_loss
        )
        return torch.stack([loss(x) for x in scores]).mean()

    def critic_floor(self, real_label: float) -> float:
        """The critic's loss when it is right of everything."""
        if self.least_squares or real_label == 1:
            return 0.0
        return -real_label * math.log(real_label) - (1 - real_label) * math.log(1 - real_label)


def _left_out(config: mffcn.MFFCNConfig, parts: set[str]) -> dict[str, Any]:
    """Changes to a config without `parts`; a single kernel gets the channels of all."""
    all_branches = tuple(b * len(config.kernels) for b in config.branches)
    off = {
        "attention": {"attention": False},
        "multi_scale": {"kernels": (3,), "branches": all_branches},
        "skips": {"skips": False},
        "residual": {"residual": False},
    }
    return {key: value for part in parts for key, value in off[part].items()}


SYSTEMS = {
    s.name: s
    for s in (
        System(
            "mffcn",
            mffcn.MFFCN,
            mffcn.PRESETS,
            lambda preset: scene_critic.SceneCritic(scene_critic.PRESETS[preset]),
        ),
        System("cdlm", cdlm.CDLM, cdlm.PRESETS),
        System("osdlm", osdlm.OSDLM, osdlm.PRESETS),
        System(
            "pix2pixhd",
            pix2pixhd.GlobalGenerator,
            pix2pixhd.PRESETS,
            lambda preset: pix2pixhd.MultiScaleCritic(pix2pixhd.PRESETS[preset]),
            least_squares=True,
        ),
    )
}
