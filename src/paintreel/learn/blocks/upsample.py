"""Upsampling without checkerboards."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from paintreel.learn.blocks.initial import zero_bias


def icnr_(weight: Tensor, scale: int, gain: float = 1.0) -> Tensor:
    """Fill a convolution weight so that its pixel shuffle starts as nearest upsampling.

    weight: (C * scale^2, C_in, k, k). Source: Aitken et al., "Checkerboard artifact free
    sub-pixel convolution" (2017).
    """
    small = torch.empty(weight.shape[0] // scale**2, *weight.shape[1:])
    nn.init.kaiming_normal_(small, nonlinearity="linear")
    with torch.no_grad():
        weight.copy_(gain * small.repeat_interleave(scale**2, dim=0))
    return weight


class ShuffleUp(nn.Sequential):
    """Convolution and pixel shuffle: (N, C_in, H, W) to (N, C_out, H * scale, W * scale)."""

    def __init__(
        self, c_in: int, c_out: int, scale: int, *, kernel: int = 1, gain: float = 1.0
    ) -> None:
        convolution = nn.Conv2d(c_in, c_out * scale**2, kernel, padding=kernel // 2)
        icnr_(convolution.weight, scale, gain)
        zero_bias(convolution)
        super().__init__(convolution, nn.PixelShuffle(scale))
        self.scale = scale
