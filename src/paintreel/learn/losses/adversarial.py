"""Adversarial losses: least squares (Mao et al., 2017), cross-entropy, and gradient penalty."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


def critic_loss(real: Tensor, fakes: list[Tensor], weights: list[float]) -> Tensor:
    """Real scores toward 1, each kind of fake toward 0 with its weight."""
    loss = ((real - 1) ** 2).mean()
    for fake, weight in zip(fakes, weights, strict=True):
        loss = loss + weight * (fake**2).mean()
    return loss


def generator_loss(fake: Tensor) -> Tensor:
    """Fake scores toward 1."""
    return ((fake - 1) ** 2).mean()


def cross_entropy_critic_loss(real: Tensor, fake: Tensor, *, real_label: float = 0.9) -> Tensor:
    """Eq. 16 of seed 000 on logits: real toward `real_label` (label smoothing), fake toward 0."""
    of_real = binary_cross_entropy_with_logits(real, torch.full_like(real, real_label))
    return of_real + softplus(fake).mean()


def cross_entropy_generator_loss(fake: Tensor) -> Tensor:
    """Eq. 17 of seed 000, -log D(fake), on logits."""
    return softplus(-fake).mean()


def gradient_penalty(
    critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor
) -> Tensor:
    """Mean of (|gradient of a score| - 1)^2 between real and fake (WGAN-GP, Gulrajani 2017), f32.

    critic: (N, C, H, W) to patch scores (N, 1, h, w).  share: (N, 1, 1, 1) in [0, 1], where on the
    line from fake to real each penalty is taken. Of P patches the gradient of the sum is divided
    by the root of P, which is the norm of one patch's gradient if patches look at different
    pixels.
    """
    with torch.autocast(real.device.type, enabled=False):
        between = (fake + share * (real - fake)).detach().float().requires_grad_(True)
        scores = critic(between).float()
        (gradient,) = torch.autograd.grad(scores.sum(), between, create_graph=True)
        patches = scores[0].numel()
        norms = (gradient.flatten(1).square().sum(dim=1) / patches + 1e-12).sqrt()
        return (norms - 1).square().mean()
