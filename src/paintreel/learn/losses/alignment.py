"""Alignment of the features of two paths that look at one scene."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, interpolate

__all__ = ["alignment_loss"]

_EPSILON = 1e-6


def alignment_loss(painting: Tensor, live: Tensor, trust: Tensor) -> Tensor:
    """Cosine and covariance of two maps, whose means are taken out: 0 aligned, 2 unrelated.

    painting, live: (N, C, h, w); trust: (N, 1, H, W) in [0, 1], how far the painting is of the
    same place. With x - mean over the trusted places of its frame as x':

        L = mean over places (1 - cos(painting', live')) + 1 - <P, F> / (|P| |F|)

    P and F are the covariances of the channels over the trusted places. Features that are the same
    everywhere have nothing left without their mean and give the most, so that paths cannot agree by
    saying nothing; the size of features does not count. Where nothing is trusted the loss is 0.
    """
    near = interpolate(trust.float(), size=painting.shape[2:], mode="area")
    with torch.autocast(painting.device.type, enabled=False):
        one, other = (_centred(x.float(), near) for x in (painting, live))
        total = near.sum()
        cosine = cosine_similarity(one, other, dim=1, eps=_EPSILON)[:, None]
        apart = ((1 - cosine) * near).sum() / total.clamp_min(_EPSILON)
        first, second = (_covariance(x, near) for x in (one, other))
        sizes = first.norm() * second.norm()
        shared = (first * second).sum() / sizes.clamp_min(_EPSILON**2)
        loss: Tensor = (apart + 1 - shared) * (total > _EPSILON)
    return loss


def _centred(x: Tensor, near: Tensor) -> Tensor:
    """Less the mean over the places of each frame, (N, C, h, w)."""
    weight = near.sum(dim=(2, 3), keepdim=True).clamp_min(_EPSILON)
    return x - (x * near).sum(dim=(2, 3), keepdim=True) / weight


def _covariance(x: Tensor, near: Tensor) -> Tensor:
    """(C, C) over all places of centred features."""
    rows = (x * near.sqrt()).transpose(0, 1).flatten(1)
    product: Tensor = rows @ rows.mT / near.sum().clamp_min(_EPSILON)
    return product
