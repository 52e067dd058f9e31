"""Losses on features of a network that has seen ImageNet, on grey: form alone, no colour.

Content: the maps of the painting lie near those of the photograph, so that a face stays a face
(Johnson et al. 2016). Art: their channels go together as in the art, over all places (Gram
matrices; Gatys et al. 2016, on grey as AnimeGAN has them), so that its touch comes in and its
colours do not. Both are relative: a term of 1 says that nothing agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Maps = Callable[[Tensor], Sequence[Tensor]]
"""(N, 3, H, W) RGB in [0, 1] to maps (N, C, h, w) of a network, from fine to coarse."""

CONTENT, ART = "content_features", "art_features"
FEATURE_TERMS = (CONTENT, ART)

_GREY = (0.299, 0.587, 0.114)


def grey(x: Tensor) -> Tensor:
    """(N, 3, H, W) as its luma, three times."""
    weights = x.new_tensor(_GREY).view(1, 3, 1, 1)
    return (x * weights).sum(dim=1, keepdim=True).expand(-1, 3, -1, -1)


def map_distance(y: Tensor, target: Tensor) -> Tensor:
    """Mean absolute difference of two maps (N, C, h, w) over the mean size of `target`."""
    difference: Tensor = (y - target).abs().mean() / target.abs().mean().clamp_min(1e-6)
    return difference


def gram(x: Tensor) -> Tensor:
    """(C, C) means over pictures and places of the products of channels of (N, C, h, w), f32."""
    with torch.autocast(x.device.type, enabled=False):
        rows = x.float().transpose(0, 1).flatten(1)
        return rows @ rows.mT / rows.shape[1]


def feature_losses(maps: Maps, y: Tensor, photo: Tensor, art: Tensor) -> dict[str, Tensor]:
    """CONTENT, of the coarsest map, and ART, of the others.

    y, photo: (N, 3, H, W), the painting of each photograph; art: (M, 3, H, W), any pictures.
    """
    with torch.no_grad():
        of_photo, of_art = maps(grey(photo))[-1], maps(grey(art))[:-1]
    *fine, coarse = maps(grey(y))
    pairs = zip(fine, of_art, strict=True)
    touch = [map_distance(gram(mine), gram(theirs)) for mine, theirs in pairs]
    return {
        CONTENT: map_distance(coarse, of_photo),
        ART: torch.stack(touch).mean(),
    }
