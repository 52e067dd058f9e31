"""DSKE feature extractor: the network behind `fd_dske`, `kd_dske` and `perceptual_dske`.

Wu and Chen 2022 name it in their conclusion (section 6) alone: a "dual-core compressed activation
module (DSKE)" that extracts overall and detail features for the classification of drawn styles,
with "several depth-separable convolutions". They give no formula, layout or figure. Here it is
trained to tell the medium of a picture and, for panels, the scene they show; its features are then
used to compare pictures, as those of Inception-v3 are in FID.

Differences from the paper
- Dual core is read as two depthwise kernels, 3 and 5, and compressed activation as
  squeeze-excitation: the choice between the two is a softmax for every channel, from the pooled
  sum of both (Li et al. 2019, "Selective kernel networks").
- Widths, depths and blocks are ours.
- Two heads (medium, scene) over one pooled vector of few features, so that covariances need few
  pictures.
- No classifier is exported: the graph gives feature maps and the pooled vector.

Batch norm is a fixed scale and shift once trained and merges into the convolutions: no layer
depends on the batch, and any height and width will do. The choice of kernels alone looks at the
whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class ExtractorConfig:
    """widths: channels at 1/2, 1/4, 1/8 and 1/16; blocks: DSKE blocks of the last three;
    features: length of the vector; reduction: of the squeeze."""

    widths: tuple[int, int, int, int] = (24, 56, 112, 192)
    blocks: tuple[int, int, int] = (2, 3, 3)
    features: int = 64
    reduction: int = 8
    dropout: float = 0.2


PRESETS = {
    "tiny": ExtractorConfig(widths=(8, 8, 12, 16), blocks=(1, 1, 1), features=8),
    "standard": ExtractorConfig(),
}


class SelectiveKernels(nn.Module):
    """x: (N, C, H, W) to the same at 1/stride, by depthwise kernels 3 and 5, mixed per channel."""

    def __init__(self, channels: int, stride: int, reduction: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, channels, k, stride, k // 2, groups=channels, bias=False),
                nn.BatchNorm2d(channels),
            )
            for k in (3, 5)
        )
        hidden = max(8, channels // reduction)
        self.squeeze = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU())
        self.choose = nn.Linear(hidden, 2 * channels)

    def forward(self, x: Tensor) -> Tensor:
        details, whole = (branch(x) for branch in self.branches)
        pooled = (details + whole).mean(dim=(2, 3))
        scores = self.choose(self.squeeze(pooled)).unflatten(1, (2, -1))
        shares = scores.softmax(dim=1)[..., None, None]
        mixed: Tensor = shares[:, 0] * details + shares[:, 1] * whole
        return mixed


class DSKEBlock(nn.Module):
    """Depthwise separable: selective kernels, then 1x1; added to the input where shapes agree."""

    def __init__(self, c_in: int, c_out: int, stride: int, reduction: int) -> None:
        super().__init__()
        self.spatial = SelectiveKernels(c_in, stride, reduction)
        self.mix = nn.Sequential(
            nn.ReLU(), nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out)
        )
        self.adds = c_in == c_out and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = self.mix(self.spatial(x))
        return torch.relu(x + y if self.adds else y)


class Extractor(nn.Module):
    """x: (N, 3, H, W) float32 in [0, 1], any H and W. Everything it gives is non-negative.

    maps: feature maps at 1/2, 1/4, 1/8 and 1/16, the last of `features` channels.
    forward: the maps and the vector (N, features), their last one's mean over positions.
    classify: (logits of media (N, media), logits of scenes (N, scenes)).
    """

    def __init__(
        self, config: ExtractorConfig = PRESETS["standard"], *, media: int, scenes: int
    ) -> None:
        super().__init__()
        w = config.widths
        self.stem = nn.Sequential(
            nn.Conv2d(3, w[0], 3, 2, 1, bias=False), nn.BatchNorm2d(w[0]), nn.ReLU()
        )
        self.stages = nn.ModuleList()
        for c_in, c_out, count in zip(w, w[1:], config.blocks, strict=False):
            blocks = [DSKEBlock(c_in, c_out, 2, config.reduction)]
            blocks += [DSKEBlock(c_out, c_out, 1, config.reduction) for _ in range(count - 1)]
            self.stages.append(nn.Sequential(*blocks))
        self.narrow = nn.Sequential(
            nn.Conv2d(w[3], config.features, 1, bias=False),
            nn.BatchNorm2d(config.features),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(config.dropout)
        self.media = nn.Linear(config.features, media)
        self.scenes = nn.Linear(config.features, scenes)

    def maps(self, x: Tensor) -> list[Tensor]:
        maps = [self.stem(2 * x - 1)]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        maps[-1] = self.narrow(maps[-1])
        return maps

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        maps = self.maps(x)
        return *maps, maps[-1].mean(dim=(2, 3))

    def classify(self, x: Tensor) -> tuple[Tensor, Tensor]:
        vector = self.dropout(self.maps(x)[-1].mean(dim=(2, 3)))
        return self.media(vector), self.scenes(vector)
