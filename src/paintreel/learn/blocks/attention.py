"""Spatial and channel attention after CBAM, as MFFCN uses them (Liu and Zhao 2025, Eq. 4-11)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from paintreel.learn.blocks.initial import zero_bias


class SpatialAttention(nn.Module):
    """x: (N, C, H, W) times a map in (0, 1) of where to look: (N, C, H, W).

    Mean and maximum over channels (Eq. 4, 5) go through one 7x7 convolution and a sigmoid
    (Eq. 6); the map multiplies every channel (Eq. 7).
    """

    reach_px = 3

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(2, 1, 7, padding=3)
        zero_bias(self.convolution)

    def forward(self, x: Tensor) -> Tensor:
        pooled = torch.cat([x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)], dim=1)
        gate: Tensor = self.convolution(pooled).sigmoid()
        return x * gate


class ChannelAttention(nn.Module):
    """Gates in (0, 1) from the mean and maximum of each channel over the picture (Eq. 8-10).

    x: (N, C, H, W) to gates (N, C); they multiply the channels (Eq. 11) in the caller, who may
    take them from another picture. The two pooled vectors are concatenated before the perceptron,
    which narrows to C / reduction.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(4, channels // reduction)
        self.perceptron = nn.Sequential(
            nn.Linear(2 * channels, hidden), nn.ReLU(), nn.Linear(hidden, channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        pooled = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        gates: Tensor = self.perceptron(pooled).sigmoid()
        return gates
