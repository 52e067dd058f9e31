"""DSKE feature extractor: the network behind `fd_dske`, `kd_dske` and `perceptual_dske`.

The network of Wu and Chen 2022 (`learn.models.dske`), trained to tell the medium of a picture and,
for panels, the scene they show; its features are then used to compare pictures, as those of
Inception-v3 are in FID.

Differences from the paper, beside those of the network
- Two heads (medium, scene) over one pooled vector of few features, so that covariances need few
  pictures.
- No classifier is exported: the graph gives feature maps and the pooled vector.

Batch norm is a fixed scale and shift once trained and merges into the convolutions: no layer
depends on the batch, and any height and width will do. The choice of kernels alone looks at the
whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from paintreel.learn.models.dske import DSKEConfig, DSKETrunk


@dataclass(frozen=True)
class ExtractorConfig(DSKEConfig):
    """A trunk, and `features`, the length of the vector."""

    features: int = 64


PRESETS = {
    "tiny": ExtractorConfig(widths=(8, 8, 12, 16), blocks=(1, 1, 1), features=8),
    "standard": ExtractorConfig(),
}


class Extractor(DSKETrunk):
    """x: (N, 3, H, W) float32 in [0, 1], any H and W. Everything it gives is non-negative.

    maps: feature maps at 1/2, 1/4, 1/8 and 1/16, the last of `features` channels.
    forward: the maps and the vector (N, features), their last one's mean over positions.
    classify: (logits of media (N, media), logits of scenes (N, scenes)).
    """

    def __init__(
        self, config: ExtractorConfig = PRESETS["standard"], *, media: int, scenes: int
    ) -> None:
        super().__init__(config)
        self.narrow = nn.Sequential(
            nn.Conv2d(config.widths[3], config.features, 1, bias=False),
            nn.BatchNorm2d(config.features),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(config.dropout)
        self.media = nn.Linear(config.features, media)
        self.scenes = nn.Linear(config.features, scenes)

    def maps(self, x: Tensor) -> list[Tensor]:
        maps = self.trunk(x)
        maps[-1] = self.narrow(maps[-1])
        return maps

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        maps = self.maps(x)
        return *maps, maps[-1].mean(dim=(2, 3))

    def classify(self, x: Tensor) -> tuple[Tensor, Tensor]:
        vector = self.dropout(self.maps(x)[-1].mean(dim=(2, 3)))
        return self.media(vector), self.scenes(vector)
