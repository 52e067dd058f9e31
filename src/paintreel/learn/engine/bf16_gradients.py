"""Whether this machine learns in bf16 what it learns in f32: every convolution is tried once.

Libraries have had kernels for bf16 that leave NaN in the gradients of some numbers of channels and
some sizes of pictures, on some processors. A table of them would be wrong with the next release.
"""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn

from paintreel.learn.engine.workload import Workload, convolutions

WRONG_BY = 0.1
"""Part of a gradient that bf16 may get otherwise than f32; rounding alone is far less."""


def wrong_in_bf16(workload: Workload) -> str:
    """The first convolution whose gradients in bf16 are not those of f32; "" where none is.

    No random number is drawn.
    """
    tried: set[tuple[str, tuple[int, ...]]] = set()
    for name, shape, _count in convolutions(workload):
        layer = copy.deepcopy(workload.network.get_submodule(name)).requires_grad_()
        if (kind := (repr(layer), shape)) in tried:
            continue
        tried.add(kind)
        x = _wave(shape)
        x = x.contiguous(memory_format=torch.channels_last).requires_grad_()
        exact, rounded = (_gradients(layer, x, in_bf16) for in_bf16 in (False, True))
        for one, other in zip(exact, rounded, strict=True):
            # Written so that NaN is wrong.
            if not (one - other).norm() <= WRONG_BY * one.norm():
                return name
    return ""


def _gradients(layer: nn.Module, x: Tensor, in_bf16: bool) -> list[Tensor]:
    """Of the input and the weights, for gradients of the result that are a wave."""
    with torch.autocast(x.device.type, torch.bfloat16, enabled=in_bf16):
        y = layer(x).float()
    return list(torch.autograd.grad(y, [x, *layer.parameters()], _wave(tuple(y.shape))))


def _wave(shape: tuple[int, ...]) -> Tensor:
    """Values of 0.5 to 1.5, so that no sum of them is small beside its rounding."""
    return torch.arange(float(math.prod(shape))).sin_().mul_(0.5).add_(1.0).reshape(shape)
