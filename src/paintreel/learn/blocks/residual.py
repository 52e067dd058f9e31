"""Residual blocks shared by the models."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from paintreel.learn.blocks.initial import zero_bias


class PlainResidual(nn.Module):
    """x + conv(relu(conv(x))), 3x3, no norm: (N, C, H, W) to the same.

    Without a norm a crop, a tile and a frame see the same function, so tiling is exact and
    colours do not breathe. The second convolution starts small to keep deep stacks stable.
    """

    padding_mode: Literal["zeros", "reflect"] = "zeros"

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (
            nn.Conv2d(channels, channels, 3, padding=1, padding_mode=self.padding_mode)
            for _ in range(2)
        )
        nn.init.kaiming_normal_(self.first.weight, nonlinearity="relu")
        nn.init.kaiming_normal_(self.second.weight, nonlinearity="linear")
        self.second.weight.data.mul_(0.3)
        zero_bias(self.first)
        zero_bias(self.second)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.second(self.activation(self.first(x)))
        return x + change


class ReflectedResidual(PlainResidual):
    """`PlainResidual` that mirrors the picture at its border, as pix2pixHD does."""

    padding_mode = "reflect"
