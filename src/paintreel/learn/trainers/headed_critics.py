"""Critics that answer with several heads, as those of U-GAT-IT do: how they are trained and fooled.

A critic is called DOMAIN_reach and sees the pictures of its domain.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.precision import Precision
from paintreel.learn.losses.adversarial import critic_loss, generator_loss

__all__ = ["fooled_by_heads", "judge_by_heads"]


def judge_by_heads(
    adversary: Adversary, pictures: Mapping[str, tuple[Tensor, Tensor]]
) -> dict[str, float]:
    """One step of every critic on {domain: (true, painted)}; their losses, to be logged."""
    losses = {}
    for name in adversary.critics:
        real, fake = pictures[_domain_of(name)]
        told = adversary.judge(name, torch.cat([real, fake.detach()]))
        halves = [each.float().chunk(2) for each in told]
        losses[name] = torch.stack(
            [critic_loss(true, [false], [1.0]) for true, false in halves]
        ).sum()
    adversary.train(losses)
    return {f"critic_{name}": loss.item() for name, loss in losses.items()}


def fooled_by_heads(
    adversary: Adversary, painted: Mapping[str, Tensor], precision: Precision
) -> Tensor:
    """The generator's term over all heads of all critics, of {domain: painted}."""
    terms = []
    with adversary.frozen(), precision.autocast():
        for name, critic in adversary.critics.items():
            terms += [generator_loss(each.float()) for each in critic(painted[_domain_of(name)])]
    return torch.stack(terms).sum()


def _domain_of(name: str) -> str:
    return name.split("_")[0]
