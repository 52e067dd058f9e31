"""Losses of lines and of colours toward the true drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from paintreel.learn.losses.features import map_distance

UNDER_INK = 0.05
"""Weight of a pixel that ink covers whole, in losses on colours: nobody sees its colour."""


def entropy_loss(y: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of coverages (N, 1, H, W) in [0, 1], f32: L1 forgives a line left out."""
    with torch.autocast(y.device.type, enabled=False):
        sure = y.float().clamp(1e-5, 1 - 1e-5)
        loss: Tensor = functional.binary_cross_entropy(sure, truth.float())
        return loss


def overlap_loss(y: Tensor, truth: Tensor) -> Tensor:
    """1 - Dice of coverages (N, 1, H, W): counts ink alone, however little of it there is."""
    both = (y * truth).sum(dim=(1, 2, 3))
    either = (y.square() + truth.square()).sum(dim=(1, 2, 3))
    loss: Tensor = (1 - (2 * both + 1) / (either + 1)).mean()
    return loss


def bare(ink: Tensor) -> Tensor:
    """(N, 1, H, W) weights of pixels under ink (N, 1, H, W), 1 where there is none."""
    return 1 - (1 - UNDER_INK) * ink


def colour_distance(y: Tensor, truth: Tensor, ink: Tensor) -> Tensor:
    """L1 of colours (N, 3, H, W) over what lines leave bare."""
    weight = bare(ink)
    distance: Tensor = (weight * (y - truth).abs()).mean() / weight.mean().clamp_min(1e-3)
    return distance


def cell_distance(y: Tensor, truth: Tensor, ink: Tensor, *, cell_px: int = 16) -> Tensor:
    """L1 of the mean colours of cells, of what lines leave bare: a tint of whole surfaces."""
    weight = bare(ink)
    area = functional.avg_pool2d(weight, cell_px).clamp_min(1e-3)
    means = [functional.avg_pool2d(weight * x, cell_px) / area for x in (y, truth)]
    return (means[0] - means[1]).abs().mean()


def choice_loss(choices: Tensor, truth: Tensor, condition: Tensor, ink: Tensor) -> Tensor:
    """Cross-entropy of the palette's colour that is nearest to the true one at each place, f32.

    choices    (N, K, h, w) logits
    truth      (N, 3, H, W) colours
    condition  (N, 4 K + ...), K colours and shares of a palette first, as `condition_of` makes it
    ink        (N, 1, H, W)

    What lies under ink counts for little, and drawings without a palette for nothing. A rare colour
    counts for more than its area: by one over the root of its share.
    """
    count = choices.shape[1]
    palette = condition[:, : 4 * count].reshape(-1, count, 4)
    weight = bare(ink)
    size = (choices.shape[2], choices.shape[3])
    area = functional.adaptive_avg_pool2d(weight, size)
    mean = functional.adaptive_avg_pool2d(weight * truth, size) / area
    there = palette[..., 3] > 0
    off = (mean[:, None] - palette[..., :3, None, None]).square().sum(dim=2)
    off = off.masked_fill(~there[:, :, None, None], torch.inf)
    nearest = off.argmin(dim=1)
    rarity = palette[..., 3].clamp_min(0.01).rsqrt()[:, :, None, None].expand_as(off)
    counts = area[:, 0] * rarity.gather(1, nearest[:, None])[:, 0]
    counts = counts * there.any(dim=1)[:, None, None]
    with torch.autocast(choices.device.type, enabled=False):
        errors = functional.cross_entropy(choices.float(), nearest, reduction="none")
        loss: Tensor = (counts * errors).sum() / counts.sum().clamp_min(1e-3)
    return loss


def features_distance(
    maps: Callable[[Tensor], Sequence[Tensor]], y: Tensor, truth: Tensor
) -> Tensor:
    """Mean distance of the maps of a network, in colour (Johnson et al. 2016); 1: nothing agrees.

    y, truth: (N, 3, H, W) pictures as they are looked at.
    """
    with torch.no_grad():
        wanted = maps(truth)
    pairs = zip(maps(y), wanted, strict=True)
    return torch.stack([map_distance(mine, theirs) for mine, theirs in pairs]).mean()
