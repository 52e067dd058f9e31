"""The multi-scale block of MFFCN: parallel kernels, concatenated and fused.

Source: Liu and Zhao 2025, Eq. 1-3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from paintreel.learn.blocks.initial import zero_bias


def he_conv(
    c_in: int, c_out: int, kernel: int, *, dilation: int = 1, gain: float = 1.0
) -> nn.Conv2d:
    """A "same" convolution with He weights times `gain` and zero bias."""
    padding = dilation * (kernel // 2)
    convolution = nn.Conv2d(c_in, c_out, kernel, padding=padding, dilation=dilation)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    convolution.weight.data.mul_(gain)
    zero_bias(convolution)
    return convolution


class Branches(nn.Module):
    """(N, c_in, H, W) to (N, branch * len(kernels), H, W): parallel kernels, concatenated.

    Every branch is a "same" convolution to `branch` channels and a ReLU (Eq. 1); they are
    concatenated (Eq. 2). kernels: odd sides in pixels.  dilated: reach of a k x k kernel with nine
    taps, a 3x3 kernel of dilation k // 2.
    """

    def __init__(
        self, c_in: int, branch: int, kernels: tuple[int, ...], *, dilated: bool = False
    ) -> None:
        super().__init__()
        self.kernels = nn.ModuleList(
            he_conv(c_in, branch, 3, dilation=max(1, k // 2))
            if dilated
            else he_conv(c_in, branch, k)
            for k in kernels
        )
        self.reach_px = max(k // 2 for k in kernels)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([kernel(x) for kernel in self.kernels], dim=1).relu()


class MultiScale(nn.Module):
    """(N, c_in, H, W) to (N, c_out, H, W): `Branches`, then 1x1 to 2 c_out and c_out.

    The two 1x1 convolutions fuse what the kernels give, each with a ReLU (Eq. 3).
    """

    def __init__(
        self, c_in: int, c_out: int, branch: int, kernels: tuple[int, ...], *, dilated: bool = False
    ) -> None:
        super().__init__()
        self.branches = Branches(c_in, branch, kernels, dilated=dilated)
        self.fuse = nn.Sequential(
            he_conv(branch * len(kernels), 2 * c_out, 1),
            nn.ReLU(),
            he_conv(2 * c_out, c_out, 1),
            nn.ReLU(),
        )
        self.reach_px = self.branches.reach_px

    def forward(self, x: Tensor) -> Tensor:
        fused: Tensor = self.fuse(self.branches(x))
        return fused


class AddedMultiScale(nn.Module):
    """x + fused `Branches` of x: (N, C, H, W) to the same; one 1x1 convolution fuses.

    It starts small, so that a stack of blocks starts close to what it is given.
    """

    def __init__(
        self, channels: int, branch: int, kernels: tuple[int, ...], *, dilated: bool = False
    ) -> None:
        super().__init__()
        self.branches = Branches(channels, branch, kernels, dilated=dilated)
        self.fuse = he_conv(branch * len(kernels), channels, 1, gain=0.3)
        self.reach_px = self.branches.reach_px

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.fuse(self.branches(x))
        return x + change


Block = Branches | MultiScale | AddedMultiScale
"""What stages are built of: `reach_px` is the radius of what a pixel of its output sees."""
