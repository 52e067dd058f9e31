"""Alignment of the features of two paths that look at one scene."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

__all__ = ["alignment_loss"]

_EPSILON = 1e-5


def alignment_loss(painting: Tensor, live: Tensor, trust: Tensor) -> Tensor:
    """Cosine of like channels and covariance of unlike ones: 0 aligned, 1 and more unrelated.

    painting, live: (N, C, h, w); trust: (N, 1, H, W) in [0, 1], how far the painting is of the
    same place. With C_ij the cosine, over the trusted places, of channel i of one path and j of the
    other, each less its mean in each frame:

        L = mean over i of (1 - C_ii) + mean over i != j of C_ij^2

    After the redundancy reduction of Zbontar et al. 2021. The cosine of whole places over channels
    falls to 0.003 within ninety steps and says nothing: one pattern in all channels, such as the
    border of the picture, is alike in both paths. Here that gives 1, and so do channels that are
    everywhere the same. Where nothing is trusted the loss is 0.
    """
    near = interpolate(trust.float(), size=painting.shape[2:], mode="area")
    with torch.autocast(painting.device.type, enabled=False):
        one, other = (_unit_channels(x.float(), near) for x in (painting, live))
        cosines = one @ other.mT
    channels = len(cosines)
    like = cosines.diagonal()
    unlike = cosines.square().sum() - like.square().sum()
    loss: Tensor = (1 - like).mean() + unlike / max(1, channels * (channels - 1))
    return loss * (near.sum() > _EPSILON)


def _unit_channels(x: Tensor, near: Tensor) -> Tensor:
    """(C, N * h * w): each channel less its mean in each frame, of length 1 over what is trusted.

    One that is everywhere the same has a length of 0.
    """
    weight = near.sum(dim=(2, 3), keepdim=True).clamp_min(_EPSILON)
    centred = x - (x * near).sum(dim=(2, 3), keepdim=True) / weight
    rows = (centred * near.sqrt()).transpose(0, 1).flatten(1)
    unit: Tensor = rows / rows.norm(dim=1, keepdim=True).clamp_min(_EPSILON)
    return unit
