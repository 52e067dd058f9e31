"""Residual blocks shared by the models."""

from __future__ import annotations

from torch import Tensor, nn


class PlainResidual(nn.Module):
    """x + conv(relu(conv(x))), 3x3, no norm: (N, C, H, W) to the same.

    Without a norm a crop, a tile and a frame see the same function, so tiling is exact and
    colours do not breathe. The second convolution starts small to keep deep stacks stable.
    """

    padding_mode = "zeros"

    def __init__(self, channels: int) -> None:
        super().__init__()
        how = {"padding": 1, "padding_mode": self.padding_mode}
        self.first = nn.Conv2d(channels, channels, 3, **how)
        self.second = nn.Conv2d(channels, channels, 3, **how)
        nn.init.kaiming_normal_(self.first.weight, nonlinearity="relu")
        nn.init.kaiming_normal_(self.second.weight, nonlinearity="linear")
        self.second.weight.data.mul_(0.3)
        nn.init.zeros_(self.first.bias)
        nn.init.zeros_(self.second.bias)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.activation(self.first(x)))


class ReflectedResidual(PlainResidual):
    """`PlainResidual` that mirrors the picture at its border, as pix2pixHD does."""

    padding_mode = "reflect"
