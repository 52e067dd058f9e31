"""Terms of the stylizers that FSGAN is compared with: colour, touch, smoothness, form.

Pictures are (N, 3, H, W) in [0, 1]. Where a paper takes them in [-1, 1], `signed` brings them
there, so that its weights hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from paintreel.learn.losses.features import gram, map_distance

_YUV = (
    (0.299, 0.587, 0.114),
    (-0.14714119, -0.28886916, 0.43601035),
    (0.61497538, -0.51496512, -0.10001026),
)
_XYZ = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
_WHITE = (0.950456, 1.0, 1.088754)
_LAB_SPAN = (100.0, 220.0, 220.0)
"""Widths of the ranges of L, a and b: a difference of 1 is that of black and white."""


def signed(x: Tensor) -> Tensor:
    """[0, 1] to [-1, 1]."""
    return x * 2 - 1


def total_variation(x: Tensor) -> Tensor:
    """Mean squared difference of neighbours down, and across, summed; in [-1, 1]."""
    y = signed(x)
    return y.diff(dim=2).square().mean() + y.diff(dim=3).square().mean()


def yuv(x: Tensor) -> Tensor:
    """(N, 3, H, W) RGB to Y, U and V (BT.601), f32."""
    return _mixed(x, _YUV)


def yuv_distance(y: Tensor, photo: Tensor) -> Tensor:
    """L1 of Y and the Huber distance of U and V: the colour term of Chen, Liu and Chen 2020."""
    mine, theirs = yuv(y), yuv(photo)
    light = (mine[:, :1] - theirs[:, :1]).abs().mean()
    return (
        light
        + functional.huber_loss(mine[:, 1:2], theirs[:, 1:2])
        + functional.huber_loss(mine[:, 2:], theirs[:, 2:])
    )


def lab(x: Tensor) -> Tensor:
    """(N, 3, H, W) sRGB in [0, 1] to CIELAB under D65, f32.

    Its gradient is finite everywhere: the power of sRGB is taken above its linear part alone.
    """
    x = x.float().clamp(0, 1)
    linear = torch.where(x > 0.04045, ((x.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4, x / 12.92)
    xyz = _mixed(linear, _XYZ) / linear.new_tensor(_WHITE).view(1, 3, 1, 1)
    limit = (6 / 29) ** 3
    root = torch.where(
        xyz > limit, xyz.clamp_min(limit) ** (1 / 3), xyz / (3 * (6 / 29) ** 2) + 4 / 29
    )
    fx, fy, fz = root.unbind(dim=1)
    return torch.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], dim=1)


def lab_distance(y: Tensor, photo: Tensor) -> Tensor:
    """Sum of the L1 distances of L, a and b, each over the width of its range (AnimeGANv3)."""
    span = y.new_tensor(_LAB_SPAN).view(1, 3, 1, 1)
    return ((lab(y) - lab(photo)) / span).abs().mean(dim=(0, 2, 3)).sum()


def gram_distance(y: Tensor, art: Tensor) -> Tensor:
    """Relative distance of the Gram matrices of two maps (N, C, h, w): 1 says nothing agrees."""
    return map_distance(gram(y), gram(art.detach()))


def centred_gram_distances(
    y: Sequence[Tensor], art: Sequence[Tensor], weights: Sequence[float]
) -> Tensor:
    """Weighted sum over layers of `gram_distance`, each map less its mean over places (AnimeGANv3).

    Of the sum of the weights: 1 says that nothing agrees in any layer.
    """
    terms = [
        weight * gram_distance(_centred(mine), _centred(theirs))
        for mine, theirs, weight in zip(y, art, weights, strict=True)
    ]
    return torch.stack(terms).sum() / sum(weights)


def _centred(x: Tensor) -> Tensor:
    return x - x.mean(dim=(2, 3), keepdim=True)


def in_one_grey(pictures: Sequence[Tensor], weights: Tensor) -> list[Tensor]:
    """Each of (N, 3, H, W) as the same grey, three times: White-box's texture (Wang and Yu 2020).

    weights  (3,) of red, green and blue, above 0; divided by their sum
    """
    shares = (weights / weights.sum()).view(1, 3, 1, 1)
    return [
        (x * shares.to(x.dtype)).sum(dim=1, keepdim=True).expand(-1, 3, -1, -1) for x in pictures
    ]


def domain_loss(logits: Tensor, *, is_source: bool) -> Tensor:
    """Cross-entropy of an auxiliary classifier that tells its source domain (U-GAT-IT, Eq. 4)."""
    truth = torch.full_like(logits, float(is_source))
    return functional.binary_cross_entropy_with_logits(logits, truth)


def _mixed(x: Tensor, rows: Sequence[Sequence[float]]) -> Tensor:
    with torch.autocast(x.device.type, enabled=False):
        matrix = torch.tensor(rows, dtype=torch.float32, device=x.device)
        return torch.einsum("ij,njhw->nihw", matrix, x.float())
