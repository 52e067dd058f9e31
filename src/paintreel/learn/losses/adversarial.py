"""Adversarial losses: least squares (Mao et al., 2017), cross-entropy, hinge; gradient penalty."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, relu, softplus


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
    """Real toward `real_label` (label smoothing), fake toward 0; Eq. 16 of Liu and Zhao 2025.

    On logits.
    """
    of_real = binary_cross_entropy_with_logits(real, torch.full_like(real, real_label))
    return of_real + softplus(fake).mean()


def cross_entropy_generator_loss(fake: Tensor) -> Tensor:
    """Eq. 17 of Liu and Zhao 2025, -log D(fake), on logits."""
    return softplus(-fake).mean()


def hinge_critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Real scores above 1, fake ones below -1 (Lim and Ye 2017)."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


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


def steepness(score: Tensor, real: Tensor) -> Tensor:
    """Mean of a picture's squared gradient of its score, R1 of Mescheder et al. 2018, f32.

    score: (N,), computed from `real` (N, C, H, W), which asks for gradients.
    """
    (gradient,) = torch.autograd.grad(score.float().sum(), real, create_graph=True)
    return gradient.flatten(1).square().sum(dim=1).mean()


@dataclass(frozen=True)
class AdversarialLoss:
    """How critics with a score for each patch, at one or more scales, and their generator learn.

    of_critic     (true scores, false scores, real label) to a loss
    of_generator  false scores to a loss
    least         real label to the critic's loss when it is right of everything
    """

    of_critic: Callable[[Tensor, Tensor, float], Tensor]
    of_generator: Callable[[Tensor], Tensor]
    least: Callable[[float], float]

    def critic(self, scores: Sequence[Tensor], real_label: float) -> Tensor:
        """scores: one tensor a scale, the first half of its batch of true pictures."""
        halves = [x.chunk(2) for x in scores]
        return torch.stack([self.of_critic(real, fake, real_label) for real, fake in halves]).mean()

    def generator(self, scores: Sequence[Tensor]) -> Tensor:
        """scores: of painted pictures, one tensor a scale."""
        return torch.stack([self.of_generator(x) for x in scores]).mean()


def _entropy(share: float) -> float:
    """Binary entropy in nats; 0 for 0 and 1."""
    return -sum(p * math.log(p) for p in (share, 1 - share) if p > 0)


LEAST_SQUARES = AdversarialLoss(
    of_critic=lambda real, fake, _label: critic_loss(real, [fake], [1.0]),
    of_generator=generator_loss,
    least=lambda _label: 0.0,
)

CROSS_ENTROPY = AdversarialLoss(
    of_critic=lambda real, fake, label: cross_entropy_critic_loss(real, fake, real_label=label),
    of_generator=cross_entropy_generator_loss,
    least=_entropy,
)

HINGE = AdversarialLoss(
    of_critic=lambda real, fake, _label: hinge_critic_loss(real, fake),
    of_generator=lambda fake: -fake.mean(),
    least=lambda _label: 0.0,
)
