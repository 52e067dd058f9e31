"""The adversary of the painter: one critic of what is seen in a picture, one of what was changed.

`FeatureCritic` is a projected critic (Sauer et al. 2021): it judges maps of a network that has seen
ImageNet, at four sizes, so that some hundred panels are enough to teach it what paint looks like.
`ChangeCritic` sees the pixels beside the rough, so that the touch follows the drawing.

Differences from Sauer et al.
- Maps are brought to mean 0 and deviation 1 a channel over the panels, in the place of their random
  projections across channels and scales; EfficientNet-Lite0 gives 16 to 112 channels.
- Each map has a small critic of 1x1 and 3x3 convolutions at every place: patches are judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu
from torch.nn.utils.parametrizations import spectral_norm

TAPS = ("stage1", "stage2", "stage3", "stage5")
"""Maps of EfficientNet-Lite0 that are judged, at 1/2 to 1/16."""

TAP_CHANNELS = (16, 24, 40, 112)
HEAD_WIDTHS = {"tiny": 8, "light": 64}
CHANGE_WIDTHS = {"tiny": 8, "light": 24}
_SLOPE = 0.2
_LEAST_DEVIATION = 1e-3
_INK = 3  # plane of a rough


class Standardised(nn.Module):
    """Maps (N, C, h, w) at mean 0 and deviation 1 a channel, as `fit` has seen them."""

    def __init__(self, channels: Sequence[int] = TAP_CHANNELS) -> None:
        super().__init__()
        for k, count in enumerate(channels):
            self.register_buffer(f"mean{k}", torch.zeros(1, count, 1, 1))
            self.register_buffer(f"deviation{k}", torch.ones(1, count, 1, 1))

    def fit(self, maps: Sequence[Tensor]) -> None:
        """Take mean and deviation of these maps, one of each kind."""
        for k, x in enumerate(maps):
            x = x.float()
            self.get_buffer(f"mean{k}").copy_(x.mean((0, 2, 3), keepdim=True))
            self.get_buffer(f"deviation{k}").copy_(x.std((0, 2, 3), keepdim=True))

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        return [
            (x.float() - self.get_buffer(f"mean{k}"))
            / (self.get_buffer(f"deviation{k}") + _LEAST_DEVIATION)
            for k, x in enumerate(maps)
        ]


def _head(channels: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, width, 1),
        nn.LeakyReLU(_SLOPE),
        spectral_norm(nn.Conv2d(width, width, 3, 1, 1)),
        nn.LeakyReLU(_SLOPE),
        nn.Conv2d(width, 1, 1),
    )


class FeatureCritic(nn.Module):
    """Standardised maps (N, C_k, h_k, w_k) to logits (N, 1, h_k, w_k), one tensor a map."""

    def __init__(self, width: int, channels: Sequence[int] = TAP_CHANNELS) -> None:
        super().__init__()
        self.heads = nn.ModuleList([_head(count, width) for count in channels])

    def forward(self, *maps: Tensor) -> list[Tensor]:
        return [head(x) for head, x in zip(self.heads, maps, strict=True)]


class ChangeCritic(nn.Module):
    """Scene (N, 3, H, W) in [0, 1] and rough (N, 6, H, W) to (features, logits (N, 1, H/8, W/8)).

    It sees the scene, what it has changed of the block-in, and the ink. features: outputs of its
    layers, for feature matching.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        c_in = 3 + 3 + 1
        for each in (width, 2 * width, 4 * width):
            self.layers.append(spectral_norm(nn.Conv2d(c_in, each, 4, 2, 1)))
            c_in = each
        self.head = spectral_norm(nn.Conv2d(c_in, 1, 1))

    def forward(self, scene: Tensor, rough: Tensor) -> tuple[list[Tensor], Tensor]:
        x = torch.cat([scene - rough[:, :3], scene, rough[:, _INK : _INK + 1]], dim=1)
        features = []
        for layer in self.layers:
            x = leaky_relu(layer(x), _SLOPE)
            features.append(x)
        return features, self.head(x)


def make_critics(preset: str) -> dict[str, nn.Module]:
    """{"features": FeatureCritic, "change": ChangeCritic} of a preset of the generator."""
    return {
        "features": FeatureCritic(HEAD_WIDTHS[preset]),
        "change": ChangeCritic(CHANGE_WIDTHS[preset]),
    }
