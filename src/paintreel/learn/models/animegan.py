"""AnimeGANv2 (Chen, Liu and Chen 2020), to compare with.

"AnimeGAN: A Novel Lightweight GAN for Photo Animation", in its second version: a light generator of
inverted residuals with layer norm that enlarges by interpolation, and a patch critic with layer
norm under spectral norm, which also sees the art in grey and, in grey, with its edges blurred.
`trainers.animegan` has the losses.

Differences from the paper
- The second version has no paper of its own: its layer norm in the place of instance norm, and the
  total variation among its terms, are those of its authors' description.
- Weights are averaged over the steps, as those of all systems here are.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.learn.models.stylizer import Stylizer
from paintreel.runtime.contract import Tiling

SLOPE = 0.2


@dataclass(frozen=True)
class AnimeConfig:
    """width: channels of the first convolution.  depth: inverted residuals.  critic: its width,
    twice that of its first convolution.
    """

    width: int = 32
    depth: int = 4
    critic: int = 64


def whole_norm(channels: int) -> nn.Module:
    """Layer norm over channels and places, with a scale and a shift for each channel."""
    return nn.GroupNorm(1, channels)


class NormedConv(nn.Sequential):
    """Convolution that mirrors the picture at its border, layer norm, leaky ReLU."""

    def __init__(
        self, c_in: int, c_out: int, kernel: int = 3, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(
            nn.Conv2d(
                c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False,
                padding_mode="reflect" if kernel > 1 else "zeros",
            ),
            whole_norm(c_out),
            nn.LeakyReLU(SLOPE),
        )  # fmt: skip


class InvertedResidual(nn.Module):
    """Widened twofold by 1x1, filtered by channel, narrowed by 1x1; added where shape allows."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        wide = 2 * c_in
        self.body = nn.Sequential(
            NormedConv(c_in, wide, 1),
            NormedConv(wide, wide, 3, groups=wide),
            nn.Conv2d(wide, c_out, 1, bias=False),
            whole_norm(c_out),
        )
        self.adds = c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.body(x)
        return x + y if self.adds else y


class AnimeGenerator(Stylizer):
    """x: (N, 3, H, W) in [0, 1], H and W multiples of 4, to the same shape and range.

    Its norms look at the whole picture.
    """

    multiple = 4
    tiling: Tiling = "whole"

    def __init__(self, config: AnimeConfig = AnimeConfig()) -> None:
        super().__init__()
        w = config.width
        self.depth = config.depth
        self.body = nn.Sequential(
            NormedConv(3, w, 7),
            NormedConv(w, 2 * w, 3, 2),
            NormedConv(2 * w, 2 * w),
            NormedConv(2 * w, 4 * w, 3, 2),
            NormedConv(4 * w, 4 * w),
            NormedConv(4 * w, 4 * w),
            *(InvertedResidual(4 * w if row == 0 else 8 * w, 8 * w) for row in range(config.depth)),
            NormedConv(8 * w, 4 * w),
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            NormedConv(4 * w, 4 * w),
            NormedConv(4 * w, 4 * w),
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            NormedConv(4 * w, 2 * w),
            NormedConv(2 * w, 2 * w),
            NormedConv(2 * w, w, 7),
            nn.Conv2d(w, 3, 1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        picture: Tensor = (self.body(x * 2 - 1).float().tanh() + 1) / 2
        return picture

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for the norms."""
        radius = 3 + 1 + 2 + 2 + 4 * (2 + self.depth + 1) + 4 + 4 * 2 + 2 + 2 * 1 + 2 + 3
        return -(-radius // self.multiple) * self.multiple


class AnimeCritic(nn.Module):
    """Patches of a picture: (N, 3, H, W) in [0, 1] to scores (N, 1, H/4, W/4)."""

    def __init__(self, config: AnimeConfig = AnimeConfig()) -> None:
        super().__init__()
        w = config.critic // 2
        layers: list[nn.Module] = [_spectral(3, w, 1), nn.LeakyReLU(SLOPE)]
        channels = w
        for row in range(2):
            narrow, wide = 2 * w * 2**row, 4 * w * 2**row
            layers += [_spectral(channels, narrow, 2), nn.LeakyReLU(SLOPE)]
            layers += [_spectral(narrow, wide, 1), whole_norm(wide), nn.LeakyReLU(SLOPE)]
            channels = wide
        layers += [_spectral(channels, channels, 1), whole_norm(channels), nn.LeakyReLU(SLOPE)]
        layers.append(_spectral(channels, 1, 1))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.layers(x * 2 - 1)
        return scores


def _spectral(c_in: int, c_out: int, stride: int) -> nn.Module:
    return spectral_norm(nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False))


PRESETS = {
    "tiny": AnimeConfig(width=4, depth=1, critic=8),
    "small": AnimeConfig(width=16, depth=3, critic=24),
    "light": AnimeConfig(),
}
"""The light layout is the one that was published; "small" for short trainings on a CPU."""
