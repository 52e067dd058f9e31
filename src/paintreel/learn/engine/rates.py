"""Learning rates over a run, and by layer: the more inputs a unit has, the smaller its steps."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

FAN_IN = 288
"""Inputs of a unit whose rate is the one that is set: a 3x3 convolution of 32 channels."""


LEAST_SHARE = 0.01
"""Of the rate, at both ends of a run."""


def warm_cosine(progress: float, warmup: float) -> float:
    """Share of the rate at `progress` of a run: rising over `warmup` of it, under a cosine.

    >>> warm_cosine(0.0, 0.1), round(warm_cosine(0.1, 0.1), 2), warm_cosine(1.0, 0.0)
    (0.01, 0.98, 0.01)
    """
    rising = min(1.0, progress / warmup) if warmup else 1.0
    return max(LEAST_SHARE, rising * 0.5 * (1 + math.cos(math.pi * progress)))


def ramped(progress: float, begins: float, ramp: float) -> float:
    """Share of a weight that is 0 before `begins` of the budget, then rises over `ramp` of it to 1.

    >>> ramped(0.4, 0.5, 0.1), round(ramped(0.55, 0.5, 0.1), 2), ramped(0.7, 0.5, 0.1)
    (0.0, 0.51, 1.0)
    """
    if progress < begins:
        return 0.0
    return min((progress - begins + 1e-3) / max(ramp, 1e-3), 1.0)


def late_decay(progress: float) -> float:
    """1 until the last quarter of the budget, then falling to 0.02 on a line.

    >>> late_decay(0.5), late_decay(0.875), late_decay(1.0)
    (1.0, 0.5, 0.02)
    """
    return max(min(1.0, (1 - progress) / 0.25), 0.02)


def groups_by_fan_in(module: nn.Module, exponent: float) -> list[dict[str, Any]]:
    """Parameter groups for Adam, one a layer, each with its `share` of the rate.

    share: (FAN_IN / fan-in of the layer)^exponent; 1 for parameters that are not weights of a
    layer. Adam moves every weight by about its rate, so that a unit's output moves by the rate
    times its inputs: with one rate for all the wide deep layers are noise while the narrow ones
    at full resolution hardly learn. Exponent 1 is that of Yang et al., "Tensor Programs V"
    (2022), Table 8, and 0 one rate for all.
    """
    groups = []
    for layer in module.modules():
        own = list(layer.parameters(recurse=False))
        if own:
            groups.append({"params": own, "share": (FAN_IN / _fan_in(layer)) ** exponent})
    return groups


def _fan_in(layer: nn.Module) -> float:
    if isinstance(layer, nn.ConvTranspose2d):
        taps = layer.weight[0, 0].numel() / (layer.stride[0] * layer.stride[1])
        return layer.weight.shape[0] * taps
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        return layer.weight[0].numel()
    return FAN_IN
