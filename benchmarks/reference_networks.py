"""Untrained networks of published shapes, as yardsticks of speed. Needs the `train` extra.

Weights are random: only the arithmetic counts. Layer tables follow the papers: AnimeGANv2's
generator (Chen, Liu, Chen 2020; 2.14 M parameters, 26 GMAC at 256x256) and CartoonGAN's (Chen,
Lai, Liu 2018; 11.1 M, 61.6 GMAC).
"""

from __future__ import annotations

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
