"""The adversary of MFFCN: five convolutions and a sigmoid head (Liu and Zhao 2025, Eq. 13-14).

Differences from the paper
- It judges the scene together with the rough it was made from (concatenated channels): the paper's
  generator has no input that the scene would have to agree with.
- The fully connected layer of Eq. 14 is applied at every place of the last features, so that each
  patch is judged and pictures may have any size. It gives logits; the sigmoid is in the loss.
- Widths and strides are ours; the paper gives none. Leaky ReLU stands for the sigma of Eq. 13.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS


@dataclass(frozen=True)
class SceneCriticConfig:
    """width: channels of the first convolution; doubled at each of the next two, then kept."""

    width: int = 32


class SceneCritic(nn.Module):
    """Scene (N, 3, H, W) in [0, 1] and rough (N, 6, H, W) to (features, logits).

    features: outputs of the five layers, for feature matching (Eq. 18).  logits: one tensor,
    (N, 1, H/16, W/16), in a list, as every scene critic gives one a scale. H and W are multiples
    of 16.
    """

    def __init__(self, config: SceneCriticConfig = SceneCriticConfig()) -> None:
        super().__init__()
        widths = [config.width * min(2**k, 4) for k in range(5)]
        self.layers = nn.ModuleList()
        c_in = 3 + ROUGH_CHANNELS
        for k, width in enumerate(widths):
            kernel, stride = (4, 2) if k < 4 else (3, 1)
            self.layers.append(spectral_norm(nn.Conv2d(c_in, width, kernel, stride, 1)))
            c_in = width
        self.head = spectral_norm(nn.Conv2d(c_in, 1, 1))

    def forward(self, scene: Tensor, rough: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        x = torch.cat([scene, rough], dim=1) * 2 - 1
        features = []
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), 0.2)
            features.append(x)
        return features, [self.head(x)]


PRESETS = {
    "tiny": SceneCriticConfig(width=8),
    "light": SceneCriticConfig(width=32),
    "paper": SceneCriticConfig(width=64),
}
