"""Blocks of DSKE: depthwise kernels of two sizes, and how much of each a channel takes.

Wu and Chen 2022 name a "dual-core compressed activation module (DSKE)" in their conclusion
(section 6) alone, beside "several depth-separable convolutions"; they give no formula, layout or
figure. The feature extractor and the classifier of media are made of these blocks.

Differences from the paper
- Dual core is read as two depthwise kernels, and compressed activation as squeeze-excitation: the
  choice between the two is a softmax for every channel, from the pooled sum of both (Li et al.
  2019, "Selective kernel networks").
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

LEAST_HIDDEN = 8
"""Units of the squeeze, however few channels there are."""


def depthwise(channels: int, kernel: int, stride: int) -> nn.Sequential:
    """A kernel for each channel, and the norm: (N, C, H, W) to (N, C, H / stride, W / stride)."""
    return nn.Sequential(
        nn.Conv2d(channels, channels, kernel, stride, kernel // 2, groups=channels, bias=False),
        nn.BatchNorm2d(channels),
    )


class SelectiveKernels(nn.Module):
    """x: (N, C, H, W) to the same at 1/stride, by two depthwise kernels, mixed per channel.

    kernels: their sizes, odd. reduction: of the channels in the squeeze; least: units it has at
    least.
    """

    def __init__(
        self,
        channels: int,
        stride: int,
        reduction: int,
        *,
        kernels: tuple[int, int] = (3, 5),
        least: int = LEAST_HIDDEN,
    ) -> None:
        super().__init__()
        self.branches = nn.ModuleList(depthwise(channels, k, stride) for k in kernels)
        hidden = max(least, channels // reduction)
        self.squeeze = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU())
        self.choose = nn.Linear(hidden, 2 * channels)

    def forward(self, x: Tensor) -> Tensor:
        details, whole = (branch(x) for branch in self.branches)
        pooled = (details + whole).mean(dim=(2, 3))
        scores = self.choose(self.squeeze(pooled)).unflatten(1, (2, -1))
        shares = scores.softmax(dim=1)[..., None, None]
        mixed: Tensor = shares[:, 0] * details + shares[:, 1] * whole
        return mixed


class SeparableBlock(nn.Module):
    """Depthwise separable: `spatial` for each channel, then 1x1; added where shapes agree.

    spatial: (N, C, H, W) to (N, C, H / stride, W / stride), of `SelectiveKernels` or `depthwise`.
    """

    def __init__(self, spatial: nn.Module, c_in: int, c_out: int, stride: int) -> None:
        super().__init__()
        self.spatial = spatial
        self.mix = nn.Sequential(
            nn.ReLU(), nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out)
        )
        self.adds = c_in == c_out and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = self.mix(self.spatial(x))
        return torch.relu(x + y if self.adds else y)
