"""Judge: a small network that tells painted panels from photographs by form.

An instrument, not a loss: FSGAN never sees it. It looks at crops of 160 px whose colours are
normalised inside the network: every channel is brought to mean 0 and deviation 1, so that neither a
tint nor an exposure can please it. In training hue, saturation, brightness, blur and JPEG quality
are jittered too. Its pooled features also carry the Frechet distance to held-out panels.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

SMALLEST_PX = 64
"""Shortest side of a picture that the judge takes."""
LEAST_DEVIATION = 0.01
"""Added to the deviation of a channel, so that noise in a flat crop stays small."""


@dataclass(frozen=True)
class JudgeConfig:
    """How large a judge is.

    width     channels of the first stage
    features  channels of the last stage, which are pooled
    dropout   share of the features that a step of training leaves out
    """

    width: int = 24
    features: int = 96
    dropout: float = 0.3


def _stage(c_in: int, c_out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()
    )


def normalised(x: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) with every channel at mean 0 and deviation 1; a flat one becomes 0."""
    centred = x - x.mean(dim=(2, 3), keepdim=True)
    deviation = centred.square().mean(dim=(2, 3), keepdim=True).sqrt()
    return centred / (deviation + LEAST_DEVIATION)


class Judge(nn.Module):
    """Pictures to logits.

    x  (N, 3, H, W) float32 in [0, 1]; H, W >= SMALLEST_PX

    `forward` gives logits (N,); above 0 is painted.
    """

    def __init__(self, config: JudgeConfig = JudgeConfig()) -> None:
        super().__init__()
        w = config.width
        self.body = nn.Sequential(
            _stage(3, w, 2),
            _stage(w, w, 1),
            _stage(w, 2 * w, 2),
            _stage(2 * w, 2 * w, 1),
            _stage(2 * w, 3 * w, 2),
            _stage(3 * w, 3 * w, 1),
            _stage(3 * w, config.features, 2),
            _stage(config.features, config.features, 1),
        )
        self.head = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(config.features, 1))

    def features(self, x: Tensor) -> Tensor:
        """Pooled features (N, C) after the last convolution."""
        maps: Tensor = self.body(normalised(x))
        return maps.mean(dim=(2, 3))

    def logits(self, features: Tensor) -> Tensor:
        """Logits (N,) of pooled features (N, C)."""
        column: Tensor = self.head(features)
        return column.squeeze(1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N,) of pictures (N, 3, H, W)."""
        return self.logits(self.features(x))


PRESETS = {"tiny": JudgeConfig(width=8, features=16), "standard": JudgeConfig()}
