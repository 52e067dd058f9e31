"""Whether a map depends on what a network has learnt, and on where things are.

A method that gives the same map whatever the weights shows edges of the picture and not what the
network goes by: its map is compared with that of the same network with random weights (Adebayo and
others 2018, "Sanity checks for saliency maps"). And of a picture made of two halves, one of each
class, the map of a class has to lie on its own half.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.stats import spearman

__all__ = ["alike", "half_shares", "randomised"]

N = TypeVar("N", bound=nn.Module)


def randomised(network: N, *, seed: int, chosen: Callable[[str], bool] = lambda name: True) -> N:
    """A copy whose weights are drawn anew, as they were before anything was learnt.

    chosen: which layers, by their names; all of them unless it says otherwise. Torch's own chance
    is left as it was.
    """
    drawn = copy.deepcopy(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for name, module in drawn.named_modules():
            reset = getattr(module, "reset_parameters", None)
            if reset is not None and chosen(name):
                reset()
    return drawn


def alike(first: Tensor, second: Tensor) -> float:
    """Mean rank correlation of maps (N, h, w) in [-1, 1]; a map without any order counts as 0."""
    found = []
    for a, b in zip(first.cpu().numpy(), second.cpu().numpy(), strict=True):
        flat = np.ptp(a) == 0 or np.ptp(b) == 0
        found.append(0.0 if flat else spearman(a.ravel(), b.ravel()))
    return float(np.mean(found))


def half_shares(maps: Tensor) -> Array:
    """(N,) share of each map (N, h, w) that lies on the left half; 0.5 of an empty one.

    >>> half_shares(torch.tensor([[[3.0, 1.0]], [[0.0, 0.0]]])).tolist()
    [0.75, 0.5]
    """
    width = maps.shape[2]
    left = maps[:, :, : width // 2].sum(dim=(1, 2))
    whole = left + maps[:, :, width - width // 2 :].sum(dim=(1, 2))
    shares = torch.where(whole > 0, left / whole.clamp(min=1e-12), torch.full_like(whole, 0.5))
    found: Array = shares.cpu().numpy()
    return found
