"""Least-squares adversarial losses (Mao et al., 2017)."""

from __future__ import annotations

from torch import Tensor


def critic_loss(real: Tensor, fakes: list[Tensor], weights: list[float]) -> Tensor:
    """Real scores toward 1, each kind of fake toward 0 with its weight."""
    loss = ((real - 1) ** 2).mean()
    for fake, weight in zip(fakes, weights, strict=True):
        loss = loss + weight * (fake**2).mean()
    return loss


def generator_loss(fake: Tensor) -> Tensor:
    """Fake scores toward 1."""
    return ((fake - 1) ** 2).mean()
