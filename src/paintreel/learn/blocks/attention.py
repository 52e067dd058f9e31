"""Spatial and channel attention of MFFCN (Liu and Zhao 2025, section 3.2, Eq. 4-11).

Differences from the paper
- Its text and its equations contradict each other on spatial attention. By Eq. 4-6 the features
  are pooled over height and width and go through a 1x1 kernel from 2C to C channels: a gate a
  channel, which has no place in it. By the text the module is "CBAM-inspired", and a 7x7
  convolution makes the map at the features' resolution. Ours is the text's, CBAM (Woo et al.
  2018): pooled over channels, 7x7, one map for all channels.
- In channel attention mean and maximum are concatenated before the perceptron, as Eq. 10 has it;
  CBAM sends each through a shared one and adds them.
- The gates of the channels are given to the caller, who may take those of another picture.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from paintreel.learn.blocks.initial import zero_bias


class SpatialAttention(nn.Module):
    """x: (N, C, H, W) times a map in (0, 1) of where to look: (N, C, H, W).

    Mean and maximum over channels go through one 7x7 convolution and a sigmoid; the map multiplies
    every channel (Eq. 7). CBAM's, in the place of Eq. 4-6.
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
