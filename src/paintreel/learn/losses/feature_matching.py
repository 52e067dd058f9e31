"""Feature matching: the critic should see the same in a painting as in the true picture."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def feature_matching_loss(
    real: Sequence[Tensor], fake: Sequence[Tensor], *, whole: bool = False
) -> Tensor:
    """Sum over layers of the distance between critic features (Liu and Zhao 2025, Eq. 18).

    real, fake: one (N, C_k, H_k, W_k) tensor a layer; gradients flow into `fake` alone. The mean
    over the batch is taken of the L2 norm of a picture's difference. whole: the norm is that of
    Eq. 18; else it is divided by the root of its number of entries, so that a layer's size does
    not weigh it, which makes the term some hundreds of times smaller.
    """
    terms = []
    for r, f in zip(real, fake, strict=True):
        squares = (r.detach().float() - f.float()).square().flatten(1)
        squares = squares.sum(dim=1) if whole else squares.mean(dim=1)
        terms.append((squares + 1e-8).sqrt().mean())
    return torch.stack(terms).sum()
