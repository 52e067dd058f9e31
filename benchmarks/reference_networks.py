"""Untrained networks of published shapes, as yardsticks of speed. Needs the `train` extra.

Weights are random: only the arithmetic counts. Layer tables follow the papers: AnimeGANv2's
generator (Chen, Liu, Chen 2020; 2.14 M parameters, 26 GMAC at 256x256) and CartoonGAN's (Chen,
Lai, Liu 2018; 11.1 M, 61.6 GMAC), and ResNet-50 (He, Zhang, Ren, Sun 2016; 25.6 M, 4.1 GMAC at
224x224).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class _ConvNorm(nn.Sequential):
    """Reflection-padded convolution, layer norm over the frame, leaky ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel: int = 3, stride: int = 1, groups: int = 1):
        super().__init__(
            nn.ReflectionPad2d(kernel // 2),
            nn.Conv2d(c_in, c_out, kernel, stride, groups=groups, bias=False),
            nn.GroupNorm(1, c_out),
            nn.LeakyReLU(0.2),
        )


class _InvertedResidual(nn.Module):
    def __init__(self, c_in: int, c_out: int, expansion: int = 2) -> None:
        super().__init__()
        wide = c_in * expansion
        self.adds = c_in == c_out
        self.body = nn.Sequential(
            _ConvNorm(c_in, wide, 1),
            _ConvNorm(wide, wide, 3, groups=wide),
            nn.Conv2d(wide, c_out, 1, bias=False),
            nn.GroupNorm(1, c_out),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x) if self.adds else self.body(x)


class AnimeGANv2Shape(nn.Module):
    """(N, 3, H, W) to the same; H, W multiples of 4."""

    def __init__(self) -> None:
        super().__init__()

        def up() -> nn.Module:
            return nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)

        self.body = nn.Sequential(
            _ConvNorm(3, 32, 7),
            _ConvNorm(32, 64, stride=2),
            _ConvNorm(64, 64),
            _ConvNorm(64, 128, stride=2),
            _ConvNorm(128, 128),
            _ConvNorm(128, 128),
            _InvertedResidual(128, 256),
            *[_InvertedResidual(256, 256) for _ in range(3)],
            _ConvNorm(256, 128),
            up(),
            _ConvNorm(128, 128),
            _ConvNorm(128, 128),
            up(),
            _ConvNorm(128, 64),
            _ConvNorm(64, 64),
            _ConvNorm(64, 32, 7),
            nn.Conv2d(32, 3, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return (self.body(x) + 1) / 2  # tanh to the contract's range


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.InstanceNorm2d(channels, affine=True),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.InstanceNorm2d(channels, affine=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def _stage(*convolutions: nn.Module) -> nn.Sequential:
    channels = convolutions[-1].out_channels
    return nn.Sequential(*convolutions, nn.InstanceNorm2d(channels, affine=True), nn.ReLU())


class CartoonGANShape(nn.Module):
    """(N, 3, H, W) to the same; H, W multiples of 4."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _stage(nn.Conv2d(3, 64, 7, padding=3)),
            _stage(nn.Conv2d(64, 128, 3, 2, 1), nn.Conv2d(128, 128, 3, padding=1)),
            _stage(nn.Conv2d(128, 256, 3, 2, 1), nn.Conv2d(256, 256, 3, padding=1)),
            *[_Residual(256) for _ in range(8)],
            _stage(
                nn.ConvTranspose2d(256, 128, 3, 2, 1, output_padding=1),
                nn.Conv2d(128, 128, 3, padding=1),
            ),
            _stage(
                nn.ConvTranspose2d(128, 64, 3, 2, 1, output_padding=1),
                nn.Conv2d(64, 64, 3, padding=1),
            ),
            nn.Conv2d(64, 3, 7, padding=3),
            nn.Tanh(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return (self.body(x) + 1) / 2  # likewise


class _Bottleneck(nn.Module):
    def __init__(self, c_in: int, width: int, stride: int) -> None:
        super().__init__()
        out = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(c_in, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, out, 1, bias=False), nn.BatchNorm2d(out),
        )  # fmt: skip
        self.past: nn.Module = nn.Identity()
        if stride != 1 or c_in != out:
            self.past = nn.Sequential(
                nn.Conv2d(c_in, out, 1, stride, bias=False), nn.BatchNorm2d(out)
            )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.past(x))


class ResNet50Shape(nn.Module):
    """(N, 3, H, W) to (N, 1000) probabilities; 3, 4, 6, 3 bottlenecks."""

    def __init__(self) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        channels = 64
        for count, width, stride in ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)):
            for row in range(count):
                blocks.append(_Bottleneck(channels, width, stride if row == 0 else 1))
                channels = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
            nn.MaxPool2d(3, 2, 1), *blocks,
        )  # fmt: skip
        self.head = nn.Linear(channels, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x).mean(dim=(2, 3))).softmax(1)
